// Opens a segment file: its records go into one SharedArrayBuffer that all threads of the process share; a thread attaches by the
// description, which may be posted to it. A file that is cut, damaged or something else is a value that says so, never an exception.
import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { DIGESTED_BYTES, HEADER_BYTES, KEY_BYTES, readHeader, type Header } from './format.ts';

/** May be posted to another thread: the memory is shared, not copied. */
export type SegmentDescription = Header & { readonly path: string; readonly sha256: string; readonly memory: SharedArrayBuffer };
export type Segment = {
  readonly description: SegmentDescription;
  readonly count: number;
  readonly recordBytes: number;
  readonly records: Buffer;
  readonly view: DataView;
};
/** `damaged` stays so until somebody imports again; `unreadable` (permission, memory, the disk) may pass. */
export type SegmentFault = { readonly fault: 'damaged' | 'unreadable' | 'missing'; readonly path: string; readonly why: string };

/** So much is read at once (5 ms of a checksum); between blocks other work of the thread goes on. */
const BLOCK_BYTES = 8 * 1024 * 1024;

export const isFault = (one: object): one is SegmentFault => 'fault' in one;

/** Bytes of memory in `before` that are not in `after` any more. By path: a list may be built anew with the very content that it had. */
export function bytesGone(before: readonly SegmentDescription[], after: readonly SegmentDescription[]): number {
  const kept = new Set(after.map(one => one.path));
  return before.reduce((all, one) => all + (kept.has(one.path) ? 0 : one.memory.byteLength), 0);
}

/** `kind`: what the segment has to be. The whole file is read and its digest checked. */
export async function openSegment(path: string, kind: string): Promise<Segment | SegmentFault> {
  let file: FileHandle | null = null;
  try {
    file = await open(path, 'r');
    const read = await readAll(file, path, kind);
    return typeof read === 'string' ? { fault: 'damaged', path, why: `${path} cannot be used: ${read}` } : attachSegment(read);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const fault = code === 'ENOENT' ? 'missing' : 'unreadable';
    return { fault, path, why: `${path} cannot be read: ${code ?? message}` };
  } finally {
    await file?.close().catch(() => undefined);
  }
}

/** The segment of a description that came from another thread. */
export function attachSegment(description: SegmentDescription): Segment {
  const { memory, count, valueBytes } = description;
  return { description, count, recordBytes: KEY_BYTES + valueBytes, records: Buffer.from(memory), view: new DataView(memory) };
}

async function readAll(file: FileHandle, path: string, kind: string): Promise<SegmentDescription | string> {
  const head = Buffer.alloc(HEADER_BYTES);
  const got = await file.read(head, 0, HEADER_BYTES, 0);
  const header = readHeader(head.subarray(0, got.bytesRead), (await file.stat()).size);
  if (typeof header === 'string') return header;
  if (header.kind !== kind) return `it is a segment of "${header.kind}", not of "${kind}"`;
  // The size is that of the file as it lies on the disk: no header can make this larger.
  const memory = new SharedArrayBuffer(header.count * (KEY_BYTES + header.valueBytes));
  const records = Buffer.from(memory);
  const body = createHash('sha256');
  for (let at = 0; at < records.length;) {
    const { bytesRead } = await file.read(records, at, Math.min(BLOCK_BYTES, records.length - at), HEADER_BYTES + at);
    if (bytesRead === 0) return 'it is cut short';
    body.update(records.subarray(at, at + bytesRead));
    at += bytesRead;
  }
  const digest = createHash('sha256').update(head.subarray(0, DIGESTED_BYTES)).update(body.digest()).digest();
  if (!digest.equals(head.subarray(DIGESTED_BYTES))) return 'its content is not what was written (checksum)';
  return { ...header, path, sha256: digest.toString('hex'), memory };
}
