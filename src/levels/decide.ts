// How a domain's level moves: up at once, as often in a day as its mail bears; down by one, on the day after. One pure function over the
// sums of days, so that the same sums always give the same levels however often it is asked.
import { dailyOf, DOWN, MEASURES, TOP, UP, type Condition, type Sums } from './levels.ts';

/** `day`: the first UTC day (since 1970) that is not judged to its end yet. */
export type Kept = { readonly level: number; readonly day: number };
/** `by`: the form that moved it up, or the measures that moved it down. `day`: whose sums they are. */
export type Move = {
  readonly from: number;
  readonly to: number;
  readonly day: number;
  readonly by: readonly string[];
  readonly sums: Sums;
};

/** What a condition looks at: hits among how many. */
export function figuresOf({ measure }: Condition, level: number, sums: Sums): { readonly hits: number; readonly among: number } {
  const { of, among } = MEASURES[measure];
  return { hits: sums[of], among: among === null ? dailyOf(level) : sums[among] };
}

/** Nothing among nothing is a part of 0. */
export function holds(condition: Condition, level: number, sums: Sums): boolean {
  const { hits, among } = figuresOf(condition, level, sums);
  const [part, bound] = among === 0 ? [0, condition.per10000] : [hits * 10_000, condition.per10000 * among];
  return condition.than === 'over' ? part > bound : condition.than === 'under' ? part < bound : part >= bound;
}

/** The measures that speak for a lower level. */
export function fallsBy(level: number, sums: Sums): readonly string[] {
  if (sums.sent <= DOWN.moreThan) return [];
  return DOWN.any.filter(one => holds(one, level, sums)).map(one => one.measure);
}

/** The form by which the day's mail bears the next level; null: none. */
export function risesBy(level: number, sums: Sums): string | null {
  if (level >= TOP || fallsBy(level, sums).length > 0) return null;
  return UP.find(form => form.all.every(one => holds(one, level, sums)))?.id ?? null;
}

/** Could the domain rise? Not with fewer recipients taken lately than any form asks to be tried to the end. */
export function worthALook(level: number, taken: number): boolean {
  const least = Math.min(...UP.map(form => form.all.find(one => one.measure === 'used')?.per10000 ?? 0));
  return level < TOP && taken * 10_000 >= least * dailyOf(level);
}

/** Where the level stands on `today`, and how it came there. `sumsOf` a day without mail: all 0. */
export function advanced(
  kept: Kept,
  today: number,
  sumsOf: (day: number) => Sums,
): { readonly kept: Kept; readonly moves: readonly Move[] } {
  const moves: Move[] = [];
  let { level } = kept;
  const up = (day: number): void => {
    const [from, sums, by] = [level, sumsOf(day), new Set<string>()];
    for (let form = risesBy(level, sums); form !== null; form = risesBy(level, sums)) {
      by.add(form);
      level++;
    }
    if (level > from) moves.push({ from, to: level, day, by: [...by], sums });
  };
  for (let day = kept.day; day < today; day++) {
    up(day);
    const sums = sumsOf(day);
    const by = fallsBy(level, sums);
    if (by.length === 0 || level === 1) continue;
    moves.push({ from: level, to: level - 1, day, by, sums });
    level--;
  }
  up(today);
  return { kept: { level, day: Math.max(kept.day, today) }, moves };
}
