// Deflate (RFC 1951) of a damaged stream: what comes out before the damage. node:zlib is faster and gives nothing at all for such a stream,
// so it is asked first. Codes of up to nine bits are looked up, longer ones are found by counting.

/** `over`: there was more than `most`. */
export type Part = { readonly bytes: Buffer; readonly over: boolean };

type State = { readonly from: Buffer; at: number; hold: number; count: number; out: Buffer; length: number; readonly most: number };
type Code = { readonly counts: Uint16Array; readonly symbols: Uint16Array; readonly fast: Uint16Array };

const LENGTH_BASE = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];
const LENGTH_BITS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const FAST = 9;

let fixed: readonly [Code, Code] | null = null;

/** Raw deflate from `from` on; ends silently at damage or the end of what is there. */
export function inflatePart(packed: Buffer, from: number, most: number): Part {
  const start = Math.min(most, Math.max(1024, packed.length * 3));
  const state: State = { from: packed, at: from, hold: 0, count: 0, out: Buffer.allocUnsafe(start), length: 0, most };
  let over = false;
  for (let last = 0; last === 0 && !over;) {
    last = take(state, 1);
    const type = take(state, 2);
    if (last < 0 || type < 0 || type === 3) break;
    const done = type === 0 ? stored(state) : coded(state, type === 1 ? fixedCodes() : dynamicCodes(state));
    over = done === 'over';
    if (done !== 'ok') break;
  }
  return { bytes: state.out.subarray(0, state.length), over };
}

function take(state: State, bits: number): number {
  while (state.count < bits) {
    if (state.at >= state.from.length) return -1;
    state.hold |= (state.from[state.at++] as number) << state.count;
    state.count += 8;
  }
  const value = state.hold & ((1 << bits) - 1);
  state.hold >>>= bits;
  state.count -= bits;
  return value;
}

/** Room for `more`; false: over `most`, and what fits is all that there is. */
function grow(state: State, more: number): boolean {
  if (state.length + more <= state.out.length) return true;
  if (state.length + more > state.most) return false;
  const larger = Buffer.allocUnsafe(Math.min(state.most, Math.max(state.out.length * 2, state.length + more)));
  state.out.copy(larger, 0, 0, state.length);
  state.out = larger;
  return true;
}

type Done = 'ok' | 'damaged' | 'over';

function stored(state: State): Done {
  state.at -= state.count >> 3;
  state.hold = state.count = 0;
  if (state.at + 4 > state.from.length) return 'damaged';
  const said = state.from.readUInt16LE(state.at);
  if ((said ^ state.from.readUInt16LE(state.at + 2)) !== 0xffff) return 'damaged';
  state.at += 4;
  const length = Math.min(said, state.from.length - state.at);
  if (!grow(state, length)) return 'over';
  state.from.copy(state.out, state.length, state.at, state.at + length);
  state.at += length;
  state.length += length;
  return length < said ? 'damaged' : 'ok';
}

function coded(state: State, codes: readonly [Code, Code] | null): Done {
  if (!codes) return 'damaged';
  for (;;) {
    const symbol = symbolOf(state, codes[0]);
    if (symbol < 0 || symbol > 285) return 'damaged';
    if (symbol === 256) return 'ok';
    if (symbol < 256) {
      if (!grow(state, 1)) return 'over';
      state.out[state.length++] = symbol;
      continue;
    }
    const more = take(state, LENGTH_BITS[symbol - 257] as number);
    const far = symbolOf(state, codes[1]);
    if (more < 0 || far < 0 || far > 29) return 'damaged';
    const bits = far < 4 ? 0 : (far >> 1) - 1;
    const rest = take(state, bits);
    const distance = (far < 4 ? far : (2 + (far & 1)) << bits) + rest + 1;
    if (rest < 0 || distance > state.length) return 'damaged';
    const length = (LENGTH_BASE[symbol - 257] as number) + more;
    if (!grow(state, length)) return 'over';
    const { out } = state;
    for (let i = 0, to = state.length; i < length; i++, to++) out[to] = out[to - distance] as number;
    state.length += length;
  }
}

function symbolOf(state: State, code: Code): number {
  while (state.count < 15 && state.at < state.from.length) {
    state.hold |= (state.from[state.at++] as number) << state.count;
    state.count += 8;
  }
  const entry = code.fast[state.hold & ((1 << FAST) - 1)] as number;
  if (entry !== 0) return use(state, entry & 15, entry >> 4);
  let [value, first, index] = [0, 0, 0];
  for (let length = 1; length <= 15; length++) {
    value |= (state.hold >>> (length - 1)) & 1;
    const count = code.counts[length] as number;
    if (value - first < count) return use(state, length, code.symbols[index + value - first] as number);
    index += count;
    first = (first + count) << 1;
    value <<= 1;
  }
  return -1;
}

function use(state: State, length: number, symbol: number): number {
  if (length > state.count) return -1;
  state.hold >>>= length;
  state.count -= length;
  return symbol;
}

function codeOf(lengths: readonly number[]): Code {
  const counts = new Uint16Array(16);
  for (const length of lengths) counts[length] = (counts[length] as number) + 1;
  counts[0] = 0;
  const [next, codes] = [new Uint16Array(16), new Uint16Array(16)];
  for (let i = 1; i < 16; i++) {
    next[i] = (next[i - 1] as number) + (counts[i - 1] as number);
    codes[i] = ((codes[i - 1] as number) + (counts[i - 1] as number)) << 1;
  }
  const symbols = new Uint16Array(lengths.length);
  const fast = new Uint16Array(1 << FAST);
  for (const [symbol, length] of lengths.entries()) {
    if (length === 0) continue;
    symbols[next[length] as number] = symbol;
    next[length] = (next[length] as number) + 1;
    const code = codes[length] as number;
    codes[length] = code + 1;
    if (length > FAST) continue;
    let turned = 0;
    for (let i = 0; i < length; i++) turned |= ((code >> i) & 1) << (length - 1 - i);
    for (let at = turned; at < 1 << FAST; at += 1 << length) fast[at] = (symbol << 4) | length;
  }
  return { counts, symbols, fast };
}

function fixedCodes(): readonly [Code, Code] {
  const lengths = Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8));
  return (fixed ??= [codeOf(lengths), codeOf(Array.from({ length: 30 }, () => 5))]);
}

function dynamicCodes(state: State): readonly [Code, Code] | null {
  const [literals, distances, ordered] = [take(state, 5) + 257, take(state, 5) + 1, take(state, 4) + 4];
  const own = Array.from({ length: 19 }, () => 0);
  for (let i = 0; i < ordered; i++) own[LENGTH_ORDER[i] as number] = Math.max(0, take(state, 3));
  const code = codeOf(own);
  const lengths: number[] = [];
  while (lengths.length < literals + distances) {
    const symbol = symbolOf(state, code);
    if (symbol < 0) return null;
    if (symbol < 16) {
      lengths.push(symbol);
      continue;
    }
    const times = symbol === 16 ? take(state, 2) + 3 : symbol === 17 ? take(state, 3) + 3 : take(state, 7) + 11;
    const value = symbol === 16 ? lengths.at(-1) : 0;
    if (value === undefined) return null;
    for (let i = 0; i < times; i++) lengths.push(value);
  }
  return [codeOf(lengths.slice(0, literals)), codeOf(lengths.slice(literals, literals + distances))];
}
