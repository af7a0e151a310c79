// What the learner does in single steps; how well it does in the long run is in test/providers.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import * as bounds from './bounds.ts';
import { learn, limits } from './learner.ts';
import type { Rules } from './rules.ts';
import { newPace, type Complaint, type ComplaintKind, type PaceEvent, type PaceState } from './state.ts';

const DAY = 86_400_000;
const START = 20_000 * DAY;
const rules: Rules = {
  connections: 8,
  maxConnections: 20,
  mailsPerConnection: 50,
  perSecond: 10,
  maxPerSecond: 100,
  utcOffsetHours: 0,
  warmUp: { firstDay: 100, growth: 1.5, full: 10_000, spreadSeconds: 3_600 },
};
const complaint = (kind: ComplaintKind, weight = 1, code = 421): Complaint => ({
  kind,
  weight,
  code,
  enhanced: null,
  reason: 'speeding',
  words: 'slow down',
});
const complained = (kind: ComplaintKind, weight = 1, open: number | null = null, mails: number | null = null): PaceEvent => ({
  kind: 'complained',
  complaint: complaint(kind, weight),
  open,
  mails,
});
const taken = (count: number): PaceEvent => ({ kind: 'delivered', count });

/** Ten mails a second for some seconds. */
function busy(state: PaceState, from: number, seconds: number, each = 10): PaceState {
  let next = state;
  for (let second = 1; second <= seconds; second++) next = learn(rules, next, taken(each), from + second * 1_000);
  return next;
}

test('a site without a pace has none until it complains, then the one that was measured, less', () => {
  const free: Rules = { ...rules, perSecond: null, maxPerSecond: null };
  let state = newPace(free, START);
  for (let second = 1; second <= 60; second++) state = learn(free, state, taken(40), START + second * 1_000);
  assert.equal(limits(free, state, START + 60_000).perSecond, null);
  state = learn(free, state, complained('rate'), START + 60_500);
  assert.ok(state.rate !== null && state.rate > 30 && state.rate < 40, String(state.rate));
});

test('a complaint holds; one mail asks, twice as late each time; a mail that is taken ends it', () => {
  let state = busy(newPace(rules, START), START, 120);
  const before = state.rate as number;
  let now = START + 121_000;
  state = learn(rules, state, complained('rate'), now);
  assert.ok((state.rate as number) < before);
  const first = limits(rules, state, now);
  assert.equal(first.heldUntil, now + bounds.HOLD_MS);
  assert.equal(first.burst, 1);
  assert.equal(first.connections, 1);
  // What was under way is no answer to the hold, and no second reason.
  assert.equal(learn(rules, state, taken(5), now + 100).held?.until, first.heldUntil);
  assert.equal(learn(rules, state, complained('rate'), now + 200).rate, state.rate);
  now = first.heldUntil + 10;
  state = learn(rules, state, complained('rate'), now);
  assert.equal(limits(rules, state, now).heldUntil, now + 2 * bounds.HOLD_MS);
  now += 2 * bounds.HOLD_MS + 10;
  state = learn(rules, state, taken(1), now);
  assert.equal(state.held, null);
  assert.equal(limits(rules, state, now).perSecond, state.rate);
});

test('a refusal of one mail is no word about us, several without a mail between are', () => {
  const state = busy(newPace(rules, START), START, 60);
  const now = START + 61_000;
  const once = learn(rules, state, complained('block', bounds.ONE_MAIL_WEIGHT), now);
  assert.equal(once.held, null);
  assert.equal(once.rate, state.rate);
  const twice = learn(rules, once, complained('block', bounds.ONE_MAIL_WEIGHT), now);
  const thrice = learn(rules, twice, complained('block', bounds.ONE_MAIL_WEIGHT), now);
  assert.ok(thrice.held);
  assert.equal(learn(rules, busy(twice, now, 3), complained('block', bounds.ONE_MAIL_WEIGHT), now + 4_000).held, null);
});

test('unused room never grows, and answers that are not about us take nothing', () => {
  const state = newPace(rules, START);
  let idle = state;
  for (let minute = 1; minute <= 60; minute++) idle = learn(rules, idle, taken(1), START + minute * 60_000);
  assert.equal(idle.rate, rules.perSecond);
  const answered = learn(rules, state, { kind: 'answered', count: 100 }, START + 1_000);
  assert.equal(answered.rate, state.rate);
  assert.equal(answered.held, null);
  assert.equal(answered.day.taken, 0);
});

