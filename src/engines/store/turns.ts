// Turns: one row for each (account, priority, lane) with mail that nobody holds, and a time before which it need not be looked at. It
// is never later than the earliest `due_at` of the mail behind it unless the lane rests, so that a claim finds what is due without
// walking over what is not. A turn that was served is due from then on, which puts it behind the others; while some of its mail is held,
// that stands in leases.ts and the row says less.
import { pauseName } from './lanes.ts';
import type { Turn } from './leases.ts';
import type { Db, Row, WriteContext } from './types.ts';

/** Whose mail it is in the queue: '' = the server's own, and what strangers send to the operator. */
export const payer = (accountId: unknown): string => (accountId as string | null) ?? '';

/** Mail of this turn is due then. */
export async function wakeTurn(
  db: Db,
  turn: { readonly accountId: string | null; readonly priority: number; readonly lane: string; readonly dueAt: number },
  ctx: WriteContext,
): Promise<void> {
  const account = payer(turn.accountId);
  const dueAt = Math.max(turn.dueAt, ctx.lanes.pausedUntil(turn.lane, account, ctx.now()));
  const key = { account, priority: turn.priority, lane: turn.lane };
  const ahead = ctx.leases.ahead(key);
  ctx.lanes.wake(turn.priority, account, dueAt);
  if (ahead !== undefined) {
    if (ahead === null || dueAt < ahead) ctx.leases.setAhead(key, dueAt);
    return;
  }
  await db.run(
    `INSERT INTO turns (account_id, priority, lane, due_at) VALUES (?, ?, ?, ?)
      ON CONFLICT (account_id, priority, lane) DO UPDATE SET due_at = excluded.due_at WHERE excluded.due_at < turns.due_at`,
    [account, turn.priority, turn.lane, dueAt],
  );
}

/** Where the turn stands: `next` null = nothing of it is free. In memory while some of it is held, else in the table. */
export async function setTurn(db: Db, turn: Turn, next: number | null, ctx: WriteContext): Promise<void> {
  if (ctx.leases.held(turn).jobs > 0) return ctx.leases.setAhead(turn, next);
  ctx.leases.setAhead(turn, undefined);
  const key = [turn.account, turn.priority, turn.lane];
  const at = 'WHERE account_id = ? AND priority = ? AND lane = ?';
  if (next === null) await db.run(`DELETE FROM turns ${at}`, key);
  else await db.run(`UPDATE turns SET due_at = ? ${at}`, [next, ...key]);
}

const OF_TURN = "lane = ? AND priority = ? AND coalesce(account_id, '') = ? AND owner IS NULL";

/** Mails of the turn that are due at `now`, the longest due first: one row a recipient, with those that are held already. */
export async function dueMails(db: Db, { lane, priority, account }: Turn, now: number, limit: number): Promise<readonly string[]> {
  const rows = await db.all(`SELECT email_id FROM recipients WHERE ${OF_TURN} AND due_at <= ? ORDER BY due_at LIMIT ?`, [
    lane,
    priority,
    account,
    now,
    limit,
  ]);
  return rows.map(row => row['email_id'] as string);
}

/** The earliest due time of the turn's mail behind `after`; null = there is none. */
export async function nextDue(db: Db, { lane, priority, account }: Turn, after: number): Promise<number | null> {
  const row = await db.get(`SELECT min(due_at) AS due_at FROM recipients WHERE ${OF_TURN} AND due_at > ?`, [
    lane,
    priority,
    account,
    after,
  ]);
  return (row?.['due_at'] as number | null | undefined) ?? null;
}

/** The last lease of the turn ended: what is left of it is written. */
export async function settleTurn(db: Db, turn: Turn, ctx: WriteContext): Promise<void> {
  const next = await nextDue(db, turn, 0);
  const paused = ctx.lanes.pausedUntil(turn.lane, turn.account, ctx.now());
  const dueAt = next === null ? null : Math.max(next, paused);
  await setTurn(db, turn, dueAt, ctx);
  if (dueAt !== null) ctx.lanes.wake(turn.priority, turn.account, dueAt);
}

/** The same for rows of `recipients` that became due or free, each turn once. */
export async function wakeRows(db: Db, rows: readonly Row[], ctx: WriteContext): Promise<void> {
  const turns = new Map<string, Parameters<typeof wakeTurn>[1]>();
  for (const row of rows) {
    const accountId = row['account_id'] as string | null;
    const [priority, lane, dueAt] = [Number(row['priority']), row['lane'] as string, Number(row['due_at'])];
    const key = `${priority} ${payer(accountId)} ${lane}`;
    turns.set(key, { accountId, priority, lane, dueAt: Math.min(dueAt, turns.get(key)?.dueAt ?? dueAt) });
  }
  for (const turn of turns.values()) await wakeTurn(db, turn, ctx);
}

/** True while older mail of the same turn is due: what comes now waits behind it. */
export async function hasBacklog(
  db: Db,
  turn: { readonly accountId: string | null; readonly priority: number; readonly lane: string },
  ctx: WriteContext,
): Promise<boolean> {
  const account = payer(turn.accountId);
  if (!ctx.lanes.isDue(turn.priority, account, ctx.now())) return false;
  const ahead = ctx.leases.ahead({ account, priority: turn.priority, lane: turn.lane });
  if (ahead !== undefined) return ahead !== null && ahead <= ctx.now();
  const row = await db.get('SELECT due_at FROM turns WHERE account_id = ? AND priority = ? AND lane = ?', [
    account,
    turn.priority,
    turn.lane,
  ]);
  return row !== undefined && Number(row['due_at']) <= ctx.now();
}

/** At start: every account that has a turn is looked at once. A step for each account, however many turns it has. */
export async function readAccounts(db: Db, wake: (priority: number, account: string, dueAt: number) => void): Promise<void> {
  let row = await db.get('SELECT account_id, priority FROM turns ORDER BY account_id, priority LIMIT 1');
  while (row) {
    const [account, priority] = [row['account_id'] as string, Number(row['priority'])];
    wake(priority, account, 0);
    row = await db.get(
      'SELECT account_id, priority FROM turns WHERE (account_id, priority) > (?, ?) ORDER BY account_id, priority LIMIT 1',
      [account, priority],
    );
  }
}

type Pause = { readonly lane: string; readonly until: number; readonly why: string };

/** A lane rests: kept so that the API can say why its mail waits, and for the next start. `until` is epoch ms. */
export async function pauseLane(db: Db, pause: Pause, ctx: WriteContext): Promise<void> {
  await keepPause(db, pause.lane, pause);
  ctx.lanes.pause(pause.lane, pause.until, ctx.now());
}

/** One account's mail in a lane rests. */
export async function pauseTurns(db: Db, account: string, pause: Pause, ctx: WriteContext): Promise<void> {
  await keepPause(db, pauseName(pause.lane, account), pause);
  ctx.lanes.pauseAccount(pause.lane, account, pause.until, ctx.now());
}

async function keepPause(db: Db, name: string, { until, why }: Pause): Promise<void> {
  await db.run(
    `INSERT INTO pauses (lane, until_at, why) VALUES (?, ?, ?)
      ON CONFLICT (lane) DO UPDATE SET until_at = excluded.until_at, why = excluded.why`,
    [name, until, why],
  );
}
