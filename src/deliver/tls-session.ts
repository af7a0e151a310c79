// One session with a host as TLS-RPT counts it (RFC 8460 section 4.3): under which policy, and what was wrong with its TLS.
import type { Hop, Routed } from '../mail.ts';
import type { OurFailure, TlsResult } from '../tlspolicy/tls-rpt.ts';
import type { SessionFailure } from '../tlspolicy/results.ts';
import type { StsPolicy } from '../tlspolicy/mta-sts.ts';

export type TlsSession = TlsResult & { readonly failure: OurFailure | null };

/** null = there is no recipient domain to tell: a smarthost, or ourselves. */
export function sessionOf(job: Routed, hop: Hop, failure: SessionFailure | null): TlsSession | null {
  if (!job.published) return null;
  const { domain, sts, stsFailure } = job.published;
  const type = failure ?? (sts === null ? stsFailure : null);
  const about = { sendingIp: job.source.ip, mxHost: hop.host, mxHelo: null, receivingIp: hop.ip, reasonCode: null, info: null };
  return { ...policyOf(hop, sts), domain, failure: type && { type, ...about }, count: 1 };
}

function policyOf(hop: Hop, sts: StsPolicy | null): Pick<TlsResult, 'policyType' | 'policyStrings' | 'mxHosts'> {
  if (hop.dane.state === 'usable') {
    const strings = hop.dane.records.map(one => `${one.usage} ${one.selector} ${one.matchingType} ${one.certificate.toString('hex')}`);
    return { policyType: 'tlsa', policyStrings: strings, mxHosts: [] };
  }
  if (sts === null || sts.mode === 'none') return { policyType: 'no-policy-found', policyStrings: [], mxHosts: [] };
  const lines = ['version: STSv1', `mode: ${sts.mode}`, ...sts.mx.map(host => `mx: ${host}`), `max_age: ${sts.maxAge}`];
  return { policyType: 'sts', policyStrings: lines, mxHosts: sts.mx };
}
