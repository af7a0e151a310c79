// One transaction for all, or one each.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import type { JobRecipient, Personal } from '../mail.ts';
import { sendingsOf } from './copies.ts';
import type { Mac } from './tokens.ts';

const mac: Mac = (label, ...parts) =>
  createHmac('sha256', 'key')
    .update(JSON.stringify([label, ...parts]))
    .digest();
const raw = Buffer.from('Content-Type: text/html\r\n\r\n<a href="https://a.test/">A</a>\r\n');
const recipient = (n: number): JobRecipient => ({
  n,
  address: `u${n}@x.test`,
  notify: null,
  orcpt: null,
  target: { kind: 'mx', domain: 'x.test' },
  attempts: 0,
  warned: false,
  unknownSince: null,
});
const job = (personal: Personal | null): Parameters<typeof sendingsOf>[0] => ({
  emailId: 'msg_01kb6q9w2habcdefghjkmnpqrs',
  personal,
  recipients: [recipient(3), recipient(11)],
});
const clicks: Personal = { opens: false, clicks: true, unsubscribe: null };

test('without a wish, or without a place for links to lead to, all share one transaction and the bytes as they are', () => {
  for (const sendings of [
    sendingsOf(job(null), raw, { url: 'https://links.test', tenant: '' }, mac),
    sendingsOf(job(clicks), raw, null, mac),
  ]) {
    assert.deepEqual(
      sendings.list.map(one => [one.recipients.map(({ n }) => n), one.n]),
      [[[3, 11], null]],
    );
    const content = sendings.list[0]?.content() ?? Buffer.alloc(0);
    assert.deepEqual(content, raw);
    content.fill(0);
    assert.notDeepEqual(content, raw, 'wiping it leaves the content as it was');
  }
});

test('with one, each recipient has a transaction, a number and bytes of his own', () => {
  const { list, wipe } = sendingsOf(job(clicks), raw, { url: 'https://links.test', tenant: '' }, mac);
  assert.deepEqual(
    list.map(one => [one.recipients.map(({ n }) => n), one.n]),
    [
      [[3], 3],
      [[11], 11],
    ],
  );
  const [first, second] = list.map(one => one.content().toString());
  assert.match(first ?? '', /https:\/\/links\.test\/c\/\w+-3-1\./);
  assert.match(second ?? '', /https:\/\/links\.test\/c\/\w+-11-1\./);
  wipe();
});
