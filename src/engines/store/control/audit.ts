// What operators did, by the name of their key.
import type { Db, Value, WriteContext } from '../types.ts';

export type AuditRow = {
  readonly seq: number;
  readonly at: number;
  readonly actor: string;
  readonly action: string;
  readonly object: string;
  readonly detail: string | null;
  /** The account that the operator acted for; null: none was named, or the server did it by itself. */
  readonly accountId: string | null;
  readonly requestId: string | null;
};

/** How long it is told what operators did. */
export const AUDIT_MS = 400 * 86_400_000;

/** Filters left out let all pass. `action`: a whole one such as `key.create`, or its first word. `since`, `until`: epoch ms. */
export type AuditAsk = {
  readonly before: number;
  readonly limit: number;
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly accountId?: string | undefined;
  readonly since?: number | undefined;
  readonly until?: number | undefined;
};

async function list(db: Db, ask: AuditAsk): Promise<readonly AuditRow[]> {
  const where = ['seq < ?'];
  const values: Value[] = [ask.before];
  const only = (sql: string, ...given: readonly (Value | undefined)[]): void => {
    if (given.some(one => one === undefined)) return;
    where.push(sql);
    values.push(...(given as readonly Value[]));
  };
  only('actor = ?', ask.actor);
  only("(action = ? OR action LIKE ? ESCAPE '!')", ask.action, ask.action && `${ask.action.replace(/[%_!]/g, '!$&')}.%`);
  only('account_id = ?', ask.accountId);
  only('at >= ?', ask.since);
  only('at < ?', ask.until);
  const rows = await db.all(`SELECT * FROM audit WHERE ${where.join(' AND ')} ORDER BY seq DESC LIMIT ?`, [...values, ask.limit]);
  return rows.map(row => ({
    seq: Number(row['seq']),
    at: Number(row['at']),
    actor: row['actor'] as string,
    action: row['action'] as string,
    object: row['object'] as string,
    detail: row['detail'] as string | null,
    accountId: row['account_id'] as string | null,
    requestId: row['request_id'] as string | null,
  }));
}

async function add(db: Db, a: Omit<AuditRow, 'seq' | 'at'>, ctx: WriteContext): Promise<void> {
  await db.run('INSERT INTO audit (at, actor, action, object, detail, account_id, request_id) VALUES (?, ?, ?, ?, ?, ?, ?)', [
    ctx.now(),
    a.actor,
    a.action,
    a.object,
    a.detail,
    a.accountId,
    a.requestId,
  ]);
}

async function forget(db: Db, before: number): Promise<number> {
  return db.run('DELETE FROM audit WHERE at < ?', [before]);
}

export const audit = { reads: { list }, writes: { add, forget } };
