// Near-duplicates without content: the smallest keyed hashes of a mail's words and pairs (a bottom sketch), by which the same mail with
// another name in it is known again. The key is the installation's: a sketch says nothing to anybody else, and not what was in the mail.
import type { Evidence } from './evidence.ts';

const SIZE = 16;
/** Of 16: about half of the words in common. */
const ALIKE = 9;
/** Fewer words than this are no campaign: two short greetings are alike by chance. */
const LEAST = 30;

/** 16 numbers in ascending order; null for a mail that is too short to be known again. */
export type Sketch = readonly number[] | null;

/** `key`: 32 bits of the installation's secret. */
export function sketchOf(evidence: Evidence, key: number): Sketch {
  const { hashes, starts } = evidence;
  const end = starts[1] as number;
  if (end < LEAST) return null;
  const least = new Uint32Array(SIZE).fill(0xffffffff);
  for (let i = starts[0] as number; i < end; i++) {
    let h = Math.imul((hashes[i] as number) ^ key, 0x9e3779b1);
    h = Math.imul(h ^ (h >>> 15), 0x85ebca77);
    h = (h ^ (h >>> 13)) >>> 0;
    if (h >= (least[SIZE - 1] as number)) continue;
    let at = SIZE - 1;
    for (; at > 0 && (least[at - 1] as number) > h; at--) least[at] = least[at - 1] as number;
    least[at] = h;
  }
  return [...least];
}

/** Are the mails behind two sketches the same campaign? */
export function alike(a: readonly number[], b: readonly number[]): boolean {
  let i = 0;
  let j = 0;
  let same = 0;
  while (i < a.length && j < b.length) {
    const x = a[i] as number;
    const y = b[j] as number;
    if (x === y) {
      same++;
      i++;
      j++;
    } else if (x < y) i++;
    else j++;
  }
  return same >= ALIKE;
}

/** A sketch as bytes: its numbers, 4 bytes each. A buffer of its own, so that no more than it travels between threads. */
export const writeSketch = (sketch: readonly number[]): Buffer => Buffer.from(Uint32Array.from(sketch).buffer);

/** Bytes that `writeSketch` made. */
export const readSketch = (bytes: Uint8Array): readonly number[] => [...new Uint32Array(Uint8Array.from(bytes).buffer)];
