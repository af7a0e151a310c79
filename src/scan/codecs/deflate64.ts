// Deflate64 (zip method 9, 7z "Deflate64"): Deflate (RFC 1951) with a window of 64 KiB, two more distance codes, and length code 285 for
// any length from 3 on with 16 bits behind it.
import type { Unpacked } from '../opener.ts';
import { grown } from './grown.ts';

const FAST = 9;
const LONGEST = 15;

/** Symbols by code: short ones directly (symbol << 4 | length), the others by the first code of their length. */
type Table = { readonly fast: Uint16Array; readonly first: Int32Array; readonly from: Int32Array; readonly sorted: Uint16Array };
type Bits = { readonly packed: Uint8Array; at: number };

/** 24 bits from any bit on; zeros behind the end. */
function peek(packed: Uint8Array, at: number): number {
  const byte = at >>> 3;
  return (packed[byte]! | (packed[byte + 1]! << 8) | (packed[byte + 2]! << 16) | (packed[byte + 3]! << 24)) >>> (at & 7);
}

function take(bits: Bits, count: number): number {
  const value = peek(bits.packed, bits.at) & ((1 << count) - 1);
  bits.at += count;
  return value;
}

/** Null: more codes than fit. Codes that are missing are damage only where they are used. */
function tableOf(lengths: Uint8Array): Table | null {
  const counts = new Int32Array(LONGEST + 2);
  for (const length of lengths) counts[length]!++;
  counts[0] = 0;
  const first = new Int32Array(LONGEST + 2);
  const from = new Int32Array(LONGEST + 2);
  for (let length = 1; length <= LONGEST + 1; length++) {
    first[length] = (first[length - 1]! + counts[length - 1]!) << 1;
    from[length] = from[length - 1]! + counts[length - 1]!;
    if (length <= LONGEST && first[length]! + counts[length]! > 1 << length) return null;
  }
  const sorted = new Uint16Array(lengths.length);
  const fast = new Uint16Array(1 << FAST);
  const next = from.slice();
  for (const [symbol, length] of lengths.entries()) {
    if (length === 0) continue;
    const i = next[length]!++;
    sorted[i] = symbol;
    if (length > FAST) continue;
    const code = turned(first[length]! + i - from[length]!, length);
    for (let at = code; at < fast.length; at += 1 << length) fast[at] = (symbol << 4) | length;
  }
  return { fast, first, from, sorted };
}

function turned(code: number, length: number): number {
  let value = 0;
  for (let i = 0; i < length; i++) value |= ((code >> i) & 1) << (length - 1 - i);
  return value;
}

/** symbol << 4 | length of the code, or 0: there is no such code. */
function slowSymbol({ first, from, sorted }: Table, ahead: number): number {
  let code = 0;
  for (let length = 1; length <= LONGEST; length++) {
    code = (code << 1) | ((ahead >>> (length - 1)) & 1);
    const i = from[length]! + code - first[length]!;
    if (i >= from[length]! && i < from[length + 1]!) return (sorted[i]! << 4) | length;
  }
  return 0;
}

/** The next symbol, or -1. */
function symbolOf(bits: Bits, table: Table): number {
  const ahead = peek(bits.packed, bits.at);
  const found = table.fast[ahead & ((1 << FAST) - 1)]! || slowSymbol(table, ahead);
  bits.at += found & 15;
  return found === 0 ? -1 : found >> 4;
}

type Tables = { readonly literals: Table; readonly distances: Table };
const EMPTY: Table = { fast: new Uint16Array(1 << FAST), first: new Int32Array(17), from: new Int32Array(17), sorted: new Uint16Array(0) };

const FIXED: Tables = {
  literals: tableOf(Uint8Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8))) ?? EMPTY,
  distances: tableOf(new Uint8Array(32).fill(5)) ?? EMPTY,
};

const LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

function dynamicTables(bits: Bits): Tables | null {
  const literalCount = take(bits, 5) + 257;
  const distanceCount = take(bits, 5) + 1;
  const count = take(bits, 4) + 4;
  const ofLengths = new Uint8Array(19);
  for (const place of LENGTH_ORDER.slice(0, count)) ofLengths[place] = take(bits, 3);
  const table = tableOf(ofLengths);
  if (!table) return null;
  const lengths = new Uint8Array(literalCount + distanceCount);
  for (let i = 0; i < lengths.length;) {
    const symbol = symbolOf(bits, table);
    if (symbol < 0) return null;
    if (symbol < 16) {
      lengths[i++] = symbol;
      continue;
    }
    if (symbol === 16 && i === 0) return null;
    const times = symbol === 16 ? 3 + take(bits, 2) : symbol === 17 ? 3 + take(bits, 3) : 11 + take(bits, 7);
    if (i + times > lengths.length) return null;
    lengths.fill(symbol === 16 ? lengths[i - 1]! : 0, i, i + times);
    i += times;
  }
  const literals = tableOf(lengths.subarray(0, literalCount));
  const distances = tableOf(lengths.subarray(literalCount));
  return literals && distances && { literals, distances };
}

