// Folding: disguises come out as what they look like, what is dropped pushes nothing out, and no text is too odd.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CJK, DIGIT, folded, foldText, GAP, kindOf, LETTER } from './fold.ts';

const PLAIN = 'verify your account within 24 hours';
const through = (from: string, to: string): string =>
  Array.from(PLAIN)
    .map(one => Array.from(to)[Array.from(from).indexOf(one)] ?? one)
    .join('');
const moved = (start: number): string => PLAIN.replace(/[a-z]/g, one => String.fromCodePoint(start + one.charCodeAt(0) - 97));

const DISGUISES: Readonly<Record<string, string>> = {
  Cyrillic: through('aceopxyiuv', 'асеорхуіuѵ'),
  Greek: through('aeioyutvn', 'αειογυτνη'),
  'small capitals': through('abcdefghiklmnortuvwyz', 'ᴀʙᴄᴅᴇꜰɢʜɪᴋʟᴍɴᴏʀᴛᴜᴠᴡʏᴢ'),
  Lisu: through('abcdefhiklmnorstuvwyz', 'ꓮꓐꓚꓓꓰꓝꓧꓲꓗꓡꓟꓠꓳꓣꓢꓔꓴꓦꓪꓬꓜ'),
  'full width': PLAIN.replace(/[!-~]/g, one => String.fromCharCode(one.charCodeAt(0) + 0xfee0)),
  bold: moved(0x1d41a),
  monospace: moved(0x1d68a),
  circled: moved(0x24d0),
  parenthesised: moved(0x249c),
  squared: moved(0x1f130),
  flags: moved(0x1f1e6),
  accents: Array.from(PLAIN)
    .map(one => (one === ' ' ? one : `${one}\u0301\u0336`))
    .join(''),
  'zero width': Array.from(PLAIN).join('\u200b'),
  'tag characters': Array.from(PLAIN).join('\u{e0061}'),
  capitals: PLAIN.toUpperCase(),
  'wide blanks': PLAIN.replaceAll(' ', '\u2003\u00a0\n'),
};
for (const [how, text] of Object.entries(DISGUISES)) test(`${how} read like plain letters`, () => assert.equal(folded(text), PLAIN));

test('invisible and look-alike letters are counted, and a whole word of another script is no look-alike', () => {
  assert.equal(foldText('pa\u200bss', 100).invisible, 1);
  assert.equal(foldText('p\u0430ssw\u043erd', 100).lookalikes, 2);
  assert.equal(foldText('Ваш пароль', 100).lookalikes, 0);
});

test('blanks between Chinese characters vanish, others stay single', () => {
  assert.equal(folded('发 票  代\n开'), '发票代开');
  assert.equal(folded('a   b'), 'a b');
});

test('what is dropped does not count: the word behind it is still read', () => {
  assert.equal(folded(`${' '.repeat(5_000)}${'\u200b'.repeat(5_000)}word`, 4), 'word');
});

test('kinds of folded units', () => {
  assert.deepEqual(
    Array.from('aé5发!').map(one => kindOf(foldText(one, 9).units[0] ?? 0)),
    [LETTER, LETTER, DIGIT, CJK, GAP],
  );
});

test('half a surrogate pair swallows no letter', () => assert.match(folded('v\ud800iagra'), /iagra$/));

test('any text folds to no more than it has, within the bound, and the same again', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.nat(220), (text, most) => {
      const { length } = foldText(text, most);
      assert.ok(length <= Math.min(most, text.length));
      const once = folded(text);
      folded('something else');
      assert.equal(folded(text), once);
    }),
    { numRuns: 500 },
  );
});

test('a prefix folds to a prefix, however it is asked for', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 100 }), fc.nat(50), (text, most) => {
      const whole = foldText(text, 1_000);
      const units = [...whole.units.subarray(0, Math.min(whole.length, most))];
      const part = foldText(text, most);
      const { invisible, lookalikes } = part;
      assert.deepEqual([...part.units.subarray(0, part.length)], units);
      foldText('other', 10);
      const fresh = foldText(text, most);
      assert.deepEqual([fresh.invisible, fresh.lookalikes], [invisible, lookalikes]);
    }),
  );
});
