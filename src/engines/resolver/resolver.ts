// A stub resolver over dns-packet: random ids and ports, the question checked in each answer, TCP when an answer is cut, retries over the
// servers given, a bounded cache with positive and negative TTLs (RFC 2308); failures are kept for seconds only.
import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { getServers } from 'node:dns';
import { connect, isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';
import dnsPacket, { type Answer, type DecodedPacket } from 'dns-packet';
import type { Clock } from '../types.ts';
import type { Budget, DnsAnswer, RecordType, RecordValue, Resolver } from './types.ts';

const TRY_MS = [1_500, 3_000, 3_000];
const CACHE_ENTRIES = 20_000;
const MAX_TTL = 86_400;
const MAX_NEGATIVE_TTL = 900;
const FAILURE_TTL = 5;
const MAX_CNAMES = 8;
/** RFC 9619 and every sane TXT fit; more is cut off by the length field itself. */
const MAX_TCP = 65_535;

type Options = {
  readonly servers: readonly string[];
  readonly trusted: boolean;
  readonly clock: Clock;
  /** false: every question is asked (a record that was published a moment ago must be seen). */
  readonly cached?: boolean;
};

/** `servers`: ip:port; empty = the system's. AD bits count only when `trusted`. */
export function newResolver({ servers, trusted, clock, cached = true }: Options): Resolver {
  const upstream = (servers.length > 0 ? servers : getServers()).map(serverAt);
  const cache = new Map<string, { readonly answer: DnsAnswer; readonly until: number }>();
  const running = new Map<string, Promise<DnsAnswer>>();
  const keep = (key: string, answer: DnsAnswer): DnsAnswer => {
    const ttl = 'ttlSeconds' in answer ? answer.ttlSeconds : FAILURE_TTL;
    if (!cached) return answer;
    if (cache.size >= CACHE_ENTRIES) cache.delete(cache.keys().next().value as string);
    cache.set(key, { answer, until: clock.monotonic() + ttl * 1000 });
    return answer;
  };
  const ask = async (name: string, type: RecordType): Promise<DnsAnswer> => {
    let last: DnsAnswer = { kind: 'timeout' };
    for (const [turn, ms] of TRY_MS.entries()) {
      const server = upstream[turn % upstream.length];
      if (!server) return { kind: 'timeout' };
      const packet = await exchange(server, name, type, ms);
      if (!packet) continue;
      last = read(packet, name, type, trusted);
      if (last.kind !== 'servfail') return last;
    }
    return last;
  };
  const lookUp = async (given: string, type: RecordType, budget?: Budget): Promise<DnsAnswer> => {
    const name = asciiName(given);
    if (!name) return { kind: 'nxdomain', ad: false, ttlSeconds: MAX_NEGATIVE_TTL };
    if (budget && !budget.take()) return { kind: 'budget' };
    const key = `${type} ${name}`;
    const kept = cache.get(key);
    if (kept && kept.until > clock.monotonic() && !budget?.fresh) return kept.answer;
    const there = running.get(key);
    if (there) return there;
    const asked = ask(name, type)
      .then(answer => keep(key, answer))
      .finally(() => running.delete(key));
    running.set(key, asked);
    return asked;
  };
  return { lookUp: lookUp as Resolver['lookUp'], close: () => cache.clear() };
}
