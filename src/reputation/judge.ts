// One explained score from facts. A rate is judged by the end of its 95 % Wilson interval that is kinder to the sender, so that few mails never
// look like many; over this week and over all five weeks, and the worse of the two counts: a bad week shows at once, and is not forgotten with it.
import { wilsonLower } from '../standing/readings.ts';
import type { Counts } from '../statistics/shown.ts';
import { EVEN_DAYS, LEAST_ENDED } from './bounds.ts';
import { sum, type Facts, type Share } from './facts.ts';
import { deeds, delivered, ended, EVENNESS, PARTS, TREND, type Part } from './parts.ts';
import type { Sentence, STATES } from './words.ts';

export type PartState = keyof typeof STATES;
/** `value` null = not measured, or of none. `low`, `high`: where the true rate lies with 95 %; null where it is no rate. */
export type Reading = {
  readonly value: number | null;
  readonly hits: number;
  readonly of: number;
  readonly low: number | null;
  readonly high: number | null;
};
export type Judged = Reading & {
  readonly id: string;
  readonly state: PartState;
  /** Points of 100. */
  readonly cost: number;
  readonly weight: number;
  readonly minimum: number;
  readonly good: number;
  readonly bad: number;
  /** The same of this week alone; null where time is part of the figure, or others tell it. */
  readonly week: Reading | null;
  readonly title: Sentence;
  readonly mend: Sentence;
};

export type Reputation = {
  /** 0..100; null = too few mails ended to judge. */
  readonly score: number | null;
  readonly grade: 'good' | 'fair' | 'poor' | 'bad' | 'too_few';
  /** What costs most first. */
  readonly parts: readonly Judged[];
};

export function judge(facts: Facts): Reputation {
  const week = sum(facts.week);
  const all = sum([...facts.before, ...facts.week]);
  const parts = [...PARTS.map(part => judgedRate(part, facts, week, all)), judgedTrend(week, sum(facts.before)), judgedEvenness(facts)];
  const sorted = parts.toSorted((a, b) => b.cost - a.cost);
  if (ended(all) < LEAST_ENDED) return { score: null, grade: 'too_few', parts: sorted };
  // In whole tenths, so that the sum does not depend on its order.
  const tenths = parts.reduce((cost, part) => cost + Math.round(part.cost * 10), 0);
  const score = Math.round(Math.max(0, 1_000 - tenths) / 10);
  return { score, grade: score >= 85 ? 'good' : score >= 65 ? 'fair' : score >= 40 ? 'poor' : 'bad', parts: sorted };
}

/** More than half of what the part of that name costs at most. */
export function isTurnedAway(counts: Counts): boolean {
  const part = PARTS.find(one => one.id === 'turned_away');
  const share = part?.count?.(counts);
  return part !== undefined && share != null && share.of >= part.minimum && severity(rateFor(share, false), part.good, part.bad) > 0.5;
}

function judgedRate(part: Part, facts: Facts, week: Counts, all: Counts): Judged {
  const { id, weight, minimum, good, bad, title, mend } = part;
  const shares = part.count ? [part.count(all), part.count(week)] : [part.told?.(facts) ?? null];
  const judged = (share: Share): number => (part.isExact ? share.hits / share.of : rateFor(share, good > bad));
  const costs = shares.map(share => (share && share.of >= minimum ? severity(judged(share), good, bad) * weight : null));
  const known = costs.filter(cost => cost !== null);
  const whole = reading(shares[0] ?? null);
  return {
    id,
    ...whole,
    ...verdict(known.length > 0 ? Math.max(...known) : null, weight, whole),
    weight,
    minimum,
    good,
    bad,
    week: part.count ? reading(shares[1] ?? null) : null,
    title,
    mend,
  };
}

/** People's opens and clicks by delivered mail, in times of before. */
function judgedTrend(week: Counts, before: Counts): Judged {
  const { id, weight, minimum, good, bad, title, mend } = TREND;
  const [now, then] = [delivered(week), delivered(before)];
  const enough = now >= minimum && then >= minimum && deeds(before) >= 20;
  const value = now > 0 && deeds(before) > 0 ? deeds(week) / now / (deeds(before) / then) : null;
  const whole = { value, hits: deeds(week), of: now, low: null, high: null };
  const cost = enough && value !== null ? severity(value, good, bad) * weight : null;
  return { id, ...whole, ...verdict(cost, weight, whole), weight, minimum, good, bad, week: null, title, mend };
}

/** Standard deviation of the days from the first with mail on, in times of their mean. Days of the week differ, which `good` allows for. */
function judgedEvenness({ week, before }: Facts): Judged {
  const { id, weight, minimum, good, bad, title, mend } = EVENNESS;
  const volumes = [...before, ...week].map(ended);
  const days = volumes.slice(
    Math.max(
      0,
      volumes.findIndex(count => count > 0),
    ),
  );
  const used = days.filter(count => count > 0).length;
  const mean = days.reduce((total, one) => total + one, 0) / Math.max(1, days.length);
  const variance = days.reduce((total, one) => total + (one - mean) ** 2, 0) / Math.max(1, days.length);
  const value = used === 0 ? null : Math.sqrt(variance) / mean;
  const whole = { value, hits: Math.round(mean), of: used, low: null, high: null };
  const cost = used >= EVEN_DAYS && value !== null && mean >= 10 ? severity(value, good, bad) * weight : null;
  return { id, ...whole, ...verdict(cost, weight, whole), weight, minimum, good, bad, week: null, title, mend };
}

/** 0 at `good`, 1 at `bad`, on a line between. */
const severity = (value: number, good: number, bad: number): number => Math.min(1, Math.max(0, (value - good) / (bad - good)));

/** The kinder end of the interval. */
function rateFor({ hits, of }: Share, moreIsBetter: boolean): number {
  const capped = Math.min(hits, of);
  return moreIsBetter ? 1 - wilsonLower(of - capped, of) : wilsonLower(capped, of);
}

function reading(share: Share | null): Reading {
  if (!share || share.of === 0) return { value: null, hits: share?.hits ?? 0, of: 0, low: null, high: null };
  const { hits, of } = share;
  return { value: hits / of, hits, of, low: rateFor(share, false), high: rateFor(share, true) };
}

function verdict(cost: number | null, weight: number, { value }: Reading): { readonly state: PartState; readonly cost: number } {
  if (value === null) return { state: 'not_measured', cost: 0 };
  if (weight === 0) return { state: 'shown', cost: 0 };
  if (cost === null) return { state: 'too_few', cost: 0 };
  const rounded = Math.round(cost * 10) / 10;
  return { state: rounded === 0 ? 'good' : rounded < weight / 2 ? 'fair' : 'bad', cost: rounded };
}
