// MTA-STS (RFC 8461) against real web hosts and mail hosts: what an enforced policy asks for is held, what a policy in test finds stops
// nothing, a policy that cannot be had is none; and what `TLS-Required: No` (RFC 8689) takes back and what it does not.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { must } from '../server.ts';
import { tlsa } from '../peers/authority.ts';
import { answers, noPort443, policyText, startHttpsHost, type Answering, type HttpsHost } from '../peers/https-host.ts';
import { cameInClear, cameSecured, heardNothing, noLab, startLab, type Lab } from '../peers/lab.ts';
import type { Peer, StartTls } from '../peers/smtp-peer.ts';

const skip = noLab() || noPort443();
let lab: Lab;
let web: HttpsHost;

before(async () => {
  if (skip) return;
  web = await startHttpsHost('127.0.24.250');
  lab = await startLab('127.0.24', ['dane.test']);
});
after(async () => {
  await lab?.close();
  await web?.close();
});

const announce = (domain: string, id: string): void => void (lab.dns.zone[`_mta-sts.${domain} TXT`] = [`v=STSv1; id=${id};`]);
const publish = (domain: string, answer: Answering, id = '1'): void => {
  announce(domain, id);
  lab.dns.zone[`mta-sts.${domain} A`] = [web.ip];
  web.hosts[`mta-sts.${domain}`] ??= { certificate: lab.authority.issue([`mta-sts.${domain}`]), answer };
  (web.hosts[`mta-sts.${domain}`] as { answer: Answering }).answer = answer;
};
const policy = (mode: 'enforce' | 'testing' | 'none', ...mx: readonly string[]): Answering => answers.policy(policyText(mode, mx));
const fetches = (domain: string): number => web.asked.filter(one => one.startsWith(`mta-sts.${domain} `)).length;

/** The usual wrong set-up: TLS, but a certificate that nobody vouches for. */
const selfSigned = (domain: string): StartTls => lab.openssl.tls(lab.authority.selfSigned([`mx.${domain}`]));
const good = (domain: string): StartTls => lab.openssl.tls(lab.authority.issue([`mx.${domain}`]));

const delivered = async (id: string, peer: Peer, verified: boolean): Promise<string> => {
  const attempt = await lab.first(id);
  assert.deepEqual([attempt.state, attempt.tls.used, attempt.tls.verified], ['delivered', true, verified], attempt.reply);
  cameSecured(peer);
  return attempt.tls.reason;
};
const waits = async (id: string, peer: Peer, code: string): Promise<string> => {
  const attempt = await lab.first(id);
  assert.deepEqual([attempt.state, attempt.enhanced], ['deferred', code], attempt.reply);
  heardNothing(peer);
  assert.equal(peer.taken.length, 0);
  return attempt.tls.reason;
};

test('enforce: a host that is named and proves its name has the mail; the policy is fetched once', { skip }, async () => {
  const domain = 'match.test';
  const peer = await lab.peer(domain, good(domain));
  publish(domain, policy('enforce', `mx.${domain}`));
  assert.match(await delivered(await lab.post(domain), peer, true), /MTA-STS/);
  assert.equal((await lab.first(await lab.post(domain))).state, 'delivered');
  assert.equal(fetches(domain), 1);
});

test('enforce with a pattern: *.DOMAIN names one label and no more', { skip }, async () => {
  const domain = 'pattern.test';
  const peer = await lab.peer(domain, good(domain));
  publish(domain, policy('enforce', `*.${domain}`));
  await delivered(await lab.post(domain), peer, true);
  const deep = await lab.peer('a.deep.test', good('a.deep.test'));
  lab.dns.zone['deep.test MX'] = ['10 mx.a.deep.test'];
  publish('deep.test', policy('enforce', '*.deep.test'));
  assert.match(await waits(await lab.post('deep.test'), deep, '4.7.5'), /does not name mx\.a\.deep\.test/);
});

