// The links of recipients over real HTTP: pictures, clicks and unsubscribing, who made them and what became of it; and that nothing of the
// API answers there. Store and clock are real and ours, so that a delivery can be an hour ago.
import { hashedPatterns } from '../suppress/entries.ts';
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { identifyDeps } from '../../test/identify.ts';
import { message } from '../../test/store-contract.ts';
import { loadConfig } from '../config.ts';
import { newLog } from '../engines/log.ts';
import { newLibraryShelf } from '../engines/library/shelf.ts';
import { openShared } from '../engines/shared.ts';
import type { StoredEvent } from '../engines/store/control/events.ts';
import { openInline, type InlineStore } from '../engines/store/inline.ts';
import { openSqlite } from '../engines/store/sqlite.ts';
import { blockedAddress } from '../identify/lookup.ts';
import { recheck } from '../identify/recheck.ts';
import type { IdentifyDeps } from '../identify/types.ts';
import { MiB } from '../limits.ts';
import type { Job, Personal } from '../mail.ts';
import { newMint, type Mint } from '../personal/tokens.ts';
import { startApi, type OpenApi } from './server.ts';
import { LINK_WORDS, type PageLanguage } from './words/words.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'sesame-links-'));
const clock = { at: Date.UTC(2026, 0, 1), now: () => clock.at, monotonic: () => clock.at };
const READER = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Thunderbird/140.3.0';
const ALL: Personal = { opens: true, clicks: true, unsubscribe: { oneClick: true, group: 'news' } };
let opened: InlineStore;
let api: OpenApi;
let identify: IdentifyDeps;
let emailId: string;
let mint: Mint;
/** Everybody is another one in each test. */
let tests = 0;
const ana = (): string => `Ana+list@x${tests}.test`;
const ben = (): string => `ben@x${tests}.test`;

before(async () => {
  const db = openSqlite(join(dataDir, 'sesame.db'));
  opened = await openInline({ db, reader: db, closeDb: db.close, dataDir, now: clock.now });
  const { store, secrets } = opened;
  await store.accounts.create({ id: 'acc_1', name: 'One', contact: null });
  const loaded = loadConfig({ SESAME_DATA_DIR: dataDir, SESAME_PUBLIC_URL: 'https://links.test' }, dataDir);
  if ('faults' in loaded) throw new Error(loaded.faults.join());
  const shared = openShared(64 * MiB, clock.now);
  const unused = (): never => assert.fail('not asked here');
  const own: Partial<IdentifyDeps> = {
    blocked: store.blocked.matching,
    hashesOf: address => hashedPatterns(secrets.mac, address),
    blockedRanges: store.blocked.ranges,
  };
  identify = identifyDeps(opened, { clock, shared }, own);
  const deps = {
    config: loaded.config,
    store,
    secrets,
    shared,
    clock,
    log: newLog('silent', 'test'),
    metrics: { count: () => undefined, observe: () => undefined },
    metricsText: unused,
    resolver: { lookUp: unused, close: () => undefined } as never,
    http: { post: unused, get: unused },
    library: newLibraryShelf('', { lists: [] }),
    librarySecret: '',
    uploads: { receive: unused, write: unused, read: unused, drop: unused },
    identify,
    takeIn: unused,
    scan: unused,
    score: unused,
    authenticated: unused,
    teach: unused,
    content: unused,
    notice: unused,
    tls: unused,
    hashes: () => null,
    rules: undefined as never,
    usedToday: unused,
    ready: async () => [],
  };
  api = await startApi(deps, { host: '127.0.0.1', port: 0 }, null, false);
});
after(async () => {
  await api.close(1_000);
  await opened.close();
  rmSync(dataDir, { recursive: true, force: true });
});

/** A mail of two recipients, delivered an hour ago. */
beforeEach(async () => {
  tests++;
  emailId = await sent(ALL);
  clock.at += 3_600_000;
});

