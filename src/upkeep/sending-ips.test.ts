// Checks of sending IPs against a DNS server and sockets on loopback, over a real store: SPF of many domains, the probe, IPv6, and the port
// as deliveries saw it.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { startStubDns, type StubDns } from '../../test/stub-dns.ts';
import { loadConfig, type Config } from '../config.ts';
import { systemClock } from '../engines/clock.ts';
import { newResolver } from '../engines/resolver/resolver.ts';
import type { Resolver } from '../engines/resolver/types.ts';
import { openShared } from '../engines/shared.ts';
import { newSources } from '../engines/sources.ts';
import { openInline, type InlineStore } from '../engines/store/inline.ts';
import { openSqlite } from '../engines/store/sqlite.ts';
import { reverseName } from '../ips/address.ts';
import { SPF_SAMPLE, UNREACHED_SITES } from '../ips/bounds.ts';
import type { Check } from '../ips/state.ts';
import { MiB } from '../limits.ts';
import { checkSendingIp, type IpCheckDeps } from './sending-ips.ts';

const [A, B] = ['127.0.10.1', '127.0.10.2'];
const folder = mkdtempSync(join(tmpdir(), 'sesame-ips-'));
const clock = { at: 1_800_000_000_000, now: (): number => clock.at };
const shared = openShared(MiB, clock.now);
let dns: StubDns;
let resolver: Resolver;
let opened: InlineStore;
let files = 0;

before(async () => {
  dns = await startStubDns({});
  for (const ip of [A, B, '::1']) {
    dns.zone[`${reverseName(ip)} PTR`] = [`${ip.replace(/[.:]+/g, 'x')}.mail.test`];
    dns.zone[`${ip.replace(/[.:]+/g, 'x')}.mail.test ${ip.includes(':') ? 'AAAA' : 'A'}`] = [ip];
  }
  resolver = newResolver({ servers: [dns.address], trusted: false, clock: systemClock, cached: false });
});
beforeEach(async () => {
  await opened?.close();
  const db = openSqlite(join(folder, `${++files}.db`));
  opened = await openInline({ db, reader: db, closeDb: db.close, dataDir: mkdtempSync(join(folder, 'd')), now: clock.now });
});
after(async () => {
  await opened.close();
  resolver.close();
  await dns.close();
  rmSync(folder, { recursive: true, force: true });
});

function depsOf(env: Readonly<Record<string, string>> = {}): IpCheckDeps {
  const loaded = loadConfig({ SESAME_HOSTNAME: 'mail.test', SESAME_SENDING_IPS: `${A},${B}`, SESAME_DNSBLS: 'off', ...env }, folder);
  if ('faults' in loaded) throw new Error(loaded.faults.join());
  const config: Config = loaded.config;
  return { config, store: opened.store, resolver, shared, clock };
}
const seen = (checks: readonly Check[], name: string): Check => checks.find(one => one.name === name) ?? assert.fail(name);

test('one covering domain among many that do not: found in time, then remembered; a customer cannot make the IP fail', async () => {
  await opened.store.accounts.create({ id: 'acc_1', name: 'One', contact: null });
  const names = [...Array.from({ length: 3 * SPF_SAMPLE }, (_, n) => `a${String(n).padStart(3, '0')}.test`), 'z.test'];
  for (const name of names) {
    await opened.store.domains.create({ name, accountId: 'acc_1', challenge: 'x', keys: [], mayShare: false });
    await opened.store.domains.setChecked({ name, proven: true, forced: false, checked: '[]', lapsed: false });
  }
  dns.zone['bounce.z.test TXT'] = [`v=spf1 ip4:${A} -all`];
  const deps = depsOf();
  const states: string[] = [];
  for (let round = 0; round < 12; round++) {
    states.push((await checkSendingIp(deps, A)).state);
    clock.at += deps.config.ipCheckIntervalMs;
  }
  const first = states.indexOf('warming');
  assert.ok(first >= 0 && first <= 4, states.join(' '));
  assert.deepEqual([...new Set(states.slice(first))], ['warming']);
  dns.zone['bounce.z.test TXT'] = ['v=spf1 -all'];
  const gone = await checkSendingIp(deps, A);
  assert.deepEqual([gone.state, seen(gone.checks, 'spf').state], ['failed', 'fail']);
});

