// DANE for SMTP (RFC 7672) with a signed zone behind a real validating resolver, and REQUIRETLS (RFC 8689): what the records of a mail host
// promise is held, what is forged or cannot be had keeps the mail from it, and without DNSSEC the records count for nothing.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { tlsa, type Issued } from '../peers/authority.ts';
import { talkingOn } from '../peers/broken.ts';
import { cameInClear, cameSecured, heardNothing, noLab, startLab, type Lab } from '../peers/lab.ts';
import type { Peer } from '../peers/smtp-peer.ts';
import type { Fault } from '../peers/signed-zone.ts';

const skip = noLab();
let lab: Lab;

before(async () => {
  if (!skip) lab = await startLab('127.0.23', ['dane.test', 'silent.test']);
});
after(async () => lab?.close());

/** The port that mail is delivered to (RFC 7672 section 2.2.3), which is not 25 here. */
const place = (host: string): string => `_${lab.port}._tcp.${host}`;
const publish = (host: string, records: readonly string[], fault?: Fault): void => {
  lab.dns.zone[`${place(host)} TLSA`] = records;
  if (fault) lab.dns.faults[`${place(host)} TLSA`] = fault;
};
const daneHost = async (domain: string, issued: Issued, records: readonly string[], fault?: Fault): Promise<Peer> => {
  const peer = await lab.peer(domain, lab.openssl.tls(issued));
  publish(`mx.${domain}`, records, fault);
  return peer;
};

/** Mail that asked for nothing: DANE alone raises the floor. */
const matching: readonly {
  readonly domain: string;
  readonly issued: (host: string) => Issued;
  readonly records: (one: Issued) => string[];
}[] = [
  // Usage 3: neither name nor dates nor issuer count (section 3.1.1).
  { domain: 'key.dane.test', issued: host => lab.authority.selfSigned([host]), records: one => [tlsa(3, 1, 1, one.x509)] },
  { domain: 'whole.dane.test', issued: host => lab.authority.selfSigned([host]), records: one => [tlsa(3, 0, 0, one.x509)] },
  { domain: 'sha512.dane.test', issued: host => lab.authority.selfSigned([host]), records: one => [tlsa(3, 0, 2, one.x509)] },
  {
    domain: 'expired.dane.test',
    issued: () => lab.authority.issue(['mx.elsewhere.test'], { expired: true }),
    records: one => [tlsa(3, 1, 1, one.x509)],
  },
  // Usage 2: an issuer in the chain that the peer sends, and the name.
  { domain: 'anchor.dane.test', issued: host => lab.authority.issue([host]), records: () => [tlsa(2, 1, 1, lab.authority.mid)] },
  {
    domain: 'root.dane.test',
    issued: host => lab.authority.issue([host], { chain: 'root' }),
    records: () => [tlsa(2, 0, 1, lab.authority.root)],
  },
  {
    domain: 'nexthop.dane.test',
    issued: () => lab.authority.issue(['nexthop.dane.test']),
    records: () => [tlsa(2, 0, 1, lab.authority.mid)],
  },
  // While a key is rolled over the old record and the new one stand side by side.
  {
    domain: 'rollover.dane.test',
    issued: host => lab.authority.selfSigned([host]),
    records: one => [`3 1 1 ${'00'.repeat(32)}`, tlsa(3, 1, 1, one.x509)],
  },
];
for (const { domain, issued, records } of matching) {
  test(`match: ${domain}`, { skip }, async () => {
    const one = issued(`mx.${domain}`);
    const peer = await daneHost(domain, one, records(one));
    const attempt = await lab.first(await lab.post(domain));
    assert.deepEqual([attempt.state, attempt.tls.used, attempt.tls.verified], ['delivered', true, true]);
    assert.match(attempt.tls.reason, /DANE|TLSA/);
    cameSecured(peer);
  });
}

