// bzip2 files: streams of blocks, several behind one another, with a checksum for each block and for each stream. A wrong checksum is
// damage, but reading goes on: some readers do not look at it.
import type { Unpacked } from '../opener.ts';
import { ended, readBlock, take, take24, take32, type Bits } from './bzip2-block.ts';
import { RANDOM } from './bzip2-random.ts';
import { grown } from './grown.ts';

const BLOCK = 0x314159;
const BLOCK_2 = 0x265359;
const END = 0x177245;
const END_2 = 0x385090;
const LEVEL = 100_000;

type Out = { bytes: Buffer; length: number; readonly most: number };

/** All streams that stand behind one another; `used` ends before what is not one. */
export function bzip2(packed: Buffer, most: number): Unpacked {
  const out: Out = { bytes: Buffer.alloc(0), length: 0, most };
  let block = new Uint32Array(0);
  let used = 0;
  let wrong = false;
  const done = (why: Unpacked['why']): Unpacked => ({ bytes: out.bytes.subarray(0, out.length), used, why });
  while (startsStream(packed, used)) {
    const size = (packed[used + 3]! - 0x30) * LEVEL;
    const bits: Bits = { packed, at: (used + 4) * 8 };
    let sum = 0;
    for (;;) {
      const one = take24(bits);
      const two = take24(bits);
      const told = take32(bits);
      const end = Math.min(packed.length, Math.ceil(bits.at / 8));
      if (ended(bits)) return done('damaged');
      if (one === END && two === END_2) {
        wrong ||= told !== sum;
        used = end;
        break;
      }
      if (one !== BLOCK || two !== BLOCK_2) return done('damaged');
      if (block.length < size) block = new Uint32Array(size);
      const why = oneBlock(bits, block.subarray(0, size), told, out);
      if (why === 'wrong') wrong = true;
      else if (why) return done(why);
      used = Math.min(packed.length, Math.ceil(bits.at / 8));
      sum = (((sum << 1) | (sum >>> 31)) ^ told) >>> 0;
    }
  }
  return done(wrong || used === 0 ? 'damaged' : null);
}

function startsStream(packed: Buffer, at: number): boolean {
  const level = packed[at + 3] ?? 0;
  return packed.toString('latin1', at, at + 3) === 'BZh' && level >= 0x31 && level <= 0x39;
}

function oneBlock(bits: Bits, block: Uint32Array, told: number, out: Out): 'damaged' | 'too_large' | 'wrong' | null {
  const random = take(bits, 1) === 1;
  const origin = take24(bits);
  const count = readBlock(bits, block);
  if (count === null || origin >= count) return 'damaged';
  invert(block, count);
  const start = out.length;
  if (!unwind(block, count, origin, random, out)) return 'too_large';
  return crcOf(out.bytes, start, out.length) === told ? null : 'wrong';
}

/** Turns each byte around into a chain: above the byte stands the place of the one that follows it. */
function invert(block: Uint32Array, count: number): void {
  const from = new Uint32Array(257);
  for (let i = 0; i < count; i++) from[(block[i]! & 0xff) + 1]!++;
  for (let byte = 1; byte < 257; byte++) from[byte]! += from[byte - 1]!;
  for (let i = 0; i < count; i++) {
    const place = from[block[i]! & 0xff]!++;
    block[place] = block[place]! | (i << 8);
  }
}

/** Follows the chain. Behind four equal bytes stands how many more there are. False: no more room. */
function unwind(block: Uint32Array, count: number, origin: number, random: boolean, out: Out): boolean {
  const { most } = out;
  let { bytes, length } = out;
  let at = block[origin]! >>> 8;
  let last = -1;
  let equal = 0;
  let until = random ? RANDOM[0]! : 0;
  let turn = 0;
  let room = true;
  for (let i = 0; i < count && room; i++) {
    const link = block[at]!;
    at = link >>> 8;
    let byte = link & 0xff;
    if (random) {
      until--;
      if (until === 1) byte ^= 1;
      if (until === 0) until = RANDOM[(turn = (turn + 1) % RANDOM.length)]!;
    }
    let times = 1;
    let value = byte;
    if (equal === 4) {
      times = byte;
      value = last;
      equal = 0;
      last = -1;
    } else {
      equal = byte === last ? equal + 1 : 1;
      last = byte;
    }
    const stop = Math.min(length + times, most);
    room = stop === length + times;
    if (stop > bytes.length) bytes = grown(bytes, length, stop, most);
    while (length < stop) bytes[length++] = value;
  }
  out.bytes = bytes;
  out.length = length;
  return room;
}

const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte << 24;
  for (let i = 0; i < 8; i++) value = (value << 1) ^ (value < 0 ? 0x04c1_1db7 : 0);
  return value;
});

/** Highest bit first, unlike that of zlib. */
function crcOf(bytes: Buffer, from: number, to: number): number {
  let crc = -1;
  for (let i = from; i < to; i++) crc = (crc << 8) ^ CRC[(crc >>> 24) ^ bytes[i]!]!;
  return ~crc >>> 0;
}
