// How a pace learns: additive-increase control with memory, as TCP's CUBIC (RFC 9438) does it for congestion. Under the level at which the
// provider last complained it grows fast, at the level it rests, and above it tries in small steps, seldom enough that probing stays under 1 % of
// the mail. A complaint steps down at once and holds; one mail then asks whether the provider is content again. Pure.
import * as bounds from './bounds.ts';
import { connectionsComplained, connectionsContent, sessionComplained } from './connections.ts';
import { dayLimitSeen, onDay } from './days.ts';
import type { Limits } from './gate.ts';
import type { Rules } from './rules.ts';
import { dayBegins, type Complaint, type PaceEvent, type PaceState } from './state.ts';
import { withStep } from './steps.ts';

/** What is allowed now. */
export function limits(rules: Rules, before: PaceState, now: number): Limits {
  const state = onDay(rules, before, now);
  const { rate, held } = state;
  return {
    perSecond: held ? 1_000 / held.lengthMs : rate,
    // A second's worth may go at once: smoother costs timers, rougher looks like a burst.
    burst: held || rate === null ? 1 : Math.max(1, Math.floor(rate)),
    heldUntil: held?.until ?? 0,
    connections: held ? 1 : state.connections.limit,
    mailsPerConnection: state.mailsPerConnection,
    dayCap: state.day.cap,
    warmCap: state.day.warm,
    warmPerSecond: state.day.warm / rules.warmUp.spreadSeconds,
    utcOffsetHours: rules.utcOffsetHours,
  };
}

/** The state after an event. `now` never goes back but for a clock that was set: then nothing grows. */
export function learn(rules: Rules, before: PaceState, event: PaceEvent, now: number): PaceState {
  const state = onDay(rules, before, now);
  if (event.kind === 'delivered') return event.count > 0 ? delivered(rules, state, event.count, now) : state;
  if (event.kind === 'answered') return answered(state, event.count, now);
  if (event.kind === 'unreached') return unreached(rules, state, now);
  if (event.kind === 'tick') return state;
  return complained(rules, state, event, now);
}

function delivered(rules: Rules, state: PaceState, count: number, now: number): PaceState {
  let next = used(state, count, now);
  next = {
    ...next,
    suspicion: next.suspicion * bounds.FORGIVEN ** count,
    credit: next.credit + count,
    budget: Math.min(bounds.MOST_EARNED, next.budget + count / bounds.EARN_MAILS + Math.max(0, now - state.use.at) / bounds.EARN_MS),
    day: { ...next.day, taken: next.day.taken + count },
    connections: connectionsContent(rules, next.connections, count),
  };
  // Mail that was under way when the hold began is no answer to it.
  if (next.held) return now >= next.held.until ? recovered(next, now) : next;
  return grown(rules, next, count, now);
}

/** Refused, but not for our pace: the mail used it all the same, and the provider speaks with us again. */
function answered(state: PaceState, count: number, now: number): PaceState {
  const next = used(state, count, now);
  return next.held && now >= next.held.until ? recovered(next, now) : next;
}

/** Counts mail into the recent rate, which begins anew after a pause, and into the busy time. */
function used(state: PaceState, count: number, now: number): PaceState {
  const { use, rate, held } = state;
  const passed = Math.max(0, now - use.at);
  const added = (count * 1_000) / bounds.MEASURE_MS;
  const pause = Math.max(2 * bounds.MEASURE_MS, rate === null ? 0 : 10_000 / rate);
  if (!held && passed > pause) return { ...state, use: { from: now, recent: added, at: now }, busy: { from: now, count } };
  const recent = use.recent * Math.exp(-passed / bounds.MEASURE_MS) + added;
  return { ...state, use: { ...use, recent, at: now }, busy: busyWith(state.busy, count, now) };
}

/** What is long past counts half: the average is of the hours that a provider may count by. */
function busyWith({ from, count: before }: PaceState['busy'], count: number, now: number): PaceState['busy'] {
  const old = now - from > bounds.BUSY_MS;
  return { from: old ? now - (now - from) / 2 : from, count: (old ? before / 2 : before) + count };
}

/** Mails a second of late, answered or taken; the average has not filled yet in a young use. */
function recentRate({ use }: PaceState, now: number): number {
  const age = Math.max(1_000, now - use.from);
  return (use.recent * Math.exp(-Math.max(0, now - use.at) / bounds.MEASURE_MS)) / (1 - Math.exp(-age / bounds.MEASURE_MS));
}

