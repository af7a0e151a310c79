// .xz files (file format 1.2.1): streams of blocks with an index, padding between them. What is wrong in checks, sizes or the index is
// damage, but reading goes on where it can. Of the checks only CRC32 is looked at: the others say nothing about what can be seen.
import { crc32 } from 'node:zlib';
import type { Unpacked } from '../opener.ts';
import { branchesById, deltaInPlace } from './branch.ts';
import { lzma2Onto, newLzma2Coder } from './lzma2.ts';
import type { LzmaCoder } from './lzma-symbols.ts';

const MAGIC = Buffer.from('fd377a585a00', 'hex');
const HEADER = 12;
const CHECKS = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64];
const CRC32 = 1;
const LZMA2 = 0x21;
const DELTA = 3;

type Why = Unpacked['why'];
/** `wrong`: something that was told does not hold. */
type Reading = { readonly packed: Buffer; at: number; wrong: boolean; readonly coder: LzmaCoder };

/** All streams that stand behind one another; `used` ends before what is not one. */
export function xz(packed: Buffer, most: number): Unpacked {
  const reading: Reading = { packed, at: 0, wrong: false, coder: newLzma2Coder(most) };
  let used = 0;
  let why: Why = null;
  while (!why && packed.subarray(reading.at, reading.at + MAGIC.length).equals(MAGIC)) {
    why = stream(reading);
    if (!why) while (packed[reading.at] === 0) reading.at++;
    used = Math.min(reading.at, packed.length);
  }
  const { bytes, length } = reading.coder;
  return { bytes: bytes.subarray(0, length), used, why: why ?? (reading.wrong || used === 0 ? 'damaged' : null) };
}

function stream(reading: Reading): Why {
  const { packed, at: start } = reading;
  if (start + HEADER > packed.length) return 'damaged';
  const flags = packed.subarray(start + 6, start + 8);
  const check = flags[1]! & 15;
  reading.wrong ||= flags[0] !== 0 || flags[1]! > 15 || packed.readUInt32LE(start + 8) !== crc32(flags);
  reading.at = start + HEADER;
  const blocks: Sizes[] = [];
  for (;;) {
    const first = packed[reading.at];
    if (first === undefined) return 'damaged';
    if (first === 0) break;
    const sizes = block(reading, check);
    if (typeof sizes === 'string') return sizes;
    blocks.push(sizes);
  }
  return index(reading, blocks, flags);
}

type Sizes = { readonly unpadded: number; readonly unpacked: number };

function block(reading: Reading, check: number): Sizes | 'damaged' | 'too_large' | 'method' {
  const { packed, coder, at: start } = reading;
  const headerSize = (packed[start]! + 1) * 4;
  const header = readHeader(packed.subarray(start, start + headerSize), headerSize);
  if (typeof header === 'string') return header;
  reading.wrong ||= header.wrong;
  const from = coder.length;
  const { used, why } = lzma2Onto(coder, packed.subarray(start + headerSize));
  const bytes = coder.bytes.subarray(from, coder.length);
  for (const { id, properties } of header.filters.toReversed()) {
    if (id === DELTA) deltaInPlace(bytes, (properties[0] ?? 0) + 1);
    else branchesById.get(id)?.(bytes, properties.length === 4 ? properties.readUInt32LE(0) : 0);
  }
  reading.at = start + headerSize + used;
  if (why) return why;
  const unpadded = headerSize + used + CHECKS[check]!;
  reading.at += (4 - (used % 4)) % 4;
  const sum = packed.subarray(reading.at, (reading.at += CHECKS[check]!));
  if (reading.at > packed.length) return 'damaged';
  const { packedSize, size } = header;
  reading.wrong ||= (packedSize !== null && packedSize !== used) || (size !== null && size !== bytes.length);
  reading.wrong ||= check === CRC32 && sum.readUInt32LE(0) !== crc32(bytes);
  return { unpadded, unpacked: bytes.length };
}

type Filter = { readonly id: number; readonly properties: Buffer };
type Header = {
  readonly filters: readonly Filter[];
  readonly packedSize: number | null;
  readonly size: number | null;
  readonly wrong: boolean;
};

function readHeader(header: Buffer, told: number): Header | 'damaged' | 'method' {
  if (header.length < told) return 'damaged';
  const flags = header[1]!;
  if ((flags & 0x3c) !== 0) return 'method';
  const numbers: Numbers = { bytes: header.subarray(0, -4), at: 2 };
  const packedSize = (flags & 0x40) === 0 ? null : number(numbers);
  const size = (flags & 0x80) === 0 ? null : number(numbers);
  const filters: Filter[] = [];
  for (let i = 0; i <= (flags & 3); i++) {
    const id = number(numbers);
    const length = number(numbers);
    const properties = numbers.bytes.subarray(numbers.at, numbers.at + length);
    numbers.at += length;
    if (numbers.at > numbers.bytes.length) return 'damaged';
    filters.push({ id, properties });
  }
  if (filters.pop()?.id !== LZMA2 || !filters.every(({ id }) => id === DELTA || branchesById.has(id))) return 'method';
  return { filters, packedSize, size, wrong: header.readUInt32LE(told - 4) !== crc32(numbers.bytes) };
}

/** Where the numbers of variable length stand: seven bits a byte, the lowest first. What cannot be read is infinite. */
type Numbers = { readonly bytes: Buffer; at: number };

function number(numbers: Numbers): number {
  let value = 0;
  for (let i = 0; i < 9; i++) {
    const byte = numbers.bytes[numbers.at++];
    if (byte === undefined) return Infinity;
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return value;
  }
  return Infinity;
}

/** The sizes of all blocks once more, and the footer. */
function index(reading: Reading, blocks: readonly Sizes[], flags: Buffer): Why {
  const { packed, at: start } = reading;
  const numbers: Numbers = { bytes: packed, at: start + 1 };
  const count = number(numbers);
  if (count !== blocks.length) return 'damaged';
  for (const { unpadded, unpacked } of blocks) {
    const one = number(numbers);
    const two = number(numbers);
    reading.wrong ||= one !== unpadded || two !== unpacked;
  }
  const end = start + Math.ceil((numbers.at - start) / 4) * 4;
  const footer = end + 4;
  reading.at = footer + HEADER;
  if (reading.at > packed.length) return 'damaged';
  reading.wrong ||= packed.readUInt32LE(end) !== crc32(packed.subarray(start, end));
  reading.wrong ||= packed.readUInt32LE(footer) !== crc32(packed.subarray(footer + 4, footer + 10));
  reading.wrong ||= (packed.readUInt32LE(footer + 4) + 1) * 4 !== footer - start;
  reading.wrong ||= !packed.subarray(footer + 8, footer + 10).equals(flags) || packed.toString('latin1', footer + 10, footer + 12) !== 'YZ';
  return null;
}
