// What an account is told of its standing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { advanced, happened, newAccount, type Account, type Change } from './account.ts';
import { DAY_MS } from './bounds.ts';
import type { Happening } from './events.ts';
import { RULES } from './rules.ts';
import { standingView } from './view.ts';

const START = Date.parse('2026-03-01T10:00:00Z');
const changes: Change[] = [];
const after = (account: Account, ...all: readonly Happening[]): Account =>
  all.reduce((before, one) => {
    const step = happened(RULES, before, { ...one, at: before.clock });
    changes.push(...step.changes);
    return step.account;
  }, account);
const bounced = (recipients: number): Happening => ({
  kind: 'bounced',
  recipients,
  class: 'hard',
  reason: 'userunknown',
  reply: '550 5.1.1 no such user',
  emailId: 'em_1',
});
const fresh = (): Account => newAccount({ malware: { count: 1, windowSeconds: 86_400 } }, START);

test('a warned account sees which rule, how far, the next threshold and the evidence', () => {
  const view = standingView(RULES, after(fresh(), { kind: 'delivered', recipients: 900 }, bounced(75)));
  assert.deepEqual([view.state, view.since, view.by, view.reason], ['warned', '2026-03-01T10:00:00.000Z', 'rules', 'hard_bounces']);
  const rule = view.rules.find(one => one.id === 'hard_bounces');
  assert.deepEqual(rule && [rule.window, rule.hits, rule.among, rule.threshold, rule.minimum, rule.enough, rule.breached], [
    86_400,
    75,
    975,
    0.1,
    { hits: 20, among: 200 },
    true,
    true,
  ]);
  assert.equal(rule?.value, 75 / 975);
  assert.deepEqual(view.evidence, [
    { at: '2026-03-01T10:00:00.000Z', rule: 'hard_bounces', emailId: 'em_1', detail: '550 5.1.1 no such user' },
  ]);
  assert.ok(view.rules.filter(one => one.id !== 'hard_bounces').every(one => !one.breached));
});

test('a limited account sees when it would be suspended', () => {
  const view = standingView(RULES, after(fresh(), bounced(500)));
  assert.deepEqual([view.state, view.next], ['limited', { at: '2026-03-01T10:15:00.000Z', state: 'suspended' }]);
});

test('a suspended account still sees why when its windows are long over, and probation until it ends', () => {
  const out = after(fresh(), { kind: 'malware', class: 'infected', name: 'Win.Test', file: 'f', emailId: null });
  const later = advanced(RULES, out, START + 90 * DAY_MS).account;
  const view = standingView(RULES, later, changes.findLast(one => one.to === 'suspended') ?? null);
  assert.deepEqual([view.state, view.reason, view.evidence.map(one => one.detail)], ['suspended', 'malware', ['Win.Test']]);
  const back = after(later, { kind: 'reinstate', words: 'cleaned' });
  assert.equal(standingView(RULES, back).probationUntil, new Date(START + 97 * DAY_MS).toISOString());
  assert.equal(standingView(RULES, advanced(RULES, back, START + 97 * DAY_MS).account).probationUntil, null);
});

test("the limit of malware is the account's own", () => {
  const view = standingView(RULES, after(fresh(), { kind: 'facts', facts: { malware: { count: 7, windowSeconds: 3_600 } } }));
  assert.deepEqual(
    view.rules.slice(0, 1).map(one => [one.threshold, one.window]),
    [[7, 3_600]],
  );
});
