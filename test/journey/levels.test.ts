// Quotas, sandbox and sign-up by the real server: what is over quota fails or waits as asked and goes by itself, a stranger makes an account
// by the link in a mail, and the sandbox keeps it to its own addresses until the operator lifts it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { smtp } from '../client.ts';
import { discard, must, startServer, tenant, until, type Call, type Json, type Server, type Tenant } from '../server.ts';
import { header, startSink, type Sink } from '../sink.ts';
import { startStubDns, type StubDns } from '../stub-dns.ts';

let dns: StubDns;
let sink: Sink;
let server: Server;
let news: Tenant;

const env = (): Readonly<Record<string, string>> => ({
  SESAME_RESOLVER: dns.address,
  SESAME_DELIVERY_PORT: String(sink.port),
  SESAME_SIGN_UP: 'open',
  SESAME_PUBLIC_URL: 'http://links.test',
});

before(async () => {
  sink = await startSink();
  dns = await startStubDns({ 'rcpt.test MX': ['10 mx.rcpt.test'], 'mx.rcpt.test A': ['127.0.0.1'] });
  server = await startServer(env());
  news = await tenant(server, 'news.test');
});
after(async () => {
  await server.stop();
  await sink.close();
  await dns.close();
  discard(server);
});

const mail = (to: string | readonly string[], over: object = {}): object => ({ from: 'a@news.test', to, subject: 's', text: 't', ...over });
const patch = (body: object): Promise<Json> => must(server.call('PATCH', `/v1/accounts/${news.accountId}`, body));
const got = (text: string): Promise<Buffer> => until(`${text} at the sink`, () => sink.caught.find(one => one.raw.includes(text))?.raw);
/** What stands in the mail: quoted-printable or base64 undone. */
function textOf(raw: Buffer): string {
  const body = raw.toString('latin1').split('\r\n\r\n').slice(1).join('\r\n\r\n');
  const kind = header(raw, 'content-transfer-encoding') ?? '';
  if (/base64/i.test(kind)) return Buffer.from(body, 'base64').toString('utf8');
  return body.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

test('over the day: refused with the budget and a time, or scheduled; it goes by itself when the quota grows', async () => {
  const before = (await must(server.call('GET', `/v1/accounts/${news.accountId}`))).used.today as number;
  await patch({ quota: { perDay: before + 1, perSecond: 1_000 } });
  const first = await news.call('POST', '/v1/emails', mail('one@rcpt.test'));
  assert.equal(first.status, 202);
  assert.match(first.headers.get('ratelimit') ?? '', /"day";r=0;t=\d+/);
  assert.equal(first.headers.get('ratelimit-remaining'), '0');
  const refused = await news.call('POST', '/v1/emails', mail('two@rcpt.test'));
  assert.deepEqual([refused.status, refused.body.error.code, refused.body.error.findings[0].id], [429, 'quota_exceeded', 'day']);
  assert.ok(Math.abs(Number(refused.headers.get('retry-after')) - Number(refused.headers.get('ratelimit-reset'))) <= 1);

  const waits = await news.call('POST', '/v1/emails', mail('waits@rcpt.test', { onQuota: 'wait' }), { 'idempotency-key': 'w-1' });
  assert.deepEqual([waits.status, waits.body.status, waits.body.recipients[0].state], [202, 'scheduled', 'scheduled']);
  const again = await news.call('POST', '/v1/emails', mail('waits@rcpt.test', { onQuota: 'wait' }), { 'idempotency-key': 'w-1' });
  assert.deepEqual([again.body.id, again.headers.get('idempotent-replayed')], [waits.body.id, 'true']);
  const shown = await must(news.call('GET', `/v1/emails/${waits.body.id}`));
  assert.equal(shown.recipients[0].waiting.why, 'quota');
  assert.equal(Date.parse(shown.recipients[0].waiting.until) % 86_400_000 < 3_600_000, true);
  const batch = await must(news.call('POST', '/v1/emails/batch', [mail('b1@rcpt.test', { onQuota: 'wait' }), mail('b2@rcpt.test')]));
  assert.deepEqual(
    batch.data.map((one: Json) => [one.status, one.state ?? one.error.code]),
    [
      [202, 'scheduled'],
      [429, 'quota_exceeded'],
    ],
  );
  const session = await smtp(server.ready.submission, { tls: 'starttls', login: news });
  const reply = await session.send('a@news.test', 'x@rcpt.test', 'From: a@news.test\nSubject: s\n\nt\n');
  assert.match(reply.text, /^451 4\.7\.1 quota_exceeded the account's \d+ recipients a day are used, again at \d{4}-/);
  session.close();

  await patch({ quota: { perDay: null } });
  await until('what waited was delivered', async () => {
    const { recipients } = await must(news.call('GET', `/v1/emails/${waits.body.id}`));
    return recipients[0].state === 'delivered';
  });
  assert.deepEqual((await must(news.call('GET', `/v1/accounts/self`))).quota, { perDay: 50_000, perSecond: 1_000 });
});

test('a batch that may wait is taken over the next seconds where it is over the rate', async () => {
  await patch({ quota: { perSecond: 1 } });
  const mails = [1, 2, 3, 4].map(n => mail(`r${n}@rcpt.test`));
  const failing = await must(news.call('POST', '/v1/emails/batch', mails));
  assert.ok(failing.data.some((one: Json) => one.error?.findings[0].id === 'second'));
  const waiting = await must(
    news.call(
      'POST',
      '/v1/emails/batch',
      mails.map(one => ({ ...one, onQuota: 'wait' })),
    ),
  );
  assert.deepEqual(
    waiting.data.map((one: Json) => one.status),
    [202, 202, 202, 202],
  );
  await patch({ quota: { perSecond: 1_000 } });
});

test('one person is written to as often as the account may: HTTP names the recipient, SMTP refuses him alone', async () => {
  await patch({ frequency: { count: 2, windowSeconds: 3_600 } });
  for (const to of ['often@rcpt.test', 'OFTEN+2@rcpt.test']) assert.equal((await news.call('POST', '/v1/emails', mail(to))).status, 202);
  const refused = await news.call('POST', '/v1/emails', mail(['fresh@rcpt.test', 'often@rcpt.test']));
  assert.deepEqual([refused.status, refused.body.error.findings[0].id], [429, 'recipient']);
  assert.match(refused.body.error.message, /^often@rcpt\.test got 2 mails/);
  assert.ok(Number(refused.headers.get('retry-after')) > 3_000);
  const waits = await must(news.call('POST', '/v1/emails', mail('often@rcpt.test', { onQuota: 'wait' })));
  assert.equal((await must(news.call('GET', `/v1/emails/${waits.id}`))).recipients[0].waiting.why, 'frequency');
  const session = await smtp(server.ready.submission, { tls: 'starttls', login: news });
  await session.command('MAIL FROM:<a@news.test>');
  assert.match((await session.command('RCPT TO:<often@rcpt.test>')).text, /^451 4\.7\.1 quota_exceeded often@rcpt\.test/);
  assert.equal((await session.command('RCPT TO:<fresh@rcpt.test>')).code, 250);
  session.close();
  for (let n = 0; n < 4; n++) assert.equal((await news.call('POST', '/v1/emails', mail('success@simulator.sesame.test'))).status, 202);
  await patch({ frequency: null });
  assert.equal((await news.call('POST', '/v1/emails', mail('often@rcpt.test'))).status, 202);
});

test('levels: told with every answer, and what was delivered opens the next one', async () => {
  const climber = await tenant(server, 'climb.test');
  const set = { levels: true, quota: { perDay: null }, frequency: 'off' };
  await must(server.call('PATCH', `/v1/accounts/${climber.accountId}`, set));
  const to = (from: number, count: number): readonly string[] => Array.from({ length: count }, (_, n) => `c${from + n}@rcpt.test`);
  const send = (list: readonly string[], over: object = {}): ReturnType<Call> =>
    climber.call('POST', '/v1/emails', { from: 'a@news.climb.test', to: list, text: 't', ...over });
  for (let n = 0; n < 9; n++) assert.equal((await send(to(n * 50, 50))).status, 202);
  const last = await send(to(450, 50));
  assert.match(last.headers.get('ratelimit-policy') ?? '', /"day-climb\.test";q=500;w=86400;sesame-unit="recipients"/);
  assert.match(last.headers.get('ratelimit') ?? '', /"day-climb\.test";r=0;t=\d+/);
  const waits = await must(send(['later@rcpt.test'], { onQuota: 'wait' }));
  const stands = async (): Promise<Json> => (await must(climber.call('GET', '/v1/accounts/self'))).level;
  await until('all are delivered', async () => (await stands()).domains[0].sums.delivered >= 500);
  const { level, perDay, domains } = await stands();
  // Upkeep looks once a minute: it may have been quicker.
  if (level === 1) {
    const [one] = domains as Json[];
    assert.equal(waits.status, 'scheduled');
    assert.deepEqual([perDay, one.domain, one.usedToday, one.next.level, one.next.perDay], [500, 'climb.test', 500, 2, 1_000]);
    assert.ok(one.next.forms[0].conditions.every((condition: Json) => condition.met));
  }
  // It looks at each start, too.
  await server.stop();
  server = await startServer(env(), server.dataDir);
  const call = server.as(climber.key);
  await until('the level rose', async () => (await must(call('GET', '/v1/accounts/self'))).level.level === 2);
  await until('what waited for the level went', async () => {
    const { recipients } = await must(call('GET', `/v1/emails/${waits.id}`));
    return recipients[0].state === 'delivered';
  });
  const { data, next } = await must(call('GET', '/v1/accounts/self/level-moves?limit=5'));
  assert.deepEqual(
    [data.map((one: Json) => [one.domain, one.from, one.to, one.by, one.sums.delivered >= 350]), next],
    [[['climb.test', 1, 2, ['delivery'], true]], null],
  );
  assert.equal((await call('GET', '/v1/accounts/acc_none/level-moves')).status, 404);
});

const page = (method: string, path: string, language = 'en'): Promise<Response> =>
  fetch(server.ready.http + path, { method, headers: { 'accept-language': language } });
const ask = (contact: string, name = 'Toko <b>'): Promise<Response> =>
  fetch(`${server.ready.http}/v1/sign-up`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'accept-language': 'id' },
    body: JSON.stringify({ name, contact }),
  });

