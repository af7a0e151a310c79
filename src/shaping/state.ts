// What is remembered of one pair of sending IP and mailbox provider, and what can happen to it. Plain values: they travel between
// threads and lie in the database as JSON.
import { FIRST_EARNED } from './bounds.ts';
import type { Rules } from './rules.ts';

/** `connections`: too many at once. `session`: too many mails in one. `rate`: too many in some time. `block`: the address or its standing. */
export type ComplaintKind = 'connections' | 'session' | 'rate' | 'block';

export type Complaint = {
  readonly kind: ComplaintKind;
  /** How much of it is the provider's word about us, 0 to 1: a refusal of one mail may be one customer's. */
  readonly weight: number;
  readonly code: number | null;
  readonly enhanced: string | null;
  /** The reason as bounce/reply.ts reads it, and the peer's words, cut. */
  readonly reason: string;
  readonly words: string;
};

export type PaceEvent =
  | { readonly kind: 'delivered'; readonly count: number }
  /** `open`: connections that were open then; `mails`: which mail of its connection it was. null = not known. */
  | { readonly kind: 'complained'; readonly complaint: Complaint; readonly open: number | null; readonly mails: number | null }
  /** Refused or broken off without a word. */
  | { readonly kind: 'unreached' }
  /** Answered, but not in a way that says something about us. */
  | { readonly kind: 'answered'; readonly count: number }
  | { readonly kind: 'tick' };

/** One step down, for people. */
export type Step = Omit<Complaint, 'weight'> & {
  readonly at: number;
  readonly what: 'rate' | 'connections' | 'session' | 'day';
  readonly to: number;
};

export type PaceState = {
  /** Mails a second now; null: nobody complained and the rules name none. */
  readonly rate: number | null;
  /** The rate that the provider did not take; null = not known. */
  readonly level: number | null;
  /** Steps above the level that held. */
  readonly over: number;
  readonly overCredit: number;
  readonly patienceMs: number;
  /** How long a step above the level lasts at least: as long as the provider was seen to count. */
  readonly dwellMs: number;
  /** How slowly the rate goes back to the level: longer after a longer hold. */
  readonly returnMs: number;
  readonly steppedAt: number;
  readonly grownAt: number;
  /** Mails taken since the last complaint; and complaints that probing may cost, earned by mails that were taken. */
  readonly credit: number;
  readonly budget: number;
  /** 0 to 1 of a complaint, from refusals of single mails. */
  readonly suspicion: number;
  /** Nothing goes out until then, then one mail in `lengthMs` until one is taken. */
  readonly held: { readonly since: number; readonly until: number; readonly lengthMs: number; readonly ofDay: boolean } | null;
  /** The recent rate: an average that began at `from` and is of the time `at`, when the last mail was taken. */
  readonly use: { readonly from: number; readonly recent: number; readonly at: number };
  /** Mails taken since the provider was last asked for all that the pace gives. */
  readonly busy: { readonly from: number; readonly count: number };
  readonly connections: { readonly limit: number; readonly level: number | null; readonly credit: number; readonly steppedAt: number };
  readonly mailsPerConnection: number;
  readonly day: Day;
  readonly steps: readonly Step[];
};

/** The provider's day. `warm` holds for warming addresses only, `cap` is what a provider was seen to take in a day. */
export type Day = {
  readonly number: number;
  readonly taken: number;
  readonly complaints: number;
  /** The worst of the day: blocked, or refused for so long that it is a limit of the day. */
  readonly trouble: 'none' | 'limit' | 'block';
  readonly warm: number;
  readonly warmLevel: number | null;
  readonly cap: number | null;
  readonly capLevel: number | null;
  /** Days that were used up to it, without a complaint. */
  readonly capDays: number;
  /** Days in a row that were used and content; and the first day ever, for people. */
  readonly good: number;
  readonly first: number;
};

/** The day at the provider: whole days since 1970 by its clock. */
export const dayOf = (rules: Rules, now: number): number => Math.floor((now + rules.utcOffsetHours * 3_600_000) / 86_400_000);
/** When that day begins. */
export const dayBegins = (rules: Rules, day: number): number => day * 86_400_000 - rules.utcOffsetHours * 3_600_000;

/** Nothing known yet: the rules' starting points. */
export function newPace(rules: Rules, now: number): PaceState {
  const number = dayOf(rules, now);
  return {
    rate: rules.perSecond,
    level: null,
    over: 0,
    overCredit: 0,
    patienceMs: 0,
    dwellMs: 0,
    returnMs: 0,
    steppedAt: 0,
    grownAt: now,
    credit: 0,
    budget: FIRST_EARNED,
    suspicion: 0,
    held: null,
    use: { from: now, recent: 0, at: 0 },
    busy: { from: now, count: 0 },
    connections: { limit: rules.connections, level: null, credit: 0, steppedAt: 0 },
    mailsPerConnection: rules.mailsPerConnection,
    day: {
      number,
      taken: 0,
      complaints: 0,
      trouble: 'none',
      warm: rules.warmUp.firstDay,
      warmLevel: null,
      cap: null,
      capLevel: null,
      capDays: 0,
      good: 0,
      first: number,
    },
    steps: [],
  };
}

/** What was written down as JSON; an older version's fewer fields begin anew. null: it cannot be read. */
export function readPace(rules: Rules, json: string, now: number): PaceState | null {
  const fresh = newPace(rules, now);
  try {
    const said = JSON.parse(json) as Partial<PaceState> | null;
    if (typeof said !== 'object' || said === null) return null;
    return { ...fresh, ...said, day: { ...fresh.day, ...said.day } };
  } catch {
    return null;
  }
}
