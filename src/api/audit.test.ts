// The audit log is complete: every route of the reference that changes something leaves a row when an operator's call of it succeeds,
// with the name of the key, for whom and by which request; and whatever is refused or only read leaves none.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { newBrowser } from '../../test/console.ts';
import { discard, must, startServer, tenant, type Answer, type Json, type Server, type Tenant } from '../../test/server.ts';

let server: Server;
let toko: Tenant;
let night: string;
before(async () => {
  server = await startServer();
  toko = await tenant(server, 'toko.test');
  night = (await must(server.call('POST', '/v1/keys', { name: 'night shift', kind: 'operator' }))).key;
});
after(async () => {
  await server.stop();
  discard(server);
});

type Deed = {
  readonly method: string;
  readonly route: string;
  readonly path: string;
  readonly body?: unknown;
  readonly global?: boolean;
  readonly type?: string;
};
const mail = { from: 'news@toko.test', to: ['success@simulator.sesame.test'], subject: 'Receipt', text: 'Thank you.' };
const ahead = (): string => new Date(Date.now() + 3_600_000).toISOString();

/** Calls that succeed, in an order in which they can; `global`: for no account. */
async function* deeds(): AsyncGenerator<Deed, void, Answer> {
  const domain = yield { method: 'post', route: '/v1/domains', path: '/v1/domains', body: { name: 'shop.test' } };
  assert.equal(domain.status, 201);
  const one = '/v1/domains/shop.test';
  yield { method: 'post', route: '/v1/domains/{name}/verify', path: `${one}/verify`, body: { force: true } };
  yield { method: 'patch', route: '/v1/domains/{name}', path: one, body: { tls: 'required' } };
  yield { method: 'post', route: '/v1/domains/{name}/rotate', path: `${one}/rotate` };
  const route = yield {
    method: 'post',
    route: '/v1/inbound/routes',
    path: '/v1/inbound/routes',
    body: { match: 'in@shop.test', action: { forward: 'a@elsewhere.test' } },
  };
  yield {
    method: 'post',
    route: '/v1/inbound/routes/{id}/confirm',
    path: `/v1/inbound/routes/${route.body.id}/confirm`,
    body: { force: true },
  };
  yield { method: 'patch', route: '/v1/inbound/routes/{id}', path: `/v1/inbound/routes/${route.body.id}`, body: { onSpam: 'drop' } };
  yield { method: 'delete', route: '/v1/inbound/routes/{id}', path: `/v1/inbound/routes/${route.body.id}` };
  yield { method: 'delete', route: '/v1/domains/{name}', path: one };
  yield { method: 'post', route: '/v1/emails', path: '/v1/emails', body: mail };
  yield { method: 'post', route: '/v1/emails/batch', path: '/v1/emails/batch', body: [mail] };
  const waiting = yield { method: 'post', route: '/v1/emails', path: '/v1/emails', body: { ...mail, sendAt: ahead() } };
  yield { method: 'post', route: '/v1/emails/{id}/cancel', path: `/v1/emails/${waiting.body.id}/cancel` };
  const key = yield { method: 'post', route: '/v1/keys', path: '/v1/keys', body: { name: 'app' } };
  yield { method: 'patch', route: '/v1/keys/{id}', path: `/v1/keys/${key.body.id}`, body: { name: 'app 2' } };
  yield { method: 'delete', route: '/v1/keys/{id}', path: `/v1/keys/${key.body.id}` };
  const credential = yield { method: 'post', route: '/v1/smtp-credentials', path: '/v1/smtp-credentials', body: { name: 'app' } };
  yield { method: 'patch', route: '/v1/smtp-credentials/{id}', path: `/v1/smtp-credentials/${credential.body.id}`, body: { name: 'b' } };
  yield { method: 'delete', route: '/v1/smtp-credentials/{id}', path: `/v1/smtp-credentials/${credential.body.id}` };
  const hook = yield {
    method: 'post',
    route: '/v1/webhooks',
    path: '/v1/webhooks',
    body: { url: 'https://hooks.shop.test/x', events: ['delivered'] },
  };
  yield { method: 'patch', route: '/v1/webhooks/{id}', path: `/v1/webhooks/${hook.body.id}`, body: { events: ['bounced'] } };
  yield { method: 'delete', route: '/v1/webhooks/{id}', path: `/v1/webhooks/${hook.body.id}` };
  const entry = yield { method: 'post', route: '/v1/blocked', path: '/v1/blocked', body: { pattern: 'x@y.test' } };
  yield { method: 'patch', route: '/v1/blocked/{id}', path: `/v1/blocked/${entry.body.id}`, body: { reason: 'why' } };
  yield { method: 'delete', route: '/v1/blocked/{id}', path: `/v1/blocked/${entry.body.id}` };
  yield { method: 'post', route: '/v1/blocked', path: '/v1/blocked', body: { pattern: 'g@y.test', scope: 'global' }, global: true };
  yield { method: 'post', route: '/v1/blocked/import', path: '/v1/blocked/import', body: 'pattern\nz@y.test\n', type: 'text/csv' };
  yield {
    method: 'post',
    route: '/v1/feedback',
    path: '/v1/feedback',
    body: { raw: Buffer.from('Subject: x\r\n\r\nhello there').toString('base64'), label: 'ham' },
  };
  yield { method: 'delete', route: '/v1/filter/learned', path: '/v1/filter/learned' };
  const account = yield { method: 'post', route: '/v1/accounts', path: '/v1/accounts', body: { name: 'new' }, global: true };
  const other = `/v1/accounts/${account.body.id}`;
  yield { method: 'patch', route: '/v1/accounts/{id}', path: other, body: { quota: { perDay: 10 } }, global: true };
  yield { method: 'post', route: '/v1/accounts/{id}/suspend', path: `${other}/suspend`, body: { reason: 'why' }, global: true };
  yield { method: 'post', route: '/v1/accounts/{id}/reinstate', path: `${other}/reinstate`, body: { note: 'ok' }, global: true };
  yield { method: 'delete', route: '/v1/accounts/{id}', path: other, global: true };
  yield { method: 'post', route: '/v1/destinations', path: '/v1/destinations', body: { pattern: 'd.test', tls: 'required' }, global: true };
  yield {
    method: 'patch',
    route: '/v1/destinations/{pattern}',
    path: '/v1/destinations/d.test',
    body: { tls: 'opportunistic' },
    global: true,
  };
  yield { method: 'delete', route: '/v1/destinations/{pattern}', path: '/v1/destinations/d.test', global: true };
  yield { method: 'post', route: '/v1/pools', path: '/v1/pools', body: { name: 'gold' }, global: true };
  yield { method: 'patch', route: '/v1/pools/{name}', path: '/v1/pools/gold', body: { accounts: [] }, global: true };
  yield { method: 'delete', route: '/v1/pools/{name}', path: '/v1/pools/gold', global: true };
  yield { method: 'delete', route: '/v1/recipients/{address}', path: '/v1/recipients/a@b.test', global: true };
}

