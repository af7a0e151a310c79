// Sorts one run of records by key in memory: radix passes over the first 32 bits, which nearly settle the order of hashes, then ties by the
// whole key. Stable, and never worse than n log n, whatever the keys are.
import { KEY_BYTES } from './format.ts';

const BITS = 11;
const BUCKETS = 1 << BITS;
const SHIFTS = [0, BITS, 2 * BITS] as const;

/** Gives the order of the first `count` records; its result is good until it is asked again. */
export type Sorter = (records: DataView, count: number) => Uint32Array;

export function newSorter(most: number, recordBytes: number): Sorter {
  let marks = new Uint32Array(most);
  let order = new Uint32Array(most);
  let otherMarks = new Uint32Array(most);
  let otherOrder = new Uint32Array(most);
  const starts = new Uint32Array(BUCKETS);

  const pass = (count: number, shift: number): void => {
    starts.fill(0);
    for (let i = 0; i < count; i++) starts[bucket(marks, i, shift)]!++;
    let sum = 0;
    for (let i = 0; i < BUCKETS; i++) {
      const size = starts[i]!;
      starts[i] = sum;
      sum += size;
    }
    for (let i = 0; i < count; i++) {
      const to = starts[bucket(marks, i, shift)]!++;
      otherMarks[to] = marks[i]!;
      otherOrder[to] = order[i]!;
    }
    [marks, otherMarks] = [otherMarks, marks];
    [order, otherOrder] = [otherOrder, order];
  };

  return (records, count) => {
    for (let i = 0; i < count; i++) {
      marks[i] = records.getUint32(i * recordBytes);
      order[i] = i;
    }
    for (const shift of SHIFTS) pass(count, shift);
    for (let from = 0; from < count;) {
      let to = from + 1;
      while (to < count && marks[to] === marks[from]) to++;
      if (to - from > 1) order.subarray(from, to).sort((a, b) => compareKeys(records, a * recordBytes, records, b * recordBytes) || a - b);
      from = to;
    }
    return order.subarray(0, count);
  };
}

const bucket = (marks: Uint32Array, i: number, shift: number): number => (marks[i]! >>> shift) & (BUCKETS - 1);

/** Byte order of two keys. */
export function compareKeys(a: DataView, atA: number, b: DataView, atB: number): number {
  for (let i = 0; i < KEY_BYTES; i += 4) {
    const difference = a.getUint32(atA + i) - b.getUint32(atB + i);
    if (difference !== 0) return difference;
  }
  return 0;
}

export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
