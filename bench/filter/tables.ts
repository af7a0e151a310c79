// What was measured as Markdown: figures with their intervals of 95 %, for all mail and by source, language and era; speed as ratios.
import { newRandom } from '../../training/mail/random.ts';
import { between, overCurve, overCurveInterval, percent, recallAt, wilson, type Scored } from '../../training/measure.ts';
import { groupsOf, type Rated } from './mails.ts';
import type { Load, Took } from './speed.ts';

/** A filter with its scores of the development mail. */
export type Measured = { readonly name: string; readonly rated: readonly Rated[] };

const SHARES = [0.001, 0.005, 0.01] as const;
const RESAMPLES = 300;
const HEAD = ['1-AUC', ...SHARES.map((share, n) => `${n === 0 ? 'recall at' : 'at'} ${percent(share, 1)}${n === 0 ? ' ham' : ''}`)];

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const head = (cells: readonly string[]): readonly string[] => [line(cells), line(cells.map(() => '---'))];
const count = (n: number): string => n.toLocaleString('en');

/** Ham, bad and the figures of one set. */
function figures(scored: readonly Scored[]): readonly string[] {
  const bad = scored.filter(one => one.isBad).length;
  const recalls = SHARES.map(share => recallAt(scored, share));
  const resampled = resampledRecalls(scored);
  const shown = recalls.map(
    (recall, n) => `${percent(recall, 1)} (${between(wider(wilson(Math.round(recall * bad), bad), resampled[n]), 1)})`,
  );
  const wrong = `${percent(overCurve(scored))} (±${(overCurveInterval(scored) * 100).toFixed(2)})`;
  return [count(scored.length - bad), count(bad), wrong, ...shown];
}

type Interval = readonly [number, number];
const wider = ([low, high]: Interval, other: Interval = [low, high]): Interval => [Math.min(low, other[0]), Math.max(high, other[1])];

/** Recall depends on the few ham that make the cut: a bootstrap over both kinds (each mail counts a Poisson number of times) says how much. */
function resampledRecalls(scored: readonly Scored[]): readonly Interval[] {
  const random = newRandom(11);
  const sorted = scored.toSorted((a, b) => b.score - a.score);
  const found = SHARES.map((): number[] => []);
  for (let n = 0; n < RESAMPLES; n++) {
    const weights = sorted.map(() => poisson(random.next()));
    const ham = sorted.reduce((sum, one, i) => sum + (one.isBad ? 0 : (weights[i] as number)), 0);
    const bad = weights.reduce((sum, one) => sum + one, 0) - ham;
    if (bad === 0) continue;
    const allowed = SHARES.map(share => Math.floor(ham * share));
    let [hamAbove, badAbove, at] = [0, 0, 0];
    for (let i = 0; i < sorted.length && at < SHARES.length;) {
      let [hamHere, badHere] = [0, 0];
      const score = sorted[i]?.score;
      for (; i < sorted.length && sorted[i]?.score === score; i++)
        if (sorted[i]?.isBad) badHere += weights[i] as number;
        else hamHere += weights[i] as number;
      hamAbove += hamHere;
      for (; at < SHARES.length && hamAbove > (allowed[at] as number); at++) found[at]?.push(badAbove / bad);
      badAbove += badHere;
    }
    for (; at < SHARES.length; at++) found[at]?.push(1);
  }
  return found.map(values => {
    const ordered = values.toSorted((a, b) => a - b);
    const last = ordered.length - 1;
    return [ordered[Math.round(last * 0.025)] ?? 0, ordered[Math.round(last * 0.975)] ?? 1];
  });
}

/** A Poisson number of mean 1 from an even one. */
function poisson(even: number): number {
  let [number, part, sum] = [0, Math.exp(-1), Math.exp(-1)];
  while (even > sum && number < 10) sum += part /= ++number;
  return number;
}

/** All filters on all mail. */
export const overall = (all: readonly Measured[]): readonly string[] => [
  ...head(['filter', 'ham', 'bad', ...HEAD]),
  ...all.map(({ name, rated }) => line([name, ...figures(rated)])),
];

/** One filter by source, language and era. */
export const byGroup = ({ rated }: Measured): readonly string[] => [
  ...head(['', 'ham', 'bad', ...HEAD]),
  line(['**all**', ...figures(rated)]),
  ...[...groupsOf(rated)].map(([name, ours]) => line([name, ...figures(ours)])),
];

/** One figure of all filters side by side: 0 = 1-AUC, 1 to 3 = recalls. */
export function sideBySide(all: readonly Measured[], figure: number): readonly string[] {
  const columns = all.map(one => new Map([['**all**', one.rated], ...groupsOf(one.rated)]));
  return [
    ...head(['', ...all.map(one => one.name)]),
    ...[...(columns[0]?.keys() ?? [])].map(name =>
      line([name, ...columns.map(column => (column.has(name) ? (figures(column.get(name) ?? [])[figure + 2] ?? '') : '-'))]),
    ),
  ];
}

/** CPU a mail, and how many times ours it is. */
export function speedTable({ speeds, madeSize, realSize }: Load): readonly string[] {
  const kilobytes = (size: number): string => `${(size / 1_000).toFixed(1)} KB`;
  const ours = speeds[0];
  const shown = (took: Took, than: Took | undefined): readonly string[] => [
    `${took.median.toFixed(2)} ms (${took.low.toFixed(2)}..${took.high.toFixed(2)})`,
    than ? (took.median / than.median).toFixed(1) : '-',
  ];
  return [
    ...head(['filter', `mail of ${kilobytes(madeSize)}`, 'times ours', `real mail, ${kilobytes(realSize)} on average`, 'times ours']),
    ...speeds.map(({ name, made, real }) => line([name, ...shown(made, ours?.made), ...shown(real, ours?.real)])),
  ];
}
