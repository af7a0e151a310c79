// The queue: what one accepted message becomes, and how its results are recorded; claim.ts says who may try it. A recipient row waits while
// `due_at` is set. Who holds it is known in memory (leases.ts); `owner` names the door of mail that was born leased, for the next start.
// Held mail is due at its end of life.
import type { Handling, RecipientState } from '../../mail.ts';
import { LEASED_LANES } from './bounds.ts';
import { claim, PRIORITY } from './claim.ts';
import type { Outcome } from './lanes.ts';
import { hasBacklog, pauseLane, pauseTurns, payer, settleTurn, wakeRows, wakeTurn } from './turns.ts';
import { asStateSays } from './holds.ts';
import type { Turn } from './leases.ts';
import { toldOfResults } from './standing-told.ts';
import { learn } from './control/automatic.ts';
import { mayTake, take } from './control/batch-marks.ts';
import { answered } from './control/idempotency.ts';
import { takeQuota } from './control/quota.ts';
import type {
  AcceptOutcome,
  Db,
  NewMessage,
  NewRecipient,
  Queue,
  Row,
  Settled,
  SettledRecipient,
  Settlement,
  WriteContext,
} from './types.ts';

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

async function accept(db: Db, m: NewMessage, ctx: WriteContext): Promise<AcceptOutcome> {
  if (ctx.full()) return { kind: 'full' };
  const gated = await gate(db, m, ctx);
  if ('kind' in gated) return gated;
  const leased = await insert(db, gated, ctx);
  if (m.accountId) for (const told of m.told ?? []) await ctx.standing.tell(db, m.accountId, told, ctx);
  return { kind: 'queued', leased };
}

/** The checks that must hold at the commit itself: idempotency, suspension, quota. The message is given back, booked where it waits. */
async function gate(db: Db, m: NewMessage, ctx: WriteContext): Promise<NewMessage | AcceptOutcome> {
  if (m.idempotency) {
    const { keyMac, bodyMac } = m.idempotency;
    const kept = await db.get('SELECT body_mac, status, answer FROM idempotency WHERE key_mac = ? AND status IS NOT NULL', [keyMac]);
    if (kept && !same(kept['body_mac'], bodyMac)) return { kind: 'key_reused' };
    if (kept) return { kind: 'replayed', status: Number(kept['status']), answer: String(kept['answer']) };
  }
  if (m.batch && !(await mayTake(db, m.batch))) return { kind: 'batch_over' };
  if (!m.accountId || m.direction !== 'out' || m.counts === 0) return m;
  const account = await db.get('SELECT * FROM accounts WHERE id = ?', [m.accountId]);
  if (!account || account['state'] === 'suspended') return { kind: 'suspended' };
  return takeQuota(db, m, account, ctx);
}

