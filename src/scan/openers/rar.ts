// RAR archives of all versions, wherever they stand in a file (self-extracting programs have them behind their code). Stored members are
// read here; packed ones are named here and unpacked by the archive library, to which each archive goes alone.
import type { Opener, Opening, Sight } from '../opener.ts';
import type { RarArchive, RarEntry, Walked } from './rar-archive.ts';
import { RAR4, readRar4 } from './rar4.ts';
import { RAR5, readRar5 } from './rar5.ts';
import { behindSights, storedSights } from './stored-member.ts';

const SIGN = RAR4.subarray(0, 6);
const RAR14 = Buffer.from('RE~^', 'latin1');
/** More archives in one file than anybody joins. */
const MOST_ARCHIVES = 64;

/** Every archive in the file. */
export const openRar: Opener = function* (bytes, opening) {
  if (bytes.subarray(0, 4).equals(RAR14)) yield { see: 'unseen', name: null, why: 'method' };
  const walked: Walked = { blocks: new Set(), mostBlocks: opening.mostMembers * 8 + 1_000 };
  const left = { members: opening.mostMembers };
  let archives = 0;
  let end = bytes.length;
  for (let at = bytes.indexOf(SIGN); at >= 0; at = bytes.indexOf(SIGN, at)) {
    const archive = archiveAt(bytes, at, walked);
    if (archive && ++archives > MOST_ARCHIVES) return yield { see: 'unseen', name: null, why: 'too_many_parts' };
    if (archive) yield* archiveSights(bytes, at, archive, opening, left);
    else if (at === 0) yield { see: 'unseen', name: null, why: 'damaged' };
    if (left.members < 0) return;
    if (archive) end = at === 0 ? archive.end : Math.max(end, archive.end);
    at = archive ? afterMembers(bytes, at + SIGN.length, archive) : at + SIGN.length;
  }
  // In a file of another kind (a program) what follows is looked for there.
  if (isRar(bytes)) yield* behindSights(opening, bytes, end, left.members > 0);
};

/** An archive of any version comes first. */
export const isRar = (bytes: Buffer): boolean => bytes.subarray(0, SIGN.length).equals(SIGN) || bytes.subarray(0, 4).equals(RAR14);

/** Whether there is an archive in the file at all; for files of another kind. */
export const holdsRar = (bytes: Buffer): boolean => bytes.includes(RAR4) || bytes.includes(RAR5);

function archiveAt(bytes: Buffer, at: number, walked: Walked): RarArchive | null {
  if (bytes.subarray(at, at + RAR4.length).equals(RAR4)) return readRar4(bytes, at, walked);
  return bytes.subarray(at, at + RAR5.length).equals(RAR5) ? readRar5(bytes, at, walked) : null;
}

/** Where the next archive may begin: anywhere but in members that were shown, in which it is found as theirs. */
function afterMembers(bytes: Buffer, from: number, archive: RarArchive): number {
  let at = from;
  for (const entry of archive.entries) {
    if (!isReadHere(entry) || entry.data < at) continue;
    const sign = bytes.subarray(0, entry.data).indexOf(SIGN, at);
    if (sign >= 0) return sign;
    at = Math.min(entry.data + entry.packed, bytes.length);
  }
  return at;
}

const isReadHere = (entry: RarEntry): boolean => entry.stored && !entry.encrypted;
const isForeign = (entry: RarEntry): boolean => !isReadHere(entry) && !entry.encrypted && !entry.split && !entry.aside && entry.packed > 0;

function* archiveSights(bytes: Buffer, start: number, archive: RarArchive, opening: Opening, left: { members: number }): Generator<Sight> {
  const foreign = archive.entries.some(isForeign);
  // The library reads one archive from the first byte on, and may take what stands behind it for something else: it gets no more than that.
  if (foreign && (start > 0 || archive.end < bytes.length)) {
    const alone = bytes.subarray(start, archive.end);
    if (--left.members < 0) yield { see: 'unseen', name: null, why: 'too_many_parts' };
    else if (alone.length > opening.room(alone.length)) yield { see: 'unseen', name: null, why: 'too_large' };
    else yield { see: 'member', name: opening.name, bytes: alone };
    return;
  }
  for (const why of archive.whys) yield { see: 'unseen', name: null, why };
  for (const entry of archive.entries) {
    if (--left.members < 0) return yield { see: 'unseen', name: null, why: 'too_many_parts' };
    yield* entrySights(bytes, entry, opening);
  }
  if (foreign) yield { see: 'foreign' };
}

function* entrySights(bytes: Buffer, entry: RarEntry, opening: Opening): Generator<Sight> {
  const { name, otherName, packed } = entry;
  const data = bytes.subarray(entry.data, Math.min(entry.data + packed, bytes.length));
  const size = entry.hollow || entry.split ? null : entry.size;
  if (isReadHere(entry)) yield* storedSights(opening, { name, otherName, bytes: data, packed, size, crc: entry.hollow ? null : entry.crc });
  else {
    yield { see: 'member', name, otherName, bytes: Buffer.alloc(0) };
    if (entry.encrypted && !entry.hollow) yield { see: 'unseen', name, why: 'encrypted' };
    else if (entry.aside && packed > 0) yield { see: 'unseen', name, why: 'method' };
    // Nothing is packed into nothing.
    else if (packed === 0 && !entry.hollow && entry.size !== 0) yield { see: 'unseen', name, why: 'damaged' };
  }
  if (entry.split) yield { see: 'unseen', name, why: 'split_archive' };
}