test('enforce: a host that is not named is not even asked; the next one that is has the mail', { skip }, async () => {
  const domain = 'unnamed.test';
  const peer = await lab.peer(domain, good(domain));
  publish(domain, policy('enforce', 'mx.elsewhere.test'));
  assert.match(await waits(await lab.post(domain), peer, '4.7.5'), /does not name/);
  assert.equal(peer.connections(), 0);
  const second = await lab.peer('second.test', good('second.test'));
  lab.dns.zone['both.test MX'] = [`10 mx.${domain}`, '20 mx.second.test'];
  publish('both.test', policy('enforce', 'mx.second.test'));
  await delivered(await lab.post('both.test'), second, true);
});

for (const [name, starttls, code, why] of [
  ['selfsigned', selfSigned, '4.7.5', /SELF_SIGNED/],
  ['othername', () => lab.openssl.tls(lab.authority.issue(['mx.elsewhere.test'])), '4.7.5', /name/],
  ['expired', (domain: string) => lab.openssl.tls(lab.authority.issue([`mx.${domain}`], { expired: true })), '4.7.5', /EXPIRED/],
  ['stripped', () => null, '4.7.4', /STARTTLS/],
] as const) {
  test(`enforce: a host that is ${name} does not get the mail`, { skip }, async () => {
    const domain = `${name}.test`;
    const peer = await lab.peer(domain, starttls(domain));
    publish(domain, policy('enforce', `mx.${domain}`));
    assert.match(await waits(await lab.post(domain), peer, code), why);
  });
}

test('testing and none stop nothing: neither a wrong name nor a wrong certificate', { skip }, async () => {
  for (const mode of ['testing', 'none'] as const) {
    const domain = `${mode}.test`;
    const peer = await lab.peer(domain, selfSigned(domain));
    publish(domain, policy(mode, 'mx.elsewhere.test'));
    await delivered(await lab.post(domain), peer, false);
    assert.equal(fetches(domain), 1);
    const plain = await lab.peer(`plain.${domain}`, null);
    publish(`plain.${domain}`, policy(mode, `mx.plain.${domain}`));
    assert.equal((await lab.first(await lab.post(`plain.${domain}`))).state, 'delivered');
    cameInClear(plain);
  }
});

/** Each would forbid the host, if it were taken for a policy. */
const forbidding = policyText('enforce', ['mx.elsewhere.test']);
const unusable: Readonly<Record<string, Answering>> = {
  missing: answers.status(404),
  broken: answers.status(500),
  moved: answers.redirect('https://mta-sts.match.test/.well-known/mta-sts.txt'),
  html: answers.html(forbidding),
  huge: answers.huge(forbidding),
  nonsense: answers.policy('version: STSv2\r\nmode: enforce\r\nmx: mx.elsewhere.test\r\nmax_age: 86400\r\n'),
};
for (const [name, answer] of Object.entries(unusable)) {
  test(`a policy that cannot be had (${name}) is none, and the mail goes`, { skip }, async () => {
    const domain = `${name}.fetch.test`;
    const peer = await lab.peer(domain, selfSigned(domain));
    publish(domain, answer);
    const others = fetches('match.test');
    await delivered(await lab.post(domain), peer, false);
    assert.equal(fetches(domain), 1);
    assert.equal(fetches('match.test'), others, 'the redirect was not followed');
  });
}

test('a policy host that is silent, or whose certificate is wrong, is none too', { skip }, async () => {
  const slow = await lab.peer('stuck.fetch.test', selfSigned('stuck.fetch.test'));
  publish('stuck.fetch.test', answers.stuck());
  const posted = await lab.post('stuck.fetch.test');
  const wrong = { self: lab.authority.selfSigned(['mta-sts.self.fetch.test']), name: lab.authority.issue(['mta-sts.elsewhere.test']) };
  for (const [name, certificate] of Object.entries(wrong)) {
    const domain = `${name}.fetch.test`;
    const peer = await lab.peer(domain, selfSigned(domain));
    publish(domain, answers.policy(forbidding));
    web.hosts[`mta-sts.${domain}`] = { certificate, answer: answers.policy(forbidding) };
    await delivered(await lab.post(domain), peer, false);
    assert.equal(fetches(domain), 0, 'nothing was asked over TLS that proves nothing');
  }
  await delivered(posted, slow, false);
});

