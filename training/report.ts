// The trainer's report, in Markdown: figures by source, language and era with their intervals, the cuts with the ham above them, each
// source left out in turn, and what the rules weigh.
import { probability, type Model } from '../src/filter/model.ts';
import type { Example } from './examples.ts';
import { sumOf, type Fitted } from './fit.ts';
import { between, overCurve, overCurveInterval, percent, recallAt, wilson, type Scored } from './measure.ts';
import { HAM_ABOVE, priorOf } from './model.ts';

export type Data = {
  readonly real: readonly Example[];
  readonly made: readonly Example[];
  readonly dev: readonly Example[];
  readonly retrain: (real: readonly Example[], made: readonly Example[]) => Fitted;
};

export const era = (year: number): string =>
  year === 0 ? 'undated' : year < 2003 ? 'up to 2002' : year < 2008 ? '2003-2007' : year < 2018 ? '2008-2017' : '2018-2026';
export const familyOf = (source: string): string =>
  source.replace(/^(spamassassin|enron|indo-email|made-[a-z]+)-.*$/, '$1').replace(/^r-.*$/, 'r-lists');

export function report(model: Model, data: Data): string {
  const { dev } = data;
  const fitted: Fitted = { ...priorOf(model), scales: model.scales };
  const scored = (examples: readonly Example[]): readonly (Scored & Example)[] =>
    examples.map(one => ({ ...one, score: probability(model, sumOf(fitted, one)) }));
  const all = scored(dev);
  const lines = [
    '# Report of the trainer',
    '',
    `Model: ${model.name}. Trained on ${data.real.length} real and ${data.made.length} made mails; measured on ${dev.length} that it did not see. Intervals are of 95 %.`,
    '',
  ];
  lines.push(
    '## Development files',
    '',
    ...table(all, [
      ['all', () => 'all'],
      ['source', one => familyOf(one.source)],
      ['language', one => (['en', 'id', 'zh', 'und'].includes(one.lang) ? one.lang : 'other')],
      ['era', one => era(one.year)],
    ]),
    '',
  );
  lines.push('A source of one kind is measured against the other kind of all sources.', '', '## Cuts', '', ...cuts(model, all), '');
  lines.push(
    '## Each source left out',
    '',
    'Trained without the source (and its relatives), measured on all of it against the other kind of the development files.',
    '',
    ...leftOut(data),
    '',
  );
  lines.push('## With and without made mail', '', ...ablation(data), '');
  lines.push(
    '## Rules',
    '',
    '| rule | log-odds |',
    '| --- | --- |',
    ...Object.entries(model.rules)
      .toSorted((a, b) => b[1] - a[1])
      .map(([id, weight]) => `| ${id} | ${weight.toFixed(2)} |`),
    '',
  );
  return lines.join('\n');
}

const HEAD = ['| | ham | bad | 1-AUC | recall at 0.1 % ham | at 0.5 % | at 1 % |', '| --- | --- | --- | --- | --- | --- | --- |'];

function row(name: string, scored: readonly Scored[]): string {
  const bad = scored.filter(one => one.isBad).length;
  const at = (share: number): string => {
    const recall = recallAt(scored, share);
    return `${percent(recall, 1)} (${between(wilson(Math.round(recall * bad), bad), 1)})`;
  };
  return `| ${name} | ${scored.length - bad} | ${bad} | ${percent(overCurve(scored))} (±${(overCurveInterval(scored) * 100).toFixed(2)}) | ${at(0.001)} | ${at(0.005)} | ${at(0.01)} |`;
}

type By = readonly [string, (one: Example) => string];

function table(all: readonly (Scored & Example)[], by: readonly By[]): readonly string[] {
  const lines = [...HEAD];
  for (const [kind, key] of by) {
    for (const name of [...new Set(all.map(key))].sort()) {
      const ours = all.filter(one => key(one) === name);
      const sides = [true, false].filter(side => ours.some(one => one.isBad === side));
      // A source of only bad mail is measured against all ham, and the other way round.
      lines.push(
        row(
          kind === 'all' ? '**all**' : `${kind}: ${name}`,
          sides.length === 2 ? ours : [...ours, ...all.filter(one => one.isBad !== sides[0])],
        ),
      );
    }
  }
  return lines;
}

function cuts(model: Model, all: readonly Scored[]): readonly string[] {
  const ham = all.filter(one => !one.isBad);
  const bad = all.filter(one => one.isBad);
  const lines = ['| cut | probability | ham above | of all ham | bad above |', '| --- | --- | --- | --- | --- |'];
  for (const [name, cut] of Object.entries(model.cuts)) {
    const wrong = ham.filter(one => one.score >= cut).length;
    const right = bad.filter(one => one.score >= cut).length;
    const thin = wrong < 10 ? ', fewer than ten: the interval is what is known' : '';
    lines.push(
      `| ${name} | ${cut.toFixed(4)} | ${wrong} | ${percent(wrong / ham.length)} (${between(wilson(wrong, ham.length))}; allowed ${percent(HAM_ABOVE[name as keyof typeof HAM_ABOVE])}${thin}) | ${percent(right / bad.length, 1)} (${between(wilson(right, bad.length), 1)}) |`,
    );
  }
  return lines;
}

function leftOut({ real, made, dev, retrain }: Data): readonly string[] {
  const lines = [...HEAD];
  for (const family of [...new Set(real.map(one => familyOf(one.source)))].sort()) {
    // The competition set is partly SpamAssassin's: leaving one out means both.
    const relatives = family === 'csdmc2010' || family === 'spamassassin' ? ['csdmc2010', 'spamassassin'] : [family];
    const fitted = retrain(
      real.filter(one => !relatives.includes(familyOf(one.source))),
      made,
    );
    const measured = [...real, ...dev].filter(one => familyOf(one.source) === family);
    const sides = [true, false].filter(side => measured.some(one => one.isBad === side));
    const others = sides.length === 2 ? [] : dev.filter(one => one.isBad !== sides[0] && familyOf(one.source) !== family);
    lines.push(
      row(
        family,
        [...measured, ...others].map(one => ({ isBad: one.isBad, score: sumOf(fitted, one) })),
      ),
    );
  }
  return lines;
}

function ablation({ real, made, dev, retrain }: Data): readonly string[] {
  const known = new Set(real.map(one => one.source));
  const unseen = dev.filter(one => !known.has(one.source));
  if (unseen.length === 0) return ['Every source of the development files was trained on: nothing to tell.'];
  const measured = (fitted: Fitted, of: readonly Example[]): readonly Scored[] =>
    of.map(one => ({ isBad: one.isBad, score: sumOf(fitted, one) }));
  const without = retrain(real, []);
  const withMade = retrain(real, made);
  const against = [...unseen, ...dev.filter(one => known.has(one.source))];
  return [
    'Real mail of sources that the trainer never saw (and all development mail with it):',
    '',
    ...HEAD,
    row('unseen sources, real mail only', measured(without, unseen)),
    row('unseen sources, with made mail', measured(withMade, unseen)),
    row('all, real mail only', measured(without, against)),
    row('all, with made mail', measured(withMade, against)),
  ];
}
