// Recipient lists: what a person wrote is sealed under a key of the list (api/lists.ts); recipients are found by a keyed hash of the address.
// A list that was removed has lost its account and its key in that commit; its rows go in pieces, so that no commit holds the writer.
import { asBuffer } from '../queue.ts';
import type { Db, Row, WriteContext } from '../types.ts';

export type ListRow = {
  readonly id: string;
  readonly accountId: string;
  /** It was made for this batch alone and is seen by nobody. */
  readonly batchId: string | null;
  readonly sealed: Uint8Array;
  /** Recipients. */
  readonly count: number;
  readonly createdAt: number;
};
export type ListRecipient = {
  /** Its place, for good. */
  readonly n: number;
  readonly mac: Uint8Array;
  readonly sealed: Uint8Array;
};

const rowOf = (row: Row): ListRow => ({
  id: row['id'] as string,
  accountId: row['account_id'] as string,
  batchId: row['batch_id'] as string | null,
  sealed: asBuffer(row['sealed']),
  count: Number(row['count']),
  createdAt: Number(row['created_at']),
});
const recipientOf = (row: Row): ListRecipient => ({ n: Number(row['n']), mac: asBuffer(row['mac']), sealed: asBuffer(row['sealed']) });

async function get(db: Db, id: string): Promise<ListRow | null> {
  const row = await db.get('SELECT * FROM lists WHERE id = ? AND sealed IS NOT NULL', [id]);
  return row ? rowOf(row) : null;
}

/** Not those of one batch alone. `accountId` null: of all accounts. */
async function list(
  db: Db,
  ask: { readonly accountId: string | null; readonly after: string; readonly limit: number },
): Promise<readonly ListRow[]> {
  const whose = ask.accountId === null ? '' : 'account_id = ? AND ';
  const values = [...(ask.accountId === null ? [] : [ask.accountId]), ask.after, ask.limit];
  const rows = await db.all(
    `SELECT * FROM lists WHERE ${whose}id > ? AND batch_id IS NULL AND sealed IS NOT NULL ORDER BY id LIMIT ?`,
    values,
  );
  return rows.map(rowOf);
}

/** In order of their places. */
async function recipients(
  db: Db,
  ask: { readonly listId: string; readonly after: number; readonly limit: number },
): Promise<readonly ListRecipient[]> {
  const rows = await db.all('SELECT n, mac, sealed FROM list_recipients WHERE list_id = ? AND n > ? ORDER BY n LIMIT ?', [
    ask.listId,
    ask.after,
    ask.limit,
  ]);
  return rows.map(recipientOf);
}

async function recipient(db: Db, ask: { readonly listId: string; readonly mac: Uint8Array }): Promise<ListRecipient | null> {
  const row = await db.get('SELECT n, mac, sealed FROM list_recipients WHERE list_id = ? AND mac = ?', [ask.listId, ask.mac]);
  return row ? recipientOf(row) : null;
}

/** Is something left of removed lists? */
async function left(db: Db): Promise<boolean> {
  return (await db.get("SELECT id FROM lists WHERE account_id = '' LIMIT 1")) !== undefined;
}

/** null: the account has `most` already. */
async function create(
  db: Db,
  l: {
    readonly id: string;
    readonly accountId: string;
    readonly sealed: Uint8Array;
    readonly batchId: string | null;
    readonly most: number;
  },
  ctx: WriteContext,
): Promise<ListRow | null> {
  const own = 'SELECT count(*) AS count FROM lists WHERE account_id = ? AND batch_id IS NULL';
  if (l.batchId === null && Number((await db.get(own, [l.accountId]))?.['count']) >= l.most) return null;
  await db.run('INSERT INTO lists (id, account_id, batch_id, sealed, created_at) VALUES (?, ?, ?, ?, ?)', [
    l.id,
    l.accountId,
    l.batchId,
    l.sealed,
    ctx.now(),
  ]);
  return get(db, l.id);
}

async function rename(db: Db, l: { readonly id: string; readonly sealed: Uint8Array }): Promise<ListRow | null> {
  await db.run('UPDATE lists SET sealed = ? WHERE id = ? AND sealed IS NOT NULL', [l.sealed, l.id]);
  return get(db, l.id);
}

export type Added = {
  /** By position in what was asked: was it new? */
  readonly fresh: readonly boolean[];
  /** The list is full: so many of the last ones were not taken. */
  readonly left: number;
  readonly count: number;
};

/** Adds recipients; one that is there already gets the newer data. null: the list is gone. */
async function add(
  db: Db,
  a: {
    readonly id: string;
    readonly rows: readonly { readonly mac: Uint8Array; readonly sealed: Uint8Array }[];
    readonly most: number;
  },
): Promise<Added | null> {
  const row = await db.get('SELECT count, next_n FROM lists WHERE id = ? AND sealed IS NOT NULL', [a.id]);
  if (!row) return null;
  let [count, next] = [Number(row['count']), Number(row['next_n'])];
  const fresh: boolean[] = [];
  for (const { mac, sealed } of a.rows) {
    const there = await db.run('UPDATE list_recipients SET sealed = ? WHERE list_id = ? AND mac = ?', [sealed, a.id, mac]);
    if (there === 0 && count >= a.most) break;
    if (there === 0) {
      await db.run('INSERT INTO list_recipients (list_id, mac, n, sealed) VALUES (?, ?, ?, ?)', [a.id, mac, next++, sealed]);
      count++;
    }
    fresh.push(there === 0);
  }
  await db.run('UPDATE lists SET count = ?, next_n = ? WHERE id = ?', [count, next, a.id]);
  return { fresh, left: a.rows.length - fresh.length, count };
}

async function drop(db: Db, d: { readonly id: string; readonly mac: Uint8Array }): Promise<boolean> {
  const gone = await db.run('DELETE FROM list_recipients WHERE list_id = ? AND mac = ?', [d.id, d.mac]);
  await db.run('UPDATE lists SET count = count - ? WHERE id = ?', [gone, d.id]);
  return gone > 0;
}

/** One person leaves every list of every account. Number of lists. */
async function erase(db: Db, mac: Uint8Array): Promise<number> {
  const rows = await db.all('DELETE FROM list_recipients WHERE mac = ? RETURNING list_id', [mac]);
  for (const row of rows) await db.run('UPDATE lists SET count = count - 1 WHERE id = ?', [row['list_id'] as string]);
  return rows.length;
}

/** false: a batch that is not over has it. */
async function remove(db: Db, l: { readonly id: string; readonly accountId: string }): Promise<boolean> {
  if (await db.get('SELECT id FROM batches WHERE list_id = ? AND ended_at IS NULL LIMIT 1', [l.id])) return false;
  await db.run("UPDATE lists SET account_id = '', sealed = NULL WHERE id = ? AND account_id = ?", [l.id, l.accountId]);
  return true;
}

/** A bounded piece of what is left of removed lists; 0: nothing is. */
async function sweep(db: Db, limit: number): Promise<number> {
  const list = (await db.get("SELECT id FROM lists WHERE account_id = '' LIMIT 1"))?.['id'];
  if (list === undefined) return 0;
  const gone = await db.run(
    'DELETE FROM list_recipients WHERE list_id = ? AND n IN (SELECT n FROM list_recipients WHERE list_id = ? ORDER BY n LIMIT ?)',
    [list, list, limit],
  );
  if (gone === 0) await db.run('DELETE FROM lists WHERE id = ?', [list]);
  return gone + 1;
}

export const lists = { reads: { get, list, recipients, recipient, left }, writes: { create, rename, add, drop, erase, remove, sweep } };
