// Search in what is kept of mail, newest first. Of the filters the one that finds fewest leads; what it finds is looked at in portions, a
// bounded number a page, so that no question is slow however much is kept: a page may be short and still have a next one.
import type { RecipientState } from '../../../mail.ts';
import { newId } from '../../ids.ts';
import { emailOf, type EmailRow } from './emails.ts';
import type { Db, Value } from '../types.ts';

export type EmailFilter = {
  readonly accountId: string | null;
  readonly direction?: 'in' | 'out';
  readonly recipient?: string;
  readonly messageId?: string;
  readonly state?: RecipientState;
  readonly tag?: string;
  readonly batch?: string;
  /** Of acceptance, epoch ms. */
  readonly since?: number;
  readonly until?: number;
  /** Newest first: ids below this one. */
  readonly before: string;
  readonly limit: number;
};
/** `next`: go on below this id; null = there is nothing more. */
export type Found = { readonly rows: readonly EmailRow[]; readonly next: string | null };

/** Mails looked at for one page, and at once. */
const LOOKED_AT = 3_000;
const PORTION = 500;
/** Ids are made when a mail begins to come in, acceptance is a little later. */
const BEFORE_ACCEPTANCE_MS = 3_600_000;
/** States of mail that is not over; of these the index holds mail by account, not recipients. */
const WAITING: ReadonlySet<string> = new Set(['queued', 'scheduled']);

export async function search(db: Db, f: EmailFilter): Promise<Found> {
  const bottom = f.since === undefined ? '' : newId('msg', Math.max(0, f.since - BEFORE_ACCEPTANCE_MS)).slice(0, 14);
  const top = f.until === undefined ? f.before : least(f.before, newId('msg', f.until + 1));
  const lead = leadOf(f);
  const [where, values] = conditions(f);
  const rows: EmailRow[] = [];
  let [before, looked] = [top, 0];
  for (;;) {
    const ids = await lead(db, { before, bottom, limit: where.length === 0 ? f.limit + 1 : PORTION });
    if (ids.length === 0) return { rows, next: null };
    const marks = ids.map(() => '?').join(', ');
    const found = await db.all(
      `SELECT e.* FROM emails e WHERE e.id IN (${marks})${where.map(one => ` AND ${one}`).join('')} ORDER BY e.id DESC LIMIT ?`,
      [...ids, ...values, f.limit + 1 - rows.length],
    );
    rows.push(...found.map(emailOf));
    if (rows.length > f.limit) return { rows: rows.slice(0, f.limit), next: rows[f.limit - 1]?.id ?? null };
    before = ids.at(-1) as string;
    looked += ids.length;
    if (looked >= LOOKED_AT) return { rows, next: before };
  }
}

type Portion = { readonly before: string; readonly bottom: string; readonly limit: number };
type Lead = (db: Db, portion: Portion) => Promise<readonly string[]>;

/** Ids of a list that one index has in order. */
function leadOf(f: EmailFilter): Lead {
  const of = (table: string, column: string, where: readonly string[], values: readonly Value[]): Lead => {
    const conditions = [...where, `${column} < ?`, `${column} >= ?`].join(' AND ');
    const sql = `SELECT DISTINCT ${column} AS id FROM ${table} WHERE ${conditions} ORDER BY ${column} DESC LIMIT ?`;
    return async (db, { before, bottom, limit }) => (await db.all(sql, [...values, before, bottom, limit])).map(row => row['id'] as string);
  };
  const [owned, owner] = f.accountId === null ? [[], []] : [['account_id = ?'], [f.accountId]];
  if (f.messageId !== undefined) return of('emails', 'id', ['message_id = ?'], [f.messageId]);
  if (f.recipient !== undefined) return of('recipients', 'email_id', ['lower(address) = lower(?)'], [f.recipient]);
  if (f.batch !== undefined) return of('emails', 'id', ['batch_id = ?'], [f.batch]);
  if (f.tag !== undefined && f.accountId !== null) return of('email_tags', 'email_id', [...owned, 'tag = ?'], [...owner, f.tag]);
  if (f.state !== undefined && WAITING.has(f.state)) return of('emails', 'id', [...owned, 'final_at IS NULL'], owner);
  if (f.state !== undefined && f.state !== 'delivered')
    return of('recipients', 'email_id', [...owned, 'state = ?', "state NOT IN ('queued', 'delivered')"], [...owner, f.state]);
  return of('emails', 'id', owned, owner);
}

/** What is left to be asked of each mail. */
function conditions(f: EmailFilter): readonly [readonly string[], readonly Value[]] {
  const all: readonly (readonly [string, Value | undefined])[] = [
    [
      'e.account_id = ?',
      f.messageId !== undefined || f.recipient !== undefined || f.batch !== undefined ? (f.accountId ?? undefined) : undefined,
    ],
    ['e.batch_id = ?', f.messageId !== undefined || f.recipient !== undefined ? f.batch : undefined],
    ['e.direction = ?', f.direction],
    ['e.message_id = ?', f.recipient === undefined ? undefined : f.messageId],
    ['e.accepted_at >= ?', f.since],
    ['e.accepted_at <= ?', f.until],
    ['EXISTS (SELECT 1 FROM email_tags t WHERE t.account_id = e.account_id AND t.tag = ? AND t.email_id = e.id)', f.tag],
    [
      'EXISTS (SELECT 1 FROM recipients r WHERE r.email_id = e.id AND lower(r.address) = lower(?))',
      f.messageId === undefined ? undefined : f.recipient,
    ],
    ['EXISTS (SELECT 1 FROM recipients r WHERE r.email_id = e.id AND r.state = ?)', f.state],
  ];
  const asked = all.filter((one): one is readonly [string, Value] => one[1] !== undefined);
  return [asked.map(one => one[0]), asked.map(one => one[1])];
}

const least = (a: string, b: string): string => (a < b ? a : b);
