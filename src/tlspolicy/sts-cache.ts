// Which MTA-STS policy applies now, and whether to fetch (RFC 8461 sections 3.3, 5.1, 10.2). A policy that was once seen holds until its
// time is over, whatever DNS or the web host say meanwhile: otherwise who can hide them could switch it off.
import { FETCH_PAUSE_MS, REFRESH_MS } from './bounds.ts';
import type { StsPolicy } from './mta-sts.ts';

export type CachedPolicy = { readonly policy: StsPolicy; readonly id: string; readonly fetchedAt: number };
/** What DNS says now; `none`: no valid record, `failed`: no answer. */
export type StsRecord = { readonly kind: 'id'; readonly id: string } | { readonly kind: 'none' } | { readonly kind: 'failed' };
export type StsFailure = 'sts-policy-fetch-error' | 'sts-policy-invalid' | 'sts-webpki-invalid';
export type StsFetch =
  | { readonly kind: 'untried' }
  | { readonly kind: 'policy'; readonly policy: StsPolicy }
  | { readonly kind: 'failed'; readonly result: StsFailure; readonly why: string };

export type StsState = {
  readonly cached: CachedPolicy | null;
  readonly record: StsRecord;
  readonly fetch: StsFetch;
  /** When a fetch last failed; null = never, or one went well since. */
  readonly failedAt: number | null;
  readonly now: number;
};

export type StsDecision = {
  /** What to hold the hosts to; null = the domain counts as one without MTA-STS. */
  readonly policy: StsPolicy | null;
  /** `now`: fetch before delivering and ask again. `soon`: deliver, and fetch beside it. */
  readonly refresh: 'now' | 'soon' | 'no';
  /** What belongs in the cache from now on. */
  readonly keep: CachedPolicy | null;
  /** For TLS-RPT: what went wrong on the way to the policy. */
  readonly failure: StsFailure | null;
  readonly why: string;
};

/** Ask with `untried` first; when the answer is `refresh: 'now'`, fetch and ask again with the outcome. */
export function stsDecision(state: StsState): StsDecision {
  const { record, fetch, now } = state;
  const cached = alive(state.cached, now) ? state.cached : null;
  if (fetch.kind === 'policy') return fetched(fetch.policy, record.kind === 'id' ? record.id : (cached?.id ?? ''), now);
  if (fetch.kind === 'failed') {
    const { result } = fetch;
    if (cached) return { ...held(cached, `not refreshed (${fetch.why})`), failure: result };
    return { policy: null, refresh: 'no', keep: null, failure: result, why: `MTA-STS policy not to be had: ${fetch.why}` };
  }
  const paused = state.failedAt !== null && now - state.failedAt < FETCH_PAUSE_MS;
  if (!cached) {
    if (record.kind === 'id') return { ...nothing('the MTA-STS policy is not fetched yet'), refresh: paused ? 'no' : 'now' };
    return nothing(record.kind === 'none' ? 'no MTA-STS' : 'DNS gives no answer about MTA-STS');
  }
  if (record.kind === 'id' && record.id !== cached.id) {
    return { ...held(cached, 'a newer one is announced'), refresh: paused ? 'no' : 'now' };
  }
  const age = now - cached.fetchedAt;
  const due = age < 0 || age >= Math.min(REFRESH_MS, (cached.policy.maxAge * 1000) / 2);
  const told = record.kind === 'id' ? 'still announced' : record.kind === 'none' ? 'no longer announced' : 'DNS gives no answer';
  return { ...held(cached, told), refresh: due && !paused ? 'soon' : 'no' };
}

/** A mail is never ended by a cached policy before DNS was asked for a newer one (section 5.1): what to do before it is given up. */
export function stsBeforeGivingUp(cached: CachedPolicy | null, record: StsRecord): 'fetch' | 'give-up' {
  return record.kind === 'id' && record.id !== cached?.id ? 'fetch' : 'give-up';
}

function fetched(policy: StsPolicy, id: string, now: number): StsDecision {
  const keep = { policy, id, fetchedAt: now };
  // A max_age of 0 serves the mail at hand and nothing after it.
  return { policy, refresh: 'no', keep: alive(keep, now) ? keep : null, failure: null, why: `MTA-STS policy (${policy.mode}) fetched` };
}

function held(keep: CachedPolicy, told: string): StsDecision {
  return { policy: keep.policy, refresh: 'no', keep, failure: null, why: `MTA-STS policy (${keep.policy.mode}) kept: ${told}` };
}

function nothing(why: string): StsDecision {
  return { policy: null, refresh: 'no', keep: null, failure: null, why };
}

/** After a clock was set back a policy seems to come from the future: it holds, and is due to be fetched anew. */
function alive(cached: CachedPolicy | null, now: number): boolean {
  return cached !== null && Math.max(0, now - cached.fetchedAt) < cached.policy.maxAge * 1000;
}
