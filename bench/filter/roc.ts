// The picture of the trade: how much bad mail each filter finds for how much ham it takes for bad, where it matters: at small shares of ham.
import { overCurve, percent, type Scored } from '../../training/measure.ts';
import { lineFrom, path, picture, SERIES, text, WIDTH, type Point } from './picture.ts';
import type { Measured } from './tables.ts';

const BOX = { left: 70, right: WIDTH - 30, top: 72, bottom: 420 } as const;
const LEAST = 1e-4;
const DECADES = 4;

const xOf = (share: number): number => BOX.left + ((Math.log10(Math.max(share, LEAST)) + DECADES) / DECADES) * (BOX.right - BOX.left);
const yOf = (share: number): number => BOX.bottom - share * (BOX.bottom - BOX.top);

export function rocPicture(all: readonly Measured[]): string {
  const shown = all.slice(0, SERIES);
  const ham = shown[0]?.rated.filter(one => !one.isBad).length ?? 0;
  const told = shown.map(({ name, rated }) => `${name}: 1-AUC ${percent(overCurve(rated))} on ${rated.length.toLocaleString('en')} mails`);
  const legend = told.flatMap((line, n) => {
    const y = BOX.bottom + 76 + n * 22;
    const sample: readonly Point[] = [
      [BOX.left, y],
      [BOX.left + 50, y],
    ];
    return [path(sample, `series s${n}`), text(BOX.left + 62, y + 4, line)];
  });
  return picture(
    'Bad mail found, by the ham taken for bad',
    `A line for each filter; higher is better. Across: share of ham above the cut, from 0.01 to 100 percent, logarithmic. Up: share of bad mail above it. ${told.join('; ')}.`,
    BOX.bottom + 72 + shown.length * 22,
    [...axes(), ...oneHam(ham), ...shown.map(({ rated }, n) => path(curve(rated), `series s${n}`)).toReversed(), ...legend],
  );
}

function axes(): readonly string[] {
  const down = [1e-4, 1e-3, 1e-2, 1e-1, 1].flatMap(share => [
    lineFrom(xOf(share), BOX.top, xOf(share), BOX.bottom, 'grid'),
    text(xOf(share), BOX.bottom + 20, `${share * 100} %`, 'middle soft'),
  ]);
  const across = [0, 0.2, 0.4, 0.6, 0.8, 1].flatMap(share => [
    lineFrom(BOX.left, yOf(share), BOX.right, yOf(share), 'grid'),
    text(BOX.left - 8, yOf(share) + 4, `${share * 100} %`, 'end soft'),
  ]);
  const axis = lineFrom(BOX.left, BOX.bottom, BOX.right, BOX.bottom, 'axis');
  const up = text(BOX.left, BOX.top - 14, 'share of bad mail above the cut', 'soft');
  return [...down, ...across, axis, up, text((BOX.left + BOX.right) / 2, BOX.bottom + 44, 'share of ham above the cut', 'middle soft')];
}

/** Left of it nothing is known. */
function oneHam(ham: number): readonly string[] {
  const x = xOf(1 / Math.max(ham, 1));
  const words = x - BOX.left > 76 ? ['less than', 'one ham'] : [];
  return [lineFrom(x, BOX.top, x, BOX.bottom, 'axis'), ...words.map((word, n) => text(x - 8, BOX.top + 20 + n * 18, word, 'end soft'))];
}

/** Corners of the curve, from the first ham on. */
function curve(scored: readonly Scored[]): readonly Point[] {
  const sorted = scored.toSorted((a, b) => b.score - a.score);
  const bad = scored.filter(one => one.isBad).length;
  const ham = scored.length - bad;
  const points: Point[] = [];
  let [hamAbove, badAbove] = [0, 0];
  for (let i = 0; i < sorted.length;) {
    const score = sorted[i]?.score;
    for (; i < sorted.length && sorted[i]?.score === score; i++)
      if (sorted[i]?.isBad) badAbove++;
      else hamAbove++;
    points.push([xOf(Math.max(hamAbove, 1) / ham), yOf(badAbove / bad)]);
  }
  return points.slice(
    Math.max(
      0,
      points.findIndex((point, n) => (points[n + 1]?.[0] ?? Infinity) > point[0]),
    ),
  );
}
