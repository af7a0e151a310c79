// Spelled-out text is put together, and ordinary text of every kind comes back as it is.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { unmask } from './unmask.ts';

const PLAIN = 'your account has been limited please confirm your password today';
const apart = (sign: string, gap: string): string => PLAIN.replaceAll(' ', gap).replace(/(?<=[a-z])(?=[a-z])/g, sign);

const MASKS: Readonly<Record<string, string>> = {
  blanks: apart(' ', '   '),
  dots: apart('.', ' '),
  underscores: apart('_', '  '),
  emoji: apart('😀', ' '),
  'dots and invisible characters': apart('\u200b.\u200b', ' '),
  leet: PLAIN.replace(/[aeios]/g, one => '43105'['aeios'.indexOf(one)] ?? one),
  'right to left': PLAIN.replace(/[a-z]+/g, word => `\u202e${Array.from(word).toReversed().join('')}\u202c`),
};
for (const [how, text] of Object.entries(MASKS))
  test(`letters apart by ${how}`, () =>
    assert.equal(
      unmask(text)
        .replace(/\s+/g, ' ')
        .replace(/\u200b/g, ''),
      PLAIN,
    ));

const OFFER = '专业代开各类发票税点优惠欢迎来电咨询可先验证后付款';
test('Chinese with signs between', () => assert.equal(unmask(Array.from(OFFER).join('.')), OFFER));

const ORDINARY: readonly string[] = [
  PLAIN,
  'A plan B is what I want: options a) b) c) and d), see e.g. U.S.A. or the U.K. I am, as I said, a fan of x, y and z.',
  'x <- c(1, 2, 3); y <- a + b * z; f(x, y) = a x + b y + c z where i, j, k in 1..n',
  '0 1 0 1 1 0\n1 0 0 1 0 1\n'.repeat(20),
  'Order 4A51 of h3x2b1c9 and a1b2c3d4e5f6 by k8s on ec2 with b2b, mp3 and h264 files at https://a.test/x1y2z3 for a1@b2.example',
  '会议改到周五下午三点，地点不变，请大家准时参加。一、二、三楼都可以。',
];
for (const text of ORDINARY) test(`ordinary: ${text.slice(0, 30)}`, () => assert.equal(unmask(text), text));

test('any text comes back no longer than it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), text => assert.ok(unmask(text).length <= text.length)),
    { numRuns: 500 },
  );
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', '.', ' ', '1', '\u202e', '\u202c', '票', '😀', '\n', '@'), { maxLength: 200 }), pieces => {
      assert.ok(unmask(pieces.join('')).length <= pieces.join('').length);
    }),
    { numRuns: 500 },
  );
});
