// Accounts: who may send, how much, and their standing in its simple form.
import type { Risk } from '../../../ips/pools.ts';
import type { AccountPolicy, TlsPolicy } from '../../../mail.ts';
import { wakeRows } from '../turns.ts';
import type { Db, Row, WriteContext } from '../types.ts';

export type Account = {
  readonly id: string;
  readonly name: string;
  readonly contact: string | null;
  readonly state: 'active' | 'suspended';
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
  ctx.factsChanged();
  return get(db, p.id);
}

const WAITS_OF_ACCOUNT = 'email_id IN (SELECT id FROM emails WHERE account_id = ? AND final_at IS NULL)';

async function hold(db: Db, id: string, ctx: WriteContext): Promise<void> {
  const which = `WHERE account_id = ? AND due_at IS NOT NULL AND owner IS NULL AND state IN ('queued', 'scheduled', 'deferred')
    AND email_id IN (SELECT id FROM emails WHERE account_id = ? AND direction = 'out' AND final_at IS NULL)`;
  for (const row of await db.all(`SELECT state, count(*) AS count FROM recipients ${which} GROUP BY state`, [id, id])) {
    ctx.lanes.count(row['state'] as string, -Number(row['count']));
    ctx.lanes.count('held', Number(row['count']));
  }
  await db.run(
    `UPDATE recipients SET state = 'held', held_for = 'standing', waits = NULL,
      due_at = (SELECT expires_at FROM emails WHERE emails.id = recipients.email_id) ${which}`,
    [id, id],
  );
}

async function goOn(db: Db, id: string, ctx: WriteContext): Promise<void> {
  const changed = await db.run(
    `UPDATE recipients SET state = 'queued', held_for = NULL, due_at = ? WHERE account_id = ? AND state = 'held' AND held_for = 'standing'
      AND ${WAITS_OF_ACCOUNT}`,
    [ctx.now(), id, id],
  );
  ctx.lanes.count('held', -changed);
  ctx.lanes.count('queued', changed);
  const turns = await db.all(
    `SELECT lane, priority, account_id, min(due_at) AS due_at FROM recipients WHERE account_id = ? AND due_at IS NOT NULL AND owner IS NULL
      AND ${WAITS_OF_ACCOUNT} GROUP BY lane, priority, account_id`,
    [id, id],
  );
  await wakeRows(db, turns, ctx);
}

/** Sending stops in this commit: nothing new is accepted, what waits is held sealed. Reinstating lets it go on. */
async function setState(
  db: Db,
  s: { readonly id: string; readonly state: Account['state']; readonly reason: string; readonly by: string },
  ctx: WriteContext,
): Promise<Account | null> {
  const old = await get(db, s.id);
  if (!old) return null;
  if (old.state === s.state) return old;
  const now = ctx.now();
  await db.run('UPDATE accounts SET state = ?, state_reason = ?, state_since = ? WHERE id = ?', [s.state, s.reason, now, s.id]);
  await (s.state === 'suspended' ? hold(db, s.id, ctx) : goOn(db, s.id, ctx));
  await ctx.event(db, {
    type: s.state === 'suspended' ? 'suspended' : 'reinstated',
    at: now,
    accountId: s.id,
    emailId: null,
    recipient: null,
    data: { reason: s.reason, by: s.by },
  });
  ctx.factsChanged();
  return get(db, s.id);
}

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
    'statistics',
    'templates',
    'batches',
  ])
    await db.run(`DELETE FROM ${table} WHERE account_id = ?`, [id]);
  // Their rows go in pieces (lists.ts).
  await db.run("UPDATE lists SET account_id = '', sealed = NULL WHERE account_id = ?", [id]);
  await db.run('UPDATE emails SET sketch = NULL WHERE account_id = ? AND sketch IS NOT NULL', [id]);
  await db.run('DELETE FROM accounts WHERE id = ?', [id]);
  ctx.factsChanged();
  return true;
}

export const accounts = { reads: { get, list, usedToday, sent }, writes: { create, patch, setState, remove } };
