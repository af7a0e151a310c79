// SMTP credentials of accounts; passwords are random and kept as a MAC.
import type { Db, Row, WriteContext } from '../types.ts';

export type Credential = {
  readonly id: string;
  readonly accountId: string;
  readonly name: string;
  readonly username: string;
  /** To the minute; null: never, as far as is known. */
  readonly lastUsedAt: number | null;
  readonly createdAt: number;
};

const credentialOf = (row: Row): Credential => ({
  id: row['id'] as string,
  accountId: row['account_id'] as string,
  name: row['name'] as string,
  username: row['username'] as string,
  lastUsedAt: row['last_used_at'] === null ? null : Number(row['last_used_at']),
  createdAt: Number(row['created_at']),
});

async function byUsername(db: Db, username: string): Promise<(Credential & { readonly mac: Uint8Array }) | null> {
  const row = await db.get('SELECT * FROM smtp_credentials WHERE username = ?', [username]);
  return row ? { ...credentialOf(row), mac: row['mac'] as Uint8Array } : null;
}

async function get(db: Db, id: string): Promise<Credential | null> {
  const row = await db.get('SELECT * FROM smtp_credentials WHERE id = ?', [id]);
  return row ? credentialOf(row) : null;
}

/** `accountId` null lists those of all accounts. */
async function list(
  db: Db,
  ask: { readonly accountId: string | null; readonly after: string; readonly limit: number },
): Promise<readonly Credential[]> {
  const whose = ask.accountId === null ? '' : 'account_id = ? AND ';
  const values = [...(ask.accountId === null ? [] : [ask.accountId]), ask.after, ask.limit];
  return (await db.all(`SELECT * FROM smtp_credentials WHERE ${whose}id > ? ORDER BY id LIMIT ?`, values)).map(credentialOf);
}

async function rename(db: Db, c: { readonly id: string; readonly name: string }): Promise<void> {
  await db.run('UPDATE smtp_credentials SET name = ? WHERE id = ?', [c.name, c.id]);
}

/** It was used just now. No fact that a door asks for. */
async function used(db: Db, id: string, ctx: WriteContext): Promise<void> {
  await db.run('UPDATE smtp_credentials SET last_used_at = ? WHERE id = ?', [ctx.now(), id]);
}

async function create(
  db: Db,
  c: Omit<Credential, 'createdAt' | 'lastUsedAt'> & { readonly mac: Uint8Array },
  ctx: WriteContext,
): Promise<void> {
  await db.run('INSERT INTO smtp_credentials (id, account_id, name, username, mac, created_at) VALUES (?, ?, ?, ?, ?, ?)', [
    c.id,
    c.accountId,
    c.name,
    c.username,
    c.mac,
    ctx.now(),
  ]);
  ctx.factsChanged();
}

async function remove(db: Db, c: { readonly id: string; readonly accountId: string }, ctx: WriteContext): Promise<boolean> {
  const changed = await db.run('DELETE FROM smtp_credentials WHERE id = ? AND account_id = ?', [c.id, c.accountId]);
  ctx.factsChanged();
  return changed > 0;
}

export const credentials = { reads: { byUsername, get, list }, writes: { create, rename, used, remove } };