function grown(rules: Rules, state: PaceState, count: number, now: number): PaceState {
  const { rate, level } = state;
  const passed = Math.max(0, Math.min(now - state.grownAt, Math.max(bounds.GROWTH_STEP_MS, rate === null ? 0 : 2_000 / rate)));
  const next = { ...state, grownAt: now };
  if (rate === null) return next;
  if (recentRate(state, now) < bounds.IN_USE * rate) return { ...next, overCredit: 0 };
  const most = rules.maxPerSecond ?? Infinity;
  if (level === null) return { ...next, rate: Math.min(most, rate * 2 ** (passed / Math.max(bounds.DOUBLING_MS, state.dwellMs))) };
  const rest = level * bounds.REST;
  if (state.over === 0 && rate < rest) {
    const closer = rate + (rest - rate) * (1 - Math.exp(-passed / Math.max(bounds.RETURN_MS, state.returnMs)));
    return { ...next, rate: Math.min(most, closer > 0.999 * rest ? rest : closer) };
  }
  return probed(next, level, most, count, now);
}

/** At the level: rest, then try above it in steps that double while nobody complains. */
function probed(state: PaceState, level: number, most: number, count: number, now: number): PaceState {
  const overCredit = state.overCredit + count;
  const first = state.over === 0;
  const ready = first
    ? state.budget >= 1 && state.credit >= bounds.PROBE_MAILS && now - state.steppedAt >= Math.max(bounds.PATIENCE_MS, state.patienceMs)
    : overCredit >= bounds.OVER_MAILS && now - state.steppedAt >= Math.max(bounds.OVER_MS, state.dwellMs);
  if (!ready || (state.rate ?? 0) >= most) return { ...state, overCredit };
  if (state.over >= bounds.OVER_STEPS)
    return { ...state, level: null, over: 0, overCredit: 0, patienceMs: state.patienceMs / 2, dwellMs: state.dwellMs / 2 };
  const rate = Math.min(most, level * (1 + bounds.OVER_FIRST * 2 ** state.over));
  return { ...state, rate, over: state.over + 1, overCredit: 0, steppedAt: now };
}

function complained(rules: Rules, before: PaceState, event: Extract<PaceEvent, { kind: 'complained' }>, now: number): PaceState {
  const { complaint, open, mails } = event;
  const { held } = before;
  const state = { ...before, budget: Math.max(0, before.budget - 1), day: { ...before.day, complaints: before.day.complaints + 1 } };
  if (held && now < held.until) return state;
  if (held) return heldOn(rules, state, complaint, now);
  if (complaint.kind === 'session' && (mails ?? 2) > 1) return sessionComplained(state, complaint, mails, now);
  if (complaint.kind === 'connections') {
    const fewer = connectionsComplained(state, complaint, open, now);
    if (fewer) return fewer;
  }
  const suspicion = state.suspicion + complaint.weight;
  if (suspicion < 1) return { ...state, suspicion };
  // Mail that was under way at the last step is no news, unless nothing else comes: then the hold below has begun already.
  if (now - state.steppedAt < bounds.REACTION_MS && state.credit === 0) return state;
  return steppedDown({ ...state, suspicion: 0 }, complaint, now);
}

function steppedDown(state: PaceState, complaint: Complaint, now: number): PaceState {
  const block = complaint.kind === 'block';
  const few = state.steps.length === 0 && state.credit < bounds.FEW_MAILS;
  const seen = Math.max(bounds.LEAST_RATE, Math.min(state.rate ?? Infinity, recentRate(state, now)));
  const part = block ? bounds.STEP_DOWN_BLOCK : state.credit < bounds.AGAIN_MAILS ? bounds.STEP_DOWN_AGAIN : bounds.STEP_DOWN;
  const rate = few ? Math.min(state.rate ?? Infinity, bounds.FIRST_RATE) : Math.max(bounds.LEAST_RATE, seen * part);
  const lengthMs = !block ? bounds.HOLD_MS : (complaint.code ?? 0) < 500 ? bounds.HOLD_BLOCK_MS : bounds.HOLD_REFUSED_MS;
  return {
    ...state,
    level: few ? null : levelSeen(state, seen),
    rate,
    over: 0,
    overCredit: 0,
    credit: 0,
    patienceMs: state.over > 0 || block ? morePatience(state.patienceMs, block) : state.patienceMs,
    steppedAt: now,
    held: { since: now, until: now + lengthMs, lengthMs, ofDay: false },
    day: { ...state.day, trouble: block ? 'block' : state.day.trouble },
    steps: withStep(state.steps, complaint, 'rate', rate, now),
  };
}