/** All rows of one message; returns the lanes that are leased to the asking door. */
async function insert(db: Db, m: NewMessage, ctx: WriteContext): Promise<(AcceptOutcome & { kind: 'queued' })['leased']> {
  const waiting = m.recipients.some(one => one.dueAt !== null);
  const sealed = waiting ? ctx.wrap(m.id, m.key) : null;
  const { requireTls, tlsRequiredNo, smtpUtf8, eightBit, ret, envid, pool, personal } = m;
  const flags = JSON.stringify({ requireTls, tlsRequiredNo, smtpUtf8, eightBit, ret, envid, pool, personal } satisfies Handling);
  await db.run(
    `INSERT INTO emails (id, account_id, direction, door, mail_from, from_domain, message_id, size, accepted_at, send_at, expires_at, tls,
      flags, tags, record, sketch, batch_id, epoch, wrapped, final_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
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
      m.batch?.id ?? null,
      sealed?.epoch ?? null,
      sealed?.wrapped ?? null,
      waiting ? null : ctx.now(),
    ],
  );
  if (m.batch) await take(db, m.batch);
  for (const tag of m.accountId === null ? [] : new Set(m.tags))
    await db.run('INSERT INTO email_tags (account_id, tag, email_id) VALUES (?, ?, ?)', [m.accountId, tag, m.id]);
  const now = ctx.now();
  if (waiting)
    for (const [n, bytes] of m.chunks.entries())
      await db.run('INSERT INTO content (email_id, n, bytes, put_at) VALUES (?, ?, ?, ?)', [m.id, n, bytes, now]);
  if (waiting && m.chunks.length === 0) await db.run('DELETE FROM ahead WHERE email_id = ?', [m.id]);
  const leased = new Map<string, number>();
  const priority = PRIORITY[m.priority ?? (m.door === 'internal' ? 'notice' : 'transactional')];
  for (const one of m.recipients) {
    const lease = leased.has(one.lane) || (await mayBegin(db, m, one, priority, leased.size, ctx));
    if (lease && !leased.has(one.lane)) {
      // Lanes end apart, so that each result must find the lease of its own.
      const fence = ctx.nextFence();
      leased.set(one.lane, fence);
      ctx.lanes.enter(one.lane);
      const turn = { account: payer(m.accountId), priority, lane: one.lane };
      ctx.leases.take(m.id, { owner: ctx.owner, fence, turn, rows: 0 });
    }
    await insertRecipient(db, m, one, priority, lease ? ctx.owner : null, leased.get(one.lane) ?? 0);
    if (one.dueAt === null) continue;
    ctx.lanes.count(one.state, 1);
    if (!lease) await wakeTurn(db, { accountId: m.accountId, priority, lane: one.lane, dueAt: one.dueAt }, ctx);
  }
  for (const event of m.events) await ctx.event(db, event);
  if (m.idempotency) await answered(db, m.idempotency, now);
  return [...leased].map(([lane, fence]) => ({ lane, fence }));
}

/** Born leased: due now, in a lane that has room and nothing of the same turn before it. */
async function mayBegin(db: Db, m: NewMessage, one: NewRecipient, priority: number, lanes: number, ctx: WriteContext): Promise<boolean> {
  if (!m.lease || one.state !== 'queued' || one.dueAt === null || one.dueAt > ctx.now() || lanes >= LEASED_LANES) return false;
  if (ctx.lanes.room(one.lane, ctx.now()) === 0 || ctx.lanes.pausedUntil(one.lane, payer(m.accountId), ctx.now()) > 0) return false;
  return !(await hasBacklog(db, { accountId: m.accountId, priority, lane: one.lane }, ctx));
}

function insertRecipient(db: Db, m: NewMessage, one: NewRecipient, priority: number, owner: string | null, fence: number): Promise<number> {
  return db.run(
    `INSERT INTO recipients (email_id, n, address, account_id, orcpt, notify, lane, target, route_id, state, held_for, due_at, owner, fence, priority,
      waits, booked_at, person, person_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
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
      priority,
      one.waits ?? null,
      one.bookedAt ?? null,
      one.person ?? null,
      one.personAt ?? null,
    ],
  );
}

async function putChunks(
  db: Db,
  arg: { emailId: string; first: number; chunks: readonly Uint8Array[] },
  ctx: WriteContext,
): Promise<'put' | 'full'> {
  if (ctx.full()) return 'full';
  await db.run('INSERT INTO ahead (email_id, put_at) VALUES (?, ?) ON CONFLICT (email_id) DO NOTHING', [arg.emailId, ctx.now()]);
  for (const [i, bytes] of arg.chunks.entries()) {
    await db.run('INSERT INTO content (email_id, n, bytes, put_at) VALUES (?, ?, ?, ?)', [arg.emailId, arg.first + i, bytes, ctx.now()]);
  }
  return 'put';
}

async function settle(db: Db, s: Settlement, ctx: WriteContext): Promise<Settled> {
  const lease = ctx.leases.find(s.emailId, s.fence, ctx.owner);
  if (!lease) return 'stale';
  const { lane } = lease.turn;
  const rows = await db.all(
    'SELECT n, lane, priority, account_id, state FROM recipients WHERE email_id = ? AND lane = ? AND due_at IS NOT NULL',
    [s.emailId, lane],
  );
  const held = new Map(rows.map(row => [Number(row['n']), row]));
  for (const one of s.results) {
    const row = held.get(one.n);
    if (!row) throw new Undo('stale');
    await record(db, s.emailId, one, row, ctx);
  }
  await count(db, s, lease.turn, ctx);
  for (const event of s.events) await ctx.event(db, event);
  for (const owed of s.owed) await insert(db, owed, ctx);
  if (s.results.every(one => isFinal(one.state))) await forgetIfFinal(db, s.emailId, ctx);
  const silentUntil = ctx.lanes.leave(lane, outcomeOf(s), ctx.now());
  if (s.postponed) await pauseTurns(db, lease.turn.account, { lane, ...s.postponed }, ctx);
  else if (silentUntil > 0) await pauseLane(db, { lane, until: silentUntil, why: SILENT }, ctx);
  if (ctx.leases.end(s.emailId, lease)) await settleTurn(db, lease.turn, ctx);
  const made = s.library ? await learn(db, s.library, ctx) : [];
  return made.length > 0 ? { made } : 'recorded';
}

