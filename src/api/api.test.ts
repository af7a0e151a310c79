// The HTTP API over real HTTP against a real server: shapes, errors, who may what, idempotency, and each resource once through.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { discard, must, startServer, tenant, until, type Call, type Json, type Server, type Tenant } from '../../test/server.ts';
import { CODES, type Code } from './errors.ts';

let server: Server;
let toko: Tenant;
let other: Tenant;
before(async () => {
  server = await startServer({ SESAME_ALLOW_PRIVATE_PEERS: '0', SESAME_PRIVATE_PEERS: '127.0.0.2/32' });
  toko = await tenant(server, 'toko.test');
  other = await tenant(server, 'other.test');
});
after(async () => {
  await server.stop();
  discard(server);
});

const mail = { from: 'Toko <news@toko.test>', to: ['success@simulator.sesame.test'], subject: 'Receipt', text: 'Thank you.' };
const GTUBE = 'XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X';
const EICAR = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}', '$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('');
const inAnHour = (): string => new Date(Date.now() + 3_600_000).toISOString();

/** The answer must be this error in the one shape. */
async function fails(answer: ReturnType<Call>, code: Code, field?: string): Promise<Json> {
  const { status, headers, body } = await answer;
  assert.equal(body?.error?.code, code, JSON.stringify(body).slice(0, 400));
  assert.equal(status, CODES[code][0]);
  assert.match(headers.get('content-type') ?? '', /^application\/json/);
  assert.equal(body.error.docs, `/docs/errors#${code}`);
  assert.equal(body.error.requestId, headers.get('request-id'));
  assert.deepEqual(
    Object.keys(body.error).filter(name => !['code', 'message', 'field', 'findings', 'docs', 'requestId'].includes(name)),
    [],
  );
  if (status === 429 || status === 503) assert.ok(Number(headers.get('retry-after')) > 0);
  if (field !== undefined) assert.equal(body.error.field, field);
  return body.error;
}

test('the reference names every code, and every route but the public ones wants a key', async () => {
  const nobody = (method: string, path: string): Promise<Response> => fetch(server.ready.http + path, { method });
  const openapi = (await (await nobody('GET', '/openapi.json')).json()) as Json;
  assert.match(openapi.openapi, /^3\.1\./);
  assert.deepEqual(openapi.components.schemas.Error.properties.error.properties.code.enum, Object.keys(CODES));
  const page = await (await nobody('GET', '/docs/errors')).text();
  for (const code of Object.keys(CODES)) assert.ok(page.includes(`id="${code}"`), code);
  const open: string[] = [];
  for (const [path, methods] of Object.entries<Json>(openapi.paths)) {
    for (const [method, operation] of Object.entries<Json>(methods)) {
      assert.ok(operation.responses.default, `${method} ${path}`);
      const { status } = await nobody(method.toUpperCase(), path.replace(/\{\w+\}/g, 'x'));
      if (status === 401) assert.equal(operation.security, undefined);
      else open.push(path);
    }
  }
  const publicOnes = [
    '/.well-known/acme-challenge/{token}',
    '/.well-known/mta-sts.txt',
    '/docs',
    '/docs/errors',
    '/healthz',
    '/metrics',
    '/openapi.json',
    '/readyz',
    '/v1/inbound/confirm/{token}',
    '/v1/limits',
    '/v1/score/results/{token}',
    '/v1/sign-up',
  ];
  assert.deepEqual([...new Set(open)].toSorted(), publicOnes);
});

test('errors: path, method, JSON, type, size, unknown fields all at once, unknown query', async () => {
  await fails(toko.call('GET', '/v1/nothing'), 'not_found');
  await fails(toko.call('PUT', '/v1/emails'), 'method_not_allowed');
  await fails(toko.call('GET', '/v1/emails/%zz'), 'invalid_request');
  const json = { 'content-type': 'application/json' };
  await fails(toko.call('POST', '/v1/emails', '{"from":', json), 'invalid_json');
  await fails(toko.call('POST', '/v1/emails', '<a/>', { 'content-type': 'application/xml' }), 'unsupported_media_type');
  await fails(toko.call('GET', '/v1/emails?sate=queued'), 'invalid_request');
  await fails(toko.call('GET', '/v1/emails?limit=101'), 'invalid_request', 'limit');
  await fails(toko.call('GET', '/v1/emails?after=zzz'), 'invalid_request', 'after');
  const { findings } = await fails(
    toko.call('POST', '/v1/emails', { ...mail, sujet: 'x', attachments: [{ filename: 'a' }] }),
    'invalid_field',
  );
  assert.deepEqual(findings.map((one: Json) => one.field).toSorted(), ['attachments[0].content', 'sujet']);
  const echoed = await toko.call('GET', '/v1/limits', undefined, { 'x-request-id': 'mine-1' });
  assert.equal(echoed.headers.get('request-id'), 'mine-1');
  const made = await toko.call('GET', '/v1/limits', undefined, { 'x-request-id': 'bad id' });
  assert.match(made.headers.get('request-id') ?? '', /^req_/);
});

