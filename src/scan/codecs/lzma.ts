// LZMA as 7z, zip (method 14) and .lzma files carry it: the properties stand before it, and the stream ends by a size that was told or by
// an end marker (LZMA specification by Igor Pavlov, 2015).
import type { Unpacked } from '../opener.ts';
import { AT, endRange, newLzmaCoder, runLzma, startRange, type LzmaModel } from './lzma-symbols.ts';

export type LzmaProperties = LzmaModel & { readonly dictionarySize: number };

/** Five bytes: how literals and positions are modelled, and the size of the dictionary. */
export function readLzmaProperties(five: Buffer): LzmaProperties | null {
  const [packed = 255] = five;
  if (five.length < 5 || packed >= 225) return null;
  const lc = packed % 9;
  const rest = (packed - lc) / 9;
  return { lc, lp: rest % 5, pb: Math.floor(rest / 5), dictionarySize: five.readUInt32LE(1) };
}

/** A bare stream. `size`: what comes out, or null for until the end marker; with neither, what came out until the end is damaged. */
export function lzmaRaw(properties: LzmaProperties, packed: Buffer, most: number, size: number | null): Unpacked {
  const { lc, lp, pb } = properties;
  if (!isModel(lc, 8) || !isModel(lp, 4) || !isModel(pb, 4)) return { bytes: Buffer.alloc(0), used: 0, why: 'method' };
  const range = startRange(packed);
  if (!range) return { bytes: Buffer.alloc(0), used: 0, why: 'damaged' };
  const coder = newLzmaCoder({ lc, lp, pb }, Math.min(most, size ?? most));
  const told = size !== null && size <= most;
  let end = runLzma(coder, range, packed, coder.most, !told);
  let clean = endRange(range, packed);
  // An encoder that knows the size may leave the marker out, and then nothing is left in the code. What is left is a marker, or the size lies.
  if (end === 'full' && !clean) {
    end = runLzma(coder, range, packed, coder.most, true);
    clean = end === 'marker';
    endRange(range, packed);
  } else clean = end === 'full' || end === 'marker';
  const { length } = coder;
  const why = end === 'over' && !told ? 'too_large' : clean && (size === null || length === size) ? null : 'damaged';
  return { bytes: coder.bytes.subarray(0, length), used: Math.min(range[AT] ?? 0, packed.length), why };
}

const isModel = (value: number, most: number): boolean => Number.isInteger(value) && value >= 0 && value <= most;

const HEADER = 13;
const UNKNOWN = 0xffff_ffff_ffff_ffffn;

/** A `.lzma` file: properties, the size or all ones, one stream. */
export function lzmaAlone(packed: Buffer, most: number): Unpacked {
  const properties = readLzmaProperties(packed);
  if (!properties || packed.length < HEADER) return { bytes: Buffer.alloc(0), used: 0, why: 'damaged' };
  const size = packed.readBigUInt64LE(5);
  const { bytes, used, why } = lzmaRaw(properties, packed.subarray(HEADER), most, size === UNKNOWN ? null : Number(size));
  return { bytes, used: HEADER + used, why };
}

/** It has no magic bytes: a header as encoders write it (a dictionary of 2^n or 2^n + 2^(n-1), a size that can be) and a first 0. */
export function isLzmaAlone(bytes: Buffer): boolean {
  const properties = readLzmaProperties(bytes);
  if (!properties || bytes.length < HEADER + 5 || bytes[HEADER] !== 0 || properties.lc + properties.lp > 4) return false;
  const size = bytes.readBigUInt64LE(5);
  return isDictionary(properties.dictionarySize) && (size === UNKNOWN || size < 1n << 38n);
}

function isDictionary(size: number): boolean {
  if (size === 0xffff_ffff) return true;
  const highest = 31 - Math.clz32(size);
  const rest = size - 2 ** highest;
  return size >= 4_096 && (rest === 0 || rest === 2 ** (highest - 1));
}
