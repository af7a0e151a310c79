// What is remembered of mail hosts for all doors and over a restart: when STARTTLS was last offered, and since when TLS there breaks off.
import type { Db } from '../types.ts';

export type PeerMemory = { readonly offeredAt: number | null; readonly troubleAt: number | null };

const when = (value: unknown): number | null => (value === null ? null : Number(value));

async function get(db: Db, host: string): Promise<PeerMemory | null> {
  const row = await db.get('SELECT offered_at, trouble_at FROM peers WHERE host = ?', [host]);
  return row ? { offeredAt: when(row['offered_at']), troubleAt: when(row['trouble_at']) } : null;
}

async function put(db: Db, p: { readonly host: string } & PeerMemory): Promise<void> {
  await db.run(
    `INSERT INTO peers (host, offered_at, trouble_at) VALUES (?, ?, ?)
      ON CONFLICT (host) DO UPDATE SET offered_at = excluded.offered_at, trouble_at = excluded.trouble_at`,
    [p.host, p.offeredAt, p.troubleAt],
  );
}

/** Hosts that nothing was seen of since then. */
async function forget(db: Db, before: number): Promise<void> {
  await db.run('DELETE FROM peers WHERE coalesce(offered_at, 0) < ? AND coalesce(trouble_at, 0) < ?', [before, before]);
}

export const peers = { reads: { get }, writes: { put, forget } };
