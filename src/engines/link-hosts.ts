// Hosts of links in mail: whose host a name is, and under which name the links of a mail are made. A tenant's own is used while its domain
// is verified, its name leads to us and, where we speak HTTPS ourselves, a certificate shows it; else the installation's public URL.
import type { Config } from '../config.ts';
import type { LinkBase } from '../personal/tokens.ts';
import { matchesPattern } from '../tlspolicy/names.ts';
import type { Domain } from './store/control/domains.ts';
import type { ServedGroup } from './tls/groups.ts';

type Hosts = Pick<Config, 'publicUrl' | 'listen'>;

/** Does a certificate of ours show the name? Behind a proxy, or without TLS, that is not ours to know: true. */
export function isShown({ publicUrl, listen }: Hosts, groups: readonly ServedGroup[], host: string): boolean {
  if (listen.https.length === 0 || publicUrl?.startsWith('https:') !== true) return true;
  return groups.some(group => group.names.some(name => name === host || matchesPattern(host, name)));
}

/** Where links of mail from a domain lead. `domain`: the registered one that covers it; null: without a public URL nowhere. */
export function linkBaseOf(
  config: Hosts,
  groups: readonly ServedGroup[],
  accountId: string | null,
  domain: Pick<Domain, 'accountId' | 'state' | 'trackingHost' | 'trackingSince'> | null,
): LinkBase | null {
  if (config.publicUrl === null) return null;
  const host = domain?.accountId === accountId && domain.state === 'verified' && domain.trackingSince !== null ? domain.trackingHost : null;
  if (accountId === null || host === null || !isShown(config, groups, host)) return { url: config.publicUrl, tenant: '' };
  const url = new URL(config.publicUrl);
  url.hostname = host;
  return { url: url.href.replace(/\/$/, ''), tenant: accountId };
}
