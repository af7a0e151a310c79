import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { newLines } from './lines.ts';

test('lines come whole, however the text was cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ minLength: 1 }).filter(one => !/\n/.test(one) && one.trim() !== '')),
      fc.integer({ min: 1, max: 7 }),
      (all, size) => {
        const text = all.join('\n');
        const lines = newLines();
        const read: string[] = [];
        for (let at = 0; at < text.length; at += size) read.push(...lines.add(text.slice(at, at + size)));
        read.push(...lines.end());
        assert.deepEqual(read, all);
      },
    ),
  );
});
