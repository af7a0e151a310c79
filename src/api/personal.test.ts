// What a sender may ask for, over real HTTP; and groups in the blocked library, from the recipient's click to the next mail.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { discard, must, startServer, tenant, until, type Answer, type Json, type Server, type Tenant } from '../../test/server.ts';
import { installationKey, newSecrets, openRoots } from '../engines/keys/secrets.ts';
import { openSqlite } from '../engines/store/sqlite.ts';
import { newMint, type Mint } from '../personal/tokens.ts';

let server: Server;
let toko: Tenant;
let mintOf: (emailId: string) => Mint;
before(async () => {
  server = await startServer({ SESAME_PUBLIC_URL: 'https://links.test' });
  toko = await tenant(server, 'toko.test');
  // The links as delivery makes them: under the installation's own MAC root.
  const db = openSqlite(join(server.dataDir, 'sesame.db'), { readOnly: true });
  const { mac } = newSecrets(await openRoots(db, installationKey(join(server.dataDir, 'secret.key'))));
  db.close();
  mintOf = emailId => newMint(mac, { url: '', tenant: '' }, emailId);
});
after(async () => {
  await server.stop();
  discard(server);
});

const SIMULATOR = 'success@simulator.sesame.test';
const mail = (over: object): object => ({ from: 'Toko <news@toko.test>', to: [SIMULATOR], subject: 'x', html: '<p>x</p>', ...over });
const send = (over: object): Promise<Answer> => toko.call('POST', '/v1/emails', mail(over));
const states = async (over: object): Promise<readonly string[]> => (await must(send(over))).recipients.map((one: Json) => one.state);

async function refused(over: object, code: string, field: string | undefined, words: RegExp): Promise<void> {
  const { status, body } = await send(over);
  assert.deepEqual([status, body.error?.code, body.error?.field], [422, code, field], JSON.stringify(body));
  assert.match(body.error.message, words);
}

test('wishes are taken, and what cannot be had is refused with the field and the cure', async () => {
  for (const over of [
    { track: { opens: true, clicks: true } },
    { track: {} },
    { unsubscribe: {} },
    { unsubscribe: { oneClick: false, group: 'News_2.a-b' } },
    { track: { opens: false }, text: 'x', html: null },
  ])
    assert.equal((await send(over)).status, 202, JSON.stringify(over));
  await refused({ track: { opens: 'yes' } }, 'invalid_field', 'track.opens', /is true or false/);
  await refused({ track: { links: true } }, 'invalid_field', 'track.links', /not known/);
  for (const group of ['', '*', 'a b', 'ü', 'a\r\nb'])
    await refused({ unsubscribe: { group } }, 'invalid_field', 'unsubscribe.group', /letters, digits/);
  await refused({ unsubscribe: { group: 'x'.repeat(65) } }, 'invalid_field', 'unsubscribe.group', /64/);
  const own = { 'list-Unsubscribe': '<https://toko.test/u>' };
  await refused({ unsubscribe: {}, headers: own }, 'header_refused', 'headers.list-Unsubscribe', /leave one of the two out/);
  assert.equal((await send({ headers: own, track: { opens: true } })).status, 202);
});

test('raw mail is delivered as it is: 422 with the reason', async () => {
  const raw = Buffer.from('From: news@toko.test\r\nTo: a@b.test\r\nSubject: x\r\n\r\nx\r\n').toString('base64');
  const asked = async (over: object): Promise<Json> =>
    (await toko.call('POST', '/v1/emails', { raw, to: [SIMULATOR], ...over })).body.error;
  assert.match((await asked({ track: { clicks: true } })).message, /^"track" cannot be given beside "raw"/);
  assert.equal((await asked({ unsubscribe: {} })).field, 'unsubscribe');
  assert.equal((await toko.call('POST', '/v1/emails', { raw, to: [SIMULATOR], track: { opens: false } })).status, 202);
});

test('without SESAME_PUBLIC_URL there is nothing that links could lead to: 422 with the reason', async () => {
  const bare = await startServer();
  const { call } = await tenant(bare, 'bare.test');
  for (const over of [{ track: { opens: true } }, { unsubscribe: {} }]) {
    const { status, body } = await call('POST', '/v1/emails', { ...mail(over), from: 'a@bare.test' });
    assert.equal(status, 422);
    assert.match(body.error.message, /SESAME_PUBLIC_URL/);
    assert.equal(body.error.field, Object.keys(over)[0]);
  }
  await bare.stop();
  discard(bare);
});