async function sent(personal: Personal, to: readonly string[] = [ana(), ben()]): Promise<string> {
  const { store, secrets } = opened;
  const m = message(opened, clock.at, { accountId: 'acc_1', personal }, to);
  await store.queue.accept(m);
  const events = to.map(
    recipient => ({ type: 'delivered', at: clock.at, accountId: 'acc_1', emailId: m.id, recipient, data: {} }) as const,
  );
  await store.events.add(events);
  mint = newMint(secrets.mac, { url: '', tenant: '' }, m.id);
  return m.id;
}

type Ask = Omit<RequestInit, 'headers'> & { readonly headers?: Readonly<Record<string, string>> };
const visit = (path: string, init: Ask = {}): Promise<Response> =>
  fetch(`http://127.0.0.1:${api.address.port}${path}`, { redirect: 'manual', ...init, headers: { 'user-agent': READER, ...init.headers } });
const post = (path: string, body = 'List-Unsubscribe=One-Click', type = 'application/x-www-form-urlencoded'): Promise<Response> =>
  visit(path, { method: 'POST', body, headers: { 'content-type': type } });
const told = async (): Promise<readonly StoredEvent[]> =>
  (await opened.store.events.ofEmail(emailId)).filter(event => ['opened', 'clicked', 'unsubscribed', 'resubscribed'].includes(event.type));
const deeds = async (): Promise<readonly unknown[]> => (await told()).map(event => [event.type, event.recipient, event.data]);

test('a picture is told as opened, once, and is kept by no cache', async () => {
  for (let i = 0; i < 3; i++) {
    const answer = await visit(mint.open(1));
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('content-type'), 'image/gif');
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    assert.match(Buffer.from(await answer.arrayBuffer()).toString('latin1'), /^GIF89a/);
  }
  assert.deepEqual(await deeds(), [['opened', ben(), { bot: false }]]);
});

test('a click leads to the signed URL only, and is told once a link', async () => {
  const url = 'https://shop.test/a?x=1&y=%20#part';
  for (const link of [1, 1, 4]) {
    clock.at += 60_000;
    const answer = await visit(mint.click(0, link, url));
    assert.equal(answer.status, 302);
    assert.equal(answer.headers.get('location'), url);
    assert.equal(answer.headers.get('referrer-policy'), 'no-referrer');
    assert.equal(answer.headers.get('cache-control'), 'no-store');
  }
  assert.deepEqual(await deeds(), [
    ['clicked', ana(), { link: 1, bot: false }],
    ['clicked', ana(), { link: 4, bot: false }],
  ]);
});

test('programs are told apart, with the reason, and neither address nor user agent is kept', async () => {
  await visit(mint.open(0), { headers: { 'user-agent': 'Mozilla/5.0' } });
  await visit(mint.open(1), { headers: { 'user-agent': 'Mozilla/5.0 (Windows NT 5.1) (via ggpht.com GoogleImageProxy)' } });
  await visit(mint.open(0));
  for (const link of [1, 2, 3]) await visit(mint.click(1, link, 'https://shop.test/'));
  assert.deepEqual(await deeds(), [
    ['opened', ana(), { bot: true, reason: 'apple_privacy' }],
    ['opened', ben(), { bot: true, reason: 'mail_proxy' }],
    ['opened', ana(), { bot: false }],
    ['clicked', ben(), { link: 1, bot: false }],
    ['clicked', ben(), { link: 2, bot: false }],
    ['clicked', ben(), { link: 3, bot: true, reason: 'many_links' }],
  ]);
  assert.doesNotMatch(JSON.stringify(await told()), /127\.0\.0\.1|Thunderbird|Mozilla|shop/);
});

test('seconds after delivery it is a program', async () => {
  emailId = await sent(ALL);
  clock.at += 5_000;
  await visit(mint.click(0, 1, 'https://shop.test/'));
  assert.deepEqual(await deeds(), [['clicked', ana(), { link: 1, bot: true, reason: 'at_delivery' }]]);
});

