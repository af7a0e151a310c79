// Sums of statistics, remembered by this thread where they are of the past: what was counted there changes no more.
import type { Asked, MeasureSum } from '../engines/store/control/statistics.ts';
import type { Store } from '../engines/store/subjects.ts';
import type { Clock } from '../engines/types.ts';
import { SETTLED_MS, SUMS_REMEMBERED } from '../statistics/bounds.ts';

export type Sums = (ask: Asked) => Promise<readonly MeasureSum[]>;

/** Other work of the thread has its turn behind each sum that is read. */
export function newPastSums({ store, clock }: { readonly store: Pick<Store, 'statistics'>; readonly clock: Pick<Clock, 'now'> }): Sums {
  const remembered = new Map<string, readonly MeasureSum[]>();
  let size = 0;
  return async ask => {
    const { accountId, from, to, groupBy, domain, provider, ip } = ask;
    const key = JSON.stringify([accountId, from, to, groupBy, domain, provider, ip]);
    const kept = remembered.get(key);
    if (kept) return kept;
    const rows = await store.statistics.sums(ask);
    await new Promise(setImmediate);
    if (to + SETTLED_MS > clock.now() || remembered.has(key)) return rows;
    remembered.set(key, rows);
    size += rows.length + 1;
    for (const [oldest, gone] of remembered) {
      if (size <= SUMS_REMEMBERED) break;
      remembered.delete(oldest);
      size -= gone.length + 1;
    }
    return rows;
  };
}
