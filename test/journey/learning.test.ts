// Learning over real sockets: what an account or the operator says of a mail counts at every door at once, for nobody else, survives a
// restart, and leaves no word of the mail behind.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openSqlite } from '../../src/engines/store/sqlite.ts';
import type { Value } from '../../src/engines/store/types.ts';
import { HALF_LIFE_DAYS, readLayer } from '../../src/filter/learned.ts';
import { search } from '../canary.ts';
import { smtp } from '../client.ts';
import { startHook, type Hook } from '../hook.ts';
import { discard, must, startServer, tenant, until, type Json, type Server, type Tenant } from '../server.ts';
import { startStubDns, type StubDns } from '../stub-dns.ts';

let dns: StubDns;
let hook: Hook;
let server: Server;
let ana: Tenant;
let budi: Tenant;
let env: Readonly<Record<string, string>>;
/** Every word that a mail of this file has for itself. */
const canaries: string[] = [];

before(async () => {
  hook = await startHook();
  dns = await startStubDns({});
  env = { SESAME_RESOLVER: dns.address, SESAME_DOORS: '2', SESAME_LOG: 'debug' };
  server = await startServer(env);
  ana = await inbox('ana.test');
  budi = await inbox('budi.test');
});
after(async () => {
  await server.stop();
  await Promise.all([hook.close(), dns.close()]);
  discard(server);
});

async function inbox(domain: string): Promise<Tenant> {
  const made = await tenant(server, domain);
  await must(made.call('POST', '/v1/inbound/routes', { match: domain, action: { webhook: `${hook.url}/in` } }));
  return made;
}

/** A campaign: wanted mail to look at, the same but for a name, with words of its own. */
function campaign(): (name: string, from?: string) => string {
  const own = Array.from({ length: 8 }, () => `kanari${randomBytes(6).toString('hex').replace(/\d/g, 'x')}`);
  canaries.push(...own);
  const text = [
    `this is the summary of the ${own[0]} meeting of last week for everybody who could not come.`,
    `We spoke of the ${own[1]} plan, of the garden behind the ${own[2]} house and of the new timetable.`,
    `Please look at the ${own[3]} notes before Friday and tell Rudi or Sari whether the ${own[4]} room is free.`,
    `The ${own[5]} is with the printer, and the ${own[6]} will be ready in time for the visit from ${own[7]}.`,
  ].join('\r\n');
  return (name, from = 'x@stranger.example') =>
    `From: Kantor <${from}>\r\nTo: ${name}@rcpt.test\r\nSubject: Notes for ${name}\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\n` +
    `Message-ID: <${name}@stranger.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nDear ${name},\r\n${text}\r\n`;
}
const base64 = (raw: string): string => Buffer.from(raw).toString('base64');

async function scan(who: Tenant | null, raw: string, headers: Readonly<Record<string, string>> = {}): Promise<Json> {
  const call = who ? who.call : server.call;
  return (await must(call('POST', '/v1/scan', raw, { 'content-type': 'message/rfc822', ...headers }))).spam;
}
async function teach(who: Tenant | null, body: object): Promise<Json> {
  return must((who ? who.call : server.call)('POST', '/v1/feedback', body));
}
const ids = (spam: Json): readonly string[] => (spam.reasons as Json[]).map(one => one.id as string);

async function bySmtp(who: Tenant, raw: string): Promise<string> {
  const session = await smtp(server.ready.submissions, { tls: 'implicit', login: who });
  const reply = await session.send(`x@${who.domain}`, 'success@simulator.sesame.test', raw);
  session.close();
  return reply.text;
}
async function byMx(who: Tenant, raw: string): Promise<string> {
  const session = await smtp(server.ready.mx, { tls: 'starttls' });
  const reply = await session.send('x@stranger.example', `in@${who.domain}`, raw);
  session.close();
  return reply.text;
}
const byHttp = (who: Tenant, raw: string, to = 'success@simulator.sesame.test', headers = {}): Promise<{ status: number; body: Json }> =>
  who.call('POST', '/v1/emails', { raw: base64(raw), to: [to] }, headers);

