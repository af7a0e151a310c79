// The header of a 7z archive (7zFormat.txt of the LZMA SDK): where the packed streams lie, how the folders are packed, and what files are
// in them. Every count is held against the bytes that are there.
import { MOST, bits, byte, count, crcs, left, many, newCursor, number, sections, skip, type Cursor } from './seven-zip-numbers.ts';

export type Coder = { readonly id: number; readonly inputs: number; readonly properties: Buffer };
/** What is unpacked at one go: coders whose inputs are packed streams or outputs of each other. */
export type Folder = {
  readonly coders: readonly Coder[];
  /** By input: the coder whose output it is. */
  readonly bound: ReadonlyMap<number, number>;
  /** Inputs that are packed streams, in their order. */
  readonly packed: readonly number[];
  /** What comes out of each coder. */
  readonly sizes: readonly number[];
  readonly crc: number | null;
};
export type Part = { readonly size: number; readonly crc: number | null };
export type Streams = {
  /** Counted from behind the signature header. */
  readonly packedAt: number;
  readonly packedSizes: readonly number[];
  readonly folders: readonly Folder[];
  /** Of each folder: the files in it. */
  readonly parts: readonly (readonly Part[])[];
};
export type File = { readonly name: string | null; readonly stream: boolean; readonly folder: boolean };
export type Header =
  | { readonly kind: 'packed'; readonly streams: Streams }
  | { readonly kind: 'plain'; readonly streams: Streams; readonly files: readonly File[] };

const NO_STREAMS: Streams = { packedAt: 0, packedSizes: [], folders: [], parts: [] };
const ID = {
  end: 0,
  header: 1,
  archive: 2,
  more: 3,
  main: 4,
  files: 5,
  packed: 6,
  unpacked: 7,
  parts: 8,
  size: 9,
  crc: 10,
  folder: 11,
} as const;
const UNPACKED_SIZE = 12;
const PARTS_OF = 13;
const [EMPTY_STREAM, EMPTY_FILE, NAMES] = [14, 15, 17];
const PACKED_HEADER = 23;
/** 7-Zip takes up to 32; its own archives have at most six. */
const MOST_CODERS = 12;

/** The header as it stands, or the streams in which it is packed. */
export function readHeader(bytes: Buffer): Header | 'damaged' | 'too_many_parts' {
  const c = newCursor(bytes);
  const kind = number(c);
  if (kind === PACKED_HEADER) {
    const streams = readStreams(c);
    return c.crowded ? 'too_many_parts' : c.bad ? 'damaged' : { kind: 'packed', streams };
  }
  if (kind !== ID.header) return 'damaged';
  let streams = NO_STREAMS;
  let files: readonly File[] = [];
  for (let id = number(c); id !== ID.end && !c.bad; id = number(c)) {
    if (id === ID.archive) for (let property = number(c); property !== ID.end && !c.bad; property = number(c)) skip(c, number(c));
    else if (id === ID.more) readStreams(c);
    else if (id === ID.main) streams = readStreams(c);
    else if (id === ID.files) files = readFiles(c);
    else c.bad = true;
  }
  return c.crowded ? 'too_many_parts' : c.bad ? 'damaged' : { kind: 'plain', streams, files };
}

function readStreams(c: Cursor): Streams {
  let packedAt = 0;
  let packedSizes: number[] = [];
  let folders: readonly Folder[] = [];
  let parts: readonly (readonly Part[])[] | null = null;
  for (const id of sections(c, [ID.packed, ID.unpacked, ID.parts])) {
    if (id === ID.packed) {
      packedAt = number(c);
      const streams = count(c);
      for (const inner of sections(c, [ID.size, ID.crc])) {
        if (inner === ID.size) packedSizes = many(streams, () => number(c));
        else crcs(c, streams);
      }
    } else if (id === ID.unpacked) folders = readFolders(c);
    else parts = readParts(c, folders);
  }
  parts ??= folders.map(folder => [{ size: sizeOf(folder), crc: folder.crc }]);
  return { packedAt, packedSizes, folders, parts };
}

function readFolders(c: Cursor): readonly Folder[] {
  let folders: Omit<Folder, 'sizes' | 'crc'>[] = [];
  let sizes: number[][] = [];
  let sums: readonly (number | null)[] = [];
  for (const id of sections(c, [ID.folder, UNPACKED_SIZE, ID.crc])) {
    if (id === ID.folder) {
      const times = count(c);
      if (byte(c) !== 0) c.bad = true;
      folders = [];
      for (let i = 0; i < times && !c.bad; i++) folders.push(readFolder(c));
    } else if (id === UNPACKED_SIZE) sizes = folders.map(({ coders }) => coders.map(() => number(c)));
    else sums = crcs(c, folders.length);
  }
  return folders.map((folder, i) => ({ ...folder, sizes: sizes[i] ?? [], crc: sums[i] ?? null }));
}