const mismatching: typeof matching = [
  { domain: 'otherkey.dane.test', issued: host => lab.authority.issue([host]), records: () => [`3 1 1 ${'ab'.repeat(32)}`] },
  { domain: 'otherca.dane.test', issued: host => lab.authority.selfSigned([host]), records: () => [tlsa(2, 0, 1, lab.authority.root)] },
  {
    domain: 'othername.dane.test',
    issued: () => lab.authority.issue(['mx.elsewhere.test']),
    records: () => [tlsa(2, 1, 1, lab.authority.mid)],
  },
  {
    domain: 'late.dane.test',
    issued: host => lab.authority.issue([host], { expired: true }),
    records: () => [tlsa(2, 1, 1, lab.authority.mid)],
  },
];
for (const { domain, issued, records } of mismatching) {
  test(`mismatch: ${domain} does not get the mail`, { skip }, async () => {
    const one = issued(`mx.${domain}`);
    const peer = await daneHost(domain, one, records(one));
    const attempt = await lab.first(await lab.post(domain));
    assert.deepEqual([attempt.state, attempt.enhanced], ['deferred', '4.7.5']);
    assert.match(attempt.tls.reason, /DANE|TLSA/);
    heardNothing(peer);
    assert.equal(peer.taken.length, 0);
    // The next of its hosts may prove itself, and has it then.
    const good = lab.authority.selfSigned([`mx.second.${domain}`]);
    const second = await daneHost(`second.${domain}`, good, [tlsa(3, 1, 1, good.x509)]);
    lab.dns.zone[`two.${domain} MX`] = [`10 mx.${domain}`, `20 mx.second.${domain}`];
    const other = await lab.first(await lab.post(`two.${domain}`));
    assert.deepEqual([other.state, other.tls.verified], ['delivered', true]);
    cameSecured(second);
  });
}

test('DANE at a host without STARTTLS, or with broken TLS: nothing in clear, not even after a failure', { skip }, async () => {
  for (const [name, starttls, code] of [
    ['stripped', null, '4.7.4'],
    ['broken', talkingOn, '4.7.5'],
  ] as const) {
    const domain = `${name}.dane.test`;
    const peer = await lab.peer(domain, starttls);
    publish(`mx.${domain}`, [`3 1 1 ${'ab'.repeat(32)}`]);
    const attempt = await lab.first(await lab.post(domain));
    assert.deepEqual([attempt.state, attempt.enhanced, attempt.tls.used], ['deferred', code, false]);
    heardNothing(peer);
  }
});

test('records of which none is of use: TLS, but nothing to prove (RFC 7672 section 2.2)', { skip }, async () => {
  const odd = [`1 0 1 ${'ab'.repeat(32)}`, `3 1 1 ${'ab'.repeat(31)}`, `3 1 9 ${'ab'.repeat(32)}`];
  const peer = await daneHost('unusable.dane.test', lab.authority.selfSigned(['x.test']), odd);
  const attempt = await lab.first(await lab.post('unusable.dane.test'));
  assert.deepEqual([attempt.state, attempt.tls.used, attempt.tls.verified], ['delivered', true, false]);
  cameSecured(peer);
  const plain = await lab.peer('unusable2.dane.test', null);
  publish('mx.unusable2.dane.test', odd);
  const waiting = await lab.first(await lab.post('unusable2.dane.test'));
  assert.deepEqual([waiting.state, waiting.enhanced], ['deferred', '4.7.4']);
  heardNothing(plain);
});

for (const [name, fault, zone] of [
  ['forged', 'forged', 'dane.test'],
  ['failing', 'servfail', 'dane.test'],
  ['unanswered', 'silent', 'silent.test'],
] as const) {
  test(`a TLSA answer that is ${name}: the host is not used at all`, { skip }, async () => {
    const domain = `${name}.${zone}`;
    const issued = lab.authority.issue([`mx.${domain}`]);
    const peer = await daneHost(domain, issued, [tlsa(3, 1, 1, issued.x509)], fault);
    const attempt = await lab.first(await lab.post(domain));
    assert.deepEqual([attempt.state, attempt.tls?.used ?? false], ['deferred', false]);
    assert.match(attempt.enhanced, /^4\.7\.5$/);
    assert.match(`${attempt.reply} ${attempt.tls?.reason}`, /DANE|TLSA/);
    heardNothing(peer);
    assert.equal(peer.connections(), 0);
  });
}

test('a forged MX or address answer is no answer: the mail waits', { skip }, async () => {
  const peer = await lab.peer('bogusmx.dane.test', null);
  lab.dns.faults['bogusmx.dane.test MX'] = 'forged';
  const byMx = await lab.first(await lab.post('bogusmx.dane.test'));
  assert.deepEqual([byMx.state, byMx.enhanced], ['deferred', '4.4.3']);
  const other = await lab.peer('bogusa.dane.test', null);
  lab.dns.faults['mx.bogusa.dane.test A'] = 'forged';
  assert.equal((await lab.first(await lab.post('bogusa.dane.test'))).state, 'deferred');
  assert.deepEqual([peer.connections(), other.connections()], [0, 0]);
});

