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

type Server = { readonly host: string; readonly port: number };

function serverAt(text: string): Server {
  const bracketed = /^\[(.+)\]:(\d+)$/.exec(text);
  if (bracketed) return { host: bracketed[1] as string, port: Number(bracketed[2]) };
  if (isIPv6(text)) return { host: text, port: 53 };
  const [host = '', port = '53'] = text.split(':');
  return { host, port: Number(port) };
}

/** Lower-case, without the root dot; underscores and other service labels pass. null: no name. */
function asciiName(name: string): string | null {
  const bare = name.replace(/\.$/, '').toLowerCase();
  const ascii = /\P{ASCII}/u.test(bare) ? domainToASCII(bare) : bare;
  return ascii.length > 0 && ascii.length <= 253 && ascii.split('.').every(label => label.length > 0 && label.length <= 63) ? ascii : null;
}

async function exchange(server: Server, name: string, type: RecordType, ms: number): Promise<DecodedPacket | null> {
  const id = randomInt(65_536);
  const flags = dnsPacket.RECURSION_DESIRED | dnsPacket.AUTHENTIC_DATA;
  const query = dnsPacket.encode({
    type: 'query',
    id,
    flags,
    questions: [{ type, name }],
    additionals: [{ type: 'OPT', name: '.', udpPayloadSize: 1232, flags: 0 } as never],
  });
  const answer = await overUdp(server, query, packet => matches(packet, id, name, type), ms);
  if (!answer?.flag_tc) return answer;
  return overTcp(server, query, packet => matches(packet, id, name, type), ms);
}

function matches(packet: DecodedPacket, id: number, name: string, type: RecordType): boolean {
  const question = packet.questions?.[0];
  return packet.type === 'response' && packet.id === id && question?.name.toLowerCase() === name && question.type === type;
}

function decode(bytes: Buffer): DecodedPacket | null {
  try {
    return dnsPacket.decode(bytes);
  } catch {
    return null;
  }
}

function overUdp(server: Server, query: Buffer, fits: (packet: DecodedPacket) => boolean, ms: number): Promise<DecodedPacket | null> {
  return new Promise(resolve => {
    const socket = createSocket(isIPv6(server.host) ? 'udp6' : 'udp4');
    const done = (packet: DecodedPacket | null): void => {
      clearTimeout(timer);
      socket.removeAllListeners();
      socket.on('error', () => undefined);
      socket.close();
      resolve(packet);
    };
    const timer = setTimeout(() => done(null), ms);
    socket.on('error', () => done(null));
    // A connected socket takes packets of this server only; what does not fit the question is somebody's guess.
    socket.on('message', bytes => {
      const packet = decode(bytes);
      if (packet && fits(packet)) done(packet);
    });
    socket.connect(server.port, server.host, () => socket.send(query));
  });
}

function overTcp(server: Server, query: Buffer, fits: (packet: DecodedPacket) => boolean, ms: number): Promise<DecodedPacket | null> {
  return new Promise(resolve => {
    const socket = connect(server.port, server.host);
    let got: Buffer = Buffer.alloc(0);
    const done = (packet: DecodedPacket | null): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(packet);
    };
    const timer = setTimeout(() => done(null), ms);
    socket.on('error', () => done(null)).on('close', () => done(null));
    socket.on('data', (piece: Buffer) => {
      got = Buffer.concat([got, piece]);
      if (got.length > MAX_TCP + 2) return done(null);
      if (got.length < 2 || got.length < got.readUInt16BE(0) + 2) return;
      const packet = decode(got.subarray(2, got.readUInt16BE(0) + 2));
      done(packet && fits(packet) ? packet : null);
    });
    socket.on('connect', () => {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(query.length);
      socket.write(Buffer.concat([length, query]));
    });
  });
}

/** Follows CNAMEs inside the answer; a chain that leaves it is looked up by the upstream, which recursion was asked of. */
function read(packet: DecodedPacket, name: string, type: RecordType, trusted: boolean): DnsAnswer {
  const code = (packet as unknown as { rcode: string }).rcode;
  const ad = trusted && packet.flag_ad;
  const answers = packet.answers ?? [];
  if (code !== 'NOERROR' && code !== 'NXDOMAIN') return { kind: 'servfail' };
  let at = name;
  for (let hop = 0; hop < MAX_CNAMES; hop++) {
    const records = answers.filter(one => one.type === type && one.name.toLowerCase() === at);
    if (records.length > 0) {
      const ttlSeconds = Math.min(MAX_TTL, ...records.map(one => (one as { ttl?: number }).ttl ?? 0));
      return { kind: 'records', records: records.map(one => valueOf(one, type)), ad, ttlSeconds, canonical: at };
    }
    const alias = answers.find(one => one.type === 'CNAME' && one.name.toLowerCase() === at);
    if (!alias) break;
    at = (alias as { data: string }).data.toLowerCase().replace(/\.$/, '');
  }
  const soa = packet.authorities?.find(one => one.type === 'SOA') as { ttl?: number; data?: { minimum?: number } } | undefined;
  const ttlSeconds = Math.min(MAX_NEGATIVE_TTL, soa?.ttl ?? 60, soa?.data?.minimum ?? 60);
  return { kind: code === 'NXDOMAIN' ? 'nxdomain' : 'nodata', ad, ttlSeconds };
}

function valueOf<T extends RecordType>(answer: Answer, type: T): RecordValue<T> {
  const data = (answer as { data: unknown }).data;
  const host = (text: unknown): string => String(text).toLowerCase().replace(/\.$/, '');
  const made = (): unknown => {
    switch (type) {
      case 'MX': {
        const mx = data as { exchange: string; preference?: number };
        return { exchange: host(mx.exchange), preference: mx.preference ?? 0 };
      }
      case 'TXT':
        return joinText(data as string | Uint8Array | readonly (string | Uint8Array)[]);
      case 'TLSA':
        return data;
      default:
        return type === 'A' || type === 'AAAA' ? String(data) : host(data);
    }
  };
  return made() as RecordValue<T>;
}

/** The strings of one TXT record joined, one character a byte. */
function joinText(data: string | Uint8Array | readonly (string | Uint8Array)[]): string {
  const pieces = typeof data === 'string' || data instanceof Uint8Array ? [data] : data;
  return Buffer.concat(pieces.map(piece => (typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece))).toString('latin1');
}
