// Logistic regression over hashed evidence by AdaGrad (Duchi et al. 2011), one example at a time in an order the seed decides. Weights are
// drawn towards a prior: nothing for the shipped model, the shipped model for what is taught at home.
import { VIEWS } from '../src/filter/evidence.ts';
import { rootOf, TABLE_SIZE } from '../src/filter/model.ts';
import type { Example } from './examples.ts';
import type { Random } from './mail/random.ts';

export type Options = {
  readonly epochs: number;
  readonly rate: number;
  /** What each weight's sum of squares begins with: the larger, the smaller its first steps. */
  readonly start: number;
  /** Pull towards the prior at each touch of a weight. */
  readonly pull: number;
  readonly scales: readonly number[];
  /** Evidence that fewer examples have is left alone: it is a name, a number or chance. */
  readonly minimum: number;
};
export type Prior = { readonly weights: Float32Array; readonly rules: Float64Array; readonly bias: number };
export type Fitted = {
  readonly weights: Float32Array;
  readonly rules: Float64Array;
  readonly bias: number;
  readonly scales: readonly number[];
};

/** Rules learn slowly: they are few, hold often, and would take what the wording should say. */
const RULE_RATE = 0.2;

export function fit(examples: readonly Example[], prior: Prior, options: Options, random: Random): Fitted {
  const { epochs, rate, start, pull, scales, minimum } = options;
  const weights = Float32Array.from(prior.weights);
  const squares = new Float32Array(TABLE_SIZE).fill(start);
  const rules = Float64Array.from(prior.rules);
  const ruleSquares = new Float64Array(rules.length).fill(start);
  const seen = frequencies(examples);
  let { bias } = prior;
  let biasSquares = start;
  const order = Int32Array.from(examples.keys());
  for (let epoch = 0; epoch < epochs; epoch++) {
    shuffle(order, random);
    for (const at of order) {
      const one = examples[at] as Example;
      const gradient = (1 / (1 + Math.exp(-sumOf({ weights, rules, bias, scales }, one))) - (one.isBad ? 1 : 0)) * one.weight;
      if (Math.abs(gradient) < 1e-4) continue;
      biasSquares += gradient * gradient;
      bias -= (rate * gradient) / Math.sqrt(biasSquares);
      for (const rule of one.rules) {
        const step = gradient * RULE_RATE + pull * ((rules[rule] as number) - (prior.rules[rule] as number));
        ruleSquares[rule] = (ruleSquares[rule] as number) + step * step;
        rules[rule] = (rules[rule] as number) - (RULE_RATE * rate * step) / Math.sqrt(ruleSquares[rule] as number);
      }
      for (let view = 0; view < VIEWS.length; view++) {
        const from = one.starts[view] as number;
        const end = one.starts[view + 1] as number;
        const scale = scales[view] as number;
        if (scale === 0 || end === from) continue;
        const share = (gradient * scale) / rootOf(view, end - from);
        for (let i = from; i < end; i++) {
          const index = one.indices[i] as number;
          if ((seen[index] as number) < minimum) continue;
          const now = weights[index] as number;
          const step = share + pull * (now - (prior.weights[index] as number));
          const sum = (squares[index] as number) + step * step;
          squares[index] = sum;
          weights[index] = now - (rate * step) / Math.sqrt(sum);
        }
      }
    }
  }
  return { weights, rules, bias, scales };
}

/** Log-odds before calibration. */
export function sumOf(model: Fitted, one: Example): number {
  let sum = model.bias;
  for (const rule of one.rules) sum += model.rules[rule] as number;
  for (let view = 0; view < VIEWS.length; view++) {
    const from = one.starts[view] as number;
    const end = one.starts[view + 1] as number;
    const scale = model.scales[view] as number;
    if (scale === 0 || end === from) continue;
    let part = 0;
    for (let i = from; i < end; i++) part += model.weights[one.indices[i] as number] as number;
    sum += (part * scale) / rootOf(view, end - from);
  }
  return sum;
}

function frequencies(examples: readonly Example[]): Uint16Array {
  const seen = new Uint16Array(TABLE_SIZE);
  for (const one of examples)
    for (const index of one.indices) if ((seen[index] as number) < 65_535) seen[index] = (seen[index] as number) + 1;
  return seen;
}

function shuffle(order: Int32Array, random: Random): void {
  for (let i = order.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const kept = order[i] as number;
    order[i] = order[j] as number;
    order[j] = kept;
  }
}
