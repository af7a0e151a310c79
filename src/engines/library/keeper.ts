// The main thread's care of the blocked library's lists: reads them at the start, runs imports one after the other, and tells the doors. The
// order makes a crash harmless at any point: files are durable, then the memory is there and told, then one commit names them, then the old
// files go. An import that was cut is done anew from its upload.
import { rmSync } from 'node:fs';
import { basename } from 'node:path';
import { errorText } from '../log.ts';
import type { ImportRow } from '../store/control/library.ts';
import type { Log, Shared } from '../types.ts';
import { libraryFolder, linesFile, makeFolder, segmentFile, sweepFolder, uploadFile } from './files.ts';
import { openList, removeFiles, runImport, type ImportDeps } from './run-import.ts';
import type { LibraryDescription, ListDescription } from './shelf.ts';

export type KeeperDeps = Omit<ImportDeps, 'folder'> & {
  readonly log: Log;
  readonly shared: Pick<Shared, 'generation'>;
  readonly dataDir: string;
};
export type LibraryKeeper = {
  readonly description: () => LibraryDescription;
  /** Imports run from now on; `tell` hears of every change. */
  readonly start: (tell: (description: LibraryDescription) => void) => void;
  readonly stop: () => Promise<void>;
};

const LOOK_MS = 100;

/** Reads every list: 260 MB in a fraction of a second. */
export async function openLibrary(deps: KeeperDeps): Promise<LibraryKeeper> {
  const { store, log } = deps;
  const folder = libraryFolder(deps.dataDir);
  const known = await readLists(deps, folder);
  const stopping = new AbortController();
  const description = (): LibraryDescription => ({ lists: [...known.values()] });
  let tell: (description: LibraryDescription) => void = () => undefined;
  let seen = -1;
  let work: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | null = null;

  /** Lists that the API took away. */
  const dropGone = async (): Promise<void> => {
    const there = new Set((await store.library.lists()).map(row => row.id));
    const gone = [...known.values()].filter(list => !there.has(list.id));
    for (const list of gone) known.delete(list.id);
    if (gone.length > 0) tell(description());
    for (const list of gone) removeFiles(folder, list);
  };
  const run = async (next: ImportRow): Promise<void> => {
    const ran = await runImport({ ...deps, folder }, next, [...known.values()], stopping.signal);
    if (stopping.signal.aborted) return;
    if ('fault' in ran) await store.library.fail({ id: next.id, told: ran.told, fault: ran.fault });
    else {
      const { list, built, told, removed } = ran;
      // Only its name: what waits here would hold its memory.
      const old = known.get(list.id)?.mark;
      known.set(list.id, list);
      tell(description());
      await store.library.finish({ import: next, listId: list.id, built, told, removed });
      if (old) removeFiles(folder, { mark: old });
      log.info('a list of the blocked library is in force', { count: list.entries });
    }
    rmSync(uploadFile(folder, next.id), { force: true });
  };
  const runAll = async (): Promise<void> => {
    for (let [next] = await store.library.open(); next && !stopping.signal.aborted; [next] = await store.library.open()) {
      const { id } = next;
      await run(next).catch(async (error: unknown) => {
        log.error('an import of the blocked library failed', { error: errorText(error) });
        await store.library.fail({ id, told: null, fault: `it broke off: ${errorText(error)}` });
        rmSync(uploadFile(folder, id), { force: true });
      });
    }
  };
  const look = (): void => {
    const generation = deps.shared.generation();
    const isNew = generation !== seen;
    seen = generation;
    work = (isNew ? dropGone().then(runAll) : Promise.resolve())
      .catch((error: unknown) => log.error('the care of the blocked library failed', { error: errorText(error) }))
      .finally(() => {
        if (!stopping.signal.aborted) timer = setTimeout(look, LOOK_MS);
      });
  };
  return {
    description,
    start: hear => {
      tell = hear;
      look();
    },
    stop: async () => {
      stopping.abort();
      if (timer) clearTimeout(timer);
      await work;
    },
  };
}

/** By id; what was left by an import that was cut goes, but for its upload. */
async function readLists({ store, log }: KeeperDeps, folder: string): Promise<Map<string, ListDescription>> {
  makeFolder(folder);
  const rows = await store.library.lists();
  const waiting = await store.library.open();
  const named = [
    ...rows.flatMap(({ mark }) => [segmentFile(folder, mark), linesFile(folder, mark)]),
    ...waiting.map(one => uploadFile(folder, one.id)),
  ];
  sweepFolder(folder, new Set(named.map(path => basename(path))));
  const known = new Map<string, ListDescription>();
  for (const row of rows) {
    const list = await openList(folder, row);
    if (list.fault !== null) log.error(list.fault);
    known.set(row.id, list);
  }
  return known;
}