test('a body of bytes or of very many fields gets a short answer', async () => {
  const bytes = await toko.call('POST', '/v1/emails', Buffer.alloc(200_000, 65), { 'content-type': 'message/rfc822' });
  assert.equal(bytes.status, 415);
  for (const count of [10_000, 100_000]) {
    const fields = Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, 1]));
    const error = await fails(toko.call('POST', '/v1/emails', fields), 'invalid_field');
    assert.ok(JSON.stringify(error).length < 20_000);
    // The larger one is not even given to the checker.
    assert.equal(error.field, count > 20_000 ? 'body' : 'k0');
  }
});

test('keys: operator and account, scopes, addresses, expiry, revoked at once', async () => {
  await fails(server.as('sk_sesame_wrong')('GET', '/v1/emails'), 'unauthenticated');
  await fails(server.call('POST', '/v1/emails', mail), 'account_required');
  await fails(server.call('GET', '/v1/emails', undefined, { 'sesame-account': 'acc_none' }), 'not_found', 'Sesame-Account');
  await fails(toko.call('GET', '/v1/accounts'), 'forbidden');
  const made = await must(toko.call('POST', '/v1/keys', { name: 'reader', scopes: ['read'] }));
  assert.match(made.key, /^sk_sesame_/);
  const reader = server.as(made.key);
  assert.equal((await reader('GET', '/v1/emails')).status, 200);
  await fails(reader('POST', '/v1/emails', mail), 'forbidden');
  await fails(reader('POST', '/v1/keys', { name: 'more' }), 'forbidden');
  assert.ok(!JSON.stringify(await must(toko.call('GET', '/v1/keys'))).includes(made.key));
  assert.equal((await must(toko.call('PATCH', `/v1/keys/${made.id}`, { name: 'reader 2' }))).name, 'reader 2');
  await fails(other.call('GET', `/v1/keys/${made.id}`), 'not_found');
  await fails(other.call('DELETE', `/v1/keys/${made.id}`), 'not_found');
  assert.equal((await toko.call('DELETE', `/v1/keys/${made.id}`)).status, 204);
  await fails(reader('GET', '/v1/emails'), 'unauthenticated');
  const far = await must(toko.call('POST', '/v1/keys', { name: 'far', scopes: ['read'], ips: ['192.0.2.1'] }));
  await fails(server.as(far.key)('GET', '/v1/emails'), 'forbidden');
  await fails(toko.call('POST', '/v1/keys', { name: 'old', expiresAt: '2020-01-01T00:00:00Z' }), 'invalid_field', 'expiresAt');
});

test('no key mints beyond itself', async () => {
  const narrow = await must(
    toko.call('POST', '/v1/keys', { name: 'n', scopes: ['keys', 'read'], domains: ['toko.test'], expiresAt: inAnHour() }),
  );
  const call = server.as(narrow.key);
  await fails(call('POST', '/v1/keys', { name: 'x', scopes: ['send'], expiresAt: inAnHour() }), 'forbidden', 'scopes');
  await fails(call('POST', '/v1/keys', { name: 'x', scopes: ['read'] }), 'forbidden', 'expiresAt');
  const soon = new Date(Date.now() + 60_000).toISOString();
  await fails(call('POST', '/v1/keys', { name: 'x', scopes: ['read'], domains: ['other.test'], expiresAt: soon }), 'forbidden', 'domains');
  assert.deepEqual((await must(call('POST', '/v1/keys', { name: 'x', scopes: ['read'], expiresAt: soon }))).domains, ['toko.test']);
  await fails(call('POST', '/v1/smtp-credentials', { name: 'x' }), 'forbidden');
  const brief = await must(server.call('POST', '/v1/keys', { name: 'brief', expiresAt: inAnHour() }));
  await fails(server.as(brief.key)('POST', '/v1/keys', { name: 'forever' }), 'forbidden', 'expiresAt');
});

