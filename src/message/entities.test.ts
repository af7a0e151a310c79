// Character references: numbers in every spelling, names, and what is none stays.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeEntities } from './entities.ts';

const SPELLINGS: Readonly<Record<string, (point: number) => string>> = {
  decimal: point => `&#${point};`,
  hex: point => `&#x${point.toString(16)};`,
  'large hex': point => `&#X${point.toString(16).toUpperCase()};`,
  padded: point => `&#${'0'.repeat(30)}${point};`,
  'padded hex': point => `&#x${'0'.repeat(30)}${point.toString(16)};`,
};
for (const [how, spell] of Object.entries(SPELLINGS))
  test(`${how} references give the text back`, () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 40 }).map(text => text.replaceAll('\0', '')),
        text => {
          assert.equal(
            decodeEntities(
              Array.from(text)
                .map(one => spell(one.codePointAt(0) ?? 0))
                .join(''),
            ),
            text,
          );
        },
      ),
    );
  });

test('without a semicolon: numbers and old names only', () => {
  assert.equal(decodeEntities('&#86&#105&#x61gra'), 'Viagra');
  assert.equal(decodeEntities('&#x61 &lt &eacute &nbsp'), 'a < é  ');
  assert.equal(decodeEntities('AT&Times &hellip &nobody; &'), 'AT&Times &hellip &nobody; &');
});

test('names of invisible, drawn and borrowed letters', () => {
  assert.equal(decodeEntities('v&ZeroWidthSpace;i&afr;g&NoBreak;r&ascr;'), 'v\u200biag\u2060ra');
  assert.equal(decodeEntities('&acy;&omicron;'), 'аο');
});

test('numbers that are no character give nothing, and nothing throws', () => {
  assert.equal(decodeEntities('a&#0;b&#xd800;c&#x110000;d&#99999999999;e'), 'abcde');
  fc.assert(
    fc.property(fc.array(fc.constantFrom('&', '#', 'x', '0', '9', 'f', ';', 'amp', 'é', ' '), { maxLength: 60 }), pieces => {
      assert.ok(decodeEntities(pieces.join('')).length <= pieces.join('').length);
    }),
    { numRuns: 500 },
  );
});