/** The level after a complaint at the rate `seen`. A probe that failed says that the old level was right, or between the two: a bucket at the
 * provider hides an excess for a while. */
function levelSeen({ level, over }: PaceState, seen: number): number {
  const sure = seen * bounds.SURE;
  const between = level === null || over === 0 ? sure : over <= 2 ? level : Math.sqrt(level * seen);
  return Math.max(bounds.LEAST_RATE, Math.min(sure, between));
}

/** Probing less often: blocks cost more than deferrals. */
function morePatience(patienceMs: number, block: boolean): number {
  const [least, most] = block ? [bounds.PATIENCE_BLOCK_MS, bounds.MAX_PATIENCE_BLOCK_MS] : [bounds.PATIENCE_MS, bounds.MAX_PATIENCE_MS];
  return Math.max(patienceMs, Math.min(most, Math.max(least, 2 * patienceMs)));
}

/** The one mail that asked was refused: twice as long until the next one. Refused for an hour, it is a limit of the day. */
function heldOn(rules: Rules, state: PaceState, complaint: Complaint, now: number): PaceState {
  const held = state.held ?? { since: now, until: now, lengthMs: bounds.HOLD_MS, ofDay: false };
  const lengthMs = Math.min(bounds.MAX_HOLD_MS, 2 * held.lengthMs);
  const ofDay = now - held.since >= bounds.DAY_LIMIT_MS;
  const first = ofDay && !held.ofDay && state.day.taken > 0;
  const day = first ? dayLimitSeen(state.day) : state.day;
  const tomorrow = dayBegins(rules, state.day.number + 1);
  const until = ofDay && now < tomorrow ? Math.min(now + lengthMs, tomorrow) : now + lengthMs;
  const steps = first ? withStep(state.steps, complaint, 'day', day.cap ?? 0, now) : state.steps;
  // The rate that was left is too much still; a window that is full, or a day, says nothing about it.
  const lower = (one: number | null): number | null =>
    one === null || ofDay || state.dwellMs > 0 ? one : Math.max(bounds.LEAST_RATE, one * bounds.STEP_DOWN);
  const { rate, level } = state;
  return {
    ...state,
    rate: lower(rate),
    level: lower(level),
    day,
    steps,
    suspicion: 0,
    held: { ...held, lengthMs, until, ofDay: ofDay || held.ofDay },
  };
}

/** A mail was taken again. What got through since the last time, holds included, is what the provider really takes. */
function recovered(state: PaceState, now: number): PaceState {
  const { held, busy, level } = state;
  const refusedMs = held ? now - held.since : 0;
  const next: PaceState = {
    ...state,
    held: null,
    credit: 0,
    suspicion: 0,
    grownAt: now,
    steppedAt: now,
    returnMs: Math.min(bounds.MAX_RETURN_MS, bounds.RETURN_PER_HOLD * refusedMs),
    use: { from: now, recent: 0, at: now },
    busy: { from: now, count: 0 },
  };
  if (!held || held.ofDay || level === null || state.rate === null) return next;
  if (refusedMs < bounds.AVERAGE_MS) return next;
  const average = (busy.count * 1_000) / Math.max(1_000, now - busy.from);
  // Known to be such a provider already: then the level was learned at that pace, and is not far off.
  const lower = Math.min(level, Math.max(bounds.LEAST_RATE, average, state.dwellMs > 0 ? level * bounds.SURE : 0));
  return { ...next, level: lower, rate: Math.min(state.rate, lower * bounds.REST), dwellMs: Math.min(bounds.MAX_DWELL_MS, refusedMs) };
}

/** Broken off without a word while others were answered: most often a silent bound on connections. */
function unreached(rules: Rules, state: PaceState, now: number): PaceState {
  if (state.held) return now >= state.held.until ? heldOn(rules, state, SILENT, now) : state;
  return now - state.use.at > bounds.ANSWERED_MS ? state : (connectionsComplained(state, SILENT, null, now) ?? state);
}

const SILENT: Complaint = {
  kind: 'connections',
  weight: 1,
  code: null,
  enhanced: null,
  reason: 'networkerror',
  words: 'the connection was refused or broken off without a reply',
};