test('a key with domains sends from no other: in the fields, in a raw message, by a batch', async () => {
  const on = { 'sesame-account': toko.accountId };
  await must(server.call('POST', '/v1/domains', { name: 'second.test' }, on));
  await must(server.call('POST', '/v1/domains/second.test/verify', { force: true }, on));
  const { key } = await must(toko.call('POST', '/v1/keys', { name: 'narrow', domains: ['second.test'] }));
  const call = server.as(key);
  const text = 'Hello, your order is on its way to you.';
  const to = 'success@simulator.sesame.test';
  const raw = (from: string): string => Buffer.from(`From: ${from}\nTo: ${to}\nSubject: Order\n\n${text}\n`).toString('base64');
  await fails(call('POST', '/v1/emails', { from: 'a@toko.test', to, subject: 'Order', text }), 'forbidden', 'from');
  await fails(call('POST', '/v1/emails', { raw: raw('a@toko.test') }), 'forbidden', 'from');
  await fails(call('POST', '/v1/emails', { raw: raw('a@toko.test'), from: 'a@second.test' }), 'forbidden', 'from');
  await must(call('POST', '/v1/emails', { raw: raw('a@second.test') }));
  const batch = { subject: 'Order', text, recipients: [to], sendAt: inAnHour() };
  await fails(call('POST', '/v1/batches', { ...batch, from: 'a@toko.test' }), 'forbidden', 'from');
  const { id } = await must(toko.call('POST', '/v1/batches', { ...batch, from: 'a@toko.test' }));
  for (const verb of ['pause', 'resume', 'cancel']) await fails(call('POST', `/v1/batches/${id}/${verb}`), 'forbidden', 'from');
  await must(toko.call('POST', `/v1/batches/${id}/cancel`));
});

