// LHA archives of each header level: stored members, packed ones for the library, and damage.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endsOnAnything, opened, openingOf } from '../../../test/archives/opened.ts';
import { isLzh, openLzh } from './lzh.ts';

const TEXT = Buffer.from('some text in a file');
const SIZE = TEXT.length;
type Level = 0 | 1 | 2 | 3;

function member(level: Level, name: string, bytes: Buffer, method = '-lh0-', said = bytes.length): Buffer {
  const head = Buffer.alloc(level === 0 ? 22 : level === 1 ? 22 : level === 2 ? 24 : 28);
  head.write(method, 2, 'latin1');
  head.writeUInt32LE(said, 11);
  head[19] = 0x20;
  head[20] = level;
  if (level === 0) {
    const all = Buffer.concat([head, Buffer.from(name), Buffer.alloc(2)]);
    all.writeUInt32LE(bytes.length, 7);
    all[21] = name.length;
    return Buffer.concat([summed(all), bytes]);
  }
  // The path and the name in headers of their own.
  const slash = name.lastIndexOf('/') + 1;
  const wide = level === 3 ? 4 : 2;
  const bodies = [Buffer.from(`\x01${name.slice(slash)}`)];
  if (slash > 0) bodies.push(Buffer.from(`\x02${name.slice(0, slash).replaceAll('/', '\xff')}`, 'latin1'));
  const size = (length: number): Buffer => {
    const field = Buffer.alloc(wide);
    field.writeUIntLE(length, 0, wide);
    return field;
  };
  const extended = Buffer.concat([...bodies.flatMap(body => [size(body.length + wide), body]), size(0)]);
  if (level === 1) {
    const all = Buffer.concat([head, Buffer.from([0, 0, 0x4d]), extended.subarray(0, 2)]);
    all.writeUInt32LE(bytes.length + extended.length - 2, 7);
    return Buffer.concat([summed(all), extended.subarray(2), bytes]);
  }
  const all = Buffer.concat([head, extended]);
  all.writeUInt32LE(bytes.length, 7);
  all[23] = 0x4d;
  if (level === 3) all.writeUInt32LE(all.length, 24);
  all.writeUInt16LE(level === 3 ? 4 : all.length, 0);
  return Buffer.concat([all, bytes]);
}

function summed(head: Buffer): Buffer {
  head[0] = head.length - 2;
  head[1] = head.subarray(2).reduce((sum, byte) => (sum + byte) & 0xff, 0);
  return head;
}

const archive = (...members: readonly Buffer[]): Buffer => Buffer.concat([...members, Buffer.alloc(1)]);

for (const level of [0, 1, 2, 3] as const) {
  test(`level ${level}: stored members, folders, packed members`, () => {
    const name = level === 0 ? 'a.txt' : 'folder/a.txt';
    const good = archive(member(level, name, TEXT), member(level, 'e', Buffer.alloc(0)), member(level, 'd/', Buffer.alloc(0), '-lhd-'));
    assert.ok(isLzh(good));
    assert.deepEqual(opened(openLzh, good), [`${name}:${SIZE}`, 'e:0', 'd/:0']);
    assert.deepEqual(opened(openLzh, good.subarray(0, -1)), [`${name}:${SIZE}`, 'e:0', 'd/:0']);
    const packed = archive(member(level, 'p', TEXT, '-lh5-', 100), member(level, 'b', TEXT));
    assert.deepEqual(opened(openLzh, packed), ['p:0', `b:${SIZE}`, 'foreign']);
    assert.deepEqual(opened(openLzh, Buffer.concat([packed, TEXT]), openingOf('a.lzh')), [
      'p:0',
      `b:${SIZE}`,
      `a.lzh:${packed.length}`,
      `null:${SIZE}`,
    ]);
    endsOnAnything(openLzh, archive(good.subarray(0, -1), packed.subarray(0, -1)), 200, level);
  });

  test(`level ${level}: lies and damage`, () => {
    assert.deepEqual(opened(openLzh, archive(member(level, 'a', TEXT, '-lh0-', 5))), [`a:${SIZE}`, 'damaged']);
    assert.deepEqual(opened(openLzh, member(level, 'a', TEXT).subarray(0, -3)), [`a:${SIZE - 3}`, 'damaged']);
    assert.deepEqual(opened(openLzh, Buffer.concat([member(level, 'a', TEXT), TEXT])), [`a:${SIZE}`, 'damaged']);
    assert.deepEqual(opened(openLzh, archive(member(level, 'a', TEXT)), openingOf(null, 3)), ['a:0', 'too_large']);
    const two = archive(member(level, 'a', TEXT), member(level, 'b', TEXT));
    assert.deepEqual(opened(openLzh, two, openingOf(null, 1000, 1)), [`a:${SIZE}`, 'too_many_parts']);
  });
}

test('a wrong sum of a header is told', () => {
  const bytes = archive(member(0, 'a.txt', TEXT));
  bytes[1] = ((bytes[1] ?? 0) + 1) & 0xff;
  assert.deepEqual(opened(openLzh, bytes), [`a.txt:${SIZE}`, 'damaged']);
});
