// The same mail with another name in it is known again; another mail, a short one and another installation's sketch are not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { walk } from '../message/walk.ts';
import { alike, sketchOf, type Sketch } from './campaign.ts';
import { readMail } from './read.ts';

const WORDS = Array.from({ length: 90 }, (_, n) => `word${String.fromCharCode(97 + (n % 26))}${String.fromCharCode(97 + ((n * 7) % 26))}`);
const sketch = (text: string, key = 77): Sketch =>
  sketchOf(readMail(walk(Buffer.from(`From: a@b.example\r\nSubject: x\r\n\r\n${text}`)), { direction: 'in' }).evidence, key);
const sure = (one: Sketch): readonly number[] => {
  assert.ok(one);
  return one;
};

test('a campaign with other names in it is alike', () => {
  const one = sure(sketch(`Dear Ann, ${WORDS.join(' ')} order 11`));
  const other = sure(sketch(`Dear Tom, ${WORDS.join(' ')} order 92`));
  assert.equal(one.length, 16);
  assert.deepEqual(
    one,
    one.toSorted((a, b) => a - b),
  );
  assert.equal(alike(one, other), true);
});

test('another mail is not', () => {
  const other = Array.from(
    { length: 90 },
    (_, n) => `else${String.fromCharCode(97 + (n % 26))}${String.fromCharCode(98 + ((n * 5) % 25))}`,
  );
  assert.equal(alike(sure(sketch(WORDS.join(' '))), sure(sketch(other.join(' ')))), false);
});

test('a short mail has none, and another key gives another', () => {
  assert.equal(sketch('see you at noon'), null);
  assert.equal(alike(sure(sketch(WORDS.join(' '), 1)), sure(sketch(WORDS.join(' '), 2))), false);
});
