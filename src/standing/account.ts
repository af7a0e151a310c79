// One account over time: each event is counted and decided at once, and time alone decides at whole hours and when a notice or a calm day
// ends. So the outcome depends on the events and their order only, never on how often somebody looks.
import { HOUR_MS, HOURS_KEPT } from './bounds.ts';
import { completed, counted, hourOf, noCounters, withoutSpam, type Counters, type Evidence } from './counters.ts';
import { cleared, decide, newStanding, reinstated, suspendedBy, type Decision, type Standing } from './decide.ts';
import type { AccountFacts, StandingEvent } from './events.ts';
import type { Rules, StandingState } from './rules.ts';

/** Plain data: JSON and back is the same. */
export type Account = {
  readonly counters: Counters;
  readonly standing: Standing;
  readonly facts: AccountFacts;
  /** Epoch ms up to which it is decided. */
  readonly clock: number;
  readonly due: number | null;
};

/** A change of state as it is told and kept: enough to see why, without content. */
export type Change = {
  readonly at: number;
  readonly from: StandingState;
  readonly to: StandingState;
  readonly by: Standing['by'];
  readonly reason: string | null;
  readonly rules: Decision['rules'];
  readonly evidence: readonly Evidence[];
  /** What was to happen by itself then. */
  readonly next: Decision['next'];
};

export type Step = { readonly account: Account; readonly changes: readonly Change[] };

export const newAccount = (facts: AccountFacts, now: number): Account => ({
  counters: noCounters,
  standing: newStanding(now),
  facts,
  clock: now,
  due: null,
});

/** An account from JSON, of this version or an older one. */
export const accountFrom = (kept: Account): Account => ({ ...kept, counters: completed(kept.counters) });

/** The account after an event. One that comes with a time before the clock is counted in its own hour and decided now. */
export function happened(rules: Rules, before: Account, event: StandingEvent): Step {
  const { account, changes } = advanced(rules, before, event.at);
  if (event.kind === 'suspend') return told(account, suspendedBy(account.standing, event.words, account.clock), changes);
  if (event.kind === 'reinstate')
    return told({ ...account, counters: noCounters, due: null }, reinstated(account.clock), changes, event.words);
  if (event.kind === 'ham') {
    const believed = { ...account, counters: withoutSpam(account.counters), due: null };
    const step = told(believed, cleared(account.standing, 'spam', account.clock), changes, event.words);
    return decided(rules, step.account, step.changes);
  }
  if (event.kind === 'facts') return decided(rules, { ...account, facts: event.facts }, changes);
  return decided(rules, { ...account, counters: counted(account.counters, event) }, changes);
}

/** The account at `now`: every whole hour and every end of a notice on the way is decided at its own time. */
export function advanced(rules: Rules, before: Account, now: number): Step {
  let step: Step = { account: before, changes: [] };
  for (;;) {
    const { account, changes } = step;
    if (now <= account.clock) return step;
    const isIdle = isStill(account);
    const at = isIdle ? now : Math.min(now, nextHour(account.clock), account.due ?? Number.POSITIVE_INFINITY);
    const isMark = !isIdle && (at === account.due || at % HOUR_MS === 0);
    const moved = { ...account, clock: at };
    step = isMark ? decided(rules, moved, changes) : { account: moved, changes };
  }
}

/** When time alone may decide next (epoch ms); null = never. */
export const nextLook = (account: Account): number | null =>
  isStill(account) ? null : Math.min(nextHour(account.clock), account.due ?? Number.POSITIVE_INFINITY);

/** Nothing falls due while it is suspended, or when there is nothing to count. */
const isStill = (account: Account): boolean =>
  account.standing.state === 'suspended' || (account.standing.state === 'active' && isForgotten(account));

const nextHour = (at: number): number => (Math.floor(at / HOUR_MS) + 1) * HOUR_MS;

/** With the hours gone no rate can rise, and how many different things there were only falls. */
const isForgotten = ({ counters, standing, clock }: Account): boolean =>
  (counters.hours.at(-1)?.hour ?? 0) <= hourOf(clock) - HOURS_KEPT && Object.keys(standing.notices).length === 0;

function decided(rules: Rules, account: Account, changes: readonly Change[]): Step {
  const { standing, rules: read, evidence, next } = decide(rules, account.standing, account.counters, account.facts, account.clock);
  const after = { ...account, standing, due: next && next.at > account.clock ? next.at : null };
  const { state: from } = account.standing;
  if (from === standing.state) return { account: after, changes };
  const change = { at: account.clock, from, to: standing.state, by: standing.by, reason: standing.reason, rules: read, evidence, next };
  return { account: after, changes: [...changes, change] };
}

function told(account: Account, standing: Standing, changes: readonly Change[], words = standing.reason): Step {
  const { state: from } = account.standing;
  const change: Change = {
    at: account.clock,
    from,
    to: standing.state,
    by: 'operator',
    reason: words,
    rules: [],
    evidence: [],
    next: null,
  };
  return { account: { ...account, standing, due: null }, changes: from === standing.state ? changes : [...changes, change] };
}
