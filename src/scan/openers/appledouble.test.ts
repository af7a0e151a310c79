// AppleSingle, AppleDouble and MacBinary: forks and names, and what macOS writes beside honest files.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Opening, Sight } from '../opener.ts';
import { isAppleDouble, isMacBinary, openAppleDouble, openMacBinary } from './appledouble.ts';
import { crc16 } from './fork-headers.ts';

const opening = (name: string | null = null, most = 1_000_000): Opening => ({ name, room: () => most, mostMembers: 20, passwords: [] });
const FILE = Buffer.from('the fork of a file that was made elsewhere, and is of no use here');

function apple(magic: number, entries: readonly (readonly [id: number, data: Buffer])[]): Buffer {
  const head = Buffer.alloc(26 + entries.length * 12);
  head.writeUInt32BE(magic, 0);
  head.writeUInt32BE(0x20000, 4);
  head.writeUInt16BE(entries.length, 24);
  let at = head.length;
  for (const [n, [id, data]] of entries.entries()) {
    head.writeUInt32BE(id, 26 + n * 12);
    head.writeUInt32BE(at, 30 + n * 12);
    head.writeUInt32BE(data.length, 34 + n * 12);
    at += data.length;
  }
  return Buffer.concat([head, ...entries.map(([, data]) => data)]);
}
function macBinary(name: string, data: Buffer, fork: Buffer): Buffer {
  const head = Buffer.alloc(128);
  head[1] = name.length;
  head.write(name, 2, 'latin1');
  head.writeUInt32BE(data.length, 83);
  head.writeUInt32BE(fork.length, 87);
  head.writeUInt16BE(crc16(head.subarray(0, 124)), 124);
  const pad = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc((128 - (bytes.length % 128)) % 128)]);
  return Buffer.concat([head, pad(data), pad(fork)]);
}

test('forks are members, with the name that is inside', () => {
  const single = apple(0x51600, [
    [3, Buffer.from('a.exe')],
    [1, FILE],
    [2, Buffer.alloc(400, 9)],
  ]);
  assert.ok(isAppleDouble(single));
  assert.deepEqual([...openAppleDouble(single, opening('x'))], [
    { see: 'member', name: 'a.exe', bytes: FILE },
    { see: 'member', name: null, bytes: Buffer.alloc(400, 9) },
  ] satisfies readonly Sight[]);
  const binary = macBinary('a.exe', FILE, FILE);
  assert.ok(isMacBinary(binary) && !isMacBinary(Buffer.alloc(200)) && !isAppleDouble(Buffer.alloc(200)));
  assert.deepEqual([...openMacBinary(binary, opening())], [
    { see: 'member', name: 'a.exe', bytes: FILE },
    { see: 'member', name: null, bytes: FILE },
  ] satisfies readonly Sight[]);
});

test('the file that macOS writes beside another gives nothing', () => {
  const blank = Buffer.alloc(286);
  blank.write('This resource fork intentionally left blank', 48);
  assert.deepEqual(
    [
      ...openAppleDouble(
        apple(0x51607, [
          [9, Buffer.alloc(120, 3)],
          [2, blank],
        ]),
        opening('._photo.jpg'),
      ),
    ],
    [],
  );
});

test('what is cut or claimed twice is told; damage ends', () => {
  const single = apple(0x51600, [
    [1, FILE],
    [2, Buffer.alloc(400, 9)],
  ]);
  assert.deepEqual(
    [...openAppleDouble(single.subarray(0, -10), opening())].map(one => one.see),
    ['member', 'member', 'unseen'],
  );
  const many = apple(
    0x51600,
    Array.from({ length: 200 }, () => [1, Buffer.alloc(0)] as const),
  );
  for (let n = 0; n < 200; n++) many.writeUInt32BE(many.length, 34 + n * 12);
  for (let n = 0; n < 200; n++) many.writeUInt32BE(0, 30 + n * 12);
  assert.ok([...openAppleDouble(many, opening())].length < 5);
  for (const [source, opener] of [
    [single, openAppleDouble],
    [macBinary('a', FILE, FILE), openMacBinary],
  ] as const)
    for (let n = 0; n < 300; n++) {
      const broken = Buffer.from(source);
      broken[(n * 7919) % broken.length] = (n * 31) & 255;
      assert.ok([...opener(broken.subarray(0, n % 2 ? broken.length : (n * 13) % broken.length), opening())].length < 8);
    }
});
