// What DNS says of a sender: each record there, missing, broken and without an answer; names for examples are not asked for.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zoneResolver, type ZoneName } from '../../test/conformance/zone.ts';
import type { Facts } from '../score/facts.ts';
import { senderRecords } from './sender-records.ts';
import type { ApiDeps } from './types.ts';

/** Nobody here has a domain of their own: its keys are in test/journey/score.test.ts. */
const asked = (zone: Readonly<Record<string, ZoneName>>, domain: string | null = 'a.shop.test'): Promise<Facts['identity']> =>
  senderRecords(
    {
      resolver: zoneResolver(new Map(Object.entries(zone))),
      identify: { domain: () => Promise.resolve(null) } as unknown as ApiDeps['identify'],
      store: {} as ApiDeps['store'],
    },
    domain,
    'acc_1',
  );

test('everything is there; DMARC stands at the registered domain', async () => {
  const zone = {
    'a.shop.test': { TXT: ['v=spf1 -all', 'other'], MX: [{ exchange: 'mx.shop.test', preference: 10 }] },
    '_dmarc.shop.test': { TXT: ['v=DMARC1; p=reject'] },
    '_mta-sts.a.shop.test': { TXT: ['v=STSv1; id=20261201'] },
    'default._bimi.shop.test': { TXT: ['v=BIMI1; l=https://shop.test/logo.svg; a='] },
  };
  assert.deepEqual(await asked(zone), { domain: 'a.shop.test', spf: 'ok', dmarc: 'ok', receives: 'ok', mtaSts: 'ok', bimi: 'ok' });
});

test('nothing is there', async () => {
  assert.deepEqual(await asked({}), {
    domain: 'a.shop.test',
    spf: 'missing',
    dmarc: 'missing',
    receives: 'missing',
    mtaSts: 'missing',
    bimi: 'missing',
  });
});

test('two SPF records and a DMARC record without a policy are broken; a null MX takes no mail; an address does', async () => {
  const zone = {
    'a.shop.test': { TXT: ['v=spf1 -all', 'v=spf1 ~all'], MX: [{ exchange: '.', preference: 0 }] },
    '_dmarc.a.shop.test': { TXT: ['v=DMARC1'] },
    '_mta-sts.a.shop.test': { TXT: ['v=STSv1; id=2026-12-01'] },
    'default._bimi.a.shop.test': { TXT: ['v=BIMI1; l=http://shop.test/logo.svg'] },
  };
  assert.deepEqual(await asked(zone), {
    domain: 'a.shop.test',
    spf: 'broken',
    dmarc: 'broken',
    receives: 'missing',
    mtaSts: 'broken',
    bimi: 'broken',
  });
  const declined = { 'default._bimi.a.shop.test': { TXT: ['v=BIMI1; l=; a='] } };
  assert.equal((await asked(declined))?.bimi, 'ok');
  assert.equal((await asked({ 'a.shop.test': { A: ['192.0.2.1'] } }))?.receives, 'ok');
});

test('no answer is unknown', async () => {
  const silent = { otherwise: 'timeout' } as const;
  const zone = { 'a.shop.test': silent, '_dmarc.a.shop.test': silent, '_mta-sts.a.shop.test': silent, 'default._bimi.a.shop.test': silent };
  assert.deepEqual(await asked(zone), {
    domain: 'a.shop.test',
    spf: 'unknown',
    dmarc: 'unknown',
    receives: 'unknown',
    mtaSts: 'unknown',
    bimi: 'unknown',
  });
});

test('names for examples, and no name at all', async () => {
  assert.deepEqual(await asked({}, 'shop.example.com'), { domain: 'shop.example.com' });
  assert.equal(await asked({}, null), undefined);
});
