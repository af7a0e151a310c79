// Batches from the API to the recipients, with a real server and a sink: each recipient of a list gets one mail with its own data, whatever
// stops the server or the batch in between.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { discard, must, startServer, tenant, until, type Json, type Server, type Tenant } from '../server.ts';
import { startSink, type Caught, type Sink } from '../sink.ts';

const env = { SESAME_PUBLIC_URL: 'https://links.test' };
let server: Server;
let sink: Sink;
let toko: Tenant;
let other: Tenant;
before(async () => {
  sink = await startSink();
  server = await startServer({ SESAME_SMARTHOST: sink.address, ...env });
  [toko, other] = [await tenant(server, 'toko.test'), await tenant(server, 'other.test')];
});
after(async () => {
  await server.stop();
  await sink.close();
  discard(server);
});

const words = { subject: 'News for {{name}}', text: 'Dear {{name}},\nyour code is {{code}}.\nToko, Jalan Merdeka 1, Jakarta' };
const people = (prefix: string, count: number): readonly Json[] =>
  Array.from({ length: count }, (_, n) => ({ address: `${prefix}${n}@shop.test`, data: { name: `${prefix} ${n}`, code: n } }));
async function listOf(t: Tenant, rows: readonly Json[]): Promise<string> {
  const { id } = await must(t.call('POST', '/v1/lists', { name: 'list' }));
  for (let at = 0; at < rows.length; at += 20_000) await must(t.call('POST', `/v1/lists/${id}/recipients`, rows.slice(at, at + 20_000)));
  return id;
}
const batch = (over: object, t = toko): Promise<Json> => must(t.call('POST', '/v1/batches', { from: `News <news@${t.domain}>`, ...over }));
const of = (id: string, t = toko): Promise<Json> => must(t.call('GET', `/v1/batches/${id}`));
const ended = (id: string, t = toko): Promise<Json> =>
  until(
    `batch ${id} is over`,
    async () => {
      const now = await of(id, t);
      return now.endedAt === null ? null : now;
    },
    240_000,
  );
const caughtBy = (prefix: string): readonly Caught[] => sink.caught.filter(one => one.to.some(to => to.startsWith(prefix)));
const idOf = (mail: Caught): string => /^X-Sesame-Id: (\S+)/im.exec(mail.raw.toString('latin1'))?.[1] ?? '';
const COUNTS = {
  accepted: 0,
  suppressed: 0,
  invalid: 0,
  refused: 0,
  held: 0,
  delivered: 0,
  bounced: 0,
  expired: 0,
  cancelled: 0,
  complained: 0,
  unsubscribed: 0,
};