test('HEAD tells nothing and changes nothing', async () => {
  const head = { method: 'HEAD' };
  assert.equal((await visit(mint.open(0), head)).status, 200);
  assert.equal((await visit(mint.click(0, 1, 'https://shop.test/'), head)).headers.get('location'), 'https://shop.test/');
  assert.equal((await visit(mint.unsubscribe(0), head)).status, 200);
  assert.deepEqual(await deeds(), []);
});

test('a GET behind a HEAD, and one in advance, are a program’s, whichever header says so', async () => {
  const click = mint.click(0, 1, 'https://shop.test/');
  await visit(click, { method: 'HEAD' });
  await visit(click);
  await visit(mint.open(1), { headers: { 'sec-purpose': '', purpose: 'prefetch' } });
  await visit(mint.click(1, 2, 'https://shop.test/'), { headers: { 'x-moz': 'prefetch' } });
  assert.deepEqual(await deeds(), [
    ['clicked', ana(), { link: 1, bot: true, reason: 'automated_client' }],
    ['opened', ben(), { bot: true, reason: 'prefetch' }],
    ['clicked', ben(), { link: 2, bot: true, reason: 'prefetch' }],
  ]);
  clock.at += 3_600_000;
  await visit(click);
  assert.deepEqual((await deeds()).at(-1), ['clicked', ana(), { link: 1, bot: false }]);
});

test('unsubscribing by GET only asks, in the reader’s language; the button does it', async () => {
  for (const [language, words] of Object.entries(LINK_WORDS)) {
    const answer = await visit(mint.unsubscribe(0), { headers: { 'accept-language': `${language};q=0.9, xx` } });
    const page = await answer.text();
    assert.ok(page.includes(`<html lang="${language}" dir="${language === 'ar' ? 'rtl' : 'ltr'}">`), language);
    assert.equal(answer.headers.get('content-language'), language);
    assert.ok(page.includes(`<button>${words.button}</button>`), language);
    assert.ok(page.includes(`A…@x${tests}.test`) && !page.includes('Ana'), 'the address is shown in part');
    assert.match(answer.headers.get('content-security-policy') ?? '', /default-src 'none'/);
    assert.doesNotMatch(page, /<script|<img|src=/);
  }
  assert.deepEqual(await deeds(), []);
  const done = await post(`${mint.unsubscribe(0)}?by=page&lang=de`, '');
  assert.ok((await done.text()).includes(LINK_WORDS.de.done.title), 'the language of the page with the button');
  assert.deepEqual(await deeds(), [['unsubscribed', ana(), { group: 'news', oneClick: false }]]);
});

test('the language chosen on the page comes before the browser’s, and one that is not known is passed over', async () => {
  const ask = async (query: string): Promise<PageLanguage> => {
    const page = await (await visit(`${mint.unsubscribe(0)}${query}`, { headers: { 'accept-language': 'fr' } })).text();
    return /<html lang="([^"]+)"/.exec(page)?.[1] as PageLanguage;
  };
  assert.deepEqual(await Promise.all(['?lang=ja', '?lang=tlh', '?lang=de&lang=ja', '', '?lang="><b>'].map(ask)), [
    'ja',
    'fr',
    'fr',
    'fr',
    'fr',
  ]);
  const page = await (await visit(`${mint.unsubscribe(0)}?lang=ko`)).text();
  for (const [tag, { name }] of Object.entries(LINK_WORDS)) assert.ok(page.includes(`>${name}</`) && page.includes(`lang="${tag}"`), tag);
});

const chosen = async (path: string, body = ''): Promise<string> => (await post(path, body)).text();
const ticks = (page: string): readonly string[] =>
  [...page.matchAll(/name="want" value="([^"]+)"( checked)?/g)].map(([, group = '', checked]) => `${group}${checked ? ' +' : ''}`);

