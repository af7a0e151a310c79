// Looks a key up: interpolation, since keys are hashes and lie evenly (4 to 5 looks in ten million); after a few guesses halving, so that
// no set of keys takes more than GUESSES + log2(n) + 1 looks.
import { KEY_BYTES } from './format.ts';
import type { Segment } from './open.ts';

export const GUESSES = 10;
/** The first 53 bits of a key are its mark: what a number holds exactly. */
const MARKS = 2 ** 53;
const LOW_BITS = 11;

/** The index of the key's record, or -1. */
export function lookUp({ view, count, recordBytes }: Pick<Segment, 'view' | 'count' | 'recordBytes'>, key: Buffer): number {
  if (key.length !== KEY_BYTES) return -1;
  const first = key.readUInt32BE(0);
  const second = key.readUInt32BE(4);
  const mark = markOf(first, second);
  let low = 0;
  let high = count;
  let lowMark = 0;
  let highMark = MARKS;
  for (let look = 0; low < high; look++) {
    const share = look < GUESSES && highMark > lowMark ? (mark - lowMark) / (highMark - lowMark) : 0.5;
    const index = Math.min(high - 1, low + Math.floor(share * (high - low)));
    const at = index * recordBytes;
    const thisFirst = view.getUint32(at);
    const thisSecond = view.getUint32(at + 4);
    const order =
      first - thisFirst ||
      second - thisSecond ||
      key.readUInt32BE(8) - view.getUint32(at + 8) ||
      key.readUInt32BE(12) - view.getUint32(at + 12);
    if (order === 0) return index;
    if (order > 0) {
      low = index + 1;
      lowMark = markOf(thisFirst, thisSecond);
    } else {
      high = index;
      highMark = markOf(thisFirst, thisSecond);
    }
  }
  return -1;
}

/** The value of the record at an index that `lookUp` gave. */
export function valueAt({ records, recordBytes }: Segment, index: number): Buffer {
  return records.subarray(index * recordBytes + KEY_BYTES, (index + 1) * recordBytes);
}

const markOf = (first: number, second: number): number => first * 2 ** (32 - LOW_BITS) + (second >>> LOW_BITS);
