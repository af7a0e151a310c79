// Every version of TLS and kind of certificate, from real OpenSSL and Debian's Postfix: how a mail gets there under each policy, and what
// the record says. `verified` wants a public chain for a name that no forged MX record could have chosen.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Issued } from '../peers/authority.ts';
import { cameSecured, heardNothing, noLab, startLab, type Lab } from '../peers/lab.ts';
import { only } from '../peers/openssl.ts';
import { startPostfixTls, type PostfixTls } from '../peers/postfix-tls.ts';
import { noPostfix } from '../postfix.ts';
import { until } from '../server.ts';

const skip = noLab();
let lab: Lab;

before(async () => {
  if (!skip) lab = await startLab('127.0.22', ['signed.test']);
});
after(async () => lab?.close());

for (const [version, told] of [
  ['tls1', 'TLSv1'],
  ['tls1_1', 'TLSv1.1'],
  ['tls1_2', 'TLSv1.2'],
  ['tls1_3', 'TLSv1.3'],
] as const) {
  for (const kind of ['rsa', 'ec'] as const) {
    test(`${told} alone with a certificate of ${kind}: encrypted, and the version told`, { skip }, async () => {
      const domain = `${kind}.${version.replace('_', '-')}.test`;
      const peer = await lab.peer(domain, lab.openssl.tls(lab.authority.issue(['mx.test'], { kind }), only(version)));
      const attempt = await lab.first(await lab.post(domain, { tls: 'required' }));
      assert.equal(attempt.state, 'delivered');
      assert.deepEqual([attempt.tls.used, attempt.tls.version, attempt.tls.policy], [true, told, 'required']);
      assert.ok(attempt.tls.cipher);
      cameSecured(peer);
    });
  }
}

test('RSA key exchange alone, as very old peers have it', { skip }, async () => {
  const issued = lab.authority.issue(['mx.test'], { kind: 'rsa' });
  const peer = await lab.peer('rsakex.test', lab.openssl.tls(issued, ['-tls1', '-cipher', 'AES128-SHA@SECLEVEL=0']));
  const attempt = await lab.first(await lab.post('rsakex.test'));
  assert.deepEqual([attempt.state, attempt.tls.used, attempt.tls.version, attempt.tls.cipher], ['delivered', true, 'TLSv1', 'AES128-SHA']);
  cameSecured(peer);
});

/** Certificates with something wrong: encrypted all the same, no proof. `why`: the reason when proof was wanted. */
const wrong: readonly { readonly name: string; readonly issued: (domain: string) => Issued; readonly why: RegExp }[] = [
  { name: 'expired', issued: domain => lab.authority.issue([domain, `mx.${domain}`], { expired: true }), why: /EXPIRED/ },
  { name: 'other-name', issued: () => lab.authority.issue(['mx.elsewhere.test']), why: /name/i },
  { name: 'self-signed', issued: domain => lab.authority.selfSigned([domain, `mx.${domain}`]), why: /SELF_SIGNED/ },
  {
    name: 'incomplete',
    issued: domain => lab.authority.issue([domain, `mx.${domain}`], { chain: 'none' }),
    why: /UNABLE_TO_VERIFY|UNABLE_TO_GET/,
  },
];
for (const { name, issued, why } of wrong) {
  test(`a certificate that is ${name}: encrypted where that is enough, and nothing sent where proof is wanted`, { skip }, async () => {
    for (const policy of ['opportunistic', 'required']) {
      const domain = `${policy}.${name}.test`;
      const peer = await lab.peer(domain, lab.openssl.tls(issued(domain)));
      const attempt = await lab.first(await lab.post(domain, { tls: policy }));
      assert.deepEqual([attempt.state, attempt.tls.used, attempt.tls.verified], ['delivered', true, false]);
      cameSecured(peer);
    }
    const domain = `verified.${name}.test`;
    const peer = await lab.peer(domain, lab.openssl.tls(issued(domain)));
    const attempt = await lab.first(await lab.post(domain, { tls: 'verified' }));
    assert.deepEqual([attempt.state, attempt.enhanced, attempt.tls.policy], ['deferred', '4.7.5', 'verified']);
    assert.match(attempt.tls.reason, why);
    assert.equal(peer.taken.length, 0);
    heardNothing(peer);
  });
}

test('verified: a public certificate for the domain of the recipient is proof', { skip }, async () => {
  const peer = await lab.peer('proof.test', lab.openssl.tls(lab.authority.issue(['proof.test', 'mx.proof.test'])));
  const attempt = await lab.first(await lab.post('proof.test', { tls: 'verified' }));
  assert.deepEqual([attempt.state, attempt.tls.used, attempt.tls.verified], ['delivered', true, true]);
  cameSecured(peer);
});