test('an open of the simulator’s mail becomes an event for account and webhook', async () => {
  const { id } = await must(send({ track: { opens: true } }));
  await until('delivered', async () => (await must(toko.call('GET', `/v1/emails/${id}`))).recipients[0].state === 'delivered');
  assert.equal((await fetch(server.ready.http + mintOf(id).open(0))).headers.get('content-type'), 'image/gif');
  const { data } = await must(toko.call('GET', '/v1/events?limit=100'));
  const opened = (data as Json[]).find(one => one.type === 'opened');
  assert.deepEqual([opened.emailId, opened.recipient, opened.accountId], [id, SIMULATOR, toko.accountId]);
});

test('who leaves a group gets no more of it, from this account, until the entry is taken out', async () => {
  const to = ['ana@nowhere.test', 'ben@nowhere.test'];
  const news = { to, unsubscribe: { group: 'news' } };
  const { id } = await must(send(news));
  const left = await fetch(server.ready.http + mintOf(id).unsubscribe(0), { method: 'POST', body: 'List-Unsubscribe=One-Click' });
  assert.equal(left.status, 200);
  // Every door hears of it within its next command.
  assert.deepEqual(await states(news), ['suppressed', 'queued']);
  assert.deepEqual(await states({ to, unsubscribe: { group: 'offers' } }), ['queued', 'queued']);
  assert.deepEqual(await states({ to }), ['queued', 'queued']);
  await refused({ ...news, to: ['ana@nowhere.test'] }, 'recipient_blocked', undefined, /ana@nowhere/);

  const { data } = await must(toko.call('GET', '/v1/blocked'));
  const entry = (data as Json[]).find(one => one.pattern === 'ana@nowhere.test');
  const { group, class: kind, source, direction, scope, expiresAt } = entry;
  assert.deepEqual(
    [group, kind, source, direction, scope, expiresAt],
    ['news', 'unsubscribed', 'unsubscribe', 'recipient', 'account', null],
  );
  const check = async (body: object): Promise<unknown> => (await must(toko.call('POST', '/v1/blocked/check', body))).blocked;
  assert.equal(await check({ address: 'ana@nowhere.test' }), false);
  assert.equal(await check({ address: 'ana@nowhere.test', group: 'news' }), true);
  const other = await tenant(server, 'other.test');
  const theirs = await must(other.call('POST', '/v1/emails', { ...mail(news), from: 'a@other.test' }));
  assert.deepEqual(
    theirs.recipients.map((one: Json) => one.state),
    ['queued', 'queued'],
  );

  const csv = (await toko.call('GET', '/v1/blocked/export?format=csv')).body as string;
  assert.match(csv, /^pattern,action,direction,group,/);
  assert.equal((await toko.call('DELETE', `/v1/blocked/${entry.id}`)).status, 204);
  assert.deepEqual(await states(news), ['queued', 'queued']);
  await must(toko.call('POST', '/v1/blocked/import', csv, { 'content-type': 'text/csv' }));
  assert.deepEqual(await states(news), ['suppressed', 'queued']);
  assert.deepEqual(await states({ to }), ['queued', 'queued'], 'a list that was taken out and in again blocks no more than it did');
});

test('entries with a group can be made by hand, for recipients only', async () => {
  const made = await must(toko.call('POST', '/v1/blocked', { pattern: '@quiet.test', group: 'news' }));
  assert.deepEqual([made.group, made.direction], ['news', 'recipient']);
  assert.deepEqual(await states({ to: ['x@quiet.test', 'y@loud.test'], unsubscribe: { group: 'news' } }), ['suppressed', 'queued']);
  assert.equal((await toko.call('POST', '/v1/blocked', { pattern: 'a@b.test', group: 'a b' })).body.error.field, 'group');
  assert.equal(
    (await toko.call('POST', '/v1/blocked', { pattern: 'a@b.test', group: 'x', direction: 'both' })).body.error.field,
    'direction',
  );
});
