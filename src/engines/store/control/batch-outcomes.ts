// What became of the mail of batches: read from the events behind those that were counted, and counted once. The mail's own commits know
// nothing of it.
import type { Db } from '../types.ts';

/** What became of recipients, over all runs; `done`: of the run that is on, in any way. */
export type Counts = Readonly<Partial<Record<CountName, number>>>;
export type CountName = 'done' | 'accepted' | 'suppressed' | 'invalid' | 'refused' | Outcome;
const OUTCOMES = ['held', 'delivered', 'bounced', 'expired', 'cancelled', 'complained', 'unsubscribed'] as const;
type Outcome = (typeof OUTCOMES)[number];

const FOLLOWED = 'batches/events';

/** The first batch is made: what was told before is of none. */
export async function followFromHere(db: Db): Promise<void> {
  const last = Number((await db.get('SELECT max(seq) AS seq FROM events'))?.['seq'] ?? 0);
  await db.run('INSERT INTO counters (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value', [
    FOLLOWED,
    last,
  ]);
}

export type Told = {
  /** Events behind `from` up to `to` were read; equal: there are none. */
  readonly from: number;
  readonly to: number;
  readonly sums: Readonly<Record<string, Counts>>;
};

/** What the next events say of mail of batches; null: there are no batches. */
export async function outcomes(db: Db, limit: number): Promise<Told | null> {
  if (!(await db.get('SELECT id FROM batches LIMIT 1'))) return null;
  const from = Number((await db.get('SELECT value FROM counters WHERE name = ?', [FOLLOWED]))?.['value'] ?? 0);
  const rows = await db.all(
    'SELECT e.seq, e.type, m.batch_id FROM events e LEFT JOIN emails m ON m.id = e.email_id WHERE e.seq > ? ORDER BY e.seq LIMIT ?',
    [from, limit],
  );
  const sums: Record<string, Counts> = {};
  for (const row of rows) {
    const [id, type] = [row['batch_id'] as string | null, OUTCOMES.find(one => one === row['type'])];
    if (id !== null && type) sums[id] = sum(sums[id] ?? {}, { [type]: 1 });
  }
  return { from, to: Number(rows.at(-1)?.['seq'] ?? from), sums };
}

/** Counts what was read, once: a second reader of the same events changes nothing. */
export async function count(db: Db, told: Told): Promise<void> {
  const moved = await db.run('UPDATE counters SET value = ? WHERE name = ? AND value = ?', [told.to, FOLLOWED, told.from]);
  for (const [id, more] of Object.entries(moved === 0 ? {} : told.sums)) {
    const row = await db.get('SELECT counts FROM batches WHERE id = ?', [id]);
    const counts = row && sum(JSON.parse(row['counts'] as string) as Counts, more);
    if (counts) await db.run('UPDATE batches SET counts = ? WHERE id = ?', [JSON.stringify(counts), id]);
  }
}

export function sum(counts: Counts, more: Counts): Counts {
  const added = Object.entries(more).map(([name, value]) => [name, (counts[name as CountName] ?? 0) + value] as const);
  return { ...counts, ...Object.fromEntries(added) };
}
