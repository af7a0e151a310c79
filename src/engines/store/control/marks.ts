// Campaigns that an account (or '' = the operator) marked as spam or ham: a keyed fingerprint, a label and a time, for a day.
import type { Db, WriteContext } from '../types.ts';

export type Label = 'spam' | 'ham';
export type NewMark = { readonly sketch: Uint8Array; readonly label: Label };
export type Mark = NewMark & { readonly seq: number; readonly accountId: string; readonly at: number };

/** How long a mark counts. */
export const MARK_MS = 86_400_000;
/** Marks of one account: more push its oldest out, so that nobody fills the memory of the doors. */
const MARKS_AN_ACCOUNT = 2_000;

/** Changes whenever a mark came (the last number grows) or went (the count falls). */
export type MarksState = { readonly count: number; readonly last: number };

async function state(db: Db): Promise<MarksState> {
  const row = await db.get('SELECT count(*) AS count, max(seq) AS last FROM marks');
  return { count: Number(row?.['count'] ?? 0), last: Number(row?.['last'] ?? 0) };
}

/** Oldest first. */
async function after(db: Db, seq: number): Promise<readonly Mark[]> {
  const rows = await db.all('SELECT seq, account_id, sketch, label, at FROM marks WHERE seq > ? ORDER BY seq', [seq]);
  return rows.map(row => ({
    seq: Number(row['seq']),
    accountId: row['account_id'] as string,
    sketch: row['sketch'] as Uint8Array,
    label: row['label'] as Label,
    at: Number(row['at']),
  }));
}

/** An account has one word a campaign: a new one takes the place of the same mail's old one. Inside another write. */
export async function putMark(db: Db, accountId: string, mark: NewMark, now: number): Promise<void> {
  await db.run('DELETE FROM marks WHERE account_id = ? AND sketch = ?', [accountId, mark.sketch]);
  await db.run('INSERT INTO marks (account_id, sketch, label, at) VALUES (?, ?, ?, ?)', [accountId, mark.sketch, mark.label, now]);
  await db.run(
    'DELETE FROM marks WHERE account_id = ? AND seq <= (SELECT seq FROM marks WHERE account_id = ? ORDER BY seq DESC LIMIT 1 OFFSET ?)',
    [accountId, accountId, MARKS_AN_ACCOUNT],
  );
}

/** Marks from before then go. */
async function forget(db: Db, before: number, ctx: WriteContext): Promise<number> {
  const gone = await db.run('DELETE FROM marks WHERE at < ?', [before]);
  if (gone > 0) ctx.factsChanged();
  return gone;
}

export const marks = { reads: { state, after }, writes: { forget } };