/** What each door says of three mails of a campaign: answers, and the score of what was taken. */
async function everywhere(who: Tenant, mail: ReturnType<typeof campaign>, name: string): Promise<readonly unknown[]> {
  const own = mail(name, `x@${who.domain}`);
  const [submitted, received] = [await bySmtp(who, own), await byMx(who, mail(name))];
  const posted = await byHttp(who, own);
  const scored = async (text: string): Promise<unknown> => {
    const id = /queued as (\S+)/.exec(text)?.[1];
    return id === undefined ? text.slice(0, 22) : (await must(who.call('GET', `/v1/emails/${id}`))).spam;
  };
  const taken = posted.status === 202 ? `queued as ${posted.body.id}` : `${posted.status} ${posted.body.error.code}`;
  return [await scored(submitted), await scored(received), await scored(taken), await scan(who, mail(name))];
}

const database = async (sql: string, values: readonly Value[]): Promise<void> => {
  const db = openSqlite(join(server.dataDir, 'sesame.db'));
  await db.run(sql, values);
  db.close();
};
const ageOf = (who: Tenant, days: number): Promise<void> =>
  database('UPDATE accounts SET created_at = ? WHERE id = ?', [Date.now() - days * 86_400_000, who.accountId]);

test('a lesson from bytes counts at every door for its account, and changes nothing for another', async () => {
  const mail = campaign();
  const [mine, others] = [await everywhere(ana, mail, 'wati'), await everywhere(budi, mail, 'wati')];
  for (const one of [...mine, ...others] as Json[]) assert.equal(one.verdict, 'PASS', JSON.stringify(one));
  assert.deepEqual(await teach(ana, { raw: base64(mail('tono')), label: 'spam' }), {
    scope: 'account',
    label: 'spam',
    learned: 'content',
    lessons: 1,
  });
  const [submitted, received, posted, scanned] = (await everywhere(ana, mail, 'wati')) as [string, string, string, Json];
  assert.deepEqual([submitted, received, posted], ['554 5.7.1 spam_content', '554 5.7.1 spam_content', '422 spam_content']);
  assert.equal(scanned.verdict, 'FAIL');
  assert.ok(ids(scanned).includes('learned_account') && ids(scanned).includes('campaign_own'));
  assert.deepEqual(await everywhere(budi, mail, 'wati'), others, 'budi taught nothing');

  // What is not the same mail is moved by the weights alone.
  const [there, here] = [
    await scan(budi, mail('wati').replace(/We spoke[^]*/, '')),
    await scan(ana, mail('wati').replace(/We spoke[^]*/, '')),
  ];
  assert.ok(here.score > there.score && ids(here).includes('learned_account') && !ids(here).includes('campaign_own'));

  await teach(ana, { raw: base64(mail('dewi')), label: 'ham' });
  for (const one of (await everywhere(ana, mail, 'wati')) as Json[]) assert.equal(one.verdict, 'PASS', 'ana thought better of it');
  assert.deepEqual(await everywhere(budi, mail, 'wati'), others);
});

test('large mail and mail with attachments is learned and judged by a worker', async () => {
  const mail = campaign();
  const mixed = (name: string): string => {
    const [head = '', body = ''] = mail(name).split('\r\n\r\n');
    const file = `--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=a.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64(randomBytes(60_000).toString('hex')).replace(/.{76}/g, '$&\r\n')}\r\n`;
    return `${head.replace(/text\/plain.*/, 'multipart/mixed; boundary=b')}\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n${body}\r\n${file}--b--\r\n`;
  };
  const before = await scan(budi, mixed('wati'));
  assert.equal(before.verdict, 'PASS');
  assert.equal((await teach(ana, { raw: base64(mixed('tono')), label: 'spam' })).learned, 'content');
  const spam = await scan(ana, mixed('wati'));
  assert.equal(spam.verdict, 'FAIL');
  assert.ok(ids(spam).includes('learned_account') && ids(spam).includes('campaign_own'));
  const { verdict, score } = await scan(budi, mail('wati'));
  assert.deepEqual([verdict, typeof score], ['PASS', 'number']);
});

