// A tenant's own host for links, from the setting to the reader's click: whose name it may be, DNS that leads here before it is used, links
// that no other tenant's host answers, and nothing of the API there.
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, test } from 'node:test';
import { discard, must, startServer, tenant, until, type Json, type Server, type Tenant } from '../server.ts';
import { startSink, type Sink } from '../sink.ts';
import { startStubDns, type StubDns } from '../stub-dns.ts';

const OWN = 'links.sesame.test';
let dns: StubDns;
let sink: Sink;
let server: Server;
let shop: Tenant;
let toko: Tenant;
before(async () => {
  dns = await startStubDns({ [`links.toko.test CNAME`]: [OWN] });
  sink = await startSink();
  server = await startServer({ SESAME_RESOLVER: dns.address, SESAME_PUBLIC_URL: `http://${OWN}`, SESAME_SMARTHOST: sink.address });
  [shop, toko] = [await tenant(server, 'shop.test'), await tenant(server, 'toko.test')];
});
after(async () => {
  await server.stop();
  await Promise.all([dns.close(), sink.close()]);
  discard(server);
});

type Seen = { readonly status: number; readonly location: string | null; readonly type: string; readonly text: string };
/** A browser at a host, whose name leads to the server. */
function visit(url: string, method = 'GET', headers: Readonly<Record<string, string>> = {}): Promise<Seen> {
  const { hostname, pathname, search } = new URL(url);
  const { port } = new URL(server.ready.http);
  return new Promise((resolve, reject) => {
    request({ port, method, path: `${pathname}${search}`, headers: { host: hostname, 'user-agent': 'x', ...headers } }, answer => {
      let text = '';
      answer.setEncoding('utf8').on('data', (more: string) => (text += more));
      answer.on('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          location: answer.headers.location ?? null,
          type: answer.headers['content-type'] ?? '',
          text,
        }),
      );
    })
      .on('error', reject)
      .end();
  });
}
const at = (url: string, host: string): string => Object.assign(new URL(url), { host }).href;

/** The links of a mail that the sender's domain sends now. */
async function linksOf(who: Tenant): Promise<{ readonly click: string; readonly open: string; readonly leave: string }> {
  const before = sink.caught.length;
  const html = '<p><a href="https://shop.test/offer?a=1">Look</a> <a href="{{unsubscribe}}">Leave</a></p>';
  const wish = { track: { opens: true, clicks: true }, unsubscribe: { group: 'news' } };
  await must(who.call('POST', '/v1/emails', { from: `news@${who.domain}`, to: ['ana@x.test'], subject: 'x', html, ...wish }));
  const caught = await until('the mail', () => sink.caught[before]);
  const text = caught.raw.toString('latin1').replace(/=\r\n/g, '').replace(/=3D/g, '=');
  const found = (pattern: RegExp): string => pattern.exec(text)?.[1] ?? assert.fail(text);
  return {
    click: found(/href="([^"]*\/c\/[^"]*)"/),
    open: found(/src="([^"]*\/o\/[^"]*)"/),
    leave: found(/List-Unsubscribe: <([^>]*)>/),
  };
}
const hosts = async (who: Tenant): Promise<readonly string[]> => [
  ...new Set(Object.values(await linksOf(who)).map(one => new URL(one).host)),
];
const set = (who: Tenant, trackingHost: unknown, domain = who.domain): ReturnType<Tenant['call']> =>
  who.call('PATCH', `/v1/domains/${domain}`, { trackingHost });
const verify = (who: Tenant): Promise<Json> => must(who.call('POST', `/v1/domains/${who.domain}/verify`));

test('only a name below the tenant’s own verified domain, which nobody else has, is taken', async () => {
  for (const wrong of [
    '',
    'links',
    'shop.test',
    'links.toko.test',
    'evilshop.test',
    'x_.shop.test.evil.test',
    'bounce.shop.test',
    'a..shop.test',
  ])
    assert.deepEqual([(await set(shop, wrong)).status, wrong], [422, wrong]);
  assert.equal((await set(shop, 7)).body.error.code, 'invalid_field');
  assert.equal((await set(shop, 'links.toko.test', 'toko.test')).status, 404);
  await must(shop.call('POST', '/v1/domains', { name: 'late.test' }));
  assert.equal((await set(shop, 'links.late.test', 'late.test')).body.error.code, 'domain_not_verified');
});

