// Lists of the blocked library as the database names them, imports in their order, and entries taken out of lists. The entries themselves lie
// in files beside the database (engines/library/).
import type { BuiltList, Counts } from '../../library/build.ts';
import type { Defaults, Format } from '../../../library/formats.ts';
import { newId } from '../../ids.ts';
import type { Db, Row, WriteContext } from '../types.ts';

export type ListRow = {
  readonly id: string;
  /** null: holds for all. */
  readonly accountId: string | null;
  readonly name: string;
  /** The feed that makes it; null: imports do. */
  readonly feed: string | null;
  readonly mark: string;
  readonly entries: number;
  readonly record: Omit<BuiltList, 'mark' | 'entries'>;
  readonly madeAt: number;
};
export type ImportHow = {
  readonly format: Format;
  readonly defaults: Defaults;
  /** `add`: the import's word counts, what the list has beside stays; `fill`: the list's word counts; `replace`: nothing of it stays. */
  readonly mode: 'add' | 'fill' | 'replace';
  /** Of a feed: also when it has shrunk. */
  readonly force?: boolean;
  /** Out of a backup: the id that the list had. */
  readonly listId?: string;
};
export type ImportRow = {
  readonly id: string;
  readonly accountId: string | null;
  readonly list: string;
  readonly feed: string | null;
  readonly how: ImportHow;
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
  readonly told: Counts | null;
  /** Why it failed. */
  readonly fault: string | null;
  readonly createdAt: number;
  readonly endedAt: number | null;
};

const listOf = (row: Row): ListRow => ({
  id: row['id'] as string,
  accountId: (row['account_id'] as string) || null,
  name: row['name'] as string,
  feed: row['feed'] as string | null,
  mark: row['mark'] as string,
  entries: Number(row['entries']),
  record: JSON.parse(row['record'] as string) as ListRow['record'],
  madeAt: Number(row['made_at']),
});

const importOf = (row: Row): ImportRow => ({
  id: row['id'] as string,
  accountId: (row['account_id'] as string) || null,
  list: row['list'] as string,
  feed: row['feed'] as string | null,
  how: JSON.parse(row['how'] as string) as ImportHow,
  state: row['state'] as ImportRow['state'],
  told: row['told'] === null ? null : (JSON.parse(row['told'] as string) as Counts),
  fault: row['fault'] as string | null,
  createdAt: Number(row['created_at']),
  endedAt: row['ended_at'] === null ? null : Number(row['ended_at']),
});

async function lists(db: Db): Promise<readonly ListRow[]> {
  return (await db.all('SELECT * FROM library_lists ORDER BY id')).map(listOf);
}

/** In their order. */
async function open(db: Db): Promise<readonly ImportRow[]> {
  return (await db.all("SELECT * FROM library_imports WHERE state IN ('waiting', 'running') ORDER BY id")).map(importOf);
}

async function one(db: Db, id: string): Promise<ImportRow | null> {
  const row = await db.get('SELECT * FROM library_imports WHERE id = ?', [id]);
  return row ? importOf(row) : null;
}

/** Newest first. */
async function imports(
  db: Db,
  ask: { readonly accountId: string | null; readonly before: string; readonly limit: number },
): Promise<readonly ImportRow[]> {
  const rows = await db.all('SELECT * FROM library_imports WHERE account_id = ? AND id < ? ORDER BY id DESC LIMIT ?', [
    ask.accountId ?? '',
    ask.before,
    ask.limit,
  ]);
  return rows.map(importOf);
}

async function isRemoved(db: Db, ask: { readonly list: string; readonly key: string }): Promise<boolean> {
  return (await db.get('SELECT 1 AS one FROM library_removed WHERE list_id = ? AND key = ?', [ask.list, ask.key])) !== undefined;
}

async function removedOf(db: Db, list: string): Promise<{ readonly keys: readonly string[]; readonly last: number }> {
  const rows = await db.all('SELECT seq, key FROM library_removed WHERE list_id = ? ORDER BY seq', [list]);
  return { keys: rows.map(row => row['key'] as string), last: Number(rows.at(-1)?.['seq'] ?? 0) };
}

