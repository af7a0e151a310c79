// Progress of long work on stderr: after half a second one line that changes on a terminal, else a line every ten seconds.
import { note } from './command.ts';

/** `share`: 0 to 1; null: nobody knows. */
export type Step = { readonly what: string; readonly share: number | null; readonly done: number };
export type Progress = { readonly at: (step: Step) => void; readonly end: () => void };

const FIRST_MS = 500;
const TTY_MS = 200;
const LINE_MS = 10_000;
const CELLS = 10;
const RATES = [
  [1e6, 'M'],
  [1e3, 'k'],
] as const;

export function newProgress(now: () => number = () => performance.now(), isTty: boolean = process.stderr.isTTY): Progress {
  const started = now();
  let told = started - LINE_MS + (isTty ? FIRST_MS : LINE_MS);
  let width = 0;
  return {
    at: step => {
      const at = now();
      if (at - told < (isTty && width > 0 ? TTY_MS : LINE_MS)) return;
      told = at;
      const text = lineOf(step, (at - started) / 1_000);
      if (isTty) process.stderr.write(`\r${text.padEnd(width)}`);
      else note(text);
      width = Math.max(width, text.length);
    },
    end: () => {
      if (isTty && width > 0) process.stderr.write('\n');
    },
  };
}

/** `Importing x.csv  ███████░░░  71%  7,120,334 of about 10,000,000  212k/s  14 s left`. */
export function lineOf({ what, share, done }: Step, seconds: number): string {
  const number = (n: number): string => Math.round(n).toLocaleString('en-US');
  const rate = done / Math.max(seconds, 0.001);
  const [by, unit] = RATES.find(([least]) => rate >= least) ?? [1, ''];
  const pace = done > 0 ? `  ${number(rate / by)}${unit}/s` : '';
  if (share === null || share <= 0) return `${what}  ${number(done)}${pace}`;
  const full = Math.round(Math.min(1, share) * CELLS);
  const bar = '█'.repeat(full) + '░'.repeat(CELLS - full);
  const of = done > 0 ? `  ${number(done)} of about ${number(done / share)}` : '';
  return `${what}  ${bar}  ${Math.floor(Math.min(1, share) * 100)}%${of}${pace}  ${number((seconds / share) * (1 - share))} s left`;
}
