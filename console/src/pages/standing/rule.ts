// The standing of an account as the API has it: the tone of each state, how far a rule is from its next threshold, in messages. Pure.
import type { Tone } from '../../parts/badge.tsx';

export type StandingState = 'active' | 'warned' | 'limited' | 'suspended';
export type Rule = {
  readonly id: string;
  readonly sentence: string;
  /** Seconds. */
  readonly window: number;
  /** A part of 1 for a rate, else how many or how many times. */
  readonly value: number;
  /** What is compared: the lower end of a rate, else the value. */
  readonly judged: number;
  readonly hits: number;
  /** null: no rate. */
  readonly among: number | null;
  readonly threshold: number;
  readonly thresholds: Readonly<Partial<Record<StandingState, number>>>;
  readonly minimum: { readonly hits: number | null; readonly among: number | null };
  readonly enough: boolean;
  readonly breached: boolean;
};
export type Evidence = { readonly at: string; readonly rule: string; readonly emailId: string | null; readonly detail: string };
export type Next = { readonly at: string; readonly state: StandingState };
export type Standing = {
  readonly state: StandingState;
  readonly since: string;
  readonly by: 'rules' | 'operator';
  readonly reason: string | null;
  readonly probationUntil: string | null;
  readonly rules: readonly Rule[];
  readonly evidence: readonly Evidence[];
  readonly next: Next | null;
};
export type Change = {
  readonly at: string;
  readonly from: StandingState;
  readonly to: StandingState;
  readonly by: Standing['by'];
  readonly reason: string | null;
  readonly rules: readonly Rule[];
};
export type DryRun = { readonly from: string; readonly to: string; readonly changes: readonly Change[]; readonly standing: Standing };

export const STATE_TONES: Readonly<Record<StandingState, Tone>> = { active: 'good', warned: 'warn', limited: 'warn', suspended: 'bad' };

/** A rule that leads to nothing is shown and never judged. */
export const leadsSomewhere = ({ thresholds }: Pick<Rule, 'thresholds'>): boolean => Object.keys(thresholds).length > 0;

export function toneOf(rule: Rule): Tone {
  if (rule.breached) return rule.thresholds.suspended !== undefined && rule.judged > rule.thresholds.suspended ? 'bad' : 'warn';
  return rule.enough && leadsSomewhere(rule) ? 'good' : 'idle';
}

/** Broken first, then those that are judged by how near they are, then the rest. */
export function nearestFirst(rules: readonly Rule[]): readonly Rule[] {
  const rank = (rule: Rule): number => (rule.breached ? 0 : leadsSomewhere(rule) && rule.enough ? 1 : leadsSomewhere(rule) ? 2 : 3);
  const part = (rule: Rule): number => (rule.threshold === 0 ? 0 : rule.judged / rule.threshold);
  return rules.toSorted((a, b) => rank(a) - rank(b) || part(b) - part(a));
}

const Z = 1.959964;
/** Lower end of a rate's 95 % interval (E. B. Wilson 1927), as the rules have it (docs/standing.md). */
export function lowerEnd(hits: number, among: number): number {
  if (among <= 0 || hits <= 0) return 0;
  const rate = Math.min(1, hits / among);
  const z2 = Z * Z;
  const spread = Z * Math.sqrt((rate * (1 - rate)) / among + z2 / (4 * among * among));
  return Math.max(0, (rate + z2 / (2 * among) - spread) / (1 + z2 / among));
}

const MOST = 10_000_000;

/** How many more hits in a row, nothing else happening, reach the next threshold; null = it is passed, or none is ahead. */
export function distanceOf(rule: Rule): number | null {
  if (!leadsSomewhere(rule)) return null;
  const { among, threshold, minimum } = rule;
  if (among === null) return rule.judged >= threshold ? null : Math.ceil(threshold - rule.judged);
  const reaches = (more: number): boolean =>
    lowerEnd(rule.hits + more, among + more) > threshold && rule.hits + more >= (minimum.hits ?? 0) && among + more >= (minimum.among ?? 0);
  if (reaches(0)) return null;
  let [low, high] = [0, 1];
  while (!reaches(high)) {
    if (high > MOST) return null;
    [low, high] = [high, high * 2];
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (reaches(middle)) high = middle;
    else low = middle;
  }
  return high;
}
