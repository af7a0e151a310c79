// Routing over a zone of our own: hops in order, and the floor of TLS at each from what DNS signs and the domain publishes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DnsAnswer, RecordType, Resolver } from '../engines/resolver/types.ts';
import type { Attempted, Job, Routed } from '../mail.ts';
import type { StsDecision } from '../tlspolicy/sts-cache.ts';
import { route } from './route.ts';
import type { RouteDeps } from './types.ts';

type Zone = Record<
  string,
  { readonly records?: readonly unknown[]; readonly ad?: boolean; readonly canonical?: string; readonly kind?: string }
>;

/** `NAME TYPE` to an answer; what is not there is NXDOMAIN, signed where the zone says so at `NAME`. */
function resolver(zone: Zone, asked: string[] = []): Resolver {
  const lookUp = (name: string, type: RecordType): Promise<DnsAnswer> => {
    asked.push(`${name} ${type}`);
    const found = zone[`${name} ${type}`];
    const ad = found?.ad ?? zone[name]?.ad ?? false;
    if (found?.kind) return Promise.resolve({ kind: found.kind } as DnsAnswer);
    if (found?.records)
      return Promise.resolve({
        kind: 'records',
        records: found.records,
        ad,
        ttlSeconds: 60,
        canonical: found.canonical ?? name,
      } as DnsAnswer);
    return Promise.resolve({ kind: zone[name] ? 'nodata' : 'nxdomain', ad, ttlSeconds: 60 });
  };
  return { lookUp: lookUp as Resolver['lookUp'], close: () => undefined };
}

const NO_STS: StsDecision = { policy: null, refresh: 'no', keep: null, failure: null, why: 'no MTA-STS' };
const job = (over: Partial<Job> = {}): Job => ({
  emailId: 'msg_1',
  fence: 1,
  lane: 'mx:there.test',
  direction: 'out',
  accountId: 'acc_1',
  mailFrom: 'a@here.test',
  fromDomain: 'here.test',
  messageId: '<1@here.test>',
  size: 100,
  acceptedAt: 0,
  expiresAt: 1_000,
  tls: 'opportunistic',
  requireTls: false,
  tlsRequiredNo: false,
  smtpUtf8: false,
  eightBit: false,
  ret: null,
  envid: null,
  pool: null,
  personal: null,
  recipients: [
    {
      n: 0,
      address: 'b@there.test',
      notify: null,
      orcpt: null,
      target: { kind: 'mx', domain: 'there.test' },
      attempts: 0,
      warned: false,
      unknownSince: null,
    },
  ],
  ...over,
});
function deps(zone: Zone, over: Partial<RouteDeps> = {}): RouteDeps {
  return {
    config: { hostname: 'here.test', smarthost: null, deliveryPort: 25 } as RouteDeps['config'],
    resolver: resolver(zone),
    clock: { now: () => 500, monotonic: () => 500 },
    allowed: () => true,
    isOurs: () => false,
    ownDoor: () => null,
    wishes: () => Promise.resolve({ domain: null, account: null, operator: null, destinations: [] }),
    sts: () => Promise.resolve(NO_STS),
    pace: { providerOf: ([host = '']) => ({ key: host, name: host, rules: {} as never }), enter: () => Promise.resolve({ ok: true }) },
    candidates: () => Promise.resolve({ pool: 'shared', list: [{ ip: null, helo: 'here.test', warming: false }], why: '', until: null }),
    ...over,
  };
}
const routed = async (d: RouteDeps, j = job()): Promise<Routed> => {
  const outcome = await route(d, j);
  assert.ok('hops' in outcome, JSON.stringify(outcome));
  return outcome;
};
const tlsa = { usage: 3, selector: 1, matchingType: 1, certificate: Buffer.alloc(32, 7) };
const mx = (...names: string[]): { records: readonly unknown[] } => ({
  records: names.map((exchange, i) => ({ exchange, preference: (i + 1) * 10 })),
});
const SIGNED: Zone = {
  'there.test MX': { ...mx('mx1.there.test', 'mx2.there.test'), ad: true },
  'mx1.there.test': { ad: true },
  'mx1.there.test A': { records: ['192.0.2.1'], ad: true },
  '_25._tcp.mx1.there.test TLSA': { records: [tlsa], ad: true },
  'mx2.there.test': { ad: true },
  'mx2.there.test A': { records: ['192.0.2.2'], ad: true },
  '_25._tcp.mx2.there.test TLSA': { kind: 'servfail' },
};

test('hosts by preference, each with its own floor: DANE proves one, a failed look-up keeps mail from the other', async () => {
  const { hops } = await routed(deps(SIGNED));
  assert.deepEqual(
    hops.map(hop => [hop.ip, hop.floor.level, hop.floor.verifyBy, hop.floor.useHost]),
    [
      ['192.0.2.1', 'verified', 'dane', true],
      ['192.0.2.2', 'opportunistic', null, false],
    ],
  );
  assert.deepEqual(hops[0]?.floor.names, ['mx1.there.test', 'there.test']);
});

test('without AD all along the way there is no DANE, and TLSA is not even asked for', async () => {
  for (const unsigned of ['there.test MX', 'mx1.there.test A']) {
    const asked: string[] = [];
    const zone = { ...SIGNED, [unsigned]: { ...SIGNED[unsigned], ad: false } };
    const { hops } = await routed(deps(zone, { resolver: resolver(zone, asked) }));
    assert.equal(hops[0]?.floor.level, 'opportunistic', unsigned);
    assert.ok(!asked.includes('_25._tcp.mx1.there.test TLSA'), unsigned);
  }
});

