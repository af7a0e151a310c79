// `doctor` on outgoing mail: signatures in DNS, port 25 or the smarthost, and who signs the server's own mail.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { selfSigned } from '../../src/engines/certificates.ts';
import { discard, must, ROOT, startServer, tenant, type Server } from '../server.ts';
import { startSink, type Sink } from '../sink.ts';
import { startStubDns, type StubDns } from '../stub-dns.ts';

let dns: StubDns;
let server: Server;
let sink: Sink;
before(async () => {
  const { cert, key } = selfSigned('mx.far.test');
  sink = await startSink({ host: '127.0.1.9', tls: { cert: [...cert], key: [...key] } });
  dns = await startStubDns({ 'gmail.com MX': ['10 mx.far.test'], 'mx.far.test A': ['127.0.1.9'], 'org NS': ['a0.org.test'] });
  server = await startServer({ SESAME_RESOLVER: dns.address });
});
after(async () => {
  await server.stop();
  await sink.close();
  await dns.close();
  discard(server);
});

type Found = { readonly group: string; readonly name: string; readonly state: string; readonly found: string };

/** What it says of outgoing mail, by name. Not spawnSync: the stub DNS is of this process. */
async function outgoing(env: Readonly<Record<string, string>>): Promise<Record<string, Found>> {
  const text = await new Promise<string>(resolve => {
    const settings = { SESAME_HOSTNAME: 'mx.sesame.test', SESAME_RESOLVER: dns.address, SESAME_CLAMD: 'off', ...env };
    const child = spawn(join(ROOT, 'bin/sesame'), ['doctor', '--json'], {
      env: { PATH: '/usr/bin:/bin', SESAME_URL: server.ready.http, SESAME_DATA_DIR: server.dataDir, ...settings },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let all = '';
    child.stdout.on('data', (bytes: Buffer) => (all += bytes.toString()));
    child.once('close', () => resolve(all));
  });
  const lines = text.split('\n').filter(Boolean);
  const found = lines.map(line => JSON.parse(line) as Found).filter(one => one.group === 'Outgoing mail');
  return Object.fromEntries(found.map(one => [one.name, one]));
}

test('a mail host that answers, a resolver that signs nothing, and nobody who signs our own mail', async () => {
  const said = await outgoing({ SESAME_DELIVERY_PORT: String(sink.port) });
  assert.deepEqual([said[`port ${sink.port}`]?.state, said[`port ${sink.port}`]?.found], ['ok', 'mx.far.test [127.0.1.9] answers']);
  assert.deepEqual([said['DNSSEC']?.state, said['own mail']?.state], ['warn', 'warn']);
  assert.match(said['DNSSEC']?.found ?? '', /checks no signatures/);
  await tenant(server, 'sesame.test');
  assert.deepEqual((await outgoing({}))['own mail']?.found, 'signed by sesame.test');
});

test('a closed port says what to do', async () => {
  const said = await outgoing({ SESAME_DELIVERY_PORT: '9' });
  assert.equal(said['port 9']?.state, 'fail');
  assert.match(said['port 9']?.found ?? '', /cannot be reached: ECONNREFUSED/);
});

test('the smarthost is tried as a delivery would: TLS that proves no name keeps the password here', async () => {
  const plain = await outgoing({ SESAME_SMARTHOST: `127.0.1.9:${sink.port}` });
  assert.equal(plain['smarthost']?.state, 'ok');
  const login = await outgoing({ SESAME_SMARTHOST: `smtp://user:secret@127.0.1.9:${sink.port}` });
  assert.equal(login['smarthost']?.state, 'fail');
  assert.match(login['smarthost']?.found ?? '', /certificate is not trusted/);
  const fromNobody = await must(server.call('GET', '/v1/emails?direction=out'));
  assert.deepEqual(fromNobody.data, [], 'nothing was sent');
  assert.equal(sink.caught.length, 0);
});
