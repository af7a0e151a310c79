// Accounts: who may send, how much, and the state that their standing gave them.
import type { Risk } from '../../../ips/pools.ts';
import { byDomain, frequencyOf, quotaOf, type Frequency, type Kind, type Quota, type QuotaFrom } from '../../../levels/quota.ts';
import type { AccountPolicy, TlsPolicy } from '../../../mail.ts';
import type { StandingState } from '../../../standing/rules.ts';
import { keys, type ApiKey } from './keys.ts';
import type { Db, Row, WriteContext } from '../types.ts';

export type Account = {
  readonly id: string;
  readonly name: string;
  readonly contact: string | null;
  readonly state: StandingState;
  readonly stateReason: string | null;
  readonly stateSince: number;
  /** What holds now, and who says so. */
  readonly quota: Quota;
  readonly quotaFrom: QuotaFrom;
  /** The operator's word; null = by the rule. */
  readonly quotaSet: Kind['set'];
  readonly levels: boolean;
  /** Each domain has the quota of its own level. */
  readonly byDomain: boolean;
  /** Mails to one recipient; null = no bound. */
  readonly frequency: Frequency | null;
  readonly frequencySet: Frequency | 'off' | null;
  readonly sandbox: boolean;
  /** It made itself, by POST /v1/sign-up. */
  readonly signedUp: boolean;
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
  policy: {
    out: { encrypted: 'refuse', refusedType: 'refuse', heuristic: 'refuse' },
    in: { refusedType: 'refuse', heuristic: 'mark' },
  } satisfies AccountPolicy,
  malware: { count: 1, windowSeconds: 86_400 },
} as const;

/** What decides about the quota of an account's row; `best`: the level of its best domain. */
export function kindOf(row: Row): Kind {
  const set = (value: unknown): number | null => (Number(value) < 0 ? null : Number(value));
  return {
    sandbox: row['sandbox'] === 1,
    levels: row['levels'] === 1,
    level: Number(row['best'] ?? 1),
    set: { perDay: set(row['per_day']), perSecond: set(row['per_second']) },
  };
}

export const frequencySetOf = (row: Row): Account['frequencySet'] =>
  row['frequency'] === null || row['frequency'] === 'off' ? row['frequency'] : JSON.parse(row['frequency'] as string);

function accountOf(row: Row): Account {
  const kind = kindOf(row);
  const { quota, from } = quotaOf(kind);
  return {
    id: row['id'] as string,
    name: row['name'] as string,
    contact: row['contact'] as string | null,
    state: row['state'] as Account['state'],
    stateReason: row['state_reason'] as string | null,
    stateSince: Number(row['state_since']),
    quota,
    quotaFrom: from,
    quotaSet: kind.set,
    levels: kind.levels,
    byDomain: byDomain(kind),
    frequency: frequencyOf(kind, frequencySetOf(row)),
    frequencySet: frequencySetOf(row),
    sandbox: kind.sandbox,
    signedUp: row['signed_up'] === 1,
    policy: JSON.parse(row['policy'] as string),
    malware: JSON.parse(row['malware'] as string),
    tls: row['tls'] as TlsPolicy,
    pool: row['pool'] as string | null,
    risk: row['risk'] as Risk,
    createdAt: Number(row['created_at']),
  };
}

const ACCOUNTS = 'SELECT a.*, (SELECT max(level) FROM levels l WHERE l.account_id = a.id) AS best FROM accounts a';

async function get(db: Db, id: string): Promise<Account | null> {
  const row = await db.get(`${ACCOUNTS} WHERE a.id = ?`, [id]);
  return row ? accountOf(row) : null;
}

/** The account that made itself with this contact, as `comparable` writes it. */
async function signedUp(db: Db, contact: string): Promise<Account | null> {
  const row = await db.get(`${ACCOUNTS} WHERE a.contact = ? AND a.signed_up = 1 LIMIT 1`, [contact]);
  return row ? accountOf(row) : null;
}

