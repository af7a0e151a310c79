// Suspension in force, over real sockets: malware, spam, hard bounces and complaints of one account, what it and everybody else see of it, the way
// back, and what a stop in the middle leaves.
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { after, before, test } from 'node:test';
import { SITE_CONNECTIONS } from '../../src/deliver/bounds.ts';
import { buildArf } from '../arf.ts';
import { smtp } from '../client.ts';
import { startHook, type Hook } from '../hook.ts';
import { EICAR, GTUBE } from '../patterns.ts';
import { discard, must, startServer, tenant, until, type Answer, type Json, type Server, type Tenant } from '../server.ts';
import { startSink, type Sink } from '../sink.ts';
import { spamOf } from '../spam.ts';
import { startStubDns, type StubDns } from '../stub-dns.ts';

let dns: StubDns;
let peer: Sink;
let hook: Hook;
let server: Server;
let settings: Readonly<Record<string, string>>;
/** Whose peers do not answer while it is off. */
let away = true;

before(async () => {
  const port = await freePort();
  peer = await startSink({
    host: '127.0.3.1',
    port,
    onRcpt: to =>
      to.startsWith('none') ? '550 5.1.1 no such user here' : away && to.endsWith('@away.test') ? '451 4.3.0 later' : undefined,
  });
  hook = await startHook(() => 204);
  dns = await startStubDns({
    'peer.test MX': ['10 mx.peer.test'],
    'away.test MX': ['10 mx.peer.test'],
    'mx.peer.test A': ['127.0.3.1'],
  });
  settings = { SESAME_RESOLVER: dns.address, SESAME_DELIVERY_PORT: String(port), SESAME_POSTMASTER: 'boss@peer.test', SESAME_DOORS: '2' };
  server = await startServer(settings);
});
after(async () => {
  await server.stop();
  await Promise.all([peer.close(), hook.close(), dns.close()]);
  discard(server);
});

/** One whose first malware counts, and who hears of it. */
async function account(domain: string): Promise<Tenant> {
  const one = await tenant(server, domain);
  await must(server.call('PATCH', `/v1/accounts/${one.accountId}`, { malware: { count: 1 }, contact: `owner-${domain}@peer.test` }));
  return one;
}
const send = (who: Tenant, to: string | readonly string[], more: object = {}): Promise<Answer> =>
  who.call('POST', '/v1/emails', { from: `news@${who.domain}`, to, subject: 'the news', text: 'News of the day.', ...more });
const standingOf = async (who: Tenant): Promise<Json> => must(who.call('GET', '/v1/accounts/self/standing'));
const stateOf = async (who: Tenant, id: string): Promise<string> => (await must(who.call('GET', `/v1/emails/${id}`))).recipients[0].state;
const told = async (who: Tenant): Promise<Json[]> =>
  (await must(server.call('GET', '/v1/events?type=warned,limited,suspended,reinstated&limit=100', undefined, on(who)))).data;
const on = (who: Tenant): Readonly<Record<string, string>> => ({ 'sesame-account': who.accountId });
const reinstate = (who: Tenant): Promise<Json> =>
  must(server.call('POST', `/v1/accounts/${who.accountId}/reinstate`, { note: 'talked to them' }));
const letters = (to: string): readonly string[] => peer.caught.filter(one => one.to.includes(to)).map(one => one.raw.toString('latin1'));

/** MAIL FROM on a new connection: whichever door takes it. */
async function mailFrom(who: Tenant, door: 'submission' | 'submissions' = 'submission'): Promise<string> {
  const session = await smtp(server.ready[door], { tls: door === 'submission' ? 'starttls' : 'implicit', login: who });
  const { text } = await session.command(`MAIL FROM:<news@${who.domain}>`);
  session.close();
  return text;
}

/** The dry run over what is kept gives what was told, change by change. */
async function isReplayed(who: Tenant): Promise<void> {
  const { changes, standing } = await must(who.call('GET', '/v1/accounts/self/standing/dry-run'));
  const events = await told(who);
  assert.deepEqual(
    changes.map((one: Json) => [one.at, one.from, one.to, one.reason, one.evidence, one.next]),
    events.map(one => [one.at, one.from, one.to, one.reason, one.evidence, one.next]),
  );
  assert.equal(standing.state, (await must(who.call('GET', '/v1/accounts/self'))).state);
}

