// Sending IPs: each one's state, checks and history. The state machine (ips/state.ts) runs inside the write, so that a check that took
// seconds never overwrites what the operator said meanwhile. A state change is told in the audit log by the same commit.
import { checked, declaredWarm, newIp, rested, resumed, used, warmedByUse, type Ip } from '../../../ips/state.ts';
import { SHARED } from '../../../ips/pools.ts';
import type { Look } from '../../../ips/checks.ts';
import type { Db, Row, WriteContext } from '../types.ts';

export type SendingIp = Ip & { readonly pool: string };
/** What routing needs to know of one. */
export type Source = Pick<SendingIp, 'ip' | 'state' | 'reason' | 'helo' | 'pool'>;

function ipOf(row: Row): SendingIp {
  const kept = JSON.parse(row['record'] as string) as Omit<Ip, 'ip' | 'state' | 'reason' | 'since' | 'helo'>;
  return { ...kept, ...sourceOf(row), since: Number(row['since']) };
}

const sourceOf = (row: Row): Source => ({
  ip: row['ip'] as string,
  state: row['state'] as Ip['state'],
  reason: row['reason'] as string | null,
  helo: row['helo'] as string | null,
  pool: row['pool'] as string,
});

async function get(db: Db, ip: string): Promise<SendingIp | null> {
  const row = await db.get('SELECT * FROM sending_ips WHERE ip = ?', [ip]);
  return row ? ipOf(row) : null;
}

/** All that were ever set; the caller knows which still are. */
async function list(db: Db): Promise<readonly SendingIp[]> {
  return (await db.all('SELECT * FROM sending_ips ORDER BY ip')).map(ipOf);
}

async function sources(db: Db): Promise<readonly Source[]> {
  return (await db.all('SELECT ip, state, reason, helo, pool FROM sending_ips ORDER BY ip')).map(sourceOf);
}

/** What a check saw. `warmed`: the learner's word whether a warming IP is warm; null = by the days it was used. */
async function recordCheck(
  db: Db,
  c: { readonly ip: string; readonly looks: readonly Look[]; readonly helo?: string | null; readonly warmed: boolean | null },
  ctx: WriteContext,
): Promise<SendingIp> {
  const { warmed } = c;
  const isWarm = warmed === null ? warmedByUse : (): boolean => warmed;
  return change(db, c.ip, 'sesame', old => checked(old, { looks: c.looks, helo: c.helo }, ctx.now(), isWarm), ctx);
}

async function rest(
  db: Db,
  r: { readonly ip: string; readonly reason: string; readonly by: string },
  ctx: WriteContext,
): Promise<SendingIp> {
  return change(db, r.ip, r.by, old => rested(old, r.reason, ctx.now()), ctx);
}

async function resume(db: Db, r: { readonly ip: string; readonly by: string }, ctx: WriteContext): Promise<SendingIp> {
  return change(db, r.ip, r.by, old => resumed(old, ctx.now()), ctx);
}

/** The operator's word that providers know this IP: it does not warm up. */
async function declareWarm(db: Db, r: { readonly ip: string; readonly by: string }, ctx: WriteContext): Promise<SendingIp> {
  return change(db, r.ip, r.by, old => declaredWarm(old, ctx.now()), ctx);
}

/** A mail left from it on this day (days since 1970); what the default rule of warming counts. */
async function markUsed(db: Db, u: { readonly ip: string; readonly day: number }): Promise<void> {
  const old = await get(db, u.ip);
  if (old) await put(db, { ...used(old, u.day), pool: old.pool });
}

/** Also for one that was not checked yet. */
export async function setPool(db: Db, p: { readonly ip: string; readonly pool: string }, ctx: WriteContext): Promise<void> {
  const old = (await get(db, p.ip)) ?? newIp(p.ip, ctx.now());
  await put(db, { ...old, pool: p.pool });
  ctx.factsChanged();
}

async function change(db: Db, ip: string, by: string, step: (old: Ip) => Ip, ctx: WriteContext): Promise<SendingIp> {
  const row = await get(db, ip);
  const old = row ?? { ...newIp(ip, ctx.now()), pool: SHARED };
  const next: SendingIp = { ...step(old), pool: old.pool };
  await put(db, next);
  if (next.state !== old.state) {
    const detail = `${old.state} -> ${next.state}${next.reason === null ? '' : `: ${next.reason}`}`;
    await db.run('INSERT INTO audit (at, actor, action, object, detail) VALUES (?, ?, ?, ?, ?)', [
      ctx.now(),
      by,
      'sending_ip.state',
      ip,
      detail,
    ]);
  }
  // A check that changes nothing must not make every door read its facts anew.
  if (!row || next.state !== old.state || next.helo !== old.helo || next.reason !== old.reason) ctx.factsChanged();
  return next;
}

async function put(db: Db, { ip, state, reason, since, helo, pool, ...kept }: SendingIp): Promise<void> {
  await db.run(
    `INSERT INTO sending_ips (ip, state, reason, since, helo, pool, record) VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (ip) DO UPDATE SET state = excluded.state, reason = excluded.reason, since = excluded.since, helo = excluded.helo,
      pool = excluded.pool, record = excluded.record`,
    [ip, state, reason, since, helo, pool, JSON.stringify(kept)],
  );
}

export const sendingIps = { reads: { get, list, sources }, writes: { recordCheck, rest, resume, declareWarm, markUsed, setPool } };
