// The mail hosts of a domain (RFC 5321 section 5.1, RFC 7505): in order, with their addresses, or why there is no way to one.
import { newBudget, type Budget, type MxRecord } from '../engines/resolver/types.ts';
import { MAX_HOSTS, QUERIES } from './bounds.ts';
import { lookUpHost, type Host } from './dane.ts';
import type { RouteDeps } from './types.ts';

export type NoWay = {
  readonly result: 'bounced' | 'deferred';
  readonly enhanced: string;
  readonly why: string;
  readonly code: number | null;
};
export type MailHosts = {
  readonly hosts: readonly Host[];
  /** The MX answer was signed. */
  readonly ad: boolean;
  /** The normalised MX set. */
  readonly site: string;
  readonly budget: Budget;
};

/** `ours`: this server is the domain's best mail host. */
export async function mailHosts(deps: RouteDeps, domain: string): Promise<MailHosts | NoWay | 'ours'> {
  const budget = newBudget(QUERIES);
  const answer = await deps.resolver.lookUp(domain, 'MX', budget);
  if (answer.kind === 'nxdomain') return noWay('bounced', '5.1.2', `the domain ${domain} does not exist`);
  if (answer.kind !== 'records' && answer.kind !== 'nodata') return noWay('deferred', '4.4.3', `DNS gives no answer about ${domain}`);
  const records: readonly MxRecord[] = answer.kind === 'records' ? answer.records : [{ exchange: domain, preference: 0 }];
  if (records.length === 1 && records[0]?.exchange === '') return noWay('bounced', '5.1.10', `${domain} takes no mail (null MX)`, 556);
  const inTurn = inOrder(records.filter(one => one.exchange !== ''));
  const ours = inTurn.find(one => one.exchange === deps.config.hostname);
  const usable = (ours ? inTurn.filter(one => one.preference < ours.preference) : inTurn).slice(0, MAX_HOSTS);
  if (usable.length === 0) return 'ours';
  const found: Host[] = [];
  for (const { exchange } of usable) found.push(await lookUpHost(deps.resolver, exchange, budget));
  const port = deps.config.deliveryPort;
  const open = (ip: string): boolean => !deps.isOurs(ip, port) && deps.allowed(ip);
  const hosts = found.map(host => ({ ...host, ips: host.ips.filter(open) })).filter(host => host.ips.length > 0);
  if (hosts.length > 0) return { hosts, ad: answer.ad, site: siteOf(usable), budget };
  if (found.some(host => host.unanswered)) return noWay('deferred', '4.4.3', `DNS gives no address for the mail hosts of ${domain}`);
  const closed = found.flatMap(host => host.ips)[0];
  if (closed !== undefined) return noWay('bounced', '5.4.6', `the mail host of ${domain} is at ${closed}, which may not be reached`);
  return answer.kind === 'records'
    ? noWay('deferred', '4.4.4', `no mail host of ${domain} has an address`)
    : noWay('bounced', '5.1.2', `no mail host of ${domain} has an address`);
}

function noWay(result: NoWay['result'], enhanced: string, why: string, code: number | null = null): NoWay {
  return { result, enhanced, why, code };
}

/** By preference; equal ones in random order (RFC 5321 section 5.1). */
function inOrder(records: readonly MxRecord[]): readonly MxRecord[] {
  return records
    .map(record => ({ record, chance: Math.random() }))
    .toSorted((a, b) => a.record.preference - b.record.preference || a.chance - b.chance)
    .map(one => one.record);
}

function siteOf(hosts: readonly MxRecord[]): string {
  return hosts
    .map(one => one.exchange)
    .toSorted()
    .join(',')
    .slice(0, 500);
}
