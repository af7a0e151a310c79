// Sending IPs from listing to return, on loopback addresses with a DNS zone of our own: three IPs, one is listed, and not one mail leaves
// from it after; wrong set-ups, the operator's rest, pools, and a list that refuses to answer.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { discard, must, startServer, tenant, until, type Json, type Server, type Tenant } from '../server.ts';
import { startSink, type Sink } from '../sink.ts';
import { startStubDns, type StubDns } from '../stub-dns.ts';

const [A, B, C] = ['127.0.7.1', '127.0.7.2', '127.0.7.3'];
const LIST = 'dnsbl.test';
const OTHER = 'shy.test';
let dns: StubDns;
let sink: Sink;
let server: Server;
let sender: Tenant;

const backwards = (ip: string): string => ip.split('.').toReversed().join('.');
const name = (ip: string): string => `mx${ip.split('.').at(-1)}.sender.test`;

before(async () => {
  dns = await startStubDns({});
  for (const ip of [A, B, C]) {
    dns.zone[`${backwards(ip)}.in-addr.arpa PTR`] = [name(ip)];
    dns.zone[`${name(ip)} A`] = [ip];
  }
  // RFC 5782 section 5: the test point of a list that works. The other one refuses everybody.
  dns.zone[`2.0.0.127.${LIST} A`] = ['127.0.0.2'];
  dns.zone[`2.0.0.127.${OTHER} A`] = ['127.255.255.254'];
  sink = await startSink({ host: '127.0.6.1' });
  dns.zone['peer.test MX'] = ['10 mx.peer.test'];
  dns.zone['mx.peer.test A'] = ['127.0.6.1'];
  server = await startServer({
    SESAME_RESOLVER: dns.address,
    SESAME_DELIVERY_PORT: String(sink.port),
    SESAME_SENDING_IPS: `${A},${B},${C}`,
    SESAME_DNSBLS: `${LIST},${OTHER}`,
    SESAME_IP_CHECK_INTERVAL: '250ms',
  });
  sender = await tenant(server, 'sender.test');
});
after(async () => {
  await server.stop();
  await Promise.all([sink.close(), dns.close()]);
  discard(server);
});

const ipNow = async (ip: string): Promise<Json> => must(server.call('GET', `/v1/sending-ips/${ip}`));
const is = (ip: string, ...states: readonly string[]): Promise<Json> =>
  until(`${ip} is ${states.join(' or ')}`, async () => {
    const one = await ipNow(ip);
    return states.includes(one.state) && one;
  });
const serving = (ip: string): Promise<Json> => is(ip, 'warming', 'good');
const send = async (over: Json = {}, who = sender): Promise<string> =>
  (await must(who.call('POST', '/v1/emails', { from: `a@${who.domain}`, to: 'a@peer.test', subject: 'x', text: 'x', ...over }))).id;
const recipient = async (id: string, who = sender): Promise<Json> => (await must(who.call('GET', `/v1/emails/${id}`))).recipients[0];
const delivered = (id: string, who = sender): Promise<Json> =>
  until(`${id} is delivered`, async () => {
    const one = await recipient(id, who);
    return one.state === 'delivered' && one.attempts.length > 0 && one;
  });
/** The IPs that so many mails left from. */
async function leftFrom(mails: number, over: Json = {}, who = sender): Promise<ReadonlySet<string>> {
  const ids = await Promise.all(Array.from({ length: mails }, () => send(over, who)));
  const all = await Promise.all(ids.map(id => delivered(id, who)));
  return new Set(all.map(one => one.attempts.at(-1).sendingIp as string));
}

test('after their first check all three serve, and say each its own name', async () => {
  for (const ip of [A, B, C]) {
    const { helo, checks, history, reason } = await serving(ip);
    assert.equal(helo, name(ip));
    assert.equal(reason, null);
    assert.deepEqual(history[0], { ...history[0], state: 'resting', reason: 'it was not checked yet' });
    const states = Object.fromEntries((checks as Json[]).map(one => [one.name, one.state]));
    assert.deepEqual(states, {
      address: 'ok',
      ptr: 'ok',
      forward: 'ok',
      helo: 'ok',
      spf: 'ok',
      port: 'ok',
      [`dnsbl/${LIST}`]: 'ok',
      [`dnsbl/${OTHER}`]: 'unknown',
    });
  }
  assert.deepEqual(await leftFrom(9), new Set([A, B, C]));
  // The caps of warming are another matter (shaping).
  for (const ip of [A, B, C]) await must(server.call('PATCH', `/v1/sending-ips/${ip}`, { warm: true }));
});

