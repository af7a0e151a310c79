// Cabinets: stored and MSZIP folders, what goes to the library, sets of cabinets, and lies of all kinds.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SOON_MS, spentMs } from '../../../test/processor.ts';
import { cabOf } from '../../../test/archives/cab.ts';
import { endsOnAnything, opened, openingOf } from '../../../test/archives/opened.ts';
import { holdsCab, isCab, openCab } from './cab.ts';

const LONG = Buffer.from(Array.from({ length: 6_000 }, (_, n) => `line ${n} of a text\n`).join(''));
const TEXT = Buffer.from('some text');
const ENTRIES = [
  { name: 'long.txt', bytes: LONG },
  { name: 'dir\\empty', bytes: Buffer.alloc(0) },
  { name: '\u00fc.txt', bytes: TEXT },
  { name: 'other.bin', bytes: LONG.subarray(0, 40_000), folder: 1 },
];
const SEEN = [`long.txt:${LONG.length}`, 'dir\\empty:0', `\u00fc.txt:${TEXT.length}`, 'other.bin:40000'];

test('stored and MSZIP, blocks that need the one before', () => {
  for (const method of ['store', 'mszip'] as const) {
    for (const options of [{}, { checksums: 'none' as const }, { reserve: 20, suffix: Buffer.alloc(9) }, { next: 'b.cab' }]) {
      assert.deepEqual(opened(openCab, cabOf(ENTRIES, { method, ...options })), SEEN);
    }
    const sights = [...openCab(cabOf(ENTRIES, { method }), openingOf())];
    assert.deepEqual(
      sights.map(sight => sight.see === 'member' && sight.bytes),
      ENTRIES.map(entry => entry.bytes),
    );
  }
});

test('in a program, several, and one in another', () => {
  const prefix = Buffer.from(`MZ${'MSCF'.repeat(20)}`);
  const cab = cabOf(ENTRIES, { prefix });
  assert.ok(holdsCab(cab) && !holdsCab(prefix) && !isCab(cab));
  assert.deepEqual(opened(openCab, cab), SEEN);
  assert.deepEqual(opened(openCab, Buffer.concat([cab, cab])), [...SEEN, ...SEEN]);
  assert.deepEqual(opened(openCab, Buffer.concat([cabOf(ENTRIES), TEXT])), [...SEEN, `null:${TEXT.length}`]);
  const inner = cabOf(ENTRIES, { method: 'store' });
  assert.deepEqual(opened(openCab, cabOf([{ name: 'in.cab', bytes: inner }], { method: 'store' })), [`in.cab:${inner.length}`]);
});

test('LZX goes to the library alone, Quantum to nobody', () => {
  const names = ENTRIES.map(entry => `${entry.name}:0`);
  const cab = cabOf(ENTRIES, { method: 'lzx' });
  assert.deepEqual(opened(openCab, cab), [...names, 'foreign']);
  assert.deepEqual(opened(openCab, Buffer.concat([Buffer.from('MZ'), cab]), openingOf('setup.exe')), [`setup.exe:${cab.length}`]);
  assert.deepEqual(opened(openCab, Buffer.concat([cab, Buffer.from('PK')]), openingOf('a.cab')), [`a.cab:${cab.length}`, 'null:2']);
  assert.deepEqual(opened(openCab, cabOf([{ name: 'q', bytes: TEXT }], { method: 'quantum' })), ['q:0', 'method']);
  assert.deepEqual(opened(openCab, Buffer.from('ISc(\0\0\0\0\0')), ['method']);
});

test('sets of cabinets', () => {
  for (const split of ['before', 'after'] as const) {
    const seen = opened(openCab, cabOf([{ name: 'a', bytes: TEXT, split }], { previous: 'a.cab', next: 'c.cab' }));
    assert.deepEqual(seen, [`a:${TEXT.length}`, 'split_archive']);
  }
});

test('lies and damage', () => {
  assert.deepEqual(opened(openCab, cabOf(ENTRIES.slice(0, 1), { checksums: 'wrong' })), [SEEN[0], 'damaged']);
  const cab = cabOf(ENTRIES);
  const cut = opened(openCab, cab.subarray(0, -20));
  assert.ok(cut.includes('damaged') && cut.includes(SEEN[0] ?? ''));
  const beyond = Buffer.from(cabOf([{ name: 'a', bytes: TEXT }]));
  beyond.writeUInt32LE(5_000, 44);
  assert.deepEqual(opened(openCab, beyond).slice(0, 2), [`a:${TEXT.length}`, 'damaged']);
  const nowhere = Buffer.from(cabOf([{ name: 'a', bytes: TEXT }]));
  nowhere.writeUInt16LE(7, 52);
  assert.deepEqual(opened(openCab, nowhere), ['a:0', 'damaged']);
  assert.deepEqual(opened(openCab, Buffer.from('MSCF and no more')), ['damaged']);
  assert.deepEqual(opened(openCab, cab, openingOf(null, 1_000)).slice(0, 2), ['long.txt:0', 'too_large']);
  assert.deepEqual(opened(openCab, cab, openingOf(null, 1 << 20, 2)), [...SEEN.slice(0, 2), 'too_many_parts']);
});

test('no bytes break it', () => {
  endsOnAnything(openCab, cabOf(ENTRIES), 200);
  endsOnAnything(openCab, cabOf(ENTRIES, { method: 'store', prefix: Buffer.from('MZ'), reserve: 4 }), 200, 2);
});

test('headers over headers end in time', () => {
  const head = cabOf([{ name: 'a', bytes: TEXT }]).subarray(0, 44);
  const lying = Buffer.from(head);
  lying.writeUInt16LE(0xffff, 26);
  lying.writeUInt16LE(0xffff, 28);
  const many = Buffer.concat(Array.from({ length: 20_000 }, () => lying));
  const started = spentMs();
  const seen = opened(openCab, many);
  assert.ok(seen.includes('damaged'));
  assert.ok(spentMs() - started < SOON_MS);
});

test('text that begins with the letters of a cabinet is text', () => {
  assert.equal(isCab(Buffer.from('MSCF Speaker Series, an invitation')), false);
});
