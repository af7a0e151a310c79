// `doctor` on mail that goes out: whether the resolver checks signatures (DANE needs it), whether other mail hosts can be reached, whether
// the smarthost takes us, and whether our own mail (notifications, TLS reports) is signed.
import type { Config, Smarthost } from '../config.ts';
import { systemClock } from '../engines/clock.ts';
import { newBudget, type MxRecord, type Resolver } from '../engines/resolver/types.ts';
import type { Hop, Source } from '../mail.ts';
import { reach } from '../deliver/reach.ts';
import { newContexts, newSessions } from '../deliver/tls.ts';
import { lookUpHost } from '../route/dane.ts';
import { tlsFloor } from '../tlspolicy/decide.ts';
import type { Doctor, Finding, Known } from './types.ts';

const GROUP = 'Outgoing mail';
/** A signed zone that every resolver knows, and a mail host that takes connections from everywhere. */
const SIGNED_ZONE = 'org';
const WELL_KNOWN = 'gmail.com';
const QUERIES = 20;
/** A firewall that drops says nothing; delivery itself waits longer. */
const CONNECT_MS = 8_000;

export async function* outbound({ config, resolver, known }: Doctor): AsyncIterable<Finding> {
  yield await signatures(config, resolver);
  if (config.smarthost) yield await smarthost(config, resolver, config.smarthost);
  else yield await port25(config, resolver);
  yield await ownMail(config, known);
}

async function signatures(config: Config, resolver: Resolver): Promise<Finding> {
  const base = { group: GROUP, name: 'DNSSEC' };
  const fix = 'Run a validating resolver on this machine (apt install unbound) and set SESAME_RESOLVER=127.0.0.1:53.';
  if (!config.resolverTrusted) return { ...base, state: 'warn', found: 'the resolver is not trusted: DANE is not used', fix };
  const answer = await resolver.lookUp(SIGNED_ZONE, 'NS');
  if (answer.kind !== 'records') return { ...base, state: 'unknown', found: `no answer about the zone ${SIGNED_ZONE}`, fix };
  return answer.ad
    ? { ...base, state: 'ok', found: 'the resolver checks signatures: DANE is used where a domain has it', fix: null }
    : { ...base, state: 'warn', found: 'the resolver is trusted and checks no signatures: DANE is not used', fix };
}

async function port25(config: Config, resolver: Resolver): Promise<Finding> {
  const base = { group: GROUP, name: `port ${config.deliveryPort}` };
  const answer = await resolver.lookUp(WELL_KNOWN, 'MX');
  const host = answer.kind === 'records' ? (answer.records as readonly MxRecord[])[0]?.exchange : undefined;
  const ip = host ? (await lookUpHost(resolver, host, newBudget(QUERIES))).ips[0] : undefined;
  if (!host || !ip)
    return { ...base, state: 'unknown', found: `no mail host of ${WELL_KNOWN} was found in DNS`, fix: 'Look at the resolver first.' };
  const hop: Hop = { host, ip, port: config.deliveryPort, ...plainFloor(host, false, false) };
  const outcome = await tried(config, hop, false);
  if (outcome === 'greeted') return { ...base, state: 'ok', found: `${host} [${ip}] answers`, fix: null };
  const fix =
    'Most hosting providers close port 25 until you ask: ask them to open it, or set SESAME_SMARTHOST to a relay that takes your mail.';
  return { ...base, state: 'fail', found: `${host} [${ip}] cannot be reached: ${outcome}`, fix };
}

async function smarthost(config: Config, resolver: Resolver, { host, port, implicit, user, password, tls }: Smarthost): Promise<Finding> {
  const base = { group: GROUP, name: 'smarthost' };
  const ip = (await lookUpHost(resolver, host, newBudget(QUERIES))).ips[0];
  if (!ip) return { ...base, state: 'fail', found: `${host} has no address`, fix: 'Look at the name in SESAME_SMARTHOST.' };
  const { floor, dane } = plainFloor(host, true, user !== null);
  const hop: Hop = { host, ip, port, dane, floor: tls === 'opportunistic' ? floor : { ...floor, level: tls } };
  const login = user === null ? null : { user, password: password ?? '' };
  const outcome = await tried(config, hop, implicit, login);
  if (outcome === 'greeted') return { ...base, state: 'ok', found: `${host}:${port} takes us${login ? ', login and all' : ''}`, fix: null };
  return {
    ...base,
    state: 'fail',
    found: `${host}:${port}: ${outcome}`,
    fix: 'Look at host, port, user and password in SESAME_SMARTHOST.',
  };
}

function plainFloor(host: string, isSmarthost: boolean, login: boolean): Pick<Hop, 'floor' | 'dane'> {
  const dane = { state: 'none', why: 'not asked' } as const;
  const wishes = { message: null, domain: null, account: null, operator: null, destinations: [], requireTls: false, tlsRequiredNo: false };
  return { dane, floor: tlsFloor(wishes, { host, domain: null, mxAd: true, sts: null, dane, smarthost: isSmarthost, login }) };
}

/** `greeted`, or what went wrong, in the words of the delivery. Nothing is remembered of it. */
async function tried(config: Config, hop: Hop, implicit: boolean, login: Parameters<typeof reach>[4] = null): Promise<string> {
  const source: Source = { ip: null, helo: config.hostname, warming: false };
  const deps = {
    contexts: newContexts(config.tlsMin.delivery),
    sessions: newSessions(systemClock.now),
    memory: { recall: () => Promise.resolve({ offeredAt: null, troubleAt: null }), keep: () => Promise.resolve() },
    clock: systemClock,
  };
  const late = new Promise<string>(resolve => setTimeout(() => resolve('no answer in time'), CONNECT_MS).unref());
  const outcome = reach(deps, hop, source, implicit, login).then(reached => {
    if (!reached.ok) return reached.text;
    reached.connection.quit();
    return 'greeted';
  });
  return Promise.race([outcome, late]);
}

async function ownMail(config: Config, known: Known): Promise<Finding> {
  const base = { group: GROUP, name: 'own mail' };
  const fix = `Add ${config.hostname}, or the domain above it, as a sending domain and publish its records: notifications are signed then, and TLS reports are sent by mail (unsigned ones count nowhere).`;
  // From the name itself up to the domain below the top.
  const names = config.hostname.split('.').map((_, i, all) => all.slice(i).join('.'));
  for (const name of names.length > 1 ? names.slice(0, -1) : names) {
    const isVerified = await known.isVerified(name);
    if (isVerified === null)
      return { ...base, state: 'unknown', found: 'the server does not say', fix: 'Start it, or set SESAME_URL and the key.' };
    if (isVerified) return { ...base, state: 'ok', found: `signed by ${name}`, fix: null };
  }
  return { ...base, state: 'warn', found: `nothing signs mail from ${config.hostname}`, fix };
}
