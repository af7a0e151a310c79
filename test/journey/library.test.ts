// Entries of the blocked library that make themselves, over real sockets: a mailbox that is unknown at its own host, a report that comes back,
// a complaint; whom they hold for, who sees what of them, and how they end.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { SITE_CONNECTIONS } from '../../src/deliver/bounds.ts';
import { buildArf } from '../arf.ts';
import { smtp } from '../client.ts';
import { discard, must, startServer, tenant, until, type Json, type Server, type Tenant } from '../server.ts';
import { startSink, type Caught, type Sink } from '../sink.ts';
import { startStubDns, type StubDns } from '../stub-dns.ts';

let dns: StubDns;
let peer: Sink;
let server: Server;
let one: Tenant;
let two: Tenant;
let three: Tenant;
/** Mailboxes that exist by now. */
const moved = new Set<string>();

function onRcpt(to: string): string | undefined {
  if (moved.has(to)) return undefined;
  if (to.startsWith('gone')) return `550 5.1.1 <${to}>: there is nobody here of that name`;
  if (to.startsWith('full')) return '550 5.2.2 the mailbox is full';
  return to.startsWith('policy') ? '550 5.7.1 your address is on our list' : undefined;
}

before(async () => {
  peer = await startSink({ onRcpt });
  dns = await startStubDns({ 'peer.test MX': ['10 mx.peer.test'], 'mx.peer.test A': ['127.0.0.1'] });
  server = await startServer({ SESAME_RESOLVER: dns.address, SESAME_DELIVERY_PORT: String(peer.port) });
  one = await tenant(server, 'one.test');
  two = await tenant(server, 'two.test');
  three = await tenant(server, 'three.test');
});
after(async () => {
  await server.stop();
  await Promise.all([peer.close(), dns.close()]);
  discard(server);
});

const submit = (who: Tenant, to: string): ReturnType<Tenant['call']> =>
  who.call('POST', '/v1/emails', { from: `news@${who.domain}`, to: [to], subject: 'the news', text: 'News.' });

/** A mail to the address, and the state that it ends in. */
async function ends(who: Tenant, to: string): Promise<{ readonly id: string; readonly state: string }> {
  const { id } = await must(submit(who, to));
  const state = await until(`end of the mail to ${to}`, async () => {
    const [row] = (await must(who.call('GET', `/v1/emails/${id}`))).recipients as Json[];
    return ['delivered', 'bounced'].includes(row.state) && (row.state as string);
  });
  return { id, state };
}
const check = (who: Tenant, address: string): Promise<Json> => must(who.call('POST', '/v1/blocked/check', { address }));
const listed = async (call: Tenant['call']): Promise<Json[]> => (await must(call('GET', '/v1/blocked'))).data;

test('an unknown mailbox: the account may not write there for 14 days, others may', async () => {
  assert.equal((await ends(one, 'gone@peer.test')).state, 'bounced');
  const seen = await check(one, 'Gone@PEER.test');
  assert.deepEqual(Object.keys(seen).toSorted(), ['address', 'blocked', 'class', 'expiresAt']);
  assert.deepEqual([seen.blocked, seen.class], [true, 'hard_bounce']);
  const [entry] = await listed(one.call);
  assert.deepEqual(
    [entry.pattern, entry.direction, entry.scope, entry.source, entry.class, entry.evidence],
    ['gone@peer.test', 'recipient', 'account', 'bounce', 'hard_bounce', '550 5.1.1 <gone@peer.test>: there is nobody here of that name'],
  );
  assert.equal(Date.parse(entry.expiresAt) - Date.parse(entry.createdAt), 14 * 86_400_000);
  const refused = await submit(one, 'gone@peer.test');
  assert.equal(refused.body.error.code, 'recipient_blocked');
  const session = await smtp(server.ready.submissions, { tls: 'implicit', login: one });
  assert.match(
    (await session.send('a@one.test', 'gone@peer.test', 'From: a@one.test\nSubject: x\n\nx\n')).text,
    /^550 5\.1\.1 recipient_blocked/,
  );
  session.close();
  assert.equal((await check(one, 'gone+tag@peer.test')).blocked, false, 'another mailbox, as far as anyone can tell');
  assert.equal((await check(two, 'gone@peer.test')).blocked, false);
  assert.deepEqual(await listed(two.call), []);
});

