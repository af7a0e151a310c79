// The keeper of lists when the process ends at the worst moments: whatever was done by then, the next start has the old list or the new one,
// whole, does the import to its end, and leaves no file that nobody names.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { newLog } from '../log.ts';
import type { ImportRow } from '../store/control/library.ts';
import { openInline, type InlineStore } from '../store/inline.ts';
import { openSqlite } from '../store/sqlite.ts';
import type { Store } from '../store/subjects.ts';
import { hashSecret, libraryFolder, segmentFile, uploadFile } from './files.ts';
import { openLibrary, type LibraryKeeper } from './keeper.ts';
import { newLibraryShelf } from './shelf.ts';

const folders: string[] = [];
after(() => {
  for (const one of folders) rmSync(one, { recursive: true, force: true });
});

type World = {
  readonly dataDir: string;
  readonly folder: string;
  readonly opened: InlineStore;
  readonly keep: (store?: Store) => Promise<LibraryKeeper>;
};

async function world(): Promise<World> {
  const dataDir = mkdtempSync(join(tmpdir(), 'sesame-keeper-'));
  folders.push(dataDir);
  const db = openSqlite(join(dataDir, 'sesame.db'));
  const opened = await openInline({ db, reader: db, closeDb: db.close, dataDir });
  let generation = 0;
  const keep = (store: Store = opened.store): Promise<LibraryKeeper> =>
    openLibrary({
      store,
      clock: { now: Date.now, monotonic: () => performance.now() },
      log: newLog('silent', 'test'),
      // The inline store raises none: each look is one.
      shared: { generation: () => ++generation },
      dataDir,
      secret: hashSecret(opened.secrets.mac),
    });
  return { dataDir, folder: libraryFolder(dataDir), opened, keep };
}

let made = 0;
async function asked({ folder, opened }: World, lines: readonly string[], mode: 'add' | 'replace' = 'replace'): Promise<string> {
  const id = `imp_${String(++made).padStart(4, '0')}`;
  writeFileSync(uploadFile(folder, id), lines.join('\n'));
  const defaults = { action: 'block', direction: null, subdomains: false, operator: true } as const;
  await opened.store.library.begin({ id, accountId: null, list: 'x', feed: null, how: { format: 'plain', mode, defaults } });
  return id;
}

async function ended({ opened }: World, id: string): Promise<ImportRow> {
  for (;;) {
    const row = await opened.store.library.one(id);
    if (row && row.endedAt !== null) return row;
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

/** Which of the addresses are blocked by what the keeper has. */
function blocked({ opened }: World, keeper: LibraryKeeper, addresses: readonly string[]): boolean[] {
  const shelf = newLibraryShelf(hashSecret(opened.secrets.mac), keeper.description());
  const found = addresses.map(one => shelf.find({ accountId: null, patterns: [one], group: null, now: Date.now() }).length > 0);
  shelf.close();
  return found;
}
const OLD_AND_NEW = ['old@x.test', 'new@x.test'];

test('ended before the commit that names the new list: the old one is in force, and the import is done by the next start', async () => {
  const w = await world();
  const first = await w.keep();
  first.start(() => undefined);
  await ended(w, await asked(w, ['old@x.test']));
  await first.stop();
  const cut = new Promise<void>(resolve => {
    const dies = {
      ...w.opened.store,
      library: { ...w.opened.store.library, finish: () => (resolve(), new Promise(() => undefined)) },
    } as unknown as Store;
    void w.keep(dies).then(async keeper => {
      keeper.start(() => undefined);
      await asked(w, ['new@x.test']);
    });
  });
  await cut;
  assert.equal(readdirSync(w.folder).length, 5, 'both lists, and the upload');
  const next = await w.keep();
  assert.deepEqual(blocked(w, next, OLD_AND_NEW), [true, false]);
  assert.equal(readdirSync(w.folder).length, 3, 'what was built is swept, what is to be built is there');
  next.start(() => undefined);
  const [row] = await w.opened.store.library.open();
  assert.equal((await ended(w, row?.id ?? '')).state, 'done');
  await next.stop();
  assert.deepEqual(blocked(w, next, OLD_AND_NEW), [false, true]);
  assert.equal(readdirSync(w.folder).length, 2);
  await w.opened.close();
});

test('ended behind the commit: the new list is in force, and what is left of the old one goes', async () => {
  const w = await world();
  const first = await w.keep();
  first.start(() => undefined);
  await ended(w, await asked(w, ['old@x.test']));
  const [old] = await w.opened.store.library.lists();
  const kept = readFileSync(segmentFile(w.folder, old?.mark ?? ''));
  await ended(w, await asked(w, ['new@x.test']));
  await first.stop();
  writeFileSync(segmentFile(w.folder, old?.mark ?? ''), kept);
  writeFileSync(uploadFile(w.folder, 'imp_gone'), 'x');
  const next = await w.keep();
  assert.deepEqual(blocked(w, next, OLD_AND_NEW), [false, true]);
  assert.equal(readdirSync(w.folder).length, 2);
  await w.opened.close();
});

test('a list whose file is damaged or gone is told, not in force, and built anew by an import in its place', async () => {
  const w = await world();
  const first = await w.keep();
  first.start(() => undefined);
  await ended(w, await asked(w, ['old@x.test']));
  await first.stop();
  const [damaged] = await w.opened.store.library.lists();
  const file = segmentFile(w.folder, damaged?.mark ?? '');
  const bytes = readFileSync(file);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  writeFileSync(file, bytes);
  const next = await w.keep();
  const [list] = next.description().lists;
  assert.match(list?.fault ?? '', /^the list "x" of the blocked library is not in force: .*checksum/);
  assert.deepEqual(blocked(w, next, OLD_AND_NEW), [false, false]);
  next.start(() => undefined);
  const refused = await ended(w, await asked(w, ['new@x.test'], 'add'));
  assert.match(refused.fault ?? '', /import it anew with mode=replace$/);
  assert.equal((await ended(w, await asked(w, OLD_AND_NEW))).state, 'done');
  await next.stop();
  assert.deepEqual(blocked(w, next, OLD_AND_NEW), [true, true]);
  await w.opened.close();
});
