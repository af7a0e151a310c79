// The console's server side against a real server with two doors: signing in and out, what a cookie may and another site may not, live
// events, the preview, and host names.
import assert from 'node:assert/strict';
import { request } from 'node:https';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { after, before, test } from 'node:test';
import { newBrowser, type Browser } from '../console.ts';
import { discard, must, startServer, tenant, until, type Server, type Tenant } from '../server.ts';

let server: Server;
let toko: Tenant;
let other: Tenant;
before(async () => {
  server = await startServer({ SESAME_DOORS: '2', SESAME_PUBLIC_URL: 'https://links.sesame.test' });
  toko = await tenant(server, 'toko.test');
  other = await tenant(server, 'other.test');
});
after(async () => {
  await server.stop();
  discard(server);
});

const mail = (from: string): object => ({
  from: `news@${from}`,
  to: ['success@simulator.sesame.test'],
  subject: 'Receipt',
  text: 'Thank you.',
});
const signedIn = async (key: string): Promise<Browser> => {
  const browser = newBrowser(server.ready.http);
  assert.equal((await browser.signIn(key)).status, 201);
  return browser;
};
/** Each connection of its own, so that both doors get some. */
const everyDoor = async (probe: () => Promise<boolean>): Promise<boolean> =>
  (await Promise.all(Array.from({ length: 12 }, probe))).every(Boolean);

test('a key signs in: the cookie is the browser’s alone, the session has what the key has', async () => {
  const browser = newBrowser(server.ready.http);
  assert.equal((await browser.call('GET', '/console/session')).status, 401);
  const answer = await browser.signIn(toko.key);
  assert.equal(answer.status, 201);
  assert.deepEqual(
    { ...answer.body, csrf: null, expiresAt: null },
    {
      operator: false,
      accountId: toko.accountId,
      name: 'test',
      scopes: ['send', 'score', 'read', 'manage', 'keys'],
      csrf: null,
      expiresAt: null,
      idleSeconds: 3600,
    },
  );
  const set = answer.headers.get('set-cookie') ?? '';
  assert.match(set, /^sesame=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/);
  const again = await browser.call('GET', '/console/session');
  assert.deepEqual(again.body, answer.body);
  assert.equal((await browser.call('GET', '/v1/emails')).status, 200);
  assert.equal((await browser.call('GET', '/v1/accounts')).status, 403);
  const sent = await browser.call('POST', '/v1/emails', { body: mail('toko.test') });
  assert.equal(sent.status, 202);
  assert.equal((await browser.call('GET', `/v1/emails/${sent.body.id}`)).body.accountId, toko.accountId);
  const stranger = await signedIn(other.key);
  assert.equal((await stranger.call('GET', `/v1/emails/${sent.body.id}`)).status, 404);
});

test('a key of few scopes opens a session of few scopes', async () => {
  const { key } = await must(toko.call('POST', '/v1/keys', { name: 'reader', scopes: ['read'] }));
  const browser = await signedIn(key);
  assert.equal((await browser.call('GET', '/v1/emails')).status, 200);
  assert.equal((await browser.call('POST', '/v1/emails', { body: mail('toko.test') })).status, 403);
});

test('what another site could send is refused: token, origin, and the fetch metadata', async () => {
  const browser = await signedIn(toko.key);
  const send = (ask: { csrf?: string | null; headers?: Record<string, string> }): ReturnType<Browser['call']> =>
    browser.call('POST', '/v1/emails', { body: mail('toko.test'), ...ask });
  for (const ask of [
    { csrf: null },
    { csrf: 'x'.repeat(43) },
    { headers: { 'sec-fetch-site': 'cross-site' } },
    { headers: { 'sec-fetch-site': 'same-site' } },
    { headers: { 'sec-fetch-site': 'none' } },
    { headers: { origin: 'https://evil.test' } },
    { headers: { 'sec-fetch-site': 'cross-site', origin: server.ready.http } },
  ]) {
    const { status, body } = await send(ask);
    assert.ok(status === 403 || status === 401, JSON.stringify(ask));
    assert.ok(['forbidden', 'unauthenticated'].includes(body.error.code));
  }
  assert.equal((await send({ headers: { origin: server.ready.http } })).status, 202);
  // Another site's reading is nobody's, and so is its signing in.
  assert.equal((await browser.call('GET', '/v1/emails', { headers: { 'sec-fetch-site': 'same-site' } })).status, 401);
  const forged = await newBrowser(server.ready.http).call('POST', '/console/session', {
    body: { key: toko.key },
    headers: { 'sec-fetch-site': 'cross-site', origin: 'https://evil.test' },
  });
  assert.equal(forged.status, 403);
  // A token of another session is none.
  const second = await signedIn(toko.key);
  assert.equal((await send({ csrf: second.csrf() })).status, 403);
  // Keys are no cookies: nothing changes for them.
  assert.equal((await toko.call('POST', '/v1/emails', mail('toko.test'))).status, 202);
});

