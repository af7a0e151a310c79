// The folders of an ISO 9660 volume (ECMA-119; Joliet; Rock Ridge names, IEEE P1282, over SUSP). Numbers stand there twice, in both byte
// orders: where these disagree, both are followed.
import { joined, MOST_WAITING, SECTOR, type Catalogue, type Extent } from './disc.ts';

export type Tree = {
  readonly image: Buffer;
  readonly catalogue: Catalogue;
  readonly blockSize: number;
  /** Names in UCS-2. */
  readonly joliet: boolean;
  /** Sectors of folders that were read: none is read twice, so folders in circles end. */
  readonly seen: Set<number>;
  /** Bytes of Rock Ridge continuations that may still be read. */
  readonly budget: { left: number };
};

type Folder = { readonly at: number; readonly length: number; readonly path: string; readonly certain: boolean };

/** Collects all files below the folder whose record stands at `rootAt`. */
export function readTree(tree: Tree, rootAt: number): void {
  const root = recordAt(tree, rootAt);
  if (!root) return tree.catalogue.unseen(null, 'damaged');
  const folders = root.places.map(({ extent, certain }) => ({ ...extent, path: '', certain }));
  let skip = 0;
  for (let folder = folders.pop(); folder && tree.catalogue.open(); folder = folders.pop()) {
    skip = readFolder(tree, folder, skip, folders);
    if (folders.length > MOST_WAITING) return tree.catalogue.unseen(null, 'too_many_parts');
  }
}

/** Reads one folder; gives how many bytes stand in front of Rock Ridge entries, which the first record of the root tells. */
function readFolder(tree: Tree, { at, length, path, certain }: Folder, skip: number, folders: Folder[]): number {
  const { image, catalogue, seen } = tree;
  const end = Math.min(image.length, at + length);
  if (!certain && recordAt(tree, at)?.raw !== '\0') return skip;
  if (certain && at + length > image.length) catalogue.unseen(path, 'damaged');
  let before = skip;
  let pieces: Extent[] = [];
  for (let sector = at; sector < end; sector += SECTOR) {
    if (seen.has(sector)) continue;
    seen.add(sector);
    const sectorEnd = Math.min(end, sector + SECTOR);
    for (let place = sector; place < sectorEnd && image[place] !== 0 && folders.length <= MOST_WAITING && catalogue.open();) {
      const record = recordAt(tree, place);
      if (!record || place + record.length > sectorEnd || pieces.length > MOST_WAITING) {
        if (certain) catalogue.unseen(path, 'damaged');
        break;
      }
      place += record.length;
      if (record.raw === '\0' || record.raw === '\x01') {
        if (record.raw === '\0') before = skipOf(image, record) ?? before;
        continue;
      }
      const long = tree.joliet ? null : rockRidge(tree, record, before);
      const names = [...(long?.name ? [long.name] : []), record.name];
      if (record.flags & DIRECTORY) {
        for (const { extent, certain: sure } of record.places)
          folders.push({ ...extent, path: joined(path, names[0] ?? ''), certain: certain && sure });
        continue;
      }
      const [first, ...others] = record.places;
      if (first) pieces.push(first.extent);
      if (record.flags & GOES_ON) continue;
      const why = long?.packed || record.interleaved ? 'method' : null;
      for (const name of names) {
        catalogue.add(joined(path, name), pieces, why);
        for (const { extent } of pieces.length === 1 ? others : [])
          if (extent.at + extent.length <= image.length) catalogue.add(joined(path, name), [extent]);
      }
      pieces = [];
    }
  }
  if (pieces.length > 0) catalogue.add(joined(path, 'unfinished'), pieces, 'damaged');
  return before;
}

const DIRECTORY = 2;
/** The file goes on in the next record. */
const GOES_ON = 0x80;

type Place = { readonly extent: Extent; readonly certain: boolean };
type Record = {
  readonly length: number;
  readonly raw: string;
  readonly name: string;
  readonly flags: number;
  readonly interleaved: boolean;
  /** As most readers find it, and as others may. */
  readonly places: readonly Place[];
  /** Where entries of Rock Ridge may stand. */
  readonly system: { readonly at: number; readonly end: number };
};

function recordAt({ image, blockSize, joliet }: Tree, at: number): Record | null {
  const length = image[at] ?? 0;
  if (length < 34 || at + length > image.length) return null;
  const nameLength = image[at + 32] ?? 0;
  if (33 + nameLength > length) return null;
  const rawName = image.subarray(at + 33, at + 33 + nameLength);
  const raw = rawName.toString('latin1');
  const front = (image[at + 1] ?? 0) * blockSize;
  const place = (block: number, size: number): Extent => ({ at: block * blockSize + front, length: size });
  const little = place(image.readUInt32LE(at + 2), image.readUInt32LE(at + 10));
  const big = place(image.readUInt32BE(at + 6), image.readUInt32BE(at + 14));
  const places: Place[] = [{ extent: little, certain: true }];
  if (front > 0) places.push({ extent: { at: little.at - front, length: little.length }, certain: false });
  if (big.at !== little.at || big.length !== little.length) places.push({ extent: big, certain: false });
  const name = (joliet && nameLength > 1 ? swapped(rawName) : rawName.toString('utf8')).replace(/;\d{1,5}$/, '').replace(/\.$/, '');
  const system = { at: at + 33 + nameLength + (nameLength % 2 === 0 ? 1 : 0), end: at + length };
  return { length, raw, name, flags: image[at + 25] ?? 0, interleaved: image[at + 26] !== 0, places, system };
}

function swapped(name: Buffer): string {
  return Buffer.from(name.subarray(0, name.length & ~1))
    .swap16()
    .toString('utf16le');
}

/** SUSP's `SP` in the first record of the root. */
function skipOf(image: Buffer, { system }: Record): number | null {
  for (const at of [system.at, system.at + 14])
    if (at + 7 <= system.end && image.readUInt32BE(at) === 0x53500701) return image[at + 6] ?? 0;
  return null;
}

/** The name from all `NM` entries, and whether the file is packed (`ZF`); entries go on elsewhere after a `CE`. */
function rockRidge(
  { image, budget, blockSize }: Tree,
  { system }: Record,
  skip: number,
): { readonly name: string; readonly packed: boolean } {
  const name: Buffer[] = [];
  let packed = false;
  let area = { at: system.at + skip, end: system.end };
  for (let hops = 0; hops < 16; hops++) {
    let next: typeof area | null = null;
    for (let at = area.at; at + 4 <= area.end;) {
      const length = image[at + 2] ?? 0;
      if (length < 4 || at + length > area.end) break;
      const kind = image.toString('latin1', at, at + 2);
      if (kind === 'NM' && length > 5) name.push(image.subarray(at + 5, at + length));
      else if (kind === 'ZF') packed = true;
      else if (kind === 'ST') break;
      else if (kind === 'CE' && length >= 28) {
        const start = image.readUInt32LE(at + 4) * blockSize + image.readUInt32LE(at + 12);
        next = { at: start, end: Math.min(image.length, start + Math.min(SECTOR, image.readUInt32LE(at + 20))) };
      }
      at += length;
    }
    if (!next || next.at >= next.end || budget.left <= 0) break;
    budget.left -= next.end - next.at;
    area = next;
  }
  return { name: Buffer.concat(name).toString('utf8'), packed };
}
