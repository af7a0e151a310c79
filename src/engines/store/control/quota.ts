// Quotas at the commit itself (docs/levels.md): the account's day, the day of a domain with a level, and how often one person may be written
// to. Mail that may wait is booked on the first day with room, in the order of arrival; when a quota grows, what waits moves forward.
import { dailyOf } from '../../../levels/levels.ts';
import { byDomain, frequencyOf, quotaOf, type Frequency, type Over } from '../../../levels/quota.ts';
import { wakeRows } from '../turns.ts';
import type { AcceptOutcome, Db, NewMessage, Row, WriteContext } from '../types.ts';
import { frequencySetOf, kindOf } from './accounts.ts';

const DAY_MS = 86_400_000;
/** What has less time than this between its turn and its end is not worth waiting for. */
const LEAST_TO_DELIVER_MS = 60_000;
/** Recipients looked at in one step of moving what waits: some tens of ms of the writer. */
const ROWS_A_CALL = 500;

const WAITS = "waits = 'quota' AND due_at IS NOT NULL";
const dayOf = (at: number): number => Math.floor(at / DAY_MS);

async function usedOf(db: Db, accountId: string, day: number): Promise<number> {
  return Number((await db.get('SELECT count FROM usage WHERE account_id = ? AND day = ?', [accountId, day]))?.['count'] ?? 0);
}

async function usedOfDomain(db: Db, accountId: string, domain: string, day: number): Promise<number> {
  const row = await db.get('SELECT count FROM usage_domains WHERE account_id = ? AND domain = ? AND day = ?', [accountId, domain, day]);
  return Number(row?.['count'] ?? 0);
}

/** What bounds the mail of an account from one domain. `domain`: null = levels are off. */
type Bounds = {
  readonly accountId: string;
  readonly perDay: number;
  readonly perSecond: number;
  readonly frequency: Frequency | null;
  readonly domain: { readonly name: string; readonly perDay: number | null } | null;
};

async function boundsOf(db: Db, account: Row, fromDomain: string): Promise<Bounds> {
  const accountId = account['id'] as string;
  const kind = kindOf(account);
  const frequency = frequencyOf(kind, frequencySetOf(account));
  if (!kind.levels || kind.sandbox) return { accountId, ...quotaOf(kind).quota, frequency, domain: null };
  const best = await db.get('SELECT max(level) AS level FROM levels WHERE account_id = ?', [accountId]);
  const name = await coveringOf(db, accountId, fromDomain);
  const level = Number((await db.get('SELECT level FROM levels WHERE account_id = ? AND domain = ?', [accountId, name]))?.['level'] ?? 1);
  const domain = { name, perDay: byDomain(kind) ? dailyOf(level) : null };
  return { accountId, ...quotaOf({ ...kind, level: Number(best?.['level'] ?? 1) }).quota, frequency, domain };
}

/** The budget of that day which `counts` more do not fit in; null = they fit. */
async function overDay(
  db: Db,
  bounds: Bounds,
  day: number,
  counts: number,
): Promise<{ readonly used: number; readonly over: Over | null }> {
  const { accountId, perDay, domain } = bounds;
  const until = (day + 1) * DAY_MS;
  const used = await usedOf(db, accountId, day);
  if (used + counts > perDay) return { used, over: { budget: 'day', limit: perDay, of: null, until } };
  if (domain?.perDay == null) return { used, over: null };
  const ofDomain = await usedOfDomain(db, accountId, domain.name, day);
  const full = ofDomain + counts > domain.perDay;
  return { used: ofDomain, over: full ? { budget: 'domain', limit: domain.perDay, of: domain.name, until } : null };
}

/** When the person may be written to again: `at`, or later. */
async function freeAt(db: Db, ask: { readonly person: Uint8Array; readonly frequency: Frequency; readonly at: number }): Promise<number> {
  const { person, frequency, at } = ask;
  const windowMs = frequency.windowSeconds * 1_000;
  // The oldest of the last `count` mails must be out of the window.
  const row = await db.get('SELECT person_at FROM recipients WHERE person = ? AND person_at > ? ORDER BY person_at DESC LIMIT 1 OFFSET ?', [
    person,
    at - windowMs,
    frequency.count - 1,
  ]);
  return row ? Number(row['person_at']) + windowMs : at;
}

/** The recipient that was written to too often for mail at `at`, and until when; null = none. */
async function overFrequency(db: Db, m: NewMessage, frequency: Frequency | null, at: number): Promise<Over | null> {
  let latest: Over | null = null;
  for (const { person, address } of frequency ? m.recipients : []) {
    if (!person || !frequency) continue;
    const until = await freeAt(db, { person, frequency, at });
    if (until > at && until > (latest?.until ?? 0)) latest = { budget: 'recipient', limit: frequency.count, of: address, until };
  }
  return latest;
}