test('signing out, here and everywhere', async () => {
  const { key } = await must(toko.call('POST', '/v1/keys', { name: 'desk' }));
  const [a, b, c] = [await signedIn(key), await signedIn(key), await signedIn(toko.key)];
  const stolen = { cookie: a.cookie() ?? '' };
  assert.equal((await a.call('DELETE', '/console/session', { csrf: null })).status, 403);
  assert.equal((await a.call('DELETE', '/console/session')).status, 204);
  assert.equal(a.cookie(), null);
  assert.equal((await a.call('GET', '/console/session', { headers: stolen })).status, 401, 'the old cookie is worth nothing');
  assert.equal((await b.call('GET', '/console/session')).status, 200);
  const held = { cookie: b.cookie() ?? '' };
  assert.equal((await b.call('DELETE', '/console/sessions')).status, 204);
  assert.equal((await b.call('GET', '/console/session', { headers: held })).status, 401);
  assert.equal((await c.call('GET', '/console/session')).status, 200, 'another key’s');
});

test('a revoked key ends its sessions and streams on every door', async () => {
  const { id, key } = await must(server.call('POST', '/v1/keys', { name: 'night shift', kind: 'operator' }));
  const browser = await signedIn(key);
  assert.equal((await browser.call('GET', '/console/session')).body.operator, true);
  const seen = (status: number) => async (): Promise<boolean> => {
    const answer = await fetch(`${server.ready.http}/v1/accounts`, { headers: { cookie: browser.cookie() ?? '', connection: 'close' } });
    return answer.status === status;
  };
  assert.ok(await everyDoor(seen(200)));
  const streams = await Promise.all(Array.from({ length: 4 }, () => browser.stream()));
  await until('streams are open', () => streams.every(one => one.messages.length > 0));
  assert.equal((await server.call('DELETE', `/v1/keys/${id}`)).status, 204);
  assert.ok(await everyDoor(seen(401)), 'the next request on each door');
  for (const one of streams) {
    await one.ended;
    assert.deepEqual(one.messages.at(-1)?.data, { reason: 'signed_out' });
  }
});

test('wrong keys are counted with those of the API, and shut the door for a minute', async () => {
  const guarded = await startServer({ SESAME_CONNECTION_LIMIT: '30' });
  try {
    const browser = newBrowser(guarded.ready.http);
    for (let n = 0; n < 3; n++) assert.equal((await browser.signIn(`wrong-${n}`)).status, 401);
    for (let n = 0; n < 3; n++) assert.equal((await guarded.as(`wrong-${n}`)('GET', '/v1/emails')).status, 401);
    const shut = await browser.signIn(guarded.operatorKey);
    assert.equal(shut.status, 429);
    assert.equal(shut.headers.get('retry-after'), '60');
    assert.equal(shut.body.error.code, 'rate_limited');
  } finally {
    await guarded.stop();
    discard(guarded);
  }
});