test('malware suspends at once on every door; others go on; held mail waits sealed and goes on after the reinstatement', async () => {
  const [bad, good] = [await account('bad.test'), await account('good.test')];
  const { id: hookId } = await must(
    server.call('POST', '/v1/webhooks', { url: `${hook.url}/standing`, events: ['suspended', 'reinstated'] }, on(bad)),
  );
  const waiting = (await must(send(bad, 'ana@away.test'))).id;
  const sendAt = new Date(Date.now() + 3_600_000).toISOString();
  const later = (await must(send(bad, 'ana@peer.test', { sendAt }))).id;
  const brief = (await must(send(bad, 'bob@away.test', { maxDeliverySeconds: 20 }))).id;
  const others = (await must(send(good, 'ana@away.test'))).id;
  await until('a first attempt', async () => (await stateOf(bad, waiting)) === 'deferred');

  const session = await smtp(server.ready.submission, { tls: 'starttls', login: bad });
  const refused = await session.send('news@bad.test', 'ana@peer.test', `From: news@bad.test\nSubject: x\n\n${EICAR}\n`);
  assert.match(refused.text, /^554 5\.7\.0 virus_found/);
  // The answer came after the commit: from here on nothing is taken, on this connection, another, or by HTTP.
  assert.match((await session.command('MAIL FROM:<news@bad.test>')).text, /^550 5\.7\.1 account_suspended .*malware/);
  session.close();
  for (let n = 0; n < 4; n++) {
    for (const door of ['submission', 'submissions'] as const) assert.match(await mailFrom(bad, door), /^550 5\.7\.1 account_suspended/);
    const { status, body } = await send(bad, 'ana@peer.test');
    assert.deepEqual([status, body.error.code], [403, 'account_suspended']);
    assert.match(await mailFrom(good), /^250/);
  }
  await until('held', async () => (await stateOf(bad, waiting)) === 'held' && (await stateOf(bad, later)) === 'held');
  assert.equal(await stateOf(good, others), 'deferred');

  const { state, reason, rules, evidence, next } = await standingOf(bad);
  assert.deepEqual([state, reason, next], ['suspended', 'malware', null]);
  assert.deepEqual(
    rules.filter((one: Json) => one.breached).map((one: Json) => [one.id, one.value, one.threshold, one.window]),
    [['malware', 1, 1, 86_400]],
  );
  assert.deepEqual(
    evidence.map((one: Json) => [one.rule, one.detail]),
    [['malware', 'Eicar-Test-Signature']],
  );
  assert.equal((await standingOf(good)).state, 'active');
  assert.equal((await good.call('GET', `/v1/accounts/${bad.accountId}/standing`)).status, 404);
  await isReplayed(bad);

  const [event] = await told(bad);
  assert.deepEqual([event.type, event.by, event.reason], ['suspended', 'rules', 'malware']);
  await until('the webhook', () => hook.posted.find(one => one.body.id === event.id));
  for (const to of ['owner-bad.test@peer.test', 'boss@peer.test']) {
    const [letter = ''] = await until(`a letter to ${to}`, () => letters(to).length > 0 && letters(to));
    const text = Buffer.from(letter.slice(letter.indexOf('\r\n\r\n')), 'base64').toString() + letter;
    for (const words of ['malware', 'suspended']) assert.ok(letter.includes(words) || text.includes(words), words);
  }
  const appeal = { words: 'It was our test of your scanner.' };
  assert.equal((await bad.call('POST', '/v1/accounts/self/appeal', appeal)).status, 202);
  await until('the appeal at the operator', () => letters('boss@peer.test').some(one => one.includes('It was our test')));

  // Held mail has its time, and no more.
  await until('its time is over', async () => (await stateOf(bad, brief)) === 'expired');
  away = false;
  await reinstate(bad);
  assert.match(await mailFrom(bad), /^250/);
  await until('it went on', async () => (await stateOf(bad, waiting)) === 'delivered');
  assert.equal(await stateOf(bad, later), 'scheduled');
  const back = await standingOf(bad);
  assert.equal(back.state, 'active');
  assert.ok(Date.parse(back.probationUntil) > Date.now() + 6 * 86_400_000);
  await isReplayed(bad);
  await until('a letter each', () => letters('owner-bad.test@peer.test').length === 2);
  await must(server.call('DELETE', `/v1/webhooks/${hookId}`, undefined, on(bad)));
});

