// MTA-STS of recipient domains (RFC 8461): the record in DNS, the policy over HTTPS, the cache in the store. What follows from them is
// tlspolicy/sts-cache.ts's to say; here it is carried out, one fetch a domain at a time.
import type { StsFetch, StsDecision, StsRecord } from '../tlspolicy/sts-cache.ts';
import { stsBeforeGivingUp, stsDecision } from '../tlspolicy/sts-cache.ts';
import { MAX_POLICY_BYTES } from '../tlspolicy/bounds.ts';
import { readStsPolicy, readStsRecord } from '../tlspolicy/mta-sts.ts';
import type { Resolver } from './resolver/types.ts';
import type { KeptSts } from './store/control/sts.ts';
import type { Clock, HttpClient } from './types.ts';

type Deps = {
  readonly clock: Clock;
  readonly http: HttpClient;
  readonly resolver: Resolver;
  /** Asks anew instead of from a cache. */
  readonly freshResolver: Resolver;
  readonly kept: (domain: string) => Promise<KeptSts | null>;
  readonly keep: (kept: { readonly domain: string } & KeptSts) => Promise<void>;
};

/** RFC 8461 section 3.3 suggests a minute; a mail waits for it in a place that others could use. */
const FETCH_MS = 20_000;

/** `last`: the mail is given up after this attempt, so a newer policy is looked for first (section 5.1). */
export function newSts(deps: Deps): (domain: string, last: boolean) => Promise<StsDecision> {
  const running = new Map<string, Promise<StsFetch>>();
  const fetching = (domain: string): Promise<StsFetch> => {
    const there = running.get(domain);
    if (there) return there;
    const made = fetchPolicy(deps.http, domain).finally(() => running.delete(domain));
    running.set(domain, made);
    return made;
  };
  return async (domain, last) => {
    const [record, kept] = [await recordOf(last ? deps.freshResolver : deps.resolver, domain), await deps.kept(domain)];
    const state = { cached: kept?.cached ?? null, record, failedAt: kept?.failedAt ?? null };
    const first = stsDecision({ ...state, fetch: { kind: 'untried' }, now: deps.clock.now() });
    const settled = async (): Promise<StsDecision> => {
      const fetch = await fetching(domain);
      const now = deps.clock.now();
      const decision = stsDecision({ ...state, fetch, now });
      await deps.keep({ domain, cached: decision.keep, failedAt: fetch.kind === 'failed' ? now : null });
      return decision;
    };
    const forced = last && first.policy !== null && stsBeforeGivingUp(state.cached, record) === 'fetch';
    if (first.refresh === 'now' || forced) return settled();
    // Beside the delivery; what it brings is for the mail after this one, which asks again where this one could not be written down.
    if (first.refresh === 'soon') void settled().catch(() => undefined);
    return first;
  };
}

async function recordOf(resolver: Resolver, domain: string): Promise<StsRecord> {
  const answer = await resolver.lookUp(`_mta-sts.${domain}`, 'TXT');
  if (answer.kind === 'nodata' || answer.kind === 'nxdomain') return { kind: 'none' };
  if (answer.kind !== 'records') return { kind: 'failed' };
  const id = readStsRecord(answer.records);
  return id === null ? { kind: 'none' } : { kind: 'id', id };
}

/** GET of the policy file (section 3.3): a certificate for the name, 200, text/plain, no redirect, bounded. */
async function fetchPolicy(http: HttpClient, domain: string): Promise<StsFetch> {
  const url = `https://mta-sts.${domain}/.well-known/mta-sts.txt`;
  const answer = await http.get(url, { accept: 'text/plain' }, { timeoutMs: FETCH_MS, maxAnswer: MAX_POLICY_BYTES + 1 });
  if ('failed' in answer) {
    const result = answer.why === 'tls' ? 'sts-webpki-invalid' : 'sts-policy-fetch-error';
    return { kind: 'failed', result, why: answer.text };
  }
  if (answer.status !== 200) return { kind: 'failed', result: 'sts-policy-fetch-error', why: `HTTP ${answer.status}` };
  const type = answer.headers['content-type'] ?? '';
  if (!/^text\/plain\s*(?:;|$)/i.test(type))
    return { kind: 'failed', result: 'sts-policy-invalid', why: 'the policy is not served as text/plain' };
  const policy = readStsPolicy(answer.body);
  return 'invalid' in policy ? { kind: 'failed', result: 'sts-policy-invalid', why: policy.invalid } : { kind: 'policy', policy };
}
