// What the main thread does beside the doors: event webhooks, the end of metadata, the daily check of domains.
import type { Engines } from '../engines/open.ts';
import { errorText } from '../engines/log.ts';
import { postEvents } from './event-webhooks.ts';

const HOUR = 3_600_000;
const PURGE_ROWS = 500;

export type Upkeep = { readonly stop: () => Promise<void> };

export function startUpkeep(engines: Engines): Upkeep {
  const jobs = [
    every(engines, 'event webhooks', 250, () => postEvents(engines)),
    every(engines, 'end of metadata', HOUR, () => purge(engines)),
  ];
  return { stop: async () => void (await Promise.all(jobs.map(job => job.stop()))) };
}

async function purge({ store, clock, config }: Engines): Promise<void> {
  const before = clock.now() - config.metadataLifetimeMs;
  while ((await store.emails.purge({ before, limit: PURGE_ROWS })) >= PURGE_ROWS) await new Promise(setImmediate);
}

/** Runs again `ms` after it ended, so that a slow run never meets itself; stopping waits for the run that is on. */
function every({ log }: Engines, name: string, ms: number, work: () => Promise<void>): Upkeep {
  let stopped = false;
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> = Promise.resolve();
  const run = (): void => {
    running = work()
      .catch((error: unknown) => log.warn(`${name} failed`, { error: errorText(error) }))
      .finally(() => {
        if (!stopped) timer = setTimeout(run, ms);
      });
  };
  timer = setTimeout(run, Math.min(ms, 1_000));
  return {
    stop: async () => {
      stopped = true;
      if (timer) clearTimeout(timer);
      await running;
    },
  };
}
