// OneNote: embedded files, their names, pictures, and lengths that lie.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SOON_MS, spentMs } from '../../../test/processor.ts';
import type { Opening, Sight } from '../opener.ts';
import { isOneNote, openOneNote } from './onenote.ts';

const opening = (most = 1_000_000): Opening => ({ name: null, room: () => most, mostMembers: 20, passwords: [] });
const sights = (bytes: Buffer): readonly Sight[] => [...openOneNote(bytes, opening())];

const START = Buffer.concat([Buffer.from('e4525c7b8cd8a74daeb15378d02996d3', 'hex'), Buffer.alloc(1_008)]);
function blob(data: Buffer, length = data.length, footer = true): Buffer {
  const head = Buffer.alloc(36);
  head.write('e716e3bd65261145a4c48d4d0b7a9eac', 'hex');
  head.writeBigUInt64LE(BigInt(length), 16);
  const end = footer ? Buffer.from('22a7fb71790f0b4abb13899256426b24', 'hex') : Buffer.alloc(0);
  return Buffer.concat([head, data, Buffer.alloc((8 - (data.length % 8)) % 8), end]);
}
function named(text: string): Buffer {
  const name = Buffer.from(`${text}\0`, 'utf16le');
  const length = Buffer.alloc(4);
  length.writeUInt32LE(name.length);
  return Buffer.concat([Buffer.from([0x83, 0x1d, 0, 0x1c]), length, name]);
}
const FILE = Buffer.from('a file of some kind that is no picture');
const PNG = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(50)]);
const RULE = { see: 'finding', class: 'heuristic', rule: 'onenote_embedded_file' };

test('embedded files are members with their names', () => {
  const bytes = Buffer.concat([START, named('the bill.v2.hta'), Buffer.alloc(7), blob(PNG), blob(FILE), Buffer.alloc(50)]);
  assert.ok(isOneNote(bytes));
  assert.deepEqual(sights(bytes), [{ see: 'member', name: 'the bill.v2.hta', bytes: FILE }, RULE]);
});

test('names that no file is left for count too', () => {
  const found = sights(Buffer.concat([START, named('a.pdf'), named('b.cmd'), blob(FILE)]));
  assert.deepEqual(
    found.flatMap(one => (one.see === 'member' ? [one.name] : [])),
    ['a.pdf', 'b.cmd'],
  );
});

test('notes with pictures only give nothing', () => {
  assert.deepEqual(sights(Buffer.concat([START, named('photo.png'), blob(PNG), blob(Buffer.alloc(0))])), []);
  assert.deepEqual(sights(START), []);
});

test('lengths that lie: both readings, and what is cut is told', () => {
  const short = sights(Buffer.concat([START, blob(FILE, 4)]));
  assert.deepEqual(
    short.flatMap(one => (one.see === 'member' ? [one.bytes.subarray(0, FILE.length).toString()] : [])),
    ['a fi', FILE.toString()],
  );
  const long = sights(Buffer.concat([START, blob(FILE, 2 ** 40)]));
  assert.deepEqual(
    long.map(one => one.see),
    ['member', 'unseen', 'finding'],
  );
  const picture = sights(Buffer.concat([START, blob(Buffer.concat([PNG, FILE]), 40)]));
  assert.ok(picture.some(one => one.see === 'member' && one.bytes.includes(FILE)));
});

test('bounds, damage and crowds', () => {
  assert.ok([...openOneNote(Buffer.concat([START, blob(FILE)]), opening(5))].some(one => one.see === 'unseen' && one.why === 'too_large'));
  const crowd = Buffer.concat([START, ...Array.from({ length: 5_000 }, () => blob(FILE))]);
  assert.ok(sights(crowd).some(one => one.see === 'unseen' && one.why === 'too_many_parts'));
  const dots = Buffer.concat([START, blob(FILE), Buffer.from('a.'.repeat(100_000), 'utf16le')]);
  const started = spentMs();
  assert.ok(sights(dots).length > 0 && spentMs() - started < SOON_MS);
  const source = Buffer.concat([START.subarray(0, 40), named('a.js'), blob(FILE), blob(PNG)]);
  for (let n = 0; n < 300; n++) {
    const broken = Buffer.from(source);
    broken[(n * 7919) % broken.length] = (n * 31) & 255;
    assert.ok(sights(broken.subarray(0, n % 2 ? broken.length : (n * 13) % broken.length)).length < 12);
  }
});
