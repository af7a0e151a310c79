// Imports a hash list from its files into DATA_DIR/hashes, beside a server that may run: whole or not at all. Memory is bounded whatever the
// size of the list: lines go to the external sort of the segments one by one.
import { randomBytes } from 'node:crypto';
import { basename, extname, join } from 'node:path';
import { newSegmentBuilder, type SegmentBuilder } from '../segments/build.ts';
import { newTexts } from '../segments/texts.ts';
import { lockHashes, readManifests, removeManifest, sweep, writeManifest, type Manifest, type SegmentFile } from './hash-files.ts';
import { eachLine } from '../lines.ts';
import { KINDS, readHashLine, type HashKind } from './hash-lines.ts';
import { combine, VALUE_BYTES, writeValue } from './hash-records.ts';

export type BadLines = {
  readonly count: number;
  readonly first: readonly { readonly file: string; readonly line: number; readonly why: string }[];
};
export type Imported = {
  readonly list: Manifest;
  /** It took the place of a list of the same name. */
  readonly replaced: boolean;
  readonly duplicates: number;
  readonly bytes: number;
  readonly bad: BadLines;
};
/** Nothing was changed. */
export type NotImported = { readonly refused: string; readonly bad: BadLines };
export type Progress = { readonly file: string; readonly bytes: number; readonly lines: number };

export const BUSY = 'another import or removal is at work: try again when it is done';
/** Told with their number and reason. */
const BAD_TOLD = 10;
/** More bad lines than this share, and the file is not what it was taken for. */
const BAD_SHARE = 0.01;
/** There may be three sorts at once, one for each kind of digest. */
const RUN_BYTES = 16 * 1024 * 1024;
/** ClamAV's lists of what is no malware, of signatures to ignore, and of digests of parts of programs. */
const NO_LISTS: Readonly<Record<string, string>> = {
  '.fp': 'it lists files that are NOT malware',
  '.sfp': 'it lists files that are NOT malware',
  '.ign': 'it lists signatures to ignore',
  '.ign2': 'it lists signatures to ignore',
  '.mdb': 'it lists digests of sections of programs, not of files: ClamAV alone can use it',
  '.msb': 'it lists digests of sections of programs, not of files: ClamAV alone can use it',
  '.cvd': 'it is a container: unpack it first with sigtool --unpack, then import the .hdb and .hsb files',
  '.cld': 'it is a container: unpack it first with sigtool --unpack, then import the .hdb and .hsb files',
};

/** A string in `refused` says why nothing was imported and what to do. */
export async function importHashList(options: {
  readonly folder: string;
  readonly name: string;
  readonly files: readonly string[];
  readonly now: () => number;
  readonly progress?: (at: Progress) => void;
}): Promise<Imported | NotImported> {
  const { folder, name, files } = options;
  const none = { count: 0, first: [] };
  for (const file of files) {
    const why = NO_LISTS[extname(file).toLowerCase()];
    if (why !== undefined) return { refused: `${file} cannot be imported: ${why}`, bad: none };
  }
  let lock: ReturnType<typeof lockHashes> = null;
  try {
    lock = lockHashes(folder);
    if (!lock) return { refused: BUSY, bad: none };
    sweep(folder);
    return await build(options);
  } catch (error) {
    return { refused: `"${name}" was not imported: ${ofSystem(error)}`, bad: none };
  } finally {
    lock?.release();
  }
}

/** Takes a list away; a string says why not. */
export function removeHashList(folder: string, name: string): string | null {
  let lock: ReturnType<typeof lockHashes> = null;
  try {
    lock = lockHashes(folder);
    if (!lock) return BUSY;
    if (!removeManifest(folder, name)) return `there is no list "${name}"`;
    sweep(folder);
    return null;
  } catch (error) {
    return `"${name}" was not removed: ${ofSystem(error)}`;
  } finally {
    lock?.release();
  }
}

/** What the system said, with what to do. Anything else is a fault of ours and goes on its way. */
function ofSystem(error: unknown): string {
  const { code, path, message } = error as NodeJS.ErrnoException;
  if (code === undefined || code.startsWith('ERR_')) throw error;
  return `${path ?? message}: ${code}${CURES[code] ?? ''}`;
}
const CURES: Readonly<Record<string, string>> = {
  ENOSPC: ': make room on the disk',
  EACCES: ': run this as the user of the server',
  EISDIR: ': name files, not folders',
};

