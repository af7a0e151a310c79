// The optional YARA engine: rules of the operator's own over every thing that was unpacked, in one process that is ended when a file of
// rules takes longer than its budget. Those rules are left out from then on, loudly; the thing is scanned again by the others.
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { frameOf, newFrameReader } from '../../scan/frames.ts';
import type { Log } from '../types.ts';
import type { YaraAsk, YaraMatch, YaraTold } from './yara-process.ts';

export type YaraAnswer =
  | { readonly kind: 'seen'; readonly matches: readonly YaraMatch[] }
  | { readonly kind: 'failed'; readonly why: string };
export type Yara = {
  readonly look: (bytes: Buffer) => Promise<YaraAnswer>;
  /** Changes with every rule, and with every rule that was left out. */
  readonly version: () => string;
  readonly close: () => void;
};

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const ENTRY = fileURLToPath(new URL('./yara-process.ts', import.meta.url));
/** Compiling thousands of rules takes a second. */
const START_MS = 60_000;
const MAX_TOLD = 1024 * 1024;

/** `at`: a file of rules, or a folder of them (.yar, .yara). Throws when there is none. */
export function newYara(at: string, budgetMs: number, log: Log): Yara {
  const files = ruleFiles(at);
  const digest = createHash('sha256');
  for (const file of files) digest.update(readFileSync(file));
  const base = digest.digest('hex').slice(0, 12);
  const skip = new Set<number>();
  let child: ChildProcess | null = null;
  let tell: ((told: YaraTold | null) => void) | null = null;
  /** Frames that came before anybody waited. */
  let early: YaraTold[] = [];
  let last: Promise<unknown> = Promise.resolve();

  const end = (): void => {
    child?.removeAllListeners();
    child?.kill('SIGKILL');
    child = null;
  };
  /** Each frame restarts the clock; null: it was too slow or ended. */
  const waitFor = (ms: number): Promise<YaraTold | null> => {
    const come = early.shift();
    if (come) return Promise.resolve(come);
    return new Promise(resolve => {
      const timer = setTimeout(() => tell?.(null), ms);
      tell = told => {
        clearTimeout(timer);
        tell = null;
        resolve(told);
      };
    });
  };
  const start = async (): Promise<string | null> => {
    const reads = [`${ROOT}src/`, `${ROOT}node_modules/`, `${ROOT}package.json`, ...files].map(one => `--allow-fs-read=${one}`);
    const args = ['--permission', '--allow-addons', '--disable-warning=SecurityWarning', ...reads, ENTRY, ...files];
    const one = spawn(process.execPath, args, { env: {}, cwd: ROOT, stdio: ['pipe', 'pipe', 'ignore'] });
    child = one;
    one.unref();
    early = [];
    const read = newFrameReader<YaraTold>(MAX_TOLD, ({ head }) => {
      if (tell) tell(head);
      else early.push(head);
    });
    one.stdout.on('data', read);
    one.stdin.on('error', () => undefined);
    one.once('exit', () => {
      child = null;
      tell?.(null);
    });
    one.once('error', () => tell?.(null));
    const ready = await waitFor(START_MS);
    if (ready?.told === 'ready' && ready.faults.length === 0) return null;
    end();
    return ready?.told === 'ready'
      ? `rules do not compile: ${ready.faults[0]}`
      : 'the YARA process did not start (is @litko/yara-x installed?)';
  };
  const scan = async (bytes: Buffer): Promise<YaraAnswer> => {
    // Each round leaves out one more file of rules: there is an end.
    for (let round = 0; round <= files.length; round++) {
      const fault = child ? null : await start();
      if (fault !== null) return { kind: 'failed', why: fault };
      for (const piece of frameOf({ skip: [...skip] } satisfies YaraAsk, bytes)) child?.stdin?.write(piece);
      let at0 = -1;
      for (;;) {
        const told = await waitFor(at0 < 0 ? START_MS : budgetMs);
        if (told?.told === 'done') return { kind: 'seen', matches: told.matches };
        if (told?.told === 'at') at0 = told.rules;
        else if (told === null) break;
      }
      end();
      if (at0 < 0) return { kind: 'failed', why: 'the YARA process ended' };
      skip.add(at0);
      log.error('YARA rules took too long and are left out until the next start', { reason: files[at0] ?? '' });
    }
    return { kind: 'failed', why: 'no YARA rules are left' };
  };
  return {
    look: bytes => {
      const mine = last.then(() => scan(bytes));
      last = mine.catch(() => undefined);
      return mine;
    },
    version: () => (skip.size === 0 ? base : `${base}-${[...skip].toSorted((a, b) => a - b).join('.')}`),
    close: end,
  };
}

function ruleFiles(at: string): readonly string[] {
  if (!statSync(at).isDirectory()) return [at];
  const files = readdirSync(at)
    .filter(name => /\.yara?$/i.test(name))
    .toSorted()
    .map(name => join(at, name));
  if (files.length === 0) throw new Error(`${at} holds no .yar or .yara file`);
  return files;
}
