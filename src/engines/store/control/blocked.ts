// The blocked library: rows found by exact pattern; the matching rules are pure and live in library/match.ts. automatic.ts makes those of
// kind `hash`, whose pattern is a keyed hash.
import { asBuffer } from '../queue.ts';
import { forget, unname } from './automatic.ts';
import { newId } from '../../ids.ts';
import type { Db, Row, Value, WriteContext } from '../types.ts';

export type BlockedEntry = {
  readonly id: string;
  /** null: global, the operator's. */
  readonly accountId: string | null;
  readonly action: 'block' | 'allow';
  readonly pattern: string;
  readonly kind: 'address' | 'domain' | 'subdomains' | 'ip' | 'cidr' | 'hash';
  readonly direction: 'sender' | 'recipient' | 'both';
  readonly reason: string | null;
  readonly source: string;
  /** hard_bounce, malware, manual …: what made it. */
  readonly class: string | null;
  /** Mail of one group only; `*`: who left all mail of the account; null: an entry of any other kind. */
  readonly group: string | null;
  readonly expiresAt: number | null;
  readonly createdAt: number;
  /** Address and evidence of an entry that made itself (suppress/entries.ts), while it holds; null: never there, or over. */
  readonly sealed: Uint8Array | null;
};

export type NewBlockedEntry = Omit<BlockedEntry, 'createdAt' | 'sealed'>;

const entryOf = (row: Row): BlockedEntry => ({
  id: row['id'] as string,
  accountId: (row['account_id'] as string) || null,
  action: row['action'] as BlockedEntry['action'],
  pattern: row['pattern'] as string,
  kind: row['kind'] as BlockedEntry['kind'],
  direction: row['direction'] as BlockedEntry['direction'],
  reason: row['reason'] as string | null,
  source: row['source'] as string,
  class: row['class'] as string | null,
  group: (row['mail_group'] as string) || null,
  expiresAt: row['expires_at'] === null ? null : Number(row['expires_at']),
  createdAt: Number(row['created_at']),
  sealed: row['sealed'] === null ? null : asBuffer(row['sealed']),
});

/** Live entries of the account and the global ones whose pattern is one of `patterns`. */
async function matching(
  db: Db,
  ask: { readonly accountId: string | null; readonly patterns: readonly string[]; readonly now: number },
): Promise<readonly BlockedEntry[]> {
  const [first] = ask.patterns;
  if (first === undefined) return [];
  const places = Math.max(FEWEST, 2 ** Math.ceil(Math.log2(ask.patterns.length)));
  const spare = Array.from({ length: places - ask.patterns.length }, () => first);
  const rows = await db.all(matchingOf(places), [...ask.patterns, ...spare, ask.accountId ?? '', ask.now]);
  return rows.map(entryOf);
}

/** An address has so many patterns, or fewer. */
const FEWEST = 8;
const MATCHING = new Map<number, string>();

/** The question for so many patterns: a few texts that are prepared once, as it is asked for each recipient. */
function matchingOf(places: number): string {
  const marks = (): string => Array.from({ length: places }, () => '?').join(', ');
  const kept = MATCHING.get(places);
  const sql =
    kept ?? `SELECT * FROM blocked WHERE pattern IN (${marks()}) AND account_id IN (?, '') AND (expires_at IS NULL OR expires_at > ?)`;
  if (kept === undefined) MATCHING.set(places, sql);
  return sql;
}

/** Address ranges cannot be found by exact pattern; there are few of them. */
async function ranges(db: Db, ask: { readonly accountId: string | null; readonly now: number }): Promise<readonly BlockedEntry[]> {
  const rows = await db.all(
    "SELECT * FROM blocked WHERE kind = 'cidr' AND account_id IN (?, '') AND (expires_at IS NULL OR expires_at > ?)",
    [ask.accountId ?? '', ask.now],
  );
  return rows.map(entryOf);
}

/** Ids are made up to so long before their row is. */
const LATE_MS = 60_000;

/** By id; of these patterns, or of those that begin so; of a class (null: made by hand), made in a time. An entry that made itself and is over is no entry any more: it is kept to know a repeat. */
async function list(
  db: Db,
  ask: {
    readonly accountId: string | null;
    readonly after: string;
    readonly limit: number;
    readonly now: number;
    readonly patterns?: readonly string[];
    readonly prefix?: string;
    readonly class?: string | null;
    /** Epoch ms, both inclusive. */
    readonly since?: number;
    readonly until?: number;
  },
): Promise<readonly BlockedEntry[]> {
  const { patterns, prefix, since, until } = ask;
  const starts = db.dialect === 'sqlite' ? 'substr(pattern, 1, length(?)) = ?' : 'starts_with(pattern, ?)';
  const only = [
    ...(patterns ? [`pattern IN (${patterns.map(() => '?').join(', ')})`] : []),
    ...(prefix === undefined ? [] : [starts, "kind <> 'hash'"]),
  ];
  const given: readonly (readonly [string, Value | undefined])[] = [
    ['class = ?', ask.class ?? undefined],
    ['created_at >= ?', since],
    ['created_at <= ?', until],
    // They sort by time: nothing later is looked at. Of a class its own index has few, and is not to be passed over for this.
    ['id < ?', until === undefined || ask.class !== undefined ? undefined : newId('blk', until + 1)],
  ];
  const more = given.filter((one): one is readonly [string, Value] => one[1] !== undefined);
  only.push(...(ask.class === null ? ['class IS NULL'] : []), ...more.map(one => one[0]));
  const params = [
    ...(patterns ?? []),
    ...(prefix === undefined ? [] : db.dialect === 'sqlite' ? [prefix, prefix] : [prefix]),
    ...more.map(one => one[1]),
  ];
  const first = since === undefined ? '' : newId('blk', Math.max(0, since - LATE_MS));
  const rows = await db.all(
    `SELECT * FROM blocked WHERE account_id = ? AND id > ? AND (kind <> 'hash' OR expires_at IS NULL OR expires_at > ?)
      ${only.map(one => `AND ${one} `).join('')}ORDER BY id LIMIT ?`,
    [ask.accountId ?? '', ask.after > first ? ask.after : first, ask.now, ...params, ask.limit],
  );
  return rows.map(entryOf);
}

async function get(db: Db, id: string): Promise<BlockedEntry | null> {
  const row = await db.get('SELECT * FROM blocked WHERE id = ?', [id]);
  return row ? entryOf(row) : null;
}

/** Adds an entry or takes the place of the one with the same pattern, action, direction and group. */
export async function put(db: Db, e: NewBlockedEntry, ctx: WriteContext): Promise<BlockedEntry> {
  const row = await db.get(
    `INSERT INTO blocked (id, account_id, action, pattern, kind, direction, reason, source, class, mail_group,
      expires_at, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (account_id, action, pattern, direction, mail_group) DO UPDATE SET reason = excluded.reason, source = excluded.source, class = excluded.class,
      expires_at = excluded.expires_at RETURNING *`,
    [e.id, e.accountId ?? '', e.action, e.pattern, e.kind, e.direction, e.reason, e.source, e.class, e.group ?? '', e.expiresAt, ctx.now()],
  );
  ctx.factsChanged();
  return entryOf(row as Row);
}

async function remove(db: Db, e: { readonly id: string; readonly accountId: string | null }, ctx: WriteContext): Promise<boolean> {
  const changed = await db.run('DELETE FROM blocked WHERE id = ? AND account_id = ?', [e.id, e.accountId ?? '']);
  ctx.factsChanged();
  return changed > 0;
}

export const blocked = { reads: { matching, ranges, list, get }, writes: { put, remove, forget, unname } };
