// One import into a list of the blocked library: the list is built in a thread of its own and read into memory. What it takes the place of is
// not touched: that is the keeper's, once all of it is there.
import { rmSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import * as bounds from '../../library/bounds.ts';
import { newId } from '../ids.ts';
import { errorText } from '../log.ts';
import { isFault, openSegment } from '../segments/open.ts';
import { newListId, type ImportRow, type ListRow } from '../store/control/library.ts';
import type { Store } from '../store/subjects.ts';
import type { Clock } from '../types.ts';
import { THREAD_ENV } from '../workers.ts';
import type { BuildAsk, BuiltList, Counts } from './build.ts';
import type { FromBuild } from './build-thread.ts';
import { freeBytes, linesFile, SEGMENT_KIND, segmentFile, uploadFile } from './files.ts';
import type { ListDescription } from './shelf.ts';

export type ImportDeps = { readonly store: Store; readonly clock: Clock; readonly folder: string; readonly secret: string };
/** `removed`: the last removal of an entry that the build knew of. */
export type Ran =
  | { readonly list: ListDescription; readonly built: BuiltList; readonly told: Counts; readonly removed: number }
  | { readonly fault: string; readonly told: Counts | null };

/** Bytes on the disk that a build needs for one of the import: lines, segment, and the runs that are sorted. */
const ROOM = 3;

export async function runImport(deps: ImportDeps, next: ImportRow, lists: readonly ListDescription[], stop: AbortSignal): Promise<Ran> {
  const { store, clock, folder, secret } = deps;
  const { accountId, feed } = next;
  const old = lists.find(list => list.accountId === accountId && list.name === next.list) ?? null;
  const listId = old?.id ?? next.how.listId ?? newListId();
  const removed = await store.library.removedOf(listId);
  const most = roomFor(accountId, lists, old);
  const why = whyNot(next, old, lists, most);
  if (why !== null) return { fault: why, told: null };
  const keeps = old !== null && old.segment !== null && next.how.mode !== 'replace';
  const ask: BuildAsk = {
    folder,
    mark: newId('bls').slice(4),
    secret,
    old: keeps && old.segment ? { segment: old.segment, lines: old.lines, sha256: old.record.linesSha256 } : null,
    dropped: removed.keys,
    upload: uploadFile(folder, next.id),
    format: next.how.format,
    defaults: next.how.defaults,
    wins: next.how.mode === 'fill' ? 'old' : 'new',
    most,
    now: clock.now(),
  };
  await store.library.progress({ id: next.id, told: null });
  const needs = ROOM * ((old?.record.linesBytes ?? 0) + 1);
  if (freeBytes(folder) < needs + bounds.DISK_RESERVE) return { fault: 'there is no room on the disk', told: null };
  const done = await build(ask, counts => void store.library.progress({ id: next.id, told: counts }), stop);
  if (typeof done === 'string') return { fault: done, told: null };
  if ('why' in done) return { fault: done.why, told: done.counts };
  const shrunk = done.counts.valid === 0 ? 'no line of it is an entry' : refusedFeed(next, old, done.list, done.counts);
  const { mark, entries, ...record } = done.list;
  const row = { id: listId, accountId, name: next.list, feed, mark, entries, record, madeAt: clock.now() };
  const list = shrunk === null ? await openList(folder, row) : null;
  if (list?.segment) return { list, built: done.list, told: done.counts, removed: removed.last };
  removeFiles(folder, done.list);
  return { fault: shrunk ?? list?.fault ?? '', told: done.counts };
}

function whyNot(next: ImportRow, old: ListDescription | null, lists: readonly ListDescription[], most: number): string | null {
  const own = lists.filter(list => list.accountId === next.accountId).length;
  const mostLists = next.accountId === null ? bounds.LISTS_FOR_ALL : bounds.LISTS_OF_ACCOUNT;
  if (!old && own >= mostLists) return `there are ${mostLists} lists, which is the most`;
  if (most <= 0) return 'there is no room for more entries, see /v1/limits';
  if (old && old.segment === null && next.how.mode !== 'replace')
    return `${old.fault ?? 'the list cannot be read'}: import it anew with mode=replace`;
  return null;
}

/** A stop ends the thread: the import is done anew by the next start. */
function build(
  ask: BuildAsk,
  progress: (counts: Counts) => void,
  stop: AbortSignal,
): Promise<Exclude<FromBuild, { kind: 'progress' }> | string> {
  return new Promise(resolve => {
    const worker = new Worker(new URL('./build-thread.ts', import.meta.url), { workerData: ask, env: THREAD_ENV });
    let answer: Exclude<FromBuild, { kind: 'progress' }> | string = 'it was stopped';
    const end = (): void => void worker.terminate();
    stop.addEventListener('abort', end);
    if (stop.aborted) end();
    worker.on('message', (message: FromBuild) => {
      if (message.kind === 'progress') progress(message.counts);
      else answer = message;
    });
    worker.on('error', (error: unknown) => (answer = ofSystem(error)));
    worker.on('exit', () => {
      stop.removeEventListener('abort', end);
      resolve(answer);
    });
  });
}

const ofSystem = (error: unknown): string =>
  (error as NodeJS.ErrnoException).code === 'ENOSPC' ? 'there is no room on the disk' : `it broke off: ${errorText(error)}`;

/** Entries that a list of this owner may have beside the others. */
function roomFor(accountId: string | null, lists: readonly ListDescription[], old: ListDescription | null): number {
  const others = lists.filter(list => list !== old);
  const sum = (of: readonly ListDescription[]): number => of.reduce((all, one) => all + one.entries, 0);
  const left = bounds.ENTRIES_IN_ALL - sum(others);
  return accountId === null ? left : Math.min(left, bounds.ENTRIES_OF_ACCOUNT - sum(others.filter(one => one.accountId === accountId)));
}

/** A feed that broke must not take its entries with it. null: it is as it should be, or the operator takes it as it is. */
function refusedFeed({ feed, how }: ImportRow, old: ListDescription | null, { entries }: BuiltList, counts: Counts): string | null {
  if (feed === null || how.force) return null;
  const number = (n: number): string => n.toLocaleString('en-US');
  if (counts.invalid > counts.lines * bounds.BAD_SHARE) return `${number(counts.invalid)} of ${number(counts.lines)} lines are no entries`;
  if (entries === 0) return 'it holds no entries';
  if (old && entries < old.entries * bounds.FEED_SHRINK) return `it has ${number(entries)} entries and had ${number(old.entries)}`;
  return null;
}

/** A list as the database names it, its keys in shared memory; `segment` null: its file can't be used. */
export async function openList(folder: string, row: ListRow): Promise<ListDescription> {
  const lines = linesFile(folder, row.mark);
  const segment = await openSegment(segmentFile(folder, row.mark), SEGMENT_KIND);
  const broken = (why: string): ListDescription => ({
    ...row,
    lines,
    segment: null,
    fault: `the list "${row.name}" of the blocked library is not in force: ${why}`,
  });
  if (isFault(segment)) return broken(segment.why);
  if (segment.description.sha256 !== row.record.segmentSha256) return broken('its file is another one than was built');
  return { ...row, lines, segment: segment.description, fault: null };
}

export function removeFiles(folder: string, { mark }: { readonly mark: string }): void {
  for (const path of [segmentFile(folder, mark), linesFile(folder, mark)]) rmSync(path, { force: true });
}
