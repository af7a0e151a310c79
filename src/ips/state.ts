// The state of one sending IP over what its checks see and what the operator says. `failed`: its set-up is wrong. `resting`: on a blocklist,
// rested by the operator, or not checked yet. `warming` and `good` are in service. What is not known changes nothing.
import { CLEAN_CHECKS, HISTORY, LONG_REST_MS, MAX_REASON, WARM_DAYS } from './bounds.ts';
import type { Look, LookState } from './checks.ts';

export type IpState = 'warming' | 'good' | 'resting' | 'failed';
export const IP_STATES: readonly IpState[] = ['warming', 'good', 'resting', 'failed'];

/** `standing`: the last answer that was certain; null = there was none yet. It decides. */
export type Check = Look & { readonly standing: Exclude<LookState, 'unknown'> | null; readonly at: number };
export type Change = { readonly at: number; readonly state: IpState; readonly reason: string | null };

export type Ip = {
  readonly ip: string;
  readonly state: IpState;
  /** Why it is out of service; null in service. */
  readonly reason: string | null;
  /** Epoch ms of the last change of state. */
  readonly since: number;
  /** What it comes back as. */
  readonly before: 'warming' | 'good';
  /** Since when it is out of service; null in service. */
  readonly outSince: number | null;
  /** The operator's word; null = none. */
  readonly rest: string | null;
  /** Checks in a row with nothing against it. */
  readonly clean: number;
  /** A blocklist is (or was last) why it rests: one clean check is not enough then. */
  readonly wasListed: boolean;
  /** Days with mail since it began to warm, and the last of them (days since 1970). */
  readonly usedDays: number;
  readonly lastUsedDay: number | null;
  /** The name it says in EHLO; null = SESAME_HOSTNAME. */
  readonly helo: string | null;
  readonly checks: readonly Check[];
  readonly checkedAt: number | null;
  /** Oldest first. */
  readonly history: readonly Change[];
};

/** The reason of one that no check has finished for. */
export const UNCHECKED = 'it was not checked yet';
/** Without a certain answer to these no first mail goes out. */
const NEEDED = ['address', 'ptr', 'forward', 'helo'];

export function newIp(ip: string, now: number): Ip {
  return {
    ip,
    state: 'resting',
    reason: UNCHECKED,
    since: now,
    before: 'warming',
    outSince: now,
    rest: null,
    clean: 0,
    wasListed: false,
    usedDays: 0,
    lastUsedDay: null,
    helo: null,
    checks: [],
    checkedAt: null,
    history: [{ at: now, state: 'resting', reason: UNCHECKED }],
  };
}

export const inService = (state: IpState): boolean => state === 'warming' || state === 'good';

/** When nobody who learns from the providers says otherwise. */
export const warmedByUse = ({ usedDays }: Ip): boolean => usedDays >= WARM_DAYS;

/** A check of everything. `helo`: the confirmed name; undefined = DNS did not say, the old one stays. */
export function checked(
  ip: Ip,
  seen: { readonly looks: readonly Look[]; readonly helo: string | null | undefined },
  now: number,
  warmed: (ip: Ip) => boolean = warmedByUse,
): Ip {
  const checks = seen.looks.map(look => remembered(look, ip.checks, now));
  const clean = checks.some(one => one.standing === 'fail') ? 0 : ip.clean + 1;
  return settled({ ...ip, checks, clean, checkedAt: now, helo: seen.helo === undefined ? ip.helo : seen.helo }, now, warmed);
}

/** The operator takes it out of service until `resumed`. */
export const rested = (ip: Ip, reason: string, now: number): Ip => settled({ ...ip, rest: reason.slice(0, MAX_REASON) }, now);
export const resumed = (ip: Ip, now: number): Ip => settled({ ...ip, rest: null }, now);

/** The operator's word that providers know this IP already: no warming. */
export const declaredWarm = (ip: Ip, now: number): Ip => settled({ ...ip, before: 'good' }, now, () => true);

/** A mail left from it. `day`: days since 1970. */
export function used(ip: Ip, day: number): Ip {
  return ip.lastUsedDay !== null && day <= ip.lastUsedDay ? ip : { ...ip, usedDays: ip.usedDays + 1, lastUsedDay: day };
}

function remembered(look: Look, before: readonly Check[], at: number): Check {
  if (look.state !== 'unknown') return { ...look, standing: look.state, at };
  return { ...look, standing: before.find(one => one.name === look.name)?.standing ?? null, at };
}

function settled(ip: Ip, now: number, warmed: (ip: Ip) => boolean = warmedByUse): Ip {
  const { state, reason } = wanted(ip);
  const wasListed = !inService(state) && (ip.wasListed || listings(ip).length > 0);
  if (!inService(state)) {
    const before = inService(ip.state) ? (ip.state as Ip['before']) : ip.before;
    return moved({ ...ip, before, wasListed, outSince: ip.outSince ?? now }, state, reason, now);
  }
  // Weeks out of service: providers have forgotten it, and the warm-up begins again.
  const cold = ip.outSince !== null && ip.before === 'good' && now - ip.outSince > LONG_REST_MS;
  const back: Ip = { ...ip, outSince: null, wasListed, ...(cold ? { before: 'warming', usedDays: 0, lastUsedDay: null } : {}) };
  const next = inService(ip.state) ? ip.state : back.before;
  return moved(back, next === 'warming' && warmed(back) ? 'good' : next, null, now);
}

const failures = (ip: Ip): readonly Check[] => ip.checks.filter(one => one.standing === 'fail');
const isListing = (check: Check): boolean => check.name.startsWith('dnsbl/');
const listings = (ip: Ip): readonly Check[] => failures(ip).filter(isListing);

/** What the facts ask for; `warming` stands for any state in service. */
function wanted(ip: Ip): { readonly state: IpState; readonly reason: string | null } {
  const wrong = failures(ip).find(one => !isListing(one));
  if (wrong) return { state: 'failed', reason: wordsOf(wrong) };
  if (ip.rest !== null) return { state: 'resting', reason: ip.rest };
  const [listing] = listings(ip);
  if (listing) return { state: 'resting', reason: wordsOf(listing) };
  const silent = ip.checks.find(one => NEEDED.includes(one.name) && one.standing === null);
  if (ip.checkedAt === null || silent) return { state: 'resting', reason: silent ? `${UNCHECKED}: ${silent.found}` : UNCHECKED };
  // A listing that flaps, or that only one mirror forgot, does not bring the IP back.
  if (ip.wasListed && ip.clean < CLEAN_CHECKS && !inService(ip.state))
    return { state: 'resting', reason: `clean again in ${ip.clean} of ${CLEAN_CHECKS} checks that are needed` };
  return { state: 'warming', reason: null };
}

/** The words of the last certain answer may be older than the check that did not answer. */
const wordsOf = (check: Check): string => (check.state === 'unknown' ? `${check.name} was wrong, and cannot be asked now` : check.found);

function moved(ip: Ip, state: IpState, reason: string | null, now: number): Ip {
  if (state === ip.state) return { ...ip, reason };
  const history = [...ip.history, { at: now, state, reason }].slice(-HISTORY);
  return { ...ip, state, reason, since: now, history };
}
