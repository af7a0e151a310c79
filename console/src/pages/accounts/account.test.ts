import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quotaOf, troubleFirst, type Account } from './account.ts';

const account = (id: string, state: Account['state'], today: number, perDay: number | null): Account =>
  ({ id, state, used: { today, resetsAt: '' }, quota: { perDay, perSecond: null } }) as Account;

test('who is stopped comes first, then who has used most of the quota', () => {
  const ids = troubleFirst([
    account('calm', 'active', 1, 100),
    account('free', 'active', 900, null),
    account('full', 'active', 99, 100),
    account('warned', 'warned', 0, 100),
    account('limited', 'limited', 0, 100),
    account('stopped', 'suspended', 0, 100),
  ]).map(one => one.id);
  assert.deepEqual(ids, ['stopped', 'limited', 'warned', 'full', 'calm', 'free']);
});

test('a quota is a whole number, or left to the rule', () => {
  assert.equal(quotaOf(' 5000 '), 5000);
  assert.equal(quotaOf(''), null);
  for (const text of ['-1', '1.5', '1e3', 'many']) assert.equal(quotaOf(text), undefined, text);
});
