// Who sends from which pool, so that one's damage stays its own; and the order of a pool's IPs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { YOUNG_MAILS, YOUNG_MOST_MS, YOUNG_MS } from './bounds.ts';
import { inOrder, isYoung, kindOf, mayName, poolFor, type Sender } from './pools.ts';

const old: Sender = { pool: null, given: [], risk: 'normal', young: false };
const young: Sender = { ...old, young: true };
const risky: Sender = { ...old, risk: 'risky' };
const own: Sender = { ...old, pool: 'own', given: ['fast'] };
const pool = (sender: Sender | null, withIps: readonly string[], requested: string | null = null, forward = false): string =>
  poolFor(sender, { requested, forward }, new Set(withIps));

test('an account sends from its own pool, from one it was given, else from shared', () => {
  assert.equal(pool(old, ['shared']), 'shared');
  assert.equal(pool(own, ['shared', 'own', 'fast']), 'own');
  assert.equal(pool(own, ['shared', 'own', 'fast'], 'fast'), 'fast');
  assert.equal(pool(own, ['shared', 'own', 'fast'], 'others'), 'own');
  assert.equal(pool(null, ['shared', 'own']), 'shared');
  assert.equal(mayName(own, 'own') && mayName(own, 'fast') && !mayName(own, 'shared'), true);
});

test('a pool whose IPs are gone is waited for, it is not left for a better one', () => {
  assert.equal(pool(own, ['shared']), 'own');
});

test('young and risky accounts never send from the good pool when there is a quarantine', () => {
  const all = ['shared', 'own', 'fast', 'quarantine'];
  assert.deepEqual([pool(young, all), pool(risky, all)], ['quarantine', 'quarantine']);
  // The operator's word for a young account counts; for a risky one the risk was his word.
  assert.equal(pool({ ...own, young: true }, all), 'own');
  assert.equal(pool({ ...own, young: true }, all, 'fast'), 'fast');
  assert.equal(pool({ ...own, risk: 'risky' }, all, 'fast'), 'quarantine');
  assert.deepEqual([pool(young, ['shared']), pool(risky, ['shared'])], ['shared', 'shared']);
  assert.equal(pool({ ...own, risk: 'risky' }, ['shared', 'own']), 'shared');
});

test('forwards have a pool of their own when it is there, and never the account’s own IPs', () => {
  assert.equal(pool(own, ['shared', 'own', 'forward'], null, true), 'forward');
  assert.equal(pool(own, ['shared', 'own'], null, true), 'shared');
  assert.equal(pool(young, ['shared', 'quarantine'], null, true), 'quarantine');
  assert.equal(pool(null, ['shared', 'forward'], null, true), 'forward');
});

test('young: a week for all, and a month for those that hardly send', () => {
  const at = (age: number, sent: number): boolean => isYoung({ createdAt: 0, sent }, age);
  assert.deepEqual(
    [at(YOUNG_MS - 1, 1_000_000), at(YOUNG_MS, YOUNG_MAILS), at(YOUNG_MS, YOUNG_MAILS - 1), at(YOUNG_MOST_MS, 0)],
    [true, false, true, false],
  );
  assert.deepEqual(['shared', 'quarantine', 'forward', 'shop'].map(kindOf), ['shared', 'quarantine', 'forward', 'dedicated']);
});

test('warming IPs first, then good ones in turn; what is out of service never', () => {
  const ips = [
    { ip: 'a', state: 'good' },
    { ip: 'b', state: 'warming' },
    { ip: 'c', state: 'resting' },
    { ip: 'd', state: 'good' },
    { ip: 'e', state: 'failed' },
  ] as const;
  const order = (turn: number): string =>
    inOrder(ips, turn)
      .map(one => one.ip)
      .join('');
  assert.deepEqual([order(0), order(1), order(2)], ['bad', 'bda', 'bad']);
  assert.deepEqual(inOrder([{ state: 'failed' }], 3), []);
});
