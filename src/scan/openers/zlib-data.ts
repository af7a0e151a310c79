// Deflate and zlib data (RFC 1951, RFC 1950) as mail formats carry it, read whole, or to where it is damaged.
import { inflateRawSync, inflateSync } from 'node:zlib';
import type { Unpacked } from '../opener.ts';
import { inflatePart } from './pdf-inflate.ts';

/** Raw deflate data, or with the header of zlib. */
export function inflateData(packed: Buffer, most: number, form: 'raw' | 'zlib'): Unpacked {
  if (most < 1) return { bytes: Buffer.alloc(0), used: 0, why: packed.length === 0 ? null : 'too_large' };
  try {
    const bytes = (form === 'raw' ? inflateRawSync : inflateSync)(packed, { maxOutputLength: most });
    return { bytes, used: packed.length, why: null };
  } catch (error) {
    const over = (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE';
    const { bytes } = inflatePart(packed, form === 'raw' ? 0 : 2, most);
    return { bytes, used: packed.length, why: over ? 'too_large' : 'damaged' };
  }
}
