// The tenant's own host for links, as an account names it and as it is shown: a name below its own verified domain.
import { isShown } from '../engines/link-hosts.ts';
import type { Domain } from '../engines/store/control/domains.ts';
import { whyNotProven } from '../engines/tls/told.ts';
import { domainName } from '../message/addresses.ts';
import { linksHost } from '../upkeep/domain-records.ts';
import { ApiError, invalid } from './errors.ts';
import type { ApiDeps } from './types.ts';

/** Names below a domain that have a use of their own. */
const USED = ['bounce', 'mta-sts'];

/** The host as it is kept. Throws an ApiError that says what is wrong. */
export function trackingHostOf({ config }: Pick<ApiDeps, 'config'>, { name, state }: Domain, given: string): string {
  const field = 'trackingHost';
  const host = domainName(given.trim());
  if (!host?.endsWith(`.${name}`) || /(?:^|\.)_/.test(host)) throw invalid(field, `is no name below ${name}, such as links.${name}.`);
  const first = host.slice(0, -name.length - 1);
  if (USED.includes(first) || host === config.hostname || host === linksHost(config))
    throw invalid(field, `has another use: take a name of its own, such as links.${name}.`);
  if (config.publicUrl === null) throw invalid(field, 'needs links that lead here: the operator has to set SESAME_PUBLIC_URL.');
  if (state !== 'verified')
    throw new ApiError('domain_not_verified', `${name} is not verified: add its records and call …/verify first.`, { field });
  return host;
}

export type ShownTracking = {
  /** `active`: links in new mail lead there. `pending`: its name does not lead here yet. `no_certificate`: no certificate shows it. */
  readonly state: 'pending' | 'no_certificate' | 'active';
  /** What browsers make of the certificate; `unknown`: a proxy in front shows it, or there is none. */
  readonly certificate: 'ok' | 'not_trusted' | 'unknown';
};

export function shownTracking({ config, tls, clock }: Pick<ApiDeps, 'config' | 'tls' | 'clock'>, domain: Domain): ShownTracking | null {
  const { trackingHost: host, trackingSince, state } = domain;
  if (host === null) return null;
  const isOurs = config.listen.https.length > 0 && config.publicUrl?.startsWith('https:') === true;
  const { groups } = tls();
  return {
    state: trackingSince === null || state !== 'verified' ? 'pending' : isShown(config, groups, host) ? 'active' : 'no_certificate',
    certificate: !isOurs ? 'unknown' : whyNotProven(groups, host, clock.now()) === null ? 'ok' : 'not_trusted',
  };
}
