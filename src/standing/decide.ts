// From counters to a state: warned first where rates are concerned, up at once, down only after a calm time, step by step, suspended until a person says
// otherwise. Pure and without a clock: the same counters, standing and time always give the same decision.
import * as bounds from './bounds.ts';
import type { Counters, Evidence } from './counters.ts';
import type { AccountFacts } from './events.ts';
import { reading, sumsAt, thresholdOf, type Reading } from './readings.ts';
import { STATES, type Rule, type Rules, type StandingState } from './rules.ts';

export type Standing = {
  readonly state: StandingState;
  /** Epoch ms of the last change of state. */
  readonly since: number;
  readonly by: 'rules' | 'operator';
  /** Id of the rule, or the operator's words; null = active. */
  readonly reason: string | null;
  /** By rule: since when the account is told that it breaks it. */
  readonly notices: Readonly<Record<string, number>>;
  /** Since when nothing speaks for the state any more; null = something does. */
  readonly calmSince: number | null;
  readonly probationUntil: number | null;
};

export type Shown = Reading & {
  readonly minimum: Rule['minimum'];
  /** By the state that follows, with the account's own figures. */
  readonly thresholds: Partial<Record<StandingState, number>>;
  /** What it asks for now; null = not breached. */
  readonly breached: StandingState | null;
};

export type Decision = {
  readonly standing: Standing;
  readonly rules: readonly Shown[];
  /** For the rules that are breached, newest first. */
  readonly evidence: readonly Evidence[];
  /** What happens by itself if nothing else does; null = nothing. */
  readonly next: { readonly at: number; readonly state: StandingState } | null;
};

export const newStanding = (now: number): Standing => ({
  state: 'active',
  since: now,
  by: 'rules',
  reason: null,
  notices: {},
  calmSince: null,
  probationUntil: null,
});

/** By a person, with their words. */
export const suspendedBy = (standing: Standing, words: string, now: number): Standing => ({
  ...standing,
  state: 'suspended',
  since: standing.state === 'suspended' ? standing.since : now,
  by: 'operator',
  reason: words,
  calmSince: null,
});

/** Back, on probation; the caller starts the counters anew. */
export const reinstated = (now: number): Standing => ({ ...newStanding(now), probationUntil: now + bounds.PROBATION_MS });

/** A rule's figures are taken back by a person: what it alone led to ends at once, but a suspension. */
export function cleared(standing: Standing, rule: string, now: number): Standing {
  const { [rule]: _told, ...notices } = standing.notices;
  if (standing.reason !== rule || standing.state === 'suspended') return { ...standing, notices };
  return { ...standing, state: 'active', since: now, by: 'operator', reason: null, notices, calmSince: null };
}

export const rank = (state: StandingState): number => STATES.indexOf(state);

export function decide(rules: Rules, standing: Standing, counters: Counters, facts: AccountFacts, now: number): Decision {
  const sumOf = sumsAt(counters, now);
  const read = rules.map(rule => reading(rule, counters, sumOf, facts, now));
  const ask = (rule: Rule, i: number, others: ReadonlySet<string>): Shown => asks(rule, standing, read[i] as Reading, facts, now, others);
  const asked = rules.map((rule, i) => ask(rule, i, NONE));
  const alone = new Set(asked.filter(one => one.breached !== null).map(one => one.id));
  const shown = asked.map((one, i) => (isWithOthers(rules[i] as Rule) ? ask(rules[i] as Rule, i, alone) : one));
  const breached = new Set(shown.filter(one => one.breached !== null).map(one => one.id));
  const evidence = counters.evidence.filter(one => breached.has(one.rule));
  if (standing.state === 'suspended') return { standing, rules: shown, evidence, next: null };
  const told = { ...standing, notices: noticesOf(standing, breached, now) };
  const wanted = shown.map(one => ({ id: one.id, state: afterNotice(rules, one, told, now) }));
  const top = wanted.reduce((most, one) => (rank(one.state) > rank(most.state) ? one : most), {
    id: null,
    state: 'active',
  } as { readonly id: string | null; readonly state: StandingState });
  const next = moved(told, top, now);
  return { standing: next, rules: shown, evidence, next: nextOf(rules, next, shown, now) };
}

