// Lists of the blocked library with the real server: imported in every format, in force at every door and before each attempt, searched,
// corrected, exported, taken away; what an account may not; a crash in the middle.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { smtp } from '../client.ts';
import { discard, must, startServer, tenant, until, type Answer, type Json, type Server, type Tenant } from '../server.ts';
import { startSink, type Sink } from '../sink.ts';
import { startStubDns, type StubDns } from '../stub-dns.ts';

let dns: StubDns;
let peer: Sink;
let server: Server;
let one: Tenant;
let two: Tenant;

before(async () => {
  peer = await startSink({ onRcpt: to => (to.startsWith('later') ? '451 4.7.1 come again' : undefined) });
  dns = await startStubDns({ 'peer.test MX': ['10 mx.peer.test'], 'mx.peer.test A': ['127.0.0.1'] });
  server = await startServer({
    SESAME_RESOLVER: dns.address,
    SESAME_DELIVERY_PORT: String(peer.port),
    SESAME_DOORS: '2',
    SESAME_CONNECTION_LIMIT: '100000',
  });
  one = await tenant(server, 'one.test');
  two = await tenant(server, 'two.test');
});
after(async () => {
  await server.stop();
  await Promise.all([peer.close(), dns.close()]);
  discard(server);
});

const TYPES: Readonly<Record<string, string>> = { csv: 'text/csv', ndjson: 'application/x-ndjson' };
const send = (call: Tenant['call'], query: string, text: string): Promise<Answer> => {
  const format = /format=(\w+)/.exec(query)?.[1] ?? 'plain';
  return call('POST', `/v1/blocked/import?${query}`, text, { 'content-type': TYPES[format] ?? 'text/plain' });
};
const put = (call: Tenant['call'], query: string, lines: readonly string[]): Promise<Json> => must(send(call, query, lines.join('\n')));
const check = async (who: Tenant, address: string): Promise<string> => {
  const { blocked, class: kind } = await must(who.call('POST', '/v1/blocked/check', { address }));
  return blocked ? kind : 'free';
};
const lists = async (call: Tenant['call']): Promise<string[]> =>
  (await must(call('GET', '/v1/blocked/lists'))).data.map((it: Json) => `${it.name} ${it.entries}`);

test('a list of an account: counted, in force at every door, in nobody else’s way', async () => {
  const done = await put(one.call, 'format=csv&list=old', [
    'pattern,direction,reason,expiresAt',
    'Ann@Peer.test,recipient,"left, long ago",',
    '@gone.test,recipient,,2099-01-01T00:00:00Z',
    '*.far.test,recipient,,',
    'ann@peer.test,recipient,again,',
    'over@peer.test,recipient,,2020-01-01T00:00:00Z',
    'nobody,recipient,,',
    'x@y.test,sideways,,',
  ]);
  assert.deepEqual(
    [done.state, done.imported, done.repeated, done.refused, done.findings.map((it: Json) => it.field)],
    ['done', 5, 1, 2, ['line 7', 'line 8']],
  );
  assert.deepEqual(await lists(one.call), ['old 3']);
  assert.deepEqual(await lists(two.call), []);
  const asked = ['ANN@peer.test', 'ann+x@peer.test', 'a@gone.test', 'a@sub.gone.test', 'a@b.far.test', 'a@far.test', 'over@peer.test'];
  assert.deepEqual(await Promise.all(asked.map(it => check(one, it))), ['manual', 'manual', 'manual', 'free', 'manual', 'free', 'free']);
  assert.equal(await check(two, 'ann@peer.test'), 'free');
  const refused = await one.call('POST', '/v1/emails', { from: 'a@one.test', to: ['ann@peer.test'], subject: 's', text: 't' });
  assert.equal(refused.body.error.code, 'recipient_blocked');
  // Several sessions, so that every door is asked.
  for (let n = 0; n < 6; n++) {
    const session = await smtp(server.ready.submissions, { tls: 'implicit', login: one });
    const answer = await session.send('a@one.test', 'ann@peer.test', 'From: a@one.test\nSubject: x\n\nx\n');
    assert.match(answer.text, /^550 5\.1\.1 recipient_blocked/);
    session.close();
  }
});

