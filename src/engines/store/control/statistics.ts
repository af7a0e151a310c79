// Counters by quarter of an hour, as each commit wrote them with its events (tally.ts): sums over any span, and their end. Slots older than
// the metadata become one of their UTC day, at its noon, so that it is in the same day on most clocks.
import { DAYS_KEPT, SLOT_MS, SLOTS_A_DAY } from '../../../statistics/bounds.ts';
import { slotOf } from '../../../statistics/count.ts';
import type { Span } from '../../../statistics/calendar.ts';
import type { Db, Value, WriteContext } from '../types.ts';

export type Dimension = 'domain' | 'provider' | 'ip';
export type Asked = Span & {
  /** null = all of the installation, of which no domains are kept. */
  readonly accountId: string | null;
  readonly groupBy?: Dimension;
  readonly domain?: string;
  readonly provider?: string;
  readonly ip?: string;
};
/** `group`: the value of `groupBy`, '' where it is not known or was not asked for. */
export type MeasureSum = { readonly group: string; readonly measure: string; readonly count: number };

/** Of the slots that begin within the span. */
async function sums(db: Db, ask: Asked): Promise<readonly MeasureSum[]> {
  const where = ['account_id = ?', 'slot >= ?', 'slot < ?'];
  const values: Value[] = [ask.accountId ?? '', Math.ceil(ask.from / SLOT_MS), Math.ceil(ask.to / SLOT_MS)];
  for (const column of ['domain', 'provider', 'ip'] as const) {
    const value = ask[column];
    if (value === undefined) continue;
    where.push(`${column} = ?`);
    values.push(value);
  }
  const group = ask.groupBy ?? "''";
  const rows = await db.all(
    `SELECT ${group} AS grp, measure, sum(count) AS total FROM statistics WHERE ${where.join(' AND ')} GROUP BY 1, 2`,
    values,
  );
  return rows.map(row => ({ group: row['grp'] as string, measure: row['measure'] as string, count: Number(row['total']) }));
}

const FOLDED = 'statistics/folded';
const NOON = SLOTS_A_DAY / 2;

/** The first moment whose quarters of an hour are kept apart; 0 = all are. */
async function finestFrom(db: Db): Promise<number> {
  return (await foldedDays(db)) * SLOTS_A_DAY * SLOT_MS;
}

/** Days since 1970 that are folded, the first to come. */
async function foldedDays(db: Db): Promise<number> {
  return Number((await db.get('SELECT value FROM counters WHERE name = ?', [FOLDED]))?.['value'] ?? 0);
}

/** Folds the next UTC day that ended before `before` (epoch ms) and ends what is older than is kept; false = there was none. */
async function fold(db: Db, before: number, ctx: WriteContext): Promise<boolean> {
  await db.run('DELETE FROM statistics WHERE slot < ?', [slotOf(ctx.now()) - DAYS_KEPT * SLOTS_A_DAY]);
  const first = await db.get('SELECT min(slot) AS slot FROM statistics WHERE slot >= ?', [(await foldedDays(db)) * SLOTS_A_DAY]);
  if (first?.['slot'] === null || first?.['slot'] === undefined) return false;
  const day = Math.floor(Number(first['slot']) / SLOTS_A_DAY);
  const [start, end] = [day * SLOTS_A_DAY, (day + 1) * SLOTS_A_DAY];
  if (end * SLOT_MS > before) return false;
  const [slot, others] = [start + NOON, 'slot >= ? AND slot < ? AND slot <> ?'];
  await db.run(
    `INSERT INTO statistics (account_id, slot, domain, provider, ip, measure, count)
      SELECT account_id, ?, domain, provider, ip, measure, sum(count) FROM statistics WHERE ${others} GROUP BY account_id, domain, provider, ip, measure
      ON CONFLICT (account_id, slot, domain, provider, ip, measure) DO UPDATE SET count = statistics.count + excluded.count`,
    [slot, start, end, slot],
  );
  await db.run(`DELETE FROM statistics WHERE ${others}`, [start, end, slot]);
  await db.run('INSERT INTO counters (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value', [
    FOLDED,
    day + 1,
  ]);
  return true;
}

export const statistics = { reads: { sums, finestFrom }, writes: { fold } };
