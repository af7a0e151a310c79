// What is new to an account: a network not among those of 30 days, once there are usual ones to compare with.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as bounds from './bounds.ts';
import { counted, noCounters, type Counters } from './counters.ts';
import type { Happening, LoginFrom } from './events.ts';
import { seenLogin } from './logins.ts';

const NOW = 20_000 * bounds.DAY_MS;
const fold = (...all: readonly (readonly [Happening, number])[]): Counters =>
  all.reduce((counters, [what, ago]) => counted(counters, { ...what, at: NOW - ago }), noCounters);
const login = (network: string, country?: string): LoginFrom => ({ kind: 'login', network, ...(country ? { country } : {}) });
const failed = (count: number): readonly (readonly [Happening, number])[] =>
  Array.from({ length: count }, (_, n) => [{ kind: 'failed_login', network: `f${n}` }, n * 60_000] as const);

test('nothing is new in the first week, and then what was not seen for 30 days', () => {
  assert.equal(seenLogin(noCounters, login('a'), NOW).isNew, undefined);
  assert.equal(seenLogin(fold([login('a'), bounds.USUAL_AFTER_MS - 1]), login('b'), NOW).isNew, undefined);
  const week = fold([login('a'), bounds.USUAL_AFTER_MS], [login('a'), bounds.HOUR_MS]);
  assert.deepEqual(seenLogin(week, login('b'), NOW), { kind: 'login', network: 'b', isNew: true, failures: 0 });
  assert.equal(seenLogin(week, login('a'), NOW).isNew, undefined);
  const long = fold([login('b'), 29 * bounds.DAY_MS], [login('a'), 28 * bounds.DAY_MS]);
  assert.equal(seenLogin(long, login('b'), NOW).isNew, undefined);
  assert.equal(seenLogin(long, login('b'), NOW + 2 * bounds.DAY_MS).isNew, true);
});

test('who has as many networks as are kept has no usual ones', () => {
  const many = (count: number): Counters =>
    fold(...Array.from({ length: count }, (_, n) => [login(`n${n}`), (20 * 24 - n) * bounds.HOUR_MS] as const));
  assert.equal(seenLogin(many(bounds.NETWORKS_KEPT - 1), login('b'), NOW).isNew, true);
  assert.equal(seenLogin(many(bounds.NETWORKS_KEPT), login('b'), NOW).isNew, undefined);
});

test('who moves about has new networks no more, for 30 days; many within a day are no moving about', () => {
  const moved = (...agoMs: readonly number[]): Counters =>
    fold(
      [login('a'), 29 * bounds.DAY_MS],
      ...agoMs.map((ago, n) => [{ kind: 'login', network: `m${n}`, isNew: true }, ago] satisfies [Happening, number]),
    );
  const days = [9, 4, 2].map(day => day * bounds.DAY_MS);
  assert.equal(seenLogin(moved(...days), login('b'), NOW).isNew, undefined);
  assert.equal(seenLogin(moved(...days), login('b'), NOW + 22 * bounds.DAY_MS).isNew, true);
  assert.equal(seenLogin(moved(...days.slice(1)), login('b'), NOW).isNew, true);
  assert.equal(seenLogin(moved(1, 2, 3, 4, 5), login('b'), NOW).isNew, true);
});

test('failures of the day before are counted by network, of a new network only', () => {
  const tried = fold(
    [login('a'), 9 * bounds.DAY_MS],
    [{ kind: 'failed_login', network: 'old' }, bounds.DAY_MS],
    ...failed(23),
    ...failed(5),
  );
  assert.equal(seenLogin(tried, login('b'), NOW).failures, 23);
  assert.equal(seenLogin(tried, login('a'), NOW).failures, undefined);
});

test('countries likewise, apart from networks: known for a week, and not by one who moves about', () => {
  const week = fold([login('a'), 20 * bounds.DAY_MS], [login('a', 'ID'), bounds.USUAL_AFTER_MS], [login('c', 'ID'), bounds.HOUR_MS]);
  assert.deepEqual(seenLogin(week, login('b', 'US'), NOW), {
    kind: 'login',
    network: 'b',
    country: 'US',
    isNew: true,
    failures: 0,
    isNewCountry: true,
  });
  assert.deepEqual(seenLogin(week, login('b', 'ID'), NOW), { kind: 'login', network: 'b', country: 'ID', isNew: true, failures: 0 });
  assert.equal(seenLogin(week, login('a', 'US'), NOW).isNewCountry, true);
  assert.equal(seenLogin(week, login('b'), NOW).isNewCountry, undefined);
  // The file of countries was named a day ago: what was before it is not known.
  assert.equal(
    seenLogin(fold([login('a'), 20 * bounds.DAY_MS], [login('a', 'ID'), bounds.DAY_MS]), login('b', 'US'), NOW).isNewCountry,
    undefined,
  );
  const travels = fold(
    [login('a', 'ID'), 20 * bounds.DAY_MS],
    ...['SG', 'MY', 'AU'].map(
      (country, n) => [{ ...login('t', country), isNewCountry: true }, (n + 2) * bounds.DAY_MS] satisfies [Happening, number],
    ),
  );
  assert.equal(seenLogin(travels, login('b', 'US'), NOW).isNewCountry, undefined);
});
