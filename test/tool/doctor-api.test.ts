// `GET /v1/doctor`: the same findings as the command's, as a list and line by line, and those that were set aside with their reason.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { discard, must, ROOT, startServer, tenant, type Json, type Server } from '../server.ts';
import { startSink, type Sink } from '../sink.ts';
import { startStubDns, type StubDns } from '../stub-dns.ts';

let dns: StubDns;
let server: Server;
let sink: Sink;
let settings: Record<string, string>;
before(async () => {
  sink = await startSink({ host: '127.0.1.11' });
  dns = await startStubDns({
    'gmail.com MX': ['10 mx.far.test'],
    'mx.far.test A': ['127.0.1.11'],
    'mx.sesame.test A': ['192.0.2.7'],
    '7.2.0.192.in-addr.arpa PTR': ['elsewhere.test'],
  });
  settings = {
    SESAME_RESOLVER: dns.address,
    SESAME_DELIVERY_PORT: String(sink.port),
    SESAME_HOSTNAME: 'mx.sesame.test',
    SESAME_CLAMD: 'off',
    SESAME_DNSBLS: 'off',
  };
  server = await startServer(settings);
  await tenant(server, 'sesame.test');
});
after(async () => {
  await server.stop();
  await sink.close();
  await dns.close();
  discard(server);
});

/** Not spawnSync: the stub DNS is of this process. */
function command(): Promise<readonly Json[]> {
  return new Promise(resolve => {
    const env = { PATH: '/usr/bin:/bin', SESAME_URL: server.ready.http, SESAME_DATA_DIR: server.dataDir, ...settings };
    const listens = {
      SESAME_HTTP_LISTEN: '127.0.0.1:0',
      SESAME_SUBMISSION_LISTEN: '127.0.0.1:0',
      SESAME_SUBMISSIONS_LISTEN: '127.0.0.1:0',
      SESAME_MX_LISTEN: '127.0.0.1:0',
    };
    const child = spawn(join(ROOT, 'bin/sesame'), ['doctor', '--json'], {
      env: { ...env, ...listens },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let all = '';
    child.stdout.on('data', (bytes: Buffer) => (all += bytes.toString()));
    child.once('close', () =>
      resolve(
        all
          .split('\n')
          .filter(Boolean)
          .map(line => JSON.parse(line)),
      ),
    );
  });
}

const words = ({ group, name, state, fix }: Json): string => `${group}: ${name} ${state} ${fix}`;

test('the API finds what the command finds', async () => {
  const { data, next } = await must(server.call('GET', '/v1/doctor'));
  assert.equal(next, null);
  assert.ok(data.length > 6);
  assert.deepEqual(data.map(words), (await command()).map(words));
  const reverse = data.find((one: Json) => one.name === 'reverse DNS');
  assert.equal(reverse.state, 'fail');
  assert.equal(reverse.found, '192.0.2.7 is elsewhere.test, expected mx.sesame.test');
  assert.match(reverse.fix, /PTR/);
  assert.equal(data.find((one: Json) => one.name === 'own mail').found, 'signed by sesame.test');
});

test('line by line it says the same', async () => {
  const answer = await fetch(`${server.ready.http}/v1/doctor`, {
    headers: { authorization: `Bearer ${server.operatorKey}`, accept: 'application/x-ndjson' },
  });
  assert.equal(answer.headers.get('content-type'), 'application/x-ndjson');
  const lines: Json[] = (await answer.text())
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line));
  assert.deepEqual(lines.map(words), (await must(server.call('GET', '/v1/doctor'))).data.map(words));
});

test('a finding is set aside with its reason, and taken back', async () => {
  const which = { group: 'Names and DNS', name: 'reverse DNS' };
  assert.equal((await server.call('POST', '/v1/doctor/set-aside', { ...which, reason: '' })).status, 422);
  const aside = await must(server.call('POST', '/v1/doctor/set-aside', { ...which, reason: 'The provider sets it next week.' }));
  assert.equal(aside.by, 'operator:operator');
  const told = async (): Promise<Json> => (await must(server.call('GET', '/v1/doctor'))).data.find((one: Json) => one.name === which.name);
  assert.equal((await told()).setAside.reason, 'The provider sets it next week.');
  assert.equal((await command()).find(one => one.name === which.name)?.setAside.reason, 'The provider sets it next week.');
  assert.equal((await must(server.call('GET', '/v1/doctor/set-aside'))).data.length, 1);
  const path = `/v1/doctor/set-aside/${encodeURIComponent(which.group)}/${encodeURIComponent(which.name)}`;
  assert.equal((await server.call('DELETE', path)).status, 204);
  assert.equal((await server.call('DELETE', path)).status, 404);
  assert.equal((await told()).setAside, null);
});

test('it is the operator’s', async () => {
  const other = await tenant(server, 'other.test');
  assert.equal((await other.call('GET', '/v1/doctor')).status, 403);
});
