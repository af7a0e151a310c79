// A small pool of worker threads: one job at a time each, a time budget a job, recycled after a number of jobs. Used for what must not
// hold the loop of a door: large messages and everything with attachments.
import { Worker } from 'node:worker_threads';

export type WorkerPool<A, R> = {
  /** null: no worker was free in time, or the job was over its budget and its worker was ended. */
  readonly run: (ask: A) => Promise<R | null>;
  readonly close: () => Promise<void>;
};
type Options = {
  readonly entry: URL;
  readonly size: number;
  readonly budgetMs: number;
  readonly recycleAfter: number;
  readonly maxWaiting: number;
  /** Handed to each worker when it starts. */
  readonly data: unknown;
};
/** Threads see nothing of the environment but where Node keeps compiled code, if somebody said so: they start sooner, and smaller. */
export const THREAD_ENV: Readonly<Record<string, string>> = process.env['NODE_COMPILE_CACHE']
  ? { NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] }
  : {};

type Slot = { worker: Worker; done: number; finish: ((answer: unknown) => void) | null };

/** Workers start when they are first needed. */
export function newWorkerPool<A, R>(options: Options): WorkerPool<A, R> {
  const idle: Slot[] = [];
  const all = new Set<Slot>();
  const waiting: ((slot: Slot) => void)[] = [];

  const start = (): Slot => {
    const worker = new Worker(options.entry, { env: THREAD_ENV, stdin: false, workerData: options.data });
    worker.unref();
    const slot: Slot = { worker, done: 0, finish: null };
    worker.on('message', answer => slot.finish?.(answer));
    // It ends after an error: it must not be handed out again before that.
    worker.on('error', () => {
      all.delete(slot);
      slot.finish?.(null);
    });
    worker.on('exit', () => {
      all.delete(slot);
      const at = idle.indexOf(slot);
      if (at >= 0) idle.splice(at, 1);
      slot.finish?.(null);
    });
    all.add(slot);
    return slot;
  };
  const free = (slot: Slot): void => {
    const next = waiting.shift();
    if (!all.has(slot)) return next?.(start());
    if (slot.done >= options.recycleAfter) {
      all.delete(slot);
      void slot.worker.terminate();
      return next?.(start());
    }
    if (next) next(slot);
    else idle.push(slot);
  };
  const take = (): Promise<Slot> | Slot | null => {
    const ready = idle.pop();
    if (ready) return ready;
    if (all.size < options.size) return start();
    if (waiting.length >= options.maxWaiting) return null;
    return new Promise(resolve => waiting.push(resolve));
  };
  return {
    run: async ask => {
      const slot = await take();
      if (!slot) return null;
      slot.done++;
      const answer = await new Promise<unknown>(resolve => {
        const timer = setTimeout(() => {
          all.delete(slot);
          void slot.worker.terminate();
          resolve(null);
        }, options.budgetMs);
        slot.finish = value => {
          clearTimeout(timer);
          slot.finish = null;
          resolve(value);
        };
        slot.worker.postMessage(ask);
      });
      slot.finish = null;
      free(slot);
      return answer as R | null;
    },
    close: async () => {
      await Promise.all([...all].map(slot => slot.worker.terminate()));
    },
  };
}
