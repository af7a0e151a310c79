// Addresses that mail is sent to for a score, by the MAC of their token, and the results of the last day. No address of a person, no content.
import type { Db, WriteContext } from '../types.ts';

export type ScoreAddress = {
  readonly tokenMac: string;
  readonly accountId: string;
  /** Of the answer by mail: `en`, `id`, `zh`. */
  readonly language: string;
  /** Epoch ms. */
  readonly expiresAt: number;
};
/** `result`: JSON of score/kept.ts. */
export type ScoreResult = { readonly id: string; readonly at: number; readonly result: string };

async function address(db: Db, tokenMac: string): Promise<ScoreAddress | null> {
  const row = await db.get('SELECT account_id, language, expires_at FROM score_addresses WHERE token_mac = ?', [tokenMac]);
  if (!row) return null;
  return {
    tokenMac,
    accountId: row['account_id'] as string,
    language: row['language'] as string,
    expiresAt: Number(row['expires_at']),
  };
}

/** Addresses of the account that are still good. */
async function count(db: Db, ask: { readonly accountId: string; readonly now: number }): Promise<number> {
  const row = await db.get('SELECT count(*) AS count FROM score_addresses WHERE account_id = ? AND expires_at > ?', [
    ask.accountId,
    ask.now,
  ]);
  return Number(row?.['count'] ?? 0);
}

/** Newest first. */
async function results(
  db: Db,
  ask: { readonly tokenMac: string; readonly now: number; readonly limit: number },
): Promise<readonly ScoreResult[]> {
  const rows = await db.all('SELECT id, at, result FROM score_results WHERE token_mac = ? AND expires_at > ? ORDER BY id DESC LIMIT ?', [
    ask.tokenMac,
    ask.now,
    ask.limit,
  ]);
  return rows.map(row => ({ id: row['id'] as string, at: Number(row['at']), result: row['result'] as string }));
}

async function open(db: Db, a: ScoreAddress, ctx: WriteContext): Promise<void> {
  await db.run('INSERT INTO score_addresses (token_mac, account_id, language, created_at, expires_at) VALUES (?, ?, ?, ?, ?)', [
    a.tokenMac,
    a.accountId,
    a.language,
    ctx.now(),
    a.expiresAt,
  ]);
  // The doors keep what they know of addresses.
  ctx.factsChanged();
}

async function keep(db: Db, r: ScoreResult & { readonly tokenMac: string; readonly expiresAt: number }): Promise<void> {
  await db.run('INSERT INTO score_results (id, token_mac, at, expires_at, result) VALUES (?, ?, ?, ?, ?)', [
    r.id,
    r.tokenMac,
    r.at,
    r.expiresAt,
    r.result,
  ]);
}

/** What is over. An address goes with its last result. */
async function forget(db: Db, now: number): Promise<void> {
  await db.run('DELETE FROM score_results WHERE expires_at <= ?', [now]);
  await db.run('DELETE FROM score_addresses WHERE expires_at <= ? AND token_mac NOT IN (SELECT token_mac FROM score_results)', [now]);
}

export const scoreMail = { reads: { address, count, results }, writes: { open, keep, forget } };
