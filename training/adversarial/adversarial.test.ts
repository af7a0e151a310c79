// Disguised spam is still caught, and wanted mail that does the same is not: by the shipped weights.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check, share } from './check.ts';

const { spam, ham, spamMails, hamMails } = check();

test('the set is large enough to say anything', () => {
  const variants = spam.reduce((sum, row) => sum + row.total, 0);
  assert.ok(spamMails >= 20 && hamMails >= 20 && spam.length >= 30 && variants >= 300, `${spamMails} ${hamMails} ${variants}`);
  for (const row of spam) assert.ok(row.total > 0, `${row.trick} changes nothing`);
  assert.equal(new Set(spam.map(row => row.trick)).size, spam.length);
});

test('at least 90 % of disguised spam is still caught', () => {
  const worst = spam.filter(row => row.kept < row.total / 2).map(row => row.trick);
  assert.ok(share(spam) >= 0.9, `${share(spam)}; worst: ${worst.join()}`);
});

test('at least 95 % of wanted mail still passes', () => {
  assert.ok(share(ham) >= 0.95, `${share(ham)}; lost: ${ham.flatMap(row => row.lost.map(name => `${row.trick} ${name}`)).join('; ')}`);
});
