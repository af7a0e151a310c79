// Where a job goes next (RFC 5321 section 5, RFC 7505): smarthost, or the MX hosts in order with their addresses; never ourselves, never a
// private address that the operator did not open. The site is the normalised MX set: connections and pace belong to it.
import type { Config } from '../config.ts';
import { newBudget, type Budget, type MxRecord, type Resolver } from '../engines/resolver/types.ts';
import type { Sources } from '../engines/sources.ts';
import type { Clock } from '../engines/types.ts';
import type { Attempt, Attempted, Hop, Job, Routed } from '../mail.ts';

export type RouteDeps = {
  readonly config: Config;
  readonly resolver: Resolver;
  readonly clock: Clock;
  readonly candidates: Sources['candidates'];
  readonly allowed: (ip: string) => boolean;
  /** Where our own MX doors listen: delivering there would be a loop. */
  readonly isOurs: (ip: string, port: number) => boolean;
  /** One of our MX doors: mail for a domain whose best mail host we are goes in there, as any stranger's does. */
  readonly ownDoor: () => Hop | null;
};

/** The site of our own MX doors. */
const OWN = 'own';
const QUERIES = 60;
const MAX_HOSTS = 10;

/** A job for a peer becomes `Routed`; one that has no way is `Attempted` at once. Webhook, LMTP and simulator jobs need no hops. */
export async function route(deps: RouteDeps, job: Job): Promise<Routed | Attempted> {
  const target = job.recipients[0]?.target;
  const plain = { tlsPolicy: job.tls, tlsReason: '', sendingIp: null };
  if (!target || (target.kind !== 'mx' && target.kind !== 'forward')) return { ...job, ...plain, hops: [], site: job.lane };
  const { smarthost } = deps.config;
  if (smarthost) {
    const ips = await addressesOf(deps, smarthost.host, newBudget(QUERIES));
    if (ips.length === 0) return ended(deps, job, 'deferred', '4.4.3', `the smarthost ${smarthost.host} has no address`);
    return {
      ...job,
      hops: ips.map(ip => ({ host: smarthost.host, ip, port: smarthost.port })),
      site: `smarthost/${smarthost.host}`,
      sendingIp: localIp(deps, ips),
      tlsPolicy: stricter(job.tls, smarthost.tls),
      tlsReason: smarthost.tls,
    };
  }
  const domain = target.kind === 'mx' ? target.domain : target.address.slice(target.address.lastIndexOf('@') + 1);
  return byMx(deps, job, domain);
}

