// DATA_DIR/library: the files of the blocked library's lists (`MARK.segment`, `MARK.lines`) and of imports that wait (`ID.upload`). Which of
// them count is said by the database; files are never changed, and what nobody names is swept at the next start.
import { createHash, hash } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, readSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { KEY_BYTES } from '../segments/format.ts';
import { MAX_LINE } from '../../library/bounds.ts';
import { nameOf, readKept, type Kept } from '../../library/kept.ts';

export const SEGMENT_KIND = 'library';
const OURS = /\.(?:segment|lines|upload|new|run-\d+)$/;
const LF = 10;
/** Written out and synced as it grows: one large sync at the end would make every commit of mail wait for it. */
const SYNC_BYTES = 8 * 1024 * 1024;
const BLOCK_BYTES = 256 * 1024;
/** UTF-8 has at most so many bytes for a code unit. */
const WIDEST = 3;

export const isIp = (text: string): boolean => isIP(text) !== 0;
export const libraryFolder = (dataDir: string): string => join(dataDir, 'library');
export const segmentFile = (folder: string, mark: string): string => join(folder, `${mark}.segment`);
export const linesFile = (folder: string, mark: string): string => join(folder, `${mark}.lines`);
export const uploadFile = (folder: string, id: string): string => join(folder, `${id}.upload`);

export function makeFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
}

/** Removes files that are not named. */
export function sweepFolder(folder: string, named: ReadonlySet<string>): void {
  for (const file of readdirSync(folder)) if (OURS.test(file) && !named.has(file)) rmSync(join(folder, file), { force: true });
}

/** Bytes that are free where the library lies. */
export function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

/** The key of a look-up: 16 bytes of SHA-256 over a secret prefix. `secret`: `hashSecret` of the installation. */
export function writeKey(key: Buffer, secret: string, pattern: string, group: string | null): void {
  key.write(hash('sha256', secret + nameOf(pattern, group), 'latin1'), 0, KEY_BYTES, 'latin1');
}

/** Of the MAC root: other installations have other keys, and nobody can choose patterns whose keys crowd. */
export const hashSecret = (mac: (label: string) => Buffer): string => mac('library-list').subarray(0, 16).toString('base64url');

export type LinesWriter = {
  /** Where the line stands. */
  readonly add: (line: string) => number;
  /** Durable when it returns. */
  readonly finish: () => { readonly bytes: number; readonly sha256: string };
  readonly abandon: () => void;
};

export function newLines(path: string): LinesWriter {
  const fd = openSync(path, 'wx', 0o600);
  const digest = createHash('sha256');
  let block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  let [used, written, synced, isOpen] = [0, 0, 0, true];
  const flush = (): void => {
    const full = block.subarray(0, used);
    digest.update(full);
    for (let at = 0; at < used;) at += writeSync(fd, full, at, used - at);
    written += used;
    used = 0;
    if (written - synced < SYNC_BYTES) return;
    fsyncSync(fd);
    synced = written;
  };
  const close = (): void => {
    if (isOpen) closeSync(fd);
    isOpen = false;
  };
  return {
    add: line => {
      const most = line.length * WIDEST + 1;
      if (used + most > block.length) flush();
      if (most > block.length) block = Buffer.allocUnsafeSlow(most);
      const offset = written + used;
      used += block.write(line, used);
      block[used++] = LF;
      return offset;
    },
    finish: () => {
      flush();
      fsyncSync(fd);
      close();
      return { bytes: written, sha256: digest.digest('hex') };
    },
    abandon: () => {
      close();
      rmSync(path, { force: true });
    },
  };
}

/** The entry whose line begins at `offset`; null: it can't be read, or it is damaged. */
export function readLineAt(fd: number, offset: number): Kept | null {
  try {
    const found = Buffer.alloc(MAX_LINE);
    const got = readSync(fd, found, 0, found.length, offset);
    const end = found.subarray(0, got).indexOf(LF);
    return end < 0 ? null : readKept(found.toString('utf8', 0, end));
  } catch {
    return null;
  }
}
