// Sending IPs by the operator's tool: `ip` and `pool` against a real server, and what `doctor` says of each IP, in words.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { discard, must, ROOT, startServer, until, type Json, type Server } from '../server.ts';
import { startStubDns, type StubDns } from '../stub-dns.ts';

const [GOOD, LISTED, NAMELESS] = ['127.0.8.1', '127.0.8.2', '127.0.8.3'];
const LIST = 'dnsbl.test';
let dns: StubDns;
let server: Server;
let settings: Readonly<Record<string, string>>;

const backwards = (ip: string): string => ip.split('.').toReversed().join('.');

before(async () => {
  dns = await startStubDns({ [`2.0.0.127.${LIST} A`]: ['127.0.0.2'], [`${backwards(LISTED)}.${LIST} A`]: ['127.0.0.9'] });
  for (const ip of [GOOD, LISTED]) {
    dns.zone[`${backwards(ip)}.in-addr.arpa PTR`] = [`mx${ip.split('.').at(-1)}.sender.test`];
    dns.zone[`mx${ip.split('.').at(-1)}.sender.test A`] = [ip];
  }
  settings = {
    SESAME_RESOLVER: dns.address,
    SESAME_SENDING_IPS: `${GOOD},${LISTED},${NAMELESS}`,
    SESAME_DNSBLS: LIST,
    SESAME_IP_CHECK_INTERVAL: '250ms',
  };
  server = await startServer(settings);
  await until('all were checked', async () => {
    const { data } = await must(server.call('GET', '/v1/sending-ips'));
    return (data as Json[]).every(one => one.checkedAt !== null);
  });
});
after(async () => {
  await server.stop();
  await dns.close();
  discard(server);
});

type Ran = { readonly code: number | null; readonly out: string; readonly err: string };
const tool = (...args: readonly string[]): Promise<Ran> => toolIn(server.dataDir, ...args);
/** Not spawnSync: the DNS server that it asks lives in this process. */
async function toolIn(dataDir: string, ...args: readonly string[]): Promise<Ran> {
  const env = { PATH: '/usr/bin:/bin', SESAME_URL: server.ready.http, SESAME_DATA_DIR: dataDir, SESAME_HOSTNAME: 'mx.sesame.test' };
  const child = spawn(join(ROOT, 'bin/sesame'), [...args], { env: { ...env, ...settings } });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const code = await new Promise<number | null>(resolve => child.once('close', resolve));
  return { code, out, err };
}

test('ip: list, show, check, rest, resume, warm, set', async () => {
  const { out, code } = await tool('ip', 'list');
  assert.equal(code, 0);
  assert.match(out, new RegExp(`^${GOOD}\\twarming\\t-\\t`, 'm'));
  assert.match(out, new RegExp(`^${LISTED}\\tresting\\tdnsbl\\.test lists it \\(127\\.0\\.0\\.9\\)\\t`, 'm'));
  assert.match(out, new RegExp(`^${NAMELESS}\\tfailed\\t${NAMELESS} has no name`, 'm'));
  assert.match((await tool('ip', 'show', NAMELESS)).out, /^state +failed$/m);
  assert.equal(JSON.parse((await tool('ip', 'check', LISTED, '--json')).out).state, 'resting');
  assert.equal((await tool('ip', 'rest')).code, 2);
  const rested = JSON.parse((await tool('ip', 'rest', GOOD, '--reason', 'moving house', '--json')).out);
  assert.deepEqual([rested.state, rested.reason], ['resting', 'moving house']);
  assert.equal(JSON.parse((await tool('ip', 'resume', GOOD, '--json')).out).state, 'warming');
  assert.equal(JSON.parse((await tool('ip', 'warm', GOOD, '--json')).out).state, 'good');
  const refused = await tool('ip', 'resume', LISTED);
  assert.equal(refused.code, 4);
  assert.match(refused.err, /comes back by itself/);
});

test('pool: create, set, delete; an IP goes with its pool', async () => {
  assert.equal((await tool('pool', 'create', '--name', 'shop', '--ips', `["${GOOD}"]`)).code, 0);
  assert.match((await tool('pool', 'list')).out, new RegExp(`^shop\\tdedicated\\t${GOOD}\\t1\\t`, 'm'));
  assert.equal((await tool('pool', 'set', 'shop', '--ips', '[]')).code, 0);
  assert.equal(JSON.parse((await tool('ip', 'set', GOOD, '--pool', 'shop', '--json')).out).pool, 'shop');
  assert.equal((await tool('pool', 'delete', 'shop')).code, 0);
  assert.equal(JSON.parse((await tool('ip', 'show', GOOD, '--json')).out).pool, 'shared');
});

test('doctor: each IP, each check: what is, what should be, who does what', async () => {
  const { out, err } = await tool('doctor', '--json');
  const all = out
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Json)
    .filter(one => one.group === 'Sending IPs');
  const of = (ip: string, name: string): Json => all.find(one => one.name === name && one.found.includes(ip));
  assert.ok(of(GOOD, 'state'), err);
  for (const name of ['state', 'local address', 'reverse DNS', 'way back', 'greeting', 'SPF of domains', 'port', 'blocklist'])
    assert.equal(of(GOOD, name)?.state, 'ok', name);
  assert.deepEqual([of(LISTED, 'blocklist').state, of(LISTED, 'state').state], ['fail', 'fail']);
  assert.match(of(LISTED, 'blocklist').fix, /ask the list to remove it/);
  const ptr = of(NAMELESS, 'reverse DNS');
  assert.equal(ptr.found, `${NAMELESS} has no name (no PTR record), expected mx.sesame.test`);
  assert.match(ptr.fix, /hosting provider/);
  const people = await tool('doctor');
  assert.equal(people.code, 1);
  assert.match(people.out, /^Sending IPs$/m);
  assert.match(
    people.out,
    new RegExp(`^ {2}✗ fail +blocklist +${LISTED}: dnsbl\\.test lists it \\(127\\.0\\.0\\.9\\), expected not listed$`, 'm'),
  );
});

test('a backup has the pools, who may name them, and an IP that the operator rested', async () => {
  const { id } = await must(server.call('POST', '/v1/accounts', { name: 'Shop' }));
  await must(server.call('POST', '/v1/pools', { name: 'own', ips: [GOOD], accounts: [id] }));
  await must(server.call('PATCH', `/v1/accounts/${id}`, { pool: 'own', risk: 'risky' }));
  await must(server.call('PATCH', `/v1/sending-ips/${GOOD}`, { rest: 'moving house' }));
  const folder = mkdtempSync(join(tmpdir(), 'sesame-restored-'));
  const file = join(folder, 'backup');
  assert.equal((await tool('backup', file)).code, 0);
  copyFileSync(join(server.dataDir, 'secret.key'), join(folder, 'secret.key'));
  for (let times = 0; times < 2; times++) {
    const ran = await toolIn(folder, 'restore', file);
    assert.equal(ran.code, 0, ran.err);
  }
  const second = await startServer(settings, folder);
  const pool = await must(second.call('GET', '/v1/pools/own'));
  assert.deepEqual([pool.ips, pool.accounts], [[GOOD], [id]]);
  const account = await must(second.call('GET', `/v1/accounts/${id}`));
  assert.deepEqual([account.pool, account.risk], ['own', 'risky']);
  assert.equal((await must(second.call('POST', `/v1/sending-ips/${GOOD}/check`))).reason, 'moving house');
  await second.stop();
  discard(second);
});