async function byMx(deps: RouteDeps, job: Job, domain: string): Promise<Routed | Attempted> {
  const budget = newBudget(QUERIES);
  const answer = await deps.resolver.lookUp(domain, 'MX', budget);
  if (answer.kind === 'nxdomain') return ended(deps, job, 'bounced', '5.1.2', `the domain ${domain} does not exist`);
  if (answer.kind !== 'records' && answer.kind !== 'nodata')
    return ended(deps, job, 'deferred', '4.4.3', `DNS gives no answer about ${domain}`);
  const records: readonly MxRecord[] = answer.kind === 'records' ? answer.records : [{ exchange: domain, preference: 0 }];
  if (records.length === 1 && records[0]?.exchange === '')
    return ended(deps, job, 'bounced', '5.1.10', `${domain} takes no mail (null MX)`, 556);
  const hosts = inOrder(records.filter(one => one.exchange !== ''));
  const ours = hosts.find(one => one.exchange === deps.config.hostname);
  const usable = (ours ? hosts.filter(one => one.preference < ours.preference) : hosts).slice(0, MAX_HOSTS);
  if (usable.length === 0) {
    const door = deps.ownDoor();
    if (!door) return ended(deps, job, 'bounced', '5.4.6', `the mail for ${domain} would come back to this server`);
    return { ...job, hops: [door], site: OWN, sendingIp: null, tlsPolicy: job.tls, tlsReason: '' };
  }
  const hops: Hop[] = [];
  let closed: string | null = null;
  let unanswered = false;
  for (const { exchange } of usable) {
    const found = await lookUpAddresses(deps, exchange, budget);
    unanswered ||= found.unanswered;
    for (const ip of found.ips) {
      if (deps.isOurs(ip, deps.config.deliveryPort) || !deps.allowed(ip)) closed = ip;
      else hops.push({ host: exchange, ip, port: deps.config.deliveryPort });
    }
  }
  if (hops.length > 0) return sourced(deps, { ...job, hops, site: siteOf(usable), sendingIp: null, tlsPolicy: job.tls, tlsReason: '' });
  if (unanswered) return ended(deps, job, 'deferred', '4.4.3', `DNS gives no address for the mail hosts of ${domain}`);
  if (closed !== null) return ended(deps, job, 'bounced', '5.4.6', `the mail host of ${domain} is at ${closed}, which may not be reached`);
  return ended(
    deps,
    job,
    answer.kind === 'records' ? 'deferred' : 'bounced',
    answer.kind === 'records' ? '4.4.4' : '5.1.2',
    `no mail host of ${domain} has an address`,
  );
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

async function addressesOf(deps: RouteDeps, host: string, budget: Budget): Promise<readonly string[]> {
  return (await lookUpAddresses(deps, host, budget)).ips;
}

async function lookUpAddresses(
  deps: RouteDeps,
  host: string,
  budget: Budget,
): Promise<{ readonly ips: readonly string[]; readonly unanswered: boolean }> {
  if (/^[\d.]+$|:/.test(host)) return { ips: [host], unanswered: false };
  if (host === 'localhost') return { ips: ['127.0.0.1'], unanswered: false };
  const ips: string[] = [];
  let unanswered = false;
  for (const type of ['AAAA', 'A'] as const) {
    const answer = await deps.resolver.lookUp(host, type, budget);
    if (answer.kind === 'records') ips.push(...answer.records);
    else if (answer.kind !== 'nodata' && answer.kind !== 'nxdomain') unanswered = true;
  }
  // IPv4 first: its sending addresses have the reputation; IPv6 is there when IPv4 is not.
  return { ips: ips.toSorted((a, b) => Number(a.includes(':')) - Number(b.includes(':'))), unanswered };
}

let turn = 0;

/** Towards a smarthost: the next local address of its family. Receivers see the smarthost, so that its state counts for nothing here. */
function localIp(deps: RouteDeps, peers: readonly string[]): string | null {
  const family = peers[0]?.includes(':') ?? false;
  const fitting = deps.config.sendingIps.filter(ip => ip.includes(':') === family);
  return fitting[turn++ % fitting.length] ?? null;
}

/** With the sending IP, and the hops that it can reach; without one in service the mail waits, it never leaves from another address. */
async function sourced(deps: RouteDeps, job: Routed): Promise<Routed | Attempted> {
  const forward = job.recipients[0]?.target.kind === 'forward';
  let why = '';
  for (const family of [4, 6] as const) {
    const hops = job.hops.filter(hop => hop.ip.includes(':') === (family === 6));
    if (hops.length === 0) continue;
    const found = await deps.candidates({ accountId: job.accountId, pool: job.pool ?? null, family, forward });
    const [first] = found.list;
    if (first) return { ...job, hops: first.ip === null ? job.hops : hops, sendingIp: first.ip };
    why ||= found.why;
  }
  return ended(deps, job, 'deferred', '4.3.0', why);
}

const RANK = { opportunistic: 0, required: 1, verified: 2 } as const;
const stricter = (a: Job['tls'], b: Job['tls']): Job['tls'] => (RANK[a] >= RANK[b] ? a : b);

function ended(
  deps: RouteDeps,
  job: Job,
  result: Attempt['result'],
  enhanced: string,
  reply: string,
  code: number | null = null,
): Attempted {
  const at = deps.clock.now();
  const tried = job.recipients.map(one => ({
    n: one.n,
    at,
    result,
    peer: null,
    sendingIp: null,
    reply,
    code,
    enhanced,
    class: 'host',
    tls: null,
  }));
  return { ...job, tried };
}
