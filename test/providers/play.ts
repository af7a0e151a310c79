// A sender against a provider in virtual time, with as much mail as it can get rid of: once the learner by its limits, once an oracle that knows
// the provider's. The learner hears of an outcome only up to a second later, as the owner of the paces does of what the doors tell.
import { complaintOf } from '../../src/shaping/complaint.ts';
import { capOf, nextTurn, nextUse, paceOf, repaid, type Limits } from '../../src/shaping/gate.ts';
import { learn, limits } from '../../src/shaping/learner.ts';
import type { Rules } from '../../src/shaping/rules.ts';
import { dayOf, newPace, type PaceEvent, type PaceState } from '../../src/shaping/state.ts';
import type { Answer, Provider } from './providers.ts';

export type Sender = {
  /** The time at which the next mail goes; the place is taken when it is `now`. */
  readonly next: (now: number) => number;
  readonly connections: () => number;
  readonly mailsPerConnection: () => number;
  readonly told: (answer: Answer, now: number, mails: number, open: number) => void;
};

export type Played = { readonly taken: number; readonly ours: number; readonly other: number };

/** Mails of all connections until `until`; each connection has one mail at a time. */
export function play(provider: Provider, sender: Sender, from: number, until: number): Played {
  const found = { taken: 0, ours: 0, other: 0 };
  const lines: { free: number; mails: number }[] = [];
  for (let now = from; now < until;) {
    const count = sender.connections();
    while (lines.length < count) lines.push({ free: now, mails: 0 });
    lines.length = count;
    const line = lines.reduce((a, b) => (b.free < a.free ? b : a));
    now = Math.max(now, line.free);
    const at = sender.next(now);
    if (at > now) {
      now = at;
      continue;
    }
    if (line.mails >= sender.mailsPerConnection()) line.mails = 0;
    line.mails++;
    const open = lines.filter(one => one.free > now).length + 1;
    const answer = provider.offer(now, { open, mails: line.mails });
    found[answer.what]++;
    line.free = now + provider.latencyMs;
    sender.told(answer, now, line.mails, open);
    if (answer.code === 421 || answer.phase === 'connect') line.mails = 0;
  }
  return found;
}

/** Knows every limit, and opens as many connections as it may. */
export function oracle(provider: Provider): Sender {
  return {
    next: provider.opensAt,
    connections: () => provider.connections,
    mailsPerConnection: () => provider.mailsPerConnection,
    told: () => undefined,
  };
}

export type Learner = Sender & { readonly state: () => PaceState };

/** Knows the rules' starting points and what it is told. */
export function learner(
  rules: Rules,
  from: number,
  options: { readonly warming: boolean; readonly lagMs: number; readonly trace?: (state: PaceState, now: number) => void },
): Learner {
  let state = newPace(rules, from);
  let now = from;
  let allowed: Limits = limits(rules, state, now);
  let paidUntil = 0;
  let day = { number: 0, used: 0 };
  let pending: PaceEvent[] = [];
  let pendingSince = Infinity;
  const flush = (at: number): void => {
    if (at < pendingSince + options.lagMs) return;
    for (const event of pending) state = learn(rules, state, event, at);
    pending = [];
    pendingSince = Infinity;
    const before = allowed;
    allowed = limits(rules, state, at);
    paidUntil = repaid(paceOf(before, options.warming), paceOf(allowed, options.warming), paidUntil, at);
    options.trace?.(state, at);
  };
  const add = (event: PaceEvent, at: number): void => {
    const last = pending.at(-1);
    if (event.kind === 'delivered' && last?.kind === 'delivered')
      pending[pending.length - 1] = { ...last, count: last.count + event.count };
    else pending.push(event);
    pendingSince = Math.min(pendingSince, at);
  };
  return {
    state: () => state,
    connections: () => Math.min(allowed.connections, 200),
    mailsPerConnection: () => allowed.mailsPerConnection,
    next: at => {
      now = at;
      flush(at);
      const wake = pendingSince + options.lagMs;
      if (allowed.heldUntil > at) return Math.min(allowed.heldUntil, wake);
      const today = dayOf(rules, at);
      if (today > day.number) allowed = limits(rules, state, at);
      const use = nextUse(day, today, capOf(allowed, options.warming));
      if (!use) return Math.min(wake, (today + 1) * 86_400_000 - rules.utcOffsetHours * 3_600_000);
      const turn = nextTurn(paceOf(allowed, options.warming), paidUntil, at, 0);
      if (!turn.ok) return Math.min(turn.until, wake);
      paidUntil = turn.paidUntil;
      day = use;
      return at;
    },
    told: (answer, at, mails, open) => {
      if (answer.what === 'taken') return add({ kind: 'delivered', count: 1 }, at);
      const complaint = complaintOf({ code: answer.code, enhanced: answer.enhanced, text: answer.text, phase: answer.phase });
      add(complaint ? { kind: 'complained', complaint, open, mails } : { kind: 'answered', count: 1 }, at);
    },
  };
}
