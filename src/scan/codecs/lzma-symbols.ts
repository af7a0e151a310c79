// The heart of LZMA (LZMA specification by Igor Pavlov, 2015): adaptive binary range decoding of literals and matches. LZMA2 keeps one
// coder through many chunks, so everything that outlives a run stands in it. The output is its own dictionary: nothing is set aside for
// the dictionary size that a header claims.
import { grown } from './grown.ts';

export type LzmaModel = { readonly lc: number; readonly lp: number; readonly pb: number };

export type LzmaCoder = {
  model: LzmaModel;
  probabilities: Uint16Array;
  state: number;
  /** The last four distances, each less one. */
  reps: Int32Array;
  bytes: Buffer;
  length: number;
  /** Where the dictionary begins: matches do not reach behind it. */
  dictionaryFrom: number;
  readonly most: number;
};

/** Range, code, and where the next packed byte is. 32-bit and in an array: numbers over 2^31 in variables would be boxed. */
export type RangeRegisters = Int32Array;
const RANGE = 0;
const CODE = 1;
export const AT = 2;

// Where each table of probabilities begins.
const IS_MATCH = 0;
const IS_REP = 192;
const IS_REP_1_UP = 204;
const IS_REP_2_UP = 216;
const IS_REP_3 = 228;
const IS_REP_LONG = 240;
const SLOT = 432;
const SPECIAL = 688;
const ALIGN = 816;
const MATCH_LENGTH = 832;
const REP_LENGTH = 1_346;
const LITERAL = 1_860;

export function newLzmaCoder(model: LzmaModel, most: number): LzmaCoder {
  const coder = {
    model,
    probabilities: new Uint16Array(0),
    state: 0,
    reps: new Int32Array(4),
    bytes: Buffer.alloc(0),
    length: 0,
    dictionaryFrom: 0,
    most,
  };
  resetLzma(coder, model);
  return coder;
}

/** Forgets everything but the dictionary. */
export function resetLzma(coder: LzmaCoder, model: LzmaModel): void {
  const size = LITERAL + (0x300 << (model.lc + model.lp));
  if (coder.probabilities.length !== size) coder.probabilities = new Uint16Array(size);
  coder.probabilities.fill(1 << 10);
  coder.model = model;
  coder.state = 0;
  coder.reps.fill(0);
}

/** The first five bytes of a range coded stream; the first of them is 0. */
export function startRange(packed: Uint8Array): RangeRegisters | null {
  if (packed.length < 5 || packed[0] !== 0) return null;
  const code = (packed[1]! << 24) | (packed[2]! << 16) | (packed[3]! << 8) | packed[4]!;
  return Int32Array.of(-1, code, 5);
}

/** Takes the byte that may still be due; true if nothing is left in the code, as an encoder ends. */
export function endRange(r: RangeRegisters, packed: Uint8Array): boolean {
  if ((r[RANGE]! & 0xff00_0000) === 0) shift(r, packed);
  return r[CODE] === 0 && r[AT]! <= packed.length;
}

function shift(r: RangeRegisters, packed: Uint8Array): void {
  r[RANGE] = r[RANGE]! << 8;
  r[CODE] = (r[CODE]! << 8) | packed[r[AT]!]!;
  r[AT] = r[AT]! + 1;
}

/** One bit by the i-th probability, which learns from it. */
export function bit(r: RangeRegisters, table: Uint16Array, i: number, packed: Uint8Array): 0 | 1 {
  if ((r[RANGE]! & 0xff00_0000) === 0) shift(r, packed);
  const range = r[RANGE]!;
  const code = r[CODE]!;
  const p = table[i]!;
  const bound = Math.imul(range >>> 11, p);
  if (code >>> 0 < bound >>> 0) {
    r[RANGE] = bound;
    table[i] = p + ((2_048 - p) >>> 5);
    return 0;
  }
  r[RANGE] = range - bound;
  r[CODE] = code - bound;
  table[i] = p - (p >>> 5);
  return 1;
}

/** The most frequent of all: its loop keeps the registers in variables. `matched`: the byte at the last distance, or -1. */
function tree(r: RangeRegisters, table: Uint16Array, base: number, top: number, matched: number, packed: Uint8Array): number {
  let range = r[RANGE]!;
  let code = r[CODE]!;
  let at = r[AT]!;
  let symbol = 1;
  let offset = matched < 0 ? 0 : 0x100;
  let match = matched << 1;
  while (symbol < top) {
    if ((range & 0xff00_0000) === 0) {
      range <<= 8;
      code = (code << 8) | packed[at]!;
      at++;
    }
    const matchBit = match & offset;
    const i = base + offset + matchBit + symbol;
    const p = table[i]!;
    const bound = Math.imul(range >>> 11, p);
    if (code >>> 0 < bound >>> 0) {
      range = bound;
      table[i] = p + ((2_048 - p) >>> 5);
      symbol <<= 1;
      offset &= ~matchBit;
    } else {
      range = (range - bound) | 0;
      code = (code - bound) | 0;
      table[i] = p - (p >>> 5);
      symbol = (symbol << 1) | 1;
      offset &= matchBit;
    }
    match <<= 1;
  }
  r[RANGE] = range;
  r[CODE] = code;
  r[AT] = at;
  return symbol - top;
}