test('entries of lists are found, searched in pages, changed and taken out like any other', async () => {
  const many = Array.from({ length: 250 }, (_, n) => `person${n}@many.test`);
  await put(one.call, 'format=plain&list=many&direction=recipient', [...many, 'other@else.test']);
  const [hit] = (await must(one.call('GET', '/v1/blocked?pattern=Person7@many.test'))).data;
  assert.deepEqual(
    [hit.pattern, hit.list, hit.source, hit.scope, hit.direction],
    ['person7@many.test', 'many', 'import:many', 'account', 'recipient'],
  );
  assert.deepEqual(await must(one.call('GET', `/v1/blocked/${hit.id}`)), hit);
  assert.equal((await two.call('GET', `/v1/blocked/${hit.id}`)).status, 404);
  const seen: string[] = [];
  for (let after = ''; ;) {
    const page = await must(one.call('GET', `/v1/blocked?prefix=person&limit=40${after && `&after=${after}`}`));
    seen.push(...page.data.map((it: Json) => it.pattern));
    if (page.next === null) break;
    after = page.next;
  }
  assert.deepEqual(seen.toSorted(), many.toSorted());
  assert.equal((await one.call('DELETE', `/v1/blocked/${hit.id}`)).status, 204);
  assert.equal((await one.call('GET', `/v1/blocked/${hit.id}`)).status, 404);
  assert.deepEqual((await must(one.call('GET', '/v1/blocked?prefix=person7@'))).data, []);
  assert.deepEqual(await Promise.all(['person7@many.test', 'person8@many.test'].map(it => check(one, it))), ['free', 'manual']);
  const [eight] = (await must(one.call('GET', '/v1/blocked?pattern=person8@many.test'))).data;
  const changed = await must(one.call('PATCH', `/v1/blocked/${eight.id}`, { expiresAt: '2099-01-01T00:00:00Z', reason: 'until then' }));
  assert.deepEqual([changed.pattern, changed.list, changed.reason], ['person8@many.test', null, 'until then']);
  assert.equal((await must(one.call('GET', '/v1/blocked?pattern=person8@many.test'))).data.length, 1);
  const more = await put(one.call, 'format=plain&list=many&direction=recipient', ['new@many.test', 'person9@many.test']);
  assert.equal(more.repeated, 1);
  assert.deepEqual(await lists(one.call), ['old 3', 'many 250'], '251, less the two that were taken out, and a new one');
  assert.deepEqual(await Promise.all(['person7@many.test', 'new@many.test', 'person200@many.test'].map(it => check(one, it))), [
    'free',
    'manual',
    'manual',
  ]);
});

test('an export comes back as it was, without what made itself', async () => {
  const text = String((await one.call('GET', '/v1/blocked/export?format=ndjson&list=old')).body);
  const back = await put(two.call, 'format=ndjson&list=copy', [text, '{"pattern":"auto@peer.test","class":"hard_bounce"}']);
  assert.deepEqual([back.imported, back.automatic, back.refused], [3, 1, 0]);
  assert.equal(await check(two, 'auto@peer.test'), 'free');
  const again = String((await two.call('GET', '/v1/blocked/export?format=csv&list=copy')).body);
  assert.ok(
    again.split('\n').some(line => line.startsWith('ann@peer.test,block,recipient,,again,')),
    again,
  );
  assert.equal((await two.call('DELETE', '/v1/blocked/lists/copy')).status, 204);
  await until('the list is gone', async () => (await check(two, 'ann@peer.test')) === 'free');
});

test('the operator’s list: hosts and zones, at the MX for senders, From and peers; an account’s allow does not lift it', async () => {
  await must(one.call('POST', '/v1/inbound/routes', { match: '@one.test', action: 'drop' }));
  await put(server.call, 'format=hosts&list=hosts', [
    '127.0.0.1 localhost',
    '0.0.0.0 bad.test worse.test # both',
    '::1 ip6-localhost',
    'nonsense',
  ]);
  await put(server.call, 'format=rpz&list=zone', [
    '$TTL 60',
    '@ SOA ns.zone. admin.zone. ( 1 3600',
    '  600 86400 60 )',
    'evil.test CNAME .',
    '*.evil.test 300 IN CNAME .',
    'fine.evil.test CNAME rpz-passthru.',
    '32.9.0.0.127.rpz-ip CNAME .',
  ]);
  const mx = async (from: string, header = from): Promise<string> => {
    const session = await smtp(server.ready.mx);
    const { text } = await session.send(from, 'box@one.test', `From: ${header}\nSubject: x\n\nx\n`);
    session.close();
    return text.slice(0, 24);
  };
  const refused = '550 5.7.1 sender_blocked';
  const all = ['a@bad.test', 'a@worse.test', 'a@evil.test', 'a@deep.evil.test', 'a@fine.evil.test', 'a@good.test'];
  const answers: string[] = [];
  for (const from of all) answers.push(await mx(from));
  assert.deepEqual(
    answers.map(it => it === refused),
    [true, true, true, true, false, false],
  );
  assert.equal(await mx('a@good.test', 'a@bad.test'), refused);
  await must(one.call('POST', '/v1/blocked', { pattern: '@bad.test', action: 'allow' }));
  assert.equal(await mx('a@bad.test'), refused);
  const traps = await put(server.call, 'format=ndjson&list=traps', ['{"pattern":"trap@peer.test","direction":"recipient","class":"trap"}']);
  assert.equal(traps.imported, 1);
  assert.equal(await check(one, 'trap@peer.test'), 'manual', 'which address is a trap is not told');
  const mine = await send(one.call, 'format=ndjson&list=t', '{"pattern":"t@peer.test","class":"trap"}');
  assert.deepEqual([mine.status, mine.body.error.findings], [422, [{ field: 'line 1', message: '"class": trap is the operator\'s' }]]);
});

