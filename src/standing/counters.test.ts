// The counters are a function of the events: kept up one by one in any order they equal a recount, written here in the plainest way.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import * as bounds from './bounds.ts';
import { completed, COUNTS, counted, hourOf, noCounters, pace, sums, type Counters } from './counters.ts';
import { isMalware, isSpamReply, type Login, type StandingEvent } from './events.ts';
import { countSince } from './recent.ts';

const NOW = 20_000 * bounds.DAY_MS + 1_234_567;
const small = fc.integer({ min: 1, max: 9 });
const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
const emailId = fc.option(name);
const happening = fc.oneof(
  fc.record({ kind: fc.constant('accepted' as const), mails: small, recipients: small, newTemplates: fc.nat(9) }),
  fc.record({ kind: fc.constant('blocked' as const), recipients: small, emailId }),
  fc.record({
    kind: fc.constant('spam' as const),
    pattern: fc.boolean(),
    fingerprint: fc.option(name),
    recipients: fc.array(fc.integer({ min: 0, max: 400 }).map(String), { maxLength: 60 }),
    findings: fc.array(name, { maxLength: 3 }),
  }),
  fc.record({
    kind: fc.constant('malware' as const),
    class: fc.constantFrom('infected' as const, 'heuristic' as const),
    name: fc.constantFrom('Win.Test', 'PUA.Tool', 'Heuristics.Odd', 'Broken.Executable'),
    file: fc.integer({ min: 0, max: 300 }).map(String),
    emailId,
  }),
  fc.record({ kind: fc.constant('delivered' as const), recipients: small }),
  fc.record({
    kind: fc.constant('bounced' as const),
    recipients: small,
    class: fc.constantFrom('hard', 'content', 'block'),
    reason: fc.constantFrom('userunknown', 'spamdetected', 'blocked', null),
    reply: name,
    emailId,
  }),
  fc.record({ kind: fc.constant('complained' as const), feedbackType: name, emailId }),
  fc.record({ kind: fc.constant('trap' as const), emailId }),
  fc.record({
    kind: fc.constant('login' as const),
    network: fc.integer({ min: 0, max: 80 }).map(String),
    isNew: fc.boolean(),
    failures: fc.integer({ min: 0, max: bounds.FAILED_NETWORKS_KEPT }),
    country: fc.constantFrom('ID', 'CN', 'US', 'SG'),
    isNewCountry: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('failed_login' as const), network: fc.integer({ min: 0, max: 80 }).map(String) }),
);
const age = fc.oneof(fc.integer({ min: 0, max: 40 * bounds.DAY_MS }), fc.integer({ min: 0, max: bounds.HOUR_MS }), fc.constant(0));
const events: fc.Arbitrary<StandingEvent[]> = fc.array(
  fc.tuple(happening, age).map(([what, age]) => ({ ...what, at: NOW - age })),
  { maxLength: 150, size: 'max' },
);

const fold = (all: readonly StandingEvent[]): Counters => all.reduce(counted, noCounters);