/** Changes nothing, though it is a POST. */
const READS = ['post /v1/scan', 'post /v1/score', 'post /v1/blocked/check'];

test('what an operator does leaves a row, by key and by browser; what is refused or read leaves none', async () => {
  const openapi: Json = (await server.call('GET', '/openapi.json')).body;
  const routes = Object.entries<Json>(openapi.paths).flatMap(([path, methods]) =>
    Object.entries<Json>(methods)
      .filter(([method, operation]) => method !== 'get' && operation.security === undefined)
      .map(([method]) => `${method} ${path}`),
  );
  assert.ok(routes.length > 40);
  const browser = newBrowser(server.ready.http);
  assert.equal((await browser.signIn(night)).status, 201);
  const succeeded = new Set<string>();
  let count = 0;
  const call = async ({ method, path, body, global = false, type }: Deed): Promise<Answer> => {
    const headers = { ...(global ? {} : { 'sesame-account': toko.accountId }), ...(type ? { 'content-type': type } : {}) };
    // In turns, so that neither way in is left out.
    return ++count % 2 === 0
      ? await server.as(night)(method.toUpperCase(), path, body, headers)
      : await browser.call(method.toUpperCase(), path, { body, headers });
  };
  const rowsOf = async (answer: Answer): Promise<Json[]> => {
    const { data } = await must(server.call('GET', '/v1/audit?limit=100'));
    return data.filter((row: Json) => row.requestId === answer.headers.get('request-id'));
  };
  const walk = deeds();
  for (let step = await walk.next(); !step.done;) {
    const deed = step.value;
    const answer = await call(deed);
    const name = `${deed.method} ${deed.route}`;
    assert.ok(routes.includes(name), `${name} is in the reference`);
    assert.ok(answer.status < 300, `${name}: ${JSON.stringify(answer.body)}`);
    const rows = await rowsOf(answer);
    assert.equal(rows.length, 1, `${name}: ${rows.length} rows`);
    assert.equal(rows[0].actor, 'operator:night shift', name);
    assert.equal(rows[0].accountId, deed.global ? null : toko.accountId, name);
    assert.ok(rows[0].action.length > 3 && rows[0].at !== null, name);
    succeeded.add(name);
    step = await walk.next(answer);
  }
  // The rest, also what is added later: called with nothing, it succeeds and is noted, or is refused and is not.
  for (const name of routes.filter(one => !succeeded.has(one) && !READS.includes(one))) {
    const [method = '', route = ''] = name.split(' ');
    const answer = await call({ method, route, path: route.replace(/\{\w+\}/g, 'none'), body: method === 'delete' ? undefined : {} });
    assert.equal((await rowsOf(answer)).length, answer.status < 300 ? 1 : 0, `${name}: ${answer.status}`);
  }
  for (const [path, body] of [
    ['/v1/blocked/check', { address: 'a@b.test' }],
    ['/v1/score', mail],
  ] as const) {
    const answer = await call({ method: 'post', route: path, path, body });
    assert.equal(answer.status, 200);
    assert.deepEqual(await rowsOf(answer), [], path);
  }
  const byAccount = await must(toko.call('POST', '/v1/keys', { name: 'own' }));
  assert.ok(
    !(await must(server.call('GET', '/v1/audit?limit=100'))).data.some((row: Json) => row.object === byAccount.id),
    'an account’s own',
  );
});

