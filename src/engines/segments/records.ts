// Records to and from a file, in blocks. The writer is given records in order of their keys and writes each key once.
import { readSync, writeSync } from 'node:fs';
import { KEY_BYTES } from './format.ts';
import { compareKeys, viewOf } from './sort.ts';

/** What becomes of a key that comes again: the value that came first may be changed by a later one; by default it stays. */
export type Combine = (kept: Uint8Array, later: Uint8Array) => void;

export type RecordWriter = {
  readonly write: (from: Uint8Array, view: DataView, at: number) => void;
  /** Writes what is left. How many keys there were. */
  readonly end: () => number;
};

/** `told` hears every block that is written, in order. */
export function newRecordWriter(
  fd: number,
  recordBytes: number,
  blockBytes: number,
  combine: Combine | undefined,
  told?: (block: Uint8Array) => void,
): RecordWriter {
  const room = Math.max(2, Math.floor(blockBytes / recordBytes)) * recordBytes;
  const block = Buffer.allocUnsafeSlow(room);
  const view = viewOf(block);
  let used = 0;
  let count = 0;
  const flush = (end: number): void => {
    writeWhole(fd, block.subarray(0, end));
    told?.(block.subarray(0, end));
  };
  return {
    write: (from, fromView, at) => {
      const last = used - recordBytes;
      if (used > 0 && compareKeys(view, last, fromView, at) === 0) {
        combine?.(block.subarray(last + KEY_BYTES, used), from.subarray(at + KEY_BYTES, at + recordBytes));
        return;
      }
      // The last record stays here: its key may come again.
      if (used === room) {
        flush(last);
        block.copyWithin(0, last);
        used = recordBytes;
      }
      // By hand: records are small, and a call of `set` costs more than the bytes.
      for (let i = 0; i < recordBytes; i++) block[used + i] = from[at + i]!;
      used += recordBytes;
      count++;
    },
    end: () => {
      flush(used);
      used = 0;
      return count;
    },
  };
}

/** A run that is read from its start to its end; `at` in `bytes` is the record in hand. */
export type RunReader = { readonly bytes: Buffer; readonly view: DataView; at: number; end: number; readonly next: () => boolean };

export function newRunReader(fd: number, recordBytes: number, blockBytes: number): RunReader {
  const room = Math.max(1, Math.floor(blockBytes / recordBytes)) * recordBytes;
  const bytes = Buffer.allocUnsafeSlow(room);
  const reader: RunReader = {
    bytes,
    view: viewOf(bytes),
    at: 0,
    end: 0,
    next: () => {
      reader.at += recordBytes;
      if (reader.at < reader.end) return true;
      reader.at = 0;
      reader.end = readWhole(fd, bytes);
      return reader.end >= recordBytes;
    },
  };
  return reader;
}

function writeWhole(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at, bytes.length - at);
}

/** Fills `bytes` as far as the file goes. */
function readWhole(fd: number, bytes: Uint8Array): number {
  let got = 0;
  while (got < bytes.length) {
    const more = readSync(fd, bytes, got, bytes.length - got, null);
    if (more === 0) break;
    got += more;
  }
  return got;
}
