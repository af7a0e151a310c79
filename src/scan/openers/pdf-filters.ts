// Filters of PDF streams (ISO 32000-2, 7.4): Flate and LZW with predictors, ASCII85, ASCIIHex, RunLength, in chains and under their short
// names. Pictures' own filters (DCT, JPX, JBIG2, CCITT) end a chain: their bytes are left as they are. What is damaged gives what came out.
import { constants, inflateSync } from 'node:zlib';
import { inflatePart, type Part } from './pdf-inflate.ts';
import { unpredict, type Predictor } from './pdf-predictors.ts';

export type Step = { readonly filter: string; readonly predictor: Predictor | null; readonly earlyChange: number };
/** `picture`: the picture filter at which the chain ended. `method`: a filter that nobody knows. */
export type Decoded = { readonly bytes: Buffer; readonly why: 'too_large' | 'method' | null; readonly picture: string | null };

const SHORT: Readonly<Record<string, string>> = {
  Fl: 'FlateDecode',
  LZW: 'LZWDecode',
  A85: 'ASCII85Decode',
  AHx: 'ASCIIHexDecode',
  RL: 'RunLengthDecode',
  DCT: 'DCTDecode',
  CCF: 'CCITTFaxDecode',
};
const PICTURES = new Set(['DCTDecode', 'JPXDecode', 'JBIG2Decode', 'CCITTFaxDecode']);
/** Honest chains have two or three. */
const MAX_CHAIN = 16;
/** What is kept of a stream that is over its room. */
const PART = 1 << 20;
/** Slow reading of a damaged stream. */
const MAX_DAMAGED = 16 << 20;

const FILTERS: Readonly<Record<string, (packed: Buffer, most: number, step: Step) => Part>> = {
  FlateDecode: inflate,
  LZWDecode: (packed, most, step) => unLzw(packed, most, step.earlyChange),
  ASCII85Decode: unAscii85,
  ASCIIHexDecode: packed => ({ bytes: unHex(packed), over: false }),
  RunLengthDecode: unRunLength,
  // Another cipher than the file's own is seen to before the filters.
  Crypt: packed => ({ bytes: packed, over: false }),
};

export const fullName = (filter: string): string => SHORT[filter] ?? filter;
export const isPictureFilter = (filter: string): boolean => PICTURES.has(filter);

/** No step gives more than `most` bytes. */
export function decode(packed: Buffer, chain: readonly Step[], most: number): Decoded {
  if (chain.length > MAX_CHAIN) return { bytes: packed, why: 'method', picture: null };
  let bytes = packed;
  for (const step of chain) {
    if (PICTURES.has(step.filter)) return { bytes, why: null, picture: step.filter };
    if (!Object.hasOwn(FILTERS, step.filter)) return { bytes, why: 'method', picture: null };
    const part = FILTERS[step.filter]?.(bytes, Math.max(1, most), step) as Part;
    bytes = step.predictor ? unpredict(part.bytes, step.predictor) : part.bytes;
    if (part.over) return { bytes, why: 'too_large', picture: null };
  }
  return bytes.length > most ? { bytes: bytes.subarray(0, PART), why: 'too_large', picture: null } : { bytes, why: null, picture: null };
}

function inflate(packed: Buffer, most: number): Part {
  let from = 0;
  // A blank line between `stream` and the data, as some writers put it.
  while (from < 2 && (packed[from] === 10 || packed[from] === 13)) from++;
  const data = from > 0 ? packed.subarray(from) : packed;
  if (data.length < 2) return { bytes: Buffer.alloc(0), over: false };
  const known = ((data[0] as number) & 15) === 8 && data.readUInt16BE(0) % 31 === 0;
  if (known) {
    try {
      const chunkSize = Math.min(1 << 16, Math.max(1 << 12, data.length * 4));
      return { bytes: inflateSync(data, { maxOutputLength: most, finishFlush: constants.Z_SYNC_FLUSH, chunkSize }), over: false };
    } catch (error) {
      if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE')
        return { bytes: inflatePart(data, 2, Math.min(most, PART)).bytes, over: true };
    }
  }
  const part = inflatePart(data, 2, Math.min(most, MAX_DAMAGED));
  return part.bytes.length > 0 || known ? part : inflatePart(data, 0, Math.min(most, MAX_DAMAGED));
}

/** Space that grows by what comes out, never over `most`. */
function enlarge(out: Buffer, length: number, need: number, most: number): Buffer | null {
  if (need > most) return null;
  const larger = Buffer.allocUnsafe(Math.min(most, Math.max(out.length * 2, need)));
  out.copy(larger, 0, 0, length);
  return larger;
}

