// `node training/train.ts CORPUS [--all] [--seed N]`: makes the filter's weights from the open files of a corpus folder and from mail of our
// own making, measures them, and writes weights, report and model card. The same seed and files give the same bytes.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { brotliCompressSync, constants } from 'node:zlib';
import { VIEWS } from '../src/filter/evidence.ts';
import { writeModel, type Model } from '../src/filter/model.ts';
import { RULES } from '../src/filter/rules/rules.ts';
import { readMail } from './corpus.ts';
import { exampleOf, exampleOfMade, weigh, type Example } from './examples.ts';
import { fit, sumOf, type Fitted, type Options } from './fit.ts';
import { madeMail } from './mail/made.ts';
import { newRandom } from './mail/random.ts';
import { calibrated, cutsOf, noPrior, quantised, weightsOf } from './model.ts';
import { report } from './report.ts';
import { SCALES } from './scales.ts';
import { PRIORS } from './priors.ts';

export const OPTIONS: Options = { epochs: 6, rate: 0.07, start: 1e-4, pull: 3e-4, scales: VIEWS.map(view => SCALES[view]), minimum: 8 };
/** A source of n mails counts as n to the power of this. */
export const ALPHA = 0.7;
/** Renderings of each core, and what all made mail counts beside the real. */
const RENDERINGS = 6;
const MADE_SHARE = 0.6;
/** Fits with other renderings in another order, averaged. */
const RUNS = 3;
const OPEN = ['other'];
const ALL = ['other', 'trec', 'ccbync'];

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { all: { type: 'boolean' }, seed: { type: 'string' }, out: { type: 'string' } },
  });
  const folder = positionals[0];
  if (folder === undefined) throw new Error('usage: node training/train.ts CORPUS [--all] [--seed N] [--out FILE]');
  const seed = Number(values.seed ?? 1);
  const files = values.all ? ALL : OPEN;
  const real = await examplesOf(files.map(name => join(folder, `train-${name}.jsonl.zst`)));
  /** Each run has renderings of its own. */
  const renderings = Array.from({ length: RUNS }, (_, run) => madeMail(RENDERINGS, seed + run).map(exampleOfMade));
  const made = renderings[0] ?? [];
  const dev = await examplesOf(ALL.map(name => join(folder, `dev-${name}.jsonl.zst`)));
  process.stderr.write(`${real.length} real, ${made.length} made, ${dev.length} to measure on\n`);
  const fitted = averaged(renderings.map((some, run) => trained(real, some, seed + run)));
  const model = modelOf(fitted, dev, values.all ? 'everything, not to be shipped' : `open files and made mail, seed ${seed}`);
  const out = values.out ?? new URL('../src/filter/weights.bin.br', import.meta.url).pathname;
  const bytes = brotliCompressSync(writeModel(model), {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 22 },
  });
  writeFileSync(out, bytes);
  process.stderr.write(`${out}: ${bytes.length} bytes\n`);
  const text = report(model, { real, made, dev, retrain: (some, others) => trained(some, others, seed) });
  if (values.out === undefined) writeFileSync(new URL('./REPORT.md', import.meta.url), text);
  else process.stdout.write(text);
}

async function examplesOf(paths: readonly string[]): Promise<readonly Example[]> {
  const examples: Example[] = [];
  for (const path of paths) if (existsSync(path)) for await (const sample of readMail(path, null)) examples.push(exampleOf(sample));
  return examples;
}

export function trained(real: readonly Example[], made: readonly Example[], seed: number): Fitted {
  weigh(real, ALPHA, real.length);
  if (made.length > 0) weigh(made, ALPHA, real.length * MADE_SHARE);
  return fit([...real, ...made], noPrior(PRIORS), OPTIONS, newRandom(seed));
}

/** The mean of several fits: what only one of them learned was chance. */
function averaged(fits: readonly Fitted[]): Fitted {
  const [first, ...others] = fits;
  if (first === undefined) throw new Error('nothing to average');
  const mean = (of: (one: Fitted) => number): number => fits.reduce((sum, one) => sum + of(one), 0) / fits.length;
  if (others.length === 0) return first;
  return {
    scales: first.scales,
    bias: mean(one => one.bias),
    weights: first.weights.map((_, at) => mean(one => one.weights[at] as number)),
    rules: first.rules.map((_, at) => mean(one => one.rules[at] as number)),
  };
}

export function modelOf(fitted: Fitted, dev: readonly Example[], name: string): Model {
  const { weights, largest } = quantised(fitted);
  const rounded: Fitted = { ...fitted, weights: weightsOf({ weights, largest }) };
  const scored = dev.map(one => ({ isBad: one.isBad, score: sumOf(rounded, one) }));
  const curve = calibrated(scored);
  const rules = Object.fromEntries(RULES.map((rule, n) => [rule.id, Math.round((fitted.rules[n] as number) * 1e4) / 1e4]));
  return { name, scales: fitted.scales, bias: fitted.bias, rules, ...curve, cuts: cutsOf(scored, curve), largest, weights };
}

if (import.meta.main) await main();