/** Counts the mail where it fits, books it where it may wait, or says what is over. `account`: its row. */
export async function takeQuota(
  db: Db,
  m: NewMessage,
  account: Row,
  ctx: WriteContext,
): Promise<NewMessage | Extract<AcceptOutcome, { kind: 'quota' }>> {
  const bounds = await boundsOf(db, account, m.fromDomain);
  const now = ctx.now();
  const due = Math.max(now, ...m.recipients.map(one => (one.state === 'scheduled' ? (one.dueAt ?? 0) : 0)));
  const rare = await overFrequency(db, m, bounds.frequency, due);
  const today = (await overDay(db, bounds, dayOf(now), m.counts)).over;
  const over = today ?? rare;
  if (!over) {
    await count(db, bounds, dayOf(now), m.counts, ctx);
    return personsAt(m, due);
  }
  if (!m.waits) return { kind: 'quota', over };
  const start = rare?.until ?? due;
  const booked = await firstRoom(db, bounds, start, m);
  if (booked === null) return { kind: 'quota', over };
  await count(db, bounds, dayOf(booked), m.counts, ctx);
  const waits = booked > start || today ? { waits: 'quota', bookedAt: booked } : { waits: 'frequency' };
  const recipients = m.recipients.map(one => (one.state === 'scheduled' ? { ...one, dueAt: booked, ...waits } : one));
  return personsAt({ ...m, recipients }, booked);
}

/** When the mail may go: at `start` or on the first day after with room, spread over that day at the account's rate; null = not in its time. */
async function firstRoom(db: Db, bounds: Bounds, start: number, m: NewMessage): Promise<number | null> {
  const end = m.expiresAt - LEAST_TO_DELIVER_MS;
  if (m.counts > bounds.perDay || m.counts > (bounds.domain?.perDay ?? m.counts)) return null;
  // Behind what waits already, also where something before it was cancelled.
  for (let day = Math.max(dayOf(start), await lastDay(db, bounds)); day * DAY_MS < end; day++) {
    const { used, over } = await overDay(db, bounds, day, m.counts);
    if (over) continue;
    const turn = day === dayOf(start) ? start : day * DAY_MS + spreadOf(used, bounds);
    const at = Math.max(turn, (await lastTurn(db, bounds.accountId, day)) + 1);
    return at < end ? Math.min(at, (day + 1) * DAY_MS - 1) : null;
  }
  return null;
}

/** The last day that anything of the account, or of the domain where it has a quota of its own, is counted on. */
async function lastDay(db: Db, { accountId, domain }: Bounds): Promise<number> {
  const row =
    domain?.perDay == null
      ? await db.get('SELECT day FROM usage WHERE account_id = ? AND count > 0 ORDER BY day DESC LIMIT 1', [accountId])
      : await db.get('SELECT day FROM usage_domains WHERE account_id = ? AND domain = ? AND count > 0 ORDER BY day DESC LIMIT 1', [
          accountId,
          domain.name,
        ]);
  return Number(row?.['day'] ?? 0);
}

/** When the last mail that is booked on the day goes; 0 = none is. */
async function lastTurn(db: Db, accountId: string, day: number): Promise<number> {
  const row = await db.get(
    `SELECT due_at FROM recipients WHERE ${WAITS} AND account_id = ? AND due_at >= ? AND due_at < ? ORDER BY due_at DESC LIMIT 1`,
    [accountId, day * DAY_MS, (day + 1) * DAY_MS],
  );
  return Number(row?.['due_at'] ?? 0);
}

/** Behind so many recipients, at the account's rate; a mail is never due in the same moment as the one before. */
const spreadOf = (recipients: number, { perSecond }: Bounds): number => Math.floor(recipients * Math.max(1, 1_000 / perSecond));

const personsAt = (m: NewMessage, at: number): NewMessage =>
  m.recipients.some(one => one.person) ? { ...m, recipients: m.recipients.map(one => (one.person ? { ...one, personAt: at } : one)) } : m;

/** `counts` may be negative: what is given back. */
async function count(db: Db, { accountId, domain }: Bounds, day: number, counts: number, ctx: WriteContext): Promise<void> {
  await db.run(
    'INSERT INTO usage (account_id, day, count) VALUES (?, ?, ?) ON CONFLICT (account_id, day) DO UPDATE SET count = usage.count + excluded.count',
    [accountId, day, counts],
  );
  if (!domain) return;
  await db.run(
    `INSERT INTO usage_domains (account_id, domain, day, count) VALUES (?, ?, ?, ?)
      ON CONFLICT (account_id, domain, day) DO UPDATE SET count = usage_domains.count + excluded.count`,
    [accountId, domain.name, day, counts],
  );
  await db.run(
    'INSERT INTO levels (account_id, domain, level, day, since) VALUES (?, ?, 1, ?, ?) ON CONFLICT (account_id, domain) DO NOTHING',
    [accountId, domain.name, dayOf(ctx.now()), ctx.now()],
  );
}

/** The account's own domain that a name is in; the name itself where there is none. */
async function coveringOf(db: Db, accountId: string, name: string): Promise<string> {
  for (let at = name; at.includes('.'); at = at.slice(at.indexOf('.') + 1))
    if (await db.get('SELECT name FROM domains WHERE name = ? AND account_id = ?', [at, accountId])) return at;
  return name;
}

