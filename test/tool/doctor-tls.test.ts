// `doctor` on certificates and MTA-STS, against a real server on port 443 of a loopback address and a stub DNS.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { newAuthority, withoutOpenssl, type Authority, type Issued } from '../openssl.ts';
import { discard, must, ROOT, startServer, tenant, type Server, type Tenant } from '../server.ts';
import { startStubDns, type StubDns } from '../stub-dns.ts';

const HOST = '127.0.44.3';
const folder = mkdtempSync(join(tmpdir(), 'sesame-doctor-'));
const port443 = await new Promise<string | false>(resolve => {
  const probe = createServer();
  probe.once('error', () => resolve(`port 443 of ${HOST} cannot be listened on here`));
  probe.listen(443, HOST, () => probe.close(() => resolve(false)));
});
const skip = withoutOpenssl || port443;
let authority: Authority;
let certificate: Issued;
let dns: StubDns;
let server: Server;
let owner: Tenant;
let settings: Record<string, string>;

before(async () => {
  if (skip) return;
  authority = newAuthority(folder);
  certificate = authority.issue('mx', ['mx.sesame.test', 'mta-sts.shop.test'], 'ec');
  dns = await startStubDns({ 'mta-sts.shop.test A': [HOST], 'shop.test MX': ['10 mx.sesame.test'] });
  settings = {
    SESAME_HOSTNAME: 'mx.sesame.test',
    SESAME_TLS_CERT: certificate.cert,
    SESAME_TLS_KEY: certificate.key,
    SESAME_RESOLVER: dns.address,
    SESAME_CLAMD: 'off',
    NODE_EXTRA_CA_CERTS: authority.file,
  };
  server = await startServer({ ...settings, SESAME_HTTPS_LISTEN: `${HOST}:443` });
  owner = await tenant(server, 'shop.test');
  await must(owner.call('POST', '/v1/inbound/routes', { match: 'shop.test', action: 'drop' }));
});
after(async () => {
  if (!skip) {
    await server.stop();
    await dns.close();
    discard(server);
  }
  rmSync(folder, { recursive: true, force: true });
});

type Found = { readonly group: string; readonly name: string; readonly state: string; readonly found: string; readonly fix: string | null };

/** Not spawnSync: the stub DNS is of this process. */
function doctor(env: Readonly<Record<string, string>> = {}): Promise<readonly Found[]> {
  return new Promise(resolve => {
    const child = spawn(join(ROOT, 'bin/sesame'), ['doctor', '--json'], {
      env: { PATH: '/usr/bin:/bin', SESAME_URL: server.ready.http, SESAME_DATA_DIR: server.dataDir, ...settings, ...env },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (more: string) => (text += more));
    child.once('close', () =>
      resolve(
        text
          .split('\n')
          .filter(Boolean)
          .map(line => JSON.parse(line) as Found),
      ),
    );
  });
}
const of = (found: readonly Found[], group: string): readonly (readonly [string, string])[] =>
  found.filter(one => one.group === group).map(one => [one.name, one.state] as const);
const policy = async (): Promise<Found | undefined> => (await doctor()).find(one => one.group === 'MTA-STS');

test('certificates by name: good, near their end, of another name, broken, self-signed', { skip }, async () => {
  assert.deepEqual(of(await doctor(), 'Certificates'), [
    ['mta-sts.shop.test', 'ok'],
    ['host name', 'ok'],
  ]);
  const [soon, now, other] = [
    authority.issue('soon', ['mx.sesame.test'], 'ec', 10),
    authority.issue('now', ['mx.sesame.test'], 'ec', 2),
    authority.issue('other', ['www.sesame.test'], 'ec'),
  ];
  const using = async ({ cert, key }: Issued): Promise<ReturnType<typeof of>> =>
    of(await doctor({ SESAME_TLS_CERT: cert, SESAME_TLS_KEY: key }), 'Certificates');
  assert.deepEqual((await using(soon))[0], ['mx.sesame.test', 'warn']);
  assert.deepEqual((await using(now))[0], ['mx.sesame.test', 'fail']);
  assert.deepEqual((await using(other))[1], ['host name', 'fail']);
  assert.deepEqual(await using({ cert: soon.cert, key: other.key }), [['files', 'fail']]);
  const own = (await doctor({ SESAME_TLS_CERT: '', SESAME_TLS_KEY: '' })).filter(one => one.group === 'Certificates');
  assert.deepEqual([own[0]?.state, /self-signed/.test(own[0]?.found ?? '')], ['warn', true]);
});

test('MTA-STS: not published, reachable, an id of before, a strange MX, enforced, not reachable', { skip }, async () => {
  assert.deepEqual([(await policy())?.state, (await policy())?.found.startsWith('no record')], ['ok', true]);
  const expected = async (): Promise<string> =>
    ((await must(owner.call('GET', '/v1/domains/shop.test'))).records as { purpose: string; expected: string }[]).find(
      one => one.purpose === 'mta_sts',
    )?.expected ?? '';
  dns.zone['_mta-sts.shop.test TXT'] = [await expected()];
  assert.deepEqual([(await policy())?.state, (await policy())?.found], ['ok', 'testing, for mx.sesame.test']);
  await must(owner.call('PATCH', '/v1/domains/shop.test', { mtaSts: 'enforce' }));
  const stale = await policy();
  assert.deepEqual([stale?.state, stale?.fix], ['warn', `Publish _mta-sts.shop.test TXT "${await expected()}".`]);
  dns.zone['_mta-sts.shop.test TXT'] = [await expected()];
  assert.deepEqual([(await policy())?.state, (await policy())?.found], ['ok', 'enforce, for mx.sesame.test']);
  dns.zone['shop.test MX'] = ['10 mx.sesame.test', '20 backup.elsewhere.test'];
  const strange = await policy();
  assert.deepEqual([strange?.state, /backup\.elsewhere\.test is not in the policy/.test(strange?.found ?? '')], ['fail', true]);
  dns.zone['shop.test MX'] = ['10 mx.sesame.test'];
  dns.zone['mta-sts.shop.test A'] = ['127.0.44.4'];
  assert.equal((await policy())?.state, 'fail');
});
