// What is kept of mail: metadata, states and records, never content; and the decisions on held or waiting mail.
import type { RecipientState, Target } from '../../../mail.ts';
import { comparable } from '../../../message/addresses.ts';
import { newId } from '../../ids.ts';
import { giveBack } from './quota.ts';
import { forgetIfFinal } from '../queue.ts';
import { sweepAhead } from '../start.ts';
import { wakeRows } from '../turns.ts';
import type { Db, Row, WriteContext } from '../types.ts';

export type EmailRow = {
  readonly id: string;
  readonly accountId: string | null;
  readonly direction: 'in' | 'out';
  readonly door: string;
  readonly mailFrom: string;
  readonly fromDomain: string;
  readonly messageId: string;
  readonly size: number;
  readonly acceptedAt: number;
  readonly sendAt: number | null;
  readonly expiresAt: number;
  readonly tls: string;
  readonly tags: readonly string[];
  readonly record: Readonly<Record<string, unknown>>;
  /** True while the sealed content is still there. */
  readonly contentHeld: boolean;
  readonly finalAt: number | null;
  readonly batchId: string | null;
};
export type RecipientRow = {
  readonly n: number;
  readonly address: string;
  readonly target: Target;
  readonly state: RecipientState;
  readonly heldFor: string | null;
  readonly dueAt: number | null;
  readonly attempts: number;
  /** Why it waits although nothing is wrong with it: pace, no sending address, a site that does not answer. null = it does not. */
  readonly waiting: { readonly why: string; readonly until: number } | null;
};

export const emailOf = (row: Row): EmailRow => ({
  id: row['id'] as string,
  accountId: row['account_id'] as string | null,
  direction: row['direction'] as 'in' | 'out',
  door: row['door'] as string,
  mailFrom: row['mail_from'] as string,
  fromDomain: row['from_domain'] as string,
  messageId: row['message_id'] as string,
  size: Number(row['size']),
  acceptedAt: Number(row['accepted_at']),
  sendAt: row['send_at'] === null ? null : Number(row['send_at']),
  expiresAt: Number(row['expires_at']),
  tls: row['tls'] as string,
  tags: JSON.parse(row['tags'] as string),
  record: JSON.parse(row['record'] as string),
  contentHeld: row['wrapped'] !== null,
  finalAt: row['final_at'] === null ? null : Number(row['final_at']),
  batchId: row['batch_id'] as string | null,
});

async function get(db: Db, id: string): Promise<EmailRow | null> {
  const row = await db.get('SELECT * FROM emails WHERE id = ?', [id]);
  return row ? emailOf(row) : null;
}

async function recipients(db: Db, id: string): Promise<readonly RecipientRow[]> {
  const rows = await db.all(
    `SELECT r.n, r.address, r.target, r.state, r.held_for, r.due_at, r.attempts, r.waits, p.why, p.until_at, q.why AS own_why, q.until_at AS own_until
      FROM recipients r LEFT JOIN pauses p ON p.lane = r.lane AND r.due_at IS NOT NULL
        LEFT JOIN pauses q ON q.lane = r.lane || ' ' || coalesce(r.account_id, '') AND r.due_at IS NOT NULL
      WHERE r.email_id = ? ORDER BY r.n`,
    [id],
  );
  return rows.map(row => ({
    n: Number(row['n']),
    address: row['address'] as string,
    target: JSON.parse(row['target'] as string) as Target,
    state: row['state'] as RecipientState,
    heldFor: row['held_for'] as string | null,
    dueAt: row['due_at'] === null ? null : Number(row['due_at']),
    attempts: Number(row['attempts']),
    waiting: waitingFor(row),
  }));
}

/** Its own reason, or that of its lane where the lane rests for longer than the recipient would wait. */
function waitingFor(row: Row): RecipientRow['waiting'] {
  if (row['due_at'] === null || row['state'] === 'held') return null;
  const due = Number(row['due_at']);
  const [until, own] = [Number(row['until_at'] ?? 0), Number(row['own_until'] ?? 0)];
  if (Math.max(until, own) > due) return until > own ? { why: row['why'] as string, until } : { why: row['own_why'] as string, until: own };
  return row['waits'] === null ? null : { why: row['waits'] as string, until: due };
}

/** Ends what waits (cancel of queued, scheduled or deferred mail; discard of held mail). Number of recipients ended. */
async function end(db: Db, c: { readonly id: string; readonly held: boolean; readonly by: string }, ctx: WriteContext): Promise<number> {
  const states = c.held ? ['held'] : ['queued', 'scheduled', 'deferred', 'held'];
  const marks = states.map(() => '?').join(', ');
  const rows = await db.all(
    `SELECT n, lane, address, account_id, state, booked_at FROM recipients WHERE email_id = ? AND due_at IS NOT NULL AND state IN (${marks})`,
    [c.id, ...states],
  );
  // What a door holds is being tried: it ends as the attempt does.
  const ended = rows.filter(row => ctx.leases.of(c.id, row['lane'] as string) === null);
  for (const one of ended) {
    if (one['booked_at'] !== null)
      await giveBack(db, { accountId: one['account_id'] as string, emailId: c.id, bookedAt: Number(one['booked_at']), counts: 1 }, ctx);
    await db.run("UPDATE recipients SET state = 'cancelled', due_at = NULL, held_for = NULL, waits = NULL WHERE email_id = ? AND n = ?", [
      c.id,
      one['n'] as number,
    ]);
    ctx.lanes.count(one['state'] as string, -1);
    await ctx.event(db, {
      type: 'cancelled',
      at: ctx.now(),
      accountId: one['account_id'] as string | null,
      emailId: c.id,
      recipient: one['address'] as string,
      data: { by: c.by },
    });
  }
  if (ended.length > 0) await forgetIfFinal(db, c.id, ctx);
  return ended.length;
}

