// DNS blocklists at the MX door, asked over real DNS: peers and sender domains that are listed, what an allow lifts, who is not asked about.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { smtp } from '../client.ts';
import { discard, must, startServer, tenant, until, type Json, type Server, type Tenant } from '../server.ts';
import { startStubDns, type StubDns } from '../stub-dns.ts';

let dns: StubDns;
let server: Server;
let one: Tenant;
before(async () => {
  dns = await startStubDns({
    '2.0.0.127.peers.test A': ['127.0.0.2'],
    '9.0.0.127.peers.test A': ['127.0.0.4'],
    'test.names.test A': ['127.0.0.2'],
    'bad.example.names.test A': ['127.0.0.2'],
    '9.0.0.127.mute.test A': ['127.0.0.2'],
  });
  server = await startServer({
    SESAME_RESOLVER: dns.address,
    SESAME_MX_DNSBLS: 'peers.test, mute.test',
    SESAME_MX_DOMAIN_DNSBLS: 'names.test',
    SESAME_POSTMASTER: 'pm@one.test',
  });
  one = await tenant(server, 'one.test');
  await must(one.call('POST', '/v1/inbound/routes', { match: '@one.test', action: 'drop' }));
});
after(async () => {
  await server.stop();
  await dns.close();
  discard(server);
});

async function mx(peer: string, from: string, header = from, to = 'box@one.test'): Promise<string> {
  const session = await smtp(server.ready.mx, { from: peer });
  const { text } = await session.send(from, to, `From: ${header}\nSubject: x\n\nx\n`);
  session.close();
  return text;
}

test('a listed peer and a listed domain are refused with the list, others are taken; the log says which', async () => {
  assert.equal(await mx('127.0.0.9', 'a@good.example'), '550 5.7.1 sender_blocked 127.0.0.9 is listed by peers.test');
  assert.equal(await mx('127.0.0.8', 'a@bad.example'), '550 5.7.1 sender_blocked bad.example is listed by names.test');
  assert.equal(
    await mx('127.0.0.8', 'a@good.example', 'Bad <x@bad.example>'),
    '550 5.7.1 sender_blocked bad.example is listed by names.test',
  );
  assert.match(await mx('127.0.0.8', 'a@good.example'), /^250 /);
  const seen = await until('the log', async () => {
    const { data } = await must(one.call('GET', '/v1/refusals?reason=sender_blocked'));
    return data.length >= 2 && data;
  });
  assert.ok(seen.some((it: Json) => it.detail === 'dnsbl:peers.test' && it.peer === '127.0.0.9'));
});

test('the operator is told which lists are asked, and whether each answers as it should', async () => {
  const { data } = await must(server.call('GET', '/v1/dns-lists'));
  assert.deepEqual(data, [
    { zone: 'peers.test', asks: 'peer', state: 'works', answer: null },
    { zone: 'mute.test', asks: 'peer', state: 'broken', answer: 'it lists no address at all' },
    { zone: 'names.test', asks: 'domain', state: 'works', answer: null },
  ]);
  assert.equal((await one.call('GET', '/v1/dns-lists')).status, 403);
});

test('postmaster is reached, and an allow of the account lifts what a list says', async () => {
  assert.match(await mx('127.0.0.9', 'a@good.example', 'a@good.example', 'postmaster@one.test'), /^250 /);
  const { id } = await must(one.call('POST', '/v1/blocked', { pattern: '127.0.0.0/28', action: 'allow' }));
  assert.match(await mx('127.0.0.9', 'a@good.example'), /^250 /);
  assert.equal((await one.call('DELETE', `/v1/blocked/${id}`)).status, 204);
  assert.match(await mx('127.0.0.9', 'a@good.example'), /^550 /);
});
