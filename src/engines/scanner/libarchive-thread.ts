// The archive library (libarchive 3.7.2, as WebAssembly out of libarchive.js 2.0.2) in a worker of its own: one archive, then it ends. The
// module is driven directly, as the library's own JavaScript takes every error for the end of the archive. It gets no files, no environment
// and a bounded memory; a bug in it stays in its memory.
import { parentPort, workerData } from 'node:worker_threads';
import type { Why } from '../../scan/opener.ts';

/** A compiled module; Node has WebAssembly, its types do not. */
export type WasmModule = { readonly __wasm: never };
declare const WebAssembly: { readonly Instance: new (module: WasmModule, imports: object) => { readonly exports: unknown } };

export type ThreadData = {
  readonly libarchive: WasmModule;
  readonly bytes: Uint8Array;
  readonly most: number;
  readonly mostMembers: number;
  readonly maxMemory: number;
};
export type FromThread =
  | { readonly told: 'member'; readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly told: 'end'; readonly why: Why | null };

/** Names of the functions in the module as 2.0.2 has them, minified. */
type Exports = {
  readonly C: { readonly buffer: ArrayBuffer; readonly grow: (pages: number) => number };
  readonly D: () => void;
  /** archive_open(bytes, size, passphrase, locale) */
  readonly F: (bytes: number, size: number, passphrase: number, locale: number) => number;
  readonly H: (archive: number) => number;
  /** get_next_entry: 0 at the end, for errors and for warnings. */
  readonly I: (archive: number) => number;
  /** get_filedata: a new buffer with up to so many bytes, or a negative error. */
  readonly J: (archive: number, size: number) => number;
  readonly K: (size: number) => number;
  readonly L: (archive: number) => void;
  readonly Q: (place: number) => void;
  readonly T: (entry: number) => number;
  readonly V: (entry: number) => number;
  readonly W: (entry: number) => number;
  readonly X: (entry: number) => number;
  readonly Y: (entry: number) => number;
  readonly Z: (archive: number) => number;
};

/** Fields of `struct archive` (3.7.2, 32 bits), read to tell an end from an error and how much was read. */
const FIELD = { magic: 0, state: 4, format: 12, blockOffset: 64, outOffset: 72, blockLeft: 80, entry: 96 };
const MAGIC = 0xdeb0c5;
const [STATE_DATA, STATE_EOF, STATE_FATAL] = [4, 0x10, 0x8000];
const [FOLDER, PLAIN] = [0x4000, 0x8000];
const NO_SUCH_CALL = -52;
const CHUNK = 1 << 20;
/** Entries that cannot be read, one after the other, before the archive is given up. */
const MOST_BAD = 100;
const PAGE = 0x10000;
const OLD_FORMAT_MASK = 0xff0000;

/** The format by its first bytes: the library might take it for another one by what stands at its end. */
const FORMATS: readonly (readonly [number, string, number])[] = [
  [0, 'Rar!\x1a\x07\x00', 0xd0000],
  [0, 'Rar!\x1a\x07\x01\x00', 0x100000],
  [0, "7z\xbc\xaf'\x1c", 0xe0000],
  [0, 'MSCF', 0xc0000],
  [2, '-l', 0xb0000],
];

type Library = { readonly c: Exports; readonly memory: () => Buffer; readonly refused: () => boolean };
type Archive = {
  readonly entry: () => Entry | null | 'bad';
  readonly field: (at: number) => number;
  readonly why: () => Why;
  readonly close: () => void;
  readonly at: number;
};
type Entry = {
  readonly at: number;
  readonly name: string;
  readonly folder: boolean;
  readonly plain: boolean;
  readonly size: number;
  readonly encrypted: boolean;
};

const { libarchive, bytes, most, mostMembers, maxMemory } = workerData as ThreadData;
const tell = (message: FromThread, moved: ArrayBuffer[] = []): void => parentPort?.postMessage(message, moved);
try {
  tell({ told: 'end', why: unpack() });
} catch {
  // The module ran into a trap.
  tell({ told: 'end', why: 'damaged' });
}

function unpack(): Why | null {
  const library = loaded();
  const place = library.c.K(bytes.length);
  if (place === 0) return 'memory';
  library.memory().set(bytes, place);
  const locale = Buffer.from('en_US.UTF-8\0');
  const localeAt = library.c.K(locale.length);
  library.memory().set(locale, localeAt);
  const open = (): Archive => opened(library, library.c.F(place, bytes.length, 0, localeAt));
  const listed = open();
  const why = tooMuch(listed);
  listed.close();
  return why ?? extracted(library, open());
}

/** Sizes are added up before anything is unpacked. What is wrong with the archive is met again when it is. */
function tooMuch(archive: Archive): Why | null {
  if (archive.field(FIELD.magic) !== MAGIC) return 'damaged';
  let total = 0;
  let count = 0;
  for (let entry = archive.entry(); entry !== null && entry !== 'bad'; entry = archive.entry()) {
    if (!entry.folder) total += entry.size;
    if (total > most) return 'too_large';
    if (++count > mostMembers) return 'too_many_parts';
  }
  const format = archive.field(FIELD.format) & OLD_FORMAT_MASK;
  const wanted = FORMATS.find(([at, magic]) => Buffer.from(bytes.subarray(at, at + magic.length)).toString('latin1') === magic)?.[2];
  return wanted !== undefined && format !== 0 && format !== wanted ? 'damaged' : null;
}

