// ar archives with names of all sorts, what is cut or stands between, and that nothing breaks the opener.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arOf } from '../../../test/archives/ar.ts';
import { endsOnAnything, opened } from '../../../test/archives/opened.ts';
import { isAr, openAr } from './ar.ts';

const TEXT = Buffer.from('a text of odd length\n'.repeat(41));
const ENTRIES = [
  { name: 'debian-binary', bytes: Buffer.from('2.0\n') },
  { name: 'a-name-of-more-letters.txt', bytes: TEXT },
  { name: 'another-long-name.txt' },
];
const ALL = ['debian-binary:4', 'a-name-of-more-letters.txt:861', 'another-long-name.txt:0'];
const see = (bytes: Buffer): readonly string[] => opened(openAr, bytes);

test('ar: GNU, BSD and thin', () => {
  assert.ok(isAr(arOf(ENTRIES)));
  assert.deepEqual(see(arOf(ENTRIES)), ['//:51', ...ALL]);
  assert.deepEqual(see(arOf(ENTRIES, { names: 'bsd' })), ALL);
  assert.deepEqual(see(arOf(ENTRIES, { thin: true })).slice(1), [
    'debian-binary:0',
    'a-name-of-more-letters.txt:0',
    'another-long-name.txt:0',
  ]);
  assert.deepEqual(see(arOf([])), []);
});

test('ar: what is cut or stands between is told', () => {
  const bytes = arOf(ENTRIES, { names: 'bsd' });
  assert.deepEqual(see(bytes.subarray(0, 500)), ['debian-binary:4', 'a-name-of-more-letters.txt:342', 'damaged']);
  assert.deepEqual(see(Buffer.concat([bytes, Buffer.from('behind it')])), [...ALL, 'null:9', 'damaged']);
  const again = arOf([{ name: 'z' }]).subarray(8);
  assert.deepEqual(see(Buffer.concat([bytes, Buffer.from('some `\n junk'), again])), [...ALL, 'null:12', 'damaged', 'z:0']);
  assert.deepEqual(see(arOf([{ name: 'a', bytes: TEXT, saidSize: 9_999_999 }])), ['a:862', 'damaged']);
});

test('ar: no bytes break it', () => {
  endsOnAnything(openAr, arOf(ENTRIES));
  endsOnAnything(openAr, arOf(ENTRIES, { names: 'bsd' }));
});