test('a probe that greets one IP and not the other fails the other; one that is down for all fails nobody', async () => {
  const probe = createServer(socket => {
    socket.on('error', () => undefined);
    if (socket.remoteAddress === B) socket.destroy();
    else socket.end('220 probe.test\r\n');
  });
  await new Promise<void>(resolve => probe.listen(0, '127.0.0.1', resolve));
  const deps = depsOf({ SESAME_PORT_PROBE: `127.0.0.1:${(probe.address() as { port: number }).port}` });
  assert.equal((await checkSendingIp(deps, A)).state, 'warming');
  const closed = await checkSendingIp(deps, B);
  assert.equal(closed.state, 'failed');
  assert.match(closed.reason ?? '', /was not reached \((no greeting|ECONNRESET)\), from other addresses it was/);
  await new Promise(resolve => probe.close(resolve));
  for (const [ip, state] of [
    [A, 'warming'],
    [B, 'failed'],
  ] as const) {
    const now = await checkSendingIp(deps, ip);
    assert.deepEqual([now.state, seen(now.checks, 'port').state], [state, 'unknown']);
  }
});

test('sites that deliveries do not reach fail the port, and the hour after it may try again', async () => {
  const deps = depsOf();
  const sources = newSources(deps);
  assert.equal((await checkSendingIp(deps, A)).state, 'warming');
  for (let n = 0; n < UNREACHED_SITES - 1; n++) sources.told(A, `mx${n}.test`, false);
  sources.told(A, 'mx0.test', false);
  assert.equal((await checkSendingIp(deps, A)).state, 'warming');
  sources.told(A, 'another.test', false);
  const failed = await checkSendingIp(deps, A);
  assert.deepEqual([failed.state, seen(failed.checks, 'port').fix?.includes('hosting providers block it')], ['failed', true]);
  assert.equal((await checkSendingIp(deps, B)).state, 'warming', 'the other IP has its own count');
  clock.at += 3_600_001;
  assert.equal((await checkSendingIp(deps, A)).state, 'warming');
});

test('IPv6: its own trees in DNS, and a list without IPv6 lists nobody', async () => {
  const list = '2.0.0.0.0.0.f.7.f.f.f.f.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0';
  dns.zone[`${list}.six.test A`] = ['127.0.0.2'];
  const deps = depsOf({ SESAME_SENDING_IPS: '0:0::1', SESAME_DNSBLS: 'six.test,four.test' });
  const clean = await checkSendingIp(deps, '::1');
  assert.deepEqual([clean.state, clean.helo], ['warming', 'x1.mail.test']);
  assert.match(seen(clean.checks, 'dnsbl/four.test').found, /no IPv6/);
  dns.zone[`1.${'0.'.repeat(31)}six.test A`] = ['127.0.0.3'];
  assert.equal((await checkSendingIp(deps, '::1')).state, 'resting');
});

test('a warming IP is good after days of use, but not while providers turn its mail away', async () => {
  const deps = depsOf();
  assert.equal((await checkSendingIp(deps, A)).state, 'warming');
  for (let day = 1; day <= 40; day++) await opened.store.sendingIps.markUsed({ ip: A, day });
  const told = (n: number, kind: string): Promise<void> =>
    opened.store.events.add(
      Array.from({ length: n }, () => ({
        type: kind === 'none' ? ('delivered' as const) : ('bounced' as const),
        at: deps.clock.now(),
        accountId: null,
        emailId: 'msg_gone',
        recipient: 'a@x.test',
        data: { attempt: { class: kind, sendingIp: A }, provider: 'gmail' },
      })),
    );
  await told(100, 'reputation');
  assert.equal((await checkSendingIp(deps, A)).state, 'warming');
  await told(2_000, 'none');
  assert.equal((await checkSendingIp(deps, A)).state, 'good');
});