test('what the operator teaches holds for all, until it is forgotten', async () => {
  const mail = campaign();
  const before = [await scan(ana, mail('wati')), await scan(budi, mail('wati')), await scan(null, mail('wati'))];
  const taught = await teach(null, { raw: base64(mail('tono')), label: 'spam' });
  assert.deepEqual([taught.scope, taught.lessons], ['installation', 1]);
  for (const who of [ana, budi, null]) {
    const spam = await scan(who, mail('wati'));
    assert.equal(spam.verdict, 'FAIL');
    assert.ok(ids(spam).includes('learned_installation') && ids(spam).includes('campaign_operator'));
  }
  assert.match(await bySmtp(budi, mail('wati', 'x@budi.test')), /^554 5\.7\.1 spam_content/);
  const { data } = await must(server.call('GET', '/v1/audit'));
  assert.ok((data as Json[]).some(one => one.action === 'filter.teach' && one.object === 'installation'));
  assert.equal((await ana.call('DELETE', '/v1/filter/learned')).status, 204);
  assert.equal((await scan(budi, mail('wati'))).verdict, 'FAIL', 'an account forgets for itself');
  assert.equal((await server.call('DELETE', '/v1/filter/learned')).status, 204);
  assert.deepEqual([await scan(budi, mail('wati')), await scan(null, mail('wati'))], before.slice(1));
  assert.equal((await must(server.call('GET', '/v1/filter/learned'))).lessons, 0);
});

test('by id: from the content while it lives, then for a day from the fingerprint, then not at all', async () => {
  const mail = campaign();
  const own = mail('wati', 'x@ana.test');
  const { id } = (await byHttp(ana, own, 'deferred@simulator.sesame.test')).body;
  assert.equal((await budi.call('POST', '/v1/feedback', { emailId: id, label: 'spam' })).status, 404);
  assert.equal((await ana.call('POST', '/v1/feedback', { emailId: 'msg_none', label: 'spam' })).status, 404);
  const lessons = (await must(ana.call('GET', '/v1/filter/learned'))).lessons as number;
  const first = await teach(ana, { emailId: id, label: 'spam' });
  assert.deepEqual([first.learned, first.lessons], ['content', lessons + 1]);
  assert.ok(ids(await scan(ana, mail('tono'))).includes('campaign_own'));
  assert.equal((await scan(ana, mail('tono'))).verdict, 'FAIL');

  // Its other words must not stand between this mail and the fingerprint.
  await must(ana.call('DELETE', '/v1/filter/learned'));
  const another = campaign();
  const second = (await byHttp(ana, another('wati', 'x@ana.test'), 'deferred@simulator.sesame.test')).body.id;
  await until('cancelled', async () => (await ana.call('POST', `/v1/emails/${second}/cancel`)).status === 200);
  assert.equal((await scan(ana, another('tono'))).verdict, 'PASS');
  const late = await teach(ana, { emailId: second, label: 'spam' });
  assert.deepEqual([late.learned, late.lessons], ['campaign', 0]);
  const spam = await scan(ana, another('tono'));
  assert.equal(spam.verdict, 'FAIL');
  assert.ok(ids(spam).includes('campaign_own'));

  await database('UPDATE emails SET final_at = ? WHERE id = ?', [Date.now() - 25 * 3_600_000, second]);
  const tooLate = await ana.call('POST', '/v1/feedback', { emailId: second, label: 'spam' });
  assert.deepEqual([tooLate.status, tooLate.body.error.code], [409, 'wrong_state']);
  assert.match(tooLate.body.error.message, /"raw"/);

  // Received mail belongs to the account of its route.
  const received = /queued as (\S+)/.exec(await byMx(budi, campaign()('sari')))?.[1] ?? '';
  assert.equal((await ana.call('POST', '/v1/feedback', { emailId: received, label: 'spam' })).status, 404);
  assert.ok(['content', 'campaign'].includes((await teach(budi, { emailId: received, label: 'spam' })).learned));
});