/** How far up its figures lead beside the `others` that are broken: a breach stands until its figure is clearly below the threshold; on probation
 * a part of a rate's threshold suspends. */
function asks(rule: Rule, standing: Standing, read: Reading, facts: AccountFacts, now: number, others: ReadonlySet<string>): Shown {
  const onProbation = standing.probationUntil !== null && now < standing.probationUntil;
  const isRate = rule.measure.kind === 'rate';
  const isNoticed = standing.notices[rule.id] !== undefined;
  const thresholds: Partial<Record<StandingState, number>> = {};
  let breached: StandingState | null = null;
  for (const step of rule.steps) {
    const part = onProbation && isRate && step.state === 'suspended' ? bounds.PROBATION_PART : 1;
    const threshold = thresholdOf(rule, step, facts) * part;
    const stands = isNoticed && rank(step.state) <= rank(standing.state);
    const figure = threshold * (stands ? bounds.RELEASE : 1);
    thresholds[step.state] = threshold;
    const mayCount = read.enough && (!step.together || step.together.some(id => others.has(id)));
    if (mayCount && (isRate ? read.judged > figure : read.judged >= figure)) breached = step.state;
  }
  return { ...read, minimum: rule.minimum, thresholds, breached };
}

const NONE: ReadonlySet<string> = new Set();
const isWithOthers = ({ steps }: Rule): boolean => steps.some(one => one.together !== undefined);

function noticesOf(standing: Standing, breached: ReadonlySet<string>, now: number): Standing['notices'] {
  return Object.fromEntries([...breached].toSorted().map(id => [id, standing.notices[id] ?? now]));
}

/** Nobody is suspended for a rate who was not told before; until then the account is limited. On probation it was told. */
function afterNotice(rules: Rules, one: Shown, standing: Standing, now: number): StandingState {
  if (one.breached !== 'suspended') return one.breached ?? 'active';
  return now >= noticeEnds(rules, one.id, standing, now) ? 'suspended' : 'limited';
}

function noticeEnds(rules: Rules, id: string, standing: Standing, now: number): number {
  const noticeMs = rules.find(rule => rule.id === id)?.noticeMs ?? 0;
  const onProbation = standing.probationUntil !== null && now < standing.probationUntil;
  return onProbation ? now : (standing.notices[id] ?? now) + noticeMs;
}

function moved(standing: Standing, top: { readonly id: string | null; readonly state: StandingState }, now: number): Standing {
  const change = rank(top.state) - rank(standing.state);
  if (change === 0) return { ...standing, calmSince: null };
  if (change > 0) return { ...standing, state: top.state, since: now, by: 'rules', reason: top.id, calmSince: null };
  const calmSince = standing.calmSince ?? now;
  if (now - calmSince < calmMs(standing.state)) return { ...standing, calmSince };
  const state = below(standing.state);
  const reason = state === 'active' ? null : (top.id ?? standing.reason);
  return { ...standing, state, since: now, by: 'rules', reason, calmSince: rank(top.state) < rank(state) ? now : null };
}

const below = (state: StandingState): StandingState => STATES[Math.max(0, rank(state) - 1)] ?? 'active';
const calmMs = (state: StandingState): number => (state === 'limited' ? bounds.CALM_MS.limited : bounds.CALM_MS.warned);

function nextOf(rules: Rules, standing: Standing, shown: readonly Shown[], now: number): Decision['next'] {
  if (standing.state === 'suspended') return null;
  const ends = shown.filter(one => one.breached === 'suspended').map(one => noticeEnds(rules, one.id, standing, now));
  if (ends.length > 0) return { at: Math.min(...ends), state: 'suspended' };
  return standing.calmSince === null ? null : { at: standing.calmSince + calmMs(standing.state), state: below(standing.state) };
}
