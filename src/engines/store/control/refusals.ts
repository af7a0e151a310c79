// The log of refused connections, senders and messages, to be asked why. Rows, not content; written in batches.
import type { Db, WriteContext } from '../types.ts';

export type NewRefusal = {
  readonly door: string;
  readonly peer: string;
  readonly stage: string;
  readonly reason: string;
  readonly code: number;
  readonly accountId: string | null;
  readonly sender: string | null;
  readonly recipient: string | null;
};

async function list(
  db: Db,
  ask: { readonly accountId: string | null; readonly before: number; readonly limit: number },
): Promise<readonly (NewRefusal & { readonly seq: number; readonly at: number })[]> {
  const rows = ask.accountId
    ? await db.all('SELECT * FROM refusals WHERE account_id = ? AND seq < ? ORDER BY seq DESC LIMIT ?', [
        ask.accountId,
        ask.before,
        ask.limit,
      ])
    : await db.all('SELECT * FROM refusals WHERE seq < ? ORDER BY seq DESC LIMIT ?', [ask.before, ask.limit]);
  return rows.map(row => ({
    seq: Number(row['seq']),
    at: Number(row['at']),
    door: row['door'] as string,
    peer: row['peer'] as string,
    stage: row['stage'] as string,
    reason: row['reason'] as string,
    code: Number(row['code']),
    accountId: row['account_id'] as string | null,
    sender: row['sender'] as string | null,
    recipient: row['recipient'] as string | null,
  }));
}

async function add(db: Db, list: readonly NewRefusal[], ctx: WriteContext): Promise<void> {
  for (const r of list) {
    await db.run(
      'INSERT INTO refusals (at, door, peer, stage, reason, code, account_id, sender, recipient) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
      [ctx.now(), r.door, r.peer, r.stage, r.reason, r.code, r.accountId, r.sender, r.recipient],
    );
  }
}

export const refusals = { reads: { list }, writes: { add } };
