// Zstandard (RFC 8878): frames behind one another, skippable ones among them. Frames and blocks are walked here, so that their ends are
// known and no window is larger than it may be; node:zlib decodes.
import { constants, zstdDecompressSync } from 'node:zlib';
import type { Unpacked } from '../opener.ts';

/** A decoder allocates its window: larger ones than this (log2) are for machines that have the memory to give. */
const MOST_WINDOW_LOG = 26;
const MOST_FRAMES = 4096;
const MOST_BLOCK = 128 * 1024;

type Frame = {
  readonly end: number;
  readonly blocks: readonly number[];
  readonly window: number;
  readonly dictionary: boolean;
  readonly whole: boolean;
};

const magicAt = (bytes: Buffer, at: number): number => (at + 4 <= bytes.length ? bytes.readUInt32LE(at) : 0);
const isSkippable = (magic: number): boolean => magic >= 0x184d2a50 && magic <= 0x184d2a5f;
const isFrame = (magic: number): boolean => magic === 0xfd2fb528;
/** Formats 0.2 to 0.7, before the standard. */
const isLegacy = (magic: number): boolean => magic >= 0xfd2fb522 && magic <= 0xfd2fb527;

/** A frame comes first, or a skippable one with a frame behind it. */
export function isZstd(bytes: Buffer): boolean {
  let at = 0;
  for (let n = 0; n < 16 && isSkippable(magicAt(bytes, at)) && at + 8 <= bytes.length; n++) at += 8 + bytes.readUInt32LE(at + 4);
  return isFrame(magicAt(bytes, at)) || isLegacy(magicAt(bytes, at));
}

/** All frames; ends before what is none. */
export function zstd(packed: Buffer, most: number): Unpacked {
  const pieces: Buffer[] = [];
  let length = 0;
  let used = 0;
  let why: Unpacked['why'] = null;
  for (let n = 0; why === null && used < packed.length; n++) {
    const magic = magicAt(packed, used);
    if (isSkippable(magic) && used + 8 <= packed.length) {
      used = Math.min(packed.length, used + 8 + packed.readUInt32LE(used + 4));
      continue;
    }
    if (isLegacy(magic) || (isFrame(magic) && n >= MOST_FRAMES)) why = 'method';
    if (why !== null || !isFrame(magic)) break;
    const frame = frameAt(packed, used);
    const one = decoded(packed.subarray(used, frame.end), frame, used, most - length);
    pieces.push(one.bytes);
    length += one.bytes.length;
    used = frame.end;
    why = one.why;
  }
  return { bytes: pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces), used, why };
}

function frameAt(packed: Buffer, at: number): Frame {
  const flags = packed[at + 4] ?? 0;
  const single = (flags & 0x20) !== 0;
  const idLength = [0, 1, 2, 4][flags & 3] ?? 0;
  const sizeLength = flags >>> 6 === 0 ? (single ? 1 : 0) : 1 << (flags >>> 6);
  const idAt = at + 5 + (single ? 0 : 1);
  const header = idAt + idLength + sizeLength;
  const descriptor = packed[at + 5] ?? 0;
  const base = 2 ** (10 + (descriptor >>> 3));
  const window = single ? sizeOf(packed, idAt + idLength, sizeLength) : base + (base / 8) * (descriptor & 7);
  const dictionary = packed.subarray(idAt, idAt + idLength).some(byte => byte !== 0);
  const blocks: number[] = [];
  for (let place = header; place + 3 <= packed.length;) {
    const word = packed.readUIntLE(place, 3);
    const type = (word >>> 1) & 3;
    const next = place + 3 + (type === 1 ? 1 : word >>> 3);
    if (type === 3 || next > packed.length || word >>> 3 > MOST_BLOCK) break;
    blocks.push(next);
    place = next;
    if ((word & 1) === 0) continue;
    const end = place + (flags & 4 ? 4 : 0);
    return { end: Math.min(packed.length, end), blocks, window, dictionary, whole: end <= packed.length };
  }
  return { end: packed.length, blocks, window, dictionary, whole: false };
}

function sizeOf(packed: Buffer, at: number, length: number): number {
  if (at + length > packed.length) return 0;
  if (length === 8) return Number(packed.readBigUInt64LE(at));
  return length === 0 ? 0 : packed.readUIntLE(at, length) + (length === 2 ? 256 : 0);
}

function decoded(bytes: Buffer, { blocks, window, dictionary, whole }: Frame, start: number, most: number): Unpacked {
  const nothing = (why: 'damaged' | 'too_large' | 'method'): Unpacked => ({ bytes: Buffer.alloc(0), used: 0, why });
  if (dictionary) return nothing('method');
  if (window > 2 ** MOST_WINDOW_LOG) return nothing('too_large');
  const all = tried(bytes, most, constants.ZSTD_e_end);
  if (all === 'too_large') return nothing('too_large');
  if (all && whole) return { bytes: all, used: bytes.length, why: null };
  // The most blocks from the front that can be decoded.
  let best = nothing('damaged').bytes;
  for (let low = 0, high = blocks.length; low < high;) {
    const middle = Math.ceil((low + high) / 2);
    const part = tried(bytes.subarray(0, (blocks[middle - 1] ?? start) - start), most, constants.ZSTD_e_flush);
    if (part === 'too_large') return nothing('too_large');
    if (part) best = part;
    if (part) low = middle;
    else high = middle - 1;
  }
  return { bytes: best, used: bytes.length, why: 'damaged' };
}

function tried(bytes: Buffer, most: number, finishFlush: number): Buffer | 'too_large' | null {
  try {
    const params = { [constants.ZSTD_d_windowLogMax]: MOST_WINDOW_LOG };
    const out = zstdDecompressSync(bytes, { maxOutputLength: Math.max(1, most), finishFlush, params });
    return out.length > most ? 'too_large' : out;
  } catch (error) {
    return (error as { readonly code?: string }).code === 'ERR_BUFFER_TOO_LARGE' ? 'too_large' : null;
  }
}
