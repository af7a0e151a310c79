// Tar archives: v7, ustar, GNU and PAX (POSIX.1-2001), block by block. Where readers go on at different places (a size in the PAX header
// and another in the block, a link that has a size) each of them is followed. A header with a wrong checksum is not believed; what lies
// between headers is shown as it is. Sparse files are shown as the bytes that are stored.
import type { Opener, Sight } from '../opener.ts';
import { isZero, newShelf, says, textOf, type Shelf } from './stored.ts';
import { BLOCK, paxRecords, sparseBlocks, tarHeader, type PaxRecords, type TarHeader } from './tar-header.ts';

/** Links, devices, directories, FIFOs: have a name and, for most readers, nothing else. */
const BODILESS = '123456';
/** Empty blocks that may stand in front of the first header. */
const LEADING = 64;

/** A header with a right checksum comes first, or the mark of ustar stands where it should. */
export function isTar(bytes: Buffer): boolean {
  if (says(bytes, 'ustar', 257)) return true;
  let at = 0;
  while (at < LEADING * BLOCK && at + BLOCK <= bytes.length && isZero(bytes.subarray(at, at + BLOCK))) at += BLOCK;
  return tarHeader(bytes, at) !== null;
}

type Walk = {
  readonly bytes: Buffer;
  readonly shelf: Shelf;
  /** By block: looked at for a header already. No block is looked at twice, so all readings together are linear. */
  readonly seen: Uint8Array;
  /** Places where another reader would go on. */
  readonly others: number[];
  /** Bytes of long names and PAX headers that may still be read: readings that overlap must not read the same ones over and over. */
  told: number;
};

export const openTar: Opener = function* (bytes, opening) {
  const walk: Walk = {
    bytes,
    shelf: newShelf(opening),
    seen: new Uint8Array(Math.ceil(bytes.length / BLOCK)),
    others: [],
    told: bytes.length * 2,
  };
  yield* readFrom(walk, 0, true);
  for (let at = walk.others.pop(); at !== undefined && !walk.shelf.full(); at = walk.others.pop()) yield* readFrom(walk, at, false);
};

type Pending = { readonly names: readonly string[]; readonly sizes: readonly number[] };
const NOTHING: Pending = { names: [], sizes: [] };

/** One reading. The first one tells what it cannot read; the others only add what they see more. */
function* readFrom(walk: Walk, start: number, first: boolean): Generator<Sight> {
  const { bytes, shelf, seen } = walk;
  let forNext = NOTHING;
  let forAll = NOTHING;
  let ended = false;
  for (let at = start; at < bytes.length && !shelf.full() && seen[at / BLOCK] === 0;) {
    const header = tarHeader(bytes, at);
    if (!header) {
      ended ||= isZero(bytes.subarray(at, at + BLOCK));
      const next = nextHeader(walk, at);
      if (first) yield* between(walk, at, next, ended);
      at = next;
      continue;
    }
    seen[at / BLOCK] = 1;
    ended = false;
    const { name, size } = header;
    if (size === null) {
      if (first) yield { see: 'unseen', name, why: 'damaged' };
      at += BLOCK;
      continue;
    }
    const body = at + BLOCK + (header.type === 'S' ? sparseBlocks(bytes, at) * BLOCK : 0);
    if ('LKxXg'.includes(header.type)) {
      const data = bytes.subarray(body, body + Math.min(size, walk.told));
      walk.told -= data.length;
      const told = header.type === 'L' ? longName(data) : header.type === 'K' ? { ...NOTHING, broken: false } : paxRecords(data);
      if (first && (told.broken || data.length < size)) yield { see: 'unseen', name: null, why: 'damaged' };
      if (header.type === 'g') forAll = added(forAll, told);
      else forNext = added(forNext, told);
      at = after(body, size);
      continue;
    }
    const sizes = distinct([forNext.sizes.at(-1) ?? forAll.sizes.at(-1) ?? size, size, ...forNext.sizes]);
    yield* members(walk, header, body, sizes, [...forAll.names, ...forNext.names], first);
    at = after(body, sizes[0] ?? size);
    for (const other of sizes.slice(1)) walk.others.push(after(body, other));
    if (BODILESS.includes(header.type) && size > 0) walk.others.push(body);
    forNext = NOTHING;
  }
}

const longName = (data: Buffer): PaxRecords => ({ names: [textOf(data)], sizes: [], broken: false });
const after = (body: number, size: number): number => body + Math.ceil(size / BLOCK) * BLOCK;
const distinct = <T>(values: readonly T[]): readonly T[] => [...new Set(values)];
/** The last few count: more stand there only to be many. */
const added = (one: Pending, two: Pending): Pending => ({
  names: [...one.names, ...two.names].slice(-20),
  sizes: [...one.sizes, ...two.sizes].slice(-20),
});

/** The first block from `at` that is a header or was looked at before. */
function nextHeader({ bytes, seen }: Walk, at: number): number {
  let next = at;
  do {
    seen[next / BLOCK] = 1;
    next += BLOCK;
  } while (next < bytes.length && seen[next / BLOCK] === 0 && !tarHeader(bytes, next));
  return Math.min(next, bytes.length);
}

/** What no header tells of. Behind the empty blocks at the end anything may stand; before them it is damage if nothing follows. */
function* between({ bytes, shelf }: Walk, at: number, next: number, ended: boolean): Generator<Sight> {
  const gap = bytes.subarray(at, next);
  if (isZero(gap)) return;
  yield* shelf.show(null, gap);
  if (next >= bytes.length && !ended) yield { see: 'unseen', name: null, why: 'damaged' };
}

function* members(
  walk: Walk,
  header: TarHeader,
  body: number,
  sizes: readonly number[],
  told: readonly string[],
  first: boolean,
): Generator<Sight> {
  const { bytes, shelf } = walk;
  const names = namesOf(header.name, told);
  const [name = '', otherName = null] = names;
  const folder = header.type === '5' || name.endsWith('/') || header.type === 'V';
  if (folder && sizes.every(size => size === 0) && names.length === 1) return;
  for (const [n, size] of sizes.entries()) {
    const data = bytes.subarray(body, body + size);
    if (n > 0 && data.length === 0) continue;
    // A link that has a size but nothing behind it is whole: most readers expect nothing there.
    const whole = !first || n > 0 || data.length === size || BODILESS.includes(header.type);
    yield* shelf.show(name, data, { otherName, whole });
  }
  for (const more of names.slice(2)) yield* shelf.show(more, Buffer.alloc(0));
  if (header.type === 'M' && first) yield { see: 'unseen', name, why: 'split_archive' };
}

/** The strongest name first. The block's own name beside a longer one is most often its beginning, and then no name of its own. */
function namesOf(own: string, told: readonly string[]): readonly string[] {
  const names = distinct(told.toReversed());
  return names.some(name => name.startsWith(own)) ? names : distinct([...names, own]);
}
