// Idempotency keys of creating calls other than mail (mail records its own in the accepting commit): keyed hashes and our own answer.
import type { Db, WriteContext } from '../types.ts';

export type IdempotencyState =
  | { readonly kind: 'begun' }
  | { readonly kind: 'running' }
  | { readonly kind: 'other_body' }
  | { readonly kind: 'done'; readonly status: number; readonly answer: string };

const LIFE_MS = 86_400_000;
/** A claim of a server that died is free again after this. */
const STUCK_MS = 60_000;

async function begin(
  db: Db,
  c: { readonly keyMac: Uint8Array; readonly bodyMac: Uint8Array },
  ctx: WriteContext,
): Promise<IdempotencyState> {
  const now = ctx.now();
  await db.run('DELETE FROM idempotency WHERE created_at < ?', [now - LIFE_MS]);
  const there = await db.get('SELECT * FROM idempotency WHERE key_mac = ?', [c.keyMac]);
  if (there && Buffer.compare(there['body_mac'] as Uint8Array, c.bodyMac) !== 0) return { kind: 'other_body' };
  if (there && there['status'] !== null) return { kind: 'done', status: Number(there['status']), answer: there['answer'] as string };
  if (there && Number(there['created_at']) > now - STUCK_MS) return { kind: 'running' };
  await db.run(
    'INSERT INTO idempotency (key_mac, body_mac, created_at) VALUES (?, ?, ?) ON CONFLICT (key_mac) DO UPDATE SET created_at = excluded.created_at',
    [c.keyMac, c.bodyMac, now],
  );
  return { kind: 'begun' };
}

async function finish(db: Db, c: { readonly keyMac: Uint8Array; readonly status: number; readonly answer: string }): Promise<void> {
  await db.run('UPDATE idempotency SET status = ?, answer = ? WHERE key_mac = ? AND status IS NULL', [c.status, c.answer, c.keyMac]);
}

/** The answer of a call that records it in its own commit. */
export async function answered(
  db: Db,
  c: { readonly keyMac: Uint8Array; readonly bodyMac: Uint8Array; readonly status: number; readonly answer: string },
  now: number,
): Promise<void> {
  await db.run(
    `INSERT INTO idempotency (key_mac, body_mac, status, answer, created_at) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (key_mac) DO UPDATE SET body_mac = excluded.body_mac, status = excluded.status, answer = excluded.answer`,
    [c.keyMac, c.bodyMac, c.status, c.answer, now],
  );
}

/** A refusal frees the key. */
async function free(db: Db, keyMac: Uint8Array): Promise<void> {
  await db.run('DELETE FROM idempotency WHERE key_mac = ? AND status IS NULL', [keyMac]);
}

export const idempotency = { reads: {}, writes: { begin, finish, free } };
