// What operators did, by the name of their key.
import type { Db, WriteContext } from '../types.ts';

export type AuditRow = {
  readonly seq: number;
  readonly at: number;
  readonly actor: string;
  readonly action: string;
  readonly object: string;
  readonly detail: string | null;
};

async function list(db: Db, ask: { readonly before: number; readonly limit: number }): Promise<readonly AuditRow[]> {
  const rows = await db.all('SELECT * FROM audit WHERE seq < ? ORDER BY seq DESC LIMIT ?', [ask.before, ask.limit]);
  return rows.map(row => ({
    seq: Number(row['seq']),
    at: Number(row['at']),
    actor: row['actor'] as string,
    action: row['action'] as string,
    object: row['object'] as string,
    detail: row['detail'] as string | null,
  }));
}

async function add(
  db: Db,
  a: { readonly actor: string; readonly action: string; readonly object: string; readonly detail: string | null },
  ctx: WriteContext,
): Promise<void> {
  await db.run('INSERT INTO audit (at, actor, action, object, detail) VALUES (?, ?, ?, ?, ?)', [
    ctx.now(),
    a.actor,
    a.action,
    a.object,
    a.detail,
  ]);
}

export const audit = { reads: { list }, writes: { add } };
