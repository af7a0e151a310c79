// Malware hash lists in memory: what a file's digests and size are listed as. The segments are shared by all threads; each thread attaches by
// the description, which may be posted to it. Names stay on the disk; a hit whose name can't be read is a hit, named after its list.
import { createHash } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { lookUp, valueAt } from '../segments/look-up.ts';
import { attachSegment, isFault, openSegment, type Segment, type SegmentDescription } from '../segments/open.ts';
import { readText } from '../segments/texts.ts';
import { listingOf, readManifests, type SegmentFile } from './hash-files.ts';
import type { HashKind } from './hash-lines.ts';
import { isOfSize, textOf } from './hash-records.ts';

/** Digests in hexadecimal. */
export type Sought = {
  readonly sha256?: string | null;
  readonly sha1?: string | null;
  readonly md5?: string | null;
  /** null: not known, and no reason to pass an entry over. */
  readonly size: number | null;
};
export type Listed = { readonly name: string; readonly list: string };
type ListDescription = {
  readonly name: string;
  readonly importedAt: string;
  readonly entries: number;
  readonly texts: string;
  readonly segments: readonly SegmentDescription[];
};
export type HashListsDescription = {
  readonly lists: readonly ListDescription[];
  /** Each names a file that can't be used: what it lists is not found. */
  readonly faults: readonly string[];
  /** A fault may pass by itself (not: damage). */
  readonly mayPass: boolean;
  /** What the folder looked like when it was read. */
  readonly listing: string;
};
export type HashLists = {
  readonly find: (thing: Sought) => Listed | null;
  /** Digests that some list needs. */
  readonly kinds: Readonly<Record<HashKind, boolean>>;
  /** Changes with every entry of every list. */
  readonly version: string;
  readonly entries: number;
  /** When the newest list was imported (ms); null: there is none. */
  readonly newestAt: number | null;
  readonly faults: readonly string[];
  /** For `attachHashLists` on another thread. */
  readonly description: HashListsDescription;
  /** Lets go of the names' files; `find` goes on without names. */
  readonly close: () => void;
};

const EVERY_MS = 10_000;
/** An import may take the place of a list between the reading of its manifest and of its files. */
const ATTEMPTS = 3;

/** Never fails: what can't be used is in `faults`. What `before` has is not read again. */
export async function openHashLists(folder: string, before?: HashLists): Promise<HashLists> {
  const known = new Map(before?.description.lists.flatMap(one => one.segments.map(segment => [segment.sha256, segment] as const)));
  for (let attempt = 1; ; attempt++) {
    try {
      const { description, isMissing } = await readAll(folder, known);
      if (!isMissing || attempt === ATTEMPTS) return attachHashLists(description);
    } catch (error) {
      const why = `${folder} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown'}`;
      return attachHashLists({ lists: [], faults: [why], mayPass: true, listing: '' });
    }
  }
}

async function readAll(
  folder: string,
  known: Map<string, SegmentDescription>,
): Promise<{ description: HashListsDescription; isMissing: boolean }> {
  const listing = listingOf(folder);
  const manifests = readManifests(folder);
  const faults = manifests.faults.map(({ why }) => why);
  const lists: ListDescription[] = [];
  let [isMissing, mayPass] = [false, false];
  for (const { name, importedAt, texts, segments: files } of manifests.lists) {
    const segments: SegmentDescription[] = [];
    for (const file of files) {
      const path = join(folder, file.file);
      const read = known.get(file.sha256) ?? (await segmentOf(path, file));
      if ('fault' in read) {
        faults.push(`the hash list "${name}" is not whole: ${read.why}`);
        isMissing ||= read.fault === 'missing';
        mayPass ||= read.fault !== 'damaged';
      } else {
        known.set(read.sha256, read);
        segments.push(read);
      }
    }
    const entries = segments.reduce((all, one) => all + one.count, 0);
    lists.push({ name, importedAt, entries, texts: join(folder, texts), segments });
  }
  return { description: { lists, faults, mayPass, listing }, isMissing };
}

