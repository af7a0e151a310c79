// Batches: how far each is, and what became of its mail. batch-marks.ts is the part of it that stands in the commit of each mail.
import type { IdempotencyClaim } from '../../../mail.ts';
import { asBuffer } from '../queue.ts';
import { count, followFromHere, outcomes, sum, type Counts } from './batch-outcomes.ts';
import { answered } from './idempotency.ts';
import type { Db, Row, Value, WriteContext } from '../types.ts';

/** scheduled: a run is due later. running: one is on, though it may wait. */
export type BatchState = 'scheduled' | 'running' | 'paused' | 'done' | 'cancelled' | 'failed';
export type BatchRow = {
  readonly id: string;
  readonly accountId: string;
  readonly listId: string;
  readonly state: BatchState;
  /** Why it waits, was paused or failed: a code of the API, or `asked`. */
  readonly why: string | null;
  /** Counts from 1; 0: none has begun. */
  readonly run: number;
  /** When the run that is on was due, or the next one is. */
  readonly plannedAt: number;
  readonly nextAt: number | null;
  /** Places up to this one are done. */
  readonly position: number;
  /** JSON of schedule/cycle.ts and when it was first due; null: one run. */
  readonly cycle: string | null;
  readonly counts: Counts;
  readonly sealed: Uint8Array;
  readonly createdAt: number;
  /** Of the run that is on; null: none is. */
  readonly startedAt: number | null;
  readonly endedAt: number | null;
};

const moment = (value: Value | undefined): number | null => (value === null || value === undefined ? null : Number(value));
const rowOf = (row: Row): BatchRow => ({
  id: row['id'] as string,
  accountId: row['account_id'] as string,
  listId: row['list_id'] as string,
  state: row['state'] as BatchState,
  why: row['why'] as string | null,
  run: Number(row['run']),
  plannedAt: Number(row['planned_at']),
  nextAt: moment(row['next_at']),
  position: Number(row['position']),
  cycle: row['cycle'] as string | null,
  counts: JSON.parse(row['counts'] as string) as Counts,
  sealed: asBuffer(row['sealed']),
  createdAt: Number(row['created_at']),
  startedAt: moment(row['started_at']),
  endedAt: moment(row['ended_at']),
});

async function get(db: Db, id: string): Promise<BatchRow | null> {
  const row = await db.get('SELECT * FROM batches WHERE id = ?', [id]);
  return row ? rowOf(row) : null;
}

/** Newest first. `accountId` null: of all accounts. */
async function list(
  db: Db,
  ask: { readonly accountId: string | null; readonly before: string; readonly limit: number },
): Promise<readonly BatchRow[]> {
  const whose = ask.accountId === null ? '' : 'account_id = ? AND ';
  const values = [...(ask.accountId === null ? [] : [ask.accountId]), ask.before, ask.limit];
  return (await db.all(`SELECT * FROM batches WHERE ${whose}id < ? ORDER BY id DESC LIMIT ?`, values)).map(rowOf);
}

/** Ids of batches that somebody has to look at now. */
async function due(db: Db, ask: { readonly now: number; readonly limit: number }): Promise<readonly string[]> {
  const rows = await db.all('SELECT id FROM batches WHERE next_at IS NOT NULL AND next_at <= ? ORDER BY next_at LIMIT ?', [
    ask.now,
    ask.limit,
  ]);
  return rows.map(row => row['id'] as string);
}

/** Places behind the position whose mail is queued. */
async function marks(db: Db, ask: { readonly id: string; readonly run: number }): Promise<readonly number[]> {
  const rows = await db.all('SELECT n FROM batch_marks WHERE batch_id = ? AND run = ?', [ask.id, ask.run]);
  return rows.map(row => Number(row['n']));
}

type NewBatch = Pick<BatchRow, 'id' | 'accountId' | 'listId' | 'plannedAt' | 'cycle' | 'sealed'> & {
  readonly most: number;
  readonly idempotency: (IdempotencyClaim & { readonly status: number; readonly answer: string }) | null;
};

/** `full`: the account has `most` that are not over. `no_list`: it is gone. */
async function create(db: Db, b: NewBatch, ctx: WriteContext): Promise<'made' | 'full' | 'no_list'> {
  const open = await db.get('SELECT count(*) AS count FROM batches WHERE account_id = ? AND ended_at IS NULL', [b.accountId]);
  if (Number(open?.['count']) >= b.most) return 'full';
  if (!(await db.get('SELECT id FROM lists WHERE id = ? AND account_id = ?', [b.listId, b.accountId]))) return 'no_list';
  // While there are no batches nobody follows the events.
  if (!(await db.get('SELECT id FROM batches LIMIT 1'))) await followFromHere(db);
  await db.run(
    `INSERT INTO batches (id, account_id, list_id, state, planned_at, next_at, cycle, counts, sealed, created_at)
      VALUES (?, ?, ?, 'scheduled', ?, ?, ?, '{}', ?, ?)`,
    [b.id, b.accountId, b.listId, b.plannedAt, b.plannedAt, b.cycle, b.sealed, ctx.now()],
  );
  if (b.idempotency) await answered(db, b.idempotency, ctx.now());
  return 'made';
}

/** The run that is due begins; `plannedAt`: when it was due, the latest where several were missed. null: it is not due any more. */
async function begin(
  db: Db,
  b: { readonly id: string; readonly run: number; readonly plannedAt: number },
  ctx: WriteContext,
): Promise<BatchRow | null> {
  const row = await get(db, b.id);
  if (!row || row.state !== 'scheduled' || row.run !== b.run) return null;
  await db.run(
    "UPDATE batches SET state = 'running', why = NULL, run = run + 1, planned_at = ?, position = 0, counts = ?, started_at = ?, next_at = ? WHERE id = ?",
    [b.plannedAt, JSON.stringify({ ...row.counts, done: 0 }), ctx.now(), ctx.now(), b.id],
  );
  return get(db, b.id);
}

