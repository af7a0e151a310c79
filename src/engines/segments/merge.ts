// Merges sorted runs into one: a heap of readers by the key in hand; of equal keys the earlier run comes first. Many runs are merged in
// groups, so that memory and open files stay bounded whatever the size of the import.
import { closeSync, openSync, rmSync } from 'node:fs';
import { newRecordWriter, newRunReader, type Combine, type RecordWriter, type RunReader } from './records.ts';
import { compareKeys } from './sort.ts';

/** Runs merged at once, and the block each is read by. */
const FAN_IN = 64;
const READ_BYTES = 256 * 1024;

export type MergeOptions = {
  readonly recordBytes: number;
  readonly combine: Combine | undefined;
  /** A name for the next run. */
  readonly nextRun: () => string;
};

/** Merges the runs, oldest first, into the writer, and removes them. */
export function mergeRuns(runs: readonly string[], writer: RecordWriter, options: MergeOptions, fanIn = FAN_IN): void {
  const { recordBytes, combine } = options;
  let left = runs;
  while (left.length > fanIn) {
    const merged: string[] = [];
    for (let from = 0; from < left.length; from += fanIn) {
      const file = options.nextRun();
      const fd = openSync(file, 'wx', 0o600);
      try {
        const out = newRecordWriter(fd, recordBytes, READ_BYTES, combine);
        mergeOnce(left.slice(from, from + fanIn), out, recordBytes);
        out.end();
      } finally {
        closeSync(fd);
      }
      merged.push(file);
    }
    left = merged;
  }
  mergeOnce(left, writer, recordBytes);
}

function mergeOnce(files: readonly string[], writer: RecordWriter, recordBytes: number): void {
  const fds: number[] = [];
  try {
    for (const file of files) fds.push(openSync(file, 'r'));
    const readers = fds.map(fd => newRunReader(fd, recordBytes, READ_BYTES));
    const heap = readers.flatMap((reader, run) => (reader.next() ? [{ reader, run }] : []));
    for (let i = (heap.length >> 1) - 1; i >= 0; i--) sink(heap, i);
    for (let top = heap[0]; top; top = heap[0]) {
      const { reader } = top;
      writer.write(reader.bytes, reader.view, reader.at);
      if (!reader.next()) {
        const last = heap.pop();
        if (!last || heap.length === 0) break;
        heap[0] = last;
      }
      sink(heap, 0);
    }
  } finally {
    for (const fd of fds) closeSync(fd);
  }
  for (const file of files) rmSync(file, { force: true });
}

type Place = { readonly reader: RunReader; readonly run: number };

function sink(heap: Place[], from: number): void {
  const moved = heap[from]!;
  let at = from;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
    if (!before(heap[child]!, moved)) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = moved;
}

const before = (a: Place, b: Place): boolean => (compareKeys(a.reader.view, a.reader.at, b.reader.view, b.reader.at) || a.run - b.run) < 0;
