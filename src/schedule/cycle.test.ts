// When a batch that repeats runs, over the days on which clocks change.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DAYS, isZone, latestUpTo, nextAfter, nextRun, type Rhythm } from './cycle.ts';

const at = (text: string): number => Date.parse(text);
const shown = (time: number): string => new Date(time).toISOString().slice(0, 16);
/** The next `count` runs behind a time. */
function runs(rhythm: Rhythm, from: string, count: number): readonly string[] {
  const list: string[] = [];
  for (let time = at(from); list.length < count; list.push(shown(time))) time = nextAfter(rhythm, at(from), time);
  return list;
}

test('a time of day stays that time when summer time begins and ends', () => {
  const nine = { at: '09:00', timeZone: 'Europe/Berlin' };
  assert.deepEqual(runs(nine, '2026-03-27T09:00:00Z', 3), ['2026-03-28T08:00', '2026-03-29T07:00', '2026-03-30T07:00']);
  assert.deepEqual(runs(nine, '2026-10-23T09:00:00Z', 3), ['2026-10-24T07:00', '2026-10-25T08:00', '2026-10-26T08:00']);
  // 02:30 is skipped on the one day and there twice on the other: once each.
  const night = { at: '02:30', timeZone: 'Europe/Berlin' };
  assert.deepEqual(runs(night, '2026-03-28T02:00:00Z', 3), ['2026-03-29T01:30', '2026-03-30T00:30', '2026-03-31T00:30']);
  assert.deepEqual(runs(night, '2026-10-24T02:00:00Z', 3), ['2026-10-25T00:30', '2026-10-26T01:30', '2026-10-27T01:30']);
});

test('days of the week are those of the zone', () => {
  const rhythm: Rhythm = { at: '00:15', timeZone: 'Asia/Jakarta', days: ['mon', 'thu'] };
  // Monday 00:15 in Jakarta is Sunday 17:15 UTC.
  assert.deepEqual(runs(rhythm, '2026-11-28T00:00:00Z', 3), ['2026-11-29T17:15', '2026-12-02T17:15', '2026-12-06T17:15']);
});

test('so many seconds count from the first run', () => {
  const rhythm = { everySeconds: 3_600 };
  const first = at('2026-11-30T08:30:00Z');
  assert.equal(shown(nextAfter(rhythm, first, first - 1)), '2026-11-30T08:30');
  assert.equal(shown(nextAfter(rhythm, first, first)), '2026-11-30T09:30');
  assert.equal(shown(nextAfter(rhythm, first, first + 3_600_001)), '2026-11-30T10:30');
  assert.equal(shown(latestUpTo(rhythm, first, first + 5 * 3_600_000 + 7)), '2026-11-30T13:30');
});

test('a cycle ends by its times or its end', () => {
  const first = at('2026-11-30T08:00:00Z');
  const daily = { at: '08:00', timeZone: 'UTC' };
  assert.equal(nextRun({ ...daily, times: 2 }, first, first, 1), first + 86_400_000);
  assert.equal(nextRun({ ...daily, times: 2 }, first, first, 2), null);
  assert.equal(nextRun({ ...daily, until: first + 86_400_000 }, first, first, 1), first + 86_400_000);
  assert.equal(nextRun({ ...daily, until: first + 86_399_999 }, first, first, 1), null);
  assert.ok(isZone('Asia/Jakarta') && !isZone('Asia/Nowhere'));
});

test('property: runs ascend, none lies between a run and the next, and what was missed is the latest', () => {
  const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Africa/Casablanca');
  const time = fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
    .map(parts => parts.map(n => String(n).padStart(2, '0')).join(':'));
  const days = fc.option(fc.subarray([...DAYS], { minLength: 1 }), { nil: undefined });
  const rhythm: fc.Arbitrary<Rhythm> = fc.oneof(
    fc.record({ everySeconds: fc.integer({ min: 300, max: 10_000_000 }) }),
    fc.record({ at: time, timeZone: zone, days }).map(({ days, ...rest }) => (days ? { ...rest, days } : rest)),
  );
  const first = at('2026-01-01T00:00:00Z');
  fc.assert(
    fc.property(rhythm, fc.integer({ min: 0, max: 2 * 366 * 86_400_000 }), (one, later) => {
      const next = nextAfter(one, first, first + later);
      assert.ok(next > first + later);
      const missed = latestUpTo(one, first, next);
      assert.equal(missed, next);
      assert.ok(latestUpTo(one, first, next - 1) <= first + later);
    }),
  );
});
