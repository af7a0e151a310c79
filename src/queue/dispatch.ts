// The dispatcher of one door: a small window of active jobs on a large queue. Mail that was born leased is offered at once; the rest is
// claimed in batches while there is room. Each job goes through the journey's second half.
import type { Store } from '../engines/store/subjects.ts';
import type { Clock, Log } from '../engines/types.ts';
import type { Attempted, Job, NewEvent } from '../mail.ts';

export type DispatchDeps = {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  /** journey.sendOut, bound. */
  readonly sendOut: (job: Job) => Promise<readonly NewEvent[]>;
  readonly report: (job: Attempted) => Promise<readonly NewEvent[]>;
};
export type Dispatcher = {
  /** True = taken; false = no room, the caller gives the lease back. */
  readonly offer: (job: Job) => boolean;
  readonly start: () => void;
  /** Takes nothing new, waits for what runs, gives back what has not begun. */
  readonly drain: (ms: number) => Promise<void>;
};

const WINDOW = 256;
const PER_LANE = 64;
const IDLE_MS = 250;

export function newDispatcher(deps: DispatchDeps): Dispatcher {
  const active = new Set<Promise<void>>();
  let draining = false;
  let timer: NodeJS.Timeout | null = null;
  let claiming = false;

  const run = (job: Job): void => {
    const work = deps
      .sendOut(job)
      .then(() => undefined)
      .catch((error: unknown) => failedJob(deps, job, error))
      .finally(() => {
        active.delete(work);
        if (active.size < WINDOW / 2) wakeSoon();
      });
    active.add(work);
  };
  const claim = async (): Promise<void> => {
    if (claiming || draining) return;
    claiming = true;
    try {
      const room = WINDOW - active.size;
      const jobs = room > 0 ? await deps.store.queue.claim({ room, perLane: PER_LANE }) : [];
      for (const job of jobs) run(job);
      schedule(jobs.length > 0 && active.size < WINDOW ? 1 : IDLE_MS);
    } catch (error) {
      deps.log.error('claim failed', { error: error instanceof Error ? error.message : 'unknown' });
      schedule(IDLE_MS * 4);
    } finally {
      claiming = false;
    }
  };
  const schedule = (ms: number): void => {
    if (draining) return;
    if (timer) clearTimeout(timer);
    timer = setTimeout(() => {
      timer = null;
      void claim();
    }, ms);
  };
  let hungry = false;
  /** A window that was full and is half empty asks at once; an idle one keeps its slow pace. */
  const wakeSoon = (): void => {
    if (hungry && !claiming) {
      hungry = false;
      schedule(1);
    }
  };
  return {
    offer: job => {
      if (draining || active.size >= WINDOW) {
        hungry = true;
        return false;
      }
      run(job);
      return true;
    },
    start: () => schedule(1),
    drain: async ms => {
      draining = true;
      if (timer) clearTimeout(timer);
      const late = new Promise<void>(resolve => setTimeout(resolve, ms).unref());
      while (active.size > 0) {
        const more = await Promise.race([Promise.race(active).then(() => true), late.then(() => false)]);
        if (!more) break;
      }
    },
  };
}

/** A bug of ours must not lose mail or spin: the job is recorded as deferred, or its lease comes back at the next start. */
async function failedJob(deps: DispatchDeps, job: Job, error: unknown): Promise<void> {
  deps.log.error('attempt failed', { emailId: job.emailId, error: error instanceof Error ? `${error.name}: ${error.message}` : 'unknown' });
  const at = deps.clock.now();
  const attempt = {
    at,
    result: 'deferred',
    peer: null,
    sendingIp: null,
    reply: 'an error of ours',
    code: null,
    enhanced: '4.3.0',
    class: 'internal',
    reason: null,
    tls: null,
  } as const;
  await deps.report({ ...job, tried: job.recipients.map(one => ({ ...attempt, n: one.n })) }).catch(() => undefined);
}
