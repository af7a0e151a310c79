// The folder of hash lists, DATA_DIR/hashes. A list NAME is its manifest NAME.list and the files that it names: a segment for each kind of
// digest, and the texts. Files are never changed: the manifest is replaced by a rename, which is when a new list takes the old one's place.
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { syncFolder } from '../segments/build.ts';
import { KINDS, type HashKind } from './hash-lines.ts';

export type SegmentFile = { readonly kind: HashKind; readonly file: string; readonly entries: number; readonly sha256: string };
export type Manifest = {
  readonly name: string;
  /** RFC 3339. */
  readonly importedAt: string;
  readonly entries: number;
  readonly texts: string;
  readonly segments: readonly SegmentFile[];
};
export type Manifests = {
  readonly lists: readonly Manifest[];
  readonly faults: readonly { readonly path: string; readonly why: string }[];
};

const FORMAT = 1;
const ENDING = '.list';
/** What an import makes; a file of these that no manifest names was left by one that was ended. */
const OURS = /\.(?:segment|texts|new|run-\d+)$/;
const SQLITE_BUSY = 5;
const FILE_NAME = /^[\w+-][\w.+-]*$/;

export const hashFolder = (dataDir: string): string => join(dataDir, 'hashes');
export const isListName = (name: string): boolean => name.length <= 64 && FILE_NAME.test(name);

/** Lists by name, and manifests that are none. No folder is no list. Throws what the system says when the folder can't be read. */
export function readManifests(folder: string): Manifests {
  const lists: Manifest[] = [];
  const faults: { path: string; why: string }[] = [];
  for (const file of manifestsIn(folder)) {
    const path = join(folder, file);
    try {
      const manifest = manifestOf(readFileSync(path, 'utf8'), file.slice(0, -ENDING.length));
      if (manifest) lists.push(manifest);
      else faults.push({ path, why: `${path} is damaged: import the list again or remove the file` });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // Removed since the folder was listed: no fault.
      if (code !== 'ENOENT') faults.push({ path, why: `${path} cannot be read: ${code}` });
    }
  }
  return { lists, faults };
}

/** Differs after every import and removal. */
export function listingOf(folder: string): string {
  const told = manifestsIn(folder).map(file => {
    const found = statSync(join(folder, file), { bigint: true, throwIfNoEntry: false });
    return `${file}/${found?.ino}/${found?.size}/${found?.mtimeNs}`;
  });
  return told.join('\n');
}

/** The list is there, whole, when this returns; what it takes the place of is gone. */
export function writeManifest(folder: string, manifest: Manifest): void {
  const path = join(folder, manifest.name + ENDING);
  const draft = `${path}.new`;
  const fd = openSync(draft, 'w', 0o644);
  try {
    writeSync(fd, `${JSON.stringify({ format: FORMAT, ...manifest })}\n`);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(draft, path);
  syncFolder(folder);
}

/** false: there is no such list. */
export function removeManifest(folder: string, name: string): boolean {
  if (!manifestsIn(folder).includes(name + ENDING)) return false;
  rmSync(join(folder, name + ENDING));
  syncFolder(folder);
  return true;
}

/** Removes files that no list names. Only under the lock; not while a manifest can't be read, since nobody knows what it names. */
export function sweep(folder: string): void {
  try {
    const { lists, faults } = readManifests(folder);
    if (faults.length > 0) return;
    const named = new Set(lists.flatMap(({ texts, segments }) => [texts, ...segments.map(({ file }) => file)]));
    for (const file of readdirSync(folder)) if (OURS.test(file) && !named.has(file)) rmSync(join(folder, file), { force: true });
  } catch {
    // They cost room and nothing else: the next import tries again.
  }
}

/** One import at a time: a transaction held open, which the system frees even after kill -9. null: somebody else has it. */
export function lockHashes(folder: string): { readonly release: () => void } | null {
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const path = join(folder, 'lock.db');
  let db: DatabaseSync | null = null;
  try {
    db = new DatabaseSync(path, { timeout: 0 });
    db.exec('PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE');
    const held = db;
    return { release: () => held.close() };
  } catch (error) {
    db?.close();
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return null;
    throw Object.assign(new Error(`${path} cannot be written`, { cause: error }), { code: 'EACCES', path });
  }
}

function manifestsIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter(file => file.endsWith(ENDING) && isListName(file.slice(0, -ENDING.length)))
      .toSorted();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function manifestOf(text: string, name: string): Manifest | null {
  try {
    const { format, importedAt, entries, texts, segments } = JSON.parse(text) as Partial<Manifest> & { format?: unknown };
    const isWhole =
      format === FORMAT &&
      typeof importedAt === 'string' &&
      !Number.isNaN(Date.parse(importedAt)) &&
      Number.isSafeInteger(entries) &&
      isFile(texts) &&
      Array.isArray(segments) &&
      segments.every(
        ({ kind, file, entries, sha256 }: Partial<SegmentFile>) =>
          kind !== undefined &&
          KINDS.includes(kind) &&
          isFile(file) &&
          Number.isSafeInteger(entries) &&
          /^[0-9a-f]{64}$/.test(sha256 ?? ''),
      );
    return isWhole ? ({ name, importedAt, entries, texts, segments } as Manifest) : null;
  } catch {
    return null;
  }
}

const isFile = (name: unknown): boolean => typeof name === 'string' && FILE_NAME.test(name);
