// Which MTA-STS policy applies (RFC 8461 sections 3.3, 5.1, 10.2).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stsBeforeGivingUp, stsDecision, type StsState } from './sts-cache.ts';

const policy = { mode: 'enforce', mx: ['mx.example.net'], maxAge: 604_800 } as const;
const newer = { ...policy, mode: 'testing' } as const;
const HOUR = 3_600_000;
const now = 1_800_000_000_000;
const base: StsState = { cached: null, record: { kind: 'none' }, fetch: { kind: 'untried' }, failedAt: null, now };
const cached = { policy, id: 'a', fetchedAt: now - HOUR };
const gone = { kind: 'failed', result: 'sts-policy-fetch-error', why: 'no answer' } as const;

function said(change: Partial<StsState>): readonly unknown[] {
  const { policy, refresh, keep, failure } = stsDecision({ ...base, ...change });
  return [policy?.mode ?? null, refresh, keep?.id ?? null, failure];
}

test('nothing cached', () => {
  assert.deepEqual(said({}), [null, 'no', null, null]);
  assert.deepEqual(said({ record: { kind: 'failed' } }), [null, 'no', null, null]);
  const record = { kind: 'id', id: 'a' } as const;
  assert.deepEqual(said({ record }), [null, 'now', null, null]);
  assert.deepEqual(said({ record, failedAt: now - 60_000 }), [null, 'no', null, null]);
  assert.deepEqual(said({ record, failedAt: now - 300_000 }), [null, 'now', null, null]);
  assert.deepEqual(said({ record, fetch: { kind: 'policy', policy } }), ['enforce', 'no', 'a', null]);
  assert.deepEqual(said({ record, fetch: gone }), [null, 'no', null, 'sts-policy-fetch-error']);
});

test('what is cached holds, whatever DNS and the web host say', () => {
  assert.deepEqual(said({ cached }), ['enforce', 'no', 'a', null]);
  assert.deepEqual(said({ cached, record: { kind: 'failed' } }), ['enforce', 'no', 'a', null]);
  assert.deepEqual(said({ cached, record: { kind: 'id', id: 'a' } }), ['enforce', 'no', 'a', null]);
  assert.deepEqual(said({ cached, record: { kind: 'id', id: 'b' } }), ['enforce', 'now', 'a', null]);
  assert.deepEqual(said({ cached, record: { kind: 'id', id: 'b' }, fetch: gone }), ['enforce', 'no', 'a', 'sts-policy-fetch-error']);
  assert.deepEqual(said({ cached, record: { kind: 'id', id: 'b' }, fetch: { kind: 'policy', policy: newer } }), [
    'testing',
    'no',
    'b',
    null,
  ]);
});

test('refreshed once a day beside delivery, also when nothing is announced', () => {
  for (const record of [{ kind: 'none' }, { kind: 'failed' }, { kind: 'id', id: 'a' }] as const) {
    const old = { ...cached, fetchedAt: now - 24 * HOUR };
    assert.deepEqual(said({ cached: old, record }), ['enforce', 'soon', 'a', null]);
    assert.deepEqual(said({ cached: old, record, failedAt: now - 1 }), ['enforce', 'no', 'a', null]);
  }
  // A proactive fetch without a record keeps the id that it had.
  assert.deepEqual(said({ cached, fetch: { kind: 'policy', policy: newer } }), ['testing', 'no', 'a', null]);
});

test('time over, time 0, and a clock set back', () => {
  const over = { ...cached, fetchedAt: now - 604_800_000 };
  assert.deepEqual(said({ cached: over }), [null, 'no', null, null]);
  assert.deepEqual(said({ cached: over, record: { kind: 'id', id: 'a' } }), [null, 'now', null, null]);
  assert.deepEqual(said({ cached: { ...cached, fetchedAt: now + HOUR } }), ['enforce', 'soon', 'a', null]);
  const short = { ...policy, maxAge: 0 };
  assert.deepEqual(said({ record: { kind: 'id', id: 'a' }, fetch: { kind: 'policy', policy: short } }), ['enforce', 'no', null, null]);
});

test('before a mail is given up, a newer policy is asked for', () => {
  assert.equal(stsBeforeGivingUp(cached, { kind: 'id', id: 'b' }), 'fetch');
  assert.equal(stsBeforeGivingUp(cached, { kind: 'id', id: 'a' }), 'give-up');
  assert.equal(stsBeforeGivingUp(cached, { kind: 'none' }), 'give-up');
});
