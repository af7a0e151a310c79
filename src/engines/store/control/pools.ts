// Pools of sending IPs that the operator made, and the accounts that may name them. `shared` is built in and has no row; which IPs a pool
// has stands at the IPs.
import { MAX_POOLS } from '../../../ips/bounds.ts';
import { SHARED } from '../../../ips/pools.ts';
import type { Db, Row, WriteContext } from '../types.ts';
import { setPool } from './sending-ips.ts';

export type Pool = { readonly name: string; readonly accounts: readonly string[]; readonly createdAt: number | null };

async function poolOf(db: Db, row: Row): Promise<Pool> {
  const name = row['name'] as string;
  const given = await db.all('SELECT account_id FROM pool_accounts WHERE pool = ? ORDER BY account_id', [name]);
  return { name, accounts: given.map(one => one['account_id'] as string), createdAt: Number(row['created_at']) };
}

/** `shared` is always there. */
async function get(db: Db, name: string): Promise<Pool | null> {
  const row = await db.get('SELECT * FROM pools WHERE name = ?', [name]);
  return row ? poolOf(db, row) : name === SHARED ? { name, accounts: [], createdAt: null } : null;
}

/** `shared` first, the others by name. */
async function list(db: Db): Promise<readonly Pool[]> {
  const rows = await db.all('SELECT * FROM pools ORDER BY name');
  return [{ name: SHARED, accounts: [], createdAt: null }, ...(await Promise.all(rows.map(row => poolOf(db, row))))];
}

/** Pools that the account may name in a mail, beside its own. */
async function givenTo(db: Db, accountId: string): Promise<readonly string[]> {
  const rows = await db.all('SELECT pool FROM pool_accounts WHERE account_id = ? ORDER BY pool', [accountId]);
  return rows.map(row => row['pool'] as string);
}

/** What a pool has: null = as it is. `ips` and `accounts` are whole lists; IPs that left it go back to `shared`. */
type Members = { readonly name: string; readonly ips: readonly string[] | null; readonly accounts: readonly string[] | null };
/** An account that does not exist: nothing was changed. */
type Unknown = { readonly unknown: string };

async function create(db: Db, p: Members, ctx: WriteContext): Promise<'created' | 'exists' | 'too_many' | Unknown> {
  if (await get(db, p.name)) return 'exists';
  if (Number((await db.get('SELECT count(*) AS count FROM pools'))?.['count']) >= MAX_POOLS) return 'too_many';
  const fault = await set(db, p, ctx);
  if (fault !== 'set') return fault;
  await db.run('INSERT INTO pools (name, created_at) VALUES (?, ?)', [p.name, ctx.now()]);
  return 'created';
}

async function set(db: Db, { name, ips, accounts }: Members, ctx: WriteContext): Promise<'set' | Unknown> {
  for (const id of accounts ?? []) if (!(await db.get('SELECT id FROM accounts WHERE id = ?', [id]))) return { unknown: id };
  if (accounts) {
    await db.run('DELETE FROM pool_accounts WHERE pool = ?', [name]);
    for (const id of new Set(accounts))
      await db.run('INSERT INTO pool_accounts (pool, account_id, given_at) VALUES (?, ?, ?)', [name, id, ctx.now()]);
  }
  if (ips) {
    await db.run('UPDATE sending_ips SET pool = ? WHERE pool = ?', [SHARED, name]);
    for (const ip of ips) await setPool(db, { ip, pool: name }, ctx);
  }
  ctx.factsChanged();
  return 'set';
}

/** Its IPs go back to `shared`. `inUse`: mail of an account goes there by the operator's word; say first where it goes instead. */
async function remove(db: Db, name: string, ctx: WriteContext): Promise<'removed' | 'none' | { readonly inUse: string }> {
  const user = await db.get('SELECT id FROM accounts WHERE pool = ? ORDER BY id LIMIT 1', [name]);
  if (user) return { inUse: user['id'] as string };
  if ((await db.run('DELETE FROM pools WHERE name = ?', [name])) === 0) return 'none';
  await db.run('DELETE FROM pool_accounts WHERE pool = ?', [name]);
  await db.run('UPDATE sending_ips SET pool = ? WHERE pool = ?', [SHARED, name]);
  ctx.factsChanged();
  return 'removed';
}

export const pools = { reads: { get, list, givenTo }, writes: { create, set, remove } };