function extracted(library: Library, archive: Archive): Why | null {
  let why: Why | null = null;
  let left = most;
  let count = 0;
  for (let bad = 0; bad < MOST_BAD;) {
    const entry = archive.entry();
    if (entry === null) return why ?? (count === 0 ? 'damaged' : null);
    if (entry === 'bad') {
      why ??= archive.why();
      if (archive.field(FIELD.state) & STATE_FATAL) return why;
      bad++;
      continue;
    }
    if (++count > mostMembers) return why ?? 'too_many_parts';
    if (entry.folder) continue;
    // A link has no data, and asking for it may be an error.
    const empty = !entry.plain && entry.size === 0;
    const data =
      entry.encrypted || empty
        ? ({ bytes: Buffer.alloc(0), why: entry.encrypted ? 'encrypted' : null } as const)
        : dataOf(library, archive, left);
    left -= data.bytes.length;
    const moved = new Uint8Array(data.bytes);
    tell({ told: 'member', name: entry.name, bytes: moved }, [moved.buffer]);
    why ??= data.why;
    if (data.why === 'too_large') return why;
  }
  return why;
}

/** One byte makes the library unpack the next block; the rest of that block is then there to be taken, so that an error loses nothing. */
function dataOf({ c, memory }: Library, archive: Archive, room: number): { readonly bytes: Buffer; readonly why: Why | null } {
  const pieces: Buffer[] = [];
  let length = 0;
  const told = (why: Why | null): { bytes: Buffer; why: Why | null } => ({ bytes: Buffer.concat(pieces, length), why });
  const there = (): number =>
    archive.field(FIELD.blockLeft) + Math.max(0, archive.field(FIELD.blockOffset) - archive.field(FIELD.outOffset));
  for (;;) {
    const size = Math.min(CHUNK, Math.max(1, there()));
    if (size > room - length && size > 1) return told('too_large');
    const before = archive.field(FIELD.outOffset);
    const place = c.J(archive.at, size);
    if (place <= 0) return told(place === 0 ? 'memory' : archive.why());
    const read = (archive.field(FIELD.outOffset) - before) >>> 0;
    if (read > 0 && read <= size) pieces.push(Buffer.from(memory().subarray(place, place + read)));
    c.Q(place);
    if (read === 0) return told(null);
    if (read > size || length + read > room) return told('too_large');
    length += read;
  }
}

function opened({ c, memory, refused }: Library, at: number): Archive {
  const field = (offset: number): number => memory().readUInt32LE(at + offset);
  const text = (place: number): string | null => (place === 0 ? null : memory().toString('utf8', place, memory().indexOf(0, place)));
  const entry = (): Entry | null | 'bad' => {
    const told = c.I(at);
    const state = field(FIELD.state);
    if (told === 0 && state === STATE_EOF) return null;
    if (told === 0 && state !== STATE_DATA) return 'bad';
    // A warning (a name that cannot be converted): the entry is there all the same.
    const place = told || field(FIELD.entry);
    const type = c.T(place);
    const name = text(c.W(place)) ?? text(c.V(place)) ?? '';
    return { at: place, name, folder: type === FOLDER, plain: type === PLAIN, size: c.X(place) >>> 0, encrypted: c.Y(place) !== 0 };
  };
  const why = (): Why => {
    const error = text(c.H(at)) ?? '';
    if (refused()) return 'memory';
    if (c.Z(at) > 0 || /encrypt|pass(?:phrase|word)/i.test(error)) return 'encrypted';
    return /unsupported|not supported|unavailable|no support/i.test(error) ? 'method' : 'damaged';
  };
  return { entry, field, why, close: () => c.L(at), at };
}

function loaded(): Library {
  let refused = false;
  const memory = (): Buffer => Buffer.from(c.C.buffer);
  const none = (): number => NO_SUCH_CALL;
  const grow = (size: number): number => {
    if (size >>> 0 > maxMemory) {
      refused = true;
      return 0;
    }
    c.C.grow(Math.ceil(((size >>> 0) - c.C.buffer.byteLength) / PAGE));
    return 1;
  };
  const stop = (): never => {
    throw new Error('the library gave up');
  };
  const a = Object.fromEntries('abcdefghijklmnopqrstuvwxyzAB'.split('').map(name => [name, none as (...told: number[]) => number]));
  Object.assign(a, {
    b: stop,
    g: stop,
    c: Date.now,
    f: () => 0,
    h: (to: number, from: number, count: number) => void memory().copyWithin(to, from, from + count),
    p: grow,
    // No environment; what it prints is not wanted.
    z: () => 0,
    A: (count: number, size: number) => {
      memory().writeUInt32LE(0, count);
      memory().writeUInt32LE(0, size);
      return 0;
    },
    d: (_file: number, pieces: number, count: number, written: number) => {
      let total = 0;
      for (let n = 0; n < count; n++) total += memory().readUInt32LE(pieces + n * 8 + 4);
      memory().writeUInt32LE(total, written);
      return 0;
    },
  });
  const c = new WebAssembly.Instance(libarchive, { a }).exports as Exports;
  c.D();
  return { c, memory, refused: () => refused };
}
