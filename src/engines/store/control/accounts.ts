// Accounts: who may send, how much, and the state that their standing gave them.
import type { Risk } from '../../../ips/pools.ts';
import type { AccountPolicy, TlsPolicy } from '../../../mail.ts';
import type { StandingState } from '../../../standing/rules.ts';
import type { Db, Row, WriteContext } from '../types.ts';

export type Account = {
  readonly id: string;
  readonly name: string;
  readonly contact: string | null;
  readonly state: StandingState;
  readonly stateReason: string | null;
  readonly stateSince: number;
  readonly quota: { readonly perDay: number; readonly perSecond: number };
  readonly levels: boolean;
  readonly policy: AccountPolicy;
  readonly malware: { readonly count: number; readonly windowSeconds: number };
  readonly tls: TlsPolicy;
  /** Where its mail leaves from by the operator's word; null = as docs/sending-ips.md says. */
  readonly pool: string | null;
  readonly risk: Risk;
  readonly createdAt: number;
};

/** Accounts that the operator makes have no sandbox (docs/api.md). */
export const NEW_ACCOUNT = {
  quota: { perDay: 50_000, perSecond: 50 },
  levels: false,
  policy: {
    out: { encrypted: 'refuse', refusedType: 'refuse', heuristic: 'refuse' },
    in: { refusedType: 'refuse', heuristic: 'mark' },
  } satisfies AccountPolicy,
  malware: { count: 1, windowSeconds: 86_400 },
} as const;

function accountOf(row: Row): Account {
  return {
    id: row['id'] as string,
    name: row['name'] as string,
    contact: row['contact'] as string | null,
    state: row['state'] as Account['state'],
    stateReason: row['state_reason'] as string | null,
    stateSince: Number(row['state_since']),
    quota: { perDay: Number(row['per_day']), perSecond: Number(row['per_second']) },
    levels: row['levels'] === 1,
    policy: JSON.parse(row['policy'] as string),
    malware: JSON.parse(row['malware'] as string),
    tls: row['tls'] as TlsPolicy,
    pool: row['pool'] as string | null,
    risk: row['risk'] as Risk,
    createdAt: Number(row['created_at']),
  };
}

async function get(db: Db, id: string): Promise<Account | null> {
  const row = await db.get('SELECT * FROM accounts WHERE id = ?', [id]);
  return row ? accountOf(row) : null;
}

async function list(db: Db, ask: { readonly after: string; readonly limit: number }): Promise<readonly Account[]> {
  return (await db.all('SELECT * FROM accounts WHERE id > ? ORDER BY id LIMIT ?', [ask.after, ask.limit])).map(accountOf);
}

/** Recipients accepted today (UTC). */
async function usedToday(db: Db, ask: { readonly accountId: string; readonly now: number }): Promise<number> {
  const row = await db.get('SELECT count FROM usage WHERE account_id = ? AND day = ?', [ask.accountId, Math.floor(ask.now / 86_400_000)]);
  return Number(row?.['count'] ?? 0);
}

/** Recipients accepted over all days. */
async function sent(db: Db, accountId: string): Promise<number> {
  const row = await db.get('SELECT sum(count) AS count FROM usage WHERE account_id = ?', [accountId]);
  return Number(row?.['count'] ?? 0);
}

async function create(
  db: Db,
  a: { readonly id: string; readonly name: string; readonly contact: string | null },
  ctx: WriteContext,
): Promise<Account> {
  const now = ctx.now();
  await db.run(
    `INSERT INTO accounts (id, name, contact, state, state_since, per_day, per_second, levels, policy, malware, tls, created_at)
      VALUES (?, ?, ?, 'active', ?, ?, ?, 0, ?, ?, 'opportunistic', ?)`,
    [
      a.id,
      a.name,
      a.contact,
      now,
      NEW_ACCOUNT.quota.perDay,
      NEW_ACCOUNT.quota.perSecond,
      JSON.stringify(NEW_ACCOUNT.policy),
      JSON.stringify(NEW_ACCOUNT.malware),
      now,
    ],
  );
  ctx.factsChanged();
  return (await get(db, a.id)) as Account;
}

async function patch(
  db: Db,
  p: { readonly id: string } & Partial<
    Pick<Account, 'name' | 'contact' | 'quota' | 'levels' | 'policy' | 'malware' | 'tls' | 'pool' | 'risk'>
  >,
  ctx: WriteContext,
): Promise<Account | null> {
  const old = await get(db, p.id);
  if (!old) return null;
  const next = { ...old, ...p };
  await db.run(
    `UPDATE accounts SET name = ?, contact = ?, per_day = ?, per_second = ?, levels = ?, policy = ?, malware = ?, tls = ?, pool = ?, risk = ?
      WHERE id = ?`,
    [
      next.name,
      next.contact,
      next.quota.perDay,
      next.quota.perSecond,
      next.levels ? 1 : 0,
      JSON.stringify(next.policy),
      JSON.stringify(next.malware),
      next.tls,
      next.pool,
      next.risk,
      p.id,
    ],
  );
  if (p.malware) await ctx.standing.tell(db, p.id, { kind: 'facts', facts: { malware: next.malware } }, ctx);
  ctx.factsChanged();
  return get(db, p.id);
}

/** By the operator's word. What follows is in this commit (standing-book.ts); an account that is active is not reinstated. */
async function setState(
  db: Db,
  s: { readonly id: string; readonly state: 'active' | 'suspended'; readonly reason: string; readonly by: string },
  ctx: WriteContext,
): Promise<Account | null> {
  const old = await get(db, s.id);
  if (!old) return null;
  const { id, by, reason: words } = s;
  if (s.state === 'suspended') {
    await ctx.standing.tell(db, id, { kind: 'suspend', words }, ctx, by);
    // A suspension by the rules becomes the operator's.
    await db.run('UPDATE accounts SET state_reason = ? WHERE id = ?', [words, id]);
    ctx.factsChanged();
  }
  if (s.state === 'active' && old.state !== 'active') await ctx.standing.tell(db, id, { kind: 'reinstate', words }, ctx, by);
  return get(db, s.id);
}

const STANDING = ['standing', 'standing_events', 'holds'];

async function remove(db: Db, id: string, ctx: WriteContext): Promise<boolean> {
  if (!(await get(db, id))) return false;
  const open = await db.get('SELECT n FROM recipients WHERE account_id = ? AND due_at IS NOT NULL LIMIT 1', [id]);
  if (open) return false;
  for (const table of [
    'api_keys',
    'smtp_credentials',
    'domains',
    'routes',
    'blocked',
    'webhooks',
    'learned',
    'marks',
    'pool_accounts',
    ...STANDING,
    'statistics',
    'templates',
    'batches',
  ])
    await db.run(`DELETE FROM ${table} WHERE account_id = ?`, [id]);
  ctx.standing.forget(id);
  // Their rows go in pieces (lists.ts).
  await db.run("UPDATE lists SET account_id = '', sealed = NULL WHERE account_id = ?", [id]);
  await db.run('UPDATE emails SET sketch = NULL WHERE account_id = ? AND sketch IS NOT NULL', [id]);
  await db.run('DELETE FROM accounts WHERE id = ?', [id]);
  ctx.factsChanged();
  return true;
}

export const accounts = { reads: { get, list, usedToday, sent }, writes: { create, patch, setState, remove } };
