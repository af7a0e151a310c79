// The scanning processes of one door: each takes one message at a time, is watched while it does (CPU time, memory, wall time), is ended
// when it takes too much, and ends by itself after a number of messages. What a message did to its process is told apart from what the
// machine did: only the first is the message's fault.
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { VirusFinding } from '../../mail.ts';
import * as bounds from '../../scan/bounds.ts';
import { frameOf, newFrameReader } from '../../scan/frames.ts';
import type { JobHead, ToldHead } from '../../scan/process.ts';

export type ToldLook = Extract<ToldHead, { told: 'look' }>;
export type Outcome =
  | { readonly kind: 'done'; readonly finding: VirusFinding }
  /** The message took more than a message may. */
  | { readonly kind: 'exhausted'; readonly why: 'time' | 'memory' }
  /** Our own fault or the machine's: not finished. */
  | { readonly kind: 'failed'; readonly why: string };
export type Look = (told: ToldLook, bytes: Buffer) => Promise<void> | null;
export type Children = {
  /** `look` may hold the process back: it is waited for before more is taken. */
  readonly run: (raw: Buffer, wanted: JobHead, look: Look) => Promise<Outcome>;
  readonly close: () => void;
};
type Options = {
  /** At once; more wait, up to `maxWaiting`. */
  readonly size: number;
  readonly maxWaiting: number;
  readonly recycleAfter: number;
};
type Child = {
  readonly process: ChildProcess;
  done: number;
  tell: ((told: ToldHead, bytes: Buffer) => void) | null;
  over: ((why: string) => void) | null;
};

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const ENTRY = fileURLToPath(new URL('../../scan/process.ts', import.meta.url));
const ENDED = 'the scanning process ended';
const WATCH_MS = 25;
/** Linux counts CPU time in hundredths of a second, memory in pages. */
const TICK_MS = 10;
const PAGE = 4096;
/** Below the doors: who is served must not wait for a bomb. */
const NICE = 10;
const ARGS = [
  '--permission',
  `--allow-fs-read=${ROOT}src/`,
  `--allow-fs-read=${ROOT}node_modules/`,
  `--allow-fs-read=${ROOT}package.json`,
  '--allow-worker',
  '--disable-warning=SecurityWarning',
  '--max-old-space-size=96',
  '--max-semi-space-size=16',
  '--single-threaded-gc',
  '--expose-gc',
  ENTRY,
];

export function newChildren(options: Options): Children {
  const idle: Child[] = [];
  const all = new Set<Child>();
  const waiting: ((child: Child) => void)[] = [];
  let closed = false;

  const start = (): Child => {
    const child: Child = {
      process: spawn(process.execPath, ARGS, { env: {}, cwd: ROOT, stdio: ['pipe', 'pipe', 'ignore'] }),
      done: 0,
      tell: null,
      over: null,
    };
    all.add(child);
    const { process: one } = child;
    one.unref();
    for (const pipe of [one.stdin, one.stdout]) (pipe as unknown as { unref?: () => void } | null)?.unref?.();
    if (one.pid !== undefined) lower(one.pid);
    const read = newFrameReader<ToldHead>(bounds.MAX_RESIDENT, ({ head, bytes }) => child.tell?.(head, bytes));
    one.stdout?.on('data', read);
    one.stdin?.on('error', () => undefined);
    const over = (why: string): void => {
      all.delete(child);
      const at = idle.indexOf(child);
      if (at >= 0) idle.splice(at, 1);
      child.over?.(why);
    };
    one.once('error', () => over('the scanning process did not start'));
    one.once('exit', (code, signal) => over(`${ENDED}: ${signal ?? code}`));
    return child;
  };
  const free = (child: Child): void => {
    const spent = child.done >= options.recycleAfter || !all.has(child);
    if (spent) end(child);
    const next = waiting.shift();
    if (next) next(spent ? start() : child);
    else if (!spent) idle.push(child);
  };
  const end = (child: Child): void => {
    all.delete(child);
    child.process.kill('SIGKILL');
  };
  const take = (): Promise<Child> | Child | null => {
    const ready = idle.pop();
    if (ready) return ready;
    if (all.size < options.size) return start();
    return waiting.length >= options.maxWaiting ? null : new Promise(resolve => waiting.push(resolve));
  };

  const attempt = async (raw: Buffer, wanted: JobHead, look: Look): Promise<{ readonly outcome: Outcome; readonly fresh: boolean }> => {
    const child = closed ? null : await take();
    if (!child) return { outcome: { kind: 'failed', why: 'too many messages wait for the scanner' }, fresh: true };
    const fresh = ++child.done === 1;
    const outcome = await scan(child, raw, wanted, look);
    if (outcome.kind !== 'done' || isHeavy(child)) end(child);
    free(child);
    return { outcome, fresh };
  };
  return {
    run: async (raw, wanted, look) => {
      const { outcome, fresh } = await attempt(raw, wanted, look);
      // Once more in a fresh process: one that ended by itself may have been ended by somebody else, and one that was used before may
      // hold what other messages left.
      const ended = outcome.kind === 'failed' && outcome.why.startsWith(ENDED);
      const crowded = outcome.kind === 'exhausted' && outcome.why === 'memory' && !fresh;
      return (ended || crowded) && !closed ? (await attempt(raw, wanted, look)).outcome : outcome;
    },
    close: () => {
      closed = true;
      for (const child of all) end(child);
    },
  };
}

