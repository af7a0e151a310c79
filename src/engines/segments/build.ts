// Builds a segment file: an external sort with bounded memory (one run, about 1.6 times `runBytes` with its order), whatever comes in.
// The work is done on the thread that calls: for large imports a process or thread of its own. The file appears whole or not at all:
// written beside its place under another name, synced, renamed, and the folder synced.
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { DIGESTED_BYTES, HEADER_BYTES, headerOf, isKind, isValueBytes, KEY_BYTES, type Header } from './format.ts';
import { mergeRuns } from './merge.ts';
import { newRecordWriter, type Combine, type RecordWriter } from './records.ts';
import { newSorter, viewOf, type Sorter } from './sort.ts';

export type SegmentOptions = Pick<Header, 'kind' | 'valueBytes'> & {
  readonly path: string;
  /** The first of equal keys wins; what it keeps may be changed by a later one. Must not mind in what groups it is asked. */
  readonly combine?: Combine;
  /** Memory for records before a run is written. */
  readonly runBytes?: number;
};
export type Entry = { readonly key: Uint8Array; readonly value: Uint8Array };
export type Built = {
  readonly path: string;
  readonly count: number;
  readonly duplicates: number;
  readonly bytes: number;
  readonly sha256: string;
};
export type SegmentBuilder = {
  /** Both are copied. */
  readonly add: (key: Uint8Array, value: Uint8Array) => void;
  readonly finish: () => Built;
  /** Nothing is left behind; harmless after `finish`. */
  readonly abandon: () => void;
};

const RUN_BYTES = 32 * 1024 * 1024;
const BLOCK_BYTES = 1024 * 1024;

/** All of `entries` in a new file at `path`. Throws what the system says (no room, no permission); then nothing is left behind. */
export async function buildSegment(options: SegmentOptions, entries: Iterable<Entry> | AsyncIterable<Entry>): Promise<Built> {
  const builder = newSegmentBuilder(options);
  try {
    for await (const { key, value } of entries) builder.add(key, value);
    return builder.finish();
  } finally {
    builder.abandon();
  }
}

/** The same for a caller that has entries for several segments at once. Throws as `buildSegment` does: then `abandon` it. */
export function newSegmentBuilder(options: SegmentOptions): SegmentBuilder {
  const { path, kind, valueBytes, combine } = options;
  if (!isKind(kind) || !isValueBytes(valueBytes)) throw new Error(`no segment of kind "${kind}" with values of ${valueBytes} bytes can be`);
  const recordBytes = KEY_BYTES + valueBytes;
  const most = Math.max(2, Math.floor((options.runBytes ?? RUN_BYTES) / recordBytes));
  const records = Buffer.allocUnsafeSlow(most * recordBytes);
  const view = viewOf(records);
  const mark = randomBytes(6).toString('hex');
  const draft = `${path}.${mark}.new`;
  const runs: string[] = [];
  const made: string[] = [];
  let sorter: Sorter | null = null;
  let used = 0;
  let added = 0;

  const nextRun = (): string => {
    const file = `${path}.${mark}.run-${made.length}`;
    made.push(file);
    return file;
  };
  const inOrder = (writer: RecordWriter): void => {
    sorter ??= newSorter(most, recordBytes);
    for (const index of sorter(view, used)) writer.write(records, view, index * recordBytes);
    used = 0;
  };
  const spill = (): void => {
    const file = nextRun();
    writing(file, fd => {
      const writer = newRecordWriter(fd, recordBytes, BLOCK_BYTES, combine);
      inOrder(writer);
      writer.end();
    });
    runs.push(file);
  };
  const write = (fd: number): Omit<Built, 'path'> => {
    const body = createHash('sha256');
    // The place of the header, which is known last.
    writeSync(fd, Buffer.alloc(HEADER_BYTES));
    const writer = newRecordWriter(fd, recordBytes, BLOCK_BYTES, combine, block => void body.update(block));
    if (runs.length === 0) inOrder(writer);
    else {
      if (used > 0) spill();
      mergeRuns(runs, writer, { recordBytes, combine, nextRun });
    }
    const count = writer.end();
    const head = headerOf({ kind, valueBytes, count });
    const digest = createHash('sha256').update(head).update(body.digest()).digest();
    writeSync(fd, Buffer.concat([head, digest]), 0, DIGESTED_BYTES + digest.length, 0);
    fsyncSync(fd);
    return { count, duplicates: added - count, bytes: HEADER_BYTES + count * recordBytes, sha256: digest.toString('hex') };
  };
  const abandon = (): void => {
    for (const file of [draft, ...made]) rmSync(file, { force: true });
  };
  return {
    add: (key, value) => {
      if (key.length !== KEY_BYTES || value.length !== valueBytes) throw new Error('a key or value of another width');
      if (used === most) spill();
      records.set(key, used * recordBytes);
      records.set(value, used * recordBytes + KEY_BYTES);
      used++;
      added++;
    },
    finish: () => {
      const built = writing(draft, write);
      renameSync(draft, path);
      syncFolder(dirname(path));
      return { path, ...built };
    },
    abandon,
  };
}

function writing<T>(file: string, work: (fd: number) => T): T {
  const fd = openSync(file, 'wx', 0o644);
  try {
    return work(fd);
  } finally {
    closeSync(fd);
  }
}

/** A rename is durable when its folder is. */
export function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
