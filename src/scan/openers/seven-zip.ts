// 7z archives (7zFormat.txt of the LZMA SDK), at the start of the bytes or behind a program that unpacks itself; several of them too. A
// folder is unpacked once and parted into its files. Passwords of the mail are tried, also for headers that are encrypted.
import { crc32 } from 'node:zlib';
import { MiB } from '../../limits.ts';
import type { Opener, Opening, Sight, Why } from '../opener.ts';
import { newKeys, type Keys } from './seven-zip-crypto.ts';
import { isKnown, isLocked, unpackFolder, type Made } from './seven-zip-folder.ts';
import { readHeader, type File, type Folder, type Part, type Streams } from './seven-zip-header.ts';
import { newShelf, type Shelf } from './stored.ts';

const SIGNATURE = Buffer.from('377abcaf271c', 'hex');
const FRONT = 32;
const NOTHING = Buffer.alloc(0);
const MOST_ARCHIVES = 64;
/** A header packed in a header packed in a header: honest ones are packed once. */
const MOST_PACKED = 4;
/** A hundred bytes for each of so many files as may be shown, many times over. */
const MOST_HEADER = 16 * MiB;
const MOST_PASSWORDS = 20;

type Archive = {
  /** From behind the signature header on. */
  readonly body: Buffer;
  readonly opening: Opening;
  readonly shelf: Shelf;
  readonly keys: Keys;
  readonly state: {
    /** Likeliest first: the one that fitted last comes before the others. Null: not asked for yet. */
    passwords: readonly string[] | null;
    foreign: boolean;
  };
};

/** A 7z archive, or anything with one inside. */
export const openSevenZip: Opener = function* (bytes, opening) {
  const state: Archive['state'] = { passwords: null, foreign: false };
  const shared = { opening, shelf: newShelf(opening), keys: newKeys(), state };
  let archives = 0;
  for (let at = bytes.indexOf(SIGNATURE); at >= 0 && !shared.shelf.full();) {
    const start = startAt(bytes, at);
    if (start && ++archives > MOST_ARCHIVES) return yield { see: 'unseen', name: null, why: 'too_many_parts' };
    // Six bytes alone are most often the signature in a program that knows it.
    if (!start && at === 0) yield { see: 'unseen', name: null, why: 'damaged' };
    const body = bytes.subarray(at + FRONT);
    if (start) yield* openArchive({ ...shared, body }, start);
    at = bytes.indexOf(SIGNATURE, start && start.end <= body.length ? at + FRONT + start.end : at + 1);
  }
  if (!state.foreign) return;
  // The library reads the first archive only.
  yield archives === 1 ? { see: 'foreign' } : { see: 'unseen', name: null, why: 'method' };
};

/** Whether an archive starts somewhere. */
export function looksLikeSevenZipInside(bytes: Buffer): boolean {
  for (let at = bytes.indexOf(SIGNATURE); at >= 0; at = bytes.indexOf(SIGNATURE, at + 1)) if (startAt(bytes, at)) return true;
  return false;
}

type Start = { readonly at: number; readonly end: number; readonly crc: number };

/** Where the header lies, if the signature header's own checksum is right. */
function startAt(bytes: Buffer, at: number): Start | null {
  if (at + FRONT > bytes.length || crc32(bytes.subarray(at + 12, at + FRONT)) !== bytes.readUInt32LE(at + 8)) return null;
  const [offset, size] = [bytes.readBigUInt64LE(at + 12), bytes.readBigUInt64LE(at + 20)].map(Number) as [number, number];
  return { at: offset, end: offset + size, crc: bytes.readUInt32LE(at + 28) };
}

function* openArchive(archive: Archive, start: Start): Generator<Sight> {
  const { body, opening } = archive;
  if (start.end === start.at) return;
  const split = /\.\d{3}$/.test(opening.name ?? '') ? 'split_archive' : 'damaged';
  if (start.end > body.length) return yield { see: 'unseen', name: null, why: split };
  let bytes = body.subarray(start.at, start.end);
  if (crc32(bytes) !== start.crc) yield { see: 'unseen', name: null, why: 'damaged' };
  for (let times = 0; times <= MOST_PACKED && bytes.length <= MOST_HEADER; times++) {
    const header = readHeader(bytes);
    if (typeof header === 'string') return yield { see: 'unseen', name: null, why: header };
    if (header.kind === 'plain') return yield* showFiles(archive, header.streams, header.files);
    const [folder] = header.streams.folders;
    if (!folder) break;
    const [packed] = packedOf(archive, header.streams);
    const made = packed ? unpackLocked(archive, folder, packed, whole => folder.crc === null || crc32(whole) === folder.crc) : null;
    if (made?.why === 'encrypted' || made?.why === 'too_large') return yield { see: 'unseen', name: null, why: made.why };
    if (made?.why === 'foreign') return void (archive.state.foreign = true);
    if (!made || made.why || (folder.crc !== null && crc32(made.bytes) !== folder.crc)) break;
    bytes = made.bytes;
  }
  yield { see: 'unseen', name: null, why: bytes.length > MOST_HEADER ? 'too_large' : 'damaged' };
}

