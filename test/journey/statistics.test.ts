// Statistics over the whole way: mail that is accepted, delivered, refused, received and opened is counted as its events say, the simulator
// is not, and nobody sees another's.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { selfSigned } from '../../src/engines/certificates.ts';
import { smtp } from '../client.ts';
import { startHook, type Hook } from '../hook.ts';
import { discard, must, startServer, tenant, until, type Json, type Server, type Tenant } from '../server.ts';
import { startSink, type Sink } from '../sink.ts';
import { startStubDns, type StubDns } from '../stub-dns.ts';

const GTUBE = 'XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X';
let dns: StubDns;
let server: Server;
let shop: Tenant;
let other: Tenant;
let hook: Hook;
const sinks: Sink[] = [];
const { cert, key } = selfSigned('mx.test');

before(async () => {
  dns = await startStubDns({});
  sinks.push(await startSink({ host: '127.0.3.1', tls: { cert: [...cert], key: [...key] } }));
  const port = sinks[0]?.port ?? 0;
  sinks.push(await startSink({ host: '127.0.3.2', port, onRcpt: () => '550 5.1.1 no such user' }));
  // Gmail's mail hosts by their names, here.
  for (const [domain, host, ip] of [
    ['g.test', 'aspmx.l.google.com', '127.0.3.1'],
    ['small.test', 'mx.small.test', '127.0.3.2'],
  ] as const) {
    dns.zone[`${domain} MX`] = [`10 ${host}`];
    dns.zone[`${host} A`] = [ip];
  }
  server = await startServer({ SESAME_RESOLVER: dns.address, SESAME_DELIVERY_PORT: String(port), SESAME_PUBLIC_URL: 'http://127.0.0.1:1' });
  shop = await tenant(server, 'shop.test');
  other = await tenant(server, 'other.test');
  hook = await startHook();
});
after(async () => {
  await server.stop();
  await Promise.all([...sinks.map(sink => sink.close()), dns.close(), hook.close()]);
  discard(server);
});

const statistics = (query: string, by: Tenant = shop): Promise<Json> => must(by.call('GET', `/v1/statistics?${query}`));
const total = async (query = '', by: Tenant = shop): Promise<Json> => (await statistics(`by=total${query}`, by)).data[0].counts;

test('what is sent: by provider, TLS and reason; the simulator is not counted', async () => {
  const to = ['ana@g.test', 'budi@g.test', 'gone@small.test', 'success@simulator.sesame.test'];
  const mail = { from: 'news@a.shop.test', subject: 'x', text: 'x' };
  await must(shop.call('POST', '/v1/emails', { ...mail, to }));
  await must(shop.call('POST', '/v1/emails', { ...mail, to: ['bounce@simulator.sesame.test', 'complaint@simulator.sesame.test'] }));
  assert.equal((await shop.call('POST', '/v1/emails', { ...mail, to: ['ana@g.test'], text: GTUBE })).body.error.code, 'spam_content');
  const counts = await until('all is counted', async () => {
    const now = await total();
    return now.delivered === 2 && now.bounced.total === 1 && now.rejected.total === 1 && now;
  });
  assert.deepEqual([counts.mails, counts.accepted, counts.content.pass + counts.content.gray + counts.content.fail], [1, 3, 1]);
  assert.equal(counts.bounced.hard, 1);
  assert.deepEqual(counts.rejected, { total: 1, spam: 1, virus: 0, other: 0, reasons: { spam_content: 1 } });
  assert.equal(counts.complained, 0);
  assert.equal(counts.tls.none + (counts.tls['TLSv1.3'] ?? 0), 2);
  assert.ok(counts.tls['TLSv1.3'] > 0);

  const { data } = await statistics('by=total&groupBy=provider');
  const of = (name: string): Json => data.find((row: Json) => row.provider === name)?.counts;
  assert.deepEqual([of('gmail').delivered, of('other').bounced.hard, of('').accepted], [2, 1, 3]);
  const domains = (await statistics('by=total&groupBy=domain')).data;
  assert.deepEqual(
    domains.map((row: Json) => row.domain),
    ['shop.test'],
  );
  assert.equal((await total('&provider=gmail&domain=shop.test')).delivered, 2);
  const events = (await must(shop.call('GET', '/v1/events?type=delivered'))).data;
  assert.deepEqual(
    events.filter((one: Json) => one.provider).map((one: Json) => one.provider),
    ['gmail', 'gmail'],
  );
});

