// Entries of the blocked library that make and end themselves, in the commit that records why. They do not raise the generation of facts: a
// large mailing makes thousands, and each would empty what every door keeps. So they are looked up at each question, by index.
import { newId } from '../../ids.ts';
import { REMEMBERED_MS } from '../../../suppress/bounds.ts';
import { endOf, isAgreed, type Lessons, type Suppression, type SuppressionClass, type Works } from '../../../suppress/entries.ts';
import type { Db, WriteContext } from '../types.ts';

/** account_id of entries that hold for all. */
const ALL = '';

/** What the attempts of one job tell: the classes of entries that were made. */
export async function learn(db: Db, { made, works }: Lessons, ctx: WriteContext): Promise<readonly SuppressionClass[]> {
  await lift(db, works);
  const classes: SuppressionClass[] = [];
  for (const told of made) classes.push(...(await suppress(db, told, ctx)));
  return classes;
}

/** Makes or renews what follows from what was told; the classes of entries that hold from now on and did not before. */
export async function suppress(db: Db, told: Suppression, ctx: WriteContext): Promise<readonly SuppressionClass[]> {
  const { class: kind, pattern, accountId } = told;
  if (!(await db.get('SELECT id FROM accounts WHERE id = ?', [accountId]))) return [];
  const own = await renew(db, told, ctx);
  if (!told.vote) return own ? [kind] : [];
  await db.run('UPDATE blocked SET told_first = coalesce(told_first, ?), told_last = ? WHERE account_id = ? AND pattern = ?', [
    ctx.now(),
    ctx.now(),
    accountId,
    pattern,
  ]);
  const forAll = (await agreed(db, pattern)) && (await renew(db, { accountId: ALL, class: kind, pattern, sealed: null }, ctx));
  return [own, forAll].filter(Boolean).map(() => kind);
}

/** Mail to them arrived: the account's entries and votes end, and the entries of all that are not agreed on without them. */
async function lift(db: Db, { accountId, patterns }: Works): Promise<void> {
  if (patterns.length === 0) return;
  const marks = patterns.map(() => '?').join(', ');
  const rows = await db.all(`SELECT id, account_id, pattern FROM blocked WHERE pattern IN (${marks}) AND account_id IN (?, ?)`, [
    ...patterns,
    accountId,
    ALL,
  ]);
  for (const row of rows.filter(one => one['account_id'] !== ALL)) await db.run('DELETE FROM blocked WHERE id = ?', [row['id'] as string]);
  for (const row of rows.filter(one => one['account_id'] === ALL)) {
    if (!(await agreed(db, row['pattern'] as string))) await db.run('DELETE FROM blocked WHERE id = ?', [row['id'] as string]);
  }
}

/** False: it holds already. An entry that was over is a repeat and holds longer. */
async function renew(
  db: Db,
  e: Pick<Suppression, 'accountId' | 'class' | 'pattern'> & { readonly sealed: Uint8Array | null },
  ctx: WriteContext,
): Promise<boolean> {
  const now = ctx.now();
  const old = await db.get('SELECT times, expires_at FROM blocked WHERE account_id = ? AND pattern = ?', [e.accountId, e.pattern]);
  if (old && (old['expires_at'] === null || Number(old['expires_at']) > now)) return false;
  const times = old ? Number(old['times']) + 1 : 1;
  const source = e.class === 'complaint' ? 'complaint' : 'bounce';
  await db.run(
    `INSERT INTO blocked (id, account_id, action, pattern, kind, direction, source, class, sealed, times, expires_at, created_at)
      VALUES (?, ?, 'block', ?, 'hash', 'recipient', ?, ?, ?, ?, ?, ?)
      ON CONFLICT (account_id, action, pattern, direction, mail_group) DO UPDATE SET reason = NULL, sealed = excluded.sealed,
      times = excluded.times, expires_at = excluded.expires_at, created_at = excluded.created_at`,
    [newId('blk', now), e.accountId, e.pattern, source, e.class, e.sealed, times, endOf(e.class, times, now), now],
  );
  return true;
}

async function agreed(db: Db, pattern: string): Promise<boolean> {
  const rows = await db.all('SELECT told_first, told_last FROM blocked WHERE pattern = ? AND told_first IS NOT NULL', [pattern]);
  return isAgreed(rows.map(row => ({ first: Number(row['told_first']), last: Number(row['told_last']) })));
}

/** Of entries that are over the address goes at once, and the hash when it is no repeat any more. Rows changed, at most twice `limit`. */
export async function forget(db: Db, ask: { readonly now: number; readonly limit: number }): Promise<number> {
  const unnamed = await db.run(
    'UPDATE blocked SET sealed = NULL WHERE id IN (SELECT id FROM blocked WHERE sealed IS NOT NULL AND expires_at <= ? LIMIT ?)',
    [ask.now, ask.limit],
  );
  const forgotten = await db.run(
    "DELETE FROM blocked WHERE id IN (SELECT id FROM blocked WHERE kind = 'hash' AND expires_at <= ? LIMIT ?)",
    [ask.now - REMEMBERED_MS, ask.limit],
  );
  return unnamed + forgotten;
}

/** The address of one person goes from all entries that made themselves; they still hold. */
export async function unname(db: Db, patterns: readonly string[]): Promise<number> {
  if (patterns.length === 0) return 0;
  return db.run(`UPDATE blocked SET sealed = NULL WHERE pattern IN (${patterns.map(() => '?').join(', ')})`, patterns);
}
