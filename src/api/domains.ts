// A domain as the API finds and shows it.
import { getDomain } from 'tldts';
import type { Domain } from '../engines/store/control/domains.ts';
import { domainName } from '../message/addresses.ts';
import { shownRecords } from '../upkeep/domain-records.ts';
import { notFound } from './errors.ts';
import { time } from './pages.ts';
import { shownTracking } from './tracking-host.ts';
import type { ApiDeps } from './types.ts';

/** The account's domain of that name, or any for null; 404 for a stranger's as for none. */
export async function ownDomain({ store }: ApiDeps, accountId: string | null, given: string): Promise<Domain> {
  const name = domainName(given);
  const domain = name ? await store.domains.get(name) : null;
  if (!domain || (accountId !== null && domain.accountId !== accountId)) throw notFound();
  return domain;
}

export async function shownDomain(deps: ApiDeps, domain: Domain): Promise<Readonly<Record<string, unknown>>> {
  const { store, config } = deps;
  const { name, accountId, state, tls, mtaSts, trackingHost, createdAt, verifiedAt, checkedAt } = domain;
  const receives = await store.routes.receives({ accountId, domain: name });
  const records = shownRecords(config, domain, await store.domains.dkim(name), receives);
  return {
    name,
    accountId,
    state,
    tls,
    mtaSts,
    trackingHost,
    tracking: shownTracking(deps, domain),
    // Where its DNS is kept most likely: hosts are often entered without this end.
    zone: getDomain(name) ?? name,
    records,
    createdAt: time(createdAt),
    verifiedAt: time(verifiedAt),
    checkedAt: time(checkedAt),
  };
}
