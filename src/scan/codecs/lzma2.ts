// LZMA2 (as in the .xz file format 1.2.1 and 7z): chunks of LZMA or of plain bytes, each with a control byte that says what is reset.
import type { Unpacked } from '../opener.ts';
import { grown } from './grown.ts';
import { AT, endRange, newLzmaCoder, resetLzma, runLzma, startRange, type LzmaCoder, type LzmaModel } from './lzma-symbols.ts';

/** A stream up to its end byte. */
export function lzma2(packed: Buffer, most: number): Unpacked {
  const coder = newLzma2Coder(most);
  const { used, why } = lzma2Onto(coder, packed);
  return { bytes: coder.bytes.subarray(0, coder.length), used, why };
}

export const newLzma2Coder = (most: number): LzmaCoder => newLzmaCoder({ lc: 3, lp: 0, pb: 2 }, most);

/** The same, behind what is in the coder already: a stream begins with a reset of everything. */
export function lzma2Onto(coder: LzmaCoder, packed: Buffer): Omit<Unpacked, 'bytes'> {
  // What must be reset before the first chunk that uses it.
  const needs = { dictionary: true, model: true };
  let at = 0;
  const ended = (why: Unpacked['why']): Omit<Unpacked, 'bytes'> => ({ used: Math.min(at, packed.length), why });
  for (;;) {
    const control = packed[at++];
    if (control === undefined) return ended('damaged');
    if (control === 0) return ended(null);
    const head = control >= 0xc0 ? 5 : control >= 0x80 ? 4 : 2;
    if (at + head > packed.length) return ended('damaged');
    if (control === 1 || control >= 0xe0) {
      coder.dictionaryFrom = coder.length;
      needs.dictionary = false;
    } else if (needs.dictionary) return ended('damaged');
    if (control < 0x80) {
      if (control > 2) return ended('damaged');
      const size = packed.readUInt16BE(at) + 1;
      at += head;
      const why = plain(coder, packed.subarray(at, at + size), size);
      at += size;
      if (why) return ended(why);
      continue;
    }
    const size = ((control & 0x1f) << 16) + packed.readUInt16BE(at) + 1;
    const packedSize = packed.readUInt16BE(at + 2) + 1;
    if (control >= 0xc0) {
      const model = modelOf(packed[at + 4] ?? 255);
      if (!model) return ended('damaged');
      needs.model = false;
      resetLzma(coder, model);
    } else if (needs.model) return ended('damaged');
    else if (control >= 0xa0) resetLzma(coder, coder.model);
    at += head;
    const why = chunk(coder, packed.subarray(at, at + packedSize), size, packedSize);
    at += packedSize;
    if (why) return ended(why);
  }
}

function modelOf(packed: number): LzmaModel | null {
  const lc = packed % 9;
  const lp = Math.floor(packed / 9) % 5;
  return packed >= 225 || lc + lp > 4 ? null : { lc, lp, pb: Math.floor(packed / 45) };
}

function plain(coder: LzmaCoder, bytes: Buffer, size: number): Unpacked['why'] {
  const taken = bytes.subarray(0, coder.most - coder.length);
  const length = coder.length + taken.length;
  if (length > coder.bytes.length) coder.bytes = grown(coder.bytes, coder.length, length, coder.most);
  taken.copy(coder.bytes, coder.length);
  coder.length = length;
  return taken.length < bytes.length ? 'too_large' : bytes.length < size ? 'damaged' : null;
}

function chunk(coder: LzmaCoder, packed: Buffer, size: number, packedSize: number): Unpacked['why'] {
  const range = startRange(packed);
  if (!range) return 'damaged';
  const stop = coder.length + size;
  const end = runLzma(coder, range, packed, Math.min(stop, coder.most), false);
  if (stop > coder.most && coder.length === coder.most) return 'too_large';
  return end === 'full' && endRange(range, packed) && range[AT] === packedSize ? null : 'damaged';
}
