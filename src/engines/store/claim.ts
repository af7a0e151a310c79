// Who may try what next. Priorities first (the server's own mail, transactional, bulk with a share that is always its own); in each,
// accounts take turns by deficit round robin, counted in recipients; of an account, the lane that was served longest ago comes first.
// Nothing here depends on how much waits: only turns that are due are read, and of each only as much mail as there is room for. And
// nothing is written but the end of turns: leases live in memory.
import type { Handling, Job, JobRecipient, Notify, Target, TlsPolicy } from '../../mail.ts';
import * as bounds from './bounds.ts';
import type { Turn } from './leases.ts';
import { dueMails, nextDue, setTurn } from './turns.ts';
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
      const { taken, next } = await ofAccount(db, account, { ...round, room: Math.min(fair, grant) }, ctx);
      const cost = taken.reduce((sum, job) => sum + job.recipients.length, 0);
      ctx.lanes.served(priority, account, cost, next, now);
      jobs.push(...taken);
      got += taken.length;
    }
    if (got === 0 && !indebted) return jobs;
  }
}

type Taken = { readonly taken: readonly Job[]; /** null: nothing is left that is free. */ readonly next: number | null };

/** Due mail of one account, spread over its lanes; `next` is when there is more of it. */
async function ofAccount(db: Db, account: string, round: Round, ctx: WriteContext): Promise<Taken> {
  const { priority, room, now } = round;
  const limit = room + bounds.LANES_BESIDE + ctx.leases.countAhead(priority, account);
  const rows = await db.all(
    'SELECT lane, due_at FROM turns WHERE account_id = ? AND priority = ? AND due_at <= ? ORDER BY due_at LIMIT ?',
    [account, priority, now, limit],
  );
  const turns = rows.map(row => {
    const turn = { account, priority, lane: row['lane'] as string };
    const ahead = ctx.leases.ahead(turn);
    return { turn, due: ahead === undefined ? Number(row['due_at']) : (ahead ?? Infinity) };
  });
  const due = turns.filter(one => one.due <= now).toSorted((a, b) => a.due - b.due);
  const each = Math.max(1, Math.ceil(room / Math.max(1, due.length)));
  const taken: Job[] = [];
  const nexts = turns.filter(one => one.due > now).map(one => one.due);
  for (const { turn, due: dueAt } of due) {
    const wanted = Math.min(room - taken.length, each);
    const visited = wanted > 0 ? await ofTurn(db, turn, { ...round, room: wanted }, ctx) : { taken: [], next: dueAt };
    taken.push(...visited.taken);
    if (visited.next !== null) nexts.push(visited.next);
  }
  if (rows.length >= limit) nexts.push(now);
  const later = await db.get('SELECT min(due_at) AS due_at FROM turns WHERE account_id = ? AND priority = ? AND due_at > ?', [
    account,
    priority,
    now,
  ]);
  nexts.push((later?.['due_at'] as number | null | undefined) ?? Infinity);
  const next = Math.min(...nexts);
  return { taken, next: next === Infinity ? null : next };
}

/** Leases as much of the turn as it wants and its lane has room for, and says where it stands then. */
async function ofTurn(db: Db, turn: Turn, round: Round, ctx: WriteContext): Promise<Taken> {
  const { now, ofLane } = round;
  const { lane } = turn;
  const paused = ctx.lanes.pausedUntil(lane, turn.account, now);
  if (paused > 0) {
    await setTurn(db, turn, paused, ctx);
    return { taken: [], next: paused };
  }
  const before = ofLane.get(lane) ?? 0;
  const places = Math.min(round.room, round.perLane - before, ctx.lanes.room(lane, now));
  if (places <= 0) {
    ctx.leases.setAhead(turn, now + bounds.FULL_MS);
    return { taken: [], next: now + bounds.FULL_MS };
  }
  const limit = places * bounds.ROWS_A_JOB + ctx.leases.held(turn).rows;
  const rows = await dueMails(db, turn, now, limit);
  const free = [...new Set(rows)].filter(id => ctx.leases.of(id, lane) === null);
  const taken: Job[] = [];
  for (const emailId of free.slice(0, places)) {
    const job = await lease(db, emailId, turn, now, ctx);
    if (job) taken.push(job);
  }
  ofLane.set(lane, before + taken.length);
  const more = free.length > places || rows.length === limit;
  const next = more ? now : await nextDue(db, turn, now);
  await setTurn(db, turn, next, ctx);
  return { taken, next };
}

async function lease(db: Db, emailId: string, turn: Turn, now: number, ctx: WriteContext): Promise<Job | null> {
  const rows = await db.all(
    `SELECT n, address, orcpt, notify, target, attempts, warned, unknown_since, waits FROM recipients
      WHERE email_id = ? AND lane = ? AND due_at <= ? AND owner IS NULL`,
    [emailId, turn.lane, now],
  );
  const email = await db.get('SELECT * FROM emails WHERE id = ?', [emailId]);
  if (!email || rows.length === 0) return null;
  const fence = ctx.nextFence();
  ctx.leases.take(emailId, { owner: ctx.owner, fence, turn, rows: rows.length });
  ctx.lanes.enter(turn.lane);
  return jobOf(email, rows, turn.lane, fence);
}

function jobOf(email: Row, rows: readonly Row[], lane: string, fence: number): Job {
  // Rows of older versions lack the later ones.
  const none = { tlsRequiredNo: false, pool: null, personal: null };
  const flags = { ...none, ...(JSON.parse(email['flags'] as string) as Handling) };
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
