// RAR of both formats: stored members, names, what goes to the library, what is encrypted or split, and headers that lie.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SOON_MS, spentMs } from '../../../test/processor.ts';
import { endsOnAnything, opened, openingOf } from '../../../test/archives/opened.ts';
import { rar4Of, rar5Of, type RarEntry } from '../../../test/archives/rar.ts';
import { holdsRar, isRar, openRar } from './rar.ts';

const TEXT = Buffer.from('some text in a file\n'.repeat(20));
const SIZE = TEXT.length;
const WRITERS = [
  ['RAR 4', rar4Of],
  ['RAR 5', rar5Of],
] as const;
const ENTRIES: readonly RarEntry[] = [
  { name: 'a.txt', bytes: TEXT },
  { name: 'empty', bytes: Buffer.alloc(0) },
  { name: 'folder', bytes: Buffer.alloc(0), folder: true },
];
const SEEN = [`a.txt:${SIZE}`, 'empty:0', 'folder:0'];
const packed: RarEntry = { name: 'p.exe', bytes: TEXT, packed: true };

for (const [what, of] of WRITERS) {
  test(`${what}: stored members, with the bytes they have`, () => {
    assert.deepEqual(opened(openRar, of(ENTRIES)), SEEN);
    assert.deepEqual(opened(openRar, of(ENTRIES, { noEnd: true })), SEEN);
    assert.deepEqual(opened(openRar, of(ENTRIES, { noEnd: true, suffix: Buffer.alloc(100) })), SEEN);
    assert.deepEqual(opened(openRar, of([])), []);
    const first = [...openRar(of(ENTRIES), openingOf())][0];
    assert.ok(first?.see === 'member' && first.bytes.equals(TEXT));
  });

  test(`${what}: behind a program, and several in one file`, () => {
    const prefix = Buffer.from(`MZ${'Rar!'.repeat(9)}`);
    const archive = of(ENTRIES, { prefix });
    assert.ok(holdsRar(archive));
    assert.deepEqual(opened(openRar, archive), SEEN);
    assert.deepEqual(opened(openRar, Buffer.concat([archive, prefix, of([{ name: 'b', bytes: TEXT }])])), [...SEEN, `b:${SIZE}`]);
    // One in a stored member is found as that member, not twice.
    const inner = of(ENTRIES);
    assert.deepEqual(opened(openRar, of([{ name: 'in.rar', bytes: inner }])), [`in.rar:${inner.length}`]);
    // One in what only looks like a recovery record is found.
    assert.deepEqual(opened(openRar, of([{ name: '', service: 'RR', bytes: inner }])), SEEN);
  });

  test(`${what}: packed members are named, and the archive goes to the library alone`, () => {
    assert.deepEqual(opened(openRar, of([packed, ...ENTRIES])), ['p.exe:0', ...SEEN, 'foreign']);
    const alone = of([packed]);
    assert.deepEqual(opened(openRar, of([packed], { prefix: Buffer.from('MZ') }), openingOf('x.exe')), [`x.exe:${alone.length}`]);
    const followed = of([packed], { suffix: Buffer.from('PK\x05\x06') });
    assert.deepEqual(opened(openRar, followed, openingOf('x.rar')), [`x.rar:${alone.length}`, 'null:4']);
    assert.ok(isRar(followed) && !isRar(Buffer.from('Rar!')));
  });

  test(`${what}: encrypted members and headers`, () => {
    assert.deepEqual(opened(openRar, of([{ name: 'a', bytes: TEXT, encrypted: true }])), ['a:0', 'encrypted']);
    assert.deepEqual(opened(openRar, of([{ ...packed, encrypted: true }])), ['p.exe:0', 'encrypted']);
    assert.deepEqual(opened(openRar, of([], { encryptedHeaders: true })), ['encrypted']);
  });

  test(`${what}: volumes`, () => {
    for (const split of ['before', 'after'] as const) {
      assert.deepEqual(opened(openRar, of([{ name: 'a', bytes: TEXT, split, saidSize: 99_999 }])), [`a:${SIZE}`, 'split_archive']);
      assert.deepEqual(opened(openRar, of([{ ...packed, split }])), ['p.exe:0', 'split_archive']);
    }
    assert.deepEqual(opened(openRar, of(ENTRIES, { split: true })), ['split_archive', ...SEEN]);
  });

  test(`${what}: streams and comments`, () => {
    const stream = { name: '', service: 'STM', stream: 'hidden.exe', bytes: TEXT };
    assert.deepEqual(opened(openRar, of([...ENTRIES.slice(0, 1), stream])), [SEEN[0], `a.txt:hidden.exe:${SIZE}`]);
    assert.deepEqual(opened(openRar, of([{ ...stream, packed: true }])), [':hidden.exe:0', 'method']);
    assert.deepEqual(opened(openRar, of([{ name: '', service: 'CMT', bytes: TEXT }])), [`null:${SIZE}`]);
    assert.deepEqual(opened(openRar, of([{ name: '', service: 'CMT', bytes: TEXT, packed: true }, ...ENTRIES])), SEEN);
  });

  test(`${what}: lies and damage`, () => {
    const good = of(ENTRIES);
    assert.deepEqual(opened(openRar, of([{ name: 'a', bytes: TEXT, saidSize: 5 }])), [`a:${SIZE}`, 'damaged']);
    assert.deepEqual(opened(openRar, of([{ name: 'a', bytes: TEXT, saidCrc: 5 }])), [`a:${SIZE}`, 'damaged']);
    assert.deepEqual(opened(openRar, of([{ name: 'a', bytes: TEXT, wrongHeaderCrc: true }])), ['damaged', `a:${SIZE}`]);
    assert.deepEqual(opened(openRar, of(ENTRIES, { wrongMainCrc: true })), ['damaged', ...SEEN]);
    assert.deepEqual(opened(openRar, of([{ name: 'f', bytes: TEXT, folder: true, packed: true }])), ['f:0', 'method']);
    assert.deepEqual(opened(openRar, of([{ name: 'a', bytes: Buffer.alloc(0), packed: true, saidSize: 9 }])), ['a:0', 'damaged']);
    assert.ok(opened(openRar, good.subarray(0, good.length - 40)).includes('damaged'));
    assert.deepEqual(opened(openRar, good.subarray(0, 9)), ['damaged']);
    assert.deepEqual(opened(openRar, of(ENTRIES), openingOf(null, SIZE - 1)).slice(0, 2), ['a.txt:0', 'too_large']);
    assert.deepEqual(opened(openRar, of(ENTRIES), openingOf(null, 1 << 20, 2)), [...SEEN.slice(0, 2), 'too_many_parts']);
  });

  test(`${what}: no bytes break it`, () => {
    const all = of([...ENTRIES, { name: 'b', bytes: TEXT, encrypted: true }, { name: '', service: 'STM', stream: 's', bytes: TEXT }]);
    endsOnAnything(openRar, all, 300);
    endsOnAnything(openRar, Buffer.concat([all, of([packed]), all]), 300, 2);
  });

  test(`${what}: archives that share their blocks are walked once`, () => {
    const head = of([], { noEnd: true });
    const many = Buffer.concat(Array.from({ length: 20_000 }, () => head));
    const started = spentMs();
    const seen = opened(openRar, many);
    assert.ok(seen.length < 100 && seen.includes('too_many_parts'));
    assert.ok(spentMs() - started < SOON_MS);
  });
}

test('RAR 4: both names', () => {
  const entry = { name: '\u8868\u3060\u3088.exe', plainName: 'x.txt', bytes: TEXT };
  assert.deepEqual(opened(openRar, rar4Of([entry])), [`\u8868\u3060\u3088.exe|x.txt:${SIZE}`]);
});

test('RAR 5: links, and copies of headers that lie', () => {
  assert.deepEqual(opened(openRar, rar5Of([{ name: 'l', link: '../a', bytes: Buffer.alloc(0), saidSize: 7 }])), ['l:0']);
  assert.deepEqual(opened(openRar, rar5Of(ENTRIES, { quickOpen: 'honest' })), SEEN);
  assert.deepEqual(opened(openRar, rar5Of(ENTRIES, { quickOpen: 'lying' })), ['damaged', ...SEEN]);
});

test('RAR 1.4 is known by its mark only', () => {
  assert.deepEqual(opened(openRar, Buffer.from('RE~^\x07\0\0')), ['method']);
});