test('what waits for a connection, or for the copy before it, does not begin after the suspension', async () => {
  const begun: string[] = [];
  let release = (): void => undefined;
  const answers = new Promise<void>(resolve => (release = resolve));
  const slow = await startSink({ onMessage: mail => (begun.push(...mail.to), answers.then(() => '250 2.0.0 ok')) });
  const other = await startServer({ SESAME_SMARTHOST: slow.address, SESAME_DOORS: '2', SESAME_PUBLIC_URL: 'https://links.sesame.test' });
  try {
    const one = await tenant(other, 'slow.test');
    const ids: string[] = [];
    // Every other one goes as ten copies, one behind the other.
    for (let n = 0; n < 60; n++) {
      const to = Array.from({ length: n % 2 === 0 ? 1 : 10 }, (_, i) => `to-${n}-${i}@peer.test`);
      ids.push((await must(send(one, to, n % 2 === 0 ? {} : { unsubscribe: { group: 'news' } }))).id);
    }
    // No mail can begin now: every connection waits for an answer.
    await until('all connections are taken', () => begun.length === SITE_CONNECTIONS);
    await must(other.call('POST', `/v1/accounts/${one.accountId}/suspend`, { reason: 'by hand' }));
    release();
    await until('all is delivered or held', async () => {
      const rows = await Promise.all(ids.map(async id => (await must(one.call('GET', `/v1/emails/${id}`))).recipients as Json[]));
      return rows.flat().every(row => row.state === 'delivered' || row.state === 'held');
    });
    assert.equal(begun.length, SITE_CONNECTIONS, 'nothing but what was on the wire');
    await must(other.call('POST', `/v1/accounts/${one.accountId}/reinstate`, { note: 'go on' }));
    const wanted = 30 + 30 * 10;
    await until('the rest', () => slow.caught.flatMap(mail => mail.to).length === wanted);
    assert.equal(new Set(slow.caught.flatMap(mail => mail.to)).size, wanted, 'each once');
  } finally {
    await other.stop();
    await slow.close();
    discard(other);
  }
});

test('spam: one campaign and a few are no reason; by volume the account is limited first, and suspended at once on probation', async () => {
  const spammer = await account('spammer.test');
  const hand = async (n: number): Promise<Answer> =>
    send(spammer, `r${n}@peer.test`, { ...spamOf(n % 4), from: 'PayPal Security <news@spammer.test>' });
  assert.equal((await hand(1)).body.error.code, 'spam_content');
  assert.equal((await send(spammer, 'a@peer.test', { text: GTUBE })).body.error.code, 'spam_content');
  for (let n = 0; n < 17; n++) await hand(n);
  assert.equal((await standingOf(spammer)).state, 'active');
  await hand(19);
  const { state, reason, rules, next } = await standingOf(spammer);
  assert.deepEqual([state, reason, next.state], ['limited', 'spam', 'suspended']);
  const spam = rules.find((one: Json) => one.id === 'spam');
  assert.deepEqual([spam.breached, spam.hits], [true, 20]);
  // A limited account has its recipients by the minute, at every door.
  const many = Array.from({ length: 50 }, (_, n) => `many${n}@peer.test`);
  const taken = [await send(spammer, many), await send(spammer, many)].map(one => one.status).toSorted((a, b) => a - b);
  assert.deepEqual(taken, [202, 429]);
  await isReplayed(spammer);
  // The operator says that the filter was wrong, and the account is as before.
  const raw = Buffer.from('From: news@spammer.test\r\nSubject: x\r\n\r\nOur news of the week, and nothing else.\r\n').toString('base64');
  await must(server.call('POST', '/v1/feedback', { raw, label: 'ham' }, on(spammer)));
  assert.equal((await standingOf(spammer)).state, 'active');
  await must(server.call('POST', `/v1/accounts/${spammer.accountId}/suspend`, { reason: 'looking into it' }));
  await reinstate(spammer);
  for (let n = 0; n < 21; n++) await hand(n);
  assert.equal((await standingOf(spammer)).state, 'suspended');
  assert.deepEqual(
    (await told(spammer)).map(one => [one.type, one.by]),
    [
      ['limited', 'rules'],
      ['reinstated', 'operator:operator'],
      ['suspended', 'operator:operator'],
      ['reinstated', 'operator:operator'],
      ['suspended', 'rules'],
    ],
  );
  await isReplayed(spammer);
});

test('recipients that do not exist: warned by the figures that the account sees, with the peer’s words and no address', async () => {
  const list = await account('list.test');
  const to = (n: number, name: string): readonly string[] => Array.from({ length: 50 }, (_, i) => `${name}${n}-${i}@peer.test`);
  for (let n = 0; n < 4; n++) await must(send(list, to(n, 'ann')));
  await must(send(list, to(9, 'none')));
  const { reason, rules, evidence } = await until('limited', async () => {
    const standing = await standingOf(list);
    return standing.state === 'limited' && rulesHits(standing, 'hard_bounces') === 50 && standing;
  });
  assert.equal(reason, 'hard_bounces');
  assert.equal(rules.find((one: Json) => one.id === 'hard_bounces').among, 250);
  assert.match(evidence[0].detail, /550 5\.1\.1 no such user/);
  assert.ok(!JSON.stringify(evidence).includes('@peer.test'));
  await isReplayed(list);
});

