// Reads the entries of a list in the order of its file, in small blocks, so that the thread that does it goes on with its mail. What a later
// line took the place of, what is over and what was taken out is passed over.
import { open, type FileHandle } from 'node:fs/promises';
import { readKept, readValue, type Kept } from '../../library/kept.ts';
import { lookUp, valueAt } from '../segments/look-up.ts';
import { attachSegment } from '../segments/open.ts';
import { writeKey } from './files.ts';
import type { ListDescription } from './shelf.ts';

/** `next`: where the line behind it begins. */
export type ListedEntry = { readonly key: string; readonly kept: Kept; readonly next: number };
/** `at`: where to go on; null: the list is at its end. */
export type ListBlock = { readonly entries: readonly ListedEntry[]; readonly at: number | null };

const BLOCK_BYTES = 64 * 1024;
const LF = 10;

/** `prefix`: of the pattern; '' = all. Blocks without an entry come too, so that a caller can end a long search. */
export async function* readList(
  list: ListDescription,
  secret: string,
  ask: { readonly from: number; readonly prefix: string; readonly now: number; readonly removed: ReadonlySet<string> },
): AsyncIterable<ListBlock> {
  if (list.segment === null) return;
  const segment = attachSegment(list.segment);
  const key = Buffer.alloc(16);
  const entryAt = (line: string, offset: number): Omit<ListedEntry, 'next'> | null => {
    const kept = readKept(line);
    if (!kept) return null;
    writeKey(key, secret, kept.pattern, kept.group);
    const index = lookUp(segment, key);
    if (index < 0) return null;
    const { text, sender, recipient, expiresAt } = readValue(valueAt(segment, index));
    if (text !== offset || (expiresAt !== null && expiresAt <= ask.now)) return null;
    const hex = key.toString('hex');
    return ask.removed.has(hex) ? null : { key: hex, kept: { ...kept, sender, recipient } };
  };
  const needle = Buffer.from(`\n${ask.prefix}`);
  let file: FileHandle;
  try {
    file = await open(list.lines, 'r');
  } catch {
    // Another import took its place this moment.
    return;
  }
  try {
    // Behind a line end; at a position that is no beginning of a line the rest of that line is passed over.
    let base = Math.max(0, ask.from - 1);
    let isFirst = ask.from === 0;
    const block = Buffer.allocUnsafe(BLOCK_BYTES);
    for (;;) {
      const { bytesRead } = await file.read(block, 0, BLOCK_BYTES, base);
      const have = block.subarray(0, bytesRead);
      const end = have.lastIndexOf(LF);
      const isLast = base + bytesRead >= list.record.linesBytes || bytesRead === 0;
      const entries: ListedEntry[] = [];
      for (let at = isFirst && startsWith(have, needle) ? 0 : next(have, needle, 0); at >= 0 && at < end; at = next(have, needle, at)) {
        const stop = have.indexOf(LF, at);
        const found = entryAt(have.toString('utf8', at, stop), base + at);
        if (found) entries.push({ ...found, next: base + stop + 1 });
        // Back to the line end, which the next needle begins with.
        at = stop;
      }
      isFirst = false;
      yield { entries, at: isLast ? null : base + end + 1 };
      if (isLast || end < 0) return;
      base += end;
    }
  } finally {
    await file.close();
  }
}

const startsWith = (have: Buffer, needle: Buffer): boolean => have.subarray(0, needle.length - 1).equals(needle.subarray(1));
function next(have: Buffer, needle: Buffer, from: number): number {
  const found = have.indexOf(needle, from);
  return found < 0 ? -1 : found + 1;
}