test('each of 2,000 recipients gets one mail with its own data and its own way to leave', async () => {
  const made = await must(toko.call('POST', '/v1/templates', { name: 'news', ...words }));
  const list = await listOf(toko, people('full', 2_000));
  const asked = { list, template: { id: made.id }, tags: ['news'], unsubscribe: { group: 'news' } };
  const headers = { 'idempotency-key': 'news/1' };
  const body = { from: 'News <news@toko.test>', ...asked };
  const first = await toko.call('POST', '/v1/batches', body, headers);
  assert.deepEqual([first.status, first.body.state, first.body.recipients, first.body.list], [202, 'scheduled', 2_000, list]);
  const again = await toko.call('POST', '/v1/batches', body, headers);
  assert.deepEqual([again.body.id, again.headers.get('idempotent-replayed')], [first.body.id, 'true']);
  const { id } = first.body;
  assert.equal((await toko.call('DELETE', `/v1/lists/${list}`)).body.error?.code ?? 'deleted', 'wrong_state');
  assert.equal((await ended(id)).list, list);
  await until('all arrived', () => caughtBy('full').length >= 2_000, 240_000);
  const mails = caughtBy('full');
  assert.equal(new Set(mails.map(one => one.to[0])).size, 2_000);
  assert.equal(mails.length, 2_000);
  for (const mail of mails) {
    const n = /^full(\d+)@/.exec(mail.to[0] ?? '')?.[1];
    const text = mail.raw.toString('latin1');
    assert.ok(text.includes(`\r\nSubject: News for full ${n}\r\n`) && text.includes(`your code is ${n}.`), text);
    assert.match(text, /^List-Unsubscribe: <https:\/\/links\.test\//m);
    assert.match(text, /^To: full\d+@shop\.test\r$/m);
  }
  const links = new Set(mails.map(mail => /^List-Unsubscribe: (\S+)/m.exec(mail.raw.toString('latin1'))?.[1]));
  assert.equal(links.size, 2_000);
  const done = await until('outcomes are counted', async () => {
    const now = await of(id);
    return now.counts.delivered === 2_000 ? now : null;
  });
  assert.deepEqual([done.state, done.run, done.counts], ['done', 1, { ...COUNTS, accepted: 2_000, delivered: 2_000 }]);
  const found = await must(toko.call('GET', `/v1/emails?batch=${id}&limit=2`));
  assert.deepEqual([found.data.length, found.data[0].batchId, found.data[0].tags], [2, id, ['news']]);
});

test('who is blocked, lacks a value or is refused by the filter gets none, and is counted', async () => {
  await must(toko.call('POST', '/v1/blocked', { pattern: 'mixed1@shop.test', direction: 'recipient' }));
  const rows = people('mixed', 4);
  const recipients = [...rows.slice(0, 3), { address: 'mixed3@shop.test', data: { name: 'no code' } }, 'mixed4@shop.test', rows[2]];
  const { id, recipients: count } = await batch({ ...words, recipients });
  assert.equal(count, 5);
  const { state, counts, list } = await ended(id);
  assert.deepEqual([state, list], ['done', null]);
  assert.deepEqual([counts.accepted, counts.suppressed, counts.invalid], [2, 1, 2]);
  await until('both arrived', () => caughtBy('mixed').length === 2);
});

test('paused it stops at once, and goes on where it was; cancelled it ends', async () => {
  const list = await listOf(toko, people('pause', 1_500));
  const { id } = await batch({ ...words, list });
  await until('it runs', async () => (await of(id)).counts.accepted > 0);
  const paused = await must(toko.call('POST', `/v1/batches/${id}/pause`));
  assert.deepEqual([paused.state, paused.why], ['paused', 'asked']);
  const queued = async (): Promise<number> => {
    let sum = 0;
    for (let after = ''; ;) {
      const { data, next } = await must(toko.call('GET', `/v1/emails?batch=${id}&limit=100&after=${after}`));
      sum += data.length;
      if (next === null) return sum;
      after = next;
    }
  };
  const before = await queued();
  assert.ok(before > 0 && before < 1_500, String(before));
  for (let n = 0; n < 50; n++) await of(id);
  assert.equal(await queued(), before);
  assert.equal((await toko.call('POST', `/v1/batches/${id}/pause`)).status, 409);
  assert.equal((await toko.call('DELETE', `/v1/batches/${id}`)).status, 409);
  assert.equal((await must(toko.call('POST', `/v1/batches/${id}/resume`))).state, 'running');
  const { counts } = await ended(id);
  assert.equal(counts.accepted, 1_500);
  await until('all arrived', () => caughtBy('pause').length >= 1_500, 240_000);
  assert.deepEqual([caughtBy('pause').length, new Set(caughtBy('pause').map(one => one.to[0])).size], [1_500, 1_500]);

  const later = await batch({ ...words, list, sendAt: new Date(Date.now() + 86_400_000).toISOString() });
  assert.equal(later.state, 'scheduled');
  assert.equal((await must(toko.call('POST', `/v1/batches/${later.id}/pause`))).state, 'paused');
  assert.equal((await must(toko.call('POST', `/v1/batches/${later.id}/resume`))).state, 'scheduled');
  assert.equal((await must(toko.call('POST', `/v1/batches/${later.id}/cancel`))).state, 'cancelled');
  assert.equal((await toko.call('POST', `/v1/batches/${later.id}/resume`)).status, 409);
  assert.equal((await toko.call('DELETE', `/v1/batches/${later.id}`)).status, 204);
});

test('what is due later begins then, not before', async () => {
  const sendAt = new Date(Date.now() + 3_000).toISOString();
  const { id, nextAt } = await batch({ ...words, recipients: people('later', 3), sendAt });
  assert.equal(nextAt, sendAt);
  assert.deepEqual([(await of(id)).state, caughtBy('later').length], ['scheduled', 0]);
  await ended(id);
  await until('they arrived', () => caughtBy('later').length === 3);
  assert.ok(caughtBy('later').every(one => one.at >= Date.parse(sendAt)));
});

test('kill -9 in the middle: none is lost, none is made twice', async () => {
  const list = await listOf(toko, people('kill', 2_000));
  const { id } = await batch({ ...words, list });
  await until('it is in the middle', async () => (await of(id)).counts.accepted >= 300);
  await server.kill();
  server = await startServer({ SESAME_SMARTHOST: sink.address, ...env }, server.dataDir);
  [toko, other] = [
    { ...toko, call: server.as(toko.key) },
    { ...other, call: server.as(other.key) },
  ];
  const { state, counts } = await ended(id);
  assert.deepEqual([state, counts.accepted], ['done', 2_000]);
  await until('all arrived', () => new Set(caughtBy('kill').map(one => one.to[0])).size === 2_000, 240_000);
  // A copy whose answer was not durable yet is sent again under the same id: that is no second mail.
  assert.equal(new Set(caughtBy('kill').map(idOf)).size, 2_000);
});

test('over quota it waits or fails as asked; suspended it waits, and goes on', async () => {
  const small = await tenant(server, 'small.test');
  const quota = (perDay: number): Promise<Json> => must(server.call('PATCH', `/v1/accounts/${small.accountId}`, { quota: { perDay } }));
  await quota(10);
  const waits = await batch({ ...words, recipients: people('quota', 15) }, small);
  const waiting = await until('it waits', async () => (await of(waits.id, small)).waiting);
  assert.equal(waiting.why, 'quota_exceeded');
  const fails = await batch({ ...words, recipients: people('fails', 5), onQuota: 'fail' }, small);
  const failed = await ended(fails.id, small);
  assert.deepEqual([failed.state, failed.why], ['failed', 'quota_exceeded']);
  await must(server.call('POST', `/v1/accounts/${small.accountId}/suspend`, { reason: 'test' }));
  await quota(100);
  await until('it knows', async () => (await of(waits.id, small)).waiting?.why === 'account_suspended');
  assert.equal((await of(waits.id, small)).state, 'running');
  const refused = await small.call('POST', '/v1/batches', { from: 'a@small.test', ...words, recipients: people('x', 1) });
  assert.deepEqual([refused.status, refused.body.error.code], [403, 'account_suspended']);
  await must(server.call('POST', `/v1/accounts/${small.accountId}/reinstate`, { note: 'ok' }));
  assert.equal((await ended(waits.id, small)).counts.accepted, 15);
  await until('all arrived', () => new Set(caughtBy('quota').map(one => one.to[0])).size === 15);
  assert.equal(caughtBy('quota').length, 15);
});

test('what is wrong with a batch is told by field, and it is seen by nobody else', async () => {
  const good = { from: 'news@toko.test', ...words, recipients: people('wrong', 1) };
  for (const [over, status, code, field] of [
    [{ from: 'news@elsewhere.test' }, 403, 'domain_not_verified', 'from'],
    [{ from: 'no' }, 422, 'invalid_field', 'from'],
    [{ recipients: undefined }, 422, 'invalid_field', 'list'],
    [{ list: 'lst_x' }, 422, 'invalid_field', 'list'],
    [{ recipients: undefined, list: 'lst_x' }, 404, 'not_found', 'list'],
    [{ recipients: ['a@x.test', 'no', 5] }, 422, 'invalid_field', 'recipients[1]'],
    [{ recipients: Array.from({ length: 1_001 }, (_, n) => `p${n}@x.test`) }, 422, 'invalid_field', 'recipients'],
    [{ text: 'x {{' }, 422, 'invalid_field', 'text'],
    [{ text: undefined }, 422, 'invalid_field', 'template'],
    [{ template: { id: 'tpl_x' } }, 422, 'invalid_field', 'subject'],
    [{ headers: { Bcc: 'x@x.test' } }, 422, 'header_refused', 'headers.Bcc'],
    [{ sendAt: 'soon' }, 422, 'invalid_field', 'sendAt'],
    [{ sendAt: '2099-01-01T00:00:00Z' }, 422, 'invalid_field', 'sendAt'],
    [{ cycle: {} }, 422, 'invalid_field', 'cycle'],
    [{ cycle: { everySeconds: 299 } }, 422, 'invalid_field', 'cycle.everySeconds'],
    [{ cycle: { at: '24:00' } }, 422, 'invalid_field', 'cycle.at'],
    [{ cycle: { at: '09:00', timeZone: 'Mars/Base' } }, 422, 'invalid_field', 'cycle.timeZone'],
    [{ cycle: { at: '09:00', until: '2020-01-01T00:00:00Z' } }, 422, 'invalid_field', 'cycle.until'],
    [{ pool: 'none' }, 403, 'forbidden', 'pool'],
    [{ stray: 1 }, 422, 'invalid_field', 'stray'],
  ] as const) {
    const answer = await toko.call('POST', '/v1/batches', { ...good, ...over });
    assert.deepEqual(
      [answer.status, answer.body.error?.code, answer.body.error?.field],
      [status, code, field],
      JSON.stringify([over, answer.body]),
    );
  }
  const { id } = await batch({
    ...words,
    recipients: people('seen', 1),
    sendAt: new Date(Date.now() + 86_400_000).toISOString(),
    cycle: { at: '09:00', timeZone: 'Asia/Jakarta', days: ['mon'] },
  });
  for (const [method, path] of [
    ['GET', ''],
    ['DELETE', ''],
    ['POST', '/pause'],
    ['POST', '/resume'],
    ['POST', '/cancel'],
  ] as const)
    assert.equal((await other.call(method, `/v1/batches/${id}${path}`)).status, 404);
  assert.equal((await must(other.call('GET', '/v1/batches'))).data.length, 0);
  assert.match((await of(id)).nextAt, /T02:00:00\.000Z$/);
});
