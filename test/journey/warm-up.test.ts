// Pace over real sockets: a warming IP takes what its day has room for and the rest leaves from a warm one; with none left mail waits and
// says why; and a provider that complains is left alone.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { discard, must, startServer, tenant, until, type Json, type Server, type Tenant } from '../server.ts';
import { startSink, type Sink } from '../sink.ts';
import { startStubDns, type StubDns } from '../stub-dns.ts';

const [NEW, OLD] = ['127.0.8.1', '127.0.8.2'];
const FIRST_DAY = 5;
const MAILS = 20;
const folder = mkdtempSync(join(tmpdir(), 'sesame-warm-'));
let dns: StubDns;
let sink: Sink;
let strict: Sink;
let server: Server;
let sender: Tenant;
/** What the strict provider says to the next mails. */
let answer = '421 4.7.0 too many messages from your address, slow down';
let refused = 0;

before(async () => {
  const rules = join(folder, 'rules.json');
  writeFileSync(rules, JSON.stringify({ defaults: { warmUp: { firstDay: FIRST_DAY, growth: 1.5, full: 50, spreadSeconds: 3_600 } } }));
  dns = await startStubDns({ 'peer.test MX': ['10 mx.peer.test'], 'mx.peer.test A': ['127.0.6.3'] });
  for (const [i, ip] of [NEW, OLD].entries()) {
    dns.zone[`${ip.split('.').toReversed().join('.')}.in-addr.arpa PTR`] = [`mx${i}.sender.test`];
    dns.zone[`mx${i}.sender.test A`] = [ip];
  }
  sink = await startSink({ host: '127.0.6.3' });
  strict = await startSink({ host: '127.0.6.4', port: sink.port, onMessage: () => (answer.startsWith('4') && refused++, answer) });
  dns.zone['strict.test MX'] = ['10 mx.strict.test'];
  dns.zone['mx.strict.test A'] = ['127.0.6.4'];
  server = await startServer({
    SESAME_RESOLVER: dns.address,
    SESAME_DELIVERY_PORT: String(sink.port),
    SESAME_SENDING_IPS: `${NEW},${OLD}`,
    SESAME_DNSBLS: 'off',
    SESAME_IP_CHECK_INTERVAL: '250ms',
    SESAME_SHAPING: rules,
  });
  sender = await tenant(server, 'sender.test');
  for (const ip of [NEW, OLD])
    await until(`${ip} serves`, async () => (await must(server.call('GET', `/v1/sending-ips/${ip}`))).state === 'warming');
  await must(server.call('PATCH', `/v1/sending-ips/${OLD}`, { warm: true }));
});
after(async () => {
  await server.stop();
  await Promise.all([sink.close(), strict.close(), dns.close()]);
  discard(server);
  rmSync(folder, { recursive: true, force: true });
});

const send = async (to: string): Promise<string> =>
  (await must(sender.call('POST', '/v1/emails', { from: 'a@sender.test', to, subject: 'x', text: 'x' }))).id;
const recipient = async (id: string): Promise<Json> => (await must(sender.call('GET', `/v1/emails/${id}`))).recipients[0];

test('a warming IP gets no more than its day, the rest leaves from the warm one at once', async () => {
  const ids = await Promise.all(Array.from({ length: MAILS }, () => send('a@peer.test')));
  const from: Record<string, number> = {};
  for (const id of ids) {
    const one = await until(`${id} is delivered`, async () => {
      const now = await recipient(id);
      return now.state === 'delivered' && now;
    });
    from[one.attempts[0].sendingIp] = (from[one.attempts[0].sendingIp] ?? 0) + 1;
  }
  const { [NEW]: ofNew = 0, [OLD]: ofOld = 0 } = from;
  assert.ok(ofNew >= 1 && ofNew <= FIRST_DAY, `${ofNew} of ${MAILS} left from the new one`);
  assert.equal(ofNew + ofOld, MAILS);
  const cap: Json = await until(
    'what was learned is written down',
    async () => (await must(server.call('GET', `/v1/sending-ips/${NEW}`))).caps[0],
  );
  assert.deepEqual([cap.provider, cap.warmUpDayCap, cap.usedToday <= FIRST_DAY], ['peer.test', FIRST_DAY, true]);
});

test('with the warm one out of service mail waits for the new one’s turn, and says so', async () => {
  await must(server.call('PATCH', `/v1/sending-ips/${OLD}`, { rest: 'moving house' }));
  const ids = await Promise.all(Array.from({ length: MAILS }, () => send('b@peer.test')));
  const waiting = await until('some wait', async () => {
    const all = await Promise.all(ids.map(recipient));
    return all.find(one => one.waiting && one.state === 'queued');
  });
  assert.match(waiting.waiting.why, /the (?:pace|day's mail) for peer\.test is used up/);
  assert.deepEqual(waiting.attempts, [], 'waiting is no attempt');
  await must(server.call('PATCH', `/v1/sending-ips/${OLD}`, { resume: true }));
});

test('a provider that complains gets nothing more until it was asked carefully, and then everything', async () => {
  const ids = await Promise.all(Array.from({ length: 60 }, () => send('a@strict.test')));
  await until('it complained', async () => {
    const { data } = await must(server.call('GET', '/v1/shaping?provider=strict.test'));
    return (data as Json[]).find(one => one.steps.length > 0);
  });
  await until('the rest waits', async () => {
    const all = await Promise.all(ids.map(recipient));
    return all.every(one => one.attempts.length > 0 || one.waiting);
  });
  // What was on its way when the first complaint came, over both IPs, and no more.
  assert.ok(refused <= 40, `${refused} were refused`);
  const before = refused;
  answer = '250 2.0.0 ok';
  await until('all were taken', async () => {
    const all = await Promise.all(ids.map(recipient));
    return all.filter(one => one.attempts.length === 0).length === 0 || all.some(one => one.state === 'delivered');
  });
  assert.equal(refused, before);
});