test('what comes in', async () => {
  await must(shop.call('POST', '/v1/inbound/routes', { match: 'in@shop.test', action: { webhook: hook.url } }));
  const stranger = await smtp(server.ready.mx);
  const raw = (text: string): string => `From: a@elsewhere.test\nTo: in@shop.test\nSubject: x\n\n${text}\n`;
  assert.equal((await stranger.send('a@elsewhere.test', ['in@shop.test'], raw('Hello there'))).code, 250);
  assert.equal((await stranger.send('a@elsewhere.test', ['in@shop.test'], raw(GTUBE))).code, 554);
  const { received, delivered } = await until('handed on', async () => {
    const now = await total();
    return now.received.delivered === 1 && now.received.rejected.total === 1 && now;
  });
  assert.deepEqual([received.mails, received.recipients, received.rejected.spam, delivered], [1, 1, 1, 2], 'in and out are apart');
  const sumOf = (verdicts: Json): number => verdicts.pass + verdicts.gray + verdicts.fail + verdicts.unchecked;
  for (const check of ['spam', 'virus', 'spf', 'dkim', 'dmarc', 'arc']) assert.equal(sumOf(received[check]), 1, check);
  assert.equal((await total('&domain=shop.test')).received.mails, 1);
});

test('days and hours of a time zone, page by page', async () => {
  const { data, next, timeZone, finestFrom } = await statistics('timeZone=asia/jakarta');
  assert.deepEqual([data.length, next, timeZone, finestFrom], [30, null, 'Asia/Jakarta', null]);
  assert.ok(data.every((row: Json) => /T17:00:00.000Z$/.test(row.from)));
  assert.equal(
    data.reduce((sum: number, row: Json) => sum + row.counts.delivered, 0),
    2,
  );
  const hours = await statistics('by=hour&limit=10&timeZone=Asia/Kathmandu');
  const rest = await statistics(`by=hour&limit=100&timeZone=Asia/Kathmandu&after=${hours.next}`);
  const all = [...hours.data, ...rest.data];
  assert.equal(hours.data.length, 10);
  assert.ok(all.length === 25 || all.length === 26, String(all.length));
  assert.ok(all.slice(1).every((row, i) => row.from === all[i].to && /:15:00/.test(row.from)));
  const day = data.at(-1).from.slice(0, 10);
  assert.equal((await statistics(`from=${day}&to=${day}`)).data.length, 1);
});

test('events of a mail, a recipient, a time', async () => {
  const types = async (query: string, by: Tenant = shop): Promise<readonly string[]> =>
    (await must(by.call('GET', `/v1/events?${query}`))).data.map((one: Json) => one.type);
  const [delivered] = (await must(shop.call('GET', '/v1/events?type=delivered&recipient=ana@g.test'))).data;
  assert.deepEqual(await types('recipient=ana@g.test'), ['delivered']);
  assert.deepEqual((await types(`emailId=${delivered.emailId}`)).toSorted(), [
    'accepted',
    'bounced',
    'delivered',
    'delivered',
    'delivered',
  ]);
  assert.deepEqual(await types(`emailId=${delivered.emailId}`, other), []);
  // Which of its results came first is nobody's promise; acceptance came before both.
  const [accepted] = (await must(shop.call('GET', `/v1/events?type=accepted&emailId=${delivered.emailId}`))).data;
  assert.ok((await types(`type=rejected,bounced&since=${accepted.at}`)).includes('bounced'));
  assert.deepEqual(await types('since=2999-01-01T00:00:00Z'), []);
  assert.equal((await shop.call('GET', '/v1/events?since=yesterday')).status, 422);
  assert.equal((await shop.call('GET', '/v1/emails?state=lost')).status, 400);
  const { data } = await must(shop.call('GET', '/v1/emails?state=bounced&recipient=gone@small.test'));
  assert.deepEqual(
    data.map((one: Json) => one.id),
    [delivered.emailId],
  );
});

test('nobody sees another’s, the operator sees all, and bad questions are told what is wrong', async () => {
  assert.equal((await total('', other)).mails, 0);
  assert.equal((await other.call('GET', '/v1/statistics?domain=shop.test')).status, 404);
  const operator = async (query: string, headers = {}): Promise<Json> => server.call('GET', `/v1/statistics?${query}`, undefined, headers);
  assert.equal((await operator('by=total')).body.data[0].counts.delivered, 2);
  assert.equal((await operator('by=total&domain=shop.test')).body.data[0].counts.delivered, 2);
  assert.equal((await operator('by=total', { 'sesame-account': other.accountId })).body.data[0].counts.mails, 0);
  assert.equal((await operator('groupBy=domain')).body.error.code, 'account_required');
  const wrong = [
    ['timeZone=Mars/Base', 'timeZone'],
    ['timeZone=%2B07:00', 'timeZone'],
    ['from=2026-02-30', 'from'],
    ['from=yesterday', 'from'],
    ['from=2020-01-01&to=2026-01-01', 'from'],
    ['from=2026-03-01&to=2026-02-01', 'from'],
    ['by=hour&from=2026-01-01&to=2026-03-01', 'from'],
  ] as const;
  for (const [query, field] of wrong) {
    const { status, body } = await shop.call('GET', `/v1/statistics?${query}`);
    assert.deepEqual([status, body.error.field], [422, field], query);
  }
  for (const query of ['by=week', 'groupby=domain', 'after=cur_MQ'])
    assert.equal((await shop.call('GET', `/v1/statistics?${query}`)).status, 400, query);
});