test('a stranger makes an account by the link in a mail; its sandbox ends when the operator lifts it', async () => {
  const asked = await ask('Ana@rcpt.test');
  assert.equal(asked.status, 202);
  const text = textOf(await got('Subject: Konfirmasi akun baru Anda'));
  const path = /http:\/\/links\.test(\/v1\/sign-up\/[\w-]+)/.exec(text)?.[1] ?? '';
  assert.notEqual(path, '');
  // Programs that look at every link make nothing.
  const shown = await page('GET', path, 'zh');
  assert.match(await shown.text(), /创建此账号？.*Toko &#60;b&#62;.*Ana@rcpt\.test.*<form method="post">/s);
  assert.equal((await page('GET', `${path.slice(0, -2)}AA`)).status, 404);
  const made = await (await page('POST', path)).text();
  const key = /sk_sesame_[\w-]{43}/.exec(made)?.[0] ?? '';
  assert.notEqual(key, '');
  const second = await page('POST', path);
  assert.equal(second.status, 409);
  assert.doesNotMatch(await second.text(), /sk_sesame_/);

  const own: Call = server.as(key);
  const self = await must(own('GET', '/v1/accounts/self'));
  assert.deepEqual(
    [self.name, self.contact, self.sandbox, self.signedUp, self.quotaFrom, self.quota],
    ['Toko <b>', 'ana@rcpt.test', true, true, 'sandbox', { perDay: 200, perSecond: 1 }],
  );
  await must(own('POST', '/v1/domains', { name: 'toko.test' }));
  const on = { 'sesame-account': self.id as string };
  await must(server.call('POST', '/v1/domains/toko.test/verify', { force: true }, on));
  // One a second: the operator's word stands over the sandbox's.
  await must(server.call('PATCH', `/v1/accounts/${self.id}`, { quota: { perSecond: 1_000 } }));
  const send = (to: string): ReturnType<Call> => own('POST', '/v1/emails', { from: 'x@toko.test', to, text: 't' });
  for (const to of ['ana@rcpt.test', 'me@toko.test', 'success@simulator.sesame.test']) assert.equal((await send(to)).status, 202, to);
  const outside = await send('other@rcpt.test');
  assert.deepEqual([outside.status, outside.body.error.code, outside.body.error.field], [403, 'sandbox_recipient', 'to']);
  const credential = await must(own('POST', '/v1/smtp-credentials', { name: 'test' }));
  const session = await smtp(server.ready.submission, { tls: 'starttls', login: credential });
  await session.command('MAIL FROM:<x@toko.test>');
  assert.match((await session.command('RCPT TO:<other@rcpt.test>')).text, /^550 5\.7\.1 sandbox_recipient other@rcpt\.test is outside/);
  assert.equal((await session.command('RCPT TO:<ana@rcpt.test>')).code, 250);
  session.close();

  const lifted = await must(server.call('PATCH', `/v1/accounts/${self.id}`, { sandbox: false }));
  assert.deepEqual(
    [lifted.sandbox, lifted.levels, lifted.quotaFrom, lifted.quota.perDay, lifted.frequency],
    [false, true, 'level', 500, { count: 10, windowSeconds: 3_600 }],
  );
  assert.equal((await send('other@rcpt.test')).status, 202);

  // Asked again, the answer is the same; only the owner of the address learns more.
  const again = await ask('ana@rcpt.test');
  assert.deepEqual(Object.keys((await again.json()) as object), ['contact', 'message']);
  await got('Subject: Anda sudah memiliki akun');
  const audit = await must(server.call('GET', '/v1/audit'));
  assert.ok(audit.data.some((one: Json) => one.actor === 'sign-up' && one.object === self.id));
});

test('sign-up is bounded by contact and by peer, and names what is wrong', async () => {
  assert.equal((await ask('nobody')).status, 422);
  assert.equal((await ask('b@rcpt.test', '  ')).status, 422);
  const answers: number[] = [];
  for (let n = 0; n < 6; n++) answers.push((await ask(`new${n}@rcpt.test`)).status);
  assert.deepEqual(answers.slice(-1), [429]);
  assert.ok(answers.includes(202));
});
