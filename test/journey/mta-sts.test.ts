// What we promise others of our own domains: the MTA-STS policy over real HTTPS, read by our own reader; when it may be enforced; the
// records to publish; TLSA records that fit; answers to ACME challenges.
import assert from 'node:assert/strict';
import type { X509Certificate } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { get as plainGet } from 'node:http';
import { get as secureGet } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { connect as tlsConnect } from 'node:tls';
import { daneCheck, daneOffer } from '../../src/tlspolicy/dane.ts';
import { readStsPolicy, readStsRecord, stsNames } from '../../src/tlspolicy/mta-sts.ts';
import { newAuthority, withoutOpenssl as skip, type Authority } from '../openssl.ts';
import { discard, must, startServer, tenant, type Json, type Server, type Tenant } from '../server.ts';
import { startStubDns, type StubDns } from '../stub-dns.ts';

const folder = mkdtempSync(join(tmpdir(), 'sesame-sts-'));
const webroot = join(folder, 'webroot');
let dns: StubDns;
let authority: Authority;
let server: Server;
let owner: Tenant;

before(async () => {
  if (skip) return;
  authority = newAuthority(folder);
  dns = await startStubDns({});
  const names = ['mx.sesame.test', 'mta-sts.shop.test', 'mta-sts.pending.test'];
  const all = [authority.issue('rsa', names, 'rsa'), authority.issue('ec', names, 'ec')];
  server = await startServer({
    SESAME_TLS_CERT: all.map(one => one.cert).join(),
    SESAME_TLS_KEY: all.map(one => one.key).join(),
    SESAME_HTTPS_LISTEN: '127.0.0.1:0',
    SESAME_RESOLVER: dns.address,
    SESAME_ACME_WEBROOT: webroot,
    SESAME_TRUSTED_PROXIES: '127.0.0.1/32',
    NODE_EXTRA_CA_CERTS: authority.file,
  });
  owner = await tenant(server, 'shop.test');
});
after(async () => {
  if (!skip) {
    await server.stop();
    await dns.close();
    discard(server);
  }
  rmSync(folder, { recursive: true, force: true });
});

type Got = { readonly status: number; readonly type: string; readonly body: string };

/** Over HTTPS with the name checked, or plain with headers. */
function get(host: string, path: string, headers: Readonly<Record<string, string>> | null = null): Promise<Got> {
  const at = new URL((headers ? server.ready.http : server.ready.https) ?? '');
  const where = { host: '127.0.0.1', port: at.port, path, agent: false };
  return new Promise((resolve, reject) => {
    const ask = headers
      ? plainGet({ ...where, headers: { host, ...headers } })
      : secureGet({ ...where, servername: host, headers: { host }, ca: authority.pem });
    ask.once('error', reject).once('response', answer => {
      let body = '';
      answer.setEncoding('latin1').on('data', (text: string) => (body += text));
      answer.once('end', () => resolve({ status: answer.statusCode ?? 0, type: answer.headers['content-type'] ?? '', body }));
    });
  });
}

const POLICY = '/.well-known/mta-sts.txt';
const patch = (mtaSts: string): ReturnType<Tenant['call']> => owner.call('PATCH', '/v1/domains/shop.test', { mtaSts });
const policyNow = async (): Promise<Exclude<ReturnType<typeof readStsPolicy>, { invalid: string }>> => {
  const { status, type, body } = await get('mta-sts.shop.test', POLICY);
  assert.equal(status, 200);
  assert.match(type, /^text\/plain\b/);
  const policy = readStsPolicy(body);
  if ('invalid' in policy) throw new Error(policy.invalid);
  return policy;
};
const recordsOf = (domain: Json): Record<string, Json> =>
  Object.fromEntries((domain.records as Json[]).map(one => [one.purpose as string, one]));

test('the policy is served over HTTPS, and our own reader takes it; each mode has an id of its own', { skip }, async () => {
  await must(owner.call('POST', '/v1/inbound/routes', { match: 'shop.test', action: 'drop' }));
  const ids = new Set<string>();
  for (const mode of ['none', 'testing', 'enforce'] as const) {
    const changed = await must(patch(mode));
    assert.equal(changed.mtaSts, mode);
    const policy = await policyNow();
    assert.equal(policy.mode, mode);
    assert.ok(stsNames(policy, 'mx.sesame.test'));
    ids.add(readStsRecord([recordsOf(changed)['mta_sts'].expected]) ?? '');
  }
  assert.equal(ids.size, 3);
  assert.ok([...ids].every(id => id.length > 0));
  const again = await must(patch('none'));
  assert.ok(ids.has(readStsRecord([recordsOf(again)['mta_sts'].expected]) ?? ''), 'the same policy has the same id');
  assert.equal((await patch('strict')).body.error.field, 'mtaSts');
  assert.equal((await owner.call('PATCH', '/v1/domains/shop.test', {})).status, 422);
});