function unLzw(packed: Buffer, most: number, earlyChange: number): Part {
  const [prefix, suffix, lengths] = [new Uint16Array(4096), new Uint8Array(4096), new Uint16Array(4096)];
  for (let i = 0; i < 256; i++) [suffix[i], lengths[i]] = [i, 1];
  let out: Buffer = Buffer.allocUnsafe(Math.min(most, Math.max(1024, packed.length * 3)));
  let [length, next, width, before, hold, count] = [0, 258, 9, -1, 0, 0];
  for (let at = 0; ;) {
    while (count < width && at < packed.length) {
      hold = ((hold << 8) | (packed[at++] as number)) & 0xffffff;
      count += 8;
    }
    if (count < width) break;
    const code = (hold >> (count - width)) & ((1 << width) - 1);
    count -= width;
    if (code === 257) break;
    if (code === 256) {
      [next, width, before] = [258, 9, -1];
      continue;
    }
    if (code > next || (code === next && before < 0) || (code >= 258 && before < 0)) break;
    // The entry that is being made is its own forerunner and the first byte of that.
    const made = code === next;
    const known = made ? before : code;
    const size = (lengths[known] as number) + (made ? 1 : 0);
    if (length + size > out.length) {
      const larger = enlarge(out, length, length + size, most);
      if (!larger) return { bytes: out.subarray(0, length), over: true };
      out = larger;
    }
    let to = length + (lengths[known] as number) - 1;
    let first = known;
    for (; to > length; first = prefix[first] as number) out[to--] = suffix[first] as number;
    out[length] = suffix[first] as number;
    if (made) out[length + size - 1] = suffix[first] as number;
    length += size;
    if (before >= 0 && next < 4096) {
      [prefix[next], suffix[next], lengths[next]] = [before, suffix[first] as number, (lengths[before] as number) + 1];
      next++;
    }
    const reach = next + earlyChange;
    width = reach >= 2048 ? 12 : reach >= 1024 ? 11 : reach >= 512 ? 10 : 9;
    before = code;
  }
  return { bytes: out.subarray(0, length), over: false };
}

function unAscii85(packed: Buffer, most: number): Part {
  // `z` is four bytes.
  let zeros = 0;
  for (let at = packed.indexOf(122); at >= 0; at = packed.indexOf(122, at + 1)) zeros++;
  const out = Buffer.allocUnsafe(Math.min(most, Math.ceil(((packed.length - zeros) * 4) / 5) + zeros * 4) + 4);
  let [length, value, count] = [0, 0, 0];
  const start = packed[0] === 60 && packed[1] === 126 ? 2 : 0;
  for (let at = start; at < packed.length; at++) {
    const code = packed[at] as number;
    if (code === 126) break;
    const isZeros = code === 122 && count === 0;
    if (!isZeros) {
      if (code < 33 || code > 117) continue;
      value = value * 85 + code - 33;
      if (++count < 5) continue;
    }
    if (length + 4 > out.length) return { bytes: out.subarray(0, length), over: true };
    out.writeUInt32BE(value % 0x1_0000_0000, length);
    length += 4;
    value = count = 0;
  }
  if (count > 1 && length + 4 <= out.length) {
    for (let i = count; i < 5; i++) value = value * 85 + 84;
    out.writeUInt32BE(value % 0x1_0000_0000, length);
    length += count - 1;
  }
  return { bytes: out.subarray(0, length), over: length > most };
}

function unHex(packed: Buffer): Buffer {
  const end = packed.indexOf(62);
  const digits = packed.toString('latin1', 0, end < 0 ? packed.length : end).replace(/[^0-9a-f]+/gi, '');
  return Buffer.from(digits.length % 2 ? `${digits}0` : digits, 'hex');
}

function unRunLength(packed: Buffer, most: number): Part {
  let out: Buffer = Buffer.allocUnsafe(Math.min(most, Math.max(1024, packed.length * 2)));
  let length = 0;
  for (let at = 0; at < packed.length;) {
    const said = packed[at++] as number;
    if (said === 128) break;
    const size = said < 128 ? Math.min(said + 1, packed.length - at) : 257 - said;
    if (said > 128 && at >= packed.length) break;
    if (length + size > out.length) {
      const larger = enlarge(out, length, length + size, most);
      if (!larger) return { bytes: out.subarray(0, length), over: true };
      out = larger;
    }
    if (said < 128) packed.copy(out, length, at, at + size);
    else out.fill(packed[at] as number, length, length + size);
    at += said < 128 ? size : 1;
    length += size;
  }
  return { bytes: out.subarray(0, length), over: false };
}