test('an address family that gives no answer leaves the host unproven', async () => {
  const { hops } = await routed(deps({ ...SIGNED, 'mx1.there.test AAAA': { kind: 'servfail' } }));
  assert.equal(hops[0]?.dane.state, 'none');
});

test('a signed alias: the TLSA records at its end are asked first, then those of the name', async () => {
  const zone: Zone = {
    ...SIGNED,
    'mx1.there.test A': { records: ['192.0.2.1'], ad: true, canonical: 'host.else.test' },
    'host.else.test': { ad: true },
  };
  const { hops } = await routed(deps(zone));
  assert.equal(hops[0]?.floor.verifyBy, 'dane');
  assert.deepEqual(hops[0]?.floor.names, ['host.else.test', 'mx1.there.test', 'there.test']);
});

test('MTA-STS: the named host is proven, the other may not be used; the last attempt asks for a newer policy', async () => {
  const policy = { mode: 'enforce', mx: ['mx1.there.test'], maxAge: 86_400 } as const;
  const asked: boolean[] = [];
  const sts: RouteDeps['sts'] = (_domain, last) => {
    asked.push(last);
    return Promise.resolve({ ...NO_STS, policy });
  };
  const plain: Zone = {
    'there.test MX': mx('mx1.there.test', 'mx2.there.test'),
    'mx1.there.test A': { records: ['192.0.2.1'] },
    'mx2.there.test A': { records: ['192.0.2.2'] },
  };
  const { hops, published } = await routed(deps(plain, { sts }));
  assert.deepEqual(
    hops.map(hop => [hop.floor.verifyBy, hop.floor.useHost]),
    [
      ['mta-sts', true],
      [null, false],
    ],
  );
  assert.equal(published?.sts, policy);
  await routed(deps(plain, { sts }), job({ expiresAt: 400 }));
  assert.deepEqual(asked, [false, true]);
});

test('TLS-Required: No sets DANE and MTA-STS aside, and no wish of the operator', async () => {
  const quiet = await routed(deps(SIGNED), job({ tlsRequiredNo: true }));
  assert.equal(quiet.hops[0]?.floor.level, 'opportunistic');
  const wishes: RouteDeps['wishes'] = () =>
    Promise.resolve({ domain: null, account: null, operator: null, destinations: [{ pattern: '*.test', level: 'required', names: [] }] });
  const held = await routed(
    deps({ 'there.test MX': mx('mx.there.test'), 'mx.there.test A': { records: ['192.0.2.1'] } }, { wishes }),
    job({ tlsRequiredNo: true }),
  );
  assert.equal(held.hops[0]?.floor.level, 'required');
});

test('a smarthost with a login is proven by its name; without one its setting says how far', async () => {
  const config = (user: string | null, tls: 'opportunistic' | 'required' | 'verified'): RouteDeps['config'] =>
    ({
      hostname: 'here.test',
      deliveryPort: 25,
      sendingIps: [],
      smarthost: { host: 'out.test', port: 587, implicit: false, user, password: user, tls },
    }) as unknown as RouteDeps['config'];
  const zone: Zone = { 'out.test A': { records: ['192.0.2.9'] } };
  const strict = await routed(deps(zone, { config: config('u', 'verified') }));
  assert.deepEqual([strict.hops[0]?.floor.level, strict.hops[0]?.floor.names], ['verified', ['out.test']]);
  const plain = await routed(deps(zone, { config: config(null, 'required') }));
  assert.equal(plain.hops[0]?.floor.level, 'required');
});

test('our own door asks for TLS and no name; no door at all is a loop', async () => {
  const zone: Zone = { 'there.test MX': mx('here.test') };
  const own = await routed(deps(zone, { ownDoor: () => ({ host: 'here.test', ip: '127.0.0.1', port: 2525 }) }), job({ tls: 'verified' }));
  assert.deepEqual([own.hops[0]?.floor.level, own.hops[0]?.floor.verifyBy], ['required', null]);
  const loop = (await route(deps(zone), job())) as Attempted;
  assert.equal(loop.tried[0]?.enhanced, '5.4.6');
});

test('no way: null MX, no domain, no answer, no address, closed addresses', async () => {
  const attempt = async (zone: Zone, over: Partial<RouteDeps> = {}): Promise<string> => {
    const one = ((await route(deps(zone, over), job())) as Attempted).tried[0];
    return `${one?.result} ${one?.enhanced}`;
  };
  assert.equal(await attempt({ 'there.test MX': { records: [{ exchange: '', preference: 0 }] } }), 'bounced 5.1.10');
  assert.equal(await attempt({}), 'bounced 5.1.2');
  assert.equal(await attempt({ 'there.test MX': { kind: 'servfail' } }), 'deferred 4.4.3');
  assert.equal(await attempt({ 'there.test MX': mx('mx.there.test') }), 'deferred 4.4.4');
  assert.equal(await attempt({ 'there.test MX': mx('mx.there.test'), 'mx.there.test A': { kind: 'timeout' } }), 'deferred 4.4.3');
  const inside: Zone = { 'there.test MX': mx('mx.there.test'), 'mx.there.test A': { records: ['10.0.0.1'] } };
  assert.equal(await attempt(inside, { allowed: () => false }), 'bounced 5.4.6');
});