/** Held mail goes on; not what an account's suspension holds. Number of recipients released. */
async function release(db: Db, c: { readonly id: string }, ctx: WriteContext): Promise<number> {
  const rows = await db.all(
    `UPDATE recipients SET state = 'queued', held_for = NULL, due_at = ? WHERE email_id = ? AND state = 'held' AND held_for <> 'standing'
      AND owner IS NULL RETURNING lane, priority, account_id, due_at`,
    [ctx.now(), c.id],
  );
  ctx.lanes.count('held', -rows.length);
  ctx.lanes.count('queued', rows.length);
  await wakeRows(db, rows, ctx);
  return rows.length;
}

/** A newer scan of waiting mail takes the place of the older in its record. */
async function rescanned(db: Db, r: { readonly id: string; readonly virus: Readonly<Record<string, unknown>> }): Promise<void> {
  const email = await get(db, r.id);
  if (email) await db.run('UPDATE emails SET record = ? WHERE id = ?', [JSON.stringify({ ...email.record, virus: r.virus }), r.id]);
}

/** A message is put within minutes. */
const ORPHAN_MS = 3_600_000;

/** The end of metadata: mails, recipients and events older than the lifetime, a bounded number a call; waiting mail stays. */
async function purge(db: Db, p: { readonly before: number; readonly now: number; readonly limit: number }): Promise<number> {
  // Ids sort by time, so that waiting and young mail is not walked over.
  const old = await db.all('SELECT id, account_id, tags FROM emails WHERE id < ? AND final_at < ? ORDER BY id LIMIT ?', [
    newId('msg', p.before),
    p.before,
    p.limit,
  ]);
  for (const { id, account_id: accountId, tags } of old) {
    for (const tag of JSON.parse(tags as string) as readonly string[])
      await db.run('DELETE FROM email_tags WHERE account_id = ? AND tag = ? AND email_id = ?', [accountId ?? '', tag, id as string]);
    for (const table of ['recipients', 'events']) await db.run(`DELETE FROM ${table} WHERE email_id = ?`, [id as string]);
    await db.run('DELETE FROM emails WHERE id = ?', [id as string]);
  }
  await sweepAhead(db, p.now - ORPHAN_MS);
  await db.run('DELETE FROM pauses WHERE until_at <= ?', [p.now]);
  const others = await db.run('DELETE FROM events WHERE seq IN (SELECT seq FROM events WHERE email_id IS NULL AND at < ? LIMIT ?)', [
    p.before,
    p.limit,
  ]);
  const refused = await db.run('DELETE FROM refusals WHERE seq IN (SELECT seq FROM refusals WHERE at < ? LIMIT ?)', [p.before, p.limit]);
  return old.length + others + refused;
}

/** How long the campaign fingerprint of a mail outlives its content. */
export const SKETCH_MS = 86_400_000;

/** The campaign fingerprint of a mail; null when it has none or is final since before `finalAfter`. */
async function sketch(db: Db, ask: { readonly id: string; readonly finalAfter: number }): Promise<Uint8Array | null> {
  const row = await db.get('SELECT sketch FROM emails WHERE id = ? AND (final_at IS NULL OR final_at >= ?)', [ask.id, ask.finalAfter]);
  return (row?.['sketch'] as Uint8Array | null | undefined) ?? null;
}

/** Fingerprints of mail that was final before then go, a bounded number a call. */
function forgetSketches(db: Db, ask: { readonly before: number; readonly limit: number }): Promise<number> {
  return db.run(
    'UPDATE emails SET sketch = NULL WHERE id IN (SELECT id FROM emails WHERE sketch IS NOT NULL AND final_at IS NOT NULL AND final_at < ? LIMIT ?)',
    [ask.before, ask.limit],
  );
}

/** One person's metadata is erased: the address leaves final recipients, events, refusals and the audit log. */
async function eraseRecipient(db: Db, address: string): Promise<number> {
  const changed = await db.run(
    "UPDATE recipients SET address = '', orcpt = NULL, person = NULL WHERE lower(address) = lower(?) AND due_at IS NULL",
    [address],
  );
  // Peers repeat the address in their replies.
  const events = await db.run(
    "UPDATE events SET recipient = NULL, data = replace(replace(data, recipient, ''), lower(recipient), '') WHERE recipient IS NOT NULL AND lower(recipient) = lower(?)",
    [address],
  );
  const key = comparable(address);
  const refused = await db.run('UPDATE refusals SET sender = NULL, recipient = NULL WHERE recipient = ? OR sender = ?', [key, key]);
  const audited = await db.run("UPDATE audit SET object = '' WHERE lower(object) = lower(?)", [address]);
  return changed + events + refused + audited;
}

const WAITING = 'waiting/';

/** What waits, by state; for metrics and doctor. Read from counters that each commit keeps, so that it costs the same however much waits. */
async function waiting(db: Db): Promise<readonly { readonly state: string; readonly count: number }[]> {
  const rows = await db.all('SELECT name, value FROM counters WHERE name LIKE ?', [`${WAITING}%`]);
  return rows.map(row => ({ state: (row['name'] as string).slice(WAITING.length), count: Number(row['value']) }));
}

export const emails = {
  reads: { get, recipients, waiting, sketch },
  writes: { end, release, purge, eraseRecipient, forgetSketches, rescanned },
};
