// Where mail leaves from, over a real store: pools, families, states, and that an empty answer never means "some other address".
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Look } from '../ips/checks.ts';
import { MiB } from '../limits.ts';
import { openShared } from './shared.ts';
import { connectionsOf, newSources, type Candidates, type SourceAsk, type Sources } from './sources.ts';
import { openInline, type InlineStore } from './store/inline.ts';
import { openSqlite } from './store/sqlite.ts';

const DAY = 86_400_000;
const dataDir = mkdtempSync(join(tmpdir(), 'sesame-sources-'));
const [A, B, C, SIX, QUIET] = ['192.0.2.1', '192.0.2.2', '192.0.2.3', '2001:db8::1', '192.0.2.9'];
const clock = { at: 1_800_000_000_000, now: (): number => clock.at };
const shared = openShared(MiB, clock.now);
let opened: InlineStore;
let sources: Sources;

before(async () => {
  const db = openSqlite(join(dataDir, 'sesame.db'));
  opened = await openInline({ db, reader: db, closeDb: db.close, dataDir, now: clock.now });
  sources = newSources({
    ...opened,
    shared,
    clock,
    config: { sendingIps: [A, B, C, SIX, QUIET], hostname: 'mail.test', ipCheckIntervalMs: 300_000 },
  });
  for (const id of ['acc_young', 'acc_old']) await opened.store.accounts.create({ id, name: id, contact: null });
});
after(async () => {
  await opened.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function check(ip: string, fault: string | null, warmed = false): Promise<void> {
  const looks = ['address', 'ptr', 'forward', 'helo'].map((name): Look => ({
    name,
    state: name === fault ? 'fail' : 'ok',
    found: 'x',
    expected: null,
    fix: null,
  }));
  await opened.store.sendingIps.recordCheck({ ip, looks, helo: ip === A ? 'a.test' : null, warmed });
  shared.raiseGeneration();
}

const ask = (over: Partial<SourceAsk> = {}): Promise<Candidates> =>
  sources.candidates({ accountId: null, pool: null, family: 4, forward: false, ...over });
const ipsOf = async (over: Partial<SourceAsk> = {}): Promise<string> => {
  const { pool, list } = await ask(over);
  return `${pool}: ${list
    .map(one => String(one.ip))
    .toSorted()
    .join(' ')}`;
};

test('without SESAME_SENDING_IPS the system chooses', async () => {
  const plain = newSources({ ...opened, shared, clock, config: { sendingIps: [], hostname: 'mail.test', ipCheckIntervalMs: 300_000 } });
  const { list } = await plain.candidates({ accountId: null, pool: null, family: 6, forward: false });
  assert.deepEqual(list, [{ ip: null, helo: 'mail.test', warming: false }]);
});

test('nothing leaves from an IP that was not checked', async () => {
  const { list, why, until } = await ask();
  assert.deepEqual([list, until], [[], clock.at + 2_000]);
  assert.match(why, /every sending IP of the pool "shared" is out of service: 192\.0\.2\.1 is resting/);
});

test('warming ones first, each with its own name; families apart; what is set but fails never', async () => {
  await check(A, null);
  await check(B, null, true);
  await check(C, 'ptr');
  await check(QUIET, 'address');
  await check(SIX, null, true);
  for (let turn = 0; turn < 4; turn++) {
    assert.deepEqual((await ask()).list, [
      { ip: A, helo: 'a.test', warming: true },
      { ip: B, helo: 'mail.test', warming: false },
    ]);
  }
  assert.equal(await ipsOf({ family: 6 }), `shared: ${SIX}`);
});

test('good ones take turns', async () => {
  await check(A, null, true);
  const first = new Set<string>();
  for (let turn = 0; turn < 4; turn++) first.add(String((await ask()).list[0]?.ip));
  assert.deepEqual([...first].toSorted(), [A, B]);
});

test('a fault takes an IP out with the commit that saw it; with none left the mail waits', async () => {
  await check(A, 'forward');
  assert.equal(await ipsOf(), `shared: ${B}`);
  await check(B, 'ptr');
  const { list, until } = await ask();
  assert.deepEqual([list, until], [[], clock.at + 300_000]);
  await check(SIX, 'ptr');
  assert.match((await ask({ family: 6 })).why, /2001:db8::1 is failed/);
  for (const ip of [A, B, C, SIX]) await check(ip, null, true);
  assert.equal(await ipsOf(), `shared: ${A} ${B} ${C}`);
});

test('quarantine, own and forward pools; their mail waits rather than leave from another', async () => {
  const { pools, accounts } = opened.store;
  await pools.create({ name: 'quarantine', ips: [C], accounts: [] });
  await pools.create({ name: 'forward', ips: [SIX], accounts: [] });
  await pools.create({ name: 'shop', ips: [B], accounts: ['acc_old'] });
  shared.raiseGeneration();
  assert.equal(await ipsOf({ accountId: 'acc_young' }), `quarantine: ${C}`);
  assert.equal(await ipsOf(), `shared: ${A}`);
  assert.equal(await ipsOf({ forward: true, family: 6 }), `forward: ${SIX}`);
  const fours = await ask({ forward: true });
  assert.deepEqual([fours.list, fours.why], [[], 'no sending IP of the pool "forward" speaks IPv4']);
  clock.at += 31 * DAY;
  assert.equal(await ipsOf({ accountId: 'acc_old' }), `shared: ${A}`);
  assert.equal(await ipsOf({ accountId: 'acc_old', pool: 'shop' }), `shop: ${B}`);
  assert.equal(await ipsOf({ accountId: 'acc_young', pool: 'shop' }), `shared: ${A}`);
  await accounts.patch({ id: 'acc_old', pool: 'shop' });
  shared.raiseGeneration();
  assert.equal(await ipsOf({ accountId: 'acc_old' }), `shop: ${B}`);
  await accounts.patch({ id: 'acc_old', risk: 'risky' });
  shared.raiseGeneration();
  assert.equal(await ipsOf({ accountId: 'acc_old' }), `quarantine: ${C}`);
  await check(C, 'ptr');
  assert.deepEqual((await ask({ accountId: 'acc_old' })).list, []);
  await pools.set({ name: 'shop', ips: [], accounts: null });
  await accounts.patch({ id: 'acc_old', risk: 'normal' });
  shared.raiseGeneration();
  assert.equal((await ask({ accountId: 'acc_old' })).why, 'no sending IP is in the pool "shop"');
});

test('what deliveries tell: connections, different silent sites, and a day of use once', async () => {
  sources.told(B, 'mx.one.test', true);
  sources.told(B, 'mx.one.test', true);
  for (const site of ['x.test', 'x.test', 'y.test']) sources.told(B, site, false);
  sources.told(null, 'x.test', false);
  assert.deepEqual(connectionsOf(shared, B), { connected: 2, unreached: 2 });
  assert.deepEqual(connectionsOf(shared, A), { connected: 0, unreached: 0 });
  const used = async (): Promise<number | undefined> => (await opened.store.sendingIps.get(B))?.usedDays;
  while ((await used()) !== 1) await new Promise(setImmediate);
  clock.at += DAY;
  assert.deepEqual(connectionsOf(shared, B), { connected: 0, unreached: 0 });
  sources.told(B, 'mx.one.test', true);
  while ((await used()) !== 2) await new Promise(setImmediate);
});