/** For the standing of the account: its own mail to others; not the simulator, its routes, or notices of ours. */
async function count(db: Db, s: Settlement, { lane, account, priority }: Turn, ctx: WriteContext): Promise<void> {
  if (account === '' || priority === PRIORITY.notice || !lane.startsWith('mx:')) return;
  for (const told of toldOfResults(s.emailId, s.results)) await ctx.standing.tell(db, account, told, ctx);
}

const SILENT = 'the mail hosts have not answered lately';

/** What a job says of its lane. A reply of any kind is an answer of the site to this mail; 421 is its wish to be left alone. */
function outcomeOf(s: Settlement): Outcome {
  const attempts = s.results.map(one => one.attempt).filter(one => one !== null);
  if (attempts.some(one => one.result === 'delivered' || one.result === 'bounced')) return 'answered';
  const silent = attempts.some(one => (one.code === null && one.class !== 'tls') || one.code === 421);
  return silent ? 'silent' : 'neither';
}

async function record(db: Db, emailId: string, told: SettledRecipient, row: Row, ctx: WriteContext): Promise<void> {
  const one = await asStateSays(db, emailId, told, row, ctx);
  await db.run(
    `UPDATE recipients SET state = ?, due_at = ?, owner = NULL, attempts = attempts + ?, warned = ?, unknown_since = ?, held_for = ?, waits = ?
      WHERE email_id = ? AND n = ?`,
    [
      one.state,
      one.dueAt,
      one.attempt ? 1 : 0,
      one.warned ? 1 : 0,
      one.unknownSince,
      one.state === 'held' ? 'standing' : null,
      one.waits ?? null,
      emailId,
      one.n,
    ],
  );
  ctx.lanes.count(row['state'] as string, -1);
  if (one.dueAt === null) return;
  ctx.lanes.count(one.state, 1);
  await wakeRows(db, [{ ...row, due_at: one.dueAt }], ctx);
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

async function release(db: Db, jobs: Parameters<Queue['release']>[0], ctx: WriteContext): Promise<void> {
  for (const job of jobs) {
    const lease = ctx.leases.find(job.emailId, job.fence, ctx.owner);
    if (!lease) continue;
    const { lane } = lease.turn;
    ctx.lanes.leave(lane, 'neither', ctx.now());
    const rows = await db.all('SELECT lane, priority, account_id, due_at FROM recipients WHERE email_id = ? AND lane = ? AND due_at <= ?', [
      job.emailId,
      lane,
      ctx.now(),
    ]);
    if (lease.rows === 0) await db.run('UPDATE recipients SET owner = NULL WHERE email_id = ? AND lane = ?', [job.emailId, lane]);
    await wakeRows(db, rows, ctx);
    if (ctx.leases.end(job.emailId, lease)) await settleTurn(db, lease.turn, ctx);
  }
}

async function content(db: Db, emailId: string): Promise<Awaited<ReturnType<Queue['content']>>> {
  const row = await db.get('SELECT epoch, wrapped FROM emails WHERE id = ? AND wrapped IS NOT NULL', [emailId]);
  if (!row) return null;
  const chunks = await db.all('SELECT bytes FROM content WHERE email_id = ? ORDER BY n', [emailId]);
  return { epoch: Number(row['epoch']), wrapped: asBuffer(row['wrapped']), chunks: chunks.map(one => asBuffer(one['bytes'])) };
}

function same(a: unknown, b: Uint8Array): boolean {
  return a instanceof Uint8Array && Buffer.compare(a, b) === 0;
}

export function asBuffer(value: unknown): Buffer {
  const bytes = value as Uint8Array;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export const queue = { reads: { content }, writes: { accept, putChunks, claim, settle, release } };