test('connections: fewer at once after a complaint, more after mail, never above the level that was refused', () => {
  let state = learn(rules, newPace(rules, START), complained('connections', 1, 8), START + 1_000);
  assert.equal(state.connections.limit, 6);
  assert.equal(state.held, null, 'the rate is not meant');
  for (let n = 1; n <= 1_000; n++) state = learn(rules, state, taken(1), START + 1_000 + n * 100);
  assert.equal(state.connections.limit, 7);
});

test('silence counts as refused only while others are answered', () => {
  const state = newPace(rules, START);
  assert.equal(learn(rules, state, { kind: 'unreached' }, START + DAY / 2).connections.limit, 8);
  const answered = learn(rules, state, taken(1), START + 1_000);
  assert.equal(learn(rules, answered, { kind: 'unreached' }, START + 5_000).connections.limit, 6);
});

test('mails on a connection: one fewer than the one that was refused', () => {
  const state = learn(rules, newPace(rules, START), complained('session', 1, null, 21), START);
  assert.equal(limits(rules, state, START).mailsPerConnection, 20);
  assert.equal(state.held, null);
});

test('the cap of a warming address: grows by used and content days only, falls after a block, cools when nobody sends', () => {
  const first = newPace(rules, START);
  const capOn = (state: PaceState, day: number): number => limits(rules, state, START + day * DAY).warmCap;
  assert.equal(capOn(first, 0), 100);
  assert.equal(capOn(first, 1), 100, 'unused');
  const used = learn(rules, first, taken(90), START);
  assert.equal(capOn(used, 1), 150);
  assert.equal(capOn(learn(rules, first, taken(60), START), 1), 100, 'hardly used');
  const blocked = learn(rules, used, complained('block'), START + 3_600_000);
  assert.ok(capOn(blocked, 1) < 100);
  const warm = learn(rules, { ...first, day: { ...first.day, warm: 4_000 } }, taken(1), START);
  assert.equal(capOn(warm, 60), 2_000);
});

test('refused for an hour is a limit of the day: the next day ends a little under it', () => {
  let state = busy(newPace(rules, START), START, 300);
  let now = START + 301_000;
  for (let n = 0; n < 40 && state.day.cap === null; n++) {
    state = learn(rules, state, complained('rate', 1), now);
    now = Math.max(now, limits(rules, state, now).heldUntil) + 1;
  }
  assert.equal(state.day.cap, Math.floor(3_000 * bounds.REST));
  assert.ok(limits(rules, state, now).heldUntil <= START + DAY);
  assert.equal(state.steps.at(-1)?.what, 'day');
});

test('whatever happens, limits stay within the rules', () => {
  const event: fc.Arbitrary<PaceEvent> = fc.oneof(
    fc.record({ kind: fc.constant('delivered' as const), count: fc.nat({ max: 500 }) }),
    fc.record({ kind: fc.constant('answered' as const), count: fc.nat({ max: 50 }) }),
    fc.constant({ kind: 'unreached' as const }),
    fc.constant({ kind: 'tick' as const }),
    fc
      .tuple(fc.constantFrom<ComplaintKind>('rate', 'block', 'session', 'connections'), fc.double({ min: 0, max: 1, noNaN: true }))
      .map(([kind, weight]) => complained(kind, weight)),
  );
  const step = fc.tuple(event, fc.oneof(fc.nat({ max: 5_000 }), fc.integer({ min: -DAY, max: 2 * DAY })));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), steps => {
      let state = newPace(rules, START);
      let now = START;
      for (const [one, pause] of steps) {
        now += pause;
        state = learn(rules, state, one, now);
        const { perSecond, burst, connections, mailsPerConnection, warmCap, dayCap } = limits(rules, state, now);
        assert.ok(perSecond !== null && perSecond > 0 && perSecond <= 100, String(perSecond));
        assert.ok(burst >= 1 && burst <= 100);
        assert.ok(connections >= 1 && connections <= 20);
        assert.ok(mailsPerConnection >= 1 && mailsPerConnection <= 50);
        assert.ok(warmCap >= 1 && warmCap <= 10_000, String(warmCap));
        assert.ok(dayCap === null || dayCap >= 1);
        assert.ok(state.steps.length <= bounds.STEPS_KEPT);
      }
      assert.deepEqual(JSON.parse(JSON.stringify(state)), state, 'it survives the database');
    }),
    { numRuns: 300 },
  );
});