// By length code less 257: 3 to 10 one by one, then four codes for each more bit.
const LENGTH_EXTRA = Uint8Array.from({ length: 29 }, (_, i) => (i < 8 ? 0 : i < 28 ? (i >> 2) - 1 : 16));
const LENGTH_BASE = Uint16Array.from({ length: 29 }, (_, i) => (i < 8 ? 3 + i : i < 28 ? 3 + ((4 | (i & 3)) << ((i >> 2) - 1)) : 3));
const DISTANCE_EXTRA = Uint8Array.from({ length: 32 }, (_, i) => (i < 4 ? 0 : (i >> 1) - 1));
const DISTANCE_BASE = Int32Array.from({ length: 32 }, (_, i) => (i < 4 ? 1 + i : 1 + ((2 | (i & 1)) << ((i >> 1) - 1))));

type Out = { bytes: Buffer; length: number; readonly most: number };

/** One raw stream, up to its last block. */
export function deflate64(packed: Buffer, most: number): Unpacked {
  const bits: Bits = { packed, at: 0 };
  const out: Out = { bytes: Buffer.alloc(0), length: 0, most };
  let why: Unpacked['why'] = null;
  for (let last = false; !last && !why;) {
    last = take(bits, 1) === 1;
    const type = take(bits, 2);
    if (bits.at > packed.length * 8) why = 'damaged';
    else if (type === 0) why = stored(bits, packed, out);
    else {
      const tables = type === 1 ? FIXED : type === 2 ? dynamicTables(bits) : null;
      why = tables ? block(bits, tables, out) : 'damaged';
    }
  }
  return { bytes: out.bytes.subarray(0, out.length), used: Math.min(packed.length, Math.ceil(bits.at / 8)), why };
}

function stored(bits: Bits, packed: Buffer, out: Out): Unpacked['why'] {
  const at = Math.ceil(bits.at / 8);
  if (at + 4 > packed.length) return 'damaged';
  const size = packed.readUInt16LE(at);
  if ((packed.readUInt16LE(at + 2) ^ size) !== 0xffff) return 'damaged';
  const told = packed.subarray(at + 4, at + 4 + size);
  const taken = told.subarray(0, out.most - out.length);
  bits.at = (at + 4 + taken.length) * 8;
  const length = out.length + taken.length;
  if (length > out.bytes.length) out.bytes = grown(out.bytes, out.length, length, out.most);
  taken.copy(out.bytes, out.length);
  out.length = length;
  return taken.length < told.length ? 'too_large' : told.length < size ? 'damaged' : null;
}

function block(bits: Bits, { literals, distances }: Tables, out: Out): Unpacked['why'] {
  const { most } = out;
  const end = bits.packed.length * 8;
  let { bytes, length } = out;
  for (;;) {
    const symbol = symbolOf(bits, literals);
    if (bits.at > end || symbol < 0 || symbol > 285) return 'damaged';
    if (symbol === 256) return null;
    if (symbol < 256) {
      if (length >= most) return 'too_large';
      if (length === bytes.length) bytes = out.bytes = grown(bytes, length, length + 1, most);
      bytes[length++] = symbol;
      out.length = length;
      continue;
    }
    const count = LENGTH_BASE[symbol - 257]! + take(bits, LENGTH_EXTRA[symbol - 257]!);
    const code = symbolOf(bits, distances);
    if (code < 0) return 'damaged';
    const distance = DISTANCE_BASE[code]! + take(bits, DISTANCE_EXTRA[code]!);
    if (bits.at > end || distance > length) return 'damaged';
    const stop = Math.min(length + count, most);
    const whole = stop === length + count;
    if (stop > bytes.length) bytes = out.bytes = grown(bytes, length, stop, most);
    for (let from = length - distance; length < stop; length++, from++) bytes[length] = bytes[from]!;
    out.length = length;
    if (!whole) return 'too_large';
  }
}
