// Under which name the links of a mail are made.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linkBaseOf } from './link-hosts.ts';
import type { ServedGroup } from './tls/groups.ts';

const listen = { http: [], https: [], submission: [], submissions: [], mx: [] };
const config = { publicUrl: 'https://mail.test:8443/x', listen };
const domain = { accountId: 'acc_1', state: 'verified', trackingHost: 'links.shop.test', trackingSince: 1 } as const;
const own = { url: 'https://mail.test:8443/x', tenant: '' };
const his = { url: 'https://links.shop.test:8443/x', tenant: 'acc_1' };
const shows = (...names: readonly string[]): readonly ServedGroup[] => [{ names, pairs: [] }];

test('the tenant’s host, with port and path of the public URL, while it leads to us', () => {
  assert.deepEqual(linkBaseOf(config, [], 'acc_1', domain), his);
  const off = [{ trackingSince: null }, { trackingHost: null }, { state: 'unverified' }, { accountId: 'acc_2' }] as const;
  for (const over of off) assert.deepEqual(linkBaseOf(config, [], 'acc_1', { ...domain, ...over }), own, JSON.stringify(over));
  assert.deepEqual(linkBaseOf(config, [], 'acc_1', null), own);
  assert.deepEqual(linkBaseOf(config, [], null, null), own);
  assert.equal(linkBaseOf({ publicUrl: null, listen }, [], 'acc_1', domain), null);
});

test('where we speak HTTPS ourselves, only under a name that a certificate shows', () => {
  const https = { ...config, listen: { ...listen, https: [{ host: '0.0.0.0', port: 443 }] } };
  assert.deepEqual(linkBaseOf(https, shows('mail.test'), 'acc_1', domain), own);
  assert.deepEqual(linkBaseOf(https, shows('mail.test', 'links.shop.test'), 'acc_1', domain), his);
  assert.deepEqual(linkBaseOf(https, shows('*.shop.test'), 'acc_1', domain), his);
  const plain = { ...https, publicUrl: 'http://mail.test' };
  assert.deepEqual(linkBaseOf(plain, shows('mail.test'), 'acc_1', domain), { url: 'http://links.shop.test', tenant: 'acc_1' });
});