test('over TLS the cookie is bound to the host; in clear to others no key is taken, unless a trusted proxy says https', async () => {
  const secure = await startServer({ SESAME_HTTPS_LISTEN: '127.0.0.1:0' });
  try {
    const asked = await new Promise<string>((resolve, reject) => {
      const body = JSON.stringify({ key: secure.operatorKey });
      const headers = { 'content-type': 'application/json', 'content-length': String(body.length) };
      request(`${secure.ready.https}/console/session`, { method: 'POST', rejectUnauthorized: false, headers, agent: false }, answer => {
        answer.resume();
        resolve(answer.headers['set-cookie']?.[0] ?? '');
      })
        .on('error', reject)
        .end(body);
    });
    assert.match(asked, /^__Host-sesame=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200; Secure$/);
  } finally {
    await secure.stop();
    discard(secure);
  }
  const address = Object.values(networkInterfaces())
    .flat()
    .find(one => one?.family === 'IPv4' && !one.internal)?.address;
  const open = await startServer({
    SESAME_HTTP_LISTEN: '0.0.0.0:0',
    SESAME_TRUSTED_PROXIES: ['127.0.0.1', ...(address ? [address] : [])].join(),
  });
  try {
    const { port } = new URL(open.ready.http);
    const near = `http://127.0.0.1:${port}`;
    const said = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'console.test' };
    const proxied = await newBrowser(near).call('POST', '/console/session', { body: { key: open.operatorKey }, headers: said });
    assert.match(proxied.headers.get('set-cookie') ?? '', /^__Host-sesame=.*; Secure$/);
    if (!address) return;
    const far = newBrowser(`http://${address}:${port}`);
    const refused = await far.signIn(open.operatorKey);
    assert.equal(refused.body.error.code, 'tls_required');
    assert.equal((await far.call('POST', '/console/session', { body: { key: open.operatorKey }, headers: said })).status, 201);
    // A session from elsewhere is not taken in clear either.
    const held = newBrowser(near);
    await held.signIn(open.operatorKey);
    const taken = await far.call('GET', '/v1/accounts', { headers: { cookie: held.cookie() ?? '' } });
    assert.equal(taken.body.error.code, 'tls_required');
  } finally {
    await open.stop();
    discard(open);
  }
});

test('events come as they are committed, to whom they belong, and go on where they were cut', async () => {
  const [mine, theirs, all] = [await signedIn(toko.key), await signedIn(other.key), await signedIn(server.operatorKey)];
  const streams = { mine: await mine.stream(), theirs: await theirs.stream(), all: await all.stream() };
  assert.match(streams.mine.headers.get('content-type') ?? '', /^text\/event-stream/);
  await until('the first beats', () => Object.values(streams).every(one => one.messages[0]?.event === 'beat'));
  const ids = async (from: Tenant, count: number): Promise<string[]> => {
    const sent = await Promise.all(Array.from({ length: count }, () => must(from.call('POST', '/v1/emails', mail(from.domain)))));
    return sent.map(one => one.id as string);
  };
  const delivered = (of: (typeof streams)['mine']): string[] =>
    of.messages.filter(one => one.event === 'message' && one.data.type === 'delivered').map(one => one.data.emailId as string);
  const first = await ids(toko, 20);
  const foreign = await ids(other, 5);
  await until('the account’s', () => delivered(streams.mine).length >= 20);
  await until('the operator’s', () => delivered(streams.all).length >= 25);
  assert.deepEqual(delivered(streams.mine).toSorted(), first.toSorted());
  assert.deepEqual(delivered(streams.theirs).toSorted(), foreign.toSorted());
  const listed = await must(toko.call('GET', '/v1/events?limit=100'));
  const shown = streams.mine.messages.find(one => one.event === 'message');
  assert.deepEqual(
    shown?.data,
    listed.data.find((one: { id: string }) => one.id === shown?.data.id),
  );

  // Cut in the middle, three times, while mail goes on.
  const got = new Set<string>();
  let last = streams.mine.messages.findLast(one => one.id !== null)?.id ?? '';
  streams.mine.close();
  const expected: string[] = [];
  for (let cut = 0; cut < 3; cut++) {
    const sending = ids(toko, 40);
    const stream = await mine.stream('', { 'last-event-id': last });
    await until('some came', () => delivered(stream).length >= 15);
    stream.close();
    for (const id of delivered(stream)) {
      assert.ok(!got.has(id), 'told once');
      got.add(id);
    }
    last = stream.messages.findLast(one => one.id !== null)?.id ?? last;
    expected.push(...(await sending));
  }
  const rest = await mine.stream('', { 'last-event-id': last });
  await until('the rest', () => got.size + delivered(rest).length >= expected.length);
  for (const id of delivered(rest)) got.add(id);
  assert.deepEqual([...got].toSorted(), expected.toSorted());
  for (const one of [rest, streams.theirs, streams.all]) one.close();

  // Acting for an account, and not for another one.
  const acting = await all.stream(`?account=${other.accountId}`);
  await until('a beat', () => acting.messages.length > 0);
  await ids(toko, 1);
  const [theirOwn] = await ids(other, 1);
  await until('the event of the other account', () => delivered(acting).includes(theirOwn ?? ''));
  assert.equal(delivered(acting).length, 1);
  acting.close();
  assert.equal((await mine.stream(`?account=${other.accountId}`)).status, 404);
  assert.equal((await mine.stream('?after=nonsense')).status, 400);
});

