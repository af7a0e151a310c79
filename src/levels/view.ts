// Where a domain stands between its level and the next: each condition with its figures, as the API shows it.
import { fallsBy, figuresOf, holds } from './decide.ts';
import { dailyOf, DOWN, TOP, UP, type Condition, type Sums } from './levels.ts';

/** `value` and `threshold` are parts of 1; `value` null: nothing to judge by yet. */
export type Stands = {
  readonly measure: string;
  readonly must: 'over' | 'under' | 'at_least';
  readonly threshold: number;
  readonly value: number | null;
  readonly hits: number;
  readonly among: number;
  readonly met: boolean;
};

function stands(condition: Condition, level: number, sums: Sums): Stands {
  const { hits, among } = figuresOf(condition, level, sums);
  const { measure, than: must, per10000 } = condition;
  return {
    measure,
    must,
    threshold: per10000 / 10_000,
    value: among === 0 ? null : hits / among,
    hits,
    among,
    met: holds(condition, level, sums),
  };
}

/** `next` null at the top. `falls`: the measures that would move it down at the day's end. */
export function whereItStands(
  level: number,
  sums: Sums,
): {
  readonly next: {
    readonly level: number;
    readonly perDay: number;
    readonly forms: readonly { readonly id: string; readonly conditions: readonly Stands[] }[];
  } | null;
  readonly down: {
    readonly moreThan: number;
    readonly sent: number;
    readonly falls: readonly string[];
    readonly conditions: readonly Stands[];
  };
} {
  const forms = UP.map(({ id, all }) => ({ id, conditions: all.map(one => stands(one, level, sums)) }));
  return {
    next: level >= TOP ? null : { level: level + 1, perDay: dailyOf(level + 1), forms },
    down: {
      moreThan: DOWN.moreThan,
      sent: sums.sent,
      falls: fallsBy(level, sums),
      conditions: DOWN.any.map(one => stands(one, level, sums)),
    },
  };
}
