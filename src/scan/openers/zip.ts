// Zip archives as every reader might see them: the local headers and all central directories, wherever they stand, each member once.
// Directories that lie, names that differ, data in front or behind and members that only one place knows are all read. What lies inside
// a member that was unpacked belongs to it, and is seen when that is opened, unless a directory from outside points there.
import type { Opener, Opening, Sight, Why } from '../opener.ts';
import { newShelf, type Shelf } from './stored.ts';
import { directoryOf, type Claim, type Directory } from './zip-directory.ts';
import { isFolder, triesAt, type Purse, type Try } from './zip-member.ts';
import { isForeign } from './zip-methods.ts';
import { CENTRAL, LOCAL, endAt, isPlausible, localAt, signatureAt, type Told } from './zip-records.ts';

const LOCAL_MARK = Buffer.from('PK\x03\x04', 'latin1');
const NOTHING = Buffer.alloc(0);
/** Behind the data: nothing, or sizes and checksum of 4 or 8 bytes each, with a signature or without. */
const DESCRIPTORS = [0, 12, 16, 20, 24];

type Walk = {
  readonly bytes: Buffer;
  readonly opening: Opening;
  readonly shelf: Shelf;
  readonly directory: Directory;
  readonly purse: Purse;
  /** The bytes of members that were unpacked, in order and apart from each other. */
  readonly covered: { readonly from: number; to: number }[];
  /** Where a header is expected, as the member before it ends there. */
  readonly next: Set<number>;
  readonly split: boolean;
  foreign: boolean;
};

/** A zip archive, or anything with one inside. */
export const openZip: Opener = function* (bytes, opening) {
  const directory = directoryOf(bytes);
  const walk: Walk = {
    bytes,
    opening,
    shelf: newShelf(opening),
    directory,
    purse: {
      good: null,
      derivations: 400,
      bytes: 4 * bytes.length + 0x10000,
      search: 8 * bytes.length,
      salvage: 256,
      waste: 3 * 64 * 1024 * 1024,
    },
    covered: [],
    next: new Set([0]),
    split: directory.split || (bytes.length > 8 && bytes.readUInt32BE(0) === 0x504b0708 && directory.claims.size === 0),
    foreign: false,
  };
  for (let at = bytes.indexOf(LOCAL_MARK); at >= 0 && !walk.shelf.full(); at = bytes.indexOf(LOCAL_MARK, at + 4)) yield* memberAt(walk, at);
  for (const lost of directory.lost) if (!walk.shelf.full() && !coveredAt(walk, lost.run.at)) yield* lostMember(walk, lost);
  if (directory.overflow) yield { see: 'unseen', name: null, why: 'too_many_parts' };
  if (walk.split) yield { see: 'unseen', name: null, why: 'split_archive' };
  if (walk.foreign) yield { see: 'foreign' };
};

/** Whether the bytes hold a zip archive somewhere: a local header that can be one, or a directory and a record that points to it. */
export function looksLikeZipInside(bytes: Buffer): boolean {
  for (let at = bytes.indexOf(LOCAL_MARK); at >= 0; at = bytes.indexOf(LOCAL_MARK, at + 4)) if (isPlausible(bytes, at)) return true;
  for (let at = bytes.indexOf('PK\x05\x06', 0, 'latin1'); at >= 0; at = bytes.indexOf('PK\x05\x06', at + 4, 'latin1')) {
    const end = endAt(bytes, at);
    if (end && [end.offset, end.at - end.size].some(place => signatureAt(bytes, place) === CENTRAL)) return true;
  }
  return false;
}

function* memberAt(walk: Walk, at: number): Generator<Sight> {
  const { bytes } = walk;
  const claimed = walk.directory.claims.get(at) ?? [];
  if (claimed.length === 0 && !walk.next.has(at) && !isPlausible(bytes, at)) return;
  const inside = coveredAt(walk, at);
  const claims = claimed.filter(({ run }) => {
    const within = (place: number): boolean => inside !== null && place >= inside.from && place < inside.to;
    return !within(run.at) || run.ends.some(end => !within(end.at));
  });
  if (claims.length === 0 && (inside || (!walk.next.has(at) && !isPlausible(bytes, at)))) return;
  const local = localAt(bytes, at);
  const entries = claims.map(({ entry }) => entry);
  if (local)
    yield* member(
      walk,
      local.data,
      [...entries, local],
      claims.some(({ run }) => run.outermost),
    );
  else yield* unseen(walk, namesOf(entries), 'damaged');
}