test('only verified domains, only over HTTPS or behind a proxy that says so', { skip }, async () => {
  await must(owner.call('POST', '/v1/domains', { name: 'pending.test' }));
  assert.equal((await get('mta-sts.pending.test', POLICY)).status, 404);
  assert.equal((await get('mx.sesame.test', POLICY)).status, 404);
  const plain = async (headers: Readonly<Record<string, string>>): Promise<number> =>
    (await get('mta-sts.shop.test', POLICY, headers)).status;
  assert.equal(await plain({}), 404);
  assert.equal(await plain({ 'x-forwarded-proto': 'http' }), 404);
  assert.equal(await plain({ 'x-forwarded-proto': 'https' }), 200);
  assert.equal((await get('x', POLICY, { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'MTA-STS.shop.test' })).status, 200);
});

test('the records to publish are shown with mail routes only, looked at, and prove nothing', { skip }, async () => {
  const other = await tenant(server, 'quiet.test');
  const quiet = recordsOf(await must(other.call('GET', '/v1/domains/quiet.test')));
  assert.deepEqual([quiet['mta_sts'], quiet['tls_rpt']], [undefined, undefined]);
  const check = async (): Promise<Json> => must(owner.call('POST', '/v1/domains/shop.test/verify'));
  const before = recordsOf(await check());
  assert.deepEqual(
    ['mta_sts', 'mta_sts_host', 'tls_rpt'].map(purpose => [before[purpose].host, before[purpose].status]),
    [
      ['_mta-sts.shop.test', 'missing'],
      ['mta-sts.shop.test', 'missing'],
      ['_smtp._tls.shop.test', 'missing'],
    ],
  );
  dns.zone['_mta-sts.shop.test TXT'] = ['v=STSv1; id=older;'];
  dns.zone['mta-sts.shop.test CNAME'] = ['mx.sesame.test'];
  dns.zone['_smtp._tls.shop.test TXT'] = [before['tls_rpt'].expected];
  const middle = recordsOf(await check());
  assert.deepEqual(
    ['mta_sts', 'mta_sts_host', 'tls_rpt'].map(purpose => middle[purpose].status),
    ['different', 'ok', 'ok'],
  );
  dns.zone['_mta-sts.shop.test TXT'] = [before['mta_sts'].expected];
  delete dns.zone['mta-sts.shop.test CNAME'];
  dns.zone['mta-sts.shop.test A'] = ['192.0.2.1'];
  dns.zone['mx.sesame.test A'] = ['192.0.2.1', '192.0.2.2'];
  const done = recordsOf(await check());
  assert.deepEqual([done['mta_sts'].status, done['mta_sts_host'].status], ['ok', 'ok'], 'the same address serves as well as an alias');
  dns.zone['mta-sts.shop.test A'] = ['192.0.2.9'];
  const moved = recordsOf(await check())['mta_sts_host'];
  assert.deepEqual([moved.status, moved.current], ['different', '192.0.2.9']);
  await must(owner.call('POST', '/v1/domains', { name: 'records.test' }));
  dns.zone['_mta-sts.records.test TXT'] = ['v=STSv1; id=1;'];
  assert.equal((await must(owner.call('POST', '/v1/domains/records.test/verify'))).state, 'pending');
});

