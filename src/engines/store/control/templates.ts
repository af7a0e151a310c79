// Templates of accounts: what a person wrote is sealed (api/templates.ts), only what the server asks by is not.
import { asBuffer } from '../queue.ts';
import type { Db, Row, WriteContext } from '../types.ts';

export type TemplateRow = {
  readonly id: string;
  readonly accountId: string;
  /** Counts from 1; one more with each change. */
  readonly version: number;
  /** What the review said: `refused` is never sent. */
  readonly state: 'ok' | 'held' | 'refused';
  readonly sealed: Uint8Array;
  readonly createdAt: number;
  readonly updatedAt: number;
};
type Written = Pick<TemplateRow, 'id' | 'accountId' | 'state' | 'sealed'>;

const rowOf = (row: Row): TemplateRow => ({
  id: row['id'] as string,
  accountId: row['account_id'] as string,
  version: Number(row['version']),
  state: row['state'] as TemplateRow['state'],
  sealed: asBuffer(row['sealed']),
  createdAt: Number(row['created_at']),
  updatedAt: Number(row['updated_at']),
});

async function get(db: Db, id: string): Promise<TemplateRow | null> {
  const row = await db.get('SELECT * FROM templates WHERE id = ?', [id]);
  return row ? rowOf(row) : null;
}

/** `accountId` null: of all accounts. */
async function list(
  db: Db,
  ask: { readonly accountId: string | null; readonly after: string; readonly limit: number },
): Promise<readonly TemplateRow[]> {
  const whose = ask.accountId === null ? '' : 'account_id = ? AND ';
  const values = [...(ask.accountId === null ? [] : [ask.accountId]), ask.after, ask.limit];
  return (await db.all(`SELECT * FROM templates WHERE ${whose}id > ? ORDER BY id LIMIT ?`, values)).map(rowOf);
}

/** null: the account has `most` already. */
async function create(db: Db, t: Written & { readonly most: number }, ctx: WriteContext): Promise<TemplateRow | null> {
  const count = Number((await db.get('SELECT count(*) AS count FROM templates WHERE account_id = ?', [t.accountId]))?.['count']);
  if (count >= t.most) return null;
  await db.run('INSERT INTO templates (id, account_id, version, state, sealed, created_at, updated_at) VALUES (?, ?, 1, ?, ?, ?, ?)', [
    t.id,
    t.accountId,
    t.state,
    t.sealed,
    ctx.now(),
    ctx.now(),
  ]);
  return get(db, t.id);
}

/** null: gone, or another change came between (`version` is the one that was changed). */
async function replace(db: Db, t: Written & { readonly version: number }, ctx: WriteContext): Promise<TemplateRow | null> {
  const changed = await db.run(
    'UPDATE templates SET version = version + 1, state = ?, sealed = ?, updated_at = ? WHERE id = ? AND account_id = ? AND version = ?',
    [t.state, t.sealed, ctx.now(), t.id, t.accountId, t.version],
  );
  return changed === 0 ? null : get(db, t.id);
}

async function remove(db: Db, t: { readonly id: string; readonly accountId: string }): Promise<boolean> {
  return (await db.run('DELETE FROM templates WHERE id = ? AND account_id = ?', [t.id, t.accountId])) > 0;
}

export const templates = { reads: { get, list }, writes: { create, replace, remove } };
