// The recipes of docs/tls.md with the real programs: lego gets an RSA and a P-256 certificate through our webroot, certbot renews them with
// its hook under the running server, and clients that know the authority's root are content.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { connect, type ConnectionOptions } from 'node:tls';
import { withoutOpenssl } from '../openssl.ts';
import { startPebble, withoutAcme, type Pebble } from '../pebble.ts';
import { discard, startServer, until, type Server } from '../server.ts';
import { startStubDns, type StubDns } from '../stub-dns.ts';

const skip = withoutOpenssl || withoutAcme('lego', 'certbot');
const folder = mkdtempSync(join(tmpdir(), 'sesame-acme-'));
const webroot = join(folder, 'webroot');
const NAMES = ['mx.sesame.test', 'mta-sts.shop.test'];
let dns: StubDns;
let pebble: Pebble;
let server: Server;

before(async () => {
  if (skip) return;
  mkdirSync(webroot);
  dns = await startStubDns(Object.fromEntries(NAMES.map(name => [`${name} A`, ['127.0.0.1']])));
  server = await startServer({ SESAME_ACME_WEBROOT: webroot });
  pebble = await startPebble(folder, dns.address, Number(new URL(server.ready.http).port));
});
after(async () => {
  if (!skip) {
    await server.stop();
    await pebble.close();
    await dns.close();
    discard(server);
  }
  rmSync(folder, { recursive: true, force: true });
});

/** Not spawnSync: the stub DNS is of this process. */
function run(program: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const env = { PATH: process.env['PATH'], HOME: folder, LEGO_CA_CERTIFICATES: pebble.trust, REQUESTS_CA_BUNDLE: pebble.trust };
    const child = spawn(program, [...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (text += bytes.toString('utf8')));
    child.once('error', reject);
    child.once('close', code => (code === 0 ? resolve() : reject(new Error(`${program} ended with ${code}\n${text}`))));
  });
}

const domains = NAMES.flatMap(name => ['-d', name]);
const served = (type: string, end: string): string => join(folder, `lego-${type}/certificates/mx.sesame.test.${end}`);

/** Serial of what is shown to a client that checks it; rejects when the check fails. */
function shown(servername: string, cipher: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const [host = '', port = ''] = server.ready.submissions.split(':');
    const options: ConnectionOptions = { host, port: Number(port), servername, ca: pebble.root, maxVersion: 'TLSv1.2', ciphers: cipher };
    const secure = connect(options, () => {
      resolve(secure.getPeerX509Certificate()?.serialNumber ?? '');
      secure.destroy();
    });
    secure.once('error', reject);
  });
}
const RSA = 'ECDHE-RSA-AES128-GCM-SHA256';
const EC = 'ECDHE-ECDSA-AES128-GCM-SHA256';

test('lego: a certificate of each kind of key, through the webroot of a server that has none yet', { skip }, async () => {
  for (const type of ['rsa2048', 'ec256']) {
    const to = ['--server', pebble.directory, '--accept-tos', '--email', 'you@example.net', '--path', join(folder, `lego-${type}`)];
    await run('lego', [...to, '--http', '--http.webroot', webroot, '--key-type', type, ...domains, 'run']);
  }
  await server.stop();
  const files = (end: string): string => ['rsa2048', 'ec256'].map(type => served(type, end)).join();
  // Its certificates are asked for again and again below, more often than one peer may.
  const settings = { SESAME_TLS_CERT: files('crt'), SESAME_TLS_KEY: files('key'), SESAME_CONNECTION_LIMIT: '1000' };
  server = await startServer({ SESAME_ACME_WEBROOT: webroot, ...settings }, server.dataDir);
  const serials = await Promise.all(NAMES.flatMap(name => [shown(name, RSA), shown(name, EC)]));
  assert.equal(new Set(serials).size, 2);
});

test('certbot: renewed by its hook while the server runs', { skip }, async () => {
  await pebble.close();
  pebble = await startPebble(folder, dns.address, Number(new URL(server.ready.http).port));
  const hook = join(folder, 'hook');
  const [cert, key] = [served('ec256', 'crt'), served('ec256', 'key')];
  const lines = ['#!/bin/sh', 'set -e'];
  const copies = [`install -m 600 "$RENEWED_LINEAGE/privkey.pem" ${key}`, `install -m 600 "$RENEWED_LINEAGE/fullchain.pem" ${cert}`];
  writeFileSync(hook, [...lines, ...copies, ''].join('\n'));
  chmodSync(hook, 0o755);
  const folders = ['config', 'work', 'logs'].flatMap(name => [`--${name}-dir`, join(folder, 'certbot', name)]);
  const who = ['--server', pebble.directory, '-n', '--agree-tos', '-m', 'you@example.net', '--no-eff-email', ...folders];
  const what = ['--webroot', '-w', webroot, '--cert-name', 'mail-ec', '--key-type', 'ecdsa', '--deploy-hook', hook];
  await run('certbot', ['certonly', ...who, ...what, ...domains]);
  const fresh = await until('the certificate of certbot', () => shown('mta-sts.shop.test', EC).catch(() => null));
  await run('certbot', ['renew', '--force-renewal', '--no-random-sleep-on-renew', ...who]);
  await until('the renewed one', async () => (await shown('mx.sesame.test', EC)) !== fresh);
});
