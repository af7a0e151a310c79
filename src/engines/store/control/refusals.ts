// The log of refused connections, senders and messages, to be asked why. Rows, not content; written in batches.
import { splitAddress } from '../../../message/addresses.ts';
import type { Db, Row, Value, WriteContext } from '../types.ts';

export type NewRefusal = {
  readonly door: string;
  readonly peer: string;
  readonly stage: string;
  readonly reason: string;
  readonly code: number;
  readonly accountId: string | null;
  readonly sender: string | null;
  readonly recipient: string | null;
  /** Which entry of the blocked library, feed or DNS list. */
  readonly detail: string | null;
};
export type RefusalRow = NewRefusal & { readonly seq: number; readonly at: number };
export type RefusalFilter = {
  readonly peer?: string;
  readonly sender?: string;
  readonly recipient?: string;
  /** Of the recipient. */
  readonly domain?: string;
  readonly reason?: string;
  /** Epoch ms. */
  readonly since?: number;
  readonly until?: number;
};
/** What narrows most comes first: its index is walked, the others are only compared, whatever a planner thinks. */
const BY = ['recipient', 'sender', 'peer', 'domain', 'reason'] as const;

/** Newest first. */
async function list(
  db: Db,
  ask: RefusalFilter & { readonly accountId: string | null; readonly before: number; readonly limit: number },
): Promise<readonly RefusalRow[]> {
  const given = BY.flatMap(name => (ask[name] === undefined ? [] : [[name, ask[name]] as const]));
  const ownFirst = ask.accountId !== null && given.length === 0;
  const wheres: string[] = [];
  const params: Value[] = [];
  const add = (where: string, value: Value): void => {
    wheres.push(where);
    params.push(value);
  };
  for (const [i, [name, value]] of given.entries()) add(i === 0 ? `${name} = ?` : `${name} || '' = ?`, value);
  if (ask.accountId !== null) add(ownFirst ? 'account_id = ?' : "account_id || '' = ?", ask.accountId);
  const { first, last } = await between(db, ask);
  if (first === null || last === null) return [];
  add('seq >= ?', first);
  add('seq < ?', Math.min(ask.before, last + 1));
  const rows = await db.all(`SELECT * FROM refusals WHERE ${wheres.join(' AND ')} ORDER BY seq DESC LIMIT ?`, [...params, ask.limit]);
  return rows.map(rowOf);
}

/** Times as places in the log, which is in the order of time. null: nothing is so late, or so early. */
async function between(db: Db, { since, until }: RefusalFilter): Promise<{ readonly first: number | null; readonly last: number | null }> {
  const place = async (sql: string, at: number): Promise<number | null> => {
    const row = await db.get(sql, [at]);
    return row ? Number(row['seq']) : null;
  };
  return {
    first: since === undefined ? 0 : await place('SELECT seq FROM refusals WHERE at >= ? ORDER BY at, seq LIMIT 1', since),
    last:
      until === undefined
        ? Number.MAX_SAFE_INTEGER - 1
        : await place('SELECT seq FROM refusals WHERE at <= ? ORDER BY at DESC, seq DESC LIMIT 1', until),
  };
}

const rowOf = (row: Row): RefusalRow => ({
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
  detail: row['detail'] as string | null,
});

async function add(db: Db, list: readonly NewRefusal[], ctx: WriteContext): Promise<void> {
  for (const r of list) {
    await db.run(
      `INSERT INTO refusals (at, door, peer, stage, reason, code, account_id, sender, recipient, domain, detail)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [ctx.now(), r.door, r.peer, r.stage, r.reason, r.code, r.accountId, r.sender, r.recipient, domainOf(r.recipient), r.detail],
    );
  }
}

const domainOf = (address: string | null): string | null => (address === null ? null : (splitAddress(address)?.domain ?? null));

export const refusals = { reads: { list }, writes: { add } };
