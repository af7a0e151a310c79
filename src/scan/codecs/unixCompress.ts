// `.Z` files of Unix compress: LZW with codes of 9 to 16 bits, lowest bit first, written in groups of eight. A string of the table is always
// a stretch of the output, so the table holds where it stands and how long it is.
import type { Unpacked } from '../opener.ts';
import { grown } from './grown.ts';

const HEADER = 3;
const CLEAR = 256;
const FEWEST = 9;

export const isUnixCompress = (bytes: Buffer): boolean =>
  bytes[0] === 0x1f && bytes[1] === 0x9d && ((bytes[2] ?? 0) & 31) >= FEWEST && ((bytes[2] ?? 0) & 31) <= 16;

/** A whole file. It has no end mark and no checksum: where it is cut cannot be seen. */
export function unixCompress(packed: Buffer, most: number): Unpacked {
  const flags = packed[2] ?? 0;
  const widest = flags & 31;
  if (packed[0] !== 0x1f || packed[1] !== 0x9d || packed.length < HEADER) return { bytes: Buffer.alloc(0), used: 0, why: 'damaged' };
  if (widest < FEWEST || widest > 16) return { bytes: Buffer.alloc(0), used: HEADER, why: 'method' };
  const first = flags & 0x80 ? CLEAR + 1 : CLEAR;
  const starts = new Int32Array(1 << widest);
  const lengths = new Int32Array(1 << widest);
  const bits = packed.length * 8;
  let bytes: Buffer = Buffer.alloc(0);
  let length = 0;
  let width = FEWEST;
  let free = first;
  /** Where the codes of this width begin. */
  let base = HEADER * 8;
  let at = base;
  /** The last string, or null at the beginning. */
  let last: { start: number; length: number } | null = null;
  const done = (why: Unpacked['why']): Unpacked => ({
    bytes: bytes.subarray(0, length),
    used: Math.min(packed.length, Math.ceil(at / 8)),
    why,
  });
  const nextGroup = (): void => {
    base = at = base + Math.ceil((at - base) / (width * 8)) * width * 8;
  };
  for (;;) {
    if (free === 1 << width && width < widest) {
      nextGroup();
      width++;
    }
    if (at + width > bits) {
      at = bits;
      // Readers do not agree on what comes when codes of nine bits are used up and the file allows no wider ones.
      return done(widest === FEWEST && free === 1 << FEWEST ? 'method' : null);
    }
    const byte = at >>> 3;
    const code = ((packed[byte]! | (packed[byte + 1]! << 8) | (packed[byte + 2]! << 16)) >>> (at & 7)) & ((1 << width) - 1);
    at += width;
    if (code === CLEAR && first > CLEAR) {
      nextGroup();
      width = FEWEST;
      free = first;
      last = null;
      continue;
    }
    // The string that is just being made is the last one and its own first byte: a copy that reaches into itself.
    if (last && free < 1 << widest) {
      starts[free] = last.start;
      lengths[free++] = last.length + 1;
    }
    if (code >= free || (code >= CLEAR && code < first) || (!last && code >= CLEAR)) return done('damaged');
    const count = code < CLEAR ? 1 : lengths[code]!;
    const stop = Math.min(length + count, most);
    if (stop > bytes.length) bytes = grown(bytes, length, stop, most);
    last = { start: length, length: count };
    if (code >= CLEAR) for (let from = starts[code]!; length < stop; length++, from++) bytes[length] = bytes[from]!;
    else if (length < stop) bytes[length++] = code;
    if (length < last.start + count) return done('too_large');
  }
}