test('it is used when its name leads here, and no longer than that', async () => {
  const domain = await must(set(shop, 'Links.Shop.test.'));
  assert.deepEqual([domain.trackingHost, domain.tracking], ['links.shop.test', { state: 'pending', certificate: 'unknown' }]);
  const record = (shown: Json): Json => shown.records.find((one: Json) => one.purpose === 'tracking');
  assert.deepEqual(record(domain), {
    purpose: 'tracking',
    type: 'CNAME',
    host: 'links.shop.test',
    expected: OWN,
    current: null,
    status: 'unknown',
  });
  assert.equal(record(await verify(shop)).status, 'missing');
  assert.deepEqual(await hosts(shop), [OWN]);
  dns.zone['links.shop.test CNAME'] = ['elsewhere.test'];
  assert.equal(record(await verify(shop)).status, 'different');
  assert.deepEqual(await hosts(shop), [OWN]);
  dns.zone['links.shop.test CNAME'] = [OWN];
  const good = await verify(shop);
  assert.deepEqual([record(good).status, good.tracking.state], ['ok', 'active']);
  assert.deepEqual(await hosts(shop), ['links.shop.test']);
  assert.deepEqual(await hosts(toko), [OWN]);
  delete dns.zone['links.shop.test CNAME'];
  assert.equal((await verify(shop)).tracking.state, 'pending');
  assert.deepEqual(await hosts(shop), [OWN]);
});

test('a tenant’s host answers for his mail alone, wherever the link was made', async () => {
  for (const who of [shop, toko]) {
    await must(set(who, `links.${who.domain}`));
    dns.zone[`links.${who.domain} CNAME`] = [OWN];
    assert.equal((await verify(who)).tracking.state, 'active');
  }
  const [mine, theirs] = [await linksOf(shop), await linksOf(toko)];
  assert.deepEqual([new URL(mine.click).host, new URL(theirs.click).host], ['links.shop.test', 'links.toko.test']);
  const good = await visit(mine.click);
  assert.deepEqual([good.status, good.location], [302, 'https://shop.test/offer?a=1']);
  assert.match((await visit(mine.leave)).text, /shop\.test/);
  for (const link of [theirs.click, theirs.leave]) {
    const { status, location, type } = await visit(at(link, 'links.shop.test'));
    assert.deepEqual([status, location, type], [404, null, 'text/html; charset=utf-8'], link);
  }
  assert.equal((await visit(at(theirs.leave, 'links.shop.test'), 'POST')).status, 404);
  await visit(at(theirs.open, 'links.shop.test'));
  const told = await must(toko.call('GET', '/v1/events?type=opened,clicked,unsubscribed'));
  assert.deepEqual(told.data, []);
  // By our own name, and by one that nobody has, a link is good for as long as its mail is known.
  for (const host of [OWN, 'gone.shop.test']) assert.equal((await visit(at(mine.click, host))).status, 302, host);
});

test('nothing of API, console and documents answers on a tenant’s host, in use or not', async () => {
  const key = { authorization: `Bearer ${shop.key}` };
  for (const host of ['links.shop.test', 'LINKS.shop.test', 'links.shop.test.'])
    for (const path of [
      '/',
      '/v1/emails',
      '/v1/limits',
      '/docs',
      '/openapi.json',
      '/healthz',
      '/metrics',
      '/v1/nothing',
      '/.well-known/mta-sts.txt',
    ]) {
      const seen = await visit(`http://${OWN}${path}`, 'GET', { ...key, host });
      assert.deepEqual([seen.status, seen.type], [404, 'text/html; charset=utf-8'], `${host}${path}`);
      assert.doesNotMatch(seen.text, /docs|sesame/i);
    }
  assert.equal((await visit('http://links.shop.test/v1/emails', 'POST', key)).status, 404);
  assert.equal((await visit(`http://${OWN}/v1/limits`)).status, 200);
  await must(set(shop, null));
  assert.equal((await visit('http://links.shop.test/v1/limits')).status, 200);
});
