// The dry run is the live decision: whoever looks at whatever times in between, the same events give the same changes at the same times.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { advanced, happened, newAccount, type Account, type Change } from './account.ts';
import * as bounds from './bounds.ts';
import { rank } from './decide.ts';
import type { AccountFacts, Happening, StandingEvent } from './events.ts';
import { replayed } from './replay.ts';
import { RULES, type Rule } from './rules.ts';

const START = 20_000 * bounds.DAY_MS;
const FACTS: AccountFacts = { malware: { count: 2, windowSeconds: 86_400 } };
const many = fc.integer({ min: 1, max: 400 });
const KINDS: readonly { readonly weight: number; readonly arbitrary: fc.Arbitrary<Happening> }[] = [
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('accepted' as const),
      mails: many,
      recipients: many,
      newTemplates: fc.integer({ min: 0, max: 400 }),
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('delivered' as const), recipients: many }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('bounced' as const),
      recipients: fc.integer({ min: 1, max: 40 }),
      class: fc.constantFrom('hard', 'content'),
      reason: fc.constantFrom('userunknown', 'spamdetected'),
      reply: fc.constant('550 no'),
      emailId: fc.constant(null),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('spam' as const),
      pattern: fc.boolean(),
      fingerprint: fc.constantFrom('a', 'b', 'c', null),
      recipients: fc.array(fc.integer({ max: 999, min: 0 }).map(String), { maxLength: 20 }),
      findings: fc.constant(['x']),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('complained' as const), feedbackType: fc.constant('abuse'), emailId: fc.constant(null) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('trap' as const), emailId: fc.constant(null) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('login' as const),
      network: fc.integer({ min: 0, max: 60 }).map(String),
      isNew: fc.boolean(),
      failures: fc.integer({ min: 0, max: 30 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('failed_login' as const), network: fc.integer({ min: 0, max: 60 }).map(String) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('malware' as const),
      class: fc.constant('infected' as const),
      name: fc.constant('EICAR'),
      file: fc.constantFrom('1', '2', '3'),
      emailId: fc.constant(null),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reinstate' as const), words: fc.constant('again') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('ham' as const), words: fc.constant('wanted') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('suspend' as const), words: fc.constant('by hand') }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('facts' as const),
      facts: fc
        .tuple(fc.integer({ min: 1, max: 3 }), fc.constantFrom(60, 86_400))
        .map(([count, windowSeconds]) => ({ malware: { count, windowSeconds } })),
    }),
  },
];
const gap = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 600_000 }) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 30 * bounds.HOUR_MS }) },
  { weight: 1, arbitrary: fc.constantFrom(bounds.HOUR_MS, bounds.NOTICE_MS, bounds.CALM_MS.warned, 40 * bounds.DAY_MS) },
);
/** Of a few kinds at a time: each then reaches its figures. */
const past: fc.Arbitrary<readonly StandingEvent[]> = fc
  .subarray([...KINDS.keys()], { minLength: 1 })
  .chain(manyOf)
  .map(all => {
    let at = START;
    return all.map(([what, gap]) => ({ ...what, at: (at += gap) }));
  });

function manyOf(kinds: readonly number[]): fc.Arbitrary<[Happening, number][]> {
  return fc.array(fc.tuple(fc.oneof(...kinds.map(n => KINDS[n] as (typeof KINDS)[number])), gap), { maxLength: 150, size: 'max' });
}

test('live, looked at whenever somebody likes, equals the dry run', () => {
  let changed = 0;
  fc.assert(
    fc.property(past, fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 60, size: 'max' }), (events, looks) => {
      const to = (events.at(-1)?.at ?? START) + 3 * bounds.DAY_MS;
      const live = lived(
        events,
        looks.map(part => START + Math.floor(part * (to - START))).toSorted((a, b) => a - b),
        to,
      );
      const dry = replayed(RULES, FACTS, events, { from: START, to });
      assert.deepEqual(dry, live);
      changed += dry.changes.length;
    }),
    { numRuns: 300 },
  );
  assert.ok(changed > 500, `${changed} changes were compared`);
});

test('what leaves its window between two hours is seen at the next hour, whoever looks before', () => {
  const logins = Array.from({ length: 20 }, (_, n) => ({ kind: 'login', network: String(n), at: START + (n + 1) * 60_000 }) as const);
  const to = START + 4 * bounds.DAY_MS;
  const alone = RULES.filter(one => one.id === 'credential_use').map((rule): Rule => ({
    ...rule,
    steps: [{ state: 'warned', threshold: 20 }],
  }));
  fc.assert(
    fc.property(fc.array(fc.integer({ min: START, max: to }), { maxLength: 60, size: 'max' }), looks => {
      const live = lived(
        logins,
        looks.toSorted((a, b) => a - b),
        to,
        alone,
      );
      assert.deepEqual(
        live.changes.map(one => [one.to, one.at - START]),
        [
          ['warned', 20 * 60_000],
          ['active', 25 * bounds.HOUR_MS + bounds.CALM_MS.warned],
        ],
      );
      assert.deepEqual(replayed(alone, FACTS, logins, { from: START, to }), live);
    }),
  );
});

test('kept as JSON between any two events it goes on as if it had not been', () => {
  fc.assert(
    fc.property(past, events => {
      const to = (events.at(-1)?.at ?? START) + bounds.DAY_MS;
      let account = newAccount(FACTS, START);
      for (const event of events) account = JSON.parse(JSON.stringify(happened(RULES, account, event).account)) as Account;
      assert.deepEqual(advanced(RULES, account, to).account, replayed(RULES, FACTS, events, { from: START, to }).account);
    }),
    { numRuns: 100 },
  );
});

test('suspended is left by the word of the operator alone; each change goes on from the one before and says why', () => {
  fc.assert(
    fc.property(past, events => {
      const { changes } = replayed(RULES, FACTS, events, { from: START, to: (events.at(-1)?.at ?? START) + bounds.DAY_MS });
      changes.reduce((state, one) => {
        assert.equal(one.from, state);
        assert.notEqual(one.from, one.to);
        if (one.from === 'suspended') assert.equal(one.by, 'operator');
        if (one.by === 'rules' && rank(one.to) > rank(one.from))
          assert.ok(
            one.rules.some(rule => rule.id === one.reason && rule.breached !== null),
            `${one.reason}`,
          );
        return one.to;
      }, 'active');
    }),
    { numRuns: 300 },
  );
});

function lived(
  events: readonly StandingEvent[],
  looks: readonly number[],
  to: number,
  rules = RULES,
): { readonly account: Account; readonly changes: readonly Change[] } {
  let account = newAccount(FACTS, START);
  const changes: Change[] = [];
  const take = (step: { readonly account: Account; readonly changes: readonly Change[] }): void => {
    account = step.account;
    changes.push(...step.changes);
  };
  let look = 0;
  for (const event of events) {
    // A look at the time of an event comes before it, as a tick of the same millisecond may.
    for (; (looks[look] ?? Number.POSITIVE_INFINITY) <= event.at; look++) take(advanced(rules, account, looks[look] as number));
    take(happened(rules, account, event));
  }
  for (; look < looks.length; look++) take(advanced(rules, account, looks[look] as number));
  take(advanced(rules, account, to));
  return { account, changes };
}