test('told to a second account it holds for all, and shows nobody an address or the words of another', async () => {
  assert.equal((await ends(two, 'gone@peer.test')).state, 'bounced');
  const seen = await check(three, 'gone@peer.test');
  assert.deepEqual([seen.blocked, seen.class, Date.parse(seen.expiresAt) > Date.now()], [true, 'hard_bounce', true]);
  assert.deepEqual(await listed(three.call), []);
  assert.equal((await submit(three, 'gone@peer.test')).body.error.code, 'recipient_blocked');
  const all = await listed(server.call);
  assert.deepEqual(
    all.map(it => [it.scope, it.pattern, it.evidence, it.class, it.source]),
    [['global', null, null, 'hard_bounce', 'bounce']],
  );
  assert.doesNotMatch(JSON.stringify(all), /gone/);
});

test('an allow of the account lifts it, and what arrives ends its entry and the one of all', async () => {
  moved.add('gone@peer.test');
  await must(one.call('POST', '/v1/blocked', { pattern: 'gone@peer.test', action: 'allow', direction: 'recipient' }));
  assert.equal((await ends(one, 'gone@peer.test')).state, 'delivered');
  assert.deepEqual(
    (await listed(one.call)).map(it => it.action),
    ['allow'],
  );
  assert.deepEqual(await listed(server.call), [], 'one vote is left');
  assert.deepEqual([(await check(two, 'gone@peer.test')).blocked, (await check(three, 'gone@peer.test')).blocked], [true, false]);
});

test('an entry can be taken out like any other', async () => {
  const [entry] = await listed(two.call);
  assert.equal((await three.call('DELETE', `/v1/blocked/${entry.id}`)).status, 404);
  assert.equal((await two.call('DELETE', `/v1/blocked/${entry.id}`)).status, 204);
  assert.equal((await ends(two, 'gone@peer.test')).state, 'delivered');
});

test('full boxes and policies make none', async () => {
  await must(submit(one, 'full@peer.test'));
  assert.equal((await ends(one, 'policy@peer.test')).state, 'bounced');
  await until('tried', async () =>
    (await must(one.call('GET', '/v1/events?type=deferred'))).data.some((it: Json) => it.recipient === 'full@peer.test'),
  );
  for (const address of ['full@peer.test', 'policy@peer.test']) assert.equal((await check(one, address)).blocked, false, address);
});

test('mail that waits is ended by an entry that was made meanwhile', async () => {
  const sendAt = new Date(Date.now() + 5_000).toISOString();
  const waiting = { from: 'news@one.test', to: ['gone-2@peer.test'], subject: 'later', text: 'Later.', sendAt };
  const { id } = await must(one.call('POST', '/v1/emails', waiting));
  assert.equal((await ends(one, 'gone-2@peer.test')).state, 'bounced');
  const row = await until('ended', async () => {
    const [it] = (await must(one.call('GET', `/v1/emails/${id}`))).recipients as Json[];
    return it.state === 'bounced' && it;
  });
  assert.match(row.attempts[0].reply, /^recipient_blocked/);
});

const caughtOf = (id: string): Promise<Caught> => until(`${id} at the peer`, () => peer.caught.find(it => it.raw.includes(id)));

async function give(message: string | Buffer, from: string, to: string): Promise<void> {
  const session = await smtp(server.ready.mx, { tls: 'starttls' });
  assert.match((await session.send(from, to, message)).text, /^250/);
  session.close();
}

test('a report that comes back makes an entry of the account alone', async () => {
  for (const who of [one, two]) {
    const { id } = await ends(who, 'late@peer.test');
    const { from } = await caughtOf(id);
    await give('From: MAILER-DAEMON@peer.test\nSubject: failure notice\n\nSorry.\n\n<late@peer.test>:\n550 5.1.1 no such user\n', '', from);
    const seen = await until('the entry', async () => {
      const answer = await check(who, 'late@peer.test');
      return answer.blocked && answer;
    });
    assert.equal(seen.class, 'hard_bounce');
  }
  assert.equal((await check(three, 'late@peer.test')).blocked, false, 'whoever holds the token can write a report');
});