test('three accounts of some age make a campaign for all others; two raise a doubt, one and young ones change nothing', async () => {
  await must(budi.call('DELETE', '/v1/filter/learned'));
  const mail = campaign();
  const before = await scan(budi, mail('wati'));
  const told: Tenant[] = [];
  for (const domain of ['satu.test', 'dua.test', 'tiga.test']) {
    const one = await tenant(server, domain);
    told.push(one);
    await teach(one, { raw: base64(mail(`to-${one.domain.slice(0, 3)}`)), label: 'spam' });
  }
  assert.deepEqual(await scan(budi, mail('wati')), before, 'they are young');
  const [satu, dua, tiga] = told as [Tenant, Tenant, Tenant];
  const again = async (who: Tenant): Promise<void> => {
    await ageOf(who, 8);
    await teach(who, { raw: base64(mail('rina')), label: 'spam' });
  };
  await again(satu);
  // Twice more: an account has one voice.
  for (const name of ['eka', 'putri']) await teach(satu, { raw: base64(mail(name)), label: 'spam' });
  assert.deepEqual(await scan(budi, mail('wati')), before, 'one account changes nothing');
  await again(dua);
  const doubt = await scan(budi, mail('wati'));
  assert.ok(doubt.score > before.score && doubt.verdict !== 'FAIL' && ids(doubt).includes('campaign_others'), JSON.stringify(doubt));
  assert.match(await bySmtp(budi, mail('wati', 'x@budi.test')), /^250/);
  await again(tiga);
  assert.equal((await scan(budi, mail('wati'))).verdict, 'FAIL');
  assert.match(await bySmtp(budi, mail('wati', 'x@budi.test')), /^554 5\.7\.1 spam_content/);
  assert.match(await byMx(budi, mail('wati')), /^554 5\.7\.1 spam_content/);
  await teach(budi, { raw: base64(mail('wati')), label: 'ham' });
  assert.equal((await scan(budi, mail('sinta'))).verdict, 'PASS', 'who says that it wants the mail gets it');
  await teach(dua, { raw: base64(mail('rina')), label: 'ham' });
  const kantor = await tenant(server, 'kantor.test');
  assert.notEqual((await scan(kantor, mail('wati'))).verdict, 'FAIL', 'one took its word back');
});

test('the answers: fields, scopes, size, export and reset, a key used again', async () => {
  const mail = campaign();
  const raw = base64(mail('wati'));
  const fails = async (body: object, code: string, field?: string): Promise<void> => {
    const { body: answer } = await budi.call('POST', '/v1/feedback', body);
    assert.deepEqual([answer.error.code, answer.error.field], [code, field], JSON.stringify(answer));
  };
  await fails({ raw, label: 'junk' }, 'invalid_field', 'label');
  await fails({ raw }, 'invalid_field', 'label');
  await fails({ label: 'spam' }, 'invalid_field', 'emailId');
  await fails({ raw, emailId: 'msg_1', label: 'spam' }, 'invalid_field', 'emailId');
  await fails({ raw, label: 'spam', note: 'x' }, 'invalid_field', 'note');
  await fails({ raw: 'not/base64!', label: 'spam' }, 'invalid_field', 'raw');
  const { key } = await must(budi.call('POST', '/v1/keys', { name: 'reader', scopes: ['read'] }));
  assert.equal((await server.as(key)('POST', '/v1/feedback', { raw, label: 'spam' })).status, 403);
  assert.equal((await server.as(key)('DELETE', '/v1/filter/learned')).status, 403);

  await must(budi.call('DELETE', '/v1/filter/learned'));
  const empty = await must(budi.call('GET', '/v1/filter/learned/export'));
  assert.deepEqual([empty.scope, empty.lessons, empty.bytes, empty.halfLifeDays, empty.layer], ['account', 0, 0, HALF_LIFE_DAYS, null]);
  const once = { 'idempotency-key': 'lesson-1' };
  const [first, replay] = [
    await budi.call('POST', '/v1/feedback', { raw, label: 'spam' }, once),
    await budi.call('POST', '/v1/feedback', { raw, label: 'spam' }, once),
  ];
  assert.deepEqual([first.body.lessons, replay.body, replay.headers.get('idempotent-replayed')], [1, first.body, 'true']);
  const kept = await must(budi.call('GET', '/v1/filter/learned/export'));
  assert.deepEqual([kept.lessons, kept.bytes > 20, Date.now() - Date.parse(kept.updatedAt) < 60_000], [1, true, true]);
  const layer = readLayer(Buffer.from(kept.layer, 'base64'));
  assert.deepEqual([layer.lessons, Buffer.from(kept.layer, 'base64').length], [1, kept.bytes]);
  const before = await scan(budi, mail('tono'));
  assert.equal(before.verdict, 'FAIL');
  await must(budi.call('DELETE', '/v1/filter/learned'));
  const reset = await scan(budi, mail('tono'));
  assert.deepEqual([reset.verdict, ids(reset).some(id => id === 'learned_account' || id === 'campaign_own')], ['PASS', false]);
  // The operator for an account.
  const on = { 'sesame-account': budi.accountId };
  assert.equal((await must(server.call('POST', '/v1/feedback', { raw, label: 'spam' }, on))).scope, 'account');
  assert.equal((await must(budi.call('GET', '/v1/filter/learned'))).lessons, 1);
  await must(budi.call('DELETE', '/v1/filter/learned'));
});

