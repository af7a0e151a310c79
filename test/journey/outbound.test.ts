// Mail out, over real sockets: submission with STARTTLS and TLS at once, and HTTP, to Debian's Postfix by MX; two DKIM signatures verify at
// the peer; what is spam or malware is refused at each door and nothing of it arrives.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { after, before, test } from 'node:test';
import { newAuthEngine } from '../../src/engines/mailauth.ts';
import { newResolver } from '../../src/engines/resolver/resolver.ts';
import { systemClock } from '../../src/engines/clock.ts';
import { readHeaders, firstOf } from '../../src/message/headers.ts';
import { smtp } from '../client.ts';
import { EICAR, GTUBE } from '../patterns.ts';
import { noPostfix, startPostfix, type Postfix } from '../postfix.ts';
import { discard, must, startServer, tenant, until, type Json, type Server, type Tenant } from '../server.ts';
import { startStubDns, type StubDns } from '../stub-dns.ts';

const skip = noPostfix();
let dns: StubDns;
let postfix: Postfix;
let server: Server;
let sender: Tenant;

before(async () => {
  if (skip) return;
  const port = await freePort();
  postfix = startPostfix(port, 'rcpt.test');
  dns = await startStubDns({ 'rcpt.test MX': ['10 mx.rcpt.test'], 'mx.rcpt.test A': ['127.0.0.1'] });
  server = await startServer({ SESAME_RESOLVER: dns.address, SESAME_DELIVERY_PORT: String(port) });
  sender = await tenant(server, 'sender.test');
  const { records } = await must(sender.call('GET', '/v1/domains/sender.test'));
  for (const { type, host, expected } of records as Json[]) dns.zone[`${host} ${type}`] = [expected];
});
after(async () => {
  if (skip) return;
  await server.stop();
  postfix.stop();
  await dns.close();
  discard(server);
});

const arrived = (word: string): Promise<Buffer> => until(`${word} at Postfix`, () => postfix.mails().find(mail => mail.includes(word)));