test('GET /v1/tls is the operator’s; the TLSA records that it names fit what the MX shows', { skip }, async () => {
  assert.equal((await owner.call('GET', '/v1/tls')).body.error.code, 'forbidden');
  const told = await must(server.call('GET', '/v1/tls'));
  assert.deepEqual(told.mx.provable, true, told.mx.why);
  assert.deepEqual(
    told.certificates.map((one: Json) => [one.kind, one.state, one.selfSigned, one.default]),
    [
      ['rsa', 'ok', false, true],
      ['ec', 'ok', false, true],
    ],
  );
  const [host = '', port = ''] = server.ready.submissions.split(':');
  for (const cipher of ['ECDHE-RSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-AES128-GCM-SHA256']) {
    const shown = await new Promise<X509Certificate>((resolve, reject) => {
      const secure = tlsConnect({
        host,
        port: Number(port),
        servername: 'mx.sesame.test',
        ca: authority.pem,
        maxVersion: 'TLSv1.2',
        ciphers: cipher,
      });
      secure.once('secureConnect', () => {
        const one = secure.getPeerX509Certificate();
        secure.destroy();
        if (one) resolve(one);
      });
      secure.once('error', reject);
    });
    const records = (told.mx.tlsa as string[]).map(one => {
      const [usage, selector, matchingType, hex = ''] = one.split(' ');
      return { usage: Number(usage), selector: Number(selector), matchingType: Number(matchingType), certificate: Buffer.from(hex, 'hex') };
    });
    const tlsa = { kind: 'records', ad: true, records } as const;
    const offer = daneOffer({ mxAd: true, addressAd: true, tlsa, names: ['mx.sesame.test'] });
    assert.equal(daneCheck(offer, [shown.raw], Date.now()).state, 'match', cipher);
  }
});

test('enforce is refused while the certificate for the MX host proves nothing', { skip }, async () => {
  const own = await startServer({ SESAME_HTTPS_LISTEN: '127.0.0.1:0' });
  const strangers = await tenant(own, 'shop.test');
  const refused = await strangers.call('PATCH', '/v1/domains/shop.test', { mtaSts: 'enforce' });
  assert.deepEqual([refused.status, refused.body.error.code], [409, 'wrong_state']);
  assert.match(refused.body.error.message, /certificate for mx\.sesame\.test is self-signed/);
  assert.equal((await must(strangers.call('GET', '/v1/domains/shop.test'))).mtaSts, 'testing');
  await own.stop();
  discard(own);
  // A good certificate of another name.
  const other = authority.issue('other', ['www.sesame.test'], 'ec');
  const wrong = await startServer({ SESAME_TLS_CERT: other.cert, SESAME_TLS_KEY: other.key, NODE_EXTRA_CA_CERTS: authority.file });
  const tenantOfWrong = await tenant(wrong, 'shop.test');
  const answer = await tenantOfWrong.call('PATCH', '/v1/domains/shop.test', { mtaSts: 'enforce' });
  assert.match(answer.body.error.message, /shows none of the names mx\.sesame\.test/);
  // A right one of an authority that nobody knows.
  const right = authority.issue('right', ['mx.sesame.test'], 'ec');
  await wrong.stop();
  discard(wrong);
  const unknown = await startServer({ SESAME_TLS_CERT: right.cert, SESAME_TLS_KEY: right.key });
  const tenantOfUnknown = await tenant(unknown, 'shop.test');
  const third = await tenantOfUnknown.call('PATCH', '/v1/domains/shop.test', { mtaSts: 'enforce' });
  assert.match(third.body.error.message, /does not reach the trust anchor/);
  await unknown.stop();
  discard(unknown);
});

test('answers to ACME challenges, for any host, and nothing else out of the folder', { skip }, async () => {
  const challenges = join(webroot, '.well-known/acme-challenge');
  mkdirSync(challenges, { recursive: true });
  writeFileSync(join(challenges, 'tok_en-1'), 'tok_en-1.thumbprint');
  writeFileSync(join(challenges, 'large'), Buffer.alloc(5_000));
  writeFileSync(join(webroot, 'secret'), 'no');
  symlinkSync(join(webroot, 'secret'), join(challenges, 'link'));
  mkdirSync(join(challenges, 'folder'));
  const ask = (token: string, host = 'anything.test'): Promise<Got> => get(host, `/.well-known/acme-challenge/${token}`, {});
  const found = await ask('tok_en-1');
  assert.deepEqual([found.status, found.body], [200, 'tok_en-1.thumbprint']);
  assert.equal((await get('mx.sesame.test', '/.well-known/acme-challenge/tok_en-1')).status, 200, 'over HTTPS too');
  for (const token of ['none', 'large', 'link', 'folder', '..%2f..%2fsecret', '..', '%2e%2e%2fsecret', 'a%00', 'secret'])
    assert.equal((await ask(token)).status, 404, token);
});
