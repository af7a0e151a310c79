// The YARA engine with real rules: matches are told, a rule that takes too long is left out and the rest goes on, rules that do not compile
// are a failure and never clean.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { newYara, type Yara } from './yara.ts';

/** Not among our packages: its lock entries name packages for other systems that a closed registry may not have. */
function missing(): string | false {
  try {
    import.meta.resolve('@litko/yara-x');
    return false;
  } catch {
    return 'npm package @litko/yara-x is not installed (npm i --no-save @litko/yara-x@0.3.0)';
  }
}
const skip = missing();

function yaraOf(
  rules: Readonly<Record<string, string>>,
  budgetMs = 2_000,
): { readonly yara: Yara; readonly told: string[]; readonly end: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'sesame-yara-'));
  for (const [name, source] of Object.entries(rules)) writeFileSync(join(folder, name), source);
  const told: string[] = [];
  const silent = (): void => undefined;
  const yara = newYara(folder, budgetMs, { debug: silent, info: silent, warn: silent, error: text => void told.push(text) });
  return { yara, told, end: () => (yara.close(), rmSync(folder, { recursive: true })) };
}
const word = (name: string, text: string, tag = ''): string =>
  `rule ${name} ${tag && `: ${tag} `}{ strings: $a = "${text}" condition: $a }`;

test('rules match, and say by a tag whether they mean malware', { skip }, async () => {
  const { yara, end } = yaraOf({
    'a.yar': word('one', 'sesame-one', 'malware'),
    'b.yara': word('two', 'sesame-two'),
    'c.txt': 'not a rule',
  });
  assert.deepEqual(await yara.look(Buffer.from('with sesame-one and sesame-two in it')), {
    kind: 'seen',
    matches: [
      { rule: 'one', malware: true },
      { rule: 'two', malware: false },
    ],
  });
  const many = await Promise.all(Array.from({ length: 20 }, (_, i) => yara.look(Buffer.from(i % 2 ? 'sesame-two' : 'nothing'))));
  assert.deepEqual(
    many.map(one => (one.kind === 'seen' ? one.matches.length : -1)),
    Array.from({ length: 20 }, (_, i) => i % 2),
  );
  end();
});

test('a rule over its budget is left out, the others still look', { skip }, async () => {
  const slow = 'rule slow { strings: $a = /a.{0,4000}b.{0,4000}c/s condition: $a }';
  const { yara, told, end } = yaraOf({ 'a.yar': slow, 'b.yar': word('one', 'sesame-one') }, 200);
  const before = yara.version();
  const answer = await yara.look(Buffer.concat([Buffer.from('ab'.repeat(60_000)), Buffer.from('sesame-one')]));
  assert.deepEqual(answer, { kind: 'seen', matches: [{ rule: 'one', malware: false }] });
  assert.equal(told.length, 1);
  assert.notEqual(yara.version(), before, 'what was scanned by all rules is told apart');
  end();
});

test('rules that do not compile are a failure, and a folder without rules is told at the start', { skip }, async () => {
  const { yara, end } = yaraOf({ 'a.yar': 'rule broken {' });
  assert.equal((await yara.look(Buffer.from('x'))).kind, 'failed');
  end();
  assert.throws(() => yaraOf({}), /holds no \.yar/);
});