test('one of three is listed: out within an interval, no mail leaves from it after, the others go on; delisted, it is back', async () => {
  dns.zone[`${backwards(B)}.${LIST} A`] = ['127.0.0.4'];
  const listed = await is(B, 'resting');
  assert.match(listed.reason, /dnsbl\.test lists it \(127\.0\.0\.4\)/);
  assert.match(listed.checks.find((one: Json) => one.name === `dnsbl/${LIST}`).fix, /ask the list to remove it/);
  assert.deepEqual(await leftFrom(30), new Set([A, C]));
  const metrics = await (
    await fetch(`${server.ready.http}/metrics`, { headers: { authorization: `Bearer ${server.operatorKey}` } })
  ).text();
  assert.match(metrics, new RegExp(`^sesame_sending_ip_state\\{ip="${B}",state="resting"\\} 1$`, 'm'));
  const audit = (await must(server.call('GET', '/v1/audit'))).data as Json[];
  assert.ok(audit.some(one => one.action === 'sending_ip.state' && one.object === B && / -> resting: /.test(one.detail)));
  delete dns.zone[`${backwards(B)}.${LIST} A`];
  const back = await serving(B);
  assert.deepEqual((back.history as Json[]).map(one => one.state).slice(-2), ['resting', listed.history.at(-2).state]);
  assert.deepEqual(await leftFrom(30), new Set([A, B, C]));
});

test('a list that refuses, answers for everybody, or falls silent lists nobody', async () => {
  dns.zone[`${backwards(A)}.${OTHER} A`] = ['127.255.255.254'];
  dns.zone[`2.0.0.127.${OTHER} A`] = ['127.0.0.2'];
  dns.zone[`1.0.0.127.${OTHER} A`] = ['127.0.0.2'];
  const { state, checks } = await must(server.call('POST', `/v1/sending-ips/${A}/check`));
  assert.ok(['warming', 'good'].includes(state));
  const shy = (checks as Json[]).find(one => one.name === `dnsbl/${OTHER}`);
  assert.deepEqual([shy.state, shy.found], ['unknown', 'shy.test does not work as a list: it lists every address']);
});

test('a name that leads elsewhere fails the IP, with what to do; with every IP out the mail waits, and leaves from none', async () => {
  dns.zone[`${name(A)} A`] = ['192.0.2.1'];
  const failed = await is(A, 'failed');
  assert.equal(failed.reason, 'mx1.sender.test is 192.0.2.1');
  const forward = (failed.checks as Json[]).find(one => one.name === 'forward');
  assert.deepEqual([forward.expected, forward.state], [A, 'fail']);
  assert.match(forward.fix, /Publish an A record mx1\.sender\.test = 127\.0\.7\.1/);
  dns.zone[`${backwards(B)}.in-addr.arpa PTR`] = [];
  await is(B, 'failed');
  assert.deepEqual(await leftFrom(6), new Set([C]));
  const rested = await must(server.call('PATCH', `/v1/sending-ips/${C}`, { rest: 'moving house' }));
  assert.deepEqual([rested.state, rested.reason], ['resting', 'moving house']);
  const caught = sink.caught.length;
  const waiting = await send();
  const {
    state,
    attempts,
    waiting: told,
  } = await until('it waits', async () => {
    const one = await recipient(waiting);
    return one.waiting && one;
  });
  assert.deepEqual([state, attempts], ['queued', []], 'waiting is no attempt');
  assert.match(told.why, /every sending IP of the pool "shared" is out of service: 127\.0\.7\.1 is failed/);
  assert.equal(sink.caught.length, caught);
  dns.zone[`${name(A)} A`] = [A];
  dns.zone[`${backwards(B)}.in-addr.arpa PTR`] = [name(B)];
  await Promise.all([serving(A), serving(B)]);
  await delivered(waiting);
  assert.equal((await ipNow(C)).state, 'resting', 'the operator’s rest is the operator’s to end');
  assert.equal((await server.call('PATCH', `/v1/sending-ips/${A}`, { resume: true })).status, 409);
  const resumed = await must(server.call('PATCH', `/v1/sending-ips/${C}`, { resume: true, warm: true }));
  assert.equal(resumed.state, 'good');
});