test('who chooses sees the kinds of mail that he got, and gets those that he ticks', async () => {
  for (const group of ['offers', 'digest']) await sent({ ...ALL, unsubscribe: { oneClick: true, group } });
  await sent({ ...ALL, unsubscribe: { oneClick: true, group: 'not-for-ana' } }, [ben()]);
  emailId = await sent(ALL);
  const link = mint.unsubscribe(0);
  assert.deepEqual(ticks(await (await visit(`${link}?page=choice`)).text()), ['digest +', 'news +', 'offers +']);
  const saved = await chosen(`${link}?by=choice`, 'shown=digest&shown=news&shown=offers&want=news&want=not-for-ana');
  assert.ok(saved.includes(LINK_WORDS.en.saved.title));
  assert.deepEqual(ticks(saved), ['digest', 'news +', 'offers']);
  // What the page did not show is left as it is, and what nobody sent him cannot be chosen.
  assert.deepEqual(ticks(await chosen(`${link}?by=choice`, 'shown=offers&want=offers&shown=made-up')), ['digest', 'news +', 'offers +']);
  const isBlocked = async (group: string): Promise<boolean> =>
    (await blockedAddress(identify, 'acc_1', ana(), 'recipient', group)) !== null;
  assert.deepEqual(await Promise.all([isBlocked('digest'), isBlocked('news'), isBlocked('offers')]), [true, false, false]);
  assert.deepEqual(await deeds(), [
    ['unsubscribed', ana(), { group: 'digest', oneClick: false }],
    ['unsubscribed', ana(), { group: 'offers', oneClick: false }],
    ['resubscribed', ana(), { group: 'offers' }],
  ]);
});

test('who leaves all mail there gets none, and may come back; what the account entered stays', async () => {
  const link = mint.unsubscribe(0);
  const isBlocked = async (): Promise<boolean> => (await blockedAddress(identify, 'acc_1', ana(), 'recipient', 'news')) !== null;
  const none = await chosen(`${link}?by=all&lang=id`);
  assert.ok(none.includes(LINK_WORDS.id.none.title) && none.includes(LINK_WORDS.id.back));
  assert.equal(await isBlocked(), true);
  assert.ok((await chosen(`${link}?by=back`)).includes(LINK_WORDS.en.saved.title));
  assert.equal(await isBlocked(), false);
  const entry = { action: 'block', kind: 'address', direction: 'recipient', expiresAt: null, reason: null } as const;
  const pattern = ana().toLowerCase();
  const put = { ...entry, id: `blk_${tests}`, accountId: 'acc_1', pattern, source: 'api', class: 'unsubscribed', group: 'news' };
  await opened.store.blocked.put(put);
  await chosen(`${link}?by=choice`, 'shown=news&want=news');
  assert.equal(await isBlocked(), true);
  for (const path of [`${link}?by=all`, `${link}?page=choice`]) await visit(path);
  assert.deepEqual(
    (await deeds()).map(one => (one as readonly unknown[])[0]),
    ['unsubscribed', 'resubscribed'],
    'GET changes nothing',
  );
});

test('one click of RFC 8058 needs no session, comes as either kind of form, and counts once', async () => {
  const multipart = '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n';
  assert.equal((await post(mint.unsubscribe(1))).status, 200);
  assert.equal((await post(mint.unsubscribe(1), multipart, 'multipart/form-data; boundary=b')).status, 200);
  assert.equal((await visit(mint.unsubscribe(1), { method: 'POST' })).status, 200);
  assert.equal((await post(mint.unsubscribe(1), 'List-Unsubscribe=One-Click', 'text/plain')).status, 200);
  for (const type of ['', 'form']) assert.equal((await post(mint.unsubscribe(1), 'List-Unsubscribe=One-Click', type)).status, 200, type);
  assert.deepEqual(await deeds(), [['unsubscribed', ben(), { group: 'news', oneClick: true }]]);
});

