// Days and hours of time zones: laws of real zones, and for any zone that spans follow each other without a gap and agree with its calendar.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SLOT_MS } from './bounds.ts';
import { dayStart, daysBefore, spans, timeZoneOf } from './calendar.ts';

const HOUR = 3_600_000;
const ZONES = Intl.supportedValuesOf('timeZone');
const at = (text: string): number => Date.parse(text);
const lengths = (zone: string, from: string, to: string): readonly number[] =>
  [...spans({ from: dayStart(from, zone) ?? 0, to: dayStart(to, zone) ?? 0 }, 'day', zone)].map(span => (span.to - span.from) / HOUR);

test('days have as many hours as the zone’s law gives them', () => {
  assert.deepEqual(lengths('Europe/Berlin', '2026-03-28', '2026-03-31'), [24, 23, 24]);
  assert.deepEqual(lengths('Europe/Berlin', '2026-10-24', '2026-10-27'), [24, 25, 24]);
  assert.deepEqual(lengths('Australia/Lord_Howe', '2026-04-04', '2026-04-07'), [24, 24.5, 24]);
  assert.deepEqual(lengths('Asia/Jakarta', '2026-03-28', '2026-03-31'), [24, 24, 24]);
});

test('quarters of an hour: Kathmandu, Calcutta, and a day that begins at one o’clock', () => {
  assert.equal(dayStart('2026-11-30', 'Asia/Kathmandu'), at('2026-11-29T18:15:00Z'));
  assert.equal(dayStart('2026-11-30', 'Asia/Calcutta'), at('2026-11-29T18:30:00Z'));
  // Paraguay and Lebanon change their clocks at midnight.
  assert.equal(dayStart('2026-03-29', 'Asia/Beirut'), at('2026-03-28T22:00:00Z'));
  assert.equal(dayStart('2026-02-30', 'UTC'), null);
  assert.equal(dayStart('tomorrow', 'UTC'), null);
});

test('hours follow the clock on the wall, also where it is put back by half an hour', () => {
  const hours = [...spans({ from: at('2026-04-04T14:00:00Z'), to: at('2026-04-04T16:30:00Z') }, 'hour', 'Australia/Lord_Howe')];
  assert.deepEqual(
    hours.map(one => new Date(one.from).toISOString().slice(11, 16)),
    ['14:00', '15:00', '15:30'],
  );
  assert.equal([...spans({ from: at('2026-10-24T22:00:00Z'), to: at('2026-10-25T23:00:00Z') }, 'hour', 'Europe/Berlin')].length, 25);
});

test('names of zones: any case, links, no offsets, no nonsense', () => {
  assert.equal(timeZoneOf('asia/jakarta'), 'Asia/Jakarta');
  assert.equal(timeZoneOf('UTC'), 'UTC');
  for (const none of ['', '+07:00', '07:00', 'Mars/Base', 'Asia/Jakarta ', '../etc']) assert.equal(timeZoneOf(none), null, none);
});

test('spans of any zone follow each other, are whole slots and lie in one day of its calendar', () => {
  const day = (zone: string): Intl.DateTimeFormat => new Intl.DateTimeFormat('en-CA', { timeZone: zone });
  fc.assert(
    fc.property(
      fc.constantFrom(...ZONES),
      fc.integer({ min: at('2024-01-01') / SLOT_MS, max: at('2027-12-31') / SLOT_MS }),
      fc.integer({ min: 1, max: 96 * 40 }),
      fc.constantFrom('day', 'hour' as const),
      (zone, slot, slots, unit) => {
        const [from, to] = [slot * SLOT_MS, (slot + slots) * SLOT_MS];
        const format = day(zone);
        let end = from;
        for (const span of spans({ from, to }, unit, zone)) {
          assert.equal(span.from, end);
          assert.ok(span.to > span.from && span.to % SLOT_MS === 0);
          assert.equal(format.format(span.from), format.format(span.to - 1));
          if (unit === 'day' && span.to < to) assert.notEqual(format.format(span.to), format.format(span.to - 1));
          if (unit === 'hour') assert.ok(span.to - span.from <= HOUR);
          end = span.to;
        }
        assert.equal(end, to);
      },
    ),
    { numRuns: 300 },
  );
});

test('days before count days of the calendar, not 24 hours', () => {
  assert.equal(daysBefore(at('2026-10-26T12:00:00Z'), 1, 'Europe/Berlin'), at('2026-10-24T22:00:00Z'));
  assert.equal(daysBefore(at('2026-10-25T12:00:00Z'), -1, 'Europe/Berlin'), at('2026-10-25T23:00:00Z'));
});