test('a kept policy holds when its record and its web host are gone, and a new id makes it be fetched anew', { skip }, async () => {
  const domain = 'kept.test';
  let starttls = good(domain);
  const peer = await lab.peer(domain, () => starttls);
  publish(domain, policy('enforce', `mx.${domain}`));
  await delivered(await lab.post(domain), peer, true);
  // Somebody hides the record and puts a host of his own in the way.
  delete lab.dns.zone[`_mta-sts.${domain} TXT`];
  (web.hosts[`mta-sts.${domain}`] as { answer: Answering }).answer = answers.status(404);
  starttls = selfSigned(domain);
  peer.hangUp();
  const attempt = await lab.first(await lab.post(domain));
  assert.deepEqual([attempt.state, attempt.enhanced], ['deferred', '4.7.5']);
  assert.equal(peer.taken.length, 1);
  // The domain takes its policy back in the way that is meant for it.
  publish(domain, policy('none'), '2');
  const after = await lab.first(await lab.post(domain));
  assert.deepEqual([after.state, after.tls.used, after.tls.verified], ['delivered', true, false]);
  assert.equal(fetches(domain), 2);
});

test('DANE goes before MTA-STS: it is enough by itself, and what fails it no policy rescues', { skip }, async () => {
  const issued = lab.authority.selfSigned(['mx.fits.dane.test']);
  const fits = await lab.peer('fits.dane.test', lab.openssl.tls(issued));
  lab.dns.zone[`_${lab.port}._tcp.mx.fits.dane.test TLSA`] = [tlsa(3, 1, 1, issued.x509)];
  publish('fits.dane.test', policy('enforce', 'mx.fits.dane.test'));
  assert.match(await delivered(await lab.post('fits.dane.test'), fits, true), /TLSA|DANE/);
  const fails = await lab.peer('fails.dane.test', good('fails.dane.test'));
  lab.dns.zone[`_${lab.port}._tcp.mx.fails.dane.test TLSA`] = [`3 1 1 ${'ab'.repeat(32)}`];
  publish('fails.dane.test', policy('enforce', 'mx.fails.dane.test'));
  assert.match(await waits(await lab.post('fails.dane.test'), fails, '4.7.5'), /TLSA|DANE/);
});

const NO = 'TLS-Required: No\n';

test('TLS-Required: No sets MTA-STS and DANE aside for that message, travels on and is signed', { skip }, async () => {
  const sts = await lab.peer('lowered.test', selfSigned('lowered.test'));
  publish('lowered.test', policy('enforce', 'mx.elsewhere.test'));
  const dane = await lab.peer('lowered.dane.test', selfSigned('lowered.dane.test'));
  lab.dns.zone[`_${lab.port}._tcp.mx.lowered.dane.test TLSA`] = [`3 1 1 ${'ab'.repeat(32)}`];
  for (const [domain, peer] of [
    ['lowered.test', sts],
    ['lowered.dane.test', dane],
  ] as const) {
    await waits(await lab.post(domain), peer, '4.7.5');
    assert.match(await delivered(await lab.submit(domain, '', NO), peer, false), /TLS-Required: No/);
    const raw = peer.taken[0]?.raw ?? '';
    assert.match(raw, /^TLS-Required: No\r$/im);
    assert.match(raw.replace(/\r\n[ \t]+/g, ''), /^DKIM-Signature:.*\bh=[^;]*\btls-required\b/im);
  }
});

test('it lowers nothing that the sender, account or operator wants, and REQUIRETLS makes it void', { skip }, async () => {
  const domain = 'wanted.test';
  const peer = await lab.peer(domain, null);
  const raw = Buffer.from(`From: a@sender.test\nTo: b@${domain}\nSubject: x\n${NO}\nx\n`).toString('base64');
  const posted = await must(lab.call('POST', '/v1/emails', { from: 'a@sender.test', to: `b@${domain}`, raw, tls: 'required' }));
  await waits(posted.id, peer, '4.7.4');
  const issued = lab.authority.selfSigned(['mx.void.dane.test']);
  const strict = await lab.peer('void.dane.test', lab.openssl.tls(issued), ['REQUIRETLS']);
  lab.dns.zone[`_${lab.port}._tcp.mx.void.dane.test TLSA`] = [`3 1 1 ${'ab'.repeat(32)}`];
  await waits(await lab.submit('void.dane.test', 'REQUIRETLS', NO), strict, '4.7.5');
});
