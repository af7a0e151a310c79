// Scores by mail, over the real doors: an address is made, a mail comes there by its own way and is scored with what SPF, DKIM and DMARC say
// of it, the answer goes to a sender that DMARC vouches for and to nobody else, and nothing of the mail is kept.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, before, test } from 'node:test';
import { dkimSign } from '../../src/deliver/dkim/sign.ts';
import { smtp, type Reply } from '../client.ts';
import { EICAR, GTUBE } from '../patterns.ts';
import { discard, must, startServer, tenant, until, type Json, type Server, type Tenant } from '../server.ts';
import { startSink, type Sink } from '../sink.ts';
import { startStubDns, type StubDns } from '../stub-dns.ts';

const pair = generateKeyPairSync('ed25519');
const ENV = { SESAME_SCORE_DOMAIN: 'score.sesame.test', SESAME_PUBLIC_URL: 'https://mail.sesame.test', SESAME_METADATA_LIFETIME: '30d' };
let dns: StubDns;
let sink: Sink;
let server: Server;
let shop: Tenant;
before(async () => {
  const published = pair.publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64');
  dns = await startStubDns({
    'writer.test TXT': ['v=spf1 ip4:127.0.0.1 -all'],
    'k1._domainkey.writer.test TXT': [`v=DKIM1; k=ed25519; p=${published}`],
    '_dmarc.writer.test TXT': ['v=DMARC1; p=reject'],
    'elsewhere.test TXT': ['v=spf1 -all'],
    '_dmarc.elsewhere.test TXT': ['v=DMARC1; p=none'],
  });
  sink = await startSink();
  server = await startServer({ ...ENV, SESAME_RESOLVER: dns.address, SESAME_SMARTHOST: sink.address });
  shop = await tenant(server, 'shop.test');
});
after(async () => {
  await server.stop();
  await Promise.all([dns.close(), sink.close()]);
  discard(server);
});

const make = (body: object = {}, headers = {}): Promise<Json> => must(shop.call('POST', '/v1/score/addresses', body, headers));
async function results(made: Json, headers: Readonly<Record<string, string>> = { 'accept-language': 'en' }): Promise<Json> {
  const answer = await fetch(`${server.ready.http}/v1/score/results/${made.token}`, { headers });
  assert.equal(answer.status, 200);
  return answer.json();
}
let mails = 0;
const letter = (from: string, body: string, ...more: readonly string[]): string =>
  [
    `From: Ana <${from}>`,
    'To: friend@x.test',
    'Subject: canary subject',
    `Date: ${new Date().toUTCString()}`,
    `Message-ID: <${++mails}@writer.test>`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    ...more,
    '',
    body,
    '',
  ].join('\r\n');
const key = { domain: 'writer.test', selector: 'k1', algorithm: 'ed25519', key: pair.privateKey } as const;
const signed = (raw: string): string => dkimSign(Buffer.from(raw), [key], Date.now()) + raw;
async function send(to: string | readonly string[], raw: string, from = 'ana@writer.test'): Promise<Reply> {
  const session = await smtp(server.ready.mx);
  const reply = await session.send(from, to, raw);
  session.close();
  return reply;
}
const BODY = 'The six new novels are in stock: https://bit.ly/canary';
const answers = (): readonly string[] => sink.caught.map(({ raw }) => raw.toString('utf8'));

test('a mail is scored with what its own way shows, and answered to a sender that DMARC vouches for', async () => {
  const made = await make({ language: 'id' });
  assert.match(made.address, /^score-[0-9a-hjkmnp-tv-z]{26}@score\.sesame\.test$/);
  assert.equal(made.url, `https://mail.sesame.test/v1/score/results/${made.token}`);
  assert.deepEqual((await results(made)).results, []);
  const reply = await send(made.address.toUpperCase(), signed(letter('ana@writer.test', BODY)));
  assert.equal(reply.code, 250, reply.text);
  const { address, results: found } = await results(made);
  assert.equal(address, made.address);
  assert.deepEqual(
    found[0].findings.map((one: Json) => [one.id, one.points, one.where]),
    [['url-shortener', -1, { part: '1', line: 1 }]],
  );
  const { domain, spf, dkim, dmarc } = found[0].identity;
  assert.deepEqual([found[0].score, domain, spf, dkim, dmarc], [9, 'writer.test', 'ok', 'ok', 'ok']);
  const caught = await until('the answer', () => sink.caught[0]);
  assert.deepEqual([caught.from, caught.to], ['', ['ana@writer.test']]);
  const text = caught.raw.toString('utf8').replace(/=\r\n/g, '');
  assert.match(text, /^Auto-Submitted: auto-replied\r$/m);
  assert.match(text, /Skor kualitas: 9\.0 dari 10, sangat baik/);
  assert.match(text, /url-shortener/);
  assert.ok(text.includes(made.url.slice(0, 60)));
  assert.doesNotMatch(text, /canary|bit\.ly|novels|friend@x\.test|writer\.test>\r\nReferences/);
});

