// UDF file systems (ECMA-167, OSTA UDF 1.02 to 2.60), as far as readers of images go: anchors, partition maps of type 1, sparable and
// metadata ones, file sets, folders, files and their named streams. A virtual partition (recordable media) is not read.
import { bytesOf, isDisc, joined, MOST_WAITING, SECTOR, type Catalogue, type Extent } from './disc.ts';
import { says } from './stored.ts';
import { addressAt, fileEntryAt, folderEntries, tagAt, TAG, type Address, type Udf } from './udf-entries.ts';

const BLOCK_SIZES = [2048, 512, 4096, 1024];
/** Descriptors in one sequence: sixteen sectors are usual. */
const MOST_DESCRIPTORS = 256;
const FOLDERS = [4, 13];
const MOST_EXTENTS = 1_000_000;
/** Pieces of the metadata file: it grows by large ones. */
const MOST_METADATA = 128;

type Anchor = { readonly at: number; readonly blockSize: number };

/** Where readers look: block 256, the last one, 256 before it, 512. */
function anchorsOf(image: Buffer): readonly Anchor[] {
  return BLOCK_SIZES.flatMap(blockSize => {
    const last = Math.floor(image.length / blockSize) - 1;
    return [...new Set([256, last - 256, last, 512])]
      .filter(block => block > 0 && tagAt(image, block * blockSize) === TAG.anchor && image.readUInt32LE(block * blockSize + 12) === block)
      .map(block => ({ at: block * blockSize, blockSize }));
  });
}

const marked = (bytes: Buffer): boolean =>
  Array.from({ length: 32 }, (_, n) => (16 + n) * SECTOR + 1).some(at => says(bytes, 'NSR02', at) || says(bytes, 'NSR03', at));

/** The mark of ECMA-167 where volumes say what they are, or an anchor. */
export const hasUdf = (bytes: Buffer): boolean => marked(bytes) || anchorsOf(bytes).length > 0;

/** Collects the files of all UDF volumes of the image; true: there is one, or should be. */
export function readUdf(image: Buffer, catalogue: Catalogue): boolean {
  const anchors = anchorsOf(image);
  const known = new Set<string>();
  const budget = { extents: MOST_EXTENTS };
  let volumes = 0;
  for (const { at, blockSize } of anchors) {
    for (const sequence of [at + 16, at + 24]) {
      if (at + 32 > image.length) continue;
      const volume = volumeAt(image, image.readUInt32LE(sequence + 4) * blockSize, image.readUInt32LE(sequence), blockSize);
      // The reserve sequence says the same as the main one, as a rule.
      const same = JSON.stringify([[...volume.partitions], volume.logical, blockSize]);
      if (volume.logical.length === 0 || known.has(same)) continue;
      known.add(same);
      for (const logical of volume.logical) {
        volumes++;
        readVolume(image, logical, volume.partitions, budget, catalogue);
      }
    }
  }
  const expected = marked(image);
  if (volumes === 0 && (expected || (anchors.length > 0 && !isDisc(image)))) catalogue.unseen(null, 'damaged');
  return expected || volumes > 0;
}

type Volume = {
  /** First byte of each partition, by its number. */
  readonly partitions: ReadonlyMap<number, number>;
  /** Byte places of the logical volume descriptors. */
  readonly logical: readonly number[];
};

function volumeAt(image: Buffer, start: number, length: number, blockSize: number): Volume {
  const partitions = new Map<number, number>();
  const logical: number[] = [];
  let end = start + length;
  let at = start;
  for (let n = 0; n < MOST_DESCRIPTORS && at + 512 <= Math.min(end, image.length); n++, at += blockSize) {
    const tag = tagAt(image, at);
    if (tag === TAG.end || tag === 0) break;
    if (tag === TAG.partition) partitions.set(image.readUInt16LE(at + 22), image.readUInt32LE(at + 188) * blockSize);
    if (tag === TAG.logical) logical.push(at);
    if (tag === TAG.pointer) {
      const next = image.readUInt32LE(at + 24) * blockSize;
      end = next + image.readUInt32LE(at + 20);
      at = next - blockSize;
    }
  }
  return { partitions, logical };
}

