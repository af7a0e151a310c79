// One session with a host as TLS-RPT counts it (RFC 8460 section 4.3): under which policy, and what was wrong with its TLS.
import type { Hop, Routed } from '../mail.ts';
import type { StsPolicy } from '../tlspolicy/mta-sts.ts';
import type { SessionFailure, SessionResult } from '../tlspolicy/results.ts';

/** null = not counted: there is no recipient domain to tell (a smarthost, ourselves), or the mail is such a report itself. */
export function sessionOf(job: Routed, hop: Hop, failure: SessionFailure | null): SessionResult | null {
  const isReport = job.accountId === null && job.tlsRequiredNo;
  if (!job.published || isReport) return null;
  const { domain, sts, stsFailure } = job.published;
  const result = failure ?? (sts === null ? stsFailure : null);
  const about = { sendingIp: job.source.ip, receivingHost: hop.host, receivingIp: hop.ip, detail: null };
  return { domain, policy: policyOf(hop, domain, sts), ok: result === null, failure: result && { result, ...about } };
}

function policyOf(hop: Hop, domain: string, sts: StsPolicy | null): SessionResult['policy'] {
  if (hop.dane.state === 'usable') {
    const strings = hop.dane.records.map(one => `${one.usage} ${one.selector} ${one.matchingType} ${one.certificate.toString('hex')}`);
    // A DANE policy lives at the mail host (RFC 8460 section 4.2).
    return { type: 'tlsa', strings, domain: hop.host, mxHosts: [] };
  }
  if (sts === null || sts.mode === 'none') return { type: 'no-policy-found', strings: [], domain, mxHosts: [] };
  const lines = ['version: STSv1', `mode: ${sts.mode}`, ...sts.mx.map(host => `mx: ${host}`), `max_age: ${sts.maxAge}`];
  return { type: 'sts', strings: lines, domain, mxHosts: sts.mx };
}
