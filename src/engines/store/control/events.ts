// Events by cursor. One writer numbers them in the order of commits, so a cursor never skips.
import type { EventType, NewEvent } from '../../../mail.ts';
import type { SuppressionClass } from '../../../suppress/entries.ts';
import { toldOfOutcome } from '../standing-told.ts';
import { suppress } from './automatic.ts';
import type { Db, ReturnedOutcome, Row, Value, WriteContext } from '../types.ts';

export type StoredEvent = NewEvent & { readonly seq: number; readonly id: string };

const eventOf = (row: Row): StoredEvent => ({
  seq: Number(row['seq']),
  id: row['id'] as string,
  at: Number(row['at']),
  type: row['type'] as EventType,
  accountId: row['account_id'] as string | null,
  emailId: row['email_id'] as string | null,
  recipient: row['recipient'] as string | null,
  data: JSON.parse(row['data'] as string),
});

export type EventsAsked = {
  /** null = all. */
  readonly accountId: string | null;
  readonly seq: number;
  readonly limit: number;
  readonly types?: readonly string[];
  readonly emailId?: string;
  readonly recipient?: string;
  /** Epoch ms: what happened before is left out. */
  readonly since?: number;
};

/** The index has no events without one: SQLite takes it only when that is said. */
const OF_RECIPIENT = 'recipient IS NOT NULL AND lower(recipient) = lower(?)';

/** Oldest first, those behind `seq`. Each filter that leads has its index in this order; types are asked for one by one. */
async function after(db: Db, ask: EventsAsked): Promise<readonly StoredEvent[]> {
  const start = ask.since === undefined ? ask.seq : Math.max(ask.seq, await before(db, ask.since - OUT_OF_ORDER_MS));
  const leads = ask.emailId !== undefined || ask.recipient !== undefined;
  const types = [...new Set(ask.types ?? [])];
  const filters: readonly (readonly [string, Value | undefined])[] = [
    ['account_id = ?', ask.accountId ?? undefined],
    ['email_id = ?', ask.emailId],
    [OF_RECIPIENT, ask.recipient],
    ['at >= ?', ask.since],
  ];
  const asked = filters.filter((one): one is readonly [string, Value] => one[1] !== undefined);
  const read = async (more: string, values: readonly Value[]): Promise<readonly Row[]> => {
    const where = ['seq > ?', ...asked.map(one => one[0])].join(' AND ');
    const sql = `SELECT * FROM events WHERE ${where}${more} ORDER BY seq LIMIT ?`;
    return db.all(sql, [start, ...asked.map(one => one[1]), ...values, ask.limit]);
  };
  if (types.length === 0) return (await read('', [])).map(eventOf);
  if (leads) return (await read(` AND type IN (${types.map(() => '?').join(', ')})`, types)).map(eventOf);
  const each: Row[] = [];
  for (const type of types) each.push(...(await read(' AND type = ?', [type])));
  return each
    .map(eventOf)
    .toSorted((a, b) => a.seq - b.seq)
    .slice(0, ask.limit);
}

/** What happened is recorded within this time, so that numbers and times are in one order but for so much. */
const OUT_OF_ORDER_MS = 3_600_000;

async function ofEmail(db: Db, emailId: string): Promise<readonly StoredEvent[]> {
  return (await db.all('SELECT * FROM events WHERE email_id = ? ORDER BY seq', [emailId])).map(eventOf);
}

export type LastTry = {
  readonly emailId: string;
  readonly recipient: string;
  readonly provider: string | null;
  readonly reply: string | null;
};

/** What a peer said last of each recipient of these emails, as far as one was tried; in one read, however often they were. */
async function lastTries(db: Db, emailIds: readonly string[]): Promise<readonly LastTry[]> {
  if (emailIds.length === 0) return [];
  // `lower`: by the index of emails, never by that of types, which every event of the installation stands in.
  const rows = await db.all(
    `SELECT e.email_id, e.recipient, e.data FROM events e JOIN (SELECT max(seq) AS seq FROM events
      WHERE email_id IN (${emailIds.map(() => '?').join(', ')}) AND lower(type) IN ('delivered', 'deferred', 'bounced', 'expired')
      GROUP BY email_id, recipient) l ON l.seq = e.seq ORDER BY e.seq`,
    emailIds,
  );
  return rows.map(row => {
    const { attempt, reply, provider = null } = JSON.parse(row['data'] as string);
    const [emailId, recipient] = [row['email_id'] as string, row['recipient'] as string];
    return { emailId, recipient, provider, reply: attempt?.reply ?? reply ?? null };
  });
}

async function last(db: Db): Promise<number> {
  return Number((await db.get('SELECT max(seq) AS seq FROM events'))?.['seq'] ?? 0);
}

/** How late an event may be numbered after it happened. */
const LATE_MS = 10_000;

/** A position from which nothing that happened since `at` (epoch ms) is missed; some of the seconds before may come too. */
async function before(db: Db, at: number): Promise<number> {
  // Events are numbered nearly in the order of their times: the first number with a time that late is found by halves.
  let [low, high] = [0, (await last(db)) + 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const row = await db.get('SELECT seq, at FROM events WHERE seq >= ? ORDER BY seq LIMIT 1', [middle]);
    if (row && Number(row['at']) < at - LATE_MS) low = Number(row['seq']) + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

async function add(db: Db, events: readonly NewEvent[], ctx: WriteContext): Promise<void> {
  for (const event of events) await ctx.event(db, event);
}

/** How many outcomes were added, and the classes of automatic entries of the blocked library that they made. */
export type Added = { readonly added: number; readonly made: readonly SuppressionClass[] };

/** What was told of a recipient after delivery: a report that comes again, or a warning behind the failure, adds nothing. */
async function addOutcomes(db: Db, outcomes: readonly ReturnedOutcome[], ctx: WriteContext): Promise<Added> {
  let added = 0;
  const made: SuppressionClass[] = [];
  for (const { event, suppression } of outcomes) {
    const told = event.emailId === null ? [] : await ofEmail(db, event.emailId);
    const before = told.filter(one => one.recipient === event.recipient && one.data['afterDelivery'] === true);
    if (before.some(one => one.type === event.type || (event.type === 'deferred' && one.type === 'bounced'))) continue;
    await ctx.event(db, event);
    await count(db, event, ctx);
    if (suppression) made.push(...(await suppress(db, suppression, ctx)));
    added++;
  }
  return { added, made };
}

/** For the standing of the account that sent it. Notices of ours and forwards are not its own mail. */
async function count(db: Db, event: NewEvent, ctx: WriteContext): Promise<void> {
  const told = toldOfOutcome(event);
  if (!told || event.accountId === null || event.emailId === null) return;
  const email = await db.get('SELECT direction, door FROM emails WHERE id = ?', [event.emailId]);
  if (email?.['direction'] === 'out' && email['door'] !== 'internal') await ctx.standing.tell(db, event.accountId, told, ctx);
}

export const events = { reads: { after, before, ofEmail, lastTries, last }, writes: { add, addOutcomes } };
