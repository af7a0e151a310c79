// The dispatcher of one door: a small window of active jobs on a large queue. Mail that was born leased is offered at once; the rest is
// claimed in batches while there is room. Each job goes through the journey's second half. Jobs that wait for a slow peer leave the
// window, so that a thousand connections to sites that hang keep nobody else's mail.
import type { Store } from '../engines/store/subjects.ts';
import type { Clock, Log } from '../engines/types.ts';
import type { Attempted, Job, NewEvent, Priority } from '../mail.ts';
import * as bounds from './bounds.ts';

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
  readonly offer: (job: Job, priority: Priority) => boolean;
  /** Something is due: ask for it soon. */
  readonly wake: () => void;
  readonly start: () => void;
  /** Takes nothing new and waits at most `ms` for what runs; what is not over then is free again at the next start. */
  readonly drain: (ms: number) => Promise<void>;
};

type Active = { readonly since: number; readonly work: Promise<void> };

export function newDispatcher(deps: DispatchDeps): Dispatcher {
  /** In the order in which they began; the oldest move on to `slow`. */
  const quick = new Set<Active>();
  const slow = new Set<Active>();
  let draining = false;
  let claiming = false;
  let timer: NodeJS.Timeout | null = null;
  let wakesAt = Infinity;
  let fruitfulAt = -Infinity;
  let asked = false;

  const room = (): number => {
    const before = deps.clock.monotonic() - bounds.SLOW_MS;
    for (const one of quick) {
      if (one.since > before || slow.size >= bounds.SLOW_PLACES) break;
      quick.delete(one);
      slow.add(one);
    }
    return bounds.WINDOW - quick.size;
  };
  const run = (job: Job): void => {
    const work = deps
      .sendOut(job)
      .then(() => undefined)
      .catch((error: unknown) => failedJob(deps, job, error))
      .finally(() => {
        quick.delete(active);
        slow.delete(active);
        if (deps.clock.monotonic() - fruitfulAt < bounds.FRUITFUL_MS) schedule(bounds.SOON_MS);
      });
    const active: Active = { since: deps.clock.monotonic(), work };
    quick.add(active);
  };

  const claim = async (): Promise<void> => {
    if (claiming || draining) return;
    claiming = true;
    asked = false;
    let next = bounds.IDLE_MS;
    try {
      const places = Math.min(bounds.A_CLAIM, room());
      const jobs = places > 0 ? await deps.store.queue.claim({ room: places, perLane: bounds.PER_LANE }) : [];
      for (const job of jobs) run(job);
      if (jobs.length > 0) {
        fruitfulAt = deps.clock.monotonic();
        next = bounds.SOON_MS;
      }
    } catch (error) {
      deps.log.error('claim failed', { error: error instanceof Error ? error.message : 'unknown' });
      next = bounds.IDLE_MS * 4;
    } finally {
      claiming = false;
    }
    schedule(asked ? Math.min(next, bounds.SOON_MS) : next);
  };
  /** The earliest wish counts. */
  const schedule = (ms: number): void => {
    const at = deps.clock.monotonic() + ms;
    asked ||= claiming;
    if (draining || claiming || (timer && wakesAt <= at)) return;
    if (timer) clearTimeout(timer);
    wakesAt = at;
    timer = setTimeout(() => {
      timer = null;
      void claim();
    }, ms);
  };

  return {
    offer: (job, priority) => {
      if (draining || room() <= (priority === 'bulk' ? bounds.KEPT_FOR_TRANSACTIONAL : 0)) return false;
      run(job);
      return true;
    },
    wake: () => {
      fruitfulAt = deps.clock.monotonic();
      schedule(bounds.FULL_MS);
    },
    start: () => schedule(1),
    drain: async ms => {
      draining = true;
      if (timer) clearTimeout(timer);
      const late = new Promise<false>(resolve => setTimeout(resolve, ms, false).unref());
      const running = (): Promise<void>[] => [...quick, ...slow].map(one => one.work);
      while (running().length > 0) {
        if (!(await Promise.race([Promise.race(running()).then(() => true), late]))) break;
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
