// Asks DNS and the sockets of this machine about one sending IP; what the answers mean is in ips/checks.ts. Used by upkeep, the API and
// `doctor`.
import type { Config } from '../config.ts';
import { tryZone } from '../engines/dns-lists.ts';
import { checkSpf } from '../engines/mailauth.ts';
import { bindFault, greetingFault } from '../engines/reachability.ts';
import type { RecordType, Resolver } from '../engines/resolver/types.ts';
import { canonicalIp, familyOf, listName, reverseName } from '../ips/address.ts';
import { MAX_NAMES } from '../ips/bounds.ts';
import {
  addressLook,
  confirmedName,
  forwardLook,
  heloLook,
  listLook,
  portLook,
  ptrLook,
  spfLook,
  type Cover,
  type Look,
  type Named,
} from '../ips/checks.ts';
import type { Told, ZoneState } from '../ips/dnsbl.ts';

type Dns = { readonly resolver: Resolver };

/** What one round of checks has in common: lists that were tried, and the probe from every IP. */
export type Round = {
  readonly zone: (zone: string, family: 4 | 6) => Promise<ZoneState>;
  /** null: no probe is set. `error` null = reached. */
  readonly probe: (ip: string) => Promise<{ readonly host: string; readonly error: string | null; readonly othersReach: boolean } | null>;
};

export type Asked = {
  readonly ip: string;
  /** Sending domains with proof of their own. */
  readonly domains: readonly string[];
  /** Of deliveries in the last hour. */
  readonly connected: number;
  readonly unreached: number;
};

export function newRound(deps: Dns & { readonly config: Pick<Config, 'portProbe'> }, ips: readonly string[]): Round {
  const zones = new Map<string, Promise<ZoneState>>();
  const { portProbe } = deps.config;
  const probes = new Map<string, Promise<string | null>>();
  const probed = (ip: string): Promise<string | null> => kept(probes, ip, () => greetingFault(portProbe ?? { host: ip, port: 0 }, ip));
  return {
    zone: (zone, family) => kept(zones, `${family} ${zone}`, () => tryZone(deps, zone, family)),
    probe: async ip => {
      if (!portProbe) return null;
      const error = await probed(ip);
      const others = error === null ? [] : ips.filter(one => one !== ip && familyOf(one) === familyOf(ip));
      const othersReach = (await Promise.all(others.map(probed))).includes(null);
      return { host: `${portProbe.host}:${portProbe.port}`, error, othersReach };
    },
  };
}

/** Every check of one IP. `helo`: the confirmed name; absent when DNS did not say. Look-ups have the resolver's own deadlines. */
export async function lookAtIp(
  deps: Dns & { readonly config: Pick<Config, 'hostname' | 'dnsbls' | 'deliveryPort'> },
  round: Round,
  asked: Asked,
): Promise<{ readonly looks: readonly Look[]; readonly helo?: string | null }> {
  const { ip } = asked;
  const { hostname, dnsbls, deliveryPort: port } = deps.config;
  const [bound, named, lists, probe, covers] = await Promise.all([
    bindFault(ip),
    lookAtName(deps, ip, hostname),
    Promise.all(dnsbls.map(zone => lookAtList(deps, round, ip, zone))),
    round.probe(ip),
    Promise.all(asked.domains.map(domain => coverOf(deps, ip, hostname, domain))),
  ]);
  const looks = [
    addressLook(ip, bound),
    ...named.looks,
    spfLook(ip, covers),
    portLook(ip, { port, probe, connected: asked.connected, unreached: asked.unreached }),
    ...lists,
  ];
  return named.helo === undefined ? { looks } : { looks, helo: named.helo };
}

/** PTR, the way back, and the greeting. */
async function lookAtName(
  deps: Dns,
  ip: string,
  hostname: string,
): Promise<{ readonly looks: readonly Look[]; readonly helo: string | null | undefined }> {
  const type = familyOf(ip) === 4 ? 'A' : 'AAAA';
  const ptr = await told(deps, reverseName(ip), 'PTR');
  const names = ptr.kind === 'records' ? ptr.records.slice(0, MAX_NAMES) : [];
  const named = (name: string): Promise<Named> => told(deps, name, type).then(addresses => ({ name, addresses }));
  const back = await Promise.all(names.map(named));
  const helo = confirmedName(ip, hostname, back);
  const own = back.find(one => one.name === hostname) ?? (await named(hostname));
  const forward = forwardLook(ip, ptr.kind === 'no answer' ? null : back);
  const looks = [ptrLook(ip, hostname, ptr), forward, heloLook(ip, helo, own)];
  return { looks, helo: helo === null && forward.state === 'unknown' ? undefined : helo };
}

export async function lookAtList(deps: Dns, round: Pick<Round, 'zone'>, ip: string, zone: string): Promise<Look> {
  const state = await round.zone(zone, familyOf(ip));
  return listLook(zone, ip, state, state.kind === 'works' ? await told(deps, listName(ip, zone), 'A') : { kind: 'none' });
}

async function coverOf({ resolver }: Dns, ip: string, helo: string, domain: string): Promise<Cover> {
  return { domain, result: await checkSpf(resolver, { ip, helo, sender: `bounce@bounce.${domain}` }) };
}

async function told({ resolver }: Dns, name: string, type: RecordType & ('A' | 'AAAA' | 'PTR')): Promise<Told> {
  const answer = await resolver.lookUp(name, type);
  if (answer.kind === 'records') return { kind: 'records', records: type === 'PTR' ? answer.records : answer.records.map(canonicalIp) };
  return { kind: answer.kind === 'nodata' || answer.kind === 'nxdomain' ? 'none' : 'no answer' };
}

function kept<T>(cache: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const there = cache.get(key);
  if (there) return there;
  const made = make();
  cache.set(key, made);
  return made;
}