const rulesHits = (standing: Json, id: string): number => standing.rules.find((one: Json) => one.id === id).hits;

test('complaints that carry our signature count, forged ones do not; what is blocked and what is a trap is counted apart', async () => {
  const shop = await account('shop.test');
  const { id } = await must(send(shop, 'ann@peer.test'));
  const { raw } = await until('at the peer', () => peer.caught.find(one => one.raw.includes(id)));
  await complain(raw, 'shop.test');
  await complain(Buffer.from(raw.toString('latin1').replace(/^Feedback-ID: ..../m, 'Feedback-ID: 0000'), 'latin1'), 'shop.test');
  await until('one complaint', async () => rulesHits(await standingOf(shop), 'complaints') === 1);
  await must(server.call('POST', '/v1/blocked', { pattern: 'trap@peer.test', direction: 'recipient', source: 'trap' }));
  await must(server.call('POST', '/v1/blocked', { pattern: 'gone@peer.test', direction: 'recipient' }));
  const check = await must(shop.call('POST', '/v1/blocked/check', { address: 'trap@peer.test' }));
  assert.equal(check.class, 'manual', 'which address is a trap is told to nobody');
  assert.equal((await send(shop, 'trap@peer.test')).body.error.code, 'recipient_blocked');
  assert.equal((await send(shop, 'gone@peer.test')).body.error.code, 'recipient_blocked');
  const session = await smtp(server.ready.submission, { tls: 'starttls', login: shop });
  await session.command('MAIL FROM:<news@shop.test>');
  for (const box of ['trap', 'gone']) assert.match((await session.command(`RCPT TO:<${box}@peer.test>`)).text, /^550 5\.1\.1/);
  session.close();
  await until('both are counted', async () => {
    const standing = await standingOf(shop);
    return rulesHits(standing, 'traps') === 2 && rulesHits(standing, 'blocked_recipients') === 2;
  });
  assert.equal(rulesHits(await standingOf(shop), 'complaints'), 1);
  // The simulator counts for nothing.
  await must(send(shop, ['bounce@simulator.sesame.test', 'complaint@simulator.sesame.test', 'blocked@simulator.sesame.test']));
  assert.equal((await send(shop, 'bounce@simulator.sesame.test', { text: EICAR })).body.error.code, 'virus_found');
  const after = await standingOf(shop);
  assert.deepEqual([after.state, rulesHits(after, 'hard_bounces'), rulesHits(after, 'malware')], ['active', 0, 0]);
  await isReplayed(shop);
});

async function complain(original: Buffer, domain: string): Promise<void> {
  const report = buildArf({
    messageId: `<${Math.random()}@fbl.test>`,
    from: 'fbl@provider.test',
    to: 'fbl@mx.sesame.test',
    at: Date.now(),
    arrivedAt: Date.now(),
    feedbackType: 'abuse',
    originalMailFrom: `news@${domain}`,
    originalRecipients: [],
    sourceIp: '192.0.2.1',
    reportedDomain: domain,
    returned: original.subarray(0, original.indexOf('\r\n\r\n') + 4),
    full: false,
  });
  const session = await smtp(server.ready.mx, { tls: 'starttls' });
  assert.match((await session.send('fbl@provider.test', 'fbl@mx.sesame.test', report)).text, /^250/);
  session.close();
}

test('a stop in the middle: the suspension, what it held and its figures are there after kill -9, and no letter comes twice', async () => {
  away = true;
  const bad = await account('sudden.test');
  const ids: string[] = [];
  await Promise.all(Array.from({ length: 400 }, async () => ids.push((await must(send(bad, 'x@away.test'))).id)));
  assert.equal((await send(bad, 'x@peer.test', { text: EICAR })).body.error.code, 'virus_found');
  const before = await standingOf(bad);
  await server.kill();
  server = await startServer(settings, server.dataDir);
  const again: Tenant = { ...bad, call: server.as(bad.key) };
  assert.equal((await send(again, 'x@peer.test')).body.error.code, 'account_suspended');
  assert.deepEqual(await standingOf(again), before);
  await until('all are held', async () => {
    const { data } = await must(again.call('GET', '/v1/emails?state=held&limit=100'));
    return data.length === 100 && (await Promise.all(ids.map(id => stateOf(again, id)))).every(state => state === 'held');
  });
  await isReplayed(again);
  away = false;
  await reinstate(again);
  await until('all went on', async () => (await Promise.all(ids.map(id => stateOf(again, id)))).every(state => state === 'delivered'));
  await until('two letters', () => letters('owner-sudden.test@peer.test').length === 2);
});

function freePort(): Promise<number> {
  return new Promise(resolve => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}
