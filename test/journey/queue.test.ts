// The queue from outside: a domain that does not answer keeps nobody else's mail and says why its own waits, what can be cancelled and
// when, and what a stop in the middle of a delivery leaves behind.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createServer, type Server as TcpServer } from 'node:net';
import { discard, must, startServer, tenant, until, type Json, type Server, type Tenant } from '../server.ts';
import { startSink, type Sink } from '../sink.ts';
import { startStubDns, type StubDns } from '../stub-dns.ts';

const HOUR = 3_600_000;
/** Takes connections and hangs up, which is no answer. */
let dead: TcpServer;
let sink: Sink;
let dns: StubDns;
let server: Server;
let sender: Tenant;
/** What mail to slow@ waits for at the peer, and how many do. */
let hold: Promise<void> | null = null;
let holding = 0;

before(async () => {
  sink = await startSink({
    host: '127.0.1.1',
    onMessage: async mail => {
      if (hold && mail.to.some(one => one.startsWith('slow@'))) {
        holding++;
        await hold;
      }
      return '250 2.0.0 ok';
    },
  });
  dead = createServer(socket => socket.destroy());
  await new Promise<void>(resolve => dead.listen(sink.port, '127.0.2.1', resolve));
  dns = await startStubDns({
    'dead.test MX': ['10 mx.dead.test'],
    'mx.dead.test A': ['127.0.2.1'],
    'well.test MX': ['10 mx.well.test'],
    'mx.well.test A': ['127.0.1.1'],
  });
  server = await startServer({ SESAME_RESOLVER: dns.address, SESAME_DELIVERY_PORT: String(sink.port), SESAME_LOG: 'error' });
  sender = await tenant(server, 'sender.test');
});
after(async () => {
  await server.stop();
  await Promise.all([sink.close(), dns.close(), new Promise(resolve => dead.close(resolve))]);
  discard(server);
});

const mail = (to: string, over: Json = {}): Json => ({ from: 'news@sender.test', to: [to], subject: 'Hello', text: 'Hello.', ...over });
const send = async (to: string, over: Json = {}): Promise<string> => (await must(sender.call('POST', '/v1/emails', mail(to, over)))).id;
const recipient = async (id: string): Promise<Json> => (await must(sender.call('GET', `/v1/emails/${id}`))).recipients[0];

test('a domain that does not answer rests, and says so; the others go on', { timeout: 120_000 }, async () => {
  const first = await Promise.all(Array.from({ length: 30 }, (_, n) => send(`u${n}@dead.test`)));
  await until('one that was not tried says why', async () => {
    const rows = await Promise.all(first.map(recipient));
    return rows.some(one => one.state === 'queued' && /not answered/.test(one.waiting?.why ?? ''));
  });
  const late = await send('late@dead.test');
  const row = await recipient(late);
  assert.equal(row.state, 'queued');
  assert.match(row.waiting.why, /not answered/);
  assert.ok(Date.parse(row.waiting.until) > Date.now());
  assert.deepEqual(row.attempts, []);
  const other = await send('a@well.test');
  await until('the other is delivered', async () => (await recipient(other)).state === 'delivered');
  await until('the gauge counts what waits', async () =>
    /sesame_queue_recipients\{state="queued"\} [1-9]/.test(String((await server.call('GET', '/metrics')).body)),
  );
  assert.equal((await sender.call('POST', `/v1/emails/${late}/cancel`)).status, 200);
  assert.deepEqual([(await recipient(late)).state, (await recipient(late)).waiting], ['cancelled', undefined]);
});

test('priority is the sender’s word, and nothing but two words', async () => {
  assert.equal((await sender.call('POST', '/v1/emails', mail('a@well.test', { priority: 'bulk' }))).status, 202);
  const { status, body } = await sender.call('POST', '/v1/emails', mail('a@well.test', { priority: 'urgent' }));
  assert.deepEqual([status, /priority/.test(JSON.stringify(body))], [422, true]);
});

test('sendAt reaches to 72 hours and no further, and what waits for its time can be cancelled', async () => {
  const at = (ms: number): Json => ({ sendAt: new Date(Date.now() + ms).toISOString() });
  const id = await send('a@well.test', at(72 * HOUR - 60_000));
  assert.equal((await recipient(id)).state, 'scheduled');
  assert.equal((await sender.call('POST', '/v1/emails', mail('a@well.test', at(72 * HOUR + 60_000)))).status, 422);
  assert.equal((await sender.call('POST', `/v1/emails/${id}/cancel`)).status, 200);
  assert.equal((await recipient(id)).state, 'cancelled');
  assert.equal((await sender.call('POST', `/v1/emails/${id}/cancel`)).status, 409);
});

test('what is being tried cannot be cancelled, ends once, and comes again after a kill', { timeout: 120_000 }, async () => {
  let go = (): void => undefined;
  hold = new Promise(resolve => (go = resolve));
  const id = await send('slow@well.test');
  await until('the peer has it', () => holding === 1);
  assert.equal((await sender.call('POST', `/v1/emails/${id}/cancel`)).status, 409);
  await server.kill();
  go();
  hold = null;
  const { dataDir } = server;
  server = await startServer({ SESAME_RESOLVER: dns.address, SESAME_DELIVERY_PORT: String(sink.port), SESAME_LOG: 'error' }, dataDir);
  sender = { ...sender, call: server.as(sender.key) };
  await until('it is delivered by the next run', async () => (await recipient(id)).state === 'delivered');
  const [waits] = (await must(sender.call('GET', '/v1/emails?recipient=u1@dead.test'))).data;
  assert.ok(['queued', 'deferred'].includes(waits.recipients[0].state), 'the rest waits still');
});
