// Who may try what next. Priorities first (the server's own mail, transactional, bulk with a share that is always its own); in each,
// accounts take turns by deficit round robin, counted in recipients; of an account, the lane that was served longest ago comes first.
// Nothing here depends on how much waits: only turns that are due are read, and of each only as much mail as there is room for.
import type { Job, JobRecipient, Notify, Target, TlsPolicy } from '../../mail.ts';
import * as bounds from './bounds.ts';
import type { Db, Queue, Row, WriteContext } from './types.ts';

type Ask = Parameters<Queue['claim']>[0];

/** Places in the order in which they are served; also the number in the tables. */
export const PRIORITY = { notice: 0, transactional: 1, bulk: 2 } as const;

export async function claim(db: Db, ask: Ask, ctx: WriteContext): Promise<readonly Job[]> {
  if (await db.get("SELECT 1 AS paused FROM installation WHERE name = 'paused'")) return [];
  const now = ctx.now();
  const jobs: Job[] = [];
  const ofLane = new Map<string, number>();
  const take = async (priority: number, places: number): Promise<number> => {
    const room = Math.min(places, ask.room - jobs.length);
    const got = await inTurn(db, { priority, room, perLane: ask.perLane, ofLane, now }, ctx);
    jobs.push(...got);
    return got.length;
  };
  await take(PRIORITY.notice, ask.room);
  const share = ctx.lanes.bulkShare(ask.room - jobs.length);
  await take(PRIORITY.transactional, ask.room - jobs.length - share);
  ctx.lanes.bulkTook(await take(PRIORITY.bulk, ask.room));
  await take(PRIORITY.transactional, ask.room);
  return jobs;
}

type Round = {
  readonly priority: number;
  readonly room: number;
  readonly perLane: number;
  /** Jobs this claim took of each lane. */
  readonly ofLane: Map<string, number>;
  readonly now: number;
};

/** Rounds over the accounts until the room is used or nobody has anything for it. */
async function inTurn(db: Db, round: Round, ctx: WriteContext): Promise<readonly Job[]> {
  const { priority, now } = round;
  const jobs: Job[] = [];
  for (;;) {
    let [got, indebted] = [0, false];
    const accounts = ctx.lanes.due(priority, now, bounds.ACCOUNTS_A_CLAIM);
    for (const [n, account] of accounts.entries()) {
      const left = round.room - jobs.length;
      if (left <= 0) return jobs;
      const grant = ctx.lanes.grant(priority, account);
      indebted ||= grant <= 0;
      if (grant <= 0) continue;
      const fair = Math.ceil(left / (accounts.length - n));
      const taken = await ofAccount(db, account, { ...round, room: Math.min(fair, grant) }, ctx);
      const next = await db.get('SELECT min(due_at) AS due_at FROM turns WHERE account_id = ? AND priority = ?', [account, priority]);
      const cost = taken.reduce((sum, job) => sum + job.recipients.length, 0);
      ctx.lanes.served(priority, account, cost, (next?.['due_at'] as number | null | undefined) ?? null, now);
      jobs.push(...taken);
      got += taken.length;
    }
    if (got === 0 && !indebted) return jobs;
  }
}

/** Due mail of one account, spread over its lanes. */
async function ofAccount(db: Db, account: string, round: Round, ctx: WriteContext): Promise<readonly Job[]> {
  const { priority, room, now, ofLane } = round;
  const turns = await db.all('SELECT lane FROM turns WHERE account_id = ? AND priority = ? AND due_at <= ? ORDER BY due_at LIMIT ?', [
    account,
    priority,
    now,
    room + bounds.LANES_BESIDE,
  ]);
  const each = Math.max(1, Math.ceil(room / Math.max(1, turns.length)));
  const jobs: Job[] = [];
  for (const { lane: name } of turns) {
    const lane = name as string;
    const wanted = Math.min(room - jobs.length, each);
    if (wanted <= 0) break;
    const before = ofLane.get(lane) ?? 0;
    const places = Math.min(wanted, round.perLane - before, ctx.lanes.room(lane, now));
    const taken = places > 0 ? await ofTurn(db, { account, priority, lane }, places, ctx) : { jobs: [], next: later(lane, now, ctx) };
    await setTurn(db, { account, priority, lane }, taken.next);
    ofLane.set(lane, before + taken.jobs.length);
    jobs.push(...taken.jobs);
  }
  return jobs;
}

