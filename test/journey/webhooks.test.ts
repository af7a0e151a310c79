// Event webhooks of a real server with real endpoints: one that hangs, one that fails, one that closes, and a good one that none of them
// delays; kill -9 in between; the sample, what is shown of an endpoint, and replay.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { startHook, type Hook, type HookAnswer, type Posted } from '../hook.ts';
import { discard, must, startServer, tenant, until, type Json, type Server, type Tenant } from '../server.ts';

let server: Server;
let shop: Tenant;
let good: Hook;
let answer: (posted: Posted) => HookAnswer | Promise<HookAnswer> = () => 204;
const bad: Hook[] = [];
const env = { SESAME_DOORS: '1' };

before(async () => {
  good = await startHook(posted => answer(posted));
  server = await startServer(env);
  shop = await tenant(server, 'shop.test');
});
after(async () => {
  await server.stop();
  await Promise.all([good, ...bad].map(one => one.close()));
  discard(server);
});

const make = (over: object): Promise<Json> => must(shop.call('POST', '/v1/webhooks', over));
const get = (id: string): Promise<Json> => must(shop.call('GET', `/v1/webhooks/${id}`));
async function send(to = 'success@simulator.sesame.test'): Promise<string> {
  return (await must(shop.call('POST', '/v1/emails', { from: 'a@shop.test', to, subject: 'x', text: 'x' }))).id;
}
const got = (hook: Hook, emailId: string): readonly string[] =>
  hook.posted.filter(({ body }) => body.emailId === emailId).map(({ body }) => body.type);

test('endpoints that hang, fail or close delay no other', async () => {
  for (const said of ['silence', 500, 'close', 'silence', 'silence'] as const) {
    const hook = await startHook(() => said);
    bad.push(hook);
    await make({ url: hook.url });
  }
  const made = await make({ url: good.url, events: ['accepted', 'delivered'] });
  const first = await send();
  await until('the dead ones to be asked', () => bad.every(hook => hook.posted.length > 0));
  const later = [await send(), await send(), await send()];
  // The hanging ones answer nobody for 15 seconds: had the good one to wait for them, this would give up.
  await until('the good one', () => [first, ...later].every(id => got(good, id).length === 2), 10_000);
  for (const id of [first, ...later]) assert.deepEqual(got(good, id), ['accepted', 'delivered']);
  const posted = good.posted[0] ?? assert.fail();
  assert.ok(new Webhook(made.secret).verify(posted.text, posted.headers as Record<string, string>));
  const seen = await until('the answer', async () => {
    const one = await get(made.id);
    return one.lag.events === 0 && one;
  });
  assert.deepEqual(
    [seen.state, seen.lastAnswer.status, seen.lastAnswer.failure, seen.lag],
    ['active', 204, null, { events: 0, more: false, since: null }],
  );
});

test('an endpoint that fails is shown with its last answer and what waits for it', async () => {
  const hook = await startHook(() => 503);
  bad.push(hook);
  const { id } = await make({ url: hook.url, events: ['delivered'] });
  await send();
  const seen = await until('the failure', async () => {
    const one = await get(id);
    return one.failures > 0 && one.lag.events > 0 && one;
  });
  assert.deepEqual([seen.lastAnswer.status, seen.state, seen.disabledReason, seen.lag.events], [503, 'active', null, 1]);
  assert.ok(Date.parse(seen.nextAt) > Date.parse(seen.lastAnswer.at));
});

test('killed in between: every event arrives, those of a mail in their order', async () => {
  const mark = good.posted.length;
  const sent: string[] = [];
  let taken = 0;
  const killed = Promise.withResolvers<void>();
  // Some are taken, then one is on its way when the process dies.
  answer = async () => {
    if (++taken === 8) {
      await server.kill();
      killed.resolve();
    }
    return 204;
  };
  for (let n = 0; n < 20; n++)
    await send().then(
      id => sent.push(id),
      () => undefined,
    );
  await killed.promise;
  answer = () => 204;
  server = await startServer(env, server.dataDir);
  shop = { ...shop, call: server.as(shop.key) };
  await until('all events', () => sent.every(id => new Set(got(good, id)).size === 2));
  for (const id of sent) {
    const first = [...new Set(got({ ...good, posted: good.posted.slice(mark) }, id))];
    assert.deepEqual(first, ['accepted', 'delivered'], id);
  }
});

test('a sample is signed and posted at once, and the answer is told without its words', async () => {
  const made = await make({ url: good.url, events: ['bounced'] });
  answer = () => ({ status: 202, headers: { 'x-secret': 'zanzibarium' } });
  const told = await must(shop.call('POST', `/v1/webhooks/${made.id}/test`, {}));
  assert.deepEqual([told.type, told.taken, told.status, told.failure], ['bounced', true, 202, null]);
  assert.doesNotMatch(JSON.stringify(told), /zanzibarium/);
  const posted = good.posted.find(({ body }) => body.id === told.eventId) ?? assert.fail('it did not come');
  assert.deepEqual([posted.body.test, posted.body.type, posted.headers['webhook-id']], [true, 'bounced', told.eventId]);
  assert.ok(new Webhook(made.secret).verify(posted.text, posted.headers as Record<string, string>));
  answer = () => 'close';
  const failed = await must(shop.call('POST', `/v1/webhooks/${made.id}/test`, { type: 'opened' }));
  assert.deepEqual([failed.taken, failed.status, failed.failure], [false, null, 'connect']);
  answer = () => 204;
  assert.equal((await get(made.id)).failures, 0, 'a sample changes nothing');
  assert.ok((await must(shop.call('GET', '/v1/events?limit=100'))).data.every((one: Json) => one.id !== told.eventId));
  for (let n = 0; n < 8; n++) await must(shop.call('POST', `/v1/webhooks/${made.id}/test`));
  const { status, headers } = await shop.call('POST', `/v1/webhooks/${made.id}/test`);
  assert.deepEqual([status, headers.get('retry-after')], [429, '60']);
  assert.equal((await shop.call('POST', '/v1/webhooks/whk_other/test')).status, 404);
});

test('replay from a time and from a cursor', async () => {
  const made = await make({ url: good.url, events: ['delivered'] });
  const replay = (body: object): ReturnType<Tenant['call']> => shop.call('POST', `/v1/webhooks/${made.id}/replay`, body);
  for (const wrong of [{}, { after: 'x' }, { since: 'yesterday' }, { after: '', since: '2026-01-01T00:00:00Z' }, { from: 1 }])
    assert.ok([400, 422].includes((await replay(wrong)).status), JSON.stringify(wrong));
  const mark = good.posted.length;
  const all = (await must(shop.call('GET', '/v1/events?type=delivered&limit=100'))).data;
  assert.equal((await replay({ since: '2020-01-01T00:00:00Z' })).status, 202);
  const again = (): ReadonlySet<string> => new Set(good.posted.slice(mark).map(({ body }) => body.id));
  await until('all of them again', () => all.every((one: Json) => again().has(one.id)));
  const page = await must(shop.call('GET', '/v1/events?type=delivered&limit=1'));
  const count = good.posted.length;
  assert.equal((await replay({ after: page.next })).status, 202);
  await until('the rest again', () => good.posted.length >= count + all.length - 1);
  assert.ok(!good.posted.slice(count).some(({ body }) => body.id === page.data[0].id));
});
