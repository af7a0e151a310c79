// The log of refused connections, senders and messages, to be asked why. Rows, not content; written in batches.
import { comparable, splitAddress } from '../../../message/addresses.ts';
import type { Db, Row, WriteContext } from '../types.ts';

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
/** What is asked by an index of its own. */
const BY = ['recipient', 'sender', 'peer', 'domain', 'reason'] as const;
/** So many rows are counted to find which filter narrows most. */
const COUNTED = 5_000;

/** Newest first. The index of the filter that narrows most is walked and the others are compared, whatever a planner thinks. */
async function list(
  db: Db,
  ask: RefusalFilter & { readonly accountId: string | null; readonly before: number; readonly limit: number },
): Promise<readonly RefusalRow[]> {
  const { first, last } = await between(db, ask);
  if (first === null || last === null) return [];
  const given: [string, string][] = BY.flatMap(name => (ask[name] === undefined ? [] : [[name, ask[name]] satisfies [string, string]]));
  if (ask.accountId !== null) given.push(['account_id', ask.accountId]);
  const lead = await narrowest(db, given);
  // The two that have an index together.
  const isBoth = (name: string): boolean => lead === 'account_id' && name === 'reason';
  const wheres = given.map(([name]) => (name === lead || isBoth(name) ? `${name} = ?` : `${name} || '' = ?`));
  const params = given.map(([, value]) => value);
  const rows = await db.all(`SELECT * FROM refusals WHERE ${[...wheres, 'seq >= ?', 'seq < ?'].join(' AND ')} ORDER BY seq DESC LIMIT ?`, [
    ...params,
    first,
    Math.min(ask.before, last + 1),
    ask.limit,
  ]);
  return rows.map(rowOf);
}

async function narrowest(db: Db, given: readonly (readonly [string, string])[]): Promise<string | undefined> {
  let [lead, fewest] = [given[0]?.[0], Number.POSITIVE_INFINITY];
  for (const [name, value] of given.length > 1 ? given : []) {
    const row = await db.get(`SELECT count(*) AS n FROM (SELECT 1 AS one FROM refusals WHERE ${name} = ? LIMIT ${COUNTED}) AS few`, [
      value,
    ]);
    const count = Number(row?.['n'] ?? 0);
    // Of those that all have many the account's is taken, since it has an index with the reason.
    if (count < fewest || (count === fewest && name === 'account_id')) [lead, fewest] = [name, count];
  }
  return lead;
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
      [
        ctx.now(),
        r.door,
        r.peer,
        r.stage,
        r.reason,
        r.code,
        r.accountId,
        keyOf(r.sender),
        keyOf(r.recipient),
        domainOf(r.recipient),
        r.detail,
      ],
    );
  }
}

/** Addresses are kept as they are compared, so that each is found however somebody wrote it. */
const keyOf = (address: string | null): string | null => (address === null ? null : comparable(address));
const domainOf = (address: string | null): string | null => (address === null ? null : (splitAddress(address)?.domain ?? null));

export const refusals = { reads: { list }, writes: { add } };