test('an email: 202, budget, read again, listed, never shown to others, no content', async () => {
  const { status, headers, body } = await toko.call('POST', '/v1/emails', {
    ...mail,
    bcc: 'blocked@simulator.sesame.test',
    tags: ['receipt'],
  });
  assert.equal(status, 202);
  assert.match(body.id, /^msg_/);
  assert.match(body.messageId, /^<.+@toko\.test>$/);
  assert.equal(body.status, 'queued');
  assert.deepEqual(body.recipients.map((one: Json) => one.state).toSorted(), ['queued', 'suppressed']);
  assert.match(headers.get('ratelimit-policy') ?? '', /^"second";q=100000;w=1, "day";q=10000000;w=86400/);
  assert.match(headers.get('ratelimit') ?? '', /^"second";r=\d+;t=1, "day";r=\d+;t=\d+$/);
  for (const name of ['ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset']) assert.match(headers.get(name) ?? '', /^\d+$/);
  const one = await toko.call('GET', `/v1/emails/${body.id}`);
  assert.equal(one.body.from, 'news@toko.test');
  assert.ok(!/Thank you|Receipt"/.test(JSON.stringify(one.body)));
  await fails(other.call('GET', `/v1/emails/${body.id}`), 'not_found');
  await fails(other.call('POST', `/v1/emails/${body.id}/cancel`), 'not_found');
  const tagged = await must(toko.call('GET', '/v1/emails?tag=receipt&direction=out'));
  assert.deepEqual(
    tagged.data.map((row: Json) => row.id),
    [body.id],
  );
  assert.deepEqual((await must(other.call('GET', '/v1/emails'))).data, []);
});

test('refusals of the journey under their words', async () => {
  await fails(toko.call('POST', '/v1/emails', { ...mail, from: 'a@other.test' }), 'domain_not_verified', 'from');
  await fails(toko.call('POST', '/v1/emails', { ...mail, text: GTUBE }), 'spam_content');
  const content = Buffer.from(EICAR).toString('base64');
  await fails(toko.call('POST', '/v1/emails', { ...mail, attachments: [{ filename: 'a.txt', content }] }), 'virus_found', 'attachments[0]');
  // One that is shown in the text stands elsewhere in the message: the place is that of the call.
  const inline = { filename: 'logo.txt', content: 'eA==', contentId: 'logo' };
  const attachments = [inline, { filename: 'fine.txt', content: 'eA==' }, { filename: 'a.txt', content }];
  const found = await fails(
    toko.call('POST', '/v1/emails', { ...mail, html: '<p>Thanks</p>', attachments }),
    'virus_found',
    'attachments[2]',
  );
  assert.deepEqual(
    found.findings.map((one: Json) => one.field),
    ['attachments[2]'],
  );
  await fails(
    toko.call('POST', '/v1/emails', { ...mail, headers: { 'DKIM-Signature': 'v=1' } }),
    'header_refused',
    'headers.DKIM-Signature',
  );
  await fails(toko.call('POST', '/v1/emails', { ...mail, to: 'blocked@simulator.sesame.test' }), 'recipient_blocked');
  await fails(toko.call('POST', '/v1/emails', { ...mail, to: ['a@b.test\r\nBcc: c@d.test'] }), 'invalid_field', 'to[0]');
  await fails(
    toko.call('POST', '/v1/emails', { ...mail, to: Array.from({ length: 51 }, (_, n) => `a${n}@b.test`) }),
    'invalid_field',
    'to',
  );
  await fails(toko.call('POST', '/v1/emails', { ...mail, pool: 'vip' }), 'forbidden', 'pool');
  await fails(
    toko.call('POST', '/v1/emails', { ...mail, sendAt: new Date(Date.now() + 73 * 3_600_000).toISOString() }),
    'invalid_field',
    'sendAt',
  );
  const raw = Buffer.from(`From: news@toko.test\nTo: success@simulator.sesame.test\nSubject: raw\n\n${GTUBE}\n`).toString('base64');
  await fails(toko.call('POST', '/v1/emails', { raw }), 'spam_content');
});

test('scheduled mail is cancelled once', async () => {
  const { body } = await toko.call('POST', '/v1/emails', { ...mail, sendAt: inAnHour() });
  assert.equal(body.status, 'scheduled');
  const cancelled = await must(toko.call('POST', `/v1/emails/${body.id}/cancel`));
  assert.deepEqual(
    cancelled.recipients.map((one: Json) => one.state),
    ['cancelled'],
  );
  await fails(toko.call('POST', `/v1/emails/${body.id}/cancel`), 'wrong_state');
  await fails(toko.call('POST', `/v1/emails/${body.id}/release`), 'wrong_state');
  const events = await must(toko.call('GET', '/v1/events?limit=100'));
  assert.ok(events.data.some((one: Json) => one.type === 'cancelled' && one.emailId === body.id));
});

test('idempotency: mail, secrets, other bodies, other accounts, refusals', async () => {
  const key = { 'idempotency-key': `k-${randomUUID()}` };
  const first = await toko.call('POST', '/v1/emails', mail, key);
  const again = await toko.call('POST', '/v1/emails', mail, key);
  assert.equal(again.status, 202);
  assert.deepEqual(again.body, first.body);
  assert.equal(again.headers.get('idempotent-replayed'), 'true');
  assert.equal(first.headers.get('idempotent-replayed'), null);
  await fails(toko.call('POST', '/v1/emails', { ...mail, subject: 'Other' }, key), 'idempotency_key_reused');
  assert.notEqual((await must(other.call('POST', '/v1/emails', { ...mail, from: 'a@other.test' }, key))).id, first.body.id);
  const refused = { 'idempotency-key': `k-${randomUUID()}` };
  await fails(toko.call('POST', '/v1/emails', { ...mail, text: GTUBE }, refused), 'spam_content');
  assert.equal((await toko.call('POST', '/v1/emails', mail, refused)).status, 202);
  const made = await must(toko.call('POST', '/v1/keys', { name: 'k' }, key));
  const shown = await toko.call('POST', '/v1/keys', { name: 'k' }, key);
  assert.deepEqual([shown.body.id, shown.body.key, shown.body.already_shown], [made.id, null, true]);
  await fails(toko.call('POST', '/v1/emails', mail, { 'idempotency-key': 'a b' }), 'invalid_request', 'Idempotency-Key');
  const together = { 'idempotency-key': `k-${randomUUID()}` };
  const answers = await Promise.all(Array.from({ length: 8 }, () => toko.call('POST', '/v1/emails', mail, together)));
  const ids = new Set(answers.filter(one => one.status === 202).map(one => one.body.id));
  assert.equal(ids.size, 1);
  for (const one of answers.filter(one => one.status !== 202)) assert.equal(one.body.error.code, 'idempotency_in_progress');
});

test('a batch answers each in order, also as a bare list, and once for its key', async () => {
  const emails = [mail, { ...mail, from: 'a@foreign.test' }, { ...mail, text: GTUBE }];
  const key = { 'idempotency-key': `k-${randomUUID()}` };
  const { status, body } = await toko.call('POST', '/v1/emails/batch', { emails }, key);
  assert.equal(status, 200);
  assert.deepEqual(
    body.data.map((one: Json) => one.status),
    [202, 403, 422],
  );
  assert.deepEqual(
    body.data.map((one: Json) => one.error?.code),
    [undefined, 'domain_not_verified', 'spam_content'],
  );
  assert.deepEqual((await must(toko.call('POST', '/v1/emails/batch', { emails }, key))).data, body.data);
  assert.equal((await must(toko.call('POST', '/v1/emails/batch', [mail]))).data.length, 1);
  await fails(toko.call('POST', '/v1/emails/batch', { emails: Array.from({ length: 101 }, () => mail) }), 'invalid_field', 'emails');
});

test('accounts: suspended sends nothing and still sees why; the audit log names the key', async () => {
  const account = await must(server.call('POST', '/v1/accounts', { name: 'Short' }));
  const on = { 'sesame-account': account.id as string };
  const { key } = await must(server.call('POST', '/v1/keys', { name: 'k' }, on));
  const call = server.as(key);
  await must(server.call('POST', '/v1/domains', { name: 'short.test' }, on));
  await must(server.call('POST', '/v1/domains/short.test/verify', { force: true }, on));
  await must(server.call('POST', `/v1/accounts/${account.id}/suspend`, { reason: 'malware' }));
  await fails(call('POST', '/v1/emails', { ...mail, from: 'a@short.test' }), 'account_suspended');
  const self = await must(call('GET', '/v1/accounts/self'));
  assert.deepEqual([self.id, self.state, self.reason], [account.id, 'suspended', 'malware']);
  const stopped = (await must(server.call('GET', '/v1/accounts?state=suspended'))).data.map((one: Json) => one.id);
  assert.deepEqual(stopped, [account.id]);
  await fails(server.call('PATCH', `/v1/accounts/${account.id}`, { contact: 'nobody' }), 'invalid_field', 'contact');
  assert.equal((await must(call('GET', `/v1/accounts/${account.id}/standing`))).state, 'suspended');
  assert.equal((await must(call('GET', '/v1/accounts/self/standing'))).state, 'suspended');
  await fails(call('GET', `/v1/accounts/${toko.accountId}/standing`), 'not_found');
  assert.equal((await call('POST', `/v1/accounts/${account.id}/appeal`, { words: 'It was a test.' })).status, 202);
  await must(server.call('POST', `/v1/accounts/${account.id}/reinstate`, { note: 'read' }));
  assert.equal((await call('POST', '/v1/emails', { ...mail, from: 'a@short.test' })).status, 202);
  await must(server.call('PATCH', `/v1/accounts/${account.id}`, { policy: { out: { encrypted: 'hold' } }, quota: { perDay: 1 } }));
  await fails(call('POST', '/v1/emails', { ...mail, from: 'a@short.test' }), 'quota_exceeded');
  await fails(server.call('PATCH', `/v1/accounts/${account.id}`, { policy: { in: { heuristic: 'hold' } } }), 'invalid_field');
  const second = await must(server.call('POST', '/v1/keys', { name: 'Dewi' }));
  await must(server.as(second.key)('POST', `/v1/accounts/${account.id}/suspend`, { reason: 'again' }));
  const audit = await must(server.call('GET', '/v1/audit'));
  const [last] = audit.data;
  assert.deepEqual([last.actor, last.action, last.object, last.detail], ['operator:Dewi', 'account.suspend', account.id, 'again']);
  await fails(toko.call('GET', '/v1/audit'), 'forbidden');
});

test('domains: records, public suffixes, whose they are', async () => {
  const domain = await must(toko.call('POST', '/v1/domains', { name: 'Mail.Neu.TEST' }));
  assert.deepEqual([domain.name, domain.state], ['mail.neu.test', 'pending']);
  const dkim = domain.records.filter((one: Json) => one.purpose === 'dkim');
  assert.equal(dkim.length, 2);
  assert.ok(dkim.some((one: Json) => /^v=DKIM1; k=rsa; p=[\w+/]{380,}={0,2}$/.test(one.expected)));
  assert.ok(dkim.some((one: Json) => /^v=DKIM1; k=ed25519; p=[\w+/]{43}=$/.test(one.expected)));
  for (const one of domain.records) assert.ok(!one.host.endsWith('.') && one.host.endsWith('mail.neu.test'));
  await fails(toko.call('POST', '/v1/domains', { name: 'mail.neu.test' }), 'already_exists');
  for (const name of ['mail.neu.test', 'neu.test', 'a.mail.neu.test'])
    await fails(other.call('POST', '/v1/domains', { name }), 'already_exists');
  await fails(other.call('POST', '/v1/domains', { name: 'neu.test', force: true }), 'forbidden', 'force');
  await must(server.call('POST', '/v1/domains', { name: 'neu.test', force: true }, { 'sesame-account': other.accountId }));
  for (const name of ['com', 'co.uk', 'github.io', 'test'])
    await fails(toko.call('POST', '/v1/domains', { name }), 'invalid_field', 'name');
  await fails(toko.call('POST', '/v1/domains/mail.neu.test/verify', { force: true }), 'forbidden', 'force');
  await fails(other.call('GET', '/v1/domains/mail.neu.test'), 'not_found');
  assert.equal((await toko.call('DELETE', '/v1/domains/mail.neu.test')).status, 204);
  await fails(toko.call('GET', '/v1/domains/mail.neu.test'), 'not_found');
});

test('a domain is verified by a call without a body', async () => {
  const answer = await toko.call('POST', '/v1/domains/toko.test/verify');
  assert.equal(answer.status, 200);
  assert.equal(answer.body.state, 'verified');
});

test('inbound routes: shape, one per match, verified domains only, forwards wait', async () => {
  const made = await must(
    toko.call('POST', '/v1/inbound/routes', { match: '@toko.test', action: { webhook: 'https://hooks.toko.test/in' } }),
  );
  assert.match(made.secret, /^whsec_/);
  const { state, onSpam, onVirus, onUnscannable, onDmarcFail } = made;
  assert.deepEqual([state, onSpam, onVirus, onUnscannable, onDmarcFail], ['active', 'mark', 'reject', 'reject', 'mark']);
  await fails(toko.call('POST', '/v1/inbound/routes', { match: '@toko.test', action: 'drop' }), 'already_exists', 'match');
  await fails(toko.call('POST', '/v1/inbound/routes', { match: '@other.test', action: 'drop' }), 'domain_not_verified', 'match');
  await fails(toko.call('POST', '/v1/inbound/routes', { match: '*', action: 'drop' }), 'forbidden', 'match');
  await fails(
    toko.call('POST', '/v1/inbound/routes', { match: 'a@toko.test', action: { webhook: 'https://127.0.0.1/' } }),
    'invalid_field',
  );
  const forward = await must(toko.call('POST', '/v1/inbound/routes', { match: 'f@toko.test', action: { forward: 'a@b.test' } }));
  assert.deepEqual([forward.state, forward.secret], ['pending', undefined]);
  await fails(toko.call('POST', `/v1/inbound/routes/${forward.id}/confirm`, { force: true }), 'forbidden');
  assert.equal((await must(server.call('POST', `/v1/inbound/routes/${forward.id}/confirm`, { force: true }))).state, 'active');
  await fails(other.call('GET', `/v1/inbound/routes/${made.id}`), 'not_found');
  await fails(other.call('DELETE', `/v1/inbound/routes/${made.id}`), 'not_found');
  const all = await must(server.call('GET', '/v1/inbound/routes'));
  assert.ok(all.data.some((one: Json) => one.id === made.id));
  assert.equal((await must(toko.call('PATCH', `/v1/inbound/routes/${made.id}`, { onSpam: 'reject' }))).onSpam, 'reject');
});

test('blocked library: entries, check, precedence, import and export', async () => {
  const entry = await must(toko.call('POST', '/v1/blocked', { pattern: 'Ana@Example.com', direction: 'recipient', reason: 'asked' }));
  assert.deepEqual([entry.pattern, entry.action, entry.scope], ['ana@example.com', 'block', 'account']);
  const check = (address: string, call = toko.call): Promise<Json> => must(call('POST', '/v1/blocked/check', { address }));
  assert.deepEqual(await check('ana+news@example.com'), {
    address: 'ana+news@example.com',
    blocked: true,
    class: 'manual',
    expiresAt: null,
  });
  assert.equal((await check('ana@example.com', other.call)).blocked, false);
  await fails(toko.call('POST', '/v1/emails', { ...mail, to: 'ana@example.com' }), 'recipient_blocked');
  await fails(other.call('DELETE', `/v1/blocked/${entry.id}`), 'not_found');
  await fails(toko.call('POST', '/v1/blocked', { pattern: 'x', scope: 'account' }), 'invalid_field', 'pattern');
  await fails(toko.call('POST', '/v1/blocked', { pattern: 'a@b.test', scope: 'global' }), 'forbidden', 'scope');
  const global = await must(server.call('POST', '/v1/blocked', { pattern: '@bad.test', reason: 'trap' }));
  assert.equal(global.scope, 'global');
  const seen = await check('a@bad.test');
  assert.deepEqual([seen.blocked, seen.reason], [true, undefined]);
  assert.equal((await check('a@bad.test', server.call)).blocked, true);
  await must(toko.call('POST', '/v1/blocked', { pattern: '@bad.test', action: 'allow' }));
  assert.equal((await check('a@bad.test')).blocked, true);
  assert.equal(
    (await must(toko.call('PATCH', `/v1/blocked/${entry.id}`, { expiresAt: '2999-01-01T00:00:00Z' }))).expiresAt,
    '2999-01-01T00:00:00.000Z',
  );
  const lines = '{"pattern":"i1@im.test"}\n{"pattern":"i2@im.test","action":"zap"}\nnot json\n';
  const done = await must(toko.call('POST', '/v1/blocked/import', lines, { 'content-type': 'application/x-ndjson' }));
  assert.deepEqual([done.imported, done.refused, done.findings.map((one: Json) => one.field)], [1, 2, ['line 2', 'line 3']]);
  const csv = await toko.call('GET', '/v1/blocked/export?format=csv');
  assert.ok(
    String(csv.body)
      .split('\n')
      .some(line => line.startsWith('i1@im.test,block,both')),
  );
  const back = await must(other.call('POST', '/v1/blocked/import', String(csv.body), { 'content-type': 'text/csv' }));
  assert.deepEqual([back.imported, back.refused], [3, 0]);
  const found = async (query: string): Promise<string[]> =>
    (await must(toko.call('GET', `/v1/blocked?${query}`))).data.map((one: Json) => one.pattern);
  assert.ok((await found('class=manual')).includes('i1@im.test'));
  assert.deepEqual(await found('class=complaint'), []);
  assert.deepEqual(await found('until=2020-01-01T00:00:00Z'), []);
  await fails(toko.call('GET', '/v1/blocked?class=bounce'), 'invalid_request', 'class');
  assert.equal((await toko.call('DELETE', `/v1/blocked/${entry.id}`)).status, 204);
});

test('webhooks: made, shown once, rotated, refused addresses', async () => {
  const hook = await must(toko.call('POST', '/v1/webhooks', { url: 'https://hooks.toko.test/', events: ['bounced'] }));
  assert.match(hook.secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
  assert.equal((await must(toko.call('GET', `/v1/webhooks/${hook.id}`))).secret, undefined);
  const turned = await must(toko.call('POST', `/v1/webhooks/${hook.id}/rotate`));
  assert.notEqual(turned.secret, hook.secret);
  for (const url of [
    'https://127.0.0.1/',
    'https://[::1]/',
    'http://192.0.2.1/',
    'https://8.8.8.8:25/',
    'ftp://a.test/',
    'https://u:p@a.test/',
  ])
    await fails(toko.call('POST', '/v1/webhooks', { url }), 'invalid_field', 'url');
  assert.equal((await toko.call('POST', '/v1/webhooks', { url: 'http://127.0.0.2:8080/' })).status, 201);
  await fails(toko.call('POST', '/v1/webhooks', { url: 'https://a.test/', events: ['exploded'] }), 'invalid_field');
  await fails(other.call('PATCH', `/v1/webhooks/${hook.id}`, { state: 'disabled' }), 'not_found');
  assert.equal((await toko.call('DELETE', `/v1/webhooks/${hook.id}`)).status, 204);
});

test('events: a cursor goes on where it was, pages do not overlap', async () => {
  const all = await must(toko.call('GET', '/v1/events?limit=100'));
  assert.ok(all.data.length >= 4);
  const pages: string[] = [];
  let after = '';
  while (pages.length < all.data.length) {
    const page = await must(toko.call('GET', `/v1/events?limit=3${after && `&after=${after}`}`));
    pages.push(...page.data.map((one: Json) => one.id));
    after = page.next;
  }
  assert.deepEqual(
    pages.slice(0, all.data.length),
    all.data.map((one: Json) => one.id),
  );
  for (const one of all.data) assert.equal(one.accountId, toko.accountId);
});

test('scan: verdicts of a raw message, nothing recorded', async () => {
  const raw = `From: a@b.test\r\nTo: c@d.test\r\nSubject: x\r\n\r\n${GTUBE}\r\n`;
  const scanned = await must(toko.call('POST', '/v1/scan?direction=in', raw, { 'content-type': 'message/rfc822' }));
  assert.equal(scanned.spam.verdict, 'FAIL');
  assert.equal(scanned.spf.verdict, 'DISABLED');
  assert.deepEqual(Object.keys(scanned).toSorted(), ['arc', 'dkim', 'dmarc', 'spam', 'spf', 'virus']);
  const infected = await must(toko.call('POST', '/v1/scan', `Subject: x\r\n\r\n${EICAR}\r\n`, { 'content-type': 'message/rfc822' }));
  assert.equal(infected.virus.verdict, 'FAIL');
  await fails(toko.call('POST', '/v1/scan', { a: 1 }), 'unsupported_media_type');
  await fails(toko.call('POST', '/v1/scan?ip=nope', raw, { 'content-type': 'message/rfc822' }), 'invalid_field', 'ip');
});

test('a refused email is listed with why, to its account alone', async () => {
  await fails(toko.call('POST', '/v1/emails', { ...mail, text: GTUBE }), 'spam_content');
  const seen = await until('the refusal', async () =>
    (await must(toko.call('GET', '/v1/refusals'))).data.find((one: Json) => one.reason === 'spam_content'),
  );
  assert.deepEqual([seen.door, seen.accountId], ['http', toko.accountId]);
  assert.ok((await must(other.call('GET', '/v1/refusals'))).data.every((one: Json) => one.accountId === other.accountId));
});

test('every collection comes in pages', async () => {
  const document = (await must(server.call('GET', '/openapi.json'))) as { readonly paths: Record<string, { readonly get?: Json }> };
  const parametersOf = (path: string): readonly string[] => (document.paths[path]?.get?.parameters ?? []).map((one: Json) => one.name);
  const single = /\{|\/(?:self|limits|doctor|tls|learned|export|healthz|readyz|metrics|docs|errors|openapi\.json|mta-sts\.txt)$/;
  const collections = Object.keys(document.paths).filter(path => document.paths[path]?.get && !single.test(path));
  assert.ok(collections.length > 20);
  for (const path of collections) for (const name of ['after', 'limit']) assert.ok(parametersOf(path).includes(name), `${path} ${name}`);
  for (const name of ['one', 'two', 'three']) await must(server.call('POST', '/v1/pools', { name }));
  const first = await must(server.call('GET', '/v1/pools?limit=2'));
  const second = await must(server.call('GET', `/v1/pools?limit=2&after=${first.next}`));
  assert.equal(second.next, null);
  const names: readonly string[] = [...first.data, ...second.data].map((one: Json) => one.name as string);
  assert.deepEqual(names.toSorted(), ['one', 'shared', 'three', 'two']);
  for (const name of ['one', 'two', 'three']) await must(server.call('DELETE', `/v1/pools/${name}`));
  await fails(server.call('GET', '/v1/pools?after=cur_bm9uZQ'), 'invalid_request', 'after');
});

test('a route without parameters takes none: what was asked for is not passed over', async () => {
  await fails(toko.call('POST', '/v1/emails?dryRun=true', mail), 'invalid_request', 'dryRun');
  await fails(toko.call('GET', '/v1/accounts/self?x=1'), 'invalid_request', 'x');
});

test('a NUL is no fault of ours: it is refused with its place, in body, query, path and cursor', async () => {
  await fails(toko.call('POST', '/v1/blocked', { pattern: 'a@x.test', reason: 'a\0b' }), 'invalid_field', 'reason');
  const paths = ['/v1/emails?tag=a%00b', '/v1/emails/a%00b', `/v1/emails?after=cur_${Buffer.from('a\0b').toString('base64url')}`];
  for (const path of paths) await fails(toko.call('GET', path), 'invalid_request', path.includes('after') ? 'after' : undefined);
});

test('one person can be erased', async () => {
  const sent = await must(toko.call('POST', '/v1/emails', { ...mail, sendAt: inAnHour(), to: 'Gone@Person.test' }));
  await must(toko.call('POST', `/v1/emails/${sent.id}/cancel`));
  assert.equal((await must(toko.call('GET', '/v1/emails?recipient=gone@person.test'))).data.length, 1);
  await fails(toko.call('DELETE', '/v1/recipients/gone@person.test'), 'forbidden');
  assert.equal((await must(toko.call('GET', `/v1/events?recipient=GONE@person.test&emailId=${sent.id}`))).data.length, 1);
  await fails(toko.call('GET', '/v1/emails?recipient=gone'), 'invalid_request', 'recipient');
  await fails(toko.call('GET', '/v1/events?type=delivered,deliverd'), 'invalid_request', 'type');
  assert.equal((await server.call('DELETE', '/v1/recipients/goNE@person.test')).status, 204, 'however it is written');
  assert.equal((await must(toko.call('GET', '/v1/emails?recipient=gone@person.test'))).data.length, 0);
  assert.ok(!JSON.stringify(await must(toko.call('GET', `/v1/emails/${sent.id}`))).includes('person.test'));
  const limits = await must(toko.call('GET', '/v1/limits'));
  assert.deepEqual([limits.recipientsPerEmail, limits.attachmentsPerEmail, limits.emailsPerBatch], [50, 20, 100]);
});

test('rules of TLS by destination are the operator’s: made, changed, refused with the field, removed', async () => {
  const operator: Call = (method, path, body, options) => server.call(method, path, body, options);
  const made = await must(operator('POST', '/v1/destinations', { pattern: '*.Bank.test', tls: 'verified', names: ['MX.bank.test'] }));
  assert.deepEqual(made, { pattern: '*.bank.test', tls: 'verified', names: ['mx.bank.test'] });
  await fails(operator('POST', '/v1/destinations', { pattern: '*.bank.test', tls: 'required' }), 'already_exists', 'pattern');
  await fails(operator('POST', '/v1/destinations', { pattern: 'not a domain', tls: 'required' }), 'invalid_field', 'pattern');
  await fails(operator('POST', '/v1/destinations', { pattern: 'x.test', tls: 'required', names: ['-'] }), 'invalid_field', 'names[0]');
  await fails(operator('POST', '/v1/destinations', { pattern: 'x.test', tls: 'secret' }), 'invalid_field', 'tls');
  await fails(toko.call('GET', '/v1/destinations'), 'forbidden');
  const changed = await must(operator('PATCH', '/v1/destinations/*.bank.test', { tls: 'required' }));
  assert.deepEqual([changed.tls, changed.names], ['required', ['mx.bank.test']]);
  assert.equal((await operator('DELETE', '/v1/destinations/*.bank.test')).status, 204);
  await fails(operator('GET', '/v1/destinations/*.bank.test'), 'not_found');
});
