// What a rule reads in an account's counters: the figure beside its minimum and thresholds. The lower end of a rate is after
// E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
import * as bounds from './bounds.ts';
import { pace, sums, type Counters } from './counters.ts';
import type { AccountFacts } from './events.ts';
import { countSince } from './recent.ts';
import type { Rule } from './rules.ts';

export type Reading = {
  readonly id: string;
  /** Seconds. */
  readonly window: number;
  /** hits / among for a rate, hits for what is counted, times for a pace. */
  readonly value: number;
  /** What is compared with the thresholds: the lower end of a rate, else the value. */
  readonly judged: number;
  readonly hits: number;
  /** null = it is no rate. */
  readonly among: number | null;
  /** The minimum is reached. */
  readonly enough: boolean;
};

/** 95 % of a normal distribution lie within so many deviations. */
const Z = 1.959964;

/** Lower end of the interval in which the true rate lies with 95 %; 0 for none of none. */
export function wilsonLower(hits: number, among: number): number {
  if (among <= 0 || hits <= 0) return 0;
  const rate = Math.min(1, hits / among);
  const z2 = Z * Z;
  const spread = Z * Math.sqrt((rate * (1 - rate)) / among + z2 / (4 * among * among));
  return Math.max(0, (rate + z2 / (2 * among) - spread) / (1 + z2 / among));
}

/** Sums of one moment are asked for by several rules. */
export type Sums = (hours: number) => ReturnType<typeof sums>;

export function sumsAt(counters: Counters, now: number): Sums {
  const known = new Map<number, ReturnType<typeof sums>>();
  return hours => {
    const found = known.get(hours) ?? sums(counters, now, hours);
    known.set(hours, found);
    return found;
  };
}

export function reading(rule: Rule, counters: Counters, sumOf: Sums, facts: AccountFacts, now: number): Reading {
  const { measure, minimum } = rule;
  const base = { id: rule.id, window: rule.windowHours * 3_600 };
  if (measure.kind === 'distinct') {
    const window = measure.ofAccount ? Math.min(facts.malware.windowSeconds, bounds.KEPT_MS / 1_000) : base.window;
    const hits = countSince(counters.distinct[measure.of], now - window * 1_000);
    return { ...base, window, value: hits, judged: hits, hits, among: null, enough: true };
  }
  if (measure.kind === 'pace') {
    const { current, busiest, days } = pace(counters, now);
    const value = busiest === 0 ? 0 : current / busiest;
    const enough = current >= (minimum.hits ?? 0) && days >= (minimum.days ?? 0);
    return { ...base, value, judged: value, hits: current, among: null, enough };
  }
  const counts = sumOf(rule.windowHours);
  const own = counts[measure.hits];
  const hits = own + (measure.tests ? Math.min(own, counts[measure.tests]) : 0);
  const among = measure.among.reduce((total, name) => total + counts[name], 0);
  const isSpread = !minimum.spread || minimum.spread.some(one => isReached(one, counters, now, rule.windowHours));
  return {
    ...base,
    value: among === 0 ? 0 : Math.min(1, hits / among),
    judged: wilsonLower(hits, among),
    hits,
    among,
    enough: hits >= (minimum.hits ?? 0) && among >= (minimum.among ?? 0) && isSpread,
  };
}

function isReached(
  { of, least, withinHours }: NonNullable<Rule['minimum']['spread']>[number],
  counters: Counters,
  now: number,
  windowHours: number,
): boolean {
  return countSince(counters.distinct[of], now - (withinHours ?? windowHours) * bounds.HOUR_MS) >= least;
}

/** The figure that a step is reached at: the account's own for malware. */
export function thresholdOf(rule: Rule, step: Rule['steps'][number], facts: AccountFacts): number {
  const own = rule.measure.kind === 'distinct' && rule.measure.ofAccount;
  return own ? Math.min(facts.malware.count, bounds.MALWARE_KEPT) : step.threshold;
}
