// What the file systems of one disc image have in common: files are collected from all of them first, so that a file which stands in
// several (ISO 9660, Joliet, UDF) is shown once, with the names that it has. Also images of raw CD sectors.
import type { Opening, Sight, Why } from '../opener.ts';
import { newShelf, says } from './stored.ts';

/** A stretch of the image; `at` below 0: a hole, zeros. */
export type Extent = { readonly at: number; readonly length: number };

export type Catalogue = {
  /** A file. The better name comes first: file systems are read in that order. `why`: it could not be read as its reader would. */
  readonly add: (name: string, extents: readonly Extent[], why?: Why | null) => void;
  readonly unseen: (name: string | null, why: Why) => void;
  /** Whether some file begins there. */
  readonly startsAt: (at: number) => boolean;
  /** Files may still be added. */
  readonly open: () => boolean;
  readonly sights: () => Generator<Sight>;
};

type Found = { readonly extents: readonly Extent[]; readonly names: Set<string>; why: Why | null };

/** Names of a path that is longer are cut in front: only its end matters. */
const MOST_PATH = 512;
/** Reasons told one by one; more of the same say nothing new. */
const MOST_REASONS = 50;

/** Folders and files that wait to be read, or pieces of one file: more is no honest disc. */
export const MOST_WAITING = 50_000;

export const joined = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`).slice(-MOST_PATH);

export function newCatalogue(image: Buffer, opening: Opening): Catalogue {
  const files = new Map<string, Found>();
  const starts = new Set<number>();
  const reasons = new Map<string, { readonly name: string | null; readonly why: Why }>();
  let names = 0;
  let over = false;
  return {
    open: () => !over,
    startsAt: at => starts.has(at),
    unseen: (name, why) => {
      if (reasons.size < MOST_REASONS) reasons.set(`${why} ${name}`, { name, why });
    },
    add: (name, extents, why = null) => {
      const whole = coalesced(extents);
      const key = whole.length === 0 ? `empty ${name}` : whole.map(({ at, length }) => `${at}+${length}`).join(' ');
      const known = files.get(key);
      if (over || known?.names.has(name)) return;
      if (++names > opening.mostMembers * 3 + 100 || (!known && files.size > opening.mostMembers)) over = true;
      else if (known) {
        known.names.add(name);
        known.why ??= why;
      } else files.set(key, { extents: whole, names: new Set([name]), why });
      if (whole[0]) starts.add(whole[0].at);
    },
    sights: function* () {
      const shelf = newShelf(opening);
      for (const { extents, names, why } of files.values()) {
        const [name = '', otherName = null, ...more] = names;
        const total = extents.reduce((all, { length }) => all + length, 0);
        // Holes and pieces that lie apart are put together only if there is room for the whole.
        const made = extents.length > 1 || extents.some(({ at }) => at < 0);
        if (made && total > opening.room(image.length)) yield { see: 'unseen', name, why: 'too_large' };
        else {
          const bytes = bytesOf(image, extents);
          yield* shelf.show(name, bytes, { otherName, whole: bytes.length === total });
        }
        if (why) yield { see: 'unseen', name, why };
        const endings = new Set([ending(name), ending(otherName ?? name)]);
        for (const third of more) {
          if (endings.has(ending(third))) continue;
          endings.add(ending(third));
          yield* shelf.show(third, Buffer.alloc(0));
        }
        if (shelf.full()) return;
      }
      if (over) yield { see: 'unseen', name: null, why: 'too_many_parts' };
      for (const { name, why } of reasons.values()) yield { see: 'unseen', name, why };
    },
  };
}

/** ISO 9660 names are short forms of the others: a third name counts only if it ends differently. */
const ending = (name: string): string => /\.([^./]{1,20})$/.exec(name.slice(-21))?.[1]?.slice(0, 3).toUpperCase() ?? '';

function coalesced(extents: readonly Extent[]): readonly Extent[] {
  const whole: Extent[] = [];
  for (const extent of extents) {
    if (extent.length === 0) continue;
    const last = whole.at(-1);
    const goesOn = last && (last.at < 0 ? extent.at < 0 : last.at + last.length === extent.at);
    if (goesOn) whole[whole.length - 1] = { at: last.at, length: last.length + extent.length };
    else whole.push(extent);
  }
  return whole;
}

/** The bytes of a file as far as the image has them. Whoever asks has looked at the length of holes. */
export function bytesOf(image: Buffer, extents: readonly Extent[]): Buffer {
  const pieces = extents.map(({ at, length }) => (at < 0 ? Buffer.alloc(length) : image.subarray(at, at + length)));
  return pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces);
}

export const SECTOR = 2048;
/** Size of a sector in the file, and where its data begin: plain, raw mode 1, raw mode 2 form 1, with subchannels, mode 2 without sync. */
const LAYOUTS = [
  [2048, 0],
  [2352, 16],
  [2352, 24],
  [2448, 16],
  [2448, 24],
  [2336, 8],
] as const;
const MARKS = ['CD001', 'BEA01', 'NSR02', 'NSR03'];

/** Layouts in which the image has volume descriptors, from sector 16 on. */
function layoutsOf(bytes: Buffer): readonly (readonly [number, number])[] {
  return LAYOUTS.filter(([size, front]) => {
    const at = 16 * size + front;
    // The last is High Sierra, older than ISO 9660: known, not read.
    return MARKS.some(mark => says(bytes, mark, at + 1)) || says(bytes, 'CDROM', at + 9);
  });
}

/** A CD or DVD image by its volume descriptors. */
export const isDisc = (bytes: Buffer): boolean => layoutsOf(bytes).length > 0;

/** The data of the sectors, for each layout that the image has. */
export function* imagesOf(bytes: Buffer): Generator<Buffer> {
  for (const [size, front] of layoutsOf(bytes)) {
    if (size === SECTOR) yield bytes;
    else {
      const count = Math.floor((bytes.length - front) / size) + 1;
      const image = Buffer.alloc(count * SECTOR);
      for (let n = 0; n < count; n++) bytes.copy(image, n * SECTOR, n * size + front, Math.min(bytes.length, n * size + front + SECTOR));
      yield image;
    }
  }
}
