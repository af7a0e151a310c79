// CPU of each filter for the same mail: warmed up, then in rounds that take turns, so that a busy machine is busy for all.
import type { Sample } from '../../training/corpus.ts';
import type { Filter } from './filters.ts';
import { subset, tenKilobytes } from './mails.ts';

/** CPU ms a mail: median, lowest and highest round. */
export type Took = { readonly median: number; readonly low: number; readonly high: number };
export type Speed = { readonly name: string; readonly made: Took; readonly real: Took };
export type Load = { readonly madeSize: number; readonly realSize: number; readonly rounds: number; readonly speeds: readonly Speed[] };

const ROUNDS = 5;
/** Ticks are 10 ms: a fast filter needs many mails before they say something, a slow one has not the time for them. */
const MAILS = 300;
const SLOW_MAILS = 30;
const SLOW_MS = 20;

export async function measureSpeed(filters: readonly Filter[], mails: readonly Sample[], say: (text: string) => void): Promise<Load> {
  const real = subset(mails, MAILS).map(mail => mail.raw);
  const made = Array.from({ length: MAILS }, (_, n) => tenKilobytes(n));
  const counts = new Map<Filter, number>();
  for (const filter of filters) {
    say(`speed: warming up ${filter.name}`);
    const each = await cpuFor(filter, real.slice(0, SLOW_MAILS));
    counts.set(filter, each > SLOW_MS ? SLOW_MAILS : MAILS);
    if (each <= SLOW_MS) await cpuFor(filter, [...real, ...made]);
  }
  const rounds: { filter: Filter; made: number; real: number }[] = [];
  for (let round = 0; round < ROUNDS; round++)
    for (const filter of filters) {
      say(`speed: round ${round + 1} of ${ROUNDS}, ${filter.name}`);
      const count = counts.get(filter);
      rounds.push({ filter, made: await cpuFor(filter, made.slice(0, count)), real: await cpuFor(filter, real.slice(0, count)) });
    }
  const speeds = filters.map(filter => {
    const ours = rounds.filter(one => one.filter === filter);
    return { name: filter.name, made: spread(ours.map(one => one.made)), real: spread(ours.map(one => one.real)) };
  });
  return { madeSize: meanSize(made), realSize: meanSize(real), rounds: ROUNDS, speeds };
}

async function cpuFor(filter: Filter, mails: readonly Buffer[]): Promise<number> {
  const before = filter.cpu();
  for (const mail of mails) await filter.score(mail);
  return (filter.cpu() - before) / mails.length;
}

function spread(values: readonly number[]): Took {
  const sorted = values.toSorted((a, b) => a - b);
  return { median: sorted[sorted.length >> 1] ?? NaN, low: sorted[0] ?? NaN, high: sorted.at(-1) ?? NaN };
}

const meanSize = (mails: readonly Buffer[]): number => mails.reduce((sum, one) => sum + one.length, 0) / mails.length;
