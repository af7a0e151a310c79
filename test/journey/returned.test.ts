// What comes back, over real sockets: Debian's Postfix takes a mail, is refused by the host behind it and sends its own report; a vacation
// note, complaints, forwards that fail; and no mail of a stranger ever makes a mail of ours.
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { after, before, test } from 'node:test';
import { selfSigned } from '../../src/engines/certificates.ts';
import { buildArf } from '../arf.ts';
import { smtp } from '../client.ts';
import { startHook, type Hook } from '../hook.ts';
import { noPostfix, startPostfix, type Postfix } from '../postfix.ts';
import { discard, must, startServer, tenant, until, type Json, type Server, type Tenant } from '../server.ts';
import { startSink, type Caught, type Sink } from '../sink.ts';
import { startStubDns, type StubDns } from '../stub-dns.ts';

const skip = noPostfix();
const { cert, key } = selfSigned('behind.test');
let dns: StubDns;
let postfix: Postfix | null = null;
/** Takes mail of peer.test, refuses refusing.test and void@shop.test. */
let peer: Sink;
/** Behind Postfix: knows nobody at gone.test. */
let behind: Sink;
let hook: Hook;
let server: Server;
let shop: Tenant;
let hookAnswer = 204;

before(async () => {
  const port = await freePort();
  peer = await startSink({
    host: '127.0.3.1',
    port,
    onRcpt: to => (/@refusing\.test$|^void@shop/.test(to) ? '550 5.7.1 we take no mail' : undefined),
  });
  behind = await startSink({
    tls: { cert: [...cert], key: [...key] },
    onRcpt: to => (to.startsWith('full@') ? '552 5.2.2 the mailbox is full' : '550 5.1.1 no such user'),
  });
  hook = await startHook(() => hookAnswer);
  dns = await startStubDns({
    'gone.test MX': ['10 mx.gone.test'],
    'mx.gone.test A': ['127.0.0.1'],
    'peer.test MX': ['10 mx.peer.test'],
    'refusing.test MX': ['10 mx.peer.test'],
    'mx.peer.test A': ['127.0.3.1'],
  });
  server = await startServer({ SESAME_RESOLVER: dns.address, SESAME_DELIVERY_PORT: String(port), SESAME_POSTMASTER: 'boss@peer.test' });
  shop = await tenant(server, 'shop.test');
  // A route for everything must not take what we read ourselves.
  await must(server.call('POST', '/v1/inbound/routes', { match: '*', action: { webhook: `${hook.url}/all` } }));
  await must(shop.call('POST', '/v1/inbound/routes', { match: 'shop.test', action: { webhook: `${hook.url}/shop` } }));
  if (skip) return;
  const relays = [
    { domain: 'gone.test', to: behind.address },
    { domain: 'bounce.shop.test', to: server.ready.mx },
  ];
  postfix = startPostfix(port, 'kept.test', { relays });
});
after(async () => {
  await server.stop();
  postfix?.stop();
  await Promise.all([peer.close(), behind.close(), hook.close(), dns.close()]);
  discard(server);
});

async function give(message: string | Buffer, from: string, to: string): Promise<string> {
  const session = await smtp(server.ready.mx, { tls: 'starttls' });
  const reply = await session.send(from, to, message);
  session.close();
  return reply.text;
}

async function post(to: readonly string[]): Promise<string> {
  return (await must(shop.call('POST', '/v1/emails', { from: 'news@shop.test', to, subject: 'the news', text: 'News.' }))).id;
}
const recipientsOf = async (id: string): Promise<Json[]> => (await must(shop.call('GET', `/v1/emails/${id}`))).recipients;
const eventsOf = async (id: string, type: string): Promise<Json[]> =>
  (await must(shop.call('GET', `/v1/events?type=${type}&limit=100`))).data.filter((one: Json) => one.emailId === id);
const caughtOf = (id: string): Promise<Caught> => until(`${id} at the peer`, () => peer.caught.find(one => one.raw.includes(id)));
/** Mail that went out by itself: notices have the null sender. */
const notices = async (): Promise<Json[]> =>
  (await must(server.call('GET', '/v1/emails?direction=out&limit=100'))).data.filter((one: Json) => one.door === 'internal');