async function begin(db: Db, i: Pick<ImportRow, 'id' | 'accountId' | 'list' | 'feed' | 'how'>, ctx: WriteContext): Promise<void> {
  await db.run("INSERT INTO library_imports (id, account_id, list, feed, how, state, created_at) VALUES (?, ?, ?, ?, ?, 'waiting', ?)", [
    i.id,
    i.accountId ?? '',
    i.list,
    i.feed,
    JSON.stringify(i.how),
    ctx.now(),
  ]);
  ctx.factsChanged();
}

async function progress(db: Db, i: { readonly id: string; readonly told: Counts | null }): Promise<void> {
  await db.run("UPDATE library_imports SET state = 'running', told = ? WHERE id = ? AND ended_at IS NULL", [
    i.told === null ? null : JSON.stringify(i.told),
    i.id,
  ]);
}

async function fail(
  db: Db,
  i: { readonly id: string; readonly told: Counts | null; readonly fault: string },
  ctx: WriteContext,
): Promise<void> {
  await db.run("UPDATE library_imports SET state = 'failed', told = coalesce(?, told), fault = ?, ended_at = ? WHERE id = ?", [
    i.told === null ? null : JSON.stringify(i.told),
    i.fault,
    ctx.now(),
    i.id,
  ]);
}

/** The built list takes the place of the one of its name, and the import is over, in one commit. `removed`: up to which of them the build knew. */
async function finish(
  db: Db,
  i: {
    readonly import: Pick<ImportRow, 'id' | 'accountId' | 'list' | 'feed'>;
    readonly listId: string;
    readonly built: BuiltList;
    readonly told: Counts;
    readonly removed: number;
  },
  ctx: WriteContext,
): Promise<ListRow> {
  const { mark, entries, ...record } = i.built;
  const { id, accountId, list, feed } = i.import;
  const row = await db.get(
    `INSERT INTO library_lists (id, account_id, name, feed, mark, entries, record, made_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (account_id, name) DO UPDATE SET feed = excluded.feed, mark = excluded.mark, entries = excluded.entries,
      record = excluded.record, made_at = excluded.made_at RETURNING *`,
    [i.listId, accountId ?? '', list, feed, mark, entries, JSON.stringify(record), ctx.now()],
  );
  // What the operator took out of a feed stays out, whatever the feed says.
  if (feed === null) await db.run('DELETE FROM library_removed WHERE list_id = ? AND seq <= ?', [i.listId, i.removed]);
  await db.run("UPDATE library_imports SET state = 'done', told = ?, ended_at = ? WHERE id = ?", [JSON.stringify(i.told), ctx.now(), id]);
  ctx.factsChanged();
  return listOf(row as Row);
}

/** One entry goes. */
async function takeOut(db: Db, t: { readonly list: string; readonly key: string }, ctx: WriteContext): Promise<void> {
  await db.run('INSERT INTO library_removed (list_id, key) VALUES (?, ?) ON CONFLICT (list_id, key) DO NOTHING', [t.list, t.key]);
  ctx.factsChanged();
}

/** The list goes whole. */
async function removeList(db: Db, l: { readonly accountId: string | null; readonly name: string }, ctx: WriteContext): Promise<boolean> {
  const row = await db.get('SELECT id FROM library_lists WHERE account_id = ? AND name = ?', [l.accountId ?? '', l.name]);
  if (!row) return false;
  await db.run('DELETE FROM library_removed WHERE list_id = ?', [row['id'] as string]);
  await db.run('DELETE FROM library_lists WHERE id = ?', [row['id'] as string]);
  ctx.factsChanged();
  return true;
}

/** What became of imports that are long over. */
async function forget(db: Db, before: number): Promise<void> {
  await db.run('DELETE FROM library_imports WHERE ended_at < ?', [before]);
}

export const newListId = (): string => newId('bls');
export const library = {
  reads: { lists, open, one, imports, isRemoved, removedOf },
  writes: { begin, progress, fail, finish, takeOut, removeList, forget },
};
