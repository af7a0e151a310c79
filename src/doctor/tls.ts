// `doctor` on TLS: our certificates by name, and the MTA-STS policy of each domain of ours as senders see it (RFC 8461): its record, its
// file over HTTPS, and whether both agree with the MX records.
import type { Config } from '../config.ts';
import { newHttpClient } from '../engines/http-client.ts';
import type { Resolver } from '../engines/resolver/types.ts';
import { readCertificates } from '../engines/tls/files.ts';
import { groupFor } from '../engines/tls/groups.ts';
import { toldCertificates, type ToldCertificate } from '../engines/tls/told.ts';
import { MAX_POLICY_BYTES } from '../tlspolicy/bounds.ts';
import { readStsPolicy, readStsRecord, stsNames, type StsPolicy } from '../tlspolicy/mta-sts.ts';
import { matchesPattern } from '../tlspolicy/names.ts';
import type { Doctor, Finding, OwnDomain } from './types.ts';

const FETCH_MS = 10_000;

export function* certificates(config: Config): Iterable<Finding> {
  const base = { group: 'Certificates' };
  if (config.tlsCert.length === 0) {
    const fix = 'Set SESAME_TLS_CERT and SESAME_TLS_KEY (docs/tls.md): clients that check certificates refuse ours.';
    yield { ...base, name: config.hostname, state: 'warn', found: 'self-signed, made by Sesame', fix };
    return;
  }
  const { groups, faults, warnings } = readCertificates(config, Date.now());
  for (const fault of faults)
    yield { ...base, name: 'files', state: 'fail', found: fault, fix: 'Until then a running server keeps the old ones, and none starts.' };
  for (const found of warnings) yield { ...base, name: 'files', state: 'warn', found, fix: 'See docs/tls.md.' };
  if (groups.length === 0) return;
  for (const one of toldCertificates(groups, Date.now())) yield certificate(one);
  const shown = groupFor(groups, config.hostname).names;
  const isCovered = shown.some(name => matchesPattern(config.hostname, name));
  yield {
    ...base,
    name: 'host name',
    state: isCovered ? 'ok' : 'fail',
    found: isCovered ? `${config.hostname} is named` : `no certificate names ${config.hostname}: ${shown.join(', ') || 'nothing'} is shown`,
    fix: `Get a certificate for ${config.hostname}, or set SESAME_HOSTNAME to a name that it has.`,
  };
}

function certificate({ names, file, kind, issuer, state, why, isSelfSigned }: ToldCertificate): Finding {
  const found = `${kind}, ${isSelfSigned ? 'self-signed' : `by ${issuer}`}, ${file}. ${why}`;
  const fix = isSelfSigned ? 'Get one from an authority that clients know (docs/tls.md).' : 'Renew it: the new file is served by itself.';
  return { group: 'Certificates', name: names[0] ?? file, state, found, fix };
}

/** Domains that receive mail here. */
export async function* mtaSts({ resolver, known }: Doctor): AsyncIterable<Finding> {
  const domains = await known.domains();
  if (!domains) {
    const fix = 'Start the server, and let doctor find it (SESAME_URL) and its key (SESAME_API_KEY_FILE).';
    yield { group: 'MTA-STS', name: 'domains', state: 'unknown', found: 'the server was not asked for its domains', fix };
    return;
  }
  const unproven = await known.whyNotProven();
  for (const domain of domains) {
    const wanted = domain.records.find(one => one.purpose === 'mta_sts');
    if (wanted) yield { group: 'MTA-STS', name: domain.name, ...(await policyOf(resolver, domain, wanted.expected, unproven)) };
  }
}

type Said = Pick<Finding, 'state' | 'found' | 'fix'>;

/** `unproven`: why our MX certificate would not be taken. */
async function policyOf(resolver: Resolver, { name, mtaSts }: OwnDomain, expected: string, unproven: string | null): Promise<Said> {
  const record = await resolver.lookUp(`_mta-sts.${name}`, 'TXT');
  if (record.kind !== 'records' && record.kind !== 'nodata' && record.kind !== 'nxdomain')
    return { state: 'unknown', found: 'DNS does not answer', fix: null };
  const id = record.kind === 'records' ? readStsRecord(record.records) : null;
  const publish = `Publish _mta-sts.${name} TXT "${expected}".`;
  if (id === null)
    return { state: mtaSts === 'enforce' ? 'warn' : 'ok', found: `no record, so no sender asks for the policy (${mtaSts})`, fix: publish };
  const policy = await fetched(resolver, name);
  if (typeof policy === 'string')
    return {
      state: 'fail',
      found: policy,
      fix: `Let mta-sts.${name} lead here on port 443, with a certificate for that name (docs/tls.md).`,
    };
  if (policy.mode !== mtaSts)
    return { state: 'fail', found: `the policy says ${policy.mode}, the domain ${mtaSts}`, fix: 'Something else answers for that name.' };
  const stranger = await strangerOf(resolver, name, policy);
  if (stranger !== null)
    return {
      state: mtaSts === 'enforce' ? 'fail' : 'warn',
      found: `the MX ${stranger} is not in the policy: senders that enforce it will not deliver there`,
      fix: `Take it out of the MX records, or set the mode to none: PATCH /v1/domains/${name} {"mtaSts":"none"}.`,
    };
  if (mtaSts === 'enforce' && unproven !== null)
    return { state: 'fail', found: `enforced, but ${unproven}`, fix: 'Get a valid certificate, or set the mode to testing.' };
  if (id !== readStsRecord([expected])) return { state: 'warn', found: 'the id in DNS is not that of the policy', fix: publish };
  return { state: 'ok', found: `${policy.mode}, for ${policy.mx.join(', ')}`, fix: null };
}

/** The policy as a sender gets it, or what went wrong on the way. */
async function fetched(resolver: Resolver, domain: string): Promise<StsPolicy | string> {
  const http = newHttpClient({ resolver, allowed: () => true, opened: () => true });
  const url = `https://mta-sts.${domain}/.well-known/mta-sts.txt`;
  const answer = await http.get(url, {}, { timeoutMs: FETCH_MS, maxAnswer: MAX_POLICY_BYTES + 1 });
  if ('failed' in answer) return `the policy cannot be fetched: ${answer.text}`;
  if (answer.status !== 200) return `${url} answers ${answer.status}`;
  const policy = readStsPolicy(answer.body);
  return 'invalid' in policy ? `the policy is not valid: ${policy.invalid}` : policy;
}

/** The first MX host that the policy does not name; null = all are named, or DNS does not say. */
async function strangerOf(resolver: Resolver, domain: string, policy: StsPolicy): Promise<string | null> {
  const mx = await resolver.lookUp(domain, 'MX');
  const hosts = mx.kind === 'records' ? mx.records.map(one => one.exchange.replace(/\.$/, '').toLowerCase()) : [];
  return hosts.find(host => !stsNames(policy, host)) ?? null;
}