test('a replayed answer is no second deed; the log is found by its filters', async () => {
  const headers = { 'idempotency-key': 'once' };
  await must(server.call('POST', '/v1/accounts', { name: 'only one' }, headers));
  assert.equal((await server.call('POST', '/v1/accounts', { name: 'only one' }, headers)).headers.get('idempotent-replayed'), 'true');
  const found = async (query: string): Promise<Json[]> => (await must(server.call('GET', `/v1/audit?limit=100&${query}`))).data;
  assert.equal((await found('action=account.create')).filter(row => row.detail === 'only one').length, 1);
  assert.ok((await found('action=account')).length > 1);
  assert.ok((await found(`account=${toko.accountId}`)).every(row => row.accountId === toko.accountId));
  const signIns = await found('action=session.create');
  assert.deepEqual(new Set(signIns.map(row => row.actor)), new Set(['operator:night shift']));
  assert.equal((await found(`since=${ahead()}`)).length, 0);
  assert.ok((await found(`until=${ahead()}&actor=operator:operator`)).length > 0);
  assert.equal((await server.call('GET', '/v1/audit?since=yesterday')).status, 422);
  assert.equal((await toko.call('GET', '/v1/audit')).status, 403);
  const first = await must(server.call('GET', '/v1/audit?limit=2'));
  const second = await must(server.call('GET', `/v1/audit?limit=2&after=${first.next}`));
  assert.equal(new Set([...first.data, ...second.data].map((row: Json) => JSON.stringify(row))).size, 4);
});