const accountRow = (db: Db, id: string): Promise<Row | undefined> => db.get('SELECT * FROM accounts WHERE id = ?', [id]);

/** What waited for its quota was ended: its place on a later day is free again. */
export async function giveBack(
  db: Db,
  w: { readonly accountId: string; readonly emailId: string; readonly bookedAt: number; readonly counts: number },
  ctx: WriteContext,
): Promise<void> {
  const account = dayOf(w.bookedAt) > dayOf(ctx.now()) ? await accountRow(db, w.accountId) : undefined;
  const email = await db.get('SELECT from_domain FROM emails WHERE id = ?', [w.emailId]);
  if (!account || !email) return;
  await count(db, await boundsOf(db, account, email['from_domain'] as string), dayOf(w.bookedAt), -w.counts, ctx);
}

/** Accounts with mail that waits for its quota: a step for each, however much waits. */
async function waiting(db: Db): Promise<readonly string[]> {
  const found: string[] = [];
  for (;;) {
    const row = await db.get(`SELECT account_id FROM recipients WHERE ${WAITS} AND account_id > ? ORDER BY account_id LIMIT 1`, [
      found.at(-1) ?? '',
    ]);
    if (!row) return found;
    found.push(row['account_id'] as string);
  }
}

type Waiting = { readonly emailId: string; readonly day: number; readonly counts: number };

/** The mails of the account that were booked on later days, the first to go first: a bounded number. */
async function bookedLater(db: Db, accountId: string, tomorrow: number): Promise<readonly Waiting[]> {
  const rows = await db.all(
    `SELECT email_id, due_at FROM recipients WHERE ${WAITS} AND account_id = ? AND due_at >= ? AND state = 'scheduled'
      ORDER BY due_at, email_id LIMIT ?`,
    [accountId, tomorrow * DAY_MS, ROWS_A_CALL],
  );
  const mails = new Map<string, Waiting>();
  for (const row of rows) {
    const emailId = row['email_id'] as string;
    mails.set(emailId, { emailId, day: dayOf(Number(row['due_at'])), counts: (mails.get(emailId)?.counts ?? 0) + 1 });
  }
  // The last one may not be whole.
  return [...mails.values()].slice(0, rows.length < ROWS_A_CALL ? mails.size : -1);
}

/** Mail of a later day that has room today goes now, in its order; a domain whose mail does not fit keeps what is behind it. Mails moved. */
async function moveForward(db: Db, accountId: string, ctx: WriteContext): Promise<number> {
  const now = ctx.now();
  const today = dayOf(now);
  const account = await accountRow(db, accountId);
  if (!account) return 0;
  const stopped = new Set<string>();
  let [moved, spread] = [0, 0];
  for (const { emailId, day, counts } of await bookedLater(db, accountId, today + 1)) {
    const email = await db.get('SELECT from_domain FROM emails WHERE id = ?', [emailId]);
    const bounds = await boundsOf(db, account, (email?.['from_domain'] as string | undefined) ?? '');
    const key = bounds.domain?.name ?? '';
    if (stopped.has(key)) continue;
    const { over } = await overDay(db, bounds, today, counts);
    if (over?.budget === 'day') break;
    if (over) {
      stopped.add(key);
      continue;
    }
    await count(db, bounds, day, -counts, ctx);
    await count(db, bounds, today, counts, ctx);
    const at = now + spreadOf(spread, bounds);
    spread += counts;
    const rows = await db.all(
      `UPDATE recipients SET due_at = ?, booked_at = ? WHERE email_id = ? AND ${WAITS} AND state = 'scheduled' RETURNING lane, priority, account_id, due_at`,
      [at, at, emailId],
    );
    await wakeRows(db, rows, ctx);
    moved++;
  }
  return moved;
}

/** The account's domain that a name is in: its level, and the recipients it took today. */
async function ofDomain(
  db: Db,
  ask: { readonly accountId: string; readonly domain: string; readonly now: number },
): Promise<{ readonly name: string; readonly level: number; readonly used: number }> {
  const name = await coveringOf(db, ask.accountId, ask.domain);
  const row = await db.get('SELECT level FROM levels WHERE account_id = ? AND domain = ?', [ask.accountId, name]);
  return { name, level: Number(row?.['level'] ?? 1), used: await usedOfDomain(db, ask.accountId, name, dayOf(ask.now)) };
}

/** The end of what was counted on days before, a bounded number a call. */
function forget(db: Db, ask: { readonly before: number; readonly limit: number }): Promise<number> {
  return db.run(
    'DELETE FROM usage_domains WHERE (account_id, domain, day) IN (SELECT account_id, domain, day FROM usage_domains WHERE day < ? LIMIT ?)',
    [dayOf(ask.before), ask.limit],
  );
}

export const quota = { reads: { freeAt, ofDomain, waiting }, writes: { moveForward, forget } };
