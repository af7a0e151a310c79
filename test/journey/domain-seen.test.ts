// What a receiver would see of a domain: the real judgement of a signed sample, as DNS changes under it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { discard, must, startServer, tenant, type Json, type Server, type Tenant } from '../server.ts';
import { startStubDns, type StubDns } from '../stub-dns.ts';

let dns: StubDns;
let server: Server;
let shop: Tenant;

before(async () => {
  dns = await startStubDns({});
  server = await startServer({ SESAME_RESOLVER: dns.address, SESAME_SENDING_IPS: '127.0.0.2', SESAME_DNSBLS: 'off' });
  shop = await tenant(server, 'mail.shop.test');
});
after(async () => {
  await server.stop();
  await dns.close();
  discard(server);
});

const seen = (): Promise<Json> => must(shop.call('GET', '/v1/domains/mail.shop.test/seen'));

test('without records nothing is proven; with them SPF and DKIM pass, and DMARC by what it publishes', async () => {
  const [before] = (await seen()).data;
  assert.deepEqual(
    [before.ip, before.spf.result, before.dkim.result === 'pass', before.dmarc.result],
    ['127.0.0.2', 'none', false, 'none'],
  );
  const missing = await must(shop.call('POST', '/v1/domains/mail.shop.test/verify', {}));
  assert.deepEqual(new Set(missing.records.map((one: Json) => one.status)), new Set(['missing']));
  const domain = await must(shop.call('GET', '/v1/domains/mail.shop.test'));
  assert.equal(domain.zone, 'shop.test');
  for (const { type, host, expected } of domain.records) (dns.zone as Record<string, string[]>)[`${host} ${type}`] = [expected];
  // Their absence was remembered a moment ago: who asks now is answered by DNS.
  const [after] = (await seen()).data;
  assert.deepEqual(
    [after.spf, after.dkim.result, after.dkim.domain],
    [{ result: 'pass', domain: 'bounce.mail.shop.test' }, 'pass', 'mail.shop.test'],
  );
  assert.deepEqual([after.dmarc.result, after.dmarc.policy], ['pass', 'none']);
  const checked = await must(shop.call('POST', '/v1/domains/mail.shop.test/verify', {}));
  assert.deepEqual(new Set(checked.records.map((one: Json) => one.status)), new Set(['ok']));
});

test("another account's domain is not there", async () => {
  const other = await tenant(server, 'other.test');
  assert.equal((await other.call('GET', '/v1/domains/mail.shop.test/seen')).status, 404);
});