function readVolume(image: Buffer, at: number, partitions: ReadonlyMap<number, number>, budget: Udf['budget'], catalogue: Catalogue): void {
  const said = image.readUInt32LE(at + 212);
  const blockSize = BLOCK_SIZES.includes(said) ? said : SECTOR;
  const udf: Udf = { image, blockSize, budget, place: placesOf(image, at, blockSize, partitions, budget, catalogue) };
  const set = addressAt(image, at + 248);
  const setAt = udf.place(set.partition, set.block);
  if (setAt === null || tagAt(image, setAt) !== TAG.fileSet || setAt + 512 > image.length) return catalogue.unseen(null, 'damaged');
  const streams = addressAt(image, setAt + 464);
  readFolders(
    udf,
    [{ file: addressAt(image, setAt + 400), path: '' }, ...(streams.length > 0 ? [{ file: streams, path: ':' }] : [])],
    catalogue,
  );
}

/** From the partition maps of the logical volume descriptor at `at`. */
function placesOf(
  image: Buffer,
  at: number,
  blockSize: number,
  partitions: ReadonlyMap<number, number>,
  budget: Udf['budget'],
  catalogue: Catalogue,
): Udf['place'] {
  const places: Udf['place'][] = [];
  const end = Math.min(image.length, at + 440 + image.readUInt32LE(at + 264));
  const simple = (number: number): Udf['place'] => {
    const first = partitions.get(number);
    return (_, block) => (first === undefined ? null : first + block * blockSize);
  };
  for (let map = at + 440; map + 6 <= end && places.length < 16; map += Math.max(6, image[map + 1] ?? 0)) {
    const name = image.toString('latin1', map + 5, map + 28);
    if (image[map] === 1) places.push(simple(image.readUInt16LE(map + 4)));
    else if (map + 64 > end) break;
    else {
      const under = simple(image.readUInt16LE(map + 38));
      if (name.startsWith('*UDF Metadata')) places.push(metadata({ image, blockSize, budget, place: under }, map));
      else places.push(under);
      if (name.startsWith('*UDF Virtual') || (name.startsWith('*UDF Sparable') && moves(image, map, blockSize)))
        catalogue.unseen(null, 'method');
    }
  }
  return (partition, block) => places[partition]?.(partition, block) ?? null;
}

/** A metadata partition lies in a file, of which there is a copy. */
function metadata(under: Udf, map: number): Udf['place'] {
  const { image, blockSize } = under;
  const files = [40, 44]
    .map(field => under.place(0, image.readUInt32LE(map + field)))
    .map(at => (at === null ? null : fileEntryAt(under, at, 0)));
  const extents: readonly Extent[] = (files.find(file => file?.whole)?.extents ?? []).slice(0, MOST_METADATA);
  return (_, block) => {
    let offset = block * blockSize;
    for (const { at, length } of extents) {
      if (offset < length) return at < 0 ? null : at + offset;
      offset -= length;
    }
    return null;
  };
}

/** Whether the table of a sparable partition really puts blocks elsewhere. */
function moves(image: Buffer, map: number, blockSize: number): boolean {
  const table = image.readUInt32LE(map + 48) * blockSize;
  if (table + 56 > image.length) return true;
  const count = image.readUInt16LE(table + 48);
  for (let n = 0; n < count && table + 60 + n * 8 < image.length; n++) if (image.readUInt32LE(table + 56 + n * 8) < 0xfffffff0) return true;
  return false;
}

type Waiting = { readonly file: Address; readonly path: string };

function readFolders(udf: Udf, waiting: Waiting[], catalogue: Catalogue): void {
  const { image } = udf;
  const seen = new Set<number>();
  let left = image.length * 2;
  for (let next = waiting.pop(); next && catalogue.open(); next = waiting.pop()) {
    if (waiting.length > MOST_WAITING) return catalogue.unseen(null, 'too_many_parts');
    const { file, path } = next;
    const at = udf.place(file.partition, file.block);
    const entry = at === null ? null : fileEntryAt(udf, at, file.partition);
    if (at === null || !entry) {
      catalogue.unseen(path, 'damaged');
      continue;
    }
    if (entry.streams && !seen.has(-at)) {
      seen.add(-at);
      waiting.push({ file: entry.streams, path: `${path}:` });
    }
    if (!FOLDERS.includes(entry.kind)) {
      catalogue.add(path, entry.extents, entry.whole ? (entry.strategy === 4 ? null : 'method') : 'damaged');
      continue;
    }
    if (seen.has(at)) continue;
    seen.add(at);
    left -= entry.size;
    if (!entry.whole || entry.strategy !== 4) catalogue.unseen(path, entry.whole ? 'method' : 'damaged');
    if (left < 0) return catalogue.unseen(path, 'damaged');
    const { entries, whole } = folderEntries(bytesOf(image, entry.extents));
    if (!whole) catalogue.unseen(path, 'damaged');
    for (const { name, file: inner } of entries) waiting.push({ file: inner, path: path.endsWith(':') ? path + name : joined(path, name) });
  }
}