test('SPF: a domain that does not cover an IP is told; an IP that none covers is out', async () => {
  const shop = await tenant(server, 'shop.test');
  const on = { 'sesame-account': shop.accountId };
  const { records } = await must(shop.call('GET', '/v1/domains/shop.test'));
  for (const { type, host, expected } of records as Json[]) dns.zone[`${host} ${type}`] = [expected];
  const proven = await must(server.call('POST', '/v1/domains/shop.test/verify', { force: false }, on));
  assert.equal(proven.state, 'verified');
  const spf = async (ip: string): Promise<Json> =>
    (await must(server.call('POST', `/v1/sending-ips/${ip}/check`))).checks.find((one: Json) => one.name === 'spf');
  assert.equal((await spf(A)).found, 'SPF of 1 sending domains covers it');
  dns.zone['bounce.shop.test TXT'] = [`v=spf1 ip4:${A} ip4:${B} -all`];
  const none = await spf(C);
  assert.deepEqual([none.state, none.expected], ['fail', `ip4:${C}`]);
  assert.match((await is(C, 'failed')).reason, /SPF of no sending domain covers it: bounce\.shop\.test \(fail\)/);
  assert.deepEqual(await leftFrom(8), new Set([A, B]));
  dns.zone['bounce.shop.test TXT'] = [`v=spf1 ip4:${A} ip4:${B} ip4:${C} -all`];
  await serving(C);
});

test('pools: a young account sends from quarantine, one that was given a pool may name it, others get 403', async () => {
  const made = await must(server.call('POST', '/v1/pools', { name: 'quarantine', ips: [B] }));
  assert.deepEqual([made.kind, made.ips, made.usable], ['quarantine', [B], 1]);
  await must(server.call('POST', '/v1/pools', { name: 'shop', ips: [C] }));
  // Every account of this test is minutes old.
  assert.deepEqual(await leftFrom(6), new Set([B]));
  const refused = await sender.call('POST', '/v1/emails', {
    from: 'a@sender.test',
    to: 'a@peer.test',
    subject: 'x',
    text: 'x',
    pool: 'shop',
  });
  assert.deepEqual([refused.status, refused.body.error.code, refused.body.error.field], [403, 'forbidden', 'pool']);
  await must(server.call('PATCH', '/v1/pools/shop', { accounts: [sender.accountId] }));
  assert.deepEqual(await leftFrom(6, { pool: 'shop' }), new Set([C]));
  const other = await tenant(server, 'other.test');
  await must(server.call('PATCH', `/v1/accounts/${other.accountId}`, { pool: 'shared' }));
  assert.deepEqual(await leftFrom(6, {}, other), new Set([A]));
  await must(server.call('PATCH', `/v1/accounts/${other.accountId}`, { risk: 'risky' }));
  assert.deepEqual(await leftFrom(6, {}, other), new Set([B]));
  assert.equal((await server.call('DELETE', '/v1/pools/shared')).status, 409);
  await must(server.call('PATCH', `/v1/accounts/${other.accountId}`, { pool: 'shop', risk: 'normal' }));
  const busy = await server.call('DELETE', '/v1/pools/shop');
  assert.equal(busy.status, 409);
  assert.match(busy.body.error.message, new RegExp(other.accountId));
  assert.equal((await server.call('DELETE', '/v1/pools/quarantine')).status, 204);
  assert.deepEqual(await leftFrom(8), new Set([A, B]));
});

test('wrong questions are told what is right', async () => {
  const field = async (method: string, path: string, body: Json): Promise<Json> => {
    const { status, body: answer } = await server.call(method, path, body);
    return [status, answer.error?.field];
  };
  assert.equal((await server.call('GET', '/v1/sending-ips/192.0.2.1')).status, 404);
  assert.deepEqual(await field('POST', '/v1/pools', { name: 'x', ips: ['192.0.2.1'] }), [422, 'ips[0]']);
  assert.deepEqual(await field('POST', '/v1/pools', { name: 'x', accounts: ['acc_none'] }), [422, 'accounts']);
  assert.deepEqual(await field('POST', '/v1/pools', { name: 'Bad Name' }), [422, 'name']);
  assert.deepEqual(await field('POST', '/v1/pools', { name: 'shared' }), [409, 'name']);
  assert.deepEqual(await field('PATCH', `/v1/sending-ips/${A}`, { pool: 'none' }), [422, 'pool']);
  assert.deepEqual(await field('PATCH', `/v1/accounts/${sender.accountId}`, { pool: 'none' }), [422, 'pool']);
  assert.equal((await sender.call('GET', '/v1/sending-ips')).status, 403);
});
