// The queue: what one accepted message becomes, who may try it, and how its results are recorded. A recipient row waits while `due_at`
// is set; `owner` is the door that holds it, `fence` the number under which it may record. Held mail is due at its end of life.
import type { Job, JobRecipient, Notify, RecipientState, Target, TlsPolicy } from '../../mail.ts';
import type { AcceptOutcome, Db, NewMessage, NewRecipient, Queue, Row, Settlement, WriteContext } from './types.ts';

/** Lanes looked at in one claim; the next claim goes on behind them, so that every lane has its turn. */
const LANES_A_CLAIM = 300;
const DAY = 86_400_000;

const FINAL: readonly RecipientState[] = ['delivered', 'bounced', 'suppressed', 'expired', 'cancelled'];
export const isFinal = (state: RecipientState): boolean => FINAL.includes(state);

/** Thrown inside a write to undo it and answer with `outcome` instead of an error. */
export class Undo extends Error {
  readonly outcome: unknown;
  constructor(outcome: unknown) {
    super('undone');
    this.outcome = outcome;
  }
}

type Arg<K extends keyof Queue> = Parameters<Queue[K]>[0];

async function accept(db: Db, m: NewMessage, ctx: WriteContext): Promise<AcceptOutcome> {
  if (ctx.full()) return { kind: 'full' };
  const refused = await gate(db, m, ctx);
  if (refused) return refused;
  const fence = ctx.nextFence();
  const leased = await insert(db, m, ctx, fence);
  return { kind: 'queued', fence, leased };
}

/** The checks that must hold at the commit itself: idempotency, suspension, quota. */
async function gate(db: Db, m: NewMessage, ctx: WriteContext): Promise<AcceptOutcome | null> {
  if (m.idempotency) {
    const { keyMac, bodyMac } = m.idempotency;
    const kept = await db.get('SELECT body_mac, status, answer FROM idempotency WHERE key_mac = ? AND status IS NOT NULL', [keyMac]);
    if (kept && !same(kept['body_mac'], bodyMac)) return { kind: 'key_reused' };
    if (kept) return { kind: 'replayed', status: Number(kept['status']), answer: String(kept['answer']) };
  }
  if (!m.accountId || m.direction !== 'out' || m.counts === 0) return null;
  const account = await db.get('SELECT state, per_day FROM accounts WHERE id = ?', [m.accountId]);
  if (!account || account['state'] === 'suspended') return { kind: 'suspended' };
  const day = Math.floor(ctx.now() / DAY);
  const used = Number((await db.get('SELECT count FROM usage WHERE account_id = ? AND day = ?', [m.accountId, day]))?.['count'] ?? 0);
  const perDay = Number(account['per_day']);
  if (used + m.counts > perDay) return { kind: 'quota', perDay };
  await db.run(
    'INSERT INTO usage (account_id, day, count) VALUES (?, ?, ?) ON CONFLICT (account_id, day) DO UPDATE SET count = usage.count + excluded.count',
    [m.accountId, day, m.counts],
  );
  return null;
}

/** All rows of one message; returns the lanes that are leased to the asking door. */
async function insert(db: Db, m: NewMessage, ctx: WriteContext, fence: number): Promise<readonly string[]> {
  const waiting = m.recipients.some(one => one.dueAt !== null);
  const sealed = waiting ? ctx.wrap(m.id, m.key) : null;
  const { requireTls, tlsRequiredNo, smtpUtf8, eightBit, ret, envid, pool = null, personal } = m;
  const flags = JSON.stringify({ requireTls, tlsRequiredNo, smtpUtf8, eightBit, ret, envid, pool, ...(personal ? { personal } : {}) });
  await db.run(
    `INSERT INTO emails (id, account_id, direction, door, mail_from, from_domain, message_id, size, accepted_at, send_at, expires_at, tls,
      flags, tags, record, sketch, epoch, wrapped, final_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      m.id,
      m.accountId,
      m.direction,
      m.door,
      m.mailFrom,
      m.fromDomain,
      m.messageId,
      m.size,
      m.acceptedAt,
      m.sendAt,
      m.expiresAt,
      m.tls,
      flags,
      JSON.stringify(m.tags),
      JSON.stringify(m.record),
      m.sketch,
      sealed?.epoch ?? null,
      sealed?.wrapped ?? null,
      waiting ? null : ctx.now(),
    ],
  );
  const now = ctx.now();
  if (waiting)
    for (const [n, bytes] of m.chunks.entries())
      await db.run('INSERT INTO content (email_id, n, bytes, put_at) VALUES (?, ?, ?, ?)', [m.id, n, bytes, now]);
  const leased = new Set<string>();
  for (const one of m.recipients) {
    const lease =
      m.lease && one.state === 'queued' && one.dueAt !== null && one.dueAt <= now && (leased.has(one.lane) || free(ctx, one.lane));
    if (lease) {
      if (!leased.has(one.lane)) ctx.lanes.busy.set(one.lane, (ctx.lanes.busy.get(one.lane) ?? 0) + 1);
      leased.add(one.lane);
    } else if (one.dueAt !== null && one.dueAt <= now) ctx.lanes.backlog.add(one.lane);
    await insertRecipient(db, m, one, lease ? ctx.owner : null, fence);
  }
  for (const event of m.events) await ctx.event(db, event);
  if (m.idempotency) {
    const { keyMac, bodyMac, status, answer } = m.idempotency;
    await db.run(
      `INSERT INTO idempotency (key_mac, body_mac, status, answer, created_at) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (key_mac) DO UPDATE SET body_mac = excluded.body_mac, status = excluded.status, answer = excluded.answer`,
      [keyMac, bodyMac, status, answer, now],
    );
  }
  return [...leased];
}

function insertRecipient(db: Db, m: NewMessage, one: NewRecipient, owner: string | null, fence: number): Promise<number> {
  return db.run(
    `INSERT INTO recipients (email_id, n, address, account_id, orcpt, notify, lane, target, route_id, state, held_for, due_at, owner, fence)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      m.id,
      one.n,
      one.address,
      m.accountId,
      one.orcpt,
      one.notify,
      one.lane,
      JSON.stringify(one.target),
      one.routeId,
      one.state,
      one.state === 'held' ? 'review' : null,
      one.dueAt,
      owner,
      fence,
    ],
  );
}

