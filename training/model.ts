// From fitted weights to a model: bytes for weights, the curve to probabilities, the cuts.
import { steps, TABLE_SIZE, type Cuts, type Model } from '../src/filter/model.ts';
import { RULES } from '../src/filter/rules/rules.ts';
import type { Fitted, Prior } from './fit.ts';
import { cutAt, type Scored } from './measure.ts';

export function quantised(fitted: Fitted): { readonly weights: Int8Array; readonly largest: number } {
  const largest = fitted.weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 1e-6);
  const byteOf = (weight: number): number => Math.sign(weight) * Math.min(127, Math.round(127 * Math.sqrt(Math.abs(weight) / largest)));
  return { largest, weights: Int8Array.from(fitted.weights, byteOf) };
}

/** The weights as numbers. */
export function weightsOf({ weights, largest }: Pick<Model, 'weights' | 'largest'>): Float32Array {
  const table = steps(largest);
  return Float32Array.from(weights, weight => table[weight + 128] as number);
}

/** A model as the prior of another. */
export function priorOf(model: Model): Prior {
  return {
    weights: weightsOf(model),
    rules: Float64Array.from(RULES, rule => model.rules[rule.id] ?? 0),
    bias: model.bias,
  };
}

export const noPrior = (rules: Readonly<Record<string, number>>): Prior => ({
  weights: new Float32Array(TABLE_SIZE),
  rules: Float64Array.from(RULES, rule => rules[rule.id] ?? 0),
  bias: 0,
});

/** Slope and offset of the logistic curve (Platt 1999) by Newton's method; ham and bad weigh the same: a filter does not know its mail. */
export function calibrated(scored: readonly Scored[]): { readonly slope: number; readonly offset: number } {
  const bad = scored.filter(one => one.isBad).length;
  const ham = scored.length - bad;
  // Platt's targets keep the curve finite when the two do not overlap.
  const targets = { bad: (bad + 1) / (bad + 2), ham: 1 / (ham + 2) };
  let slope = 1;
  let offset = 0;
  for (let round = 0; round < 100; round++) {
    let g0 = 0;
    let g1 = 1e-6 * slope;
    let h00 = 1e-9;
    let h01 = 0;
    let h11 = 1e-6;
    for (const { score, isBad } of scored) {
      const p = 1 / (1 + Math.exp(-(slope * score + offset)));
      const weight = 1 / (isBad ? bad : ham);
      const error = (p - (isBad ? targets.bad : targets.ham)) * weight;
      const curve = p * (1 - p) * weight;
      g0 += error;
      g1 += error * score;
      h00 += curve;
      h01 += curve * score;
      h11 += curve * score * score;
    }
    const det = h00 * h11 - h01 * h01;
    if (!(Math.abs(det) > 1e-18)) break;
    const by0 = (h11 * g0 - h01 * g1) / det;
    const by1 = (h00 * g1 - h01 * g0) / det;
    offset -= by0;
    slope = Math.max(0.05, slope - by1);
    if (Math.abs(by0) + Math.abs(by1) < 1e-7) break;
  }
  return { slope, offset };
}

/** Shares of ham that may lie above each cut. */
export const HAM_ABOVE = { gray: 0.005, fail: 0.001, refuse: 0.0002 } as const;

/** Probabilities at which at most those shares of ham lie above; each cut a hair above the ham that decides it. */
export function cutsOf(scored: readonly Scored[], curve: { readonly slope: number; readonly offset: number }): Cuts {
  const at = (share: number): number => {
    const p = 1 / (1 + Math.exp(-(curve.slope * cutAt(scored, share) + curve.offset)));
    return Math.min(0.9999, p + 1e-6 + (1 - p) * 1e-4);
  };
  return { gray: at(HAM_ABOVE.gray), fail: at(HAM_ABOVE.fail), refuse: at(HAM_ABOVE.refuse) };
}
