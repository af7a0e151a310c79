// ARJ archives: stored members, what cannot be unpacked, volumes, and damage.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import { endsOnAnything, opened, openingOf } from '../../../test/archives/opened.ts';
import { isArj, openArj } from './arj.ts';

const TEXT = Buffer.from('some text in a file');
const SIZE = TEXT.length;
type More = {
  readonly method?: number;
  readonly flags?: number;
  readonly type?: number;
  readonly crc?: number;
  readonly wrongHeader?: boolean;
};

function header(name: string, bytes: Buffer, { method = 0, flags = 0, type = 0, crc, wrongHeader }: More = {}): Buffer {
  const basic = Buffer.alloc(30);
  basic.set([30, 11, 1, 0, flags, method, type], 0);
  basic.writeUInt32LE(bytes.length, 12);
  basic.writeUInt32LE(bytes.length, 16);
  basic.writeUInt32LE(crc ?? crc32(bytes), 20);
  const body = Buffer.concat([basic, Buffer.from(`${name}\0\0`)]);
  const all = Buffer.concat([Buffer.from([0x60, 0xea, body.length, 0]), body, Buffer.alloc(6)]);
  all.writeUInt32LE((crc32(body) ^ (wrongHeader ? 1 : 0)) >>> 0, 4 + body.length);
  return all;
}

const END = Buffer.from([0x60, 0xea, 0, 0]);
const MAIN = header('main.arj', Buffer.alloc(0), { type: 2 });
const member = (name: string, bytes: Buffer, more: More = {}): Buffer => Buffer.concat([header(name, bytes, more), bytes]);
const archive = (...members: readonly Buffer[]): Buffer => Buffer.concat([MAIN, ...members, END]);

test('stored members, folders, empty files', () => {
  const folder = header('d', Buffer.alloc(0), { type: 3 });
  const good = archive(member('a.txt', TEXT), member('e', Buffer.alloc(0), { method: 1 }), folder);
  assert.ok(isArj(good) && !isArj(Buffer.from([0x60, 0xea, 40, 0, 9, 9])));
  assert.deepEqual(opened(openArj, good), [`a.txt:${SIZE}`, 'e:0', 'd:0']);
  assert.deepEqual(opened(openArj, Buffer.concat([good, TEXT])), [`a.txt:${SIZE}`, 'e:0', 'd:0', `null:${SIZE}`]);
  endsOnAnything(openArj, good, 300);
});

test('packed, garbled, split', () => {
  assert.deepEqual(opened(openArj, archive(member('p', TEXT, { method: 1 }), member('a', TEXT))), ['p:0', 'method', `a:${SIZE}`]);
  assert.deepEqual(opened(openArj, archive(member('g', TEXT, { flags: 1 }))), ['g:0', 'encrypted']);
  assert.deepEqual(opened(openArj, archive(member('v', TEXT, { flags: 4, crc: 1 }))), [`v:${SIZE}`, 'split_archive']);
  assert.deepEqual(opened(openArj, archive(member('v', TEXT, { flags: 8, crc: 1 }))), [`v:${SIZE}`, 'split_archive']);
});

test('lies and damage', () => {
  assert.deepEqual(opened(openArj, archive(member('a', TEXT, { crc: 1 }))), [`a:${SIZE}`, 'damaged']);
  assert.deepEqual(opened(openArj, archive(member('a', TEXT, { wrongHeader: true }))), ['damaged', `a:${SIZE}`]);
  const good = archive(member('a', TEXT));
  assert.deepEqual(opened(openArj, good.subarray(0, -END.length)), [`a:${SIZE}`, 'damaged']);
  assert.deepEqual(opened(openArj, good.subarray(0, -END.length - 2)), [`a:${SIZE - 2}`, 'damaged', 'damaged']);
  assert.deepEqual(opened(openArj, good, openingOf(null, 3)), ['a:0', 'too_large']);
  assert.deepEqual(opened(openArj, archive(member('a', TEXT), member('b', TEXT)), openingOf(null, 99, 1)), [`a:${SIZE}`, 'too_many_parts']);
});