test('verified: the name of a mail host proves nothing where anybody could have forged the MX record', { skip }, async () => {
  const peer = await lab.peer('hostname.test', lab.openssl.tls(lab.authority.issue(['mx.hostname.test'])));
  const attempt = await lab.first(await lab.post('hostname.test', { tls: 'verified' }));
  assert.deepEqual([attempt.state, attempt.enhanced], ['deferred', '4.7.5']);
  assert.equal(peer.taken.length, 0);
});

test('verified: it does where the MX record is signed', { skip }, async () => {
  const peer = await lab.peer('signed.test', lab.openssl.tls(lab.authority.issue(['mx.signed.test'])));
  const attempt = await lab.first(await lab.post('signed.test', { tls: 'verified' }));
  assert.deepEqual([attempt.state, attempt.tls.used, attempt.tls.verified], ['delivered', true, true]);
  cameSecured(peer);
});

test('verified: a second mail host with the right certificate has the mail when the first cannot prove itself', { skip }, async () => {
  const bad = await lab.peer('bad.pair.test', lab.openssl.tls(lab.authority.selfSigned(['pair.test', 'mx.bad.pair.test'])));
  const good = await lab.peer('good.pair.test', lab.openssl.tls(lab.authority.issue(['pair.test', 'mx.good.pair.test'])));
  lab.dns.zone['pair.test MX'] = ['10 mx.bad.pair.test', '20 mx.good.pair.test'];
  const attempt = await lab.first(await lab.post('pair.test', { tls: 'verified' }));
  assert.deepEqual([attempt.state, attempt.tls.verified], ['delivered', true]);
  assert.match(attempt.peer, /mx\.good\.pair\.test/);
  assert.equal(bad.taken.length, 0);
  heardNothing(bad);
  cameSecured(good);
});

test('mail that must be encrypted never rides a connection that is not', { skip }, async () => {
  const peer = await lab.peer('shared.test', null);
  assert.equal((await lab.first(await lab.post('shared.test'))).state, 'delivered');
  const attempt = await lab.first(await lab.post('shared.test', { tls: 'required' }));
  assert.deepEqual([attempt.state, attempt.enhanced, peer.taken.length], ['deferred', '4.7.4', 1]);
});

const postfixes: readonly Pick<PostfixTls, 'takes' | 'level' | 'protocols'>[] = [
  { takes: 'may.postfix.test', level: 'may', protocols: '>=TLSv1' },
  { takes: 'encrypt.postfix.test', level: 'encrypt', protocols: 'TLSv1.2' },
  { takes: 'new.postfix.test', level: 'encrypt', protocols: 'TLSv1.3' },
  { takes: 'older.postfix.test', level: 'may', protocols: 'TLSv1.1' },
  { takes: 'old.postfix.test', level: 'encrypt', protocols: 'TLSv1' },
];
for (const { takes, level, protocols } of postfixes) {
  test(`Debian's Postfix with level ${level} and ${protocols}`, { skip: skip || noPostfix() }, async t => {
    const host = lab.address();
    const postfix = startPostfixTls({
      host,
      port: lab.port,
      takes,
      level,
      protocols,
      issued: lab.authority.issue([takes], { kind: 'rsa' }),
    });
    t.after(postfix.stop);
    lab.dns.zone[`${takes} MX`] = [`10 mx.${takes}`];
    lab.dns.zone[`mx.${takes} A`] = [host];
    const { state, tls } = await lab.first(await lab.post(takes, { tls: 'verified' }));
    const version = protocols.startsWith('>') ? 'TLSv1.3' : protocols;
    assert.deepEqual([state, tls.used, tls.version, tls.verified], ['delivered', true, version, true]);
    // The same from the other side.
    const seen = new RegExp(`TLS connection established from .* ${version.replace('.', '\\.')} with cipher`);
    await until('Postfix tells of the session', () => seen.test(postfix.log()));
    await until('it is in the Maildir', () => postfix.mails().length === 1);
  });
}

test("Debian's Postfix without TLS: clear where that may be, and never where it may not", { skip: skip || noPostfix() }, async t => {
  const takes = 'none.postfix.test';
  const host = lab.address();
  const issued = lab.authority.issue([takes]);
  const postfix = startPostfixTls({ host, port: lab.port, takes, level: 'none', protocols: '>=TLSv1', issued });
  t.after(postfix.stop);
  lab.dns.zone[`${takes} MX`] = [`10 mx.${takes}`];
  lab.dns.zone[`mx.${takes} A`] = [host];
  const strict = await lab.first(await lab.post(takes, { tls: 'required' }));
  assert.deepEqual([strict.state, strict.enhanced], ['deferred', '4.7.4']);
  const open = await lab.first(await lab.post(takes));
  assert.deepEqual([open.state, open.tls.used], ['delivered', false]);
  assert.match(open.tls.reason, /does not offer STARTTLS/);
  await until('it is in the Maildir', () => postfix.mails().length === 1);
});