/** An entry that points to no local header: some readers do not look at more of that than how long it is. */
function* lostMember(walk: Walk, { entry, places }: Claim & { readonly places: readonly number[] }): Generator<Sight> {
  const { bytes } = walk;
  if (isFolder([entry]) || (entry.packed === 0 && entry.size === 0)) return;
  for (const at of places) {
    // With a directory the offset is right and the header broken, or both are wrong.
    if (at < 0 || at + 30 > bytes.length || signatureAt(bytes, at) === LOCAL) continue;
    const data = at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28);
    if (data <= bytes.length) return yield* member(walk, data, [entry], false);
  }
  yield* unseen(walk, entry.names, entry.disk > 0 ? 'split_archive' : 'damaged');
}

/** The member whose data start at `data`, as each of the places tells it. `listed`: in the directory that the archive library reads. */
function* member(walk: Walk, data: number, places: readonly Told[], listed: boolean): Generator<Sight> {
  const { shelf } = walk;
  const names = namesOf(places);
  const [name = '', otherName = null] = names;
  const folder = names.every(one => one.endsWith('/'));
  expect(walk, data, [0, ...places.map(({ packed }) => packed ?? 0)]);
  if (isFolder(places)) return;
  const others: Try[] = [];
  let sound = false;
  let shown = false;
  for (const made of triesAt(walk, data, places)) {
    if (made.why || made.wrong) others.push(made);
    else {
      sound = shown = true;
      if (!folder || made.bytes.length > 0) yield* shelf.show(name, made.bytes, { otherName });
    }
    if (made.used === 0 || (made.why ? made.why !== 'encrypted' : made.wrong)) continue;
    cover(walk, data, data + made.used);
    expect(walk, data, [made.used]);
  }
  // What is whole but has another checksum is shown even beside what has the right one: some reader may stop there.
  for (const { bytes, why } of others) {
    if (bytes.length === 0 || (sound && why)) continue;
    shown = true;
    yield* shelf.show(name, bytes, { otherName });
  }
  if (!shown) yield* shelf.show(name, NOTHING, { otherName });
  for (const more of names.slice(2)) yield* shelf.show(more, NOTHING);
  if (sound) return;
  for (const why of new Set(others.map(one => one.why ?? 'damaged'))) {
    if (why === 'method' && listed && places.every(({ method, encrypted }) => isForeign(method) && !encrypted)) walk.foreign = true;
    else yield { see: 'unseen', name, why: why === 'damaged' && walk.split ? 'split_archive' : why };
  }
}

/** Nothing of it can be seen but its names. */
function* unseen({ shelf }: Walk, names: readonly string[], why: Why): Generator<Sight> {
  const [name = null, otherName = null] = names;
  if (name !== null) yield* shelf.show(name, NOTHING, { otherName });
  yield { see: 'unseen', name, why };
}

const namesOf = (places: readonly Told[]): readonly string[] => [...new Set(places.flatMap(({ names }) => names))];

function expect({ next }: Walk, data: number, lengths: readonly number[]): void {
  for (const length of new Set(lengths)) for (const more of DESCRIPTORS) next.add(data + length + more);
}

/** Members come in the order of their headers, so only the last stretch can be met. */
function cover({ covered }: Walk, from: number, to: number): void {
  const last = covered.at(-1);
  if (last && from < last.to) last.to = Math.max(last.to, to);
  else covered.push({ from, to });
}

function coveredAt({ covered }: Walk, at: number): { readonly from: number; readonly to: number } | null {
  let [low, high] = [0, covered.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((covered[middle]?.from ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  const found = covered[low - 1];
  return found && at < found.to ? found : null;
}