async function list(db: Db, ask: { readonly after: string; readonly limit: number; readonly state?: string }): Promise<readonly Account[]> {
  const [only, state] = ask.state === undefined ? ['', []] : [' AND a.state = ?', [ask.state]];
  return (await db.all(`${ACCOUNTS} WHERE a.id > ?${only} ORDER BY a.id LIMIT ?`, [ask.after, ...state, ask.limit])).map(accountOf);
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
  a: { readonly id: string; readonly name: string; readonly contact: string | null; readonly signedUp?: boolean },
  ctx: WriteContext,
): Promise<Account> {
  const now = ctx.now();
  const own = a.signedUp ? 1 : 0;
  await db.run(
    `INSERT INTO accounts (id, name, contact, state, state_since, per_day, per_second, levels, sandbox, signed_up, policy, malware, tls, created_at)
      VALUES (?, ?, ?, 'active', ?, -1, -1, 0, ?, ?, ?, ?, 'opportunistic', ?)`,
    [a.id, a.name, a.contact, now, own, own, JSON.stringify(NEW_ACCOUNT.policy), JSON.stringify(NEW_ACCOUNT.malware), now],
  );
  ctx.factsChanged();
  return (await get(db, a.id)) as Account;
}

type FirstKey = Pick<ApiKey, 'id' | 'name' | 'scopes' | 'prefix'> & { readonly mac: Uint8Array };

/** An account that makes itself, with its first key in the same commit. null: it is there already, or another one with this contact. */
async function signUp(
  db: Db,
  a: { readonly id: string; readonly name: string; readonly contact: string; readonly key: FirstKey },
  ctx: WriteContext,
): Promise<Account | null> {
  if ((await get(db, a.id)) || (await signedUp(db, a.contact))) return null;
  const account = await create(db, { id: a.id, name: a.name, contact: a.contact, signedUp: true }, ctx);
  const none = { domains: null, ips: null, expiresAt: null, sealed: null };
  await keys.writes.create(db, { ...a.key, ...none, accountId: a.id, kind: 'api' }, ctx);
  return account;
}

async function patch(
  db: Db,
  p: { readonly id: string } & Partial<
    Pick<Account, 'name' | 'contact' | 'quotaSet' | 'levels' | 'frequencySet' | 'sandbox' | 'policy' | 'malware' | 'tls' | 'pool' | 'risk'>
  >,
  ctx: WriteContext,
): Promise<Account | null> {
  const old = await get(db, p.id);
  if (!old) return null;
  const next = { ...old, ...p };
  await db.run(
    `UPDATE accounts SET name = ?, contact = ?, per_day = ?, per_second = ?, levels = ?, frequency = ?, sandbox = ?, policy = ?, malware = ?, tls = ?, pool = ?, risk = ?
      WHERE id = ?`,
    [
      next.name,
      next.contact,
      next.quotaSet.perDay ?? -1,
      next.quotaSet.perSecond ?? -1,
      next.levels ? 1 : 0,
      typeof next.frequencySet === 'object' && next.frequencySet ? JSON.stringify(next.frequencySet) : next.frequencySet,
      next.sandbox ? 1 : 0,
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
  // Who takes one of its names next must not be proven by records that still stand in DNS for these keys.
  await db.run('DELETE FROM dkim_keys WHERE domain IN (SELECT name FROM domains WHERE account_id = ?)', [id]);
  await db.run('DELETE FROM library_removed WHERE list_id IN (SELECT id FROM library_lists WHERE account_id = ?)', [id]);
  for (const table of [
    'sessions',
    'api_keys',
    'smtp_credentials',
    'domains',
    'routes',
    'blocked',
    'library_lists',
    'library_imports',
    'webhooks',
    'learned',
    'marks',
    'pool_accounts',
    ...STANDING,
    'statistics',
    'levels',
    'level_moves',
    'usage',
    'usage_domains',
    'templates',
    'batches',
    'score_addresses',
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

export const accounts = { reads: { get, list, usedToday, sent, signedUp }, writes: { create, signUp, patch, setState, remove } };
