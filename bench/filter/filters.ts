// The filters under measurement, each behind the same small face: it scores one mail at a time and says what CPU it took.
import { execFileSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sample } from '../../training/corpus.ts';
import { cpuOf, cpuOfEnded, start, type Running } from './process.ts';

export type Filter = {
  readonly name: string;
  /** One mail in its form on the wire; the higher, the worse. */
  readonly score: (raw: Buffer) => Promise<number>;
  /** All CPU so far, ms. */
  readonly cpu: () => number;
  readonly stop: () => Promise<void>;
};

/** What a program says, line by line, as answers in the order of the questions. */
function answers({ child }: Running): () => Promise<string> {
  const waiting: ((line: string) => void)[] = [];
  if (child.stdout) createInterface({ input: child.stdout }).on('line', line => waiting.shift()?.(line));
  return () =>
    new Promise((resolve, reject) => {
      waiting.push(resolve);
      child.once('exit', () => reject(new Error('a filter ended while it was asked')));
      child.setMaxListeners(0);
    });
}

export function sesame(name: string, model: string | null): Filter {
  const judge = new URL('./judge.ts', import.meta.url).pathname;
  const running = start(process.execPath, [judge, ...(model === null ? [] : [model])]);
  const answer = answers(running);
  return {
    name,
    score: raw => {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(raw.length);
      running.child.stdin?.write(Buffer.concat([length, raw]));
      return answer().then(Number);
    },
    cpu: () => cpuOf(running.pid),
    stop: running.stop,
  };
}

/** Weights from all training files. They are there before the trainer measures them each way, which takes longer and is not needed here. */
export async function trainedOnAll(corpus: string, file: string): Promise<void> {
  const trainer = new URL('../../training/train.ts', import.meta.url).pathname;
  const running = start(process.execPath, [trainer, corpus, '--all', '--out', file], 'ask');
  const { stderr } = running.child;
  if (stderr) for await (const line of createInterface({ input: stderr })) if (line.startsWith(`${file}: `)) return running.stop();
  throw new Error('training/train.ts made no weights');
}

/** bogofilter's own form of mail is that of Unix files. */
export const withLf = (raw: Buffer): Buffer => Buffer.from(raw.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');

/** A word list of its own from labelled mail; returns its folder. */
export function taughtBogofilter(folder: string, mails: readonly Sample[]): string {
  const words = join(folder, 'words');
  const mail = join(folder, 'mail');
  for (const one of [words, mail]) mkdirSync(one, { recursive: true });
  const files = mails.map(({ raw, label }, n) => {
    const file = join(mail, String(n));
    writeFileSync(file, withLf(raw));
    return { file, flag: label === 'ham' ? '-n' : '-s' };
  });
  for (const flag of ['-s', '-n']) {
    const input = files.filter(one => one.flag === flag).map(one => `${one.file}\n`);
    execFileSync('bogofilter', ['-C', '-d', words, '-k', '64', flag, '-b'], { input: input.join('') });
  }
  execFileSync('rm', ['-r', mail]);
  return words;
}

/** One process for all mails: a line with a file name in, a line with the score out. */
export function bogofilter(name: string, folder: string, words: string): Filter {
  mkdirSync(folder, { recursive: true });
  const running = start('stdbuf', ['-oL', 'bogofilter', '-C', '-d', words, '-b', '-TT']);
  const answer = answers(running);
  let count = 0;
  return {
    name,
    score: raw => {
      const file = join(folder, String(count++ % 1_000));
      writeFileSync(file, withLf(raw));
      running.child.stdin?.write(`${file}\n`);
      return answer().then(line => Number(line.trim().split(/\s+/).at(-1)));
    },
    cpu: () => cpuOf(running.pid),
    stop: running.stop,
  };
}

/** A process for each mail: how bogofilter is run by a delivery agent. */
export function bogofilterEach(name: string, words: string): Filter {
  const run = (input: Buffer): string => {
    try {
      return execFileSync('bogofilter', ['-C', '-d', words, '-TT', '-e'], { input, encoding: 'utf8' });
    } catch (error) {
      throw new Error(`bogofilter: ${String(error)}`, { cause: error });
    }
  };
  return { name, score: async raw => Number(run(withLf(raw)).trim()), cpu: cpuOfEnded, stop: async () => {} };
}
