// Certificates read into groups: what is served, for which name, and what is refused or warned of.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { selfSigned } from '../certificates.ts';
import { groupFor, groupPairs, type PemPair } from './groups.ts';
import { toldCertificates, whyNotProven } from './told.ts';

const DAY = 86_400_000;
const own = (name: string): readonly PemPair[] => {
  const { cert, key } = selfSigned(name);
  return cert.map((one, i) => ({ certFile: `${name}-${i}.pem`, keyFile: `${name}-${i}.key`, cert: one, key: key[i] ?? '' }));
};
const a = own('a.test');
const b = own('b.test');
const star = own('*.b.test');
const read = (...pairs: readonly PemPair[]): ReturnType<typeof groupPairs> => groupPairs(pairs, Date.now());

test('pairs of the same names stand side by side', () => {
  const { groups, faults, warnings } = read(...a, ...b);
  assert.deepEqual([faults, warnings], [[], []]);
  assert.deepEqual(
    groups.map(group => [group.names, group.pairs.map(one => one.kind)]),
    [
      [['a.test'], ['rsa', 'ec']],
      [['b.test'], ['rsa', 'ec']],
    ],
  );
});

test('a name chooses: itself before a wildcard, one label for a star, the first for all others', () => {
  const { groups } = read(...a, ...star, ...b);
  const chosen = (name: string | null): string | undefined => groupFor(groups, name).names[0];
  assert.deepEqual(['a.test', 'B.TEST.', 'x.b.test', 'x.y.b.test', 'c.test', '[', null].map(chosen), [
    'a.test',
    'b.test',
    '*.b.test',
    'a.test',
    'a.test',
    'a.test',
    'a.test',
  ]);
});

test('faults name the file and the cure', () => {
  const [rsa, ec] = a;
  if (!rsa || !ec) throw new Error('no pairs');
  const faultOf = (pair: Partial<PemPair>): string => read({ ...rsa, ...pair }).faults.join();
  assert.match(faultOf({ key: ec.key }), /a\.test-0\.key does not fit the certificate a\.test-0\.pem/);
  assert.match(faultOf({ cert: 'x' }), /a\.test-0\.pem holds no certificate/);
  assert.match(faultOf({ cert: rsa.cert.replace('MII', 'AAA') }), /holds a certificate that cannot be read/);
  assert.match(faultOf({ cert: rsa.cert.repeat(11) }), /at most 10/);
  assert.match(faultOf({ key: '-----BEGIN ENCRYPTED PRIVATE KEY-----' }), /passphrase/);
  assert.match(faultOf({ key: rsa.cert }), /holds no private key/);
  assert.match(read(rsa, rsa).faults.join(), /keep one/);
});

test('what does not belong to the chain is left out and told', () => {
  const [rsa, other] = [a[0], b[0]];
  if (!rsa || !other) throw new Error('no pairs');
  const { groups, warnings } = read({ ...rsa, cert: other.cert + rsa.cert });
  assert.match(warnings.join(), /not in order/);
  assert.deepEqual(groups[0]?.names, ['a.test']);
  assert.equal(groups[0]?.pairs[0]?.cert.match(/BEGIN/g)?.length, 1);
});

test('what is told: the end in days, self-signed, the key’s TLSA record', () => {
  const { groups } = read(...a);
  const at = (days: number): readonly string[] => toldCertificates(groups, Date.now() + days * DAY).map(one => one.state);
  assert.deepEqual(at(0), ['warn', 'warn'], 'self-signed');
  assert.deepEqual(at(3_640), ['warn', 'warn']);
  assert.deepEqual(at(3_648), ['fail', 'fail']);
  assert.deepEqual(at(4_000), ['fail', 'fail']);
  assert.deepEqual(at(-10), ['fail', 'fail'], 'not valid yet');
  const tlsa = toldCertificates(groups, Date.now()).map(one => one.tlsa);
  assert.ok(tlsa.every(one => /^3 1 1 [0-9a-f]{64}$/.test(one)));
  assert.notEqual(tlsa[0], tlsa[1]);
  assert.match(whyNotProven(groups, 'a.test', Date.now()) ?? '', /self-signed/);
  assert.match(read(...a).warnings.join(), /^$/);
  assert.match(groupPairs(a, Date.now() + 4_000 * DAY).warnings.join(), /ended on/);
});
