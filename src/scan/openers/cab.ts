// Cabinets ([MS-CAB]), wherever they stand in a file. Folders that are stored or packed with MSZIP are read here; a cabinet with LZX goes
// to the archive library alone; Quantum nobody reads. Also InstallShield's cabinets, of which only the mark is known.
import type { Opener, Opening, Sight } from '../opener.ts';
import { folderBytes } from './cab-data.ts';
import { behindSights } from './stored-member.ts';
import { isCabAt, readCab, type Cabinet, type CabFile } from './cab-headers.ts';

const SIGN = Buffer.from('MSCF', 'latin1');
const INSTALLSHIELD = Buffer.from('ISc(', 'latin1');
/** More cabinets in one file than any installer has. */
const MOST_CABINETS = 64;
const [MSZIP, LZX] = [1, 3];

type Left = { members: number; work: number };

/** Every cabinet in the file. */
export const openCab: Opener = function* (bytes, opening) {
  if (startsWith(bytes, INSTALLSHIELD)) return yield { see: 'unseen', name: null, why: 'method' };
  // Folders may share their data: what is unpacked in all is bounded, not only what is shown.
  const left: Left = { members: opening.mostMembers, work: opening.room(bytes.length) * 2 };
  const budget = { left: bytes.length * 3 };
  let cabinets = 0;
  let behind = bytes.length;
  for (let at = bytes.indexOf(SIGN); at >= 0; at = bytes.indexOf(SIGN, at)) {
    const cabinet = readCab(bytes, at, budget);
    if (!cabinet) {
      if (at === 0) yield { see: 'unseen', name: null, why: 'damaged' };
      at += SIGN.length;
      continue;
    }
    if (++cabinets > MOST_CABINETS) return yield { see: 'unseen', name: null, why: 'too_many_parts' };
    let clean = true;
    for (const sight of cabinetSights(bytes, cabinet, opening, left)) {
      if (sight.see === 'unseen') clean = false;
      yield sight;
    }
    if (left.members < 0) return;
    behind = at === 0 ? cabinet.end : Math.max(behind, cabinet.end);
    // What was read whole hides no other cabinet.
    at = clean && cabinet.dense ? Math.max(cabinet.end, at + SIGN.length) : at + SIGN.length;
  }
  // In a file of another kind (a program) what follows is looked for there.
  if (isCab(bytes)) yield* behindSights(opening, bytes, behind, left.members > 0);
};

/** A cabinet comes first. Text may begin with these letters too: a header has zeros behind them. */
export const isCab = (bytes: Buffer): boolean =>
  (startsWith(bytes, SIGN) || startsWith(bytes, INSTALLSHIELD)) && bytes.subarray(4, 16).includes(0);

/** Whether there is a cabinet in the file; for files of another kind. */
export function holdsCab(bytes: Buffer): boolean {
  for (let at = bytes.indexOf(SIGN); at >= 0; at = bytes.indexOf(SIGN, at + SIGN.length)) if (isCabAt(bytes, at)) return true;
  return false;
}

const startsWith = (bytes: Buffer, mark: Buffer): boolean => bytes.subarray(0, mark.length).equals(mark);

function* cabinetSights(bytes: Buffer, cabinet: Cabinet, opening: Opening, left: Left): Generator<Sight> {
  const { start, end, files, folders } = cabinet;
  const byFolder = Map.groupBy(files, file => file.folder);
  const foreign = folders.some((folder, n) => folder.method === LZX && byFolder.get(n)?.some(file => file.size > 0));
  // The library reads one cabinet from the first byte on, and may take what stands behind it for something else: it gets no more than that.
  if (foreign && (start > 0 || end < bytes.length)) {
    const alone = bytes.subarray(start, end);
    if (--left.members < 0) yield { see: 'unseen', name: null, why: 'too_many_parts' };
    else if (alone.length > opening.room(alone.length)) yield { see: 'unseen', name: null, why: 'too_large' };
    else yield { see: 'member', name: opening.name, bytes: alone };
    return;
  }
  if (cabinet.damaged) yield { see: 'unseen', name: null, why: 'damaged' };
  for (const [n, inside] of byFolder) {
    yield* folderSights(bytes, cabinet, n, inside, opening, left);
    if (left.members < 0) return;
  }
  if (foreign) yield { see: 'foreign' };
}

/** The files of one folder; -1: of none that exists. */
function* folderSights(
  bytes: Buffer,
  cabinet: Cabinet,
  n: number,
  files: readonly CabFile[],
  opening: Opening,
  left: Left,
): Generator<Sight> {
  const folder = cabinet.folders[n];
  const method = folder?.method ?? 0;
  const wanted = files.reduce((most, file) => Math.max(most, file.offset + file.size), 0);
  const readable = folder !== undefined && method <= MSZIP;
  const packed = folder?.packed ?? 0;
  const data = readable && wanted > 0 ? folderBytes(bytes, cabinet, folder, wanted, Math.min(opening.room(packed), left.work)) : null;
  left.work -= data?.bytes.length ?? 0;
  for (const file of files) {
    const { name, offset, size } = file;
    if (--left.members < 0) return yield { see: 'unseen', name: null, why: 'too_many_parts' };
    const mine = data ? data.bytes.subarray(offset, offset + size) : Buffer.alloc(0);
    const fits = mine.length <= opening.room(packed);
    yield { see: 'member', name, bytes: fits ? mine : Buffer.alloc(0) };
    if (file.split) yield { see: 'unseen', name, why: 'split_archive' };
    else if (size > 0 && !readable && method !== LZX) yield { see: 'unseen', name, why: folder ? 'method' : 'damaged' };
    else if (!fits) yield { see: 'unseen', name, why: 'too_large' };
    else if (data && mine.length < size) yield { see: 'unseen', name, why: data.why ?? 'damaged' };
  }
  // Also when all files came out: a block that does not match its checksum.
  if (data?.why === 'damaged') yield { see: 'unseen', name: null, why: 'damaged' };
}
