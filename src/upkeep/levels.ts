// Levels looked at every minute (up at once, down on the day after), and mail that waits for its quota moved forward where there is room now.
import type { LevelRow } from '../engines/store/control/levels.ts';
import type { Engines } from '../engines/open.ts';
import { advanced, worthALook } from '../levels/decide.ts';
import { NOTHING } from '../levels/levels.ts';

const DAY_MS = 86_400_000;
const PAGE = 100;
/** Days before that are judged after a long stop; older ones are forgiven. */
const DAYS_BACK = 7;

/** In this order: what a level opens is used at once. */
export async function levelsAndQuotas(deps: Deps): Promise<void> {
  await judgeLevels(deps);
  await moveWaiting(deps);
}

type Deps = Pick<Engines, 'store' | 'clock' | 'log'>;

export async function judgeLevels({ store, clock, log }: Deps): Promise<void> {
  const today = Math.floor(clock.now() / DAY_MS);
  let after: readonly [string, string] = ['', ''];
  for (;;) {
    const rows = await store.levels.list({ today, after, limit: PAGE });
    const judged = [];
    for (const row of rows) if (row.day < today || worthALook(row.level, row.usedLately)) judged.push(await judge({ store }, row, today));
    const changed = judged.filter(one => one.kept.day !== one.before.day || one.moves.length > 0);
    if (changed.length > 0) await store.levels.judge(changed);
    for (const { accountId, domain, moves } of changed)
      for (const { from, to, by } of moves)
        log.info('a level moved', { accountId, domain, state: `${from} to ${to}`, reason: by.join(' ') });
    const last = rows.at(-1);
    if (rows.length < PAGE || !last) return;
    after = [last.accountId, last.domain];
  }
}

async function judge(
  { store }: Pick<Deps, 'store'>,
  row: LevelRow,
  today: number,
): Promise<Parameters<typeof store.levels.judge>[0][number]> {
  const { accountId, domain, level } = row;
  const day = Math.max(row.day, today - DAYS_BACK);
  const sums = await store.levels.sums({ accountId, domain, from: day, to: today });
  const before = { level, day: row.day };
  return { accountId, domain, before, ...advanced({ level, day }, today, one => sums.get(one) ?? NOTHING) };
}

/** A quota that grew (a level, the operator's word) or was given back lets waiting mail go. */
async function moveWaiting({ store }: Pick<Deps, 'store'>): Promise<void> {
  for (const accountId of await store.quota.waiting()) {
    while ((await store.quota.moveForward(accountId)) > 0) await new Promise(setImmediate);
  }
}