test('who is not vouched for, has no sender or is a machine is scored and not answered', async () => {
  const before = sink.caught.length;
  const cases: readonly (readonly [string, string, string, readonly string[]])[] = [
    ['elsewhere', letter('ana@elsewhere.test', BODY), 'ana@elsewhere.test', ['dmarc-fails', 'dkim-missing', 'spf-fails', 'url-shortener']],
    ['null sender', signed(letter('ana@writer.test', BODY)), '', ['url-shortener']],
    ['a machine', signed(letter('ana@writer.test', BODY, 'Auto-Submitted: auto-replied')), 'ana@writer.test', ['url-shortener']],
    [
      'an absence note',
      signed(letter('ana@writer.test', BODY).replace('canary subject', 'Out of office')),
      'ana@writer.test',
      ['url-shortener'],
    ],
    [
      'a broken signature',
      signed(letter('ana@writer.test', BODY)).replace('six', 'ten'),
      'ana@elsewhere.test',
      ['dmarc-fails', 'dkim-broken', 'spf-fails', 'url-shortener'],
    ],
  ];
  for (const [what, raw, from, ids] of cases) {
    const made = await make();
    assert.equal((await send(made.address, raw, from)).code, 250, what);
    const { results: found } = await results(made);
    assert.deepEqual(found[0].findings.map((one: Json) => one.id).toSorted(), [...ids].toSorted(), what);
  }
  // Answers leave in the order in which they were owed: were one owed above, it would be there before this one.
  const made = await make();
  await send(made.address, signed(letter('ana@writer.test', BODY)));
  await until('the answer', () =>
    answers()
      .slice(before)
      .some(text => text.includes(made.token)),
  );
  assert.equal(sink.caught.length, before + 1);
});

test('spam and viruses are refused as at every door, and the score says why', async () => {
  for (const [words, id] of [
    [GTUBE, 'spam-verdict'],
    [EICAR, 'virus-found'],
  ] as const) {
    const made = await make();
    assert.equal((await send(made.address, signed(letter('ana@writer.test', words)))).code, 554);
    const { results: found } = await results(made);
    assert.ok(
      found[0].findings.some((one: Json) => one.id === id),
      id,
    );
  }
});

test('addresses that were not made are unknown, and so are their results', async () => {
  for (const local of [`score-${'0'.repeat(26)}`, 'score-', 'score', `score-${'0'.repeat(27)}`])
    assert.equal((await send(`${local}@score.sesame.test`, letter('ana@writer.test', 'x'))).code, 550, local);
  const made = await make();
  assert.equal((await send(made.address.replace('score.sesame.test', 'mx.sesame.test'), letter('a@writer.test', 'x'))).code, 550);
  for (const token of ['0'.repeat(26), 'x', '%00', made.token.slice(1)])
    assert.equal((await fetch(`${server.ready.http}/v1/score/results/${token}`)).status, token === '%00' ? 400 : 404, token);
});

test('twenty an hour for an address, each tells its newest first', async () => {
  const made = await make();
  const session = await smtp(server.ready.mx);
  for (let n = 0; n < 20; n++) {
    const reply = await session.send('', made.address, letter('ana@elsewhere.test', n === 19 ? 'The last one.' : BODY));
    assert.equal(reply.code, 250, `${n}: ${reply.text}`);
  }
  const reply = await session.send('', made.address, letter('ana@elsewhere.test', BODY));
  session.close();
  assert.deepEqual([reply.code, /rate_limited/.test(reply.text)], [450, true]);
  const { results: found } = await results(made);
  assert.equal(found.length, 20);
  assert.ok(found[0].score > found[1].score);
});

test('one mail to two addresses is scored for both', async () => {
  const [one, two] = [await make(), await make()];
  assert.equal((await send([one.address, two.address], letter('ana@elsewhere.test', BODY), '')).code, 250);
  for (const made of [one, two]) assert.equal((await results(made)).results.length, 1);
});

test('the page: in the reader’s language, without a script, and nothing of the mail anywhere', async () => {
  const made = await make({}, { 'accept-language': 'zh-CN' });
  const page = async (language?: string): Promise<string> => {
    const headers = { accept: 'text/html,*/*', ...(language ? { 'accept-language': language } : {}) };
    const answer = await fetch(`${server.ready.http}/v1/score/results/${made.token}`, { headers });
    assert.match(answer.headers.get('content-security-policy') ?? '', /default-src 'none'/);
    return answer.text();
  };
  assert.match(await page(), /lang="zh".*质量评分.*尚未收到邮件/s);
  await send(made.address, letter('ana@elsewhere.test', BODY), '');
  const shown = await page('en');
  assert.match(shown, /lang="en".*Quality score.*of 10.*Link to your own domain.*part 1, line 1/s);
  assert.doesNotMatch(shown, /canary|bit\.ly|novels|<script/);
  assert.doesNotMatch(JSON.stringify(await results(made)), /canary|bit\.ly|novels/);
  assert.ok(!server.log().includes('canary') && !server.log().includes(made.token));
  assert.equal((await must(shop.call('GET', '/v1/emails'))).data.length, 0);
  assert.ok((await must(shop.call('GET', '/v1/events'))).data.length === 0);
});

test('who may make addresses', async () => {
  const reader = await must(shop.call('POST', '/v1/keys', { name: 'reader', scopes: ['read'] }));
  assert.equal((await server.as(reader.key)('POST', '/v1/score/addresses', {})).status, 403);
  assert.equal((await server.call('POST', '/v1/score/addresses', {})).body.error.code, 'account_required');
  assert.equal((await shop.call('POST', '/v1/score/addresses', { language: 'fr' })).status, 422);
  const other = await tenant(server, 'other.test');
  for (let n = 0; n < 100; n++) await must(other.call('POST', '/v1/score/addresses'));
  assert.equal((await other.call('POST', '/v1/score/addresses')).body.error.code, 'rate_limited');
});
