import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { spanOf } from './window.ts';

test('rows near the window are drawn, the rest is room', () => {
  assert.deepEqual(spanOf(100_000, 40, 40_000, 800, 10), { first: 990, last: 1030, before: 39_600, after: (100_000 - 1030) * 40 });
  assert.deepEqual(spanOf(3, 40, -200, 800), { first: 0, last: 3, before: 0, after: 0 });
});

test('drawn rows and room always add up, and never more is drawn than fits', () => {
  fc.assert(
    fc.property(fc.nat(200_000), fc.integer({ min: -5000, max: 10_000_000 }), fc.integer({ min: 100, max: 4000 }), (rows, top, height) => {
      const { first, last, before, after } = spanOf(rows, 40, top, height);
      assert.equal(before + (last - first) * 40 + after, rows * 40);
      assert.ok(last - first <= height / 40 + 26);
    }),
  );
});
