// What an automatic entry is found by, how long it holds, and whose word counts for all.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { newSecrets } from '../engines/keys/secrets.ts';
import { APART_MS, EVIDENCE } from './bounds.ts';
import { endOf, hashedPattern, hashedPatterns, isAgreed, readKnown, suppressionOf } from './entries.ts';

const secrets = newSecrets({ seal: randomBytes(32), mac: randomBytes(32) });
const other = newSecrets({ seal: randomBytes(32), mac: randomBytes(32) });
const DAY = 86_400_000;

test('an address is found however it is written, by a hash that only this installation can make', () => {
  const one = hashedPattern(secrets.mac, 'hard_bounce', 'Ana@EXAMPLE.org');
  assert.equal(one, hashedPattern(secrets.mac, 'hard_bounce', 'ana@example.org'));
  assert.notEqual(one, hashedPattern(other.mac, 'hard_bounce', 'ana@example.org'));
  assert.doesNotMatch(one, /ana|example|@/i);
});

test('a hard bounce is of the very address, a complaint of all its tags', () => {
  const asked = hashedPatterns(secrets.mac, 'ana+shop@example.org');
  assert.equal(asked.includes(hashedPattern(secrets.mac, 'hard_bounce', 'ana@example.org')), false);
  for (const address of ['ana+shop@example.org', 'ana@example.org'])
    assert.ok(asked.includes(hashedPattern(secrets.mac, 'complaint', address)), address);
  assert.ok(asked.includes(hashedPattern(secrets.mac, 'hard_bounce', 'ana+shop@example.org')));
  assert.equal(
    hashedPatterns(secrets.mac, 'ana@example.org').includes(hashedPattern(secrets.mac, 'complaint', 'ana+shop@example.org')),
    false,
  );
  assert.deepEqual(hashedPatterns(secrets.mac, 'no address'), []);
});

test('address and evidence open for the account alone, and the evidence is cut', () => {
  const told = { accountId: 'acc_1', class: 'hard_bounce', address: 'Ana@example.org', evidence: 'x'.repeat(9_999), vote: true } as const;
  const { sealed } = suppressionOf(secrets, told);
  assert.deepEqual(readKnown(secrets.open, 'acc_1', sealed), { address: 'Ana@example.org', evidence: 'x'.repeat(EVIDENCE) });
  assert.throws(() => readKnown(secrets.open, 'acc_2', sealed));
});

test('14 days, doubled at each repeat up to 180; a complaint stays', () => {
  const days = [1, 2, 3, 4, 5, 6, 60].map(times => ((endOf('hard_bounce', times, 1_000) ?? 0) - 1_000) / DAY);
  assert.deepEqual(days, [14, 28, 56, 112, 180, 180, 180]);
  assert.equal(endOf('complaint', 1, 1_000), null);
});

test('two accounts, or one after a day', () => {
  assert.equal(isAgreed([]), false);
  assert.equal(isAgreed([{ first: 5, last: 5 + APART_MS - 1 }]), false);
  assert.equal(isAgreed([{ first: 5, last: 5 + APART_MS }]), true);
  assert.equal(
    isAgreed([
      { first: 5, last: 5 },
      { first: 6, last: 6 },
    ]),
    true,
  );
});
