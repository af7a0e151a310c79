// Structures of UDF (ECMA-167 parts 3 and 4, OSTA UDF 1.02 to 2.60): tags, file entries with their extents, the entries of a folder.
import { MOST_WAITING, type Extent } from './disc.ts';

export type Udf = {
  readonly image: Buffer;
  readonly blockSize: number;
  /** Byte place of a block in one of the volume's partitions; null: there is no such one. */
  readonly place: (partition: number, block: number) => number | null;
  /** Extents that may still be read: chains shared by many files must not be read over and over. */
  readonly budget: { extents: number };
};

export const TAG = {
  volume: 1,
  anchor: 2,
  pointer: 3,
  partition: 5,
  logical: 6,
  end: 8,
  fileSet: 256,
  name: 257,
  extents: 258,
  file: 261,
  extendedFile: 266,
};

/** The number of the structure at a place, if its tag is sound; else 0. */
export function tagAt(image: Buffer, at: number): number {
  if (at < 0 || at + 16 > image.length) return 0;
  let sum = 0;
  for (let i = 0; i < 16; i++) sum += i === 4 ? 0 : (image[at + i] ?? 0);
  return (sum & 0xff) === image[at + 4] ? image.readUInt16LE(at) : 0;
}

export type Address = { readonly length: number; readonly block: number; readonly partition: number };

/** long_ad: length, block and partition. */
export const addressAt = (image: Buffer, at: number): Address => ({
  length: image.readUInt32LE(at) & 0x3fffffff,
  block: image.readUInt32LE(at + 4),
  partition: image.readUInt16LE(at + 8),
});

export type FileEntry = {
  readonly kind: number;
  readonly size: number;
  readonly extents: readonly Extent[];
  /** All of it can be found in the image. */
  readonly whole: boolean;
  /** Written as for write-once media: a later entry may count instead. */
  readonly strategy: number;
  /** Named streams of the file (UDF 2.00). */
  readonly streams: Address | null;
};

/** The file entry at a byte place; its extents cut to the size that it tells. */
export function fileEntryAt(udf: Udf, at: number, partition: number): FileEntry | null {
  const { image } = udf;
  const tag = tagAt(image, at);
  const head = tag === TAG.file ? 176 : tag === TAG.extendedFile ? 216 : 0;
  if (head === 0 || at + head > image.length) return null;
  const size = Number(image.readBigUInt64LE(at + 56));
  const attributes = image.readUInt32LE(at + head - 8);
  const length = image.readUInt32LE(at + head - 4);
  const from = at + head + attributes;
  const form = image.readUInt16LE(at + 34) & 7;
  const all: Extent[] = [];
  const sound =
    form === 3 ? all.push({ at: from, length }) > 0 : readExtents(udf, { at: from, end: from + length }, { partition, form }, all);
  const extents: Extent[] = [];
  let left = size;
  for (const extent of all) {
    if (left <= 0) break;
    extents.push({ at: extent.at, length: Math.min(left, extent.length) });
    left -= extent.length;
  }
  const streams = tag === TAG.extendedFile ? addressAt(image, at + 152) : null;
  return {
    kind: image[at + 27] ?? 0,
    size,
    extents,
    whole: sound && left <= 0 && extents.every(extent => extent.at + extent.length <= image.length),
    strategy: image.readUInt16LE(at + 20),
    streams: streams && streams.length > 0 ? streams : null,
  };
}

type Form = { readonly partition: number; readonly form: number };

/** short_ad (8 bytes), long_ad (16), ext_ad (20); type 3 says where the list goes on. False: it could not be read to its end. */
function readExtents(udf: Udf, first: { at: number; end: number }, { partition, form }: Form, all: Extent[]): boolean {
  const { image, blockSize, place, budget } = udf;
  const step = [8, 16, 20][form];
  if (step === undefined) return false;
  let list = first;
  for (let at = list.at; at + step <= list.end; at += step) {
    if (at + step > image.length || budget.extents-- <= 0) return false;
    const word = image.readUInt32LE(at);
    const length = word & 0x3fffffff;
    const type = word >>> 30;
    if (length === 0) break;
    const block = image.readUInt32LE(at + (form === 2 ? 12 : 4));
    const byte = place(form === 0 ? partition : image.readUInt16LE(at + (form === 2 ? 16 : 8)), block);
    if (type === 3) {
      if (byte === null || tagAt(image, byte) !== TAG.extents || byte + 24 > image.length) return false;
      list = { at: byte + 24, end: byte + 24 + Math.min(image.readUInt32LE(byte + 20), blockSize) };
      at = list.at - step;
      continue;
    }
    if (type === 0 && byte === null) return false;
    all.push({ at: type === 0 && byte !== null ? byte : -1, length });
  }
  return true;
}

export type FolderEntry = { readonly name: string; readonly folder: boolean; readonly file: Address };

/** The entries of a folder's bytes without its parent and what was deleted; `whole`: nothing was out of order. */
export function folderEntries(bytes: Buffer): { readonly entries: readonly FolderEntry[]; readonly whole: boolean } {
  const entries: FolderEntry[] = [];
  let at = 0;
  while (at + 38 <= bytes.length) {
    if (tagAt(bytes, at) !== TAG.name) return { entries, whole: bytes.readUInt16LE(at) === 0 };
    const marks = bytes[at + 18] ?? 0;
    const nameLength = bytes[at + 19] ?? 0;
    const start = at + 38 + bytes.readUInt16LE(at + 36);
    if (start + nameLength > bytes.length || entries.length > MOST_WAITING) return { entries, whole: false };
    if ((marks & 0b1100) === 0)
      entries.push({ name: nameOf(bytes.subarray(start, start + nameLength)), folder: (marks & 2) !== 0, file: addressAt(bytes, at + 20) });
    at = at + Math.ceil((start + nameLength - at) / 4) * 4;
  }
  return { entries, whole: true };
}

/** OSTA compressed Unicode: 8 or 16 bits a letter. */
function nameOf(field: Buffer): string {
  if (field[0] !== 16) return field.toString('latin1', 1);
  const length = (field.length - 1) & ~1;
  return Buffer.from(field.subarray(1, 1 + length))
    .swap16()
    .toString('utf16le');
}