test('who left a group gets other mail of the account, and mail that waits is looked at again; who left all gets none', async () => {
  await post(mint.unsubscribe(0));
  const isBlocked = async (group: string | null, account = 'acc_1'): Promise<boolean> =>
    (await blockedAddress(identify, account, ana().replace('Ana', 'ANA'), 'recipient', group)) !== null;
  assert.deepEqual(await Promise.all([isBlocked('news'), isBlocked(null), isBlocked('offers')]), [true, false, false]);
  clock.at += 1;
  const waiting = (await opened.store.queue.claim({ room: 1_000, perLane: 1_000 })).find(job => job.emailId === emailId) as Job;
  const { go, ended } = await recheck(identify, waiting);
  assert.deepEqual([go?.recipients.map(one => one.n), ended.map(one => [one.n, one.class])], [[1], [[0, 'blocked']]]);
  emailId = await sent({ ...ALL, unsubscribe: { oneClick: true, group: null } });
  await post(mint.unsubscribe(0));
  assert.deepEqual(await Promise.all([isBlocked('news'), isBlocked(null), isBlocked('offers'), isBlocked(null, 'acc_2')]), [
    true,
    true,
    true,
    false,
  ]);
});

test('what is not ours leads nowhere and tells nothing, and looks alike whatever is wrong', async () => {
  const click = mint.click(0, 1, 'https://shop.test/');
  const evil = Buffer.from('https://evil.test/').toString('base64url');
  const paths = [
    click.replace(/\/[^/]*$/, `/${evil}`),
    click.replace(/\/[^/]*$/, ''),
    click.replace('-0-1.', '-0-2.'),
    `/c/x/${evil}`,
    `/c/https://evil.test/`,
    '/c/',
    mint.unsubscribe(0).replace('-0.', '-1.'),
    mint.unsubscribe(7),
    mint.open(0).replace('/o/', '/u/'),
    `/u/${'x'.repeat(5_000)}`,
    '/u/%00',
  ];
  for (const path of paths) {
    const answer = await visit(path);
    assert.equal(answer.status, 404, path);
    assert.equal(answer.headers.get('location'), null);
    assert.match(answer.headers.get('content-type') ?? '', /^text\/html/, path);
    assert.ok((await answer.text()).includes(LINK_WORDS.en.gone.title));
  }
  assert.equal((await visit(mint.open(0).replace('-0.', '-1.'))).headers.get('content-type'), 'image/gif');
  for (const path of paths) await post(path);
  assert.deepEqual(await deeds(), []);
});

test('nothing of the API answers behind these paths, whatever is asked', async () => {
  for (const path of ['/o/v1/emails', '/c/v1/emails', '/u/../u/docs', '/u/openapi.json'])
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
      assert.doesNotMatch((await visit(path, { method })).headers.get('content-type') ?? '', /json/, `${method} ${path}`);
  const large = await post(mint.unsubscribe(0), 'x'.repeat(100_000), 'multipart/form-data; boundary=b');
  assert.equal(large.status, 413);
  assert.match(large.headers.get('content-type') ?? '', /^text\/html/);
  const openapi = (await (await visit('/openapi.json')).json()) as { readonly paths: object };
  assert.deepEqual(
    Object.keys(openapi.paths).filter(path => /^\/[ocu]\//.test(path)),
    [],
  );
});

test('links of a suspended account lead nowhere, and leaving it still works', async () => {
  const click = mint.click(0, 1, 'https://phish.test/');
  await opened.store.accounts.setState({ id: 'acc_1', state: 'suspended', reason: 'test', by: 'op' });
  const answer = await visit(click);
  assert.deepEqual([answer.status, answer.headers.get('location')], [410, null]);
  assert.equal((await post(mint.unsubscribe(1))).status, 200);
  await opened.store.accounts.setState({ id: 'acc_1', state: 'active', reason: 'test', by: 'op' });
  assert.equal((await visit(click)).status, 302);
});

test('one person’s metadata erased: the link to leave has nothing to go by, a click still leads on', async () => {
  const { store } = opened;
  emailId = await sent(ALL, ['gone@x.test']);
  await store.emails.end({ id: emailId, held: false, by: 'test' });
  await store.emails.eraseRecipient('gone@x.test');
  assert.equal((await visit(mint.unsubscribe(0))).status, 404);
  assert.equal((await visit(mint.click(0, 1, 'https://shop.test/'))).status, 302);
  assert.deepEqual(await told(), []);
});
