// gzip files (RFC 1952): members behind one another, whose data are one file. Headers are walked here, node:zlib inflates.
import { crc32, inflateRawSync, type InflateRaw } from 'node:zlib';
import { inflatePart } from '../openers/pdf-inflate.ts';
import type { Unpacked } from '../opener.ts';

/** Writers for random access make one each 64 KiB; the work for each is more than its bytes. */
const MOST_MEMBERS = 4096;
const MOST_NAME = 4096;
const TRAILER = 8;

export type Gunzipped = Unpacked & {
  /** Names that headers give, each once. */
  readonly names: readonly string[];
  /** There are more members than anyone writes. */
  readonly tooMany: boolean;
};

export const isGzip = (bytes: Buffer, at = 0): boolean => bytes[at] === 0x1f && bytes[at + 1] === 0x8b && bytes[at + 2] === 8;

/** All members; ends before what is none. A wrong checksum or length is damage, but reading goes on as gunzip does. */
export function gunzip(packed: Buffer, most: number): Gunzipped {
  const pieces: Buffer[] = [];
  const names = new Set<string>();
  let length = 0;
  let used = 0;
  let why: Unpacked['why'] = null;
  let members = 0;
  for (; isGzip(packed, used) && members < MOST_MEMBERS; members++) {
    const header = headerAt(packed, used);
    if (header.name !== null && header.name !== '' && names.size < 16) names.add(header.name);
    const one = inflated(packed.subarray(header.end), most - length);
    if (one.bytes.length > 0) pieces.push(one.bytes);
    length += one.bytes.length;
    used = Math.min(packed.length, header.end + one.used + TRAILER);
    const trailer = packed.subarray(header.end + one.used, used);
    if (one.why) {
      why = one.why;
      break;
    }
    if (
      header.odd ||
      trailer.length < TRAILER ||
      trailer.readUInt32LE(0) !== crc32(one.bytes) ||
      trailer.readUInt32LE(4) !== one.bytes.length
    )
      why = 'damaged';
  }
  const bytes = pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces);
  return { bytes, used, why, names: [...names], tooMany: members >= MOST_MEMBERS && isGzip(packed, used) };
}

type Header = { readonly end: number; readonly name: string | null; readonly odd: boolean };

function headerAt(packed: Buffer, at: number): Header {
  const flags = packed[at + 3] ?? 0;
  let end = at + 10;
  let name: string | null = null;
  if (flags & 4) end += 2 + (end + 2 <= packed.length ? packed.readUInt16LE(end) : 0);
  for (const flag of [8, 16]) {
    if ((flags & flag) === 0) continue;
    const stop = packed.indexOf(0, end);
    if (flag === 8) name = packed.toString('utf8', end, Math.min(end + MOST_NAME, stop < 0 ? packed.length : stop));
    end = stop < 0 ? packed.length : stop + 1;
  }
  if (flags & 2) end += 2;
  return { end: Math.min(packed.length, end), name, odd: (flags & 0xe0) !== 0 };
}

/** One raw stream. zlib gives nothing at all for a damaged one, so that one is read again for what comes before the damage. */
function inflated(packed: Buffer, most: number): Unpacked {
  try {
    const options = { info: true, maxOutputLength: Math.max(1, most) };
    const { buffer, engine } = inflateRawSync(packed, options) as unknown as { readonly buffer: Buffer; readonly engine: InflateRaw };
    if (buffer.length > most) return { bytes: Buffer.alloc(0), used: 0, why: 'too_large' };
    return { bytes: buffer, used: engine.bytesWritten, why: null };
  } catch (error) {
    if ((error as { readonly code?: string }).code === 'ERR_BUFFER_TOO_LARGE') return { bytes: Buffer.alloc(0), used: 0, why: 'too_large' };
    const part = inflatePart(packed, 0, Math.max(0, most));
    return { bytes: part.bytes, used: packed.length, why: part.over ? 'too_large' : 'damaged' };
  }
}