function readFolder(c: Cursor): Omit<Folder, 'sizes' | 'crc'> {
  const coders: Coder[] = [];
  const times = number(c);
  if (times === 0 || times > MOST_CODERS) c.bad = true;
  for (let i = 0; i < times && !c.bad; i++) {
    const flags = byte(c);
    const id = skip(c, flags & 15);
    const complex = (flags & 0x10) !== 0;
    const inputs = complex ? number(c) : 1;
    if ((complex && number(c) !== 1) || inputs > 4 || inputs === 0 || flags & 0x80) c.bad = true;
    const properties = flags & 0x20 ? skip(c, number(c)) : Buffer.alloc(0);
    coders.push({ id: id.length > 6 ? -1 : id.length === 0 ? 0 : id.readUIntBE(0, id.length), inputs, properties });
  }
  const inputs = coders.reduce((sum, coder) => sum + coder.inputs, 0);
  const bound = new Map<number, number>();
  for (let i = 1; i < coders.length && !c.bad; i++) {
    const [input, output] = [number(c), number(c)];
    if (input >= inputs || output >= coders.length || bound.has(input) || [...bound.values()].includes(output)) c.bad = true;
    bound.set(input, output);
  }
  const free = many(c.bad ? 0 : inputs, () => 0).flatMap((_, i) => (bound.has(i) ? [] : [i]));
  const packed = free.length === 1 ? free : free.map(() => number(c));
  return { coders, bound, packed };
}

/** The coder whose output no other takes: its output is the folder's. */
export function mainCoder({ coders, bound }: Folder): number {
  const taken = new Set(bound.values());
  return coders.findIndex((_, i) => !taken.has(i));
}

const sizeOf = (folder: Folder): number => folder.sizes[mainCoder(folder)] ?? 0;

function readParts(c: Cursor, folders: readonly Folder[]): readonly (readonly Part[])[] {
  let counts = folders.map(() => 1);
  let sizes: readonly (readonly number[])[] | null = null;
  let sums: readonly (readonly (number | null)[])[] | null = null;
  // Each part but one for each folder takes a byte in the list of sizes.
  const most = left(c) + folders.length;
  const all = (): readonly (readonly number[])[] => folders.map((folder, i) => splitSizes(c, sizeOf(folder), counts[i] ?? 0, true));
  for (const id of sections(c, [PARTS_OF, ID.size, ID.crc])) {
    if (id === PARTS_OF) {
      counts = folders.map(() => number(c));
      const sum = counts.reduce((sum, times) => sum + times, 0);
      if (sum > MOST) c.crowded = true;
      if (sum > most || c.crowded) c.bad = true;
      if (c.bad) counts = [];
    } else if (id === ID.size) sizes = all();
    else {
      const unknown = folders.map((folder, i) => (counts[i] === 1 && folder.crc !== null ? 0 : (counts[i] ?? 0)));
      const read = crcs(
        c,
        unknown.reduce((sum, times) => sum + times, 0),
      );
      let at = 0;
      sums = unknown.map(times => read.slice(at, (at += times)));
    }
  }
  return folders.map((folder, i) => {
    const told = sizes?.[i] ?? splitSizes(c, sizeOf(folder), counts[i] ?? 0, false);
    return told.map((size, n) => ({ size, crc: counts[i] === 1 && folder.crc !== null ? folder.crc : (sums?.[i]?.[n] ?? null) }));
  });
}

/** The last one is what the others leave. */
function splitSizes(c: Cursor, whole: number, times: number, told: boolean): readonly number[] {
  if (times === 0) return [];
  const sizes = told ? many(times - 1, () => number(c)) : many(times - 1, () => 0);
  const rest = whole - sizes.reduce((sum, size) => sum + size, 0);
  if (rest < 0) c.bad = true;
  return [...sizes, Math.max(0, rest)];
}

function readFiles(c: Cursor): readonly File[] {
  const times = count(c);
  let empty: readonly boolean[] = [];
  let emptyFile: readonly boolean[] = [];
  let names: readonly string[] = [];
  for (let id = number(c); id !== ID.end && !c.bad; id = number(c)) {
    const own = newCursor(skip(c, number(c)));
    if (id === EMPTY_STREAM) empty = bits(own, times);
    else if (id === EMPTY_FILE) emptyFile = bits(own, empty.filter(Boolean).length);
    else if (id === NAMES) names = byte(own) === 0 ? own.bytes.toString('utf16le', 1).split('\0', times) : [];
    if (own.bad) c.bad = true;
  }
  let n = 0;
  return many(c.bad ? 0 : times, () => 0).map((_, i) => {
    const stream = !empty[i];
    return { name: names[i] ?? null, stream, folder: !stream && !emptyFile[n++] };
  });
}