test('Postfix takes the mail, cannot deliver it, and its report becomes the outcome', { skip }, async () => {
  const id = await post(['none@gone.test', 'full@gone.test']);
  const told = await until('both came back', async () => {
    const list = await recipientsOf(id);
    return list.every(one => one.outcome !== null) && list;
  });
  assert.deepEqual(
    told.map(one => [one.address, one.state, one.outcome]),
    [
      ['none@gone.test', 'delivered', 'bounced'],
      ['full@gone.test', 'delivered', 'bounced'],
    ],
  );
  const bounced = await eventsOf(id, 'bounced');
  const brief = bounced.map(one => [one.recipient, one.class, one.reason, one.permanent, one.code, one.enhanced, one.source].join(' '));
  assert.deepEqual(brief.toSorted(), [
    'full@gone.test full mailboxfull false 552 5.2.2 dsn',
    'none@gone.test hard userunknown true 550 5.1.1 dsn',
  ]);
  assert.match(bounced.find(one => one.class === 'full').reply, /552 5\.2\.2 the mailbox is full/);
  assert.deepEqual(await notices(), []);
});

const AWAY = 'Auto-Submitted: auto-replied\nSubject: Re: the news\n\nI am on vacation. Your mail was not delivered.\n';

test('a vacation note comes to the return path and is nothing', async () => {
  const id = await post(['ann@peer.test']);
  const { from } = await caughtOf(id);
  assert.match(await give(`From: ann@peer.test\nTo: ${from}\n${AWAY}`, '', from), /^250/);
  const [one] = await recipientsOf(id);
  assert.deepEqual([one.state, one.outcome], ['delivered', null]);
  assert.deepEqual(await notices(), []);
});

function arf(original: Buffer, to: string): Buffer {
  return buildArf({
    messageId: `<${Math.random()}@fbl.test>`,
    from: 'fbl@provider.test',
    to,
    at: Date.now(),
    arrivedAt: Date.now(),
    feedbackType: 'abuse',
    originalMailFrom: 'news@shop.test',
    originalRecipients: [],
    sourceIp: '192.0.2.1',
    reportedDomain: 'shop.test',
    returned: original.subarray(0, original.indexOf('\r\n\r\n') + 4),
    full: false,
  });
}

test('a complaint with our Feedback-ID counts once, wherever it comes to; mail to abuse@ goes on to its route', async () => {
  const id = await post(['ann@peer.test']);
  const { raw, from } = await caughtOf(id);
  for (const to of ['abuse@shop.test', 'postmaster@shop.test', 'fbl@mx.sesame.test', from])
    assert.match(await give(arf(raw, to), 'fbl@provider.test', to), /^250/, to);
  const [one] = await recipientsOf(id);
  assert.deepEqual([one.state, one.outcome], ['delivered', 'complained']);
  const complained = await eventsOf(id, 'complained');
  assert.deepEqual(
    complained.map(event => [event.recipient, event.feedbackType, event.source, event.verified]),
    [['ann@peer.test', 'abuse', 'arf', true]],
  );
  for (const box of ['abuse@shop.test', 'postmaster@shop.test'])
    await until(`${box} at its route`, () => hook.posted.find(it => it.path === '/shop' && it.body.envelope.to[0] === box));
});

test('a complaint without it is shown to the operator and counts for nobody', async () => {
  const id = await post(['bob@peer.test']);
  const { raw, from } = await caughtOf(id);
  const forged = Buffer.from(
    raw.toString('latin1').replace(/^Feedback-ID: (.)/m, (_, c: string) => `Feedback-ID: ${c === '0' ? '1' : '0'}`),
    'latin1',
  );
  for (const to of ['fbl@mx.sesame.test', from]) assert.match(await give(arf(forged, to), 'x@stranger.test', to), /^250/);
  assert.equal((await recipientsOf(id))[0].outcome, null);
  const { data } = await must(server.call('GET', '/v1/events?type=received&limit=100'));
  const claims = (data as Json[]).filter(one => one.report === 'complaint');
  assert.deepEqual(
    claims.map(one => [one.accountId, one.verified, one.feedbackType, one.reportedDomain]),
    [1, 2].map(() => [null, false, 'abuse', 'shop.test']),
  );
  const own = await must(shop.call('GET', '/v1/events?type=received&limit=100'));
  assert.equal(own.data.filter((one: Json) => one.report === 'complaint').length, 0);
});

