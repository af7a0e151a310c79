import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextDue } from './backoff.ts';

const MINUTE = 60_000;

test('steps grow to four hours, and chance spreads each over its own length', () => {
  const steps = Array.from({ length: 9 }, (_, attempts) => nextDue(0, attempts, 0.5) / MINUTE);
  assert.deepEqual(steps, [1, 5, 15, 30, 60, 120, 240, 240, 240]);
  assert.deepEqual([nextDue(0, 2, 0), nextDue(0, 2, 1)], [7.5 * MINUTE, 22.5 * MINUTE]);
});

test('what failed together comes back spread', () => {
  const tenths = new Set(Array.from({ length: 2_000 }, () => Math.floor((nextDue(0, 1) / MINUTE - 2.5) * 2)));
  assert.deepEqual(
    [...tenths].toSorted((a, b) => a - b),
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  );
});
