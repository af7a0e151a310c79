// What the two RAR formats have in common: an archive as its blocks tell it, before any member is read.
import type { Why } from '../opener.ts';

export type RarEntry = {
  readonly name: string | null;
  readonly otherName: string | null;
  readonly stored: boolean;
  readonly encrypted: boolean;
  /** Goes on in another volume, or comes from one. */
  readonly split: boolean;
  /** A link or a folder without bytes: what its header says of sizes is not about bytes in this archive. */
  readonly hollow: boolean;
  /** The library does not unpack it if it is packed: an NTFS stream, a link or folder that has bytes. */
  readonly aside: boolean;
  readonly data: number;
  readonly packed: number;
  readonly size: number | null;
  readonly crc: number | null;
};

export type RarArchive = {
  readonly entries: readonly RarEntry[];
  /** Where it ends; the end of the file when that cannot be said. */
  readonly end: number;
  /** What is wrong with the archive itself. */
  readonly whys: ReadonlySet<Why>;
};

/** Shared by all archives of one file, so that chains which run into each other are walked once. */
export type Walked = { readonly blocks: Set<number>; readonly mostBlocks: number };

/** False where a chain runs into one that was walked already, or there are more blocks than any archive has. */
export function mayWalk(walked: Walked, format: 4 | 5, at: number, whys: Set<Why>): boolean {
  // The two formats read the same place differently.
  const key = at * 2 + (format & 1);
  if (walked.blocks.has(key)) return false;
  if (walked.blocks.size >= walked.mostBlocks) {
    whys.add('too_many_parts');
    return false;
  }
  walked.blocks.add(key);
  return true;
}

/** Old archives have no end block, and some writers pad with zeros. */
export function onlyZerosFrom(bytes: Buffer, at: number): boolean {
  for (let i = at; i < bytes.length; i++) if (bytes[i] !== 0) return false;
  return true;
}
