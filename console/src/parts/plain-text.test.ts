import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainText } from './plain-text.ts';

test('marks that turn or hide text are shown as their number', () => {
  assert.equal(plainText('550 \u202egnp.exe'), '550 \\u202egnp.exe');
  assert.equal(plainText('a\u200bb\u2066c\ufeff\0'), 'a\\u200bb\\u2066c\\ufeff\\u0000');
  assert.equal(plainText('250 ok\nnext\tline <img onerror=1>'), '250 ok\nnext\tline <img onerror=1>');
});

test('long text is cut, not in the middle of a character', () => {
  assert.equal(plainText('x'.repeat(600)).length, 501);
  assert.equal(plainText('ab😀', 3), 'ab…');
});
