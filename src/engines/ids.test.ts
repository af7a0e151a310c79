// Ids differ, also when many are made in one moment, and sort by the time of making.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from './ids.ts';

test('ten thousand ids of one moment differ in their chance', () => {
  const ids = Array.from({ length: 10_000 }, () => newId('evt', 1_800_000_000_000));
  assert.equal(new Set(ids.map(id => id.slice(-16))).size, ids.length);
  assert.ok(ids.every(id => /^evt_[0-9a-hjkmnp-tv-z]{26}$/.test(id)));
  assert.equal(new Set(ids.map(id => id.slice(0, 14))).size, 1);
});

test('a later id sorts behind an earlier one', () => {
  const times = [0, 1, 31, 32, 1_800_000_000_000, 1_800_000_000_001];
  const ids = times.map(at => newId('msg', at));
  assert.deepEqual(ids.toSorted(), ids);
});
