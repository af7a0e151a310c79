// SMTP credentials of accounts; passwords are random and kept as a MAC.
import type { Db, Row, WriteContext } from '../types.ts';

export type Credential = {
  readonly id: string;
  readonly accountId: string;
  readonly name: string;
  readonly username: string;
  readonly createdAt: number;
};

const credentialOf = (row: Row): Credential => ({
  id: row['id'] as string,
  accountId: row['account_id'] as string,
  name: row['name'] as string,
  username: row['username'] as string,
  createdAt: Number(row['created_at']),
});

async function byUsername(db: Db, username: string): Promise<(Credential & { readonly mac: Uint8Array }) | null> {
  const row = await db.get('SELECT * FROM smtp_credentials WHERE username = ?', [username]);
  return row ? { ...credentialOf(row), mac: row['mac'] as Uint8Array } : null;
}

async function list(
  db: Db,
  ask: { readonly accountId: string; readonly after: string; readonly limit: number },
): Promise<readonly Credential[]> {
  return (
    await db.all('SELECT * FROM smtp_credentials WHERE account_id = ? AND id > ? ORDER BY id LIMIT ?', [
      ask.accountId,
      ask.after,
      ask.limit,
    ])
  ).map(credentialOf);
}

async function create(db: Db, c: Omit<Credential, 'createdAt'> & { readonly mac: Uint8Array }, ctx: WriteContext): Promise<void> {
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

export const credentials = { reads: { byUsername, list }, writes: { create, remove } };
