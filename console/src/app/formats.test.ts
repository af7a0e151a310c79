import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatsOf } from './formats.ts';

const of = (language: 'en' | 'id' | 'zh'): ReturnType<typeof formatsOf> => formatsOf(language, 'Asia/Jakarta');
const same = (shown: (one: ReturnType<typeof of>) => string, wanted: readonly [string, string, string]): void =>
  assert.deepEqual(
    (['en', 'id', 'zh'] as const).map(language => shown(of(language)).replace(/[\u00a0\u202f]/g, ' ')),
    wanted,
  );

test('numbers and shares as each language writes them', () => {
  same(f => f.number(1_234_567.8), ['1,234,567.8', '1.234.567,8', '1,234,567.8']);
  same(f => f.percent(0.00841), ['0.84%', '0,84%', '0.84%']);
  same(f => f.percent(0.9861), ['98.6%', '98,6%', '98.6%']);
  same(f => f.percent(0), ['0%', '0%', '0%']);
  same(f => f.compact(1_200_000), ['1.2M', '1,2 jt', '120万']);
});

test('nothing is a dash, never 0', () => {
  for (const shown of [
    of('en').number(null),
    of('en').percent(undefined),
    of('en').time(null),
    of('en').bytes(null),
    of('en').ago(undefined, 0),
  ])
    assert.equal(shown, '–');
});

test('times stand in the zone, by 24 hours', () => {
  const at = '2026-11-22T02:05:00Z';
  same(f => f.time(at), ['Nov 22, 2026, 09:05', '22 Nov 2026, 09.05', '2026年11月22日 09:05']);
  assert.equal(of('en').clock('2026-11-22T02:40:02.114Z'), '09:40:02.114');
  same(f => f.ago(at, Date.parse(at) + 180_000), ['3 minutes ago', '3 menit yang lalu', '3分钟前']);
});

test('sizes of 1000, durations in two units', () => {
  same(f => f.bytes(11_264), ['11.3 kB', '11,3 kB', '11.3 kB']);
  same(f => f.bytes(508), ['508 bytes', '508 byte', '508字节']);
  assert.equal(of('en').duration(301_400), '5 min 1 sec');
  assert.equal(of('en').duration(29), '29 ms');
  assert.equal(of('en').duration(4.78), '4.8 ms');
  assert.equal(of('en').duration(90_000_000), '1 day 1 hr');
});
