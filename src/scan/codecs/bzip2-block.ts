// One bzip2 block up to the Burrows-Wheeler transform: bits, Huffman tables, selectors, move to front. There is no specification of bzip2
// but its program; the facts are those of version 1.0.

/** A place among the packed bits. What lies behind the end reads as zeros; `ended` tells. */
export type Bits = { readonly packed: Uint8Array; at: number };

export const ended = (bits: Bits): boolean => bits.at > bits.packed.length * 8;

/** 20 bits or fewer from any bit on. */
function peek(packed: Uint8Array, at: number, count: number): number {
  const byte = at >>> 3;
  const four = (packed[byte]! << 24) | (packed[byte + 1]! << 16) | (packed[byte + 2]! << 8) | packed[byte + 3]!;
  return (four << (at & 7)) >>> (32 - count);
}

export function take(bits: Bits, count: number): number {
  const value = peek(bits.packed, bits.at, count);
  bits.at += count;
  return value;
}

export const take24 = (bits: Bits): number => take(bits, 12) * 2 ** 12 + take(bits, 12);
export const take32 = (bits: Bits): number => take(bits, 16) * 2 ** 16 + take(bits, 16);

const FAST = 10;
const LONGEST = 20;
const GROUP = 50;
const MOST_SELECTORS = 18_002;

/** Symbols by code: the short ones directly (symbol << 5 | length), the others by the first code of their length. */
type Table = { readonly fast: Uint16Array; readonly first: Int32Array; readonly from: Int32Array; readonly sorted: Uint16Array };

const NO_FAST = new Uint16Array(1 << FAST);

/** `often`: it is used so much that the direct table pays. */
function tableOf(lengths: Uint8Array, often: boolean): Table | null {
  const counts = new Int32Array(LONGEST + 2);
  for (const length of lengths) counts[length]!++;
  const first = new Int32Array(LONGEST + 2);
  const from = new Int32Array(LONGEST + 2);
  let code = 0;
  let sum = 0;
  for (let length = 1; length <= LONGEST; length++) {
    code <<= 1;
    first[length] = code;
    from[length] = sum;
    code += counts[length]!;
    sum += counts[length]!;
    if (code > 1 << length) return null;
  }
  const sorted = new Uint16Array(lengths.length);
  const fast = often ? new Uint16Array(1 << FAST) : NO_FAST;
  const next = from.slice();
  for (const [symbol, length] of lengths.entries()) {
    const i = next[length]!++;
    sorted[i] = symbol;
    if (!often || length > FAST) continue;
    const start = (first[length]! + i - from[length]!) << (FAST - length);
    fast.fill((symbol << 5) | length, start, start + (1 << (FAST - length)));
  }
  return { fast, first, from, sorted };
}

/** A symbol << 5 | the length of its code, or -1: no such code. */
function slowSymbol(table: Table, packed: Uint8Array, at: number): number {
  const twenty = peek(packed, at, LONGEST);
  for (let length = 1; length <= LONGEST; length++) {
    const i = table.from[length]! + (twenty >>> (LONGEST - length)) - table.first[length]!;
    const end = length === LONGEST ? table.sorted.length : table.from[length + 1]!;
    if (i >= table.from[length]! && i < end) return (table.sorted[i]! << 5) | length;
  }
  return -1;
}

/** The bytes that occur, in order. */
function occurring(bits: Bits): Uint8Array {
  const rows = take(bits, 16);
  const bytes: number[] = [];
  for (let row = 0; row < 16; row++) {
    if (((rows >> (15 - row)) & 1) === 0) continue;
    const columns = take(bits, 16);
    for (let column = 0; column < 16; column++) if ((columns >> (15 - column)) & 1) bytes.push(row * 16 + column);
  }
  return Uint8Array.from(bytes);
}

/** Which table each group of 50 symbols uses. More selectors than a block can need are read and let go, as the program does. */
function selectorsOf(bits: Bits, tables: number): Uint8Array | null {
  const told = take(bits, 15);
  if (told < 1) return null;
  const selectors = new Uint8Array(Math.min(told, MOST_SELECTORS));
  const order = Uint8Array.from({ length: tables }, (_, i) => i);
  for (let i = 0; i < told; i++) {
    let place = 0;
    while (take(bits, 1) === 1) if (++place >= tables) return null;
    const table = order[place]!;
    order.copyWithin(1, 0, place);
    order[0] = table;
    if (i < selectors.length) selectors[i] = table;
  }
  return selectors;
}

function lengthsOf(bits: Bits, symbols: number): Uint8Array | null {
  const lengths = new Uint8Array(symbols);
  let length = take(bits, 5);
  for (let i = 0; i < symbols; i++) {
    for (;;) {
      if (length < 1 || length > LONGEST) return null;
      if (take(bits, 1) === 0) break;
      length += take(bits, 1) === 0 ? 1 : -1;
    }
    lengths[i] = length;
    if (ended(bits)) return null;
  }
  return lengths;
}

/** Reads a block's tables and symbols; the bytes go into `block` (one each). Gives how many, or null: damaged. */
export function readBlock(bits: Bits, block: Uint32Array): number | null {
  const bytes = occurring(bits);
  const tables = take(bits, 3);
  if (bytes.length === 0 || tables < 2 || tables > 6) return null;
  const selectors = selectorsOf(bits, tables);
  if (!selectors) return null;
  const made: Table[] = [];
  for (let i = 0; i < tables; i++) {
    const lengths = lengthsOf(bits, bytes.length + 2);
    const table = lengths && tableOf(lengths, selectors.length > 20);
    if (!table) return null;
    made.push(table);
  }
  return readSymbols(bits, block, bytes, selectors, made);
}

/** The symbols 0 and 1 are digits of a run's length, the last one ends the block, each other is a place in the list of bytes, plus 1. */
function readSymbols(bits: Bits, block: Uint32Array, order: Uint8Array, selectors: Uint8Array, tables: readonly Table[]): number | null {
  const { packed } = bits;
  const last = order.length + 1;
  let { at } = bits;
  let count = 0;
  let run = 0;
  let digit = 1;
  for (const selector of selectors) {
    const table = tables[selector]!;
    if (at > packed.length * 8) return null;
    for (let i = 0; i < GROUP; i++) {
      let found = table.fast[peek(packed, at, FAST)]!;
      if (found === 0) found = slowSymbol(table, packed, at);
      if (found < 0) return null;
      at += found & 31;
      const symbol = found >>> 5;
      if (symbol < 2) {
        run += digit << symbol;
        digit *= 2;
        if (count + run > block.length) return null;
        continue;
      }
      if (run > 0) {
        block.fill(order[0]!, count, count + run);
        count += run;
        run = 0;
        digit = 1;
      }
      if (symbol === last) {
        bits.at = at;
        return ended(bits) ? null : count;
      }
      if (count >= block.length) return null;
      const place = symbol - 1;
      const byte = order[place]!;
      if (place > 16) order.copyWithin(1, 0, place);
      else for (let j = place; j > 0; j--) order[j] = order[j - 1]!;
      order[0] = byte;
      block[count++] = byte;
    }
  }
  return null;
}
