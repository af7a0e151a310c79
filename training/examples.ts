// Labelled mail as the trainer needs it: hashes by view and rules that hold, small enough to keep tens of thousands in memory.
import { VIEWS, type View } from '../src/filter/evidence.ts';
import { TABLE_SIZE } from '../src/filter/model.ts';
import { readMail } from '../src/filter/read.ts';
import { walk } from '../src/message/walk.ts';
import type { Sample } from './corpus.ts';

export type Example = Omit<Sample, 'raw' | 'label' | 'weight'> & {
  readonly isBad: boolean;
  /** Indices into the weight table; view v from `starts[v]` up to `starts[v + 1]`. */
  readonly indices: Int32Array;
  readonly starts: Int32Array;
  readonly rules: readonly number[];
  /** What it counts beside others of its source. */
  readonly own: number;
  /** What it counts in all, set by `weigh`. */
  weight: number;
};

/** `without`: views that say nothing of this mail. */
export function exampleOf(sample: Sample, without: readonly View[] = []): Example {
  const { evidence, held } = readMail(walk(sample.raw), { direction: 'in' });
  const { id, source, lang, year } = sample;
  const indices: number[] = [];
  const starts = new Int32Array(VIEWS.length + 1);
  for (const [n, view] of VIEWS.entries()) {
    starts[n] = indices.length;
    if (without.includes(view)) continue;
    for (let i = evidence.starts[n] as number; i < (evidence.starts[n + 1] as number); i++)
      indices.push((evidence.hashes[i] as number) & (TABLE_SIZE - 1));
  }
  starts[VIEWS.length] = indices.length;
  return {
    id,
    source,
    lang,
    year,
    isBad: sample.label !== 'ham',
    indices: Int32Array.from(indices),
    starts,
    rules: held,
    own: sample.weight ?? 1,
    weight: 1,
  };
}

/** Made mail teaches wording, links and structure; its header is our own invention and would teach that. */
export const exampleOfMade = (sample: Sample): Example => exampleOf(sample, ['headers']);

/**
 * Weights so that a large source is not everything: a group of n examples of one source and label counts as n^alpha; the bad and the good
 * weigh the same in all, `total` examples together.
 */
export function weigh(examples: readonly Example[], alpha: number, total: number): void {
  const groups = new Map<string, number>();
  const groupOf = (one: Example): string => `${one.source} ${one.isBad}`;
  for (const one of examples) groups.set(groupOf(one), (groups.get(groupOf(one)) ?? 0) + 1);
  for (const one of examples) one.weight = one.own * (groups.get(groupOf(one)) ?? 1) ** (alpha - 1);
  for (const side of [true, false]) {
    const ours = examples.filter(one => one.isBad === side);
    const sum = ours.reduce((all, one) => all + one.weight, 0);
    for (const one of ours) one.weight *= total / 2 / sum;
  }
}
