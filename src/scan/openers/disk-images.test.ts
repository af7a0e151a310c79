// Disk images are told apart by their marks, in front and at the end, and nothing else is taken for one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diskImageKind, isDmg } from './disk-images.ts';

const marked = (mark: string, at: number, length = 2048): Buffer => {
  const bytes = Buffer.alloc(length);
  bytes.write(mark, at, 'latin1');
  return bytes;
};

for (const [kind, bytes] of [
  ['dmg', marked('koly\0\0\0\x04\0\0\x02\0', 1536)],
  ['vhd', marked('conectix', 1536)],
  ['vhd', marked('conectix', 0)],
  ['vhdx', marked('vhdxfile', 0)],
  ['vmdk', marked('KDMV', 0)],
  ['wim', marked('MSWIM\0\0\0', 0)],
  ['squashfs', marked('hsqs', 0)],
  ['qcow2', marked('QFI\xfb', 0)],
  ['vdi', marked('\x7f\x10\xda\xbe', 64)],
  [null, marked('hsqs', 0, 20)],
  [null, Buffer.alloc(0)],
  [null, Buffer.from('koly, a word of three hundred letters'.repeat(20))],
] as const) {
  test(`disk image: ${kind}, ${bytes.length} bytes`, () => {
    assert.equal(diskImageKind(bytes), kind);
    assert.equal(isDmg(bytes), kind === 'dmg');
  });
}
