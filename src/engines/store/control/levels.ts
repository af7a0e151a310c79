// Levels of the sending domains of accounts, and why they moved: by account and domain, judged by upkeep (levels/decide.ts).
import type { Kept, Move } from '../../../levels/decide.ts';
import { NOTHING, type Sums } from '../../../levels/levels.ts';
import type { Db, Row, WriteContext } from '../types.ts';

export type LevelRow = Kept & {
  readonly accountId: string;
  readonly domain: string;
  readonly since: number;
  /** Recipients taken on `today`, and on it and the day before. */
  readonly usedToday: number;
  readonly usedLately: number;
};
export type MoveRow = Move & { readonly accountId: string; readonly domain: string; readonly at: number; readonly n: number };

const rowOf = (row: Row): LevelRow => ({
  accountId: row['account_id'] as string,
  domain: row['domain'] as string,
  level: Number(row['level']),
  day: Number(row['day']),
  since: Number(row['since']),
  usedToday: Number(row['used_today'] ?? 0),
  usedLately: Number(row['used_today'] ?? 0) + Number(row['used_before'] ?? 0),
});

const ROWS = `SELECT l.*, t.count AS used_today, y.count AS used_before FROM levels l
  LEFT JOIN usage_domains t ON t.account_id = l.account_id AND t.domain = l.domain AND t.day = ?
  LEFT JOIN usage_domains y ON y.account_id = l.account_id AND y.domain = l.domain AND y.day = ?`;

/** The best level first. */
async function of(
  db: Db,
  ask: { readonly accountId: string; readonly today: number; readonly limit: number },
): Promise<readonly LevelRow[]> {
  const rows = await db.all(`${ROWS} WHERE l.account_id = ? ORDER BY l.level DESC, l.domain LIMIT ?`, [
    ask.today,
    ask.today - 1,
    ask.accountId,
    ask.limit,
  ]);
  return rows.map(rowOf);
}

/** Of accounts with levels, by account and domain behind `after`. */
async function list(
  db: Db,
  ask: { readonly today: number; readonly after: readonly [accountId: string, domain: string]; readonly limit: number },
): Promise<readonly LevelRow[]> {
  const rows = await db.all(
    `${ROWS} JOIN accounts a ON a.id = l.account_id AND a.levels = 1 WHERE (l.account_id, l.domain) > (?, ?)
      ORDER BY l.account_id, l.domain LIMIT ?`,
    [ask.today, ask.today - 1, ...ask.after, ask.limit],
  );
  return rows.map(rowOf);
}

export type Judged = { readonly accountId: string; readonly domain: string; readonly kept: Kept; readonly moves: readonly Move[] };

/** Writes what was judged. A row that changed meanwhile, or is gone, stays as it is. */
async function judge(db: Db, judged: readonly (Judged & { readonly before: Kept })[], ctx: WriteContext): Promise<void> {
  const at = ctx.now();
  for (const { accountId, domain, before, kept, moves } of judged) {
    const changed = await db.run(
      `UPDATE levels SET level = ?, day = ?, since = CASE WHEN level = ? THEN since ELSE ? END
        WHERE account_id = ? AND domain = ? AND level = ? AND day = ?`,
      [kept.level, kept.day, kept.level, at, accountId, domain, before.level, before.day],
    );
    if (changed === 0) continue;
    for (const [n, { from, to, day, by, sums }] of moves.entries()) {
      await db.run(
        'INSERT INTO level_moves (account_id, domain, at, n, from_level, to_level, day, by_what, sums) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
        [accountId, domain, at, n, from, to, day, by.join(' '), JSON.stringify(sums)],
      );
    }
    if (kept.level !== before.level) ctx.factsChanged();
  }
}

/** Newest first; `before` is the place of the last one seen. */
async function moves(
  db: Db,
  ask: { readonly accountId: string; readonly before: readonly [at: number, domain: string, n: number]; readonly limit: number },
): Promise<readonly MoveRow[]> {
  const rows = await db.all(
    'SELECT * FROM level_moves WHERE account_id = ? AND (at, domain, n) < (?, ?, ?) ORDER BY at DESC, domain DESC, n DESC LIMIT ?',
    [ask.accountId, ...ask.before, ask.limit],
  );
  return rows.map(row => ({
    accountId: row['account_id'] as string,
    domain: row['domain'] as string,
    at: Number(row['at']),
    n: Number(row['n']),
    from: Number(row['from_level']),
    to: Number(row['to_level']),
    day: Number(row['day']),
    by: (row['by_what'] as string).split(' '),
    sums: JSON.parse(row['sums'] as string) as Sums,
  }));
}

/** Quarters of an hour, as statistics are kept. */
const SLOTS_A_DAY = 96;

/** What happened to the mail of a domain on each UTC day from `from` to `to`, from the statistics; a day without any is left out. */
async function sums(
  db: Db,
  ask: { readonly accountId: string; readonly domain: string; readonly from: number; readonly to: number },
): Promise<ReadonlyMap<number, Sums>> {
  const rows = await db.all(
    `SELECT slot / ${SLOTS_A_DAY} AS day, measure, sum(count) AS total FROM statistics
      WHERE account_id = ? AND slot >= ? AND slot < ? AND domain = ? GROUP BY 1, 2`,
    [ask.accountId, ask.from * SLOTS_A_DAY, (ask.to + 1) * SLOTS_A_DAY, ask.domain],
  );
  const days = new Map<number, Sums>();
  for (const row of rows) {
    const day = Math.floor(Number(row['day']));
    days.set(day, added(days.get(day) ?? NOTHING, row['measure'] as string, Number(row['total'])));
  }
  return days;
}

/** A recipient whose mail came back after delivery was tried to the end before: `returned` takes it out once. */
function added(to: Sums, measure: string, count: number): Sums {
  const of = (name: keyof Sums, times = 1): Sums => ({ ...to, [name]: to[name] + times * count });
  if (measure === 'delivered') return { ...of('delivered'), sent: to.sent + count };
  if (measure === 'expired') return of('sent');
  if (measure === 'returned') return of('sent', -1);
  if (measure === 'complained') return of('complained');
  if (measure === 'opened/human') return of('opened');
  if (measure === 'bounced/hard') return { ...of('invalid'), sent: to.sent + count };
  if (measure === 'bounced/content') return { ...of('spamBounced'), sent: to.sent + count };
  return measure.startsWith('bounced/') ? of('sent') : to;
}

const forget = (db: Db, before: number): Promise<number> => db.run('DELETE FROM level_moves WHERE at < ?', [before]);

export const levels = { reads: { of, list, moves, sums }, writes: { judge, forget } };