/** When a lane without room is looked at again. */
const later = (lane: string, now: number, ctx: WriteContext): number => ctx.lanes.pausedUntil(lane, now) || now + bounds.FULL_MS;

type Turn = { readonly account: string; readonly priority: number; readonly lane: string };

async function setTurn(db: Db, turn: Turn, next: number | null): Promise<void> {
  const key = [turn.account, turn.priority, turn.lane];
  const at = 'WHERE account_id = ? AND priority = ? AND lane = ?';
  if (next === null) await db.run(`DELETE FROM turns ${at}`, key);
  else await db.run(`UPDATE turns SET due_at = ? ${at}`, [next, ...key]);
}

const OF_TURN = "lane = ? AND priority = ? AND coalesce(account_id, '') = ? AND owner IS NULL";

/** Leases at most `places` mails; `next` is when the turn is due again, null when nothing is left of it. */
async function ofTurn(
  db: Db,
  turn: Turn,
  places: number,
  ctx: WriteContext,
): Promise<{ readonly jobs: readonly Job[]; readonly next: number | null }> {
  const [now, key] = [ctx.now(), [turn.lane, turn.priority, turn.account]];
  const most = places * bounds.ROWS_A_JOB;
  const rows = await db.all(`SELECT email_id FROM recipients WHERE ${OF_TURN} AND due_at <= ? ORDER BY due_at LIMIT ?`, [
    ...key,
    now,
    most,
  ]);
  const mails = [...new Set(rows.map(row => row['email_id'] as string))];
  const jobs: Job[] = [];
  for (const emailId of mails.slice(0, places)) {
    const job = await lease(db, emailId, turn.lane, now, ctx);
    if (job) jobs.push(job);
  }
  if (mails.length > places || rows.length === most) return { jobs, next: now };
  const next = await db.get(`SELECT min(due_at) AS due_at FROM recipients WHERE ${OF_TURN} AND due_at IS NOT NULL`, key);
  return { jobs, next: (next?.['due_at'] as number | null | undefined) ?? null };
}

async function lease(db: Db, emailId: string, lane: string, now: number, ctx: WriteContext): Promise<Job | null> {
  const fence = ctx.nextFence();
  const held = await db.all(
    `UPDATE recipients SET owner = ?, fence = ? WHERE email_id = ? AND lane = ? AND due_at <= ? AND owner IS NULL
      RETURNING n, address, orcpt, notify, target, attempts, warned, unknown_since, waits`,
    [ctx.owner, fence, emailId, lane, now],
  );
  const email = await db.get('SELECT * FROM emails WHERE id = ?', [emailId]);
  if (!email || held.length === 0) return null;
  ctx.lanes.enter(lane);
  return jobOf(email, held, lane, fence);
}

function jobOf(email: Row, rows: readonly Row[], lane: string, fence: number): Job {
  const flags = JSON.parse(email['flags'] as string) as Pick<Job, 'requireTls' | 'smtpUtf8' | 'eightBit' | 'ret' | 'envid'>;
  return {
    emailId: email['id'] as string,
    fence,
    lane,
    direction: email['direction'] as 'out' | 'in',
    accountId: email['account_id'] as string | null,
    mailFrom: email['mail_from'] as string,
    fromDomain: email['from_domain'] as string,
    messageId: email['message_id'] as string,
    size: Number(email['size']),
    acceptedAt: Number(email['accepted_at']),
    expiresAt: Number(email['expires_at']),
    tls: email['tls'] as TlsPolicy,
    ...flags,
    recipients: rows.map(recipientOf).toSorted((a, b) => a.n - b.n),
  };
}

function recipientOf(row: Row): JobRecipient {
  return {
    n: Number(row['n']),
    address: row['address'] as string,
    orcpt: row['orcpt'] as string | null,
    notify: row['notify'] === null ? null : ((row['notify'] as string).split(',') as unknown as Notify),
    target: JSON.parse(row['target'] as string) as Target,
    attempts: Number(row['attempts']),
    warned: row['warned'] === 1,
    unknownSince: row['unknown_since'] === null ? null : Number(row['unknown_since']),
    waitedFor: row['waits'] as string | null,
  };
}
