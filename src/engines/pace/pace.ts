// The pace as a door sees it: a place before each mail, an outcome after it, and the number of connections. Limits come from shared memory;
// what was heard goes to the owner on the main thread (owner.ts), which learns from it.
import type { Reply } from '../../bounce/reply.ts';
import { complaintOf } from '../../shaping/complaint.ts';
import { limits as limitsOf } from '../../shaping/learner.ts';
import { newProviderOf, newRulesOf, type ProviderOf } from '../../shaping/providers.ts';
import type { RuleBook } from '../../shaping/rules.ts';
import { newPace, type PaceEvent } from '../../shaping/state.ts';
import type { Clock, Metrics } from '../types.ts';
import { MAX_TOLD, PATIENCE_MS, TELL_MS } from './bounds.ts';
import { keyOf, openCells, type Cell } from './cells.ts';
import { giveBack, take, type Taken } from './take.ts';

/** `ip`: the sending address, null = the system's. `provider`: the key that `providerOf` gave. */
export type Pair = { readonly ip: string | null; readonly provider: string };
/** `reply` with its `phase`: what the peer said to this mail (2xx = taken); null: it was not reached, or broke off. `open`: connections to the
 * provider then; `mails`: which mail of its connection it was, from 1. */
export type Outcome = { readonly reply: Reply | null; readonly open?: number; readonly mails?: number };
export type Entered = { readonly ok: true } | { readonly ok: false; readonly until: number; readonly why: string };

export type Pace = {
  /** Who runs these mail hosts, given in the order of preference. */
  readonly providerOf: ProviderOf;
  /** A place for one mail, waited for if it is near; else until when there is none (epoch ms), and why in words. */
  readonly enter: (ask: Pair & { readonly warming: boolean }) => Promise<Entered>;
  /** The mail that entered was not tried after all: its place of the day is free again. */
  readonly leave: (pair: Pair) => void;
  /** What became of it. */
  readonly told: (pair: Pair, outcome: Outcome) => void;
  /** Connections at once, and mails on each. */
  readonly connections: (pair: Pair) => number;
  readonly mailsPerConnection: (pair: Pair) => number;
  /** Mails that went out today by the provider's clock; null = none known. */
  readonly usedToday: (pair: Pair) => number | null;
  /** Sends what was heard to the owner now: before a door ends. */
  readonly flush: () => void;
};

/** What a door tells the owner of one pair, in order. */
export type PaceTold = Pair & { readonly events: readonly PaceEvent[] };

export type PaceDeps = {
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly book: RuleBook;
  readonly memory: SharedArrayBuffer;
  readonly domainOf: (host: string) => string | null;
  readonly tell: (told: readonly PaceTold[]) => void;
  /** Tests hand in their own. */
  readonly sleep?: (ms: number) => Promise<void>;
};

const sleepFor = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));

export function newPaceDoor({ clock, metrics, book, memory, domainOf, tell, sleep = sleepFor }: PaceDeps): Pace {
  const cells = openCells(memory);
  const rulesOf = newRulesOf(book);
  const known = new Set(book.providers.map(one => one.key));
  const cellOf = ({ ip, provider }: Pair): Cell =>
    cells.of(keyOf(ip, provider), clock.now(), () => limitsOf(rulesOf(provider), newPace(rulesOf(provider), clock.now()), clock.now()));

  const heard = new Map<string, Pair & { readonly events: PaceEvent[] }>();
  let timer: NodeJS.Timeout | null = null;
  const flush = (): void => {
    if (timer) clearTimeout(timer);
    timer = null;
    if (heard.size === 0) return;
    tell([...heard.values()]);
    heard.clear();
  };
  const hear = (pair: Pair, event: PaceEvent): void => {
    const key = keyOf(pair.ip, pair.provider);
    const one = heard.get(key) ?? { ip: pair.ip, provider: pair.provider, events: [] };
    heard.set(key, one);
    const last = one.events.at(-1);
    if (last && 'count' in last && last.kind === event.kind)
      one.events[one.events.length - 1] = { ...last, count: last.count + event.count };
    else if (one.events.length < MAX_TOLD) one.events.push(event);
    timer ??= setTimeout(flush, TELL_MS).unref();
  };

  const waits = ({ provider }: Pair, taken: Extract<Taken, { ok: false }>): Entered => {
    metrics.count('sesame_pace_waits_total', { provider: known.has(provider) ? provider : 'other', why: taken.why });
    return { ok: false, until: taken.until, why: WHY[taken.why](provider) };
  };
  return {
    providerOf: newProviderOf(book, domainOf),
    enter: async ask => {
      const cell = cellOf(ask);
      const taken = take(cell, ask.warming, clock.now(), PATIENCE_MS);
      if (!taken.ok) return waits(ask, taken);
      const wait = taken.at - clock.now();
      if (wait > 0) await sleep(wait);
      const { heldUntil } = cell.limits();
      if (wait <= 0 || heldUntil <= clock.now()) return { ok: true };
      // The provider complained while this one waited for its turn.
      giveBack(cell);
      return waits(ask, { ok: false, until: heldUntil, why: 'held' });
    },
    leave: pair => giveBack(cellOf(pair)),
    told: (pair, outcome) => hear(pair, eventOf(outcome)),
    connections: pair => cellOf(pair).limits().connections,
    mailsPerConnection: pair => cellOf(pair).limits().mailsPerConnection,
    usedToday: pair => {
      const cell = cells.find(keyOf(pair.ip, pair.provider));
      if (!cell) return null;
      const today = Math.floor((clock.now() + cell.limits().utcOffsetHours * 3_600_000) / 86_400_000);
      const { number, used } = cell.day();
      return number < today ? 0 : used;
    },
    flush,
  };
}

const WHY: Readonly<Record<Extract<Taken, { ok: false }>['why'], (provider: string) => string>> = {
  held: provider => `${provider} asked to slow down`,
  day: provider => `the day's mail for ${provider} is used up`,
  rate: provider => `the pace for ${provider} is used up`,
};

/** What an outcome says to the learner. */
export function eventOf({ reply, open, mails }: Outcome): PaceEvent {
  if (reply === null) return { kind: 'unreached' };
  if (reply.code !== null && reply.code >= 200 && reply.code < 300) return { kind: 'delivered', count: 1 };
  const complaint = complaintOf(reply);
  return complaint ? { kind: 'complained', complaint, open: open ?? null, mails: mails ?? null } : { kind: 'answered', count: 1 };
}
