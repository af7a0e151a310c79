// Where a job goes next: the smarthost, or the recipient domain's mail hosts in order; never ourselves, never a private address that the
// operator did not open. Each hop says what TLS this mail must have there (tlspolicy/), from what sender, account, operator and the
// recipient's domain want.
import { newBudget } from '../engines/resolver/types.ts';
import type { Attempt, Attempted, Hop, Job, Routed, Source } from '../mail.ts';
import { tlsFloor, type HostFacts, type TlsWishes } from '../tlspolicy/decide.ts';
import { SMARTHOST_QUERIES } from './bounds.ts';
import { lookUpDane, lookUpHost } from './dane.ts';
import { mailHosts } from './mx.ts';
import { chooseSource } from './source.ts';
import type { RouteDeps } from './types.ts';

/** The site of our own MX doors. */
const OWN = 'own';
const NO_DANE = { state: 'none', why: 'not asked' } as const;

/** A job for a peer becomes `Routed`; one that has no way is `Attempted` at once. Webhook, LMTP and simulator jobs need no hops. */
export async function route(deps: RouteDeps, job: Job): Promise<Routed | Attempted> {
  const target = job.recipients[0]?.target;
  if (!target || (target.kind !== 'mx' && target.kind !== 'forward'))
    return { ...job, hops: [], site: job.lane, provider: null, source: localSource(deps, []), published: null };
  const wishes: TlsWishes = {
    ...(await deps.wishes(job)),
    message: job.tls,
    requireTls: job.requireTls,
    tlsRequiredNo: job.tlsRequiredNo,
  };
  if (deps.config.smarthost) return bySmarthost(deps, job, wishes, deps.config.smarthost);
  return byMx(deps, job, wishes, target.kind === 'mx' ? target.domain : target.address.slice(target.address.lastIndexOf('@') + 1));
}

async function bySmarthost(
  deps: RouteDeps,
  job: Job,
  wishes: TlsWishes,
  smarthost: NonNullable<RouteDeps['config']['smarthost']>,
): Promise<Routed | Attempted> {
  const { port, tls, user } = smarthost;
  const budget = newBudget(SMARTHOST_QUERIES);
  const host = await lookUpHost(deps.resolver, smarthost.host, budget);
  if (host.ips.length === 0) return ended(deps, job, 'deferred', '4.4.3', `the smarthost ${smarthost.host} has no address`);
  // No MX answer stands between: the operator named the host.
  const dane = await lookUpDane(deps.resolver, host, { port, domain: null, mxAd: true }, budget);
  const facts: HostFacts = { host: host.name, domain: null, mxAd: true, sts: null, dane, smarthost: true, login: user !== null };
  const floor = tlsFloor({ ...wishes, destinations: [...wishes.destinations, { pattern: host.name, level: tls, names: [] }] }, facts);
  const hops = host.ips.map(ip => ({ host: host.name, ip, port, dane, floor }));
  return { ...job, hops, site: `smarthost/${host.name}`, provider: null, source: localSource(deps, host.ips), published: null };
}

async function byMx(deps: RouteDeps, job: Job, wishes: TlsWishes, domain: string): Promise<Routed | Attempted> {
  const found = await mailHosts(deps, domain);
  if (found === 'ours') return toOurselves(deps, job, wishes, domain);
  if ('result' in found) return ended(deps, job, found.result, found.enhanced, found.why, found.code);
  const last = deps.clock.now() >= job.expiresAt;
  const { policy: sts, failure: stsFailure } = await deps.sts(domain, last);
  const hops: Hop[] = [];
  for (const host of found.hosts) {
    const port = deps.config.deliveryPort;
    const dane = await lookUpDane(deps.resolver, host, { port, domain, mxAd: found.ad }, found.budget);
    const floor = tlsFloor(wishes, { host: host.name, domain, mxAd: found.ad, sts, dane, smarthost: false, login: false });
    hops.push(...host.ips.map(ip => ({ host: host.name, ip, port, dane, floor })));
  }
  const { key: provider } = deps.pace.providerOf(found.hosts.map(host => host.name));
  const chosen = await chooseSource(deps, job, hops, provider);
  if ('until' in chosen) return { ...job, tried: [], postponed: chosen };
  return { ...job, ...chosen, site: found.site, provider, published: { domain, sts, stsFailure } };
}

let turn = 0;

/** Towards a smarthost: the next local address of its family; towards nobody, none. Receivers see the smarthost, so that the state of ours counts for nothing. */
function localSource({ config }: RouteDeps, peers: readonly string[]): Source {
  const [first] = peers;
  const fitting = first === undefined ? [] : config.sendingIps.filter(ip => ip.includes(':') === first.includes(':'));
  return { ip: fitting[turn++ % fitting.length] ?? null, helo: config.hostname, warming: false };
}

/** Mail for a domain of ours goes in at our own MX door. Nobody can stand between, so that proof of the name asks for no more than TLS. */
function toOurselves(deps: RouteDeps, job: Job, wishes: TlsWishes, domain: string): Routed | Attempted {
  const door = deps.ownDoor();
  if (!door) return ended(deps, job, 'bounced', '5.4.6', `the mail for ${domain} would come back to this server`);
  const facts: HostFacts = { host: door.host, domain: null, mxAd: true, sts: null, dane: NO_DANE, smarthost: true, login: false };
  const wanted = tlsFloor(wishes, facts);
  const floor = wanted.level === 'verified' ? { ...wanted, level: 'required' as const, verifyBy: null, requireTls: false } : wanted;
  return { ...job, hops: [{ ...door, dane: NO_DANE, floor }], site: OWN, provider: null, source: localSource(deps, []), published: null };
}

function ended(
  deps: RouteDeps,
  job: Job,
  result: Attempt['result'],
  enhanced: string,
  reply: string,
  code: number | null = null,
): Attempted {
  const at = deps.clock.now();
  const plain = { at, result, peer: null, sendingIp: null, reply, code, enhanced, class: 'host', reason: null, tls: null };
  return { ...job, tried: job.recipients.map(one => ({ ...plain, n: one.n })) };
}
