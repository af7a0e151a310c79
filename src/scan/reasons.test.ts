// Every rule that an opener or a form may tell has a sentence in each language: rules are found in the source, so that a new one can't be
// forgotten.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { hasReason, reasonOf } from './reasons.ts';

const OPENERS = new URL('./openers/', import.meta.url);
/** Told by no one: what waits to be started by hand (unpack.ts). */
const QUIET = new Set(['macro']);

test('rules of the openers have sentences', () => {
  const rules = new Set<string>();
  for (const file of readdirSync(OPENERS).filter(name => name.endsWith('.ts') && !name.endsWith('.test.ts'))) {
    const source = readFileSync(new URL(file, OPENERS), 'utf8');
    for (const [, rule] of source.matchAll(/(?:rule: |rules\.add\()'([a-z_]+)'/g)) rules.add(rule as string);
  }
  assert.ok(rules.size > 15, `${rules.size} rules`);
  assert.deepEqual(
    [...rules].filter(rule => !QUIET.has(rule) && !hasReason(rule)),
    [],
  );
});

test('what stands behind the dot is in the sentence; a signature is malware in each language', () => {
  assert.equal(reasonOf('refused_type.exe', 'id'), 'berkas jenis .exe ditolak');
  assert.equal(reasonOf('program_pe', 'zh'), '可执行程序（pe）');
  assert.deepEqual(
    (['en', 'id', 'zh'] as const).map(one => reasonOf('Win.Test.Some-1', one)),
    ['malware', 'malware', '恶意软件'],
  );
});