test('tokens that we did not make are no addresses; what we read goes to no route', async () => {
  const id = await post(['bob@peer.test']);
  const { from } = await caughtOf(id);
  const forged = from.replace(/.(?=@)/, last => (last === '0' ? '1' : '0'));
  const count = hook.posted.length;
  assert.match(await give('From: x@stranger.test\n\nx\n', '', from), /^250/);
  assert.match(await give('From: x@stranger.test\n\nx\n', '', 'fbl@mx.sesame.test'), /^250/);
  // The route for everything takes the forged one like any other mail.
  assert.match(await give('From: x@stranger.test\nSubject: forged-token\n\nx\n', '', forged), /^250/);
  await until('the forged one', () => hook.posted.find(one => one.text.includes('forged-token')));
  assert.equal(hook.posted.slice(count).filter(one => one.path === '/all').length, 1);
});

test('backscatter: neither a webhook that is gone, nor a forward that is refused, nor a bounce that bounces makes a mail', async () => {
  const before = (await notices()).length;
  // A webhook that says 410.
  await must(shop.call('POST', '/v1/inbound/routes', { match: 'hook@shop.test', action: { webhook: `${hook.url}/gone` } }));
  hookAnswer = 410;
  const first = /queued as (\S+)/.exec(await give('From: ann@peer.test\n\nx\n', 'ann@peer.test', 'hook@shop.test'))?.[1] ?? '';
  await until('given up', async () => (await recipientsOf(first))[0]?.state === 'bounced');
  hookAnswer = 204;
  // A forward that its target refuses.
  const on = { 'sesame-account': shop.accountId };
  const { id } = await must(shop.call('POST', '/v1/inbound/routes', { match: 'fwd@shop.test', action: { forward: 'me@refusing.test' } }));
  await must(server.call('POST', `/v1/inbound/routes/${id}/confirm`, { force: true }, on));
  const second = /queued as (\S+)/.exec(await give('From: ann@peer.test\n\nx\n', 'ann@peer.test', 'fwd@shop.test'))?.[1] ?? '';
  await until('refused', async () => (await recipientsOf(second))[0]?.state === 'bounced');
  assert.equal((await notices()).length, before);
  // A mail of an account that bounces makes one notice to its sender; that one bounces too, and makes none.
  dns.zone['shop.test MX'] = ['10 mx.peer.test'];
  const session = await smtp(server.ready.submissions, { tls: 'implicit', login: shop });
  await session.send('void@shop.test', 'no@refusing.test', 'From: void@shop.test\nSubject: x\n\nx\n');
  session.close();
  await until('the notice is refused', async () => (await notices()).find(one => one.recipients[0].state === 'bounced'));
  assert.equal((await notices()).length, before + 1);
  assert.equal(peer.caught.filter(one => one.from === '' && one.to.includes('ann@peer.test')).length, 0, 'nothing went to the stranger');
});

test('a report about a forward ends here, and is told of the route', async () => {
  const on = { 'sesame-account': shop.accountId };
  const { id } = await must(shop.call('POST', '/v1/inbound/routes', { match: 'late@shop.test', action: { forward: 'me@peer.test' } }));
  await must(server.call('POST', `/v1/inbound/routes/${id}/confirm`, { force: true }, on));
  const mailed = (await notices()).length;
  const mail =
    /queued as (\S+)/.exec(await give('From: ann@peer.test\nSubject: to-be-forwarded\n\nx\n', 'ann@peer.test', 'late@shop.test'))?.[1] ??
    '';
  const { from } = await until('forwarded', () => peer.caught.find(one => one.raw.includes('to-be-forwarded')));
  const report = `From: MAILER-DAEMON@peer.test\nSubject: failure notice\n\nSorry.\n\n<me@peer.test>:\n550 5.1.1 no such user\n`;
  assert.match(await give(report, '', from), /^250/);
  const [one] = await recipientsOf(mail);
  assert.deepEqual([one.address, one.outcome], ['late@shop.test', 'bounced']);
  assert.equal((await notices()).length, mailed);
});

function freePort(): Promise<number> {
  return new Promise(resolve => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}
