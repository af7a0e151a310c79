// What an account is told of its budgets: used today, its level, where each domain stands and why levels moved (docs/levels.md).
import type { Account } from '../engines/store/control/accounts.ts';
import type { LevelRow, MoveRow } from '../engines/store/control/levels.ts';
import { dailyOf, NOTHING } from '../levels/levels.ts';
import { whereItStands } from '../levels/view.ts';
import { LEVELS_SHOWN } from './bounds.ts';
import { ApiError } from './errors.ts';
import { cursorOf, limitOf, page, time } from './pages.ts';
import type { ApiDeps } from './types.ts';

const DAY_MS = 86_400_000;
const dayOf = (at: number): number => Math.floor(at / DAY_MS);
const dateOf = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

/** Recipients of this UTC day. */
export async function usedShown({ identify, clock }: ApiDeps, accountId: string): Promise<object> {
  return { today: await identify.usedToday(accountId), resetsAt: time((dayOf(clock.now()) + 1) * DAY_MS) };
}

/** `level` null: levels are off. */
export async function budgetsShown(deps: ApiDeps, account: Account): Promise<object> {
  const { store, clock } = deps;
  const today = dayOf(clock.now());
  const used = await usedShown(deps, account.id);
  if (!account.levels) return { used, level: null };
  const rows = await store.levels.of({ accountId: account.id, today, limit: LEVELS_SHOWN });
  const best = rows[0]?.level ?? 1;
  const domains = [];
  for (const row of rows) domains.push(await domainShown(deps, row, today));
  return { used, level: { level: best, perDay: dailyOf(best), domains } };
}

async function domainShown(deps: ApiDeps, row: LevelRow, today: number): Promise<object> {
  const { accountId, domain, level, since, usedToday } = row;
  const sums = (await deps.store.levels.sums({ accountId, domain, from: today, to: today })).get(today) ?? NOTHING;
  return { domain, level, perDay: dailyOf(level), usedToday, since: time(since), sums, ...whereItStands(level, sums) };
}

/** A page of `GET /v1/accounts/{id}/level-moves`, newest first. */
export async function movesShown(
  { store }: ApiDeps,
  accountId: string,
  query: { readonly after?: string; readonly limit?: string },
): Promise<object> {
  const limit = limitOf(query);
  const before = placeOf(cursorOf(query, ''));
  const rows = await store.levels.moves({ accountId, before, limit: limit + 1 });
  const shown = ({ at, domain, from, to, day, by, sums }: MoveRow): object => ({
    at: time(at),
    domain,
    from,
    to,
    day: dateOf(day),
    by,
    sums,
  });
  return page(rows, limit, ({ at, domain, n }) => JSON.stringify([at, domain, n]), shown);
}

const NEWEST = [Number.MAX_SAFE_INTEGER, '', 0] as const;

function placeOf(text: string): readonly [at: number, domain: string, n: number] {
  if (text === '') return NEWEST;
  try {
    const [at, domain, n] = JSON.parse(text) as readonly unknown[];
    if (typeof at === 'number' && typeof domain === 'string' && typeof n === 'number') return [at, domain, n];
  } catch {
    // Told below.
  }
  throw new ApiError('invalid_request', '"after" is no cursor of ours: use the "next" of the page before.', { field: 'after' });
}
