// MTA-STS (RFC 8461): the record in DNS, the policy file, and which of its MX patterns a host matches. Fetching is another's business.
import { MAX_AGE_SECONDS, MAX_POLICY_BYTES } from './bounds.ts';
import { hostPattern, matchesPattern } from './names.ts';
import { taggedRecord } from './tagged.ts';

export type StsMode = 'enforce' | 'testing' | 'none';
export type StsPolicy = { readonly mode: StsMode; readonly mx: readonly string[]; readonly maxAge: number };

/** The policy id of the TXT records at `_mta-sts.DOMAIN`, each as one joined string; null = the domain has no policy (section 3.1). */
export function readStsRecord(txt: readonly string[]): string | null {
  const ids = taggedRecord(txt, 'STSv1')?.filter(([name]) => name === 'id') ?? [];
  const id = ids[0]?.[1] ?? '';
  return ids.length === 1 && /^[A-Za-z0-9]{1,32}$/.test(id) ? id : null;
}

/** The policy file (section 3.2), or why it is none. Of a key that comes twice the first counts, `mx` apart; unknown keys are passed over. */
export function readStsPolicy(body: Buffer | string): StsPolicy | { readonly invalid: string } {
  if (body.length > MAX_POLICY_BYTES) return { invalid: `the policy has more than ${MAX_POLICY_BYTES} bytes` };
  const text = typeof body === 'string' ? body : body.toString('utf8');
  const first = new Map<string, string>();
  const mx: string[] = [];
  for (const line of text.split('\n').map(one => one.trim())) {
    if (line === '') continue;
    const colon = line.indexOf(':');
    const key = line.slice(0, Math.max(0, colon));
    if (!/^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$/.test(key)) return { invalid: 'a line is no `key: value`' };
    const value = line.slice(colon + 1).trim();
    if (key === 'mx') mx.push(value);
    else if (!first.has(key)) first.set(key, value);
  }
  return policyOf(first, mx);
}

function policyOf(first: ReadonlyMap<string, string>, mx: readonly string[]): StsPolicy | { readonly invalid: string } {
  const age = first.get('max_age') ?? '';
  const mode = first.get('mode');
  if (first.get('version') !== 'STSv1') return { invalid: 'the version is not STSv1' };
  if (mode !== 'enforce' && mode !== 'testing' && mode !== 'none') return { invalid: 'the mode is none of enforce, testing, none' };
  if (!/^\d{1,10}$/.test(age) || Number(age) > MAX_AGE_SECONDS) return { invalid: `max_age is no number up to ${MAX_AGE_SECONDS}` };
  if (!mx.every(one => hostPattern(one) !== null)) return { invalid: 'an mx is no host name or *.host name' };
  // A policy that takes itself back needs no hosts (section 8.3); any other without hosts would forbid all mail by mistake.
  if (mx.length === 0 && mode !== 'none') return { invalid: 'no mx is named' };
  return { mode, mx, maxAge: Number(age) };
}

/** Whether the policy names the MX host (section 4.1). */
export function stsNames(policy: StsPolicy, host: string): boolean {
  return policy.mx.some(pattern => matchesPattern(host, pattern));
}
