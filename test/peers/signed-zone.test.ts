// The test zone itself, asked through the product's resolver: what is signed has AD, what is not has none, what is forged is no answer.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { systemClock } from '../../src/engines/clock.ts';
import { newResolver } from '../../src/engines/resolver/resolver.ts';
import type { RecordType, Resolver } from '../../src/engines/resolver/types.ts';
import { noUnbound, startSignedZone, type SignedZone } from './signed-zone.ts';

const skip = noUnbound();
let dns: SignedZone;
let resolver: Resolver;

before(async () => {
  if (skip) return;
  dns = await startSignedZone(['signed.test', 'quiet.test']);
  resolver = newResolver({ servers: [dns.address], trusted: true, clock: systemClock, cached: false });
  const hash = 'ab'.repeat(32);
  Object.assign(dns.zone, {
    'signed.test MX': ['10 mx.signed.test', '20 alias.signed.test'],
    'mx.signed.test A': ['127.0.4.1', '127.0.4.2'],
    'alias.signed.test CNAME': ['mx.signed.test'],
    '_25._tcp.mx.signed.test TLSA': [`3 1 1 ${hash}`, `2 0 1 ${hash}`],
    '_25._tcp.bad.signed.test TLSA': [`3 1 1 ${hash}`],
    'quiet.test MX': ['10 mx.quiet.test'],
    'plain.test MX': ['10 mx.plain.test'],
    'plain.test TXT': ['one', 'x'.repeat(300)],
  });
  dns.faults['_25._tcp.bad.signed.test TLSA'] = 'forged';
  dns.faults['_25._tcp.ill.signed.test TLSA'] = 'servfail';
  dns.faults['_25._tcp.mx.quiet.test TLSA'] = 'silent';
});
after(async () => dns?.close());

const asked = async (name: string, type: RecordType): Promise<unknown> => {
  const answer = await resolver.lookUp(name, type);
  return [answer.kind, 'ad' in answer ? answer.ad : null, answer.kind === 'records' ? answer.records.length : 0];
};

test('signed answers, aliases and absences have AD', { skip }, async () => {
  assert.deepEqual(await asked('signed.test', 'MX'), ['records', true, 2]);
  assert.deepEqual(await asked('mx.signed.test', 'A'), ['records', true, 2]);
  assert.deepEqual(await asked('alias.signed.test', 'A'), ['records', true, 2]);
  assert.deepEqual(await asked('_25._tcp.mx.signed.test', 'TLSA'), ['records', true, 2]);
  assert.deepEqual(await asked('mx.signed.test', 'AAAA'), ['nodata', true, 0]);
  assert.deepEqual(await asked('_25._tcp.none.signed.test', 'TLSA'), ['nodata', true, 0]);
});

test('an unsigned zone beside it has none', { skip }, async () => {
  assert.deepEqual(await asked('plain.test', 'MX'), ['records', false, 1]);
  assert.deepEqual(await asked('plain.test', 'TXT'), ['records', false, 2]);
});

test('what is forged, failing or silent is no answer', { skip }, async () => {
  assert.deepEqual(await asked('_25._tcp.bad.signed.test', 'TLSA'), ['servfail', null, 0]);
  assert.deepEqual(await asked('_25._tcp.ill.signed.test', 'TLSA'), ['servfail', null, 0]);
  assert.match(String(await asked('_25._tcp.mx.quiet.test', 'TLSA')), /timeout|servfail/);
  assert.deepEqual(await asked('quiet.test', 'MX'), ['records', true, 1]);
});
