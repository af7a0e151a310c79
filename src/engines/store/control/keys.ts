// API keys: operator keys (no account) and account keys, kept as a MAC; signing keys keep their secret sealed. Sessions end with their key.
import type { Db, Row, WriteContext } from '../types.ts';

export type ApiKey = {
  readonly id: string;
  /** null: an operator key. */
  readonly accountId: string | null;
  readonly name: string;
  readonly kind: 'api' | 'signing' | 'operator';
  readonly scopes: readonly string[];
  readonly domains: readonly string[] | null;
  readonly ips: readonly string[] | null;
  readonly expiresAt: number | null;
  /** Its first characters, by which a person knows it; null: not known. */
  readonly prefix: string | null;
  /** To the minute; null: never, as far as is known. */
  readonly lastUsedAt: number | null;
  readonly createdAt: number;
};

/** A row of `api_keys`. */
export function keyOf(row: Row): ApiKey {
  const listed = (value: unknown): readonly string[] | null => (value === null ? null : JSON.parse(value as string));
  const timeOf = (value: unknown): number | null => (value === null ? null : Number(value));
  return {
    id: row['id'] as string,
    accountId: row['account_id'] as string | null,
    name: row['name'] as string,
    kind: row['kind'] as ApiKey['kind'],
    scopes: JSON.parse(row['scopes'] as string),
    domains: listed(row['domains']),
    ips: listed(row['ips']),
    expiresAt: timeOf(row['expires_at']),
    prefix: row['prefix'] as string | null,
    lastUsedAt: timeOf(row['last_used_at']),
    createdAt: Number(row['created_at']),
  };
}

/** The key that a MAC belongs to, expired ones too. */
async function byMac(db: Db, mac: Uint8Array): Promise<ApiKey | null> {
  const row = await db.get('SELECT * FROM api_keys WHERE mac = ?', [mac]);
  return row ? keyOf(row) : null;
}

async function get(db: Db, id: string): Promise<ApiKey | null> {
  const row = await db.get('SELECT * FROM api_keys WHERE id = ?', [id]);
  return row ? keyOf(row) : null;
}

/** `accountId` null lists all keys, operator keys among them. */
async function list(
  db: Db,
  ask: { readonly accountId: string | null; readonly after: string; readonly limit: number },
): Promise<readonly ApiKey[]> {
  const rows = ask.accountId
    ? await db.all('SELECT * FROM api_keys WHERE account_id = ? AND id > ? ORDER BY id LIMIT ?', [ask.accountId, ask.after, ask.limit])
    : await db.all('SELECT * FROM api_keys WHERE id > ? ORDER BY id LIMIT ?', [ask.after, ask.limit]);
  return rows.map(keyOf);
}

async function create(
  db: Db,
  k: Omit<ApiKey, 'createdAt' | 'lastUsedAt'> & { readonly mac: Uint8Array; readonly sealed: Uint8Array | null },
  ctx: WriteContext,
): Promise<ApiKey> {
  await db.run(
    'INSERT INTO api_keys (id, account_id, name, kind, scopes, domains, ips, mac, sealed, expires_at, prefix, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    [
      k.id,
      k.accountId,
      k.name,
      k.kind,
      JSON.stringify(k.scopes),
      k.domains && JSON.stringify(k.domains),
      k.ips && JSON.stringify(k.ips),
      k.mac,
      k.sealed,
      k.expiresAt,
      k.prefix,
      ctx.now(),
    ],
  );
  ctx.factsChanged();
  return (await byMac(db, k.mac)) as ApiKey;
}

async function rename(db: Db, k: { readonly id: string; readonly name: string }, ctx: WriteContext): Promise<void> {
  await db.run('UPDATE api_keys SET name = ? WHERE id = ?', [k.name, k.id]);
  ctx.factsChanged();
}

/** It was used just now. Its prefix is known of who brings it: a key of before gets it so. No fact that a door asks for. */
async function used(db: Db, k: { readonly id: string; readonly prefix: string | null }, ctx: WriteContext): Promise<void> {
  await db.run('UPDATE api_keys SET last_used_at = ?, prefix = COALESCE(prefix, ?) WHERE id = ?', [ctx.now(), k.prefix, k.id]);
}

async function remove(db: Db, k: { readonly id: string; readonly accountId: string | null }, ctx: WriteContext): Promise<boolean> {
  const changed = k.accountId
    ? await db.run('DELETE FROM api_keys WHERE id = ? AND account_id = ?', [k.id, k.accountId])
    : await db.run('DELETE FROM api_keys WHERE id = ? AND account_id IS NULL', [k.id]);
  if (changed > 0) await db.run('DELETE FROM sessions WHERE key_id = ?', [k.id]);
  ctx.factsChanged();
  return changed > 0;
}

/** The operator key of settings or first start: replaces the one of that name, with everything that was opened by it. */
async function setOperator(
  db: Db,
  k: { readonly id: string; readonly name: string; readonly mac: Uint8Array; readonly prefix: string | null },
  ctx: WriteContext,
): Promise<void> {
  await db.run("DELETE FROM sessions WHERE key_id IN (SELECT id FROM api_keys WHERE kind = 'operator' AND name = ?)", [k.name]);
  await db.run("DELETE FROM api_keys WHERE kind = 'operator' AND name = ?", [k.name]);
  await db.run("INSERT INTO api_keys (id, name, kind, scopes, mac, prefix, created_at) VALUES (?, ?, 'operator', '[]', ?, ?, ?)", [
    k.id,
    k.name,
    k.mac,
    k.prefix,
    ctx.now(),
  ]);
  ctx.factsChanged();
}

export const keys = { reads: { byMac, get, list }, writes: { create, rename, used, remove, setOperator } };
