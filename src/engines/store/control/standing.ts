// Standing of accounts: what happened to them, as doors tell it, and what is read of it (standing-book.ts keeps it).
import { accountFrom, happened, type Account } from '../../../standing/account.ts';
import type { StandingEvent } from '../../../standing/events.ts';
import { RULES } from '../../../standing/rules.ts';
import { readStanding, type Kept } from '../standing-book.ts';
import type { Db, Told, WriteContext } from '../types.ts';

/** As it was at the last event; null = nothing happened yet. Bring it to now with `advanced`. */
async function get(db: Db, accountId: string): Promise<Omit<Kept, 'campaigns' | 'sent'> | null> {
  const kept = await readStanding(db, accountId);
  return kept && { account: kept.account, suspension: kept.suspension };
}

/** The account before its oldest event that is kept, and that event's predecessor. */
async function base(db: Db, accountId: string): Promise<{ readonly account: Account; readonly through: number } | null> {
  const row = await db.get('SELECT base, base_through FROM standing WHERE account_id = ?', [accountId]);
  return row ? { account: accountFrom(JSON.parse(row['base'] as string) as Account), through: Number(row['base_through']) } : null;
}

/** Events in order, from the one behind `after`. */
async function events(
  db: Db,
  ask: { readonly accountId: string; readonly after: number; readonly limit: number },
): Promise<readonly { readonly n: number; readonly event: StandingEvent }[]> {
  const rows = await db.all('SELECT n, event FROM standing_events WHERE account_id = ? AND n > ? ORDER BY n LIMIT ?', [
    ask.accountId,
    ask.after,
    ask.limit,
  ]);
  return rows.map(row => ({ n: Number(row['n']), event: JSON.parse(row['event'] as string) as StandingEvent }));
}

/** `by`: the operator whose word it is. */
async function tell(
  db: Db,
  t: { readonly accountId: string; readonly told: readonly Told[]; readonly by?: string },
  ctx: WriteContext,
): Promise<void> {
  for (const one of t.told) await ctx.standing.tell(db, t.accountId, one, ctx, t.by);
}

/** Accounts that time alone may change by now, a bounded number; how many there were. */
async function tick(db: Db, t: { readonly limit: number }, ctx: WriteContext): Promise<number> {
  const rows = await db.all('SELECT account_id FROM standing WHERE look_at <= ? ORDER BY look_at LIMIT ?', [ctx.now(), t.limit]);
  for (const row of rows) await ctx.standing.advance(db, row['account_id'] as string, ctx);
  return rows.length;
}

/** Events from before then go into the base that later ones are replayed upon; how many there were. */
async function forget(db: Db, f: { readonly before: number; readonly limit: number }, ctx: WriteContext): Promise<number> {
  const oldest = await db.all('SELECT n, account_id, at, event FROM standing_events ORDER BY n LIMIT ?', [f.limit]);
  const rows = oldest.filter(row => Number(row['at']) < f.before);
  for (const accountId of new Set(rows.map(row => row['account_id'] as string))) {
    const own = rows.filter(row => row['account_id'] === accountId);
    const kept = await base(db, accountId);
    await ctx.standing.save(db, accountId, ctx);
    if (!kept) continue;
    let { account } = kept;
    for (const row of own) account = happened(RULES, account, JSON.parse(row['event'] as string) as StandingEvent).account;
    await db.run('UPDATE standing SET base = ?, base_through = ? WHERE account_id = ?', [
      JSON.stringify(account),
      Number(own.at(-1)?.['n']),
      accountId,
    ]);
  }
  for (const row of rows) await db.run('DELETE FROM standing_events WHERE n = ?', [Number(row['n'])]);
  return rows.length;
}

export const standing = { reads: { get, base, events }, writes: { tell, tick, forget } };
