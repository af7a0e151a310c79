// CD and DVD images: ISO 9660 (ECMA-119) from each of its volume descriptors, Joliet, Rock Ridge, El Torito boot images, and UDF beside it
// or alone; also images of raw sectors. A Mac file system in the same image cannot be read.
import type { Opener } from '../opener.ts';
import { imagesOf, isDisc, newCatalogue, SECTOR, type Catalogue } from './disc.ts';
import { readTree, type Tree } from './iso-tree.ts';
import { says } from './stored.ts';
import { hasUdf, readUdf } from './udf.ts';

/** Volume descriptors: readers look at no more sectors than that. */
const FIRST = 16;
const LAST = 116;
const MARKS = ['CD001', 'BEA01', 'NSR02', 'NSR03', 'TEA01', 'BOOT2', 'CDW02'];

/** ISO 9660 in plain or raw sectors, or UDF. */
export const isIso = (bytes: Buffer): boolean => isDisc(bytes) || hasUdf(bytes);

export const openIso: Opener = function* (bytes, opening) {
  for (const image of isDisc(bytes) ? imagesOf(bytes) : [bytes]) {
    const catalogue = newCatalogue(image, opening);
    const udf = readUdf(image, catalogue);
    const iso = readIso(image, catalogue);
    if (!udf && !iso) catalogue.unseen(null, 'damaged');
    if (hasMac(image)) catalogue.unseen(null, 'method');
    yield* catalogue.sights();
  }
};

function readIso(image: Buffer, catalogue: Catalogue): boolean {
  const volumes: Tree[] = [];
  const roots = new Map<Tree, number>();
  const catalogs: number[] = [];
  const seen = { plain: new Set<number>(), joliet: new Set<number>() };
  const budget = { left: image.length * 2 };
  for (let sector = FIRST; sector < LAST; sector++) {
    const at = sector * SECTOR;
    if (at + SECTOR > image.length || !MARKS.some(mark => says(image, mark, at + 1))) break;
    const type = image[at];
    if (!says(image, 'CD001', at + 1)) continue;
    if (type === 0 && says(image, 'EL TORITO SPECIFICATION', at + 7)) catalogs.push(image.readUInt32LE(at + 71));
    if (type !== 1 && type !== 2) continue;
    const joliet = type === 2 && /^%\/[@CE]/.test(image.toString('latin1', at + 88, at + 91));
    const said = image.readUInt16LE(at + 128);
    const blockSize = [512, 1024, 2048].includes(said) ? said : SECTOR;
    const tree = { image, catalogue, blockSize, joliet, seen: joliet ? seen.joliet : seen.plain, budget };
    volumes.push(tree);
    roots.set(tree, at + 156);
  }
  // Long names first.
  for (const tree of volumes.toSorted((one, two) => Number(two.joliet) - Number(one.joliet))) readTree(tree, roots.get(tree) ?? 0);
  for (const sector of catalogs) readBoot(image, sector * SECTOR, catalogue);
  return volumes.length > 0;
}

/** Sizes of diskettes by the medium that an entry names; a hard disk (4) and no emulation (0) go on as far as they go. */
const DISKETTES: readonly number[] = [0, 1_228_800, 1_474_560, 2_949_120];

/** El Torito: entries of 32 bytes in one or more sectors. What is a file of the tree as well is not shown twice. */
function readBoot(image: Buffer, at: number, catalogue: Catalogue): void {
  if (at + 64 > image.length || image[at] !== 1) return catalogue.unseen('boot catalog', 'damaged');
  let n = 0;
  for (let entry = at + 32; entry + 32 <= Math.min(image.length, at + 16 * SECTOR); entry += 32) {
    const mark = image[entry];
    if (mark === 0 && n > 0) break;
    if (mark !== 0x88 && mark !== 0) continue;
    const start = image.readUInt32LE(entry + 8) * SECTOR;
    const count = image.readUInt16LE(entry + 6);
    const medium = (image[entry + 1] ?? 0) & 0x0f;
    n++;
    if (start === 0 || catalogue.startsAt(start)) continue;
    // One that says 0 or 1 sectors, as large ones must, has no end of its own.
    const length = medium === 4 || count < 2 ? Math.max(0, image.length - start) : Math.max(DISKETTES[medium] ?? 0, count * 512);
    catalogue.add(`boot image ${n}`, [{ at: start, length: start < image.length ? Math.min(length, image.length - start) : length }]);
  }
}

/** HFS or HFS+, alone or as a partition: a Mac sees that instead of ISO 9660. */
function hasMac(image: Buffer): boolean {
  const volume = (at: number): boolean => ['BD', 'H+', 'HX'].some(mark => says(image, mark, at + 1024));
  if (volume(0)) return true;
  for (const block of [512, SECTOR]) {
    for (let n = 1; n < 64 && says(image, 'PM\0\0', n * block); n++) {
      if (says(image, 'Apple_HFS', n * block + 48) && volume(image.readUInt32BE(n * block + 8) * block)) return true;
    }
  }
  return false;
}