async function build(options: Parameters<typeof importHashList>[0]): Promise<Imported | NotImported> {
  const { folder, name, files } = options;
  const mark = `${name}.${randomBytes(4).toString('hex')}`;
  const texts = newTexts(join(folder, `${mark}.texts`));
  const builders = new Map<HashKind, SegmentBuilder>();
  const key = Buffer.alloc(16);
  const value = Buffer.alloc(VALUE_BYTES);
  let isDone = false;
  const builderOf = (kind: HashKind): SegmentBuilder => {
    const kept = builders.get(kind);
    if (kept) return kept;
    const path = join(folder, `${mark}.${kind}.segment`);
    const made = newSegmentBuilder({ path, kind, valueBytes: VALUE_BYTES, combine, runBytes: RUN_BYTES });
    builders.set(kind, made);
    return made;
  };
  try {
    const bad = newBadLines();
    for (const file of files) {
      const fault = await readFile(file, options.progress, bad, ({ kind, hex, size, name: told }) => {
        key.write(hex, 0, 16, 'hex');
        writeValue(value, size, texts.add(told));
        builderOf(kind).add(key, value);
      });
      if (fault !== null) return { refused: fault, bad: bad.told() };
    }
    texts.finish();
    const built = KINDS.flatMap(kind => {
      const done = builders.get(kind)?.finish();
      return done ? [{ kind, done }] : [];
    });
    const segments = built.map(({ kind, done }): SegmentFile => ({
      kind,
      file: basename(done.path),
      entries: done.count,
      sha256: done.sha256,
    }));
    const list: Manifest = {
      name,
      importedAt: new Date(options.now()).toISOString(),
      entries: sum(segments.map(one => one.entries)),
      texts: `${mark}.texts`,
      segments,
    };
    const replaced = readManifests(folder).lists.some(one => one.name === name);
    writeManifest(folder, list);
    isDone = true;
    sweep(folder);
    return {
      list,
      replaced,
      duplicates: sum(built.map(({ done }) => done.duplicates)),
      bytes: sum(built.map(({ done }) => done.bytes)),
      bad: bad.told(),
    };
  } finally {
    if (!isDone) for (const one of [texts, ...builders.values()]) one.abandon();
  }
}

/** One file; a string says why the whole import is off. */
async function readFile(
  file: string,
  progress: ((at: Progress) => void) | undefined,
  bad: ReturnType<typeof newBadLines>,
  take: (entry: Exclude<ReturnType<typeof readHashLine>, string | null>) => void,
): Promise<string | null> {
  let good = 0;
  let wrong = 0;
  const fault = await eachLine(
    file,
    (line, number) => {
      const read = line === null ? 'it is too long' : readHashLine(line);
      if (read === null) return;
      if (typeof read !== 'string') {
        good++;
        take(read);
        // The first line of a table says what its columns are.
      } else if (!(number === 1 && /^"?(?:sha|md5|hash|digest)/i.test(line ?? ''))) {
        wrong++;
        bad.note(file, number, read);
      }
    },
    bytes => progress?.({ file, bytes, lines: good + wrong }),
  );
  if (fault !== null) return `${file} cannot be imported: ${fault}`;
  if (good + wrong === 0) return `${file} has no entries: nothing was imported`;
  if (wrong <= (good + wrong) * BAD_SHARE) return null;
  return `${file} was not imported: ${wrong} of ${good + wrong} lines are no entries of a hash list (1 % may be). Wanted is a line like DIGEST, "DIGEST  NAME" or ClamAV's DIGEST:SIZE:NAME, with a SHA-256, SHA-1 or MD5 in hexadecimal`;
}

function newBadLines(): { readonly note: (file: string, line: number, why: string) => void; readonly told: () => BadLines } {
  let count = 0;
  const first: { file: string; line: number; why: string }[] = [];
  return {
    note: (file, line, why) => {
      if (++count <= BAD_TOLD) first.push({ file, line, why });
    },
    told: () => ({ count, first }),
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