export type Passed = {
  readonly id: string;
  readonly run: number;
  readonly from: number;
  readonly to: number;
  /** Places whose recipient got no mail, by why. */
  readonly without: Readonly<Record<'suppressed' | 'invalid' | 'refused', number>>;
};

/** Places up to `to` are done. The batch as it is then; null: another was quicker. */
async function advance(db: Db, p: Passed): Promise<BatchRow | null> {
  const row = await get(db, p.id);
  if (!row || row.run !== p.run || row.position !== p.from) return null;
  const accepted = await db.run('DELETE FROM batch_marks WHERE batch_id = ? AND run = ? AND n <= ?', [p.id, p.run, p.to]);
  const done = accepted + p.without.suppressed + p.without.invalid + p.without.refused;
  await db.run('UPDATE batches SET position = ?, why = NULL, counts = ? WHERE id = ?', [
    p.to,
    JSON.stringify(sum(row.counts, { ...p.without, accepted, done })),
    p.id,
  ]);
  return get(db, p.id);
}

/** The run is over; `next`: when the next is due, null: never. */
async function finish(
  db: Db,
  f: { readonly id: string; readonly run: number; readonly next: number | null },
  ctx: WriteContext,
): Promise<void> {
  const where = "WHERE id = ? AND run = ? AND state = 'running'";
  if (f.next === null)
    await db.run(`UPDATE batches SET state = 'done', why = NULL, next_at = NULL, started_at = NULL, ended_at = ? ${where}`, [
      ctx.now(),
      f.id,
      f.run,
    ]);
  else
    await db.run(`UPDATE batches SET state = 'scheduled', why = NULL, planned_at = ?, next_at = ?, started_at = NULL ${where}`, [
      f.next,
      f.next,
      f.id,
      f.run,
    ]);
}

/** It looks again at `until`. */
async function wait(db: Db, w: { readonly id: string; readonly until: number; readonly why: string }): Promise<void> {
  await db.run("UPDATE batches SET next_at = ?, why = ? WHERE id = ? AND state IN ('scheduled', 'running')", [w.until, w.why, w.id]);
}

const OPEN: Readonly<Record<'paused' | 'failed' | 'cancelled', string>> = {
  paused: "'scheduled', 'running'",
  failed: "'scheduled', 'running', 'paused'",
  cancelled: "'scheduled', 'running', 'paused'",
};

/** Nothing more is queued from this commit on. null: its state does not allow it. */
async function stop(
  db: Db,
  s: { readonly id: string; readonly state: 'paused' | 'failed' | 'cancelled'; readonly why: string },
  ctx: WriteContext,
): Promise<BatchRow | null> {
  const over = s.state === 'paused' ? null : ctx.now();
  const changed = await db.run(
    `UPDATE batches SET state = ?, why = ?, next_at = NULL, ended_at = ? WHERE id = ? AND state IN (${OPEN[s.state]})`,
    [s.state, s.why, over, s.id],
  );
  if (changed === 0) return null;
  if (over !== null) await settleMarks(db, s.id);
  return get(db, s.id);
}

/** Mail that was queued behind the position counts, though the run will not go on. */
async function settleMarks(db: Db, id: string): Promise<void> {
  const row = await get(db, id);
  const accepted = await db.run('DELETE FROM batch_marks WHERE batch_id = ?', [id]);
  if (row) await db.run('UPDATE batches SET counts = ? WHERE id = ?', [JSON.stringify(sum(row.counts, { accepted, done: accepted })), id]);
}

/** A paused batch goes on where it was. null: it is not paused. */
async function resume(db: Db, id: string, ctx: WriteContext): Promise<BatchRow | null> {
  const changed = await db.run(
    `UPDATE batches SET state = CASE WHEN started_at IS NULL THEN 'scheduled' ELSE 'running' END, why = NULL,
      next_at = CASE WHEN started_at IS NULL AND planned_at > ? THEN planned_at ELSE ? END WHERE id = ? AND state = 'paused'`,
    [ctx.now(), ctx.now(), id],
  );
  return changed === 0 ? null : get(db, id);
}

/** false: it is not over. */
async function remove(db: Db, b: { readonly id: string; readonly accountId: string }): Promise<boolean> {
  const gone = await db.run('DELETE FROM batches WHERE id = ? AND account_id = ? AND ended_at IS NOT NULL', [b.id, b.accountId]);
  if (gone > 0) await db.run("UPDATE lists SET account_id = '', sealed = NULL WHERE batch_id = ?", [b.id]);
  return gone > 0;
}

/** Batches that were over before then go, and recipients that were given to one that never came to be. A bounded number a call. */
async function purge(db: Db, p: { readonly before: number; readonly orphans: number; readonly limit: number }): Promise<number> {
  const rows = await db.all('SELECT id, account_id FROM batches WHERE ended_at < ? LIMIT ?', [p.before, p.limit]);
  for (const row of rows) await remove(db, { id: row['id'] as string, accountId: row['account_id'] as string });
  await db.run(
    `UPDATE lists SET account_id = '', sealed = NULL WHERE batch_id IS NOT NULL AND sealed IS NOT NULL AND created_at < ?
      AND batch_id NOT IN (SELECT id FROM batches)`,
    [p.orphans],
  );
  await db.run('DELETE FROM batch_marks WHERE batch_id NOT IN (SELECT id FROM batches)');
  return rows.length;
}

export const batches = {
  reads: { get, list, due, marks, outcomes },
  writes: { create, begin, advance, finish, wait, stop, resume, remove, count, purge },
};
