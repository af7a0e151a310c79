// The picture of our own scores: how much ham and how much bad mail lies at which log-odds, and where the three cuts are.
import type { Cuts } from '../../src/filter/model.ts';
import { bar, lineFrom, picture, text, WIDTH } from './picture.ts';
import type { Rated } from './mails.ts';

const LEFT = 70;
const RIGHT = WIDTH - 30;
const TOP = 136;
const PANEL = 170;
const GAP = 40;
/** Log-odds that are shown, and bars for each of them. Scores have six digits: beyond 13.8 they are all the same. */
const MOST = 14;
const BARS = 2;
const NAMES: Readonly<Record<keyof Cuts, string>> = { gray: 'GRAY from', fail: 'FAIL from', refuse: 'refused at the door from' };

const logOdds = (p: number): number => Math.max(-MOST, Math.min(MOST - 1e-9, Math.log(p / (1 - p))));
const xOf = (odds: number): number => LEFT + ((odds + MOST) / (2 * MOST)) * (RIGHT - LEFT);

export function scoresPicture(rated: readonly Rated[], cuts: Cuts): string {
  const sides = [false, true].map(isBad => rated.filter(one => one.isBad === isBad).map(one => logOdds(one.score)));
  const counts = sides.map(histogram);
  const decades = Math.max(1, Math.ceil(Math.log10(Math.max(...counts.flat(), 2))));
  const bottom = TOP + 2 * PANEL + GAP;
  const above = (Object.keys(NAMES) as (keyof Cuts)[]).map(name => {
    const [ham, bad] = [false, true].map(isBad => rated.filter(one => one.isBad === isBad && one.score >= cuts[name]).length);
    return { name, ham: ham ?? 0, bad: bad ?? 0 };
  });
  const lines = above.flatMap(({ name, ham, bad }, n) => {
    const x = xOf(logOdds(cuts[name]));
    const y = TOP - 34 - n * 20;
    const label = `${NAMES[name]} ${cuts[name].toPrecision(4)}: ${bad.toLocaleString('en')} bad, ${ham.toLocaleString('en')} ham above`;
    // Cuts lie close together, and on the right: each label stands left of its cut, the higher the more it is to the right.
    return [lineFrom(x, y - 10, x, bottom, 'cut'), text(x - 6, y, label, 'end')];
  });
  const ticks = [-12, -8, -4, 0, 4, 8, 12].map(odds => text(xOf(odds), bottom + 20, String(odds).replace('-', '−'), 'middle soft'));
  return picture(
    'Where ham and bad mail lie',
    `Two histograms over the log-odds of being bad, counts logarithmic. Above ham, below bad mail. Three lines are the cuts: ${above.map(({ name, ham, bad }) => `${NAMES[name]} ${cuts[name].toPrecision(4)} (${bad} bad and ${ham} ham above)`).join(', ')}.`,
    bottom + 58,
    [
      ...panel('ham', counts[0] ?? [], sides[0]?.length ?? 0, TOP, decades),
      ...panel('bad', counts[1] ?? [], sides[1]?.length ?? 0, TOP + PANEL + GAP, decades),
      ...lines,
      ...ticks,
      text((LEFT + RIGHT) / 2, bottom + 42, 'log-odds of being bad (0 = even)', 'middle soft'),
    ],
  );
}

function histogram(odds: readonly number[]): readonly number[] {
  const counts = Array.from({ length: 2 * MOST * BARS }, () => 0);
  for (const one of odds) {
    const at = Math.floor((one + MOST) * BARS);
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return counts;
}

function panel(kind: 'ham' | 'bad', counts: readonly number[], all: number, top: number, decades: number): readonly string[] {
  const bottom = top + PANEL;
  // One mail is to be seen: the axis begins a third of a decade below it.
  const yOf = (count: number): number => bottom - ((Math.log10(count) + 0.33) / (decades + 0.33)) * PANEL;
  const levels = Array.from({ length: decades + 1 }, (_, n) => 10 ** n).flatMap(count => [
    lineFrom(LEFT, yOf(count), RIGHT, yOf(count), 'grid'),
    text(LEFT - 8, yOf(count) + 4, count.toLocaleString('en'), 'end soft'),
  ]);
  const bars = counts.map((count, n) =>
    count === 0 ? '' : bar(xOf(n / BARS - MOST) + 0.5, yOf(count), (RIGHT - LEFT) / counts.length - 1, bottom - yOf(count), kind),
  );
  const name = `${all.toLocaleString('en')} ${kind === 'ham' ? 'ham' : 'bad'}: mails by half a unit, logarithmic`;
  return [...levels, ...bars.filter(Boolean), lineFrom(LEFT, bottom, RIGHT, bottom, 'axis'), text(LEFT + 8, top - 8, name)];
}