/** The packed streams of each folder. Null: they are not all there. */
function packedOf({ body }: Archive, { packedAt, packedSizes, folders }: Streams): readonly (readonly Buffer[] | null)[] {
  let at = packedAt;
  let n = 0;
  return folders.map(folder => {
    const streams = folder.packed.map(() => {
      const size = packedSizes[n++] ?? Infinity;
      const from = at;
      at += size;
      return at <= body.length ? body.subarray(from, at) : null;
    });
    return streams.every(stream => stream !== null) ? streams : null;
  });
}

/** With the passwords there are, while `fits` says that the wrong one was used. */
function unpackLocked(archive: Archive, folder: Folder, packed: readonly Buffer[], fits: (bytes: Buffer) => boolean): Made {
  const { opening, keys, state } = archive;
  const most = opening.room(packed.reduce((sum, { length }) => sum + length, 0));
  if (!isLocked(folder)) return unpackFolder(folder, packed, most, null, keys);
  if (!isKnown(folder)) return { bytes: NOTHING, why: 'encrypted' };
  state.passwords ??= opening.passwords.slice(0, MOST_PASSWORDS);
  for (const password of state.passwords) {
    const made = unpackFolder(folder, packed, most, password, keys);
    if (made.why === 'encrypted') break;
    if (made.why === 'damaged' || !fits(made.bytes)) continue;
    state.passwords = [password, ...state.passwords.filter(other => other !== password)];
    return made;
  }
  return { bytes: NOTHING, why: 'encrypted' };
}

function* showFiles(archive: Archive, streams: Streams, files: readonly File[]): Generator<Sight> {
  const { shelf } = archive;
  const packed = packedOf(archive, streams);
  const named = files.filter(file => file.stream)[Symbol.iterator]();
  for (const [n, folder] of streams.folders.entries()) {
    const parts = (streams.parts[n] ?? []).map(part => ({ ...part, name: named.next().value?.name ?? null }));
    if (parts.length > 0) yield* showFolder(archive, folder, packed[n] ?? null, parts);
    if (shelf.full()) return;
  }
  // Files whose data no folder has.
  for (let next = named.next(); !next.done && !shelf.full(); next = named.next())
    yield* shelf.show(next.value.name, NOTHING, { whole: false });
  for (const file of files) if (!file.stream && !file.folder && !shelf.full()) yield* shelf.show(file.name, NOTHING);
}

type NamedPart = Part & { readonly name: string | null };

function* showFolder(archive: Archive, folder: Folder, packed: readonly Buffer[] | null, parts: readonly NamedPart[]): Generator<Sight> {
  const { shelf } = archive;
  const made = packed ? unpackLocked(archive, folder, packed, bytes => fits(bytes, parts)) : ({ bytes: NOTHING, why: 'damaged' } as const);
  if (made.why === 'foreign') archive.state.foreign = true;
  let at = 0;
  for (const { name, size, crc } of parts) {
    if (shelf.full()) return;
    const bytes = made.bytes.subarray(at, at + size);
    at += size;
    const wrong = crc !== null && bytes.length === size && crc32(bytes) !== crc;
    const missing: Why | null = made.why === 'foreign' || bytes.length === size ? null : (made.why ?? 'damaged');
    // A folder that ends in damage may be damaged before it: what has no checksum is not known to be whole.
    const doubtful = made.why === 'damaged' && crc === null;
    yield* shelf.show(name, bytes);
    if (shelf.full()) return;
    if (missing ?? (wrong || doubtful)) yield { see: 'unseen', name, why: missing ?? 'damaged' };
  }
}

/** The checksum of the first file that has one, and is there, is right; where none has one the password is believed. */
function fits(bytes: Buffer, parts: readonly Part[]): boolean {
  let at = 0;
  for (const { size, crc } of parts) {
    if (at + size > bytes.length) break;
    if (crc !== null && size > 0) return crc32(bytes.subarray(at, at + size)) === crc;
    at += size;
  }
  return true;
}
