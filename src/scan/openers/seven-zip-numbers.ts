// The numbers, bits and lists of which the header of a 7z archive is made (7zFormat.txt of the LZMA SDK), read without trust.

/** Of files, folders or streams in one archive: more than may be shown of any message by far. */
export const MOST = 1 << 17;
const END = 0;

export const newCursor = (bytes: Buffer): Cursor => ({ bytes, at: 0, bad: false, crowded: false });

/** Reads on; what is behind the end, or cannot be, makes it `bad`, and everything from then on 0. `crowded`: more than `MOST` of something. */
export type Cursor = { readonly bytes: Buffer; at: number; bad: boolean; crowded: boolean };

export const left = (c: Cursor): number => (c.bad ? 0 : c.bytes.length - c.at);

export function skip(c: Cursor, length: number): Buffer {
  if (length > left(c)) c.bad = true;
  const bytes = c.bad ? Buffer.alloc(0) : c.bytes.subarray(c.at, c.at + length);
  c.at += bytes.length;
  return bytes;
}

export const byte = (c: Cursor): number => skip(c, 1)[0] ?? 0;

/** The leading ones of the first byte tell how many more there are; its other bits are the highest. */
export function number(c: Cursor): number {
  const first = byte(c);
  let value = 0;
  let mask = 0x80;
  for (let i = 0; i < 8; i++, mask >>= 1) {
    if ((first & mask) === 0) return safe(c, value + (first & (mask - 1)) * 2 ** (8 * i));
    value += byte(c) * 2 ** (8 * i);
  }
  return safe(c, value);
}

function safe(c: Cursor, value: number): number {
  if (!Number.isSafeInteger(value)) c.bad = true;
  return c.bad ? 0 : value;
}

/** A number of things of which each takes at least a byte somewhere behind. */
export function count(c: Cursor): number {
  const value = number(c);
  if (value > MOST) c.crowded = true;
  if (value > left(c) || c.crowded) c.bad = true;
  return c.bad ? 0 : value;
}

export const many = <T>(times: number, make: () => T): T[] => Array.from({ length: times }, make);

export function bits(c: Cursor, times: number): readonly boolean[] {
  const bytes = skip(c, Math.ceil(times / 8));
  return Array.from({ length: c.bad ? 0 : times }, (_, i) => (((bytes[i >> 3] as number) >> (7 - (i & 7))) & 1) === 1);
}

export function crcs(c: Cursor, times: number): readonly (number | null)[] {
  const defined = byte(c) ? many(Math.min(times, left(c)), () => true) : bits(c, times);
  return defined.map(is => {
    const bytes = is ? skip(c, 4) : null;
    return bytes?.length === 4 ? bytes.readUInt32LE(0) : null;
  });
}

/** The ids up to the end one; what is not known is skipped by its size. */
export function* sections(c: Cursor, known: readonly number[]): Generator<number> {
  for (let id = number(c); id !== END && !c.bad; id = number(c)) {
    if (known.includes(id)) yield id;
    else skip(c, number(c));
  }
}
