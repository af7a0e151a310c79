// What lists of keys and SMTP logins tell a person: by which characters to know one, and when it was used last, on either door, once a
// minute, also behind a restart; never enough to use it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { smtp } from '../client.ts';
import { newBrowser } from '../console.ts';
import { discard, must, startServer, tenant, until, type Json, type Server, type Tenant } from '../server.ts';

const CHOSEN = 'a-key-that-the-operator-chose-for-himself';
let server: Server;
let toko: Tenant;
before(async () => {
  server = await startServer({ SESAME_DOORS: '2' });
  toko = await tenant(server, 'toko.test');
});
after(async () => {
  await server.stop();
  discard(server);
});

const keyOf = async (id: string): Promise<Json> => must(server.call('GET', `/v1/keys/${id}`));
const listed = async (): Promise<readonly Json[]> => (await must(server.call('GET', '/v1/keys'))).data;

test('a key is known by its first characters, which are in no way the key', async () => {
  const api = await must(toko.call('POST', '/v1/keys', { name: 'shop' }));
  assert.equal(api.prefix, api.key.slice(0, 16));
  assert.match(api.prefix, /^sk_sesame_[\w-]{6}$/);
  const signing = await must(toko.call('POST', '/v1/keys', { name: 'signer', kind: 'signing' }));
  const found = (await must(toko.call('GET', '/v1/keys'))).data.find((one: Json) => one.id === signing.id);
  assert.equal(found.prefix, signing.accessKeyId.slice(0, 10));
  const operator = (await listed()).find(one => one.name === 'operator');
  assert.equal(operator.prefix, server.operatorKey.slice(0, 9));
  assert.ok(!JSON.stringify(await listed()).includes(api.key.slice(0, 17)));
});

test('the use of a key is told, once a minute: by a program, and by a browser that is signed in with it', async () => {
  const api = await must(toko.call('POST', '/v1/keys', { name: 'fresh', scopes: ['read', 'keys'] }));
  assert.equal(api.lastUsedAt, null);
  assert.equal((await keyOf(api.id)).lastUsedAt, null);
  await Promise.all(Array.from({ length: 20 }, () => server.as(api.key)('GET', '/v1/emails')));
  const first = await until('use of a key', async () => (await keyOf(api.id)).lastUsedAt as string | null);
  assert.ok(Date.parse(first) >= Date.parse(api.createdAt));
  await Promise.all(Array.from({ length: 20 }, () => server.as(api.key)('GET', '/v1/emails')));
  const write = await must(toko.call('POST', '/v1/keys', { name: 'a commit behind all of them' }));
  assert.equal((await keyOf(api.id)).lastUsedAt, first);

  const browser = newBrowser(server.ready.http);
  assert.equal((await browser.signIn(write.key)).status, 201);
  await until('use by a browser', async () => (await keyOf(write.id)).lastUsedAt as string | null);
});

test('what is refused is no use', async () => {
  const far = await must(toko.call('POST', '/v1/keys', { name: 'far', ips: ['192.0.2.1'] }));
  assert.equal((await server.as(far.key)('GET', '/v1/emails')).status, 403);
  await must(toko.call('POST', '/v1/keys', { name: 'a commit behind it' }));
  assert.equal((await keyOf(far.id)).lastUsedAt, null);
});

test('an SMTP login tells its use, a wrong password does not', async () => {
  const login = await must(toko.call('POST', '/v1/smtp-credentials', { name: 'printer' }));
  const lastUsed = async (): Promise<string | null> => (await must(toko.call('GET', `/v1/smtp-credentials/${login.id}`))).lastUsedAt;
  await assert.rejects(smtp(server.ready.submissions, { tls: 'implicit', login: { ...login, password: 'wrong' } }));
  await must(toko.call('POST', '/v1/keys', { name: 'a commit behind the failure' }));
  assert.equal(await lastUsed(), null);
  (await smtp(server.ready.submissions, { tls: 'implicit', login })).close();
  const at = await until('use of a login', lastUsed);
  const { data } = await must(toko.call('GET', '/v1/smtp-credentials'));
  assert.equal(data.find((one: Json) => one.id === login.id).lastUsedAt, at);
});

test('both survive a restart; of a key that the operator chose nothing is shown', async () => {
  const before = (await listed()).find(one => one.kind === 'api' && one.lastUsedAt !== null);
  await server.stop();
  server = await startServer({ SESAME_OPERATOR_KEY: CHOSEN }, server.dataDir);
  const call = server.as(CHOSEN);
  const now = (await must(call('GET', '/v1/keys'))).data;
  const kept = now.find((one: Json) => one.id === before.id) ?? assert.fail('the first key is an account’s');
  assert.deepEqual([kept.prefix, kept.lastUsedAt], [before.prefix, before.lastUsedAt]);
  assert.equal(now.find((one: Json) => one.kind === 'operator').prefix, null);
});
