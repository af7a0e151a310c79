// What `bin/sesame train` does: the given mail taught on top of a model, drawn back to it where the mail says nothing. With enough mail the
// curve and the cuts are fitted again, on mail that was kept out of the lesson.
import { VIEWS } from '../src/filter/evidence.ts';
import type { Model } from '../src/filter/model.ts';
import { RULES } from '../src/filter/rules/rules.ts';
import type { Example } from './examples.ts';
import { fit, sumOf, type Fitted, type Options, type Prior } from './fit.ts';
import { newRandom } from './mail/random.ts';
import { calibrated, cutsOf, noPrior, priorOf, quantised } from './model.ts';
import { PRIORS } from './priors.ts';
import { SCALES } from './scales.ts';

/** Every so many-th mail is kept out to fit the curve on. */
const KEPT_OUT = 5;
/** Of each kind that must have been kept out before curve and cuts are fitted again. */
const ENOUGH_FOR_CURVE = 100;
const ENOUGH_FOR_CUTS = 1_000;
/** Names and places as they are: at home they come again. */
const HOME_SCALE = 1.5;

/** `from`: the model taught on; null = from nothing. */
export function teach(examples: readonly Example[], from: Model | null, name: string, base: Model): Model {
  const prior = from === null ? noPrior(PRIORS) : priorOf(from);
  const keptOut = examples.filter((_, n) => n % KEPT_OUT === 0);
  const sides = [true, false].map(side => keptOut.filter(one => one.isBad === side).length);
  const enough = Math.min(...sides);
  let curve: Pick<Model, 'slope' | 'offset' | 'cuts'> = base;
  if (enough >= ENOUGH_FOR_CURVE) {
    const trial = lesson(
      examples.filter((_, n) => n % KEPT_OUT !== 0),
      prior,
      from !== null,
    );
    const scored = keptOut.map(one => ({ isBad: one.isBad, score: sumOf(trial, one) }));
    const fitted = calibrated(scored);
    curve = { ...fitted, cuts: enough >= ENOUGH_FOR_CUTS ? cutsOf(scored, fitted) : base.cuts };
  }
  const taught = lesson(examples, prior, from !== null);
  const { weights, largest } = quantised(taught);
  const rules = Object.fromEntries(RULES.map((rule, n) => [rule.id, taught.rules[n] as number]));
  const { slope, offset, cuts } = curve;
  return { name, scales: taught.scales, bias: taught.bias, rules, slope, offset, cuts, largest, weights };
}

function lesson(examples: readonly Example[], prior: Prior, isOnTop: boolean): Fitted {
  balance(examples);
  const few = examples.length < 3_000;
  const options: Options = {
    epochs: few ? 8 : 6,
    rate: 0.1,
    // On top of a model the first steps are small: it knows something already.
    start: isOnTop ? 0.1 : 1e-4,
    pull: few ? 1e-3 : 2e-4,
    scales: VIEWS.map(view => (view === 'home' ? HOME_SCALE : SCALES[view])),
    minimum: few ? 2 : 4,
  };
  return fit(examples, prior, options, newRandom(1));
}

/** Wanted and unwanted mail weigh the same, however much of each there is. */
function balance(examples: readonly Example[]): void {
  const bad = examples.filter(one => one.isBad).length;
  for (const one of examples) one.weight = examples.length / 2 / (one.isBad ? bad : examples.length - bad);
}
