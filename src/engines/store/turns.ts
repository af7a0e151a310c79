// Turns: one row for each (account, priority, lane) with mail that nobody holds, and a time before which it need not be looked at. It
// is never later than the earliest `due_at` of the mail behind it unless the lane rests, so that a claim finds what is due without
// walking over what is not. A turn that was served is due from then on, which puts it behind the others.
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
  const dueAt = Math.max(turn.dueAt, ctx.lanes.pausedUntil(turn.lane, ctx.now()));
  await db.run(
    `INSERT INTO turns (account_id, priority, lane, due_at) VALUES (?, ?, ?, ?)
      ON CONFLICT (account_id, priority, lane) DO UPDATE SET due_at = excluded.due_at WHERE excluded.due_at < turns.due_at`,
    [account, turn.priority, turn.lane, dueAt],
  );
  ctx.lanes.wake(turn.priority, account, dueAt);
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

/** A lane rests: kept so that the API can say why its mail waits, and for the next start. `until` is epoch ms. */
export async function pauseLane(
  db: Db,
  pause: { readonly lane: string; readonly until: number; readonly why: string },
  ctx: WriteContext,
): Promise<void> {
  await db.run(
    `INSERT INTO pauses (lane, until_at, why) VALUES (?, ?, ?)
      ON CONFLICT (lane) DO UPDATE SET until_at = excluded.until_at, why = excluded.why`,
    [pause.lane, pause.until, pause.why],
  );
  ctx.lanes.pause(pause.lane, pause.until, ctx.now());
}