test('what waits is ended by a list that came meanwhile', async () => {
  const sendAt = new Date(Date.now() + 4_000).toISOString();
  const mail = { from: 'a@two.test', to: ['later@peer.test', 'never@peer.test'], subject: 's', text: 't', sendAt };
  const { id } = await must(two.call('POST', '/v1/emails', mail));
  await put(two.call, 'format=plain&list=stop', ['never@peer.test']);
  const [later, never] = await until('both were looked at', async () => {
    const { recipients } = await must(two.call('GET', `/v1/emails/${id}`));
    return (
      recipients.every((it: Json) => it.attempts.length > 0) && (recipients as Json[]).toSorted((x, y) => (x.address < y.address ? -1 : 1))
    );
  });
  assert.equal(later.state, 'deferred');
  assert.deepEqual([never.state, never.attempts[0].reply.startsWith('recipient_blocked')], ['bounced', true]);
});

test('while a list is replaced again and again, what all its versions hold is blocked at every moment', async () => {
  await put(one.call, 'format=plain&list=turning', ['always@turn.test']);
  const turning = { isOver: false };
  // As a sender at the MX: to be refused there says nothing of the account.
  const asking = async (): Promise<string[]> => {
    const answers: string[] = [];
    while (!turning.isOver) {
      const session = await smtp(server.ready.mx);
      await session.command('MAIL FROM:<always@turn.test>');
      for (let n = 0; n < 3; n++) answers.push((await session.command('RCPT TO:<box@one.test>')).text.slice(0, 24));
      session.close();
    }
    return answers;
  };
  const answers = Promise.all([asking(), asking(), asking()]);
  for (let n = 0; n < 8; n++) {
    const lines = Array.from({ length: 500 }, (_, i) => `v${n}-${i}@turn.test`);
    await put(one.call, 'format=plain&list=turning&mode=replace', [...lines, 'always@turn.test']);
  }
  turning.isOver = true;
  const codes = (await answers).flat();
  assert.ok(codes.length > 20);
  assert.deepEqual([...new Set(codes)], ['550 5.7.1 sender_blocked']);
  assert.deepEqual(await Promise.all(['v7-1@turn.test', 'v6-1@turn.test'].map(it => check(one, it))), ['manual', 'free']);
  assert.equal((await one.call('DELETE', '/v1/blocked/lists/turning')).status, 204);
});

test('a large import without a name is a list; one that is killed in the middle is done by the next start', async () => {
  const text = Array.from({ length: 40_000 }, (_, n) => `p${n}@large.test`).join('\n');
  const answer = send(two.call, 'format=plain', text).catch(() => null);
  await until('it is there', async () =>
    (await must(two.call('GET', '/v1/blocked/imports'))).data.some((it: Json) => it.list === 'imported'),
  );
  await server.kill();
  await answer;
  server = await startServer({ SESAME_RESOLVER: dns.address, SESAME_DELIVERY_PORT: String(peer.port) }, server.dataDir);
  [one, two] = [one, two].map(who => ({ ...who, call: server.as(who.key) })) as [Tenant, Tenant];
  const [row] = await until('its end', async () => {
    const { data } = await must(two.call('GET', '/v1/blocked/imports'));
    return data[0].state === 'done' && data;
  });
  assert.deepEqual([row.list, row.imported, row.repeated, row.progress], ['imported', 40_000, 0, 1]);
  assert.ok((await lists(two.call)).includes('imported 40000'));
  assert.deepEqual(await Promise.all(['p39999@large.test', 'p40000@large.test'].map(it => check(two, it))), ['manual', 'free']);
  assert.equal(await check(one, 'ann@peer.test'), 'manual', 'the lists of before are in force');
  await until('uploads and old files are gone', () => {
    const files = readdirSync(join(server.dataDir, 'library'));
    return files.length === 2 * 7 && files.every(file => /\.(?:segment|lines)$/.test(file));
  });
});
