// Made mail: every core is in the form, comes out whole, and the same seed makes the same bytes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { walk } from '../../src/message/walk.ts';
import { composeMail } from './compose.ts';
import { coresOf, expand, readCores } from './cores.ts';
import { CORES, madeMail } from './made.ts';
import { newRandom } from './random.ts';

const cores = readCores(CORES);

test('every core is composed whole: nothing of the markup is left, a message with a sender and a body comes out', () => {
  const random = newRandom(3);
  for (const core of cores) {
    const { raw } = composeMail(core, random);
    const message = walk(raw);
    const text = message.leaves.filter(leaf => /^text\/(?:plain|html)$/.test(leaf.type) && leaf.fileName === null).map(leaf => leaf.text());
    assert.ok(text.length > 0, core.file);
    for (const one of text)
      assert.doesNotMatch(
        one,
        /\{[^{}<>;:]{1,60}\|[^{}<>;:]{0,60}\}|\[\[|\$(?:own|first|name|company|number|price)\b/,
        `${core.file} ${core.subject}`,
      );
    assert.match(raw.toString('latin1'), /^From: .*@/m, core.file);
  }
});

test('both kinds and the three languages are there in number', () => {
  for (const lang of ['en', 'id', 'zh'])
    for (const isBad of [true, false]) {
      const count = cores.filter(core => core.lang.startsWith(lang) && (core.label !== 'ham') === isBad).length;
      assert.ok(count >= 80, `${lang} ${isBad ? 'bad' : 'ham'}: ${count}`);
    }
});

test('the same seed makes the same mail, another seed other mail', () => {
  const digest = (seed: number): string =>
    madeMail(1, seed)
      .map(one => one.raw.toString('latin1'))
      .join('\0');
  assert.equal(digest(5), digest(5));
  assert.notEqual(digest(5), digest(6));
});

test('alternatives nest, slots are filled, unknown ones stay', () => {
  const text = expand('{a|{b|c}} $first $unknown', newRandom(1), name => (name === 'first' ? 'Ann' : null));
  assert.match(text, /^[abc] Ann \$unknown$/);
});

test('a file that is not in the form is named', () => {
  assert.throws(() => coresOf('x.txt', 'hello'), /x\.txt/);
  assert.throws(() => coresOf('x.txt', 'lang: en\nlabel: ham\n===\nsubject: x\n'), /x\.txt: core 1/);
});
