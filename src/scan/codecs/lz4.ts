// LZ4 frames (LZ4 Frame Format 1.6.x) and the older ones of the Linux kernel: blocks of literals and copies from up to 64 KiB back.
// Checksums are not looked at.
import type { Unpacked } from '../opener.ts';
import { grown } from './grown.ts';

const FRAME = 0x184d2204;
const LEGACY = 0x184c2102;

const wordAt = (bytes: Buffer, at: number): number => (at + 4 <= bytes.length ? bytes.readUInt32LE(at) : 0);
const isSkippable = (magic: number): boolean => magic >= 0x184d2a50 && magic <= 0x184d2a5f;

export const isLz4 = (bytes: Buffer): boolean => wordAt(bytes, 0) === FRAME || wordAt(bytes, 0) === LEGACY;

type Out = { bytes: Buffer; length: number; readonly most: number };

/** All frames behind one another; ends before what is none. */
export function lz4(packed: Buffer, most: number): Unpacked {
  const out: Out = { bytes: Buffer.alloc(0), length: 0, most };
  let used = 0;
  let why: Unpacked['why'] = null;
  while (why === null) {
    const magic = wordAt(packed, used);
    let read: { readonly at: number; readonly why: Unpacked['why'] };
    if (magic === FRAME) read = frame(packed, used + 4, out);
    else if (magic === LEGACY) read = legacy(packed, used + 4, out);
    else if (isSkippable(magic) && used > 0 && used + 8 <= packed.length) read = { at: used + 8 + wordAt(packed, used + 4), why: null };
    else break;
    used = Math.min(packed.length, read.at);
    why = read.why;
  }
  return { bytes: out.bytes.subarray(0, out.length), used, why };
}

function frame(packed: Buffer, from: number, out: Out): { readonly at: number; readonly why: Unpacked['why'] } {
  const flags = packed[from] ?? 0;
  if (flags >>> 6 !== 1) return { at: packed.length, why: 'damaged' };
  if (flags & 1) return { at: packed.length, why: 'method' };
  const begin = out.length;
  for (let at = from + 3 + (flags & 8 ? 8 : 0); at + 4 <= packed.length;) {
    const word = wordAt(packed, at);
    at += 4;
    if (word === 0) {
      const end = at + (flags & 4 ? 4 : 0);
      return { at: end, why: end <= packed.length ? null : 'damaged' };
    }
    const length = word & 0x7fffffff;
    const data = packed.subarray(at, at + length);
    const why = word >>> 31 ? literals(data, 0, data.length, out) : block(data, out, begin);
    at += length + (flags & 16 ? 4 : 0);
    if (why || data.length < length) return { at, why: why ?? 'damaged' };
  }
  return { at: packed.length, why: 'damaged' };
}

/** Blocks with their packed size in front, until another magic or the end. */
function legacy(packed: Buffer, from: number, out: Out): { readonly at: number; readonly why: Unpacked['why'] } {
  let at = from;
  while (at + 4 <= packed.length) {
    const length = wordAt(packed, at);
    if (length === 0 || length === FRAME || length === LEGACY || isSkippable(length)) break;
    const data = packed.subarray(at + 4, at + 4 + length);
    const why = block(data, out, out.length);
    at += 4 + length;
    if (why || data.length < length) return { at, why: why ?? 'damaged' };
  }
  return { at, why: null };
}

function literals(data: Buffer, from: number, length: number, out: Out): 'too_large' | null {
  const fits = Math.min(length, out.most - out.length);
  if (out.length + fits > out.bytes.length) out.bytes = grown(out.bytes, out.length, out.length + fits, out.most);
  data.copy(out.bytes, out.length, from, from + fits);
  out.length += fits;
  return fits < length ? 'too_large' : null;
}

/** Copies reach back to `begin`, no further. */
function block(data: Buffer, out: Out, begin: number): 'damaged' | 'too_large' | null {
  let at = 0;
  const more = (short: number): number => {
    let length = short;
    for (let byte = short === 15 ? 255 : 0; byte === 255 && at < data.length;) {
      byte = data[at++] as number;
      length += byte;
    }
    return length;
  };
  while (at < data.length) {
    const token = data[at++] as number;
    const count = more(token >>> 4);
    const there = Math.min(count, data.length - at);
    const over = literals(data, at, there, out);
    if (over) return over;
    if (there < count) return 'damaged';
    at += count;
    if (at === data.length) return null;
    if (at + 2 > data.length) return 'damaged';
    const back = data.readUInt16LE(at);
    at += 2;
    const length = more(token & 15) + 4;
    if (back === 0 || back > out.length - begin) return 'damaged';
    const fits = Math.min(length, out.most - out.length);
    if (out.length + fits > out.bytes.length) out.bytes = grown(out.bytes, out.length, out.length + fits, out.most);
    for (let n = 0; n < fits; n++) out.bytes[out.length + n] = out.bytes[out.length + n - back] as number;
    out.length += fits;
    if (fits < length) return 'too_large';
  }
  return null;
}