/** Postfix's Maildir has LF lines, and its own fields in front of what was signed. */
async function verified(mail: Buffer): Promise<Json> {
  const raw = Buffer.from(mail.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1');
  const resolver = newResolver({ servers: [dns.address], trusted: false, clock: systemClock });
  const answer = await newAuthEngine({ resolver, hostname: 'check.test' })({ raw, ip: null, helo: null, mailFrom: null });
  resolver.close();
  return answer;
}

test('the domain verifies by its records in DNS', { skip }, async () => {
  const { body } = await sender.call('POST', '/v1/domains/sender.test/verify');
  assert.equal(body.state, 'verified');
  for (const { purpose, status } of body.records as Json[])
    if (purpose === 'dkim' || purpose === 'ownership') assert.equal(status, 'ok', purpose);
});

test('submission with STARTTLS arrives over TLS with two signatures that verify', { skip }, async () => {
  const session = await smtp(server.ready.submission, { tls: 'starttls', login: sender });
  const reply = await session.send(
    'news@sender.test',
    'ana@rcpt.test',
    'From: news@sender.test\nTo: ana@rcpt.test\nBcc: hidden@rcpt.test\nSubject: one-starttls\n\nHello.\n.leading dot\n',
  );
  assert.match(reply.text, /^250 2\.0\.0 queued as msg_/);
  session.close();
  const mail = await arrived('one-starttls');
  const text = mail.toString('latin1');
  assert.equal(text.match(/^DKIM-Signature:/gm)?.length, 2);
  assert.match(text, /using TLSv1\.3/);
  assert.match(text, /^X-Sesame-Id: msg_/m);
  assert.match(text, /^Return-Path: <b-[0-9a-z.]+@bounce\.sender\.test>/m);
  assert.match(text, /\n\.leading dot\n/);
  assert.doesNotMatch(text, /^Bcc:/m);
  const answer = await verified(mail);
  assert.equal(answer.dkim.result, 'pass');
  assert.equal(answer.header.match(/dkim=pass/g)?.length, 2, answer.header);
});

test('HTTP: built, signed, delivered; attempts say peer and TLS', { skip }, async () => {
  const { id, messageId } = await must(
    sender.call('POST', '/v1/emails', {
      from: 'Toko Éé <news@sender.test>',
      to: ['Ana <ana@rcpt.test>'],
      subject: '收据 two-http',
      text: 'Terima kasih 谢谢',
      html: '<p>Terima kasih 谢谢</p>',
      attachments: [{ filename: 'réçu.txt', content: Buffer.from('total').toString('base64'), contentType: 'text/plain' }],
      tls: 'required',
    }),
  );
  const mail = await arrived(id);
  assert.equal(firstOf(mail, readHeaders(mail), 'message-id'), messageId);
  assert.equal((await verified(mail)).header.match(/dkim=pass/g)?.length, 2);
  const { recipients } = (await sender.call('GET', `/v1/emails/${id}`)).body;
  assert.equal(recipients[0].state, 'delivered');
  const [attempt] = recipients[0].attempts;
  assert.match(attempt.peer, /^mx\.rcpt\.test \[127\.0\.0\.1\]/);
  assert.deepEqual([attempt.tls.used, attempt.tls.version, attempt.tls.policy], [true, 'TLSv1.3', 'required']);
  assert.match(attempt.reply, /^250 2\.0\.0 /);
});

const noSwaks = existsSync('/usr/bin/swaks') ? false : 'Debian package swaks is not installed';
test('swaks through submission with STARTTLS', { skip: skip || noSwaks }, async () => {
  const [host = '', port = ''] = server.ready.submission.split(':');
  const login = ['--auth', 'PLAIN', '--auth-user', sender.username, '--auth-password', sender.password];
  const ran = spawnSync(
    'swaks',
    [
      '--server',
      host,
      '--port',
      port,
      '--tls',
      ...login,
      '--from',
      'news@sender.test',
      '--to',
      'ana@rcpt.test',
      '--header',
      'Subject: three-swaks',
    ],
    { encoding: 'utf8' },
  );
  assert.equal(ran.status, 0, ran.stdout + ran.stderr);
  await arrived('three-swaks');
});

test('spam and malware are refused at each door with the reason, and nothing of them arrives', { skip }, async () => {
  for (const [address, tls] of [
    [server.ready.submission, 'starttls'],
    [server.ready.submissions, 'implicit'],
  ] as const) {
    const session = await smtp(address, { tls, login: sender });
    const send = (body: string): Promise<{ readonly text: string }> =>
      session.send('news@sender.test', 'ana@rcpt.test', `From: news@sender.test\nSubject: never-arrives\n\n${body}\n`);
    assert.match((await send(GTUBE)).text, /^554 5\.7\.1 spam_content/);
    assert.match((await send(EICAR)).text, /^554 5\.7\.0 virus_found.*Eicar/);
    session.close();
  }
  const base = { from: 'news@sender.test', to: ['ana@rcpt.test'], subject: 'never-arrives' };
  const spam = await sender.call('POST', '/v1/emails', { ...base, text: GTUBE });
  assert.deepEqual([spam.status, spam.body.error.code], [422, 'spam_content']);
  const attachments = [{ filename: 'invoice.zip', content: Buffer.from(EICAR).toString('base64'), contentType: 'application/zip' }];
  const virus = await sender.call('POST', '/v1/emails', { ...base, text: 'x', attachments });
  assert.deepEqual([virus.status, virus.body.error.code], [422, 'virus_found']);
  assert.match(virus.body.error.message, /invoice\.zip/);
  const after = await must(sender.call('POST', '/v1/emails', { ...base, subject: 'after-refusals', text: 'x' }));
  await arrived(after.id);
  assert.equal(
    postfix.mails().some(mail => mail.includes('never-arrives')),
    false,
  );
});

test('DKIM rotation: the new keys sign once their records are there, the old ones stay listed', { skip }, async () => {
  const selectors = (mail: Buffer): readonly string[] =>
    [...mail.toString('latin1').matchAll(/\bs=(s\d+\w*)/g)].map(found => found[1] ?? '').toSorted();
  const send = async (): Promise<Buffer> =>
    arrived(
      (await must(sender.call('POST', '/v1/emails', { from: 'news@sender.test', to: ['ana@rcpt.test'], subject: 'x', text: 'x' }))).id,
    );
  const before = selectors(await send());
  const rotated = await must(sender.call('POST', '/v1/domains/sender.test/rotate'));
  const next = (rotated.records as Json[]).filter(one => one.purpose === 'dkim_next');
  assert.equal(next.length, 2);
  assert.equal((await sender.call('POST', '/v1/domains/sender.test/rotate')).body.error.code, 'wrong_state');
  await must(sender.call('POST', '/v1/domains/sender.test/verify'));
  assert.deepEqual(selectors(await send()), before, 'not before the records are there');
  for (const { host, expected } of next) dns.zone[`${host} TXT`] = [expected];
  const { records, state } = await must(sender.call('POST', '/v1/domains/sender.test/verify'));
  assert.equal(state, 'verified');
  assert.equal((records as Json[]).filter(one => one.purpose === 'dkim_old' && one.status === 'ok').length, 2);
  const mail = await send();
  assert.equal(
    selectors(mail).some(one => before.includes(one)),
    false,
  );
  assert.equal((await verified(mail)).header.match(/dkim=pass/g)?.length, 2);
});

test('the peer refuses: bounced with its words, and the submitter gets a DSN', { skip }, async () => {
  const session = await smtp(server.ready.submissions, { tls: 'implicit', login: sender });
  dns.zone['sender.test MX'] = ['10 mx.rcpt.test'];
  await session.send('news@sender.test', 'nobody@elsewhere.test', 'From: news@sender.test\nSubject: to-nowhere\n\nx\n');
  session.close();
  const { data } = await until('bounced', async () => {
    const { body } = await sender.call('GET', '/v1/emails?recipient=nobody@elsewhere.test&state=bounced');
    return body.data.length > 0 && body;
  });
  const { recipients } = (await sender.call('GET', `/v1/emails/${data[0].id}`)).body;
  assert.match(recipients[0].attempts[0].reply, /does not exist/);
  const dsn = await until('a DSN is queued', async () => {
    const { body } = await sender.call('GET', '/v1/emails?recipient=news@sender.test');
    return body.data[0];
  });
  assert.equal(dsn.from, '');
});

function freePort(): Promise<number> {
  return new Promise(resolve => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}