/** Jobs of one lane that all doors may hold at once. */
const LANE_LIMIT = 400;
const free = (ctx: WriteContext, lane: string): boolean => !ctx.lanes.backlog.has(lane) && (ctx.lanes.busy.get(lane) ?? 0) < LANE_LIMIT;

async function putChunks(
  db: Db,
  arg: { emailId: string; first: number; chunks: readonly Uint8Array[] },
  ctx: WriteContext,
): Promise<'put' | 'full'> {
  if (ctx.full()) return 'full';
  for (const [i, bytes] of arg.chunks.entries()) {
    await db.run('INSERT INTO content (email_id, n, bytes, put_at) VALUES (?, ?, ?, ?)', [arg.emailId, arg.first + i, bytes, ctx.now()]);
  }
  return 'put';
}

let position = '';

async function claim(db: Db, ask: Arg<'claim'>, ctx: WriteContext): Promise<readonly Job[]> {
  if (await db.get("SELECT 1 AS paused FROM installation WHERE name = 'paused'")) return [];
  const now = ctx.now();
  const jobs: Job[] = [];
  const start = position;
  let wrapped = false;
  for (let looked = 0; looked < LANES_A_CLAIM && jobs.length < ask.room; looked++) {
    const next = await db.get('SELECT lane FROM recipients WHERE due_at IS NOT NULL AND owner IS NULL AND lane > ? ORDER BY lane LIMIT 1', [
      position,
    ]);
    const lane = next?.['lane'] as string | undefined;
    if (lane === undefined) {
      if (wrapped || position === '') {
        position = '';
        break;
      }
      wrapped = true;
      position = '';
      continue;
    }
    if (wrapped && lane > start) break;
    position = lane;
    jobs.push(...(await claimLane(db, lane, now, Math.min(ask.room - jobs.length, ask.perLane), ctx)));
  }
  return jobs;
}

async function claimLane(db: Db, lane: string, now: number, wanted: number, ctx: WriteContext): Promise<readonly Job[]> {
  const room = Math.min(wanted, LANE_LIMIT - (ctx.lanes.busy.get(lane) ?? 0));
  if (room <= 0) return [];
  const lock = db.dialect === 'postgres' ? ' FOR UPDATE SKIP LOCKED' : '';
  const rows = await db.all(
    `SELECT email_id, account_id FROM recipients WHERE lane = ? AND due_at <= ? AND owner IS NULL ORDER BY due_at LIMIT ?${lock}`,
    [lane, now, room * 4],
  );
  const mails = inTurn(rows).slice(0, room);
  if (mails.length < room && rows.length < room * 4) ctx.lanes.backlog.delete(lane);
  else ctx.lanes.backlog.add(lane);
  const jobs: Job[] = [];
  for (const emailId of mails) {
    const fence = ctx.nextFence();
    const held = await db.all(
      `UPDATE recipients SET owner = ?, fence = ? WHERE email_id = ? AND lane = ? AND due_at <= ? AND owner IS NULL
        RETURNING n, address, orcpt, notify, target, attempts, warned, unknown_since, state`,
      [ctx.owner, fence, emailId, lane, now],
    );
    const email = await db.get('SELECT * FROM emails WHERE id = ?', [emailId]);
    if (!email || held.length === 0) continue;
    ctx.lanes.busy.set(lane, (ctx.lanes.busy.get(lane) ?? 0) + 1);
    jobs.push(jobOf(email, held, lane, fence));
  }
  return jobs;
}

