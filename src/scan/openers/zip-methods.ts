// How zip members are packed (PKWARE APPNOTE 4.4.5): deflate by node:zlib and, where that gives up, by a slower reader that keeps what came
// out before the damage; the rest by our codecs.
import { inflateRawSync } from 'node:zlib';
import { bzip2 } from '../codecs/bzip2.ts';
import { deflate64 } from '../codecs/deflate64.ts';
import { lzmaRaw, readLzmaProperties } from '../codecs/lzma.ts';
import { xz } from '../codecs/xz.ts';
import { zstd } from '../codecs/zstd.ts';
import type { Unpacked } from '../opener.ts';
import { inflatePart } from './pdf-inflate.ts';
import { DEFLATED } from './zip-records.ts';

const NOTHING = Buffer.alloc(0);

/**
 * `size`: what should come out, if it is known; `marked`: an LZMA stream ends with a marker; `salvage`: what comes out before damage is
 * wanted, which takes time.
 */
export type Hints = { readonly size: number | null; readonly marked: boolean; readonly salvage: boolean };

/** Packed in a way that the archive library may know: shrink, reduce, implode, PPMd. */
export const isForeign = (method: number): boolean => (method > 0 && method < 7) || method === 98;

/** At most `most` bytes. Anything but `stored`, which is no packing. `beyond`: the packed bytes and all behind, should they be said too short. */
export function unpackZip(method: number, packed: Buffer, beyond: Buffer, most: number, hints: Hints): Unpacked {
  switch (method) {
    case DEFLATED:
      return inflate(packed, most, hints.size, beyond, hints.salvage);
    case 9:
      return deflate64(packed, most);
    case 12:
      return bzip2(packed, most);
    case 14:
      return lzma(packed, most, hints);
    case 93:
      return orDamaged(zstd(packed, most));
    case 95:
      return orDamaged(xz(packed, most));
    default:
      return { bytes: NOTHING, used: 0, why: 'method' };
  }
}

type Informed = { readonly buffer: Buffer; readonly engine: { readonly bytesWritten: number } };

/** Raw deflate. The size that is told only saves a copy: no more than can come out is taken for it. */
export function inflate(packed: Buffer, most: number, size: number | null = null, beyond: Buffer = packed, salvage = true): Unpacked {
  const chunkSize = Math.max(1_024, Math.min(size ?? 16_384, most, packed.length * 1_032)) + 64;
  try {
    const { buffer, engine } = inflateRawSync(packed, { maxOutputLength: Math.max(1, most), chunkSize, info: true }) as unknown as Informed;
    if (buffer.length > most) return { bytes: NOTHING, used: 0, why: 'too_large' };
    return { bytes: buffer, used: engine.bytesWritten, why: null };
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'ERR_BUFFER_TOO_LARGE') return { bytes: NOTHING, used: 0, why: 'too_large' };
    if (code === 'Z_BUF_ERROR' && beyond.length > packed.length) return inflate(beyond, most, null, beyond, salvage);
    if (!salvage) return { bytes: NOTHING, used: packed.length, why: 'damaged' };
    const { bytes, over } = inflatePart(packed, 0, most);
    if (over) return { bytes: NOTHING, used: 0, why: 'too_large' };
    // What came out is much smaller than the room that was taken for it: the room is given back.
    return { bytes: bytes.length * 2 < bytes.buffer.byteLength ? Buffer.from(bytes) : bytes, used: packed.length, why: 'damaged' };
  }
}

/** These end before what is no stream of theirs; here one has to be there. */
export const orDamaged = (made: Unpacked): Unpacked => (made.used === 0 && !made.why ? { ...made, why: 'damaged' } : made);

/** Two bytes of version, the length of the properties, the properties, the stream. */
function lzma(packed: Buffer, most: number, { size, marked }: Hints): Unpacked {
  const length = packed.length < 9 ? 0 : packed.readUInt16LE(2);
  const properties = length === 5 ? readLzmaProperties(packed.subarray(4, 9)) : null;
  if (!properties) return { bytes: NOTHING, used: 0, why: 'damaged' };
  const { bytes, used, why } = lzmaRaw(properties, packed.subarray(9), most, marked ? null : size);
  return { bytes, used: used + 9, why };
}
