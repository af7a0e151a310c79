// An account's standing as `GET /v1/accounts/{id}/standing` tells it: the state, every rule with its figures, why, and what comes next.
import type { Account, Change } from './account.ts';
import { decide, rank, type Shown } from './decide.ts';
import type { Rules, Sentence, StandingState } from './rules.ts';

export type RuleView = {
  readonly id: string;
  readonly sentence: Sentence;
  /** Seconds. */
  readonly window: number;
  /** A part of 1 for a rate, else how many or how many times. */
  readonly value: number;
  /** The lower end of a rate, which is what is compared; else the value. */
  readonly judged: number;
  readonly hits: number;
  readonly among: number | null;
  /** Of the next state that this rule leads to; of its last one when that is reached. */
  readonly threshold: number;
  readonly thresholds: Shown['thresholds'];
  readonly minimum: { readonly hits: number | null; readonly among: number | null };
  /** The minimum is reached: the figure is judged. */
  readonly enough: boolean;
  readonly breached: boolean;
};

/** Times are RFC 3339. */
export type StandingView = {
  readonly state: StandingState;
  readonly since: string;
  readonly by: 'rules' | 'operator';
  readonly reason: string | null;
  readonly probationUntil: string | null;
  readonly rules: readonly RuleView[];
  readonly evidence: readonly { readonly at: string; readonly rule: string; readonly emailId: string | null; readonly detail: string }[];
  readonly next: { readonly at: string; readonly state: StandingState } | null;
};

/** Of the account as it is at its clock: bring it to now with `advanced` first. A suspended one shows the evidence of its suspension. */
export function standingView(rules: Rules, account: Account, suspension: Change | null = null): StandingView {
  const { standing, counters, facts, clock } = account;
  const { rules: shown, evidence, next } = decide(rules, standing, counters, facts, clock);
  const why = standing.state === 'suspended' && suspension ? suspension.evidence : evidence;
  return {
    state: standing.state,
    since: time(standing.since),
    by: standing.by,
    reason: standing.reason,
    probationUntil: standing.probationUntil !== null && standing.probationUntil > clock ? time(standing.probationUntil) : null,
    rules: shown.map((one, i) => viewOf(one, rules[i]?.sentence ?? { en: '', id: '', zh: '' })),
    evidence: why.map(one => ({ ...one, at: time(one.at) })),
    next: next && { at: time(next.at), state: next.state },
  };
}

function viewOf({ minimum, thresholds, breached, ...read }: Shown, sentence: Sentence): RuleView {
  const steps = Object.entries(thresholds) as [StandingState, number][];
  const ahead = steps.find(([state]) => breached === null || rank(state) > rank(breached)) ?? steps.at(-1);
  return {
    ...read,
    sentence,
    threshold: ahead?.[1] ?? 0,
    thresholds,
    minimum: { hits: minimum.hits ?? null, among: minimum.among ?? null },
    breached: breached !== null,
  };
}

const time = (at: number): string => new Date(at).toISOString();