/** Distinct mails, one account after the other, so that one account's thousand mails do not stand before another's one. */
function inTurn(rows: readonly Row[]): readonly string[] {
  const byAccount = new Map<string, Set<string>>();
  for (const row of rows) {
    const account = String(row['account_id'] ?? '');
    const mails = byAccount.get(account) ?? new Set();
    byAccount.set(account, mails.add(row['email_id'] as string));
  }
  const lists = [...byAccount.values()].map(mails => [...mails]);
  const longest = Math.max(0, ...lists.map(list => list.length));
  return Array.from({ length: longest }, (_, i) => lists.map(list => list[i]))
    .flat()
    .filter(id => id !== undefined);
}

function jobOf(email: Row, rows: readonly Row[], lane: string, fence: number): Job {
  const flags = JSON.parse(email['flags'] as string) as Pick<
    Job,
    'requireTls' | 'tlsRequiredNo' | 'smtpUtf8' | 'eightBit' | 'ret' | 'envid' | 'pool'
  > &
    Partial<Pick<Job, 'personal'>>;
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
    personal: flags.personal ?? null,
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
  };
}

async function settle(db: Db, s: Settlement, ctx: WriteContext): Promise<'recorded'> {
  let lane: string | null = null;
  for (const one of s.results) {
    const changed = await db.get(
      `UPDATE recipients SET state = ?, due_at = ?, owner = NULL, attempts = attempts + ?, warned = ?, unknown_since = ?, held_for = ?
        WHERE email_id = ? AND n = ? AND fence = ? AND owner = ? RETURNING lane`,
      [
        one.state,
        one.dueAt,
        one.attempt ? 1 : 0,
        one.warned ? 1 : 0,
        one.unknownSince,
        one.state === 'held' ? 'standing' : null,
        s.emailId,
        one.n,
        s.fence,
        ctx.owner,
      ],
    );
    if (!changed) throw new Undo('stale');
    lane = changed['lane'] as string;
  }
  for (const event of s.events) await ctx.event(db, event);
  for (const owed of s.owed) await insert(db, owed, ctx, 0);
  if (s.results.every(one => isFinal(one.state))) await forgetIfFinal(db, s.emailId, ctx);
  if (lane !== null) leaveLane(ctx, lane);
  return 'recorded';
}

/** The last recipient is final: the content goes, and its epoch's clock starts. */
export async function forgetIfFinal(db: Db, emailId: string, ctx: WriteContext): Promise<void> {
  if (await db.get('SELECT n FROM recipients WHERE email_id = ? AND due_at IS NOT NULL LIMIT 1', [emailId])) return;
  const row = await db.get('SELECT epoch FROM emails WHERE id = ? AND final_at IS NULL', [emailId]);
  if (!row) return;
  await db.run('DELETE FROM content WHERE email_id = ?', [emailId]);
  await db.run('UPDATE emails SET epoch = NULL, wrapped = NULL, final_at = ? WHERE id = ?', [ctx.now(), emailId]);
  if (row['epoch'] !== null) await ctx.epochFinal(db, Number(row['epoch']));
}

function leaveLane(ctx: WriteContext, lane: string): void {
  const left = (ctx.lanes.busy.get(lane) ?? 1) - 1;
  if (left > 0) ctx.lanes.busy.set(lane, left);
  else ctx.lanes.busy.delete(lane);
}

async function release(db: Db, jobs: Arg<'release'>, ctx: WriteContext): Promise<void> {
  for (const job of jobs) {
    const row = await db.get('UPDATE recipients SET owner = NULL WHERE email_id = ? AND fence = ? AND owner = ? RETURNING lane', [
      job.emailId,
      job.fence,
      ctx.owner,
    ]);
    if (row) leaveLane(ctx, row['lane'] as string);
  }
}

async function content(db: Db, emailId: string): Promise<Awaited<ReturnType<Queue['content']>>> {
  const row = await db.get('SELECT epoch, wrapped FROM emails WHERE id = ? AND wrapped IS NOT NULL', [emailId]);
  if (!row) return null;
  const chunks = await db.all('SELECT bytes FROM content WHERE email_id = ? ORDER BY n', [emailId]);
  return { epoch: Number(row['epoch']), wrapped: asBuffer(row['wrapped']), chunks: chunks.map(one => asBuffer(one['bytes'])) };
}

/** At start: rows that doors of this node held when it stopped are free again, and chunks that never got their row are swept. */
export async function takeBack(db: Db, node: string): Promise<number> {
  const freed = await db.run('UPDATE recipients SET owner = NULL WHERE owner >= ? AND owner < ?', [`${node}/`, `${node}0`]);
  await db.run('DELETE FROM content WHERE email_id NOT IN (SELECT id FROM emails WHERE wrapped IS NOT NULL)');
  return freed;
}

/** Highest fence ever given; new ones go on from it. */
export async function lastFence(db: Db): Promise<number> {
  return Number((await db.get('SELECT max(fence) AS fence FROM recipients WHERE due_at IS NOT NULL'))?.['fence'] ?? 0);
}

function same(a: unknown, b: Uint8Array): boolean {
  return a instanceof Uint8Array && Buffer.compare(a, b) === 0;
}

export function asBuffer(value: unknown): Buffer {
  const bytes = value as Uint8Array;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export const queue = { reads: { content }, writes: { accept, putChunks, claim, settle, release } };