/** Lowest bit first. */
function reversed(r: RangeRegisters, table: Uint16Array, base: number, bits: number, packed: Uint8Array): number {
  let node = 1;
  let value = 0;
  for (let i = 0; i < bits; i++) {
    const one = bit(r, table, base + node, packed);
    node = (node << 1) | one;
    value |= one << i;
  }
  return value;
}

/** Bits that are as likely 0 as 1. */
function direct(r: RangeRegisters, bits: number, packed: Uint8Array): number {
  let value = 0;
  for (let i = 0; i < bits; i++) {
    if ((r[RANGE]! & 0xff00_0000) === 0) shift(r, packed);
    const range = r[RANGE]! >>> 1;
    const code = r[CODE]!;
    const one = code >>> 0 >= range ? 1 : 0;
    r[RANGE] = range;
    r[CODE] = code - (one ? range : 0);
    value = (value << 1) | one;
  }
  return value;
}

function lengthOf(r: RangeRegisters, table: Uint16Array, base: number, place: number, packed: Uint8Array): number {
  if (bit(r, table, base, packed) === 0) return 2 + tree(r, table, base + 2 + (place << 3), 8, -1, packed);
  if (bit(r, table, base + 1, packed) === 0) return 10 + tree(r, table, base + 130 + (place << 3), 8, -1, packed);
  return 18 + tree(r, table, base + 258, 256, -1, packed);
}

function distanceOf(r: RangeRegisters, table: Uint16Array, length: number, packed: Uint8Array): number {
  const slot = tree(r, table, SLOT + (Math.min(length - 2, 3) << 6), 64, -1, packed);
  if (slot < 4) return slot;
  const bits = (slot >> 1) - 1;
  const base = (2 | (slot & 1)) << bits;
  if (slot < 14) return base + reversed(r, table, SPECIAL + base - slot, bits, packed);
  return (base + (direct(r, bits - 4, packed) << 4) + reversed(r, table, ALIGN, 4, packed)) | 0;
}

/** One of the last four distances, moved to the front. Gives the length: 1 for the short form. */
function repeated(coder: LzmaCoder, r: RangeRegisters, place: number, packed: Uint8Array): number {
  const { probabilities: table, state, reps } = coder;
  if (bit(r, table, IS_REP_1_UP + state, packed) === 0) {
    if (bit(r, table, IS_REP_LONG + (state << 4) + place, packed) === 0) {
      coder.state = state < 7 ? 9 : 11;
      return 1;
    }
  } else {
    const which = bit(r, table, IS_REP_2_UP + state, packed) === 0 ? 1 : bit(r, table, IS_REP_3 + state, packed) === 0 ? 2 : 3;
    const distance = reps[which]!;
    reps.copyWithin(1, 0, which);
    reps[0] = distance;
  }
  coder.state = state < 7 ? 8 : 11;
  return lengthOf(r, table, REP_LENGTH, place, packed);
}

/** `full`: `until` is reached. `over`: more would come. `cut`: the packed bytes end inside a symbol, which is dropped. */
export type LzmaEnd = 'full' | 'over' | 'marker' | 'cut' | 'damaged';

/** Decodes until so many bytes are out in all. With `peek` one symbol more is read: it should be the end marker. */
export function runLzma(coder: LzmaCoder, r: RangeRegisters, packed: Uint8Array, until: number, peek: boolean): LzmaEnd {
  const { probabilities: table, reps, dictionaryFrom } = coder;
  const { lc, lp, pb } = coder.model;
  const placeMask = (1 << pb) - 1;
  const literalMask = (1 << lp) - 1;
  const end = packed.length;
  let { bytes, length } = coder;
  for (;;) {
    if (length >= until && !peek) return 'full';
    const { state } = coder;
    const place = (length - dictionaryFrom) & placeMask;
    if (bit(r, table, IS_MATCH + (state << 4) + place, packed) === 0) {
      const before = length > dictionaryFrom ? bytes[length - 1]! : 0;
      const context = (((length - dictionaryFrom) & literalMask) << lc) + (before >> (8 - lc));
      const matched = state < 7 || reps[0]! >>> 0 >= length - dictionaryFrom ? -1 : bytes[length - 1 - reps[0]!]!;
      const literal = tree(r, table, LITERAL + 0x300 * context, 256, matched, packed);
      if (r[AT]! > end) return 'cut';
      if (length >= until) return 'over';
      if (length === bytes.length) bytes = coder.bytes = grown(bytes, length, length + 1, coder.most);
      bytes[length++] = literal;
      coder.length = length;
      coder.state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
      continue;
    }
    let count;
    if (bit(r, table, IS_REP + state, packed) === 0) {
      reps.copyWithin(1, 0, 3);
      count = lengthOf(r, table, MATCH_LENGTH, place, packed);
      const distance = distanceOf(r, table, count, packed);
      reps[0] = distance;
      coder.state = state < 7 ? 7 : 10;
      if (distance === -1 && r[AT]! <= end) return 'marker';
    } else count = repeated(coder, r, place, packed);
    if (r[AT]! > end) return 'cut';
    const distance = (reps[0]! >>> 0) + 1;
    if (distance > length - dictionaryFrom) return 'damaged';
    const stop = Math.min(length + count, until);
    const whole = stop === length + count;
    if (stop > bytes.length) bytes = coder.bytes = grown(bytes, length, stop, coder.most);
    for (let from = length - distance; length < stop; length++, from++) bytes[length] = bytes[from]!;
    coder.length = length;
    if (!whole) return 'over';
  }
}