test('a session has so many streams and no more', async () => {
  const browser = await signedIn(toko.key);
  const streams = await Promise.all(Array.from({ length: 8 }, () => browser.stream()));
  assert.ok(streams.every(one => one.status === 200));
  assert.equal((await browser.stream()).status, 429);
  streams[0]?.close();
  await until('the place is free', async () => {
    const again = await browser.stream();
    if (again.status === 200) streams.push(again);
    return again.status === 200;
  });
  for (const one of streams) one.close();
});

test('a draft comes back in a sandbox, and only to who may', async () => {
  const browser = await signedIn(toko.key);
  const html =
    '<style>p{color:red}</style><p onclick="x()">Ünicode &amp; +</p><img src="https://evil.test/a.gif"><script>alert(1)</script>';
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const body = new URLSearchParams({ csrf: browser.csrf(), html }).toString();
  const shown = await browser.call('POST', '/console/preview', { body, headers: { ...form, origin: 'null' }, csrf: null });
  assert.equal(shown.status, 200);
  assert.equal(shown.body, html);
  assert.equal(
    shown.headers.get('content-security-policy'),
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'",
  );
  assert.equal(shown.headers.get('cache-control'), 'no-store');
  assert.match(shown.headers.get('content-type') ?? '', /^text\/html; charset=utf-8$/);
  const without = new URLSearchParams({ html }).toString();
  assert.equal((await browser.call('POST', '/console/preview', { body: without, headers: form })).status, 403);
  const foreign = { ...form, 'sec-fetch-site': 'cross-site' };
  assert.equal((await browser.call('POST', '/console/preview', { body, headers: foreign })).status, 401);
  assert.equal((await newBrowser(server.ready.http).call('POST', '/console/preview', { body, headers: form })).status, 401);
  const large = new URLSearchParams({ csrf: browser.csrf(), html: 'x'.repeat((2 << 20) + 1) }).toString();
  assert.equal((await browser.call('POST', '/console/preview', { body: large, headers: form })).status, 413);
});

test('under the host that a tenant gave to its links nothing of the API or the console answers', async () => {
  const browser = await signedIn(server.operatorKey);
  await must(toko.call('PATCH', '/v1/domains/toko.test', { trackingHost: 'links.toko.test' }));
  // fetch sets Host by itself.
  const asked = (host: string, path: string): Promise<string> =>
    raw(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nCookie: ${browser.cookie()}\r\nAccept: text/html\r\nConnection: close\r\n\r\n`);
  for (const host of ['links.toko.test', 'LINKS.Toko.test:8025'])
    for (const path of [
      '/',
      '/messages',
      '/docs',
      '/v1/accounts',
      '/v1/limits',
      '/console/session',
      '/console/stream',
      '/openapi.json',
      '/metrics',
    ])
      assert.match(await asked(host, path), /^HTTP\/1\.1 404 /, `${host}${path}`);
  assert.match(await asked('links.toko.test', '/o/x'), /^HTTP\/1\.1 200 /);
  for (const host of ['mx.sesame.test', 'links.sesame.test', 'localhost', '[::1]:8025', 'elsewhere.test'])
    assert.match(await asked(host, '/v1/accounts'), /^HTTP\/1\.1 200 /, host);
});

test('paths outside the console’s files lead nowhere', async () => {
  for (const path of [
    '/../package.json',
    '/assets/../../package.json',
    '/%2e%2e/package.json',
    '/..%2fpackage.json',
    '/assets/..\\..\\package.json',
    '//etc/passwd',
    '/assets/%00',
    '/.git/config',
  ])
    assert.match(
      await raw(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\nConnection: close\r\n\r\n`),
      /^HTTP\/1\.1 (?:404|400) /,
      path,
    );
});

function raw(asked: string): Promise<string> {
  const { hostname, port } = new URL(server.ready.http);
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect({ host: hostname, port: Number(port) }, () => socket.write(asked));
    socket.setEncoding('utf8').on('data', (more: string) => (text += more));
    socket.once('close', () => resolve(text)).once('error', reject);
  });
}