async function segmentOf(
  path: string,
  { kind, sha256 }: SegmentFile,
): Promise<SegmentDescription | Exclude<Awaited<ReturnType<typeof openSegment>>, Segment>> {
  const read = await openSegment(path, kind);
  if (isFault(read)) return read;
  if (read.description.sha256 === sha256) return read.description;
  return { fault: 'damaged', path, why: `${path} is another file than the one that was imported` };
}

/** On the thread that calls: the memory is shared, the files of the names are its own until `close`. */
export function attachHashLists(description: HashListsDescription): HashLists {
  const { lists, faults } = description;
  const texts = lists.map(one => openOrNone(one.texts));
  const segments = lists.flatMap((one, list) => one.segments.map(segment => ({ list, name: one.name, segment: attachSegment(segment) })));
  const of = (kind: HashKind): typeof segments => segments.filter(one => one.segment.description.kind === kind);
  const byKind = { sha256: of('sha256'), sha1: of('sha1'), md5: of('md5') };
  const key = Buffer.alloc(16);
  const findIn = (kind: HashKind, hex: string | null | undefined, size: number | null): Listed | null => {
    if (hex == null || byKind[kind].length === 0 || key.write(hex, 0, 16, 'hex') !== 16) return null;
    for (const { list, name, segment } of byKind[kind]) {
      const index = lookUp(segment, key);
      if (index < 0) continue;
      const value = valueAt(segment, index);
      if (isOfSize(value, size)) return { name: readText(texts[list] ?? -1, textOf(value)) ?? name, list: name };
    }
    return null;
  };
  const times = lists.map(one => Date.parse(one.importedAt));
  return {
    find: ({ sha256, sha1, md5, size }) => findIn('sha256', sha256, size) ?? findIn('sha1', sha1, size) ?? findIn('md5', md5, size),
    kinds: { sha256: byKind.sha256.length > 0, sha1: byKind.sha1.length > 0, md5: byKind.md5.length > 0 },
    version: versionOf(lists),
    entries: lists.reduce((all, one) => all + one.entries, 0),
    newestAt: times.length > 0 ? Math.max(...times) : null,
    faults,
    description,
    close: () => {
      for (const fd of texts.splice(0)) if (fd >= 0) closeSync(fd);
    },
  };
}

/**
 * Looks at the folder every 10 seconds and tells the lists anew when it has changed; the ones told before are closed then, so that the
 * caller must not keep them. A fault that may pass is looked at again and again.
 */
export function watchHashLists(
  folder: string,
  now: HashLists,
  onChange: (lists: HashLists) => void,
  everyMs: number = EVERY_MS,
): { readonly stop: () => void } {
  let current = now;
  let isStopped = false;
  const look = async (): Promise<void> => {
    if (current.description.mayPass || listingNow(folder) !== current.description.listing) {
      const next = await openHashLists(folder, current);
      const isSame =
        next.version === current.version && next.newestAt === current.newestAt && isDeepStrictEqual(next.faults, current.faults);
      if (isStopped || isSame) {
        next.close();
        // Touched, or as bad as before: nobody needs to hear, but it was seen.
        if (isSame) current = { ...current, description: { ...current.description, listing: next.description.listing } };
      } else {
        const last = current;
        current = next;
        onChange(next);
        last.close();
      }
    }
    if (!isStopped) timer = setTimeout(() => void look(), everyMs).unref();
  };
  let timer = setTimeout(() => void look(), everyMs).unref();
  return {
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

function listingNow(folder: string): string | null {
  try {
    return listingOf(folder);
  } catch {
    return null;
  }
}

function versionOf(lists: readonly ListDescription[]): string {
  const digest = createHash('sha256');
  for (const { name, segments } of lists) for (const { kind, sha256 } of segments) digest.update(`${name}/${kind}/${sha256}\n`);
  return digest.digest('hex').slice(0, 16);
}

function openOrNone(path: string): number {
  try {
    return openSync(path, 'r');
  } catch {
    return -1;
  }
}
