// Reputation over the API: shapes, languages, who sees what; the judgement itself is tested in src/reputation.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startStubDns, type StubDns } from '../stub-dns.ts';
import { discard, must, startServer, tenant, until, type Json, type Server, type Tenant } from '../server.ts';

let dns: StubDns;
let server: Server;
let shop: Tenant;
let other: Tenant;
before(async () => {
  dns = await startStubDns({});
  server = await startServer({ SESAME_RESOLVER: dns.address, SESAME_SENDING_IPS: '127.0.0.1,127.0.0.2', SESAME_DNSBLS: 'off' });
  shop = await tenant(server, 'shop.test');
  other = await tenant(server, 'other.test');
});
after(async () => {
  await server.stop();
  await dns.close();
  discard(server);
});

test('an account sees itself and its domains, in its language', async () => {
  const { note, overall, kind, data, next } = await must(shop.call('GET', '/v1/reputation', undefined, { 'accept-language': 'id' }));
  assert.match(note, /Perkiraan/);
  assert.deepEqual([overall.score, overall.grade, kind, next], [null, 'too_few', 'domain', null]);
  assert.deepEqual(
    data.map((one: Json) => [one.domain, one.accountId, one.providers]),
    [['shop.test', shop.accountId, []]],
  );
  const domain = await must(shop.call('GET', '/v1/reputation/shop.test'));
  assert.equal(domain.domain, 'shop.test');
  assert.ok(domain.parts.length >= 11);
  // The operator vouched for the domain; its records are not there.
  const records = domain.parts.find((one: Json) => one.id === 'records');
  assert.deepEqual([records.value, records.cost, records.state], [1, 10, 'bad']);
  assert.match(records.mend, /verify/);
  for (const part of domain.parts.filter((one: Json) => one.id !== 'records')) {
    assert.equal(part.cost, 0);
    assert.equal(typeof part.title, 'string');
    assert.ok(['too few to judge', 'not measured', 'shown, not judged'].includes(part.says), part.says);
  }
});

test('what is refused is in it', async () => {
  const GTUBE = 'XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X';
  assert.equal((await shop.call('POST', '/v1/emails', { from: 'a@shop.test', to: 'x@y.test', subject: 'x', text: GTUBE })).status, 422);
  const content = await until('the refusal is counted', async () => {
    const { parts } = await must(shop.call('GET', '/v1/reputation/shop.test'));
    const found = parts.find((one: Json) => one.id === 'content');
    return found.hits > 0 && found;
  });
  assert.deepEqual([content.hits, content.of, content.week.hits, content.state], [1, 1, 1, 'too_few']);
});

test('another’s is nobody’s; lists of all are the operator’s', async () => {
  assert.equal((await other.call('GET', '/v1/reputation/shop.test')).status, 404);
  const { status, body } = await other.call('GET', '/v1/reputation?kind=ip');
  assert.deepEqual([status, body.error.field], [422, 'kind']);
  const ips = await must(server.call('GET', '/v1/reputation?kind=ip&limit=1'));
  assert.deepEqual([ips.data[0].ip, ips.data.length, ips.overall.grade], ['127.0.0.1', 1, 'too_few']);
  const more = await must(server.call('GET', `/v1/reputation?kind=ip&after=${ips.next}`));
  assert.deepEqual([more.data.map((one: Json) => one.ip), more.next], [['127.0.0.2'], null]);
  const accounts = await must(server.call('GET', '/v1/reputation'));
  assert.deepEqual(accounts.data.map((one: Json) => one.accountId).toSorted(), [shop.accountId, other.accountId].toSorted());
  const domains = await must(server.call('GET', '/v1/reputation?kind=domain'));
  assert.deepEqual(
    domains.data.map((one: Json) => one.domain),
    ['other.test', 'shop.test'],
  );
  const acting = await must(server.call('GET', '/v1/reputation', undefined, { 'sesame-account': shop.accountId }));
  assert.deepEqual(
    acting.data.map((one: Json) => one.domain),
    ['shop.test'],
  );
  assert.equal((await server.call('GET', '/v1/reputation/none.test')).status, 404);
});