test('without DNSSEC there is no DANE: an unsigned MX, or a host in an unsigned zone', { skip }, async () => {
  const wrong = [`3 1 1 ${'ab'.repeat(32)}`];
  const unsigned = await daneHost('unsigned.test', lab.authority.selfSigned(['mx.unsigned.test']), wrong);
  const byMx = await lab.first(await lab.post('unsigned.test'));
  assert.deepEqual([byMx.state, byMx.tls.used, byMx.tls.verified], ['delivered', true, false]);
  cameSecured(unsigned);
  const outside = await daneHost('outside.test', lab.authority.selfSigned(['mx.outside.test']), wrong);
  lab.dns.zone['elsewhere.dane.test MX'] = ['10 mx.outside.test'];
  const byHost = await lab.first(await lab.post('elsewhere.dane.test'));
  assert.deepEqual([byHost.state, byHost.tls.used, byHost.tls.verified], ['delivered', true, false]);
  cameSecured(outside);
});

test('a signed host without TLSA records is a host like any other', { skip }, async () => {
  const peer = await lab.peer('none.dane.test', null);
  const attempt = await lab.first(await lab.post('none.dane.test'));
  assert.deepEqual([attempt.state, attempt.tls.used], ['delivered', false]);
  cameInClear(peer);
});

test('aliases: records at the end of a signed CNAME of the host, and TLSA records that are an alias themselves', { skip }, async () => {
  const issued = lab.authority.selfSigned(['mx.real.dane.test']);
  const peer = await daneHost('real.dane.test', issued, [tlsa(3, 1, 1, issued.x509)]);
  lab.dns.zone['alias.dane.test MX'] = ['10 mx.alias.dane.test'];
  lab.dns.zone['mx.alias.dane.test CNAME'] = ['mx.real.dane.test'];
  const attempt = await lab.first(await lab.post('alias.dane.test'));
  assert.deepEqual([attempt.state, attempt.tls.verified], ['delivered', true]);
  cameSecured(peer);
  const linked = await lab.peer('linked.dane.test', lab.openssl.tls(lab.authority.selfSigned(['x.test'])));
  lab.dns.zone[`${place('mx.linked.dane.test')} CNAME`] = ['_key.dane.test'];
  lab.dns.zone['_key.dane.test TLSA'] = [`3 1 1 ${'ab'.repeat(32)}`];
  const refused = await lab.first(await lab.post('linked.dane.test'));
  assert.deepEqual([refused.state, refused.enhanced], ['deferred', '4.7.5']);
  heardNothing(linked);
});

test('REQUIRETLS: to a proven host that offers it the mail goes, with the parameter', { skip }, async () => {
  const issued = lab.authority.selfSigned(['mx.strict.dane.test']);
  const peer = await lab.peer('strict.dane.test', lab.openssl.tls(issued), ['REQUIRETLS']);
  publish('mx.strict.dane.test', [tlsa(3, 1, 1, issued.x509)]);
  const attempt = await lab.first(await lab.submit('strict.dane.test', 'REQUIRETLS'));
  assert.deepEqual([attempt.state, attempt.tls.verified], ['delivered', true]);
  cameSecured(peer);
  assert.match(peer.taken[0]?.mailParameters ?? '', /\bREQUIRETLS\b/);
});

test('REQUIRETLS: not to a host that does not offer it, nor to one that proves nothing', { skip }, async () => {
  const issued = lab.authority.selfSigned(['mx.lax.dane.test']);
  const lax = await daneHost('lax.dane.test', issued, [tlsa(3, 1, 1, issued.x509)]);
  const without = await lab.first(await lab.submit('lax.dane.test', 'REQUIRETLS'));
  assert.match(without.enhanced, /^[45]\.7\.30$/);
  assert.match(`${without.reply} ${without.tls.reason}`, /REQUIRETLS/);
  const unproven = await lab.peer('unproven.test', lab.openssl.tls(lab.authority.selfSigned(['x.test'])), ['REQUIRETLS']);
  const attempt = await lab.first(await lab.submit('unproven.test', 'REQUIRETLS'));
  assert.deepEqual([attempt.state, attempt.enhanced], ['deferred', '4.7.5']);
  const clear = await lab.peer('unprotected.test', null);
  assert.match((await lab.first(await lab.submit('unprotected.test', 'REQUIRETLS'))).enhanced, /^[45]\.7\.4$/);
  for (const peer of [lax, unproven, clear]) {
    heardNothing(peer);
    assert.equal(peer.taken.length, 0);
  }
});