test('lessons at the same time on both doors are all counted', async () => {
  await must(budi.call('DELETE', '/v1/filter/learned'));
  const mail = campaign();
  const names = Array.from({ length: 24 }, (_, n) => `nama${n}`);
  await Promise.all(names.map(name => teach(budi, { raw: base64(mail(name)), label: 'spam' })));
  assert.equal((await must(budi.call('GET', '/v1/filter/learned'))).lessons, 24);
  await must(budi.call('DELETE', '/v1/filter/learned'));
});

test('reasons speak the reader’s language', async () => {
  const mail = campaign();
  await teach(budi, { raw: base64(mail('wati')), label: 'spam' });
  const titles = async (language: string): Promise<readonly string[]> =>
    ((await scan(budi, mail('tono'), { 'accept-language': language })).reasons as Json[])
      .filter(one => one.id === 'learned_account')
      .map(one => one.title as string);
  assert.deepEqual(await titles(''), ['What you taught the filter']);
  assert.deepEqual(await titles('fr, id;q=0.8, en;q=0.5'), ['Yang Anda ajarkan pada filter']);
  assert.deepEqual(await titles('zh-Hant-TW,zh;q=0.9'), ['您对过滤器的训练']);
  const refused = await byHttp(budi, mail('tono', 'x@budi.test'), undefined, { 'accept-language': 'id' });
  assert.equal(refused.status, 422);
  const found = (refused.body.error.findings as Json[]).find(one => one.id === 'learned_account');
  assert.equal(found.message, 'Yang Anda ajarkan pada filter');
});

test('a deleted account leaves nothing that it taught', async () => {
  const gone = await tenant(server, 'pergi.test');
  await teach(gone, { raw: base64(campaign()('wati')), label: 'spam' });
  assert.equal((await server.call('DELETE', `/v1/accounts/${gone.accountId}`)).status, 204);
  const db = openSqlite(join(server.dataDir, 'sesame.db'), { readOnly: true });
  for (const table of ['learned', 'marks'])
    assert.equal(await db.get(`SELECT account_id FROM ${table} WHERE account_id = ?`, [gone.accountId]), undefined);
  db.close();
});

test('a lesson survives kill -9, and no word of any mail is in the data directory or the log', async () => {
  const mail = campaign();
  await teach(ana, { raw: base64(mail('wati')), label: 'spam' });
  const before = await scan(ana, mail('tono'));
  await server.kill();
  assert.ok(canaries.length > 50);
  // A few of each campaign: the search looks for every form of each.
  assert.deepEqual(
    search(
      [server.dataDir],
      canaries.filter((_, n) => n % 4 === 0),
    ),
    [],
  );
  for (const word of canaries) assert.ok(!server.log().includes(word));
  server = await startServer(env, server.dataDir);
  ana = { ...ana, call: server.as(ana.key) };
  assert.deepEqual(await scan(ana, mail('tono')), before);
  assert.equal(before.verdict, 'FAIL');
});
