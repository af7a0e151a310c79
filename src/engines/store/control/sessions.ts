// Signed-in browsers (docs/console.md): the id is kept as a MAC, and a session is worth what its key is. It ends with the key.
import { IDLE_MS, SESSIONS_PER_KEY } from '../bounds.ts';
import type { Db, WriteContext } from '../types.ts';
import { keyOf, type ApiKey } from './keys.ts';

export type StoredSession = {
  readonly key: ApiKey;
  readonly createdAt: number;
  readonly lastUsedAt: number;
  readonly expiresAt: number;
};

/** With its key as that is now; null when there is no such session, or its key is gone. Ended ones too: see `isLive`. */
async function byMac(db: Db, idMac: Uint8Array): Promise<StoredSession | null> {
  const row = await db.get(
    `SELECT k.*, s.created_at AS opened_at, s.last_used_at AS touched_at, s.expires_at AS ends_at
      FROM sessions s JOIN api_keys k ON k.id = s.key_id WHERE s.id_mac = ?`,
    [idMac],
  );
  if (!row) return null;
  return {
    key: keyOf(row),
    createdAt: Number(row['opened_at']),
    lastUsedAt: Number(row['touched_at']),
    expiresAt: Number(row['ends_at']),
  };
}

/** Neither over nor idle; its key neither. */
export function isLive({ key, lastUsedAt, expiresAt }: StoredSession, now: number): boolean {
  return expiresAt > now && lastUsedAt > now - IDLE_MS && (key.expiresAt === null || key.expiresAt > now);
}

type NewSession = { readonly idMac: Uint8Array; readonly keyId: string; readonly expiresAt: number };

/** False when the key was revoked meanwhile. The oldest of the key make room. */
async function open(db: Db, s: NewSession, ctx: WriteContext): Promise<boolean> {
  const key = await db.get('SELECT account_id FROM api_keys WHERE id = ?', [s.keyId]);
  if (!key) return false;
  await db.run('INSERT INTO sessions (id_mac, key_id, account_id, created_at, last_used_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)', [
    s.idMac,
    s.keyId,
    key['account_id'] ?? null,
    ctx.now(),
    ctx.now(),
    s.expiresAt,
  ]);
  const gone = await db.run(
    `DELETE FROM sessions WHERE key_id = ? AND id_mac <> ? AND id_mac NOT IN
      (SELECT id_mac FROM sessions WHERE key_id = ? AND id_mac <> ? ORDER BY last_used_at DESC, id_mac LIMIT ?)`,
    [s.keyId, s.idMac, s.keyId, s.idMac, SESSIONS_PER_KEY - 1],
  );
  if (gone > 0) ctx.factsChanged();
  return true;
}

/** It was used just now. */
async function touch(db: Db, idMac: Uint8Array, ctx: WriteContext): Promise<void> {
  await db.run('UPDATE sessions SET last_used_at = ? WHERE id_mac = ?', [ctx.now(), idMac]);
}

async function end(db: Db, idMac: Uint8Array, ctx: WriteContext): Promise<void> {
  await db.run('DELETE FROM sessions WHERE id_mac = ?', [idMac]);
  ctx.factsChanged();
}

/** Every session of the key; how many there were. */
async function endAll(db: Db, keyId: string, ctx: WriteContext): Promise<number> {
  const ended = await db.run('DELETE FROM sessions WHERE key_id = ?', [keyId]);
  ctx.factsChanged();
  return ended;
}

/** Rows of sessions that are over. */
async function forget(db: Db, now: number): Promise<number> {
  return db.run('DELETE FROM sessions WHERE expires_at <= ? OR last_used_at <= ?', [now, now - IDLE_MS]);
}

export const sessions = { reads: { byMac }, writes: { open, touch, end, endAll, forget } };
