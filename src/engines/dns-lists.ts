// DNS blocklists as the MX door asks them (RFC 5782): of the peer's address, and of the sender's domain. A list that does not know its own
// test points, refuses to answer or takes too long says nothing: mail is never refused by silence. Answers are kept for some minutes.
import { canonicalIp, familyOf, listName } from '../ips/address.ts';
import { nameTestPoints, readListing, shownZone, testPoints, zoneState, type Told, type ZoneState } from '../ips/dnsbl.ts';
import { plainIp } from '../library/networks.ts';
import { remembered } from './remembered.ts';
import type { Resolver } from './resolver/types.ts';
import type { Clock, Log, Metrics } from './types.ts';

export type DnsListDeps = {
  readonly resolver: Resolver;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
};
/** The zone that lists it, as it may be shown; null: none does, as far as is known. */
export type AskLists = (thing: string) => Promise<string | null>;
export type DnsLists = { readonly peer: AskLists; readonly domain: AskLists };

const ANSWER_MS = 5 * 60_000;
const ANSWERS = 10_000;
/** How long a list is believed to work, and how long one that does not is left alone. */
const ZONE_MS = 3_600_000;
/** A peer waits for no list longer. */
const MOST_MS = 3_000;

export function newDnsLists(deps: DnsListDeps, zones: { readonly peer: readonly string[]; readonly domain: readonly string[] }): DnsLists {
  const byFamily = (family: 4 | 6): ((zone: string) => Promise<ZoneState>) => watched(deps, zone => tryZone(deps, zone, family));
  const [v4, v6] = [byFamily(4), byFamily(6)];
  const byName = watched(deps, zone => tryNameZone(deps, zone));
  const asking = (of: readonly string[], kind: string, isListed: (thing: string, zone: string) => Promise<boolean>): AskLists => {
    const found = remembered(ANSWERS, ANSWER_MS, deps.clock.monotonic, async (thing: string) => {
      const answers = await Promise.all(of.map(zone => isListed(thing, zone)));
      const zone = of.find((_, i) => answers[i]);
      deps.metrics.count('sesame_mx_dnsbl_total', { kind, outcome: zone === undefined ? 'clear' : 'listed' });
      return zone === undefined ? null : shownZone(zone);
    });
    return thing => (of.length === 0 ? Promise.resolve(null) : inTime(found(thing)));
  };
  return {
    peer: asking(zones.peer, 'peer', async (given, zone) => {
      const ip = plainIp(given);
      const state = await (familyOf(ip) === 4 ? v4 : v6)(zone);
      return state.kind === 'works' && readListing(await askA(deps, listName(ip, zone))).kind === 'listed';
    }),
    domain: asking(zones.domain, 'domain', async (name, zone) => {
      const state = await byName(zone);
      return state.kind === 'works' && readListing(await askA(deps, `${name}.${zone}`)).kind === 'listed';
    }),
  };
}

/** Does the list know its own test points? */
export async function tryZone(deps: Pick<DnsListDeps, 'resolver'>, zone: string, family: 4 | 6): Promise<ZoneState> {
  const { listed, clear } = testPoints(family);
  const [one, other] = await Promise.all([askA(deps, listName(listed, zone)), askA(deps, listName(clear, zone))]);
  return zoneState(family, one, other);
}

/** The same of a list of domains. */
export async function tryNameZone(deps: Pick<DnsListDeps, 'resolver'>, zone: string): Promise<ZoneState> {
  const { listed, clear } = nameTestPoints;
  const [one, other] = await Promise.all([askA(deps, `${listed}.${zone}`), askA(deps, `${clear}.${zone}`)]);
  return zoneState(4, one, other);
}

export async function askA({ resolver }: Pick<DnsListDeps, 'resolver'>, name: string): Promise<Told> {
  const answer = await resolver.lookUp(name, 'A');
  if (answer.kind === 'records') return { kind: 'records', records: answer.records.map(canonicalIp) };
  return { kind: answer.kind === 'nodata' || answer.kind === 'nxdomain' ? 'none' : 'no answer' };
}

/** A list that does not work is told once an hour. */
function watched({ clock, log }: DnsListDeps, look: (zone: string) => Promise<ZoneState>): (zone: string) => Promise<ZoneState> {
  return remembered(100, ZONE_MS, clock.monotonic, async zone => {
    const state = await look(zone);
    if (state.kind !== 'works' && state.kind !== 'none')
      log.warn('a DNS blocklist of the MX does not work and is not asked', { domain: shownZone(zone), reason: state.kind });
    return state;
  });
}

function inTime<T>(answer: Promise<T>): Promise<T | null> {
  return new Promise(resolve => {
    const timer = setTimeout(() => resolve(null), MOST_MS);
    answer.then(resolve, () => resolve(null)).finally(() => clearTimeout(timer));
  });
}