test('who complained gets no more mail of the account, by any tag, and does not come back', async () => {
  const { id } = await ends(three, 'ann@peer.test');
  const { raw } = await caughtOf(id);
  const box = 'fbl@mx.sesame.test';
  const complaint = buildArf({
    messageId: '<1@fbl.test>',
    from: 'fbl@peer.test',
    to: box,
    at: Date.now(),
    arrivedAt: Date.now(),
    feedbackType: 'abuse',
    originalMailFrom: 'news@three.test',
    originalRecipients: [],
    sourceIp: '192.0.2.1',
    reportedDomain: 'three.test',
    returned: raw.subarray(0, raw.indexOf('\r\n\r\n') + 4),
    full: false,
  });
  await give(complaint, 'fbl@peer.test', box);
  const [entry] = await until('the entry', async () => {
    const list = await listed(three.call);
    return list.length > 0 && list;
  });
  assert.deepEqual(
    [entry.pattern, entry.class, entry.source, entry.evidence, entry.expiresAt],
    ['ann@peer.test', 'complaint', 'complaint', 'abuse', null],
  );
  assert.deepEqual([(await check(three, 'ann+shop@peer.test')).class, (await check(one, 'ann@peer.test')).blocked], ['complaint', false]);
});

test('the simulator makes none', async () => {
  for (const box of ['bounce', 'complaint']) {
    await ends(two, `${box}@simulator.sesame.test`);
    assert.equal((await check(two, `${box}@simulator.sesame.test`)).blocked, false);
  }
});

test('made entries are counted by class', async () => {
  const text = String((await server.call('GET', '/metrics')).body);
  const of = (kind: string): number =>
    Number(new RegExp(`^sesame_blocked_entries_made_total\\{class="${kind}"\\} (\\d+)`, 'm').exec(text)?.[1]);
  assert.equal(of('complaint'), 1);
  assert.equal(of('hard_bounce'), 6, 'gone twice and for all, gone-2, late twice');
});

test('a smarthost that knows nobody makes none', async () => {
  const behind = await startServer({ SESAME_SMARTHOST: peer.address });
  try {
    const four = await tenant(behind, 'four.test');
    assert.equal((await ends(four, 'gone-3@peer.test')).state, 'bounced');
    assert.equal((await check(four, 'gone-3@peer.test')).blocked, false);
  } finally {
    await behind.stop();
    discard(behind);
  }
});

test('an entry ends when it says, not when its minute is over; one that would be over already is refused', async () => {
  const asked = { pattern: 'soon@peer.test', direction: 'recipient' };
  const expiresAt = new Date(Date.now() + 2_000).toISOString();
  await must(one.call('POST', '/v1/blocked', { ...asked, expiresAt }));
  await check(one, 'soon@peer.test');
  await until('its end', () => Date.now() > Date.parse(expiresAt));
  assert.equal((await check(one, 'soon@peer.test')).blocked, false);
  const past = await one.call('POST', '/v1/blocked', { ...asked, expiresAt });
  assert.deepEqual([past.status, past.body.error.field], [422, 'expiresAt']);
});

test('a blocked mailbox is not reached by writing it in quotes', async () => {
  await must(one.call('POST', '/v1/blocked', { pattern: 'Ann@peer.test', direction: 'recipient' }));
  for (const to of ['"ann"@peer.test', '"a\\nn+x"@peer.test']) {
    const { status, body } = await submit(one, to);
    assert.deepEqual([status, body.error?.code], [422, 'recipient_blocked'], to);
  }
});

test('who is blocked while the mail waits for a connection gets none', async () => {
  let begun = 0;
  let release = (): void => undefined;
  const answers = new Promise<void>(resolve => (release = resolve));
  const slow = await startSink({ onMessage: () => (begun++, answers.then(() => '250 2.0.0 ok')) });
  const behind = await startServer({ SESAME_SMARTHOST: slow.address });
  try {
    const five = await tenant(behind, 'five.test');
    for (let n = 0; n < SITE_CONNECTIONS; n++) await must(submit(five, `first-${n}@peer.test`));
    await until('all connections are taken', () => begun === SITE_CONNECTIONS);
    const waits = await must(submit(five, 'late@peer.test'));
    // It is asked again when it has waited for a second.
    const since = Date.now();
    await until('it waits', () => Date.now() - since > 1_500);
    await must(five.call('POST', '/v1/blocked', { pattern: 'late@peer.test', direction: 'recipient' }));
    release();
    const row = await until('its end', async () => {
      const [one] = (await must(five.call('GET', `/v1/emails/${waits.id}`))).recipients as Json[];
      return one.state !== 'queued' && one;
    });
    assert.deepEqual([row.state, row.attempts[0].class], ['bounced', 'blocked']);
    assert.ok(slow.caught.every(mail => !mail.to.includes('late@peer.test')));
  } finally {
    await behind.stop();
    await slow.close();
    discard(behind);
  }
});