test('the order of events makes no difference', () => {
  fc.assert(
    fc.property(
      events.chain(all => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
      ([all, shuffled]) => assert.deepEqual(fold(shuffled), fold(all)),
    ),
    { numRuns: 300 },
  );
});

test('sums and distinct things equal a recount from the events', () => {
  fc.assert(
    fc.property(events, fc.constantFrom(1, 24, 168), (all, hours) => {
      const at = Math.max(0, ...all.map(one => one.at));
      const kept = fold(all);
      assert.deepEqual(sums(kept, at, hours), recount(all, at, hours));
      const since = at - hours * bounds.HOUR_MS;
      const some = all.filter(one => one.at > since);
      const different = (ids: readonly string[], most: number): number => Math.min(most, new Set(ids).size);
      const spam = some.filter(one => one.kind === 'spam').filter(one => !one.pattern);
      assert.deepEqual(
        [
          countSince(kept.distinct.malware, since),
          countSince(kept.distinct.fingerprints, since),
          countSince(kept.distinct.spamRecipients, since),
          countSince(kept.distinct.networks, since),
          countSince(kept.distinct.newNetworks, since),
          countSince(kept.distinct.guesses, since),
          countSince(kept.distinct.failedNetworks, since),
          countSince(kept.distinct.countries, since),
          countSince(kept.distinct.newCountries, since),
        ],
        [
          different(
            some.filter(one => one.kind === 'malware').flatMap(one => (isMalware(one) ? [one.file] : [])),
            bounds.MALWARE_KEPT,
          ),
          different(
            spam.flatMap(one => one.fingerprint ?? []),
            bounds.FINGERPRINTS_KEPT,
          ),
          different(
            spam.flatMap(one => one.recipients),
            bounds.SPAM_RECIPIENTS_KEPT,
          ),
          different(
            some.filter(one => one.kind === 'login').map(one => one.network),
            bounds.NETWORKS_KEPT,
          ),
          different(
            some.filter(one => one.kind === 'login' && one.isNew).map(one => (one as Login).network),
            bounds.NEW_NETWORKS_KEPT,
          ),
          different(
            some
              .filter(one => one.kind === 'login' && one.isNew && one.failures! >= bounds.GUESSING_NETWORKS)
              .map(one => (one as Login).network),
            bounds.GUESSES_KEPT,
          ),
          different(
            some.filter(one => one.kind === 'failed_login').map(one => one.network),
            bounds.FAILED_NETWORKS_KEPT,
          ),
          different(
            some.flatMap(one => (one.kind === 'login' ? [one.country!] : [])),
            bounds.COUNTRIES_KEPT,
          ),
          different(
            some.flatMap(one => (one.kind === 'login' && one.isNewCountry ? [one.country!] : [])),
            bounds.NEW_COUNTRIES_KEPT,
          ),
        ],
      );
    }),
    { numRuns: 300 },
  );
});

test('the pace equals a recount', () => {
  fc.assert(
    fc.property(events, all => {
      const at = Math.max(0, ...all.map(one => one.at));
      const byHour = new Map<number, number>();
      for (const one of all) if (one.kind === 'accepted') byHour.set(hourOf(one.at), (byHour.get(hourOf(one.at)) ?? 0) + one.recipients);
      const week = [...byHour].filter(([hour]) => hour < hourOf(at) && hour > hourOf(at) - 168);
      assert.deepEqual(pace(fold(all), at), {
        current: byHour.get(hourOf(at)) ?? 0,
        busiest: Math.max(0, ...week.map(([, n]) => n)),
        days: new Set(week.map(([hour]) => Math.floor(hour / 24))).size,
      });
    }),
    { numRuns: 300 },
  );
});

test('JSON and back is the same', () => {
  fc.assert(fc.property(events, all => assert.deepEqual(JSON.parse(JSON.stringify(fold(all))), fold(all))));
});

test('counters that an older version kept go on: what it did not count was nothing', () => {
  const since = counted(noCounters, { kind: 'accepted', mails: 5, recipients: 7, at: NOW });
  const { firstLogin: _none, ...kept } = since;
  const { newNetworks: _new, failedNetworks: _failed, guesses: _guesses, ...distinct } = kept.distinct;
  const old = {
    ...kept,
    distinct,
    hours: kept.hours.map(one => ({ ...one, counts: one.counts.slice(0, COUNTS.indexOf('newTemplates')) })),
  };
  assert.deepEqual(completed(JSON.parse(JSON.stringify(old)) as Counters), since);
  fc.assert(fc.property(events, all => assert.deepEqual(completed(fold(all)), fold(all))));
});

test('guesses, unwanted programs and broken files are no malware; a block of the sending IP is no word about the mail', () => {
  for (const name of ['Heuristics.Phishing.Email', 'PUA.Win.Tool', 'Broken.Executable', 'heuristics.x'])
    assert.equal(isMalware({ class: 'infected', name }), false);
  assert.equal(isMalware({ class: 'heuristic', name: 'macro' }), false);
  assert.equal(isMalware({ class: 'unscannable', name: 'too_deep' }), false);
  assert.equal(isMalware({ class: 'infected', name: 'Win.Trojan.Agent-1' }), true);
  assert.deepEqual(['spamdetected', 'virusdetected', 'blocked', 'badreputation', null].map(isSpamReply), [true, true, false, false, false]);
});

test('an account at its worst is bounded, one in plain use has a few KB', () => {
  let worst = noCounters;
  let plain = noCounters;
  for (let hour = 0; hour < 400; hour++)
    for (let n = 0; n < 20; n++) {
      const at = NOW + hour * bounds.HOUR_MS + n;
      const id = `${hour}-${n}-0123456789`;
      plain = counted(plain, { at, kind: n === 0 ? 'accepted' : 'delivered', mails: 120, recipients: 120 });
      for (const one of [
        { kind: 'accepted', mails: 123_456, recipients: 1_234_567, newTemplates: 123_456 },
        { kind: 'delivered', recipients: 123_456 },
        { kind: 'malware', class: 'infected', name: 'x'.repeat(400), file: id, emailId: id },
        { kind: 'spam', pattern: false, fingerprint: id, recipients: [`${id}a`, `${id}b`], findings: ['y'.repeat(400)] },
        { kind: 'spam', pattern: true, fingerprint: id, recipients: [], findings: [] },
        { kind: 'bounced', recipients: 123, class: 'hard', reason: 'spamdetected', reply: 'z'.repeat(400), emailId: id },
        { kind: 'bounced', recipients: 123, class: 'content', reason: 'spamdetected', reply: 'z'.repeat(400), emailId: id },
        { kind: 'complained', feedbackType: 'abuse', emailId: id },
        { kind: 'trap', emailId: id },
        { kind: 'blocked', recipients: 99, emailId: id },
        { kind: 'login', network: id, isNew: true, failures: n % 2 === 0 ? 40 : 0 },
        { kind: 'failed_login', network: id },
      ] as const)
        worst = counted(worst, { at, ...one });
    }
  const bytes = (counters: Counters): number => JSON.stringify(counters).length;
  assert.equal(worst.hours.length, bounds.HOURS_KEPT);
  assert.equal(worst.hours[0]?.counts.length, COUNTS.length);
  assert.ok(bytes(worst) < 36_000, `${bytes(worst)} bytes`);
  assert.ok(bytes(plain) < 11_000, `${bytes(plain)} bytes`);
});

function recount(all: readonly StandingEvent[], now: number, hours: number): ReturnType<typeof sums> {
  const total = Object.fromEntries(COUNTS.map(name => [name, 0])) as Record<(typeof COUNTS)[number], number>;
  for (const one of all) {
    if (hourOf(one.at) > hourOf(now) || hourOf(one.at) <= hourOf(now) - hours) continue;
    if (one.kind === 'accepted') {
      total.mails += one.mails;
      total.recipients += one.recipients;
      total.newTemplates += one.newTemplates ?? 0;
    }
    if (one.kind === 'blocked') total.blocked += one.recipients;
    if (one.kind === 'spam') total[one.pattern ? 'patterns' : 'spam'] += 1;
    if (one.kind === 'delivered') total.delivered += one.recipients;
    if (one.kind === 'complained') total.complaints += 1;
    if (one.kind === 'trap') total.traps += 1;
    if (one.kind !== 'bounced') continue;
    total.bounced += one.recipients;
    if (one.class === 'hard') total.hard += one.recipients;
    if (one.reason === 'spamdetected') total.spamReplies += one.recipients;
  }
  return total;
}
