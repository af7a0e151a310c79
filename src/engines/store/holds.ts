// Waiting mail of an account whose standing changed: held sealed while it is suspended, going on when it is not. A large queue is walked in
// steps between the commits of others, newest mail first; how far it came is on disk, so that a start goes on with it.
import { newId } from '../ids.ts';
import { wakeRows } from './turns.ts';
import type { Db, Row, SettledRecipient, WriteContext } from './types.ts';

/** Mails a step: a few milliseconds. */
const A_STEP = 250;
const DAY_MS = 86_400_000;
/** Nothing waits longer: the longest life of content, counted from the latest `sendAt`. */
const WAITS_MOST_MS = 11 * DAY_MS;

/** From now on the account's mail waits or goes, as its state says; what was begun before is over. */
export async function holdOrRelease(db: Db, accountId: string, ctx: WriteContext): Promise<void> {
  const below = newId('msg', ctx.now() + DAY_MS);
  await db.run('INSERT INTO holds (account_id, below) VALUES (?, ?) ON CONFLICT (account_id) DO UPDATE SET below = excluded.below', [
    accountId,
    below,
  ]);
  await step(db, accountId, below, ctx);
}

/** One step more of one account; false = nothing is left to do. */
export async function moveHeld(db: Db, ctx: WriteContext): Promise<boolean> {
  const row = await db.get('SELECT account_id, below FROM holds ORDER BY account_id LIMIT 1');
  if (row) await step(db, row['account_id'] as string, row['below'] as string, ctx);
  return row !== undefined;
}

async function step(db: Db, accountId: string, below: string, ctx: WriteContext): Promise<void> {
  const oldest = newId('msg', ctx.now() - WAITS_MOST_MS);
  const ids = await db.all('SELECT id FROM emails WHERE account_id = ? AND id < ? AND id > ? ORDER BY id DESC LIMIT ?', [
    accountId,
    below,
    oldest,
    A_STEP,
  ]);
  const lowest = ids.at(-1)?.['id'] as string | undefined;
  if (lowest !== undefined) {
    const account = await db.get('SELECT state FROM accounts WHERE id = ?', [accountId]);
    await (account?.['state'] === 'suspended' ? hold : goOn)(db, { accountId, below, lowest }, ctx);
  }
  if (lowest === undefined || ids.length < A_STEP) await db.run('DELETE FROM holds WHERE account_id = ?', [accountId]);
  else await db.run('UPDATE holds SET below = ? WHERE account_id = ?', [lowest, accountId]);
}

type Range = { readonly accountId: string; readonly below: string; readonly lowest: string };
const IN_RANGE = `email_id < ? AND email_id >= ? AND due_at IS NOT NULL
  AND email_id IN (SELECT id FROM emails WHERE account_id = ? AND id < ? AND id >= ? AND final_at IS NULL)`;
const valuesOf = ({ accountId, below, lowest }: Range): readonly string[] => [below, lowest, accountId, below, lowest];

/** What is sent, and what is forwarded; mail for the account's own routes goes on. What a door was born with ends as its attempt does. */
async function hold(db: Db, range: Range, ctx: WriteContext): Promise<void> {
  const which = `WHERE ${IN_RANGE} AND owner IS NULL AND state IN ('queued', 'scheduled', 'deferred')
    AND (lane LIKE 'mx:%' OR lane LIKE 'forward:%' OR lane = 'simulator')`;
  for (const row of await db.all(`SELECT state, count(*) AS count FROM recipients ${which} GROUP BY state`, valuesOf(range))) {
    ctx.lanes.count(row['state'] as string, -Number(row['count']));
    ctx.lanes.count('held', Number(row['count']));
  }
  await db.run(
    `UPDATE recipients SET state = 'held', held_for = 'standing', waits = NULL,
      due_at = (SELECT expires_at FROM emails WHERE emails.id = recipients.email_id) ${which}`,
    valuesOf(range),
  );
}

/** At once, but not before the time that the sender asked for, nor before its turn where it waits for its quota. */
async function goOn(db: Db, range: Range, ctx: WriteContext): Promise<void> {
  const now = ctx.now();
  const rows = await db.all(
    `UPDATE recipients SET held_for = NULL,
      state = CASE WHEN booked_at > ? OR (SELECT send_at FROM emails WHERE emails.id = recipients.email_id) > ? THEN 'scheduled' ELSE 'queued' END,
      waits = CASE WHEN booked_at > ? THEN 'quota' END,
      due_at = CASE WHEN booked_at > ? THEN booked_at
        ELSE (SELECT CASE WHEN send_at > ? THEN send_at ELSE ? END FROM emails WHERE emails.id = recipients.email_id) END
      WHERE ${IN_RANGE} AND state = 'held' AND held_for = 'standing' RETURNING lane, priority, account_id, due_at, state`,
    [now, now, now, now, now, now, ...valuesOf(range)],
  );
  for (const row of rows) ctx.lanes.count(row['state'] as string, 1);
  ctx.lanes.count('held', -rows.length);
  await wakeRows(db, rows, ctx);
}

/** A result is recorded by what the account's state is now: the door may have looked before it changed. */
export async function asStateSays(db: Db, emailId: string, one: SettledRecipient, row: Row, ctx: WriteContext): Promise<SettledRecipient> {
  const isSent = /^(?:mx|forward):/.test(row['lane'] as string);
  if (one.dueAt === null || (one.state !== 'held' && !isSent)) return one;
  const account = await db.get('SELECT state FROM accounts WHERE id = ?', [row['account_id'] ?? '']);
  const isSuspended = account?.['state'] === 'suspended';
  if (isSuspended === (one.state === 'held')) return one;
  if (!isSuspended) return { ...one, state: 'queued', dueAt: ctx.now() };
  const email = await db.get('SELECT expires_at FROM emails WHERE id = ?', [emailId]);
  return { ...one, state: 'held', dueAt: Number(email?.['expires_at']) };
}