function scan(child: Child, raw: Buffer, wanted: JobHead, look: Look): Promise<Outcome> {
  const { process: one } = child;
  return new Promise(resolve => {
    let behind = 0;
    const done = (outcome: Outcome): void => {
      clearInterval(watch);
      clearTimeout(late);
      child.tell = null;
      child.over = null;
      one.stdout?.resume();
      resolve(outcome);
    };
    const before = one.pid === undefined ? null : usageOf(one.pid);
    const watch = setInterval(() => {
      const now = before && one.pid !== undefined ? usageOf(one.pid) : null;
      if (!now || !before) return;
      if (now.cpuMs - before.cpuMs > bounds.CPU_MS) done({ kind: 'exhausted', why: 'time' });
      else if (now.resident > bounds.MAX_RESIDENT) done({ kind: 'exhausted', why: 'memory' });
    }, WATCH_MS);
    const late = setTimeout(() => done({ kind: 'failed', why: 'the scan took too long' }), bounds.WALL_MS);
    child.over = why => done(why.endsWith('SIGABRT') ? { kind: 'exhausted', why: 'memory' } : { kind: 'failed', why });
    child.tell = (told, bytes) => {
      if (told.told === 'done') return done({ kind: 'done', finding: told.finding });
      if (told.told === 'failed') return done({ kind: 'failed', why: `the scan failed: ${told.error}` });
      const slow = look(told, bytes);
      if (!slow) return;
      if (++behind === 1) one.stdout?.pause();
      void slow.finally(() => {
        if (--behind === 0) one.stdout?.resume();
      });
    };
    for (const piece of frameOf(wanted, raw)) one.stdin?.write(piece);
  });
}

/** What one message left behind must not be counted against the next. */
const isHeavy = ({ process: { pid } }: Child): boolean => pid !== undefined && (usageOf(pid)?.resident ?? 0) > bounds.TIDY_RESIDENT;

/** null where the system does not tell (not Linux): then wall time alone ends a scan. */
function usageOf(pid: number): { readonly cpuMs: number; readonly resident: number } | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ') ?? [];
    // proc(5): utime and stime are fields 14 and 15, rss is 24; the first of `fields` is field 3.
    return { cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS, resident: Number(fields[21]) * PAGE };
  } catch {
    return null;
  }
}

function lower(pid: number): void {
  try {
    setPriority(pid, NICE);
  } catch {
    // It is gone already, or the system forbids it: nothing depends on it.
  }
}
