// POST /v1/score over real HTTP with a real resolver: the message itself and the JSON of an email, DNS facts of the sender, languages, limits
// of who may ask; that nothing is recorded; and `bin/sesame score` beside it, which asks nobody.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { discard, must, ROOT, startServer, tenant, type Json, type Server, type Tenant } from '../server.ts';
import { startStubDns, type StubDns } from '../stub-dns.ts';

let dns: StubDns;
let server: Server;
let shop: Tenant;
before(async () => {
  dns = await startStubDns({ 'shop.test MX': ['10 mx.shop.test'], '_dmarc.shop.test TXT': ['v=DMARC1; p=none'] });
  server = await startServer({ SESAME_RESOLVER: dns.address, SESAME_PUBLIC_URL: 'https://links.shop.test' });
  shop = await tenant(server, 'shop.test');
});
after(async () => {
  await server.stop();
  await dns.close();
  discard(server);
});

const bytes = { 'content-type': 'message/rfc822' };
const ids = (report: Json): readonly string[] => report.findings.map((one: Json) => one.id);
const message = (body: string, from = 'news@shop.test'): string =>
  `From: Books <${from}>\r\nTo: ana@example.net\r\nSubject: Your list\r\nDate: ${new Date().toUTCString()}\r\nMessage-ID: <1@shop.test>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${body}\r\n`;
const score = (body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Json> =>
  must(shop.call('POST', '/v1/score', body, headers));

test('DNS of the sender: what is missing costs, what is there does not', async () => {
  const before = await score(message('The six new novels are in stock.'), bytes);
  assert.deepEqual(ids(before), ['dkim-missing', 'spf-missing']);
  assert.deepEqual([before.score, before.grade, before.identity.points], [7.5, 'good', -2.5]);
  const { records } = await must(shop.call('GET', '/v1/domains/shop.test'));
  for (const { purpose, type, host, expected } of records)
    if (purpose === 'dkim' || purpose === 'spf') dns.zone[`${host} ${type}`] = [expected];
  const now = await score(message('The six new novels are in stock.'), bytes);
  const { domain, spf, dkim, dmarc } = now.identity;
  assert.deepEqual({ domain, spf, dkim, dmarc }, { domain: 'shop.test', spf: 'ok', dkim: 'ok', dmarc: 'ok' });
  assert.deepEqual([now.score, now.findings, now.note], [10, [], 'For reference. No score promises the inbox.']);
});

test('JSON as for an email: what is added when it is sent counts as there', async () => {
  const email = { from: 'news@shop.test', to: 'ana@example.net', subject: 'Your list', priority: 'bulk' };
  const html = '<p>Six new novels. Books, 12 Mill Lane, Springfield 12345</p><p><a href="{{unsubscribe}}">Unsubscribe</a></p>';
  assert.deepEqual(ids(await score({ ...email, html, unsubscribe: {} })), []);
  assert.deepEqual(ids(await score({ ...email, html })).toSorted(), ['no-list-unsubscribe', 'placeholder-left']);
  const { status, body } = await shop.call('POST', '/v1/score', { ...email, html, colour: 'red' });
  assert.deepEqual([status, body.error.code], [422, 'invalid_field']);
});

test('findings speak the language of who asks, with their places', async () => {
  const text = message('First line\r\nhttps://bit.ly/x');
  const report = await score(text, { ...bytes, 'accept-language': 'zh-CN' });
  const [found] = report.findings;
  assert.deepEqual([found.id, found.points, found.where], ['url-shortener', -1, { part: '1', line: 2 }]);
  assert.match(found.title, /短网址/);
  assert.equal(report.note, '仅供参考。任何评分都不能保证进入收件箱。');
});

test('a large mail and one with an attachment are scored beside the loop', async () => {
  const report = await score(message(`${'Six new novels and two biographies. '.repeat(20)}\r\n`.repeat(200)), bytes);
  assert.deepEqual(ids(report), []);
  const file = { filename: 'setup.exe', content: Buffer.from('MZ').toString('base64') };
  const email = { from: 'news@shop.test', to: 'ana@example.net', subject: 'Your list', text: 'The file.' };
  assert.deepEqual(ids(await score({ ...email, attachments: [file] })), ['dangerous-attachment']);
});

test('the filter and the scanner of the doors have their say', async () => {
  const gtube = ['XJS*C4JDBQADN1.NSBN3*2IDNEN*', 'GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL', '*C.34X'].join('');
  const spam = await score(message(gtube), bytes);
  assert.deepEqual([ids(spam), spam.content.spam.verdict], [['spam-verdict'], 'FAIL']);
  assert.match(spam.findings[0].detail, /GTUBE/);
  const eicar = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}', '$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('');
  const virus = await score(message(eicar), bytes);
  assert.deepEqual([virus.score, ids(virus)[0]], [0, 'virus-found']);
});

test('a signature that does not hold is told; keys of another account are not asked for', async () => {
  const { records } = await must(shop.call('GET', '/v1/domains/shop.test'));
  const selector = records.find((one: Json) => one.purpose === 'dkim' && /k=rsa/.test(one.expected)).host.split('.')[0];
  const field = `DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=shop.test; s=${selector}; h=from; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA\r\n`;
  assert.deepEqual(ids(await score(field + message('x'), bytes)), ['dkim-broken']);
  const other = await tenant(server, 'other.test');
  const report = await must(other.call('POST', '/v1/score', message('x'), bytes));
  assert.equal(report.identity.dkim, 'not_asked');
});

test('who may ask, what is no message, and that nothing is recorded', async () => {
  const { key } = await must(shop.call('POST', '/v1/keys', { name: 'reader', scopes: ['read'] }));
  assert.equal((await server.as(key)('POST', '/v1/score', message('x'), bytes)).status, 403);
  assert.equal((await shop.call('POST', '/v1/score', 'From: a@shop.test\rx', bytes)).status, 422);
  assert.equal((await shop.call('POST', '/v1/score', undefined)).body.error.field, 'body');
  await score(message('a word that is looked for: zanzibarium'), bytes);
  assert.equal((await must(shop.call('GET', '/v1/emails'))).data.length, 0);
  assert.equal((await must(shop.call('GET', '/v1/events'))).data.length, 0);
  assert.ok(!server.log().includes('zanzibarium'));
});

test('the command: the same findings with no server and no network', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sesame-score-'));
  const file = join(folder, 'mail.eml');
  writeFileSync(file, message('See https://bit.ly/x').replaceAll('\r\n', '\n'));
  const run = (...args: readonly string[]): { readonly status: number | null; readonly stdout: string; readonly stderr: string } =>
    spawnSync(process.execPath, [join(ROOT, 'bin/sesame.ts'), 'score', ...args], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], SESAME_DATA_DIR: join(folder, 'none'), SESAME_URL: 'http://127.0.0.1:1' },
    });
  const told = run('--json', file);
  const report = JSON.parse(told.stdout) as Json;
  assert.deepEqual([told.status, report.score, ids(report), report.identity.dmarc], [0, 9, ['url-shortener'], 'not_asked']);
  assert.match(run(file).stdout, /9\.0 of 10, excellent\n {2}-1\.0 {2}url-shortener \(medium, part 1, line 1\)/);
  assert.equal(run('--min', '9.5', file).status, 1);
  assert.equal(run('--min', 'x', file).status, 2);
  assert.deepEqual([run().status, run(join(folder, 'none.eml')).status], [2, 2]);
  rmSync(folder, { recursive: true });
});
