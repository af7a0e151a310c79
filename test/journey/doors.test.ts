// The SMTP doors of a real server against clients that are old, odd or hostile: every command has its right answer, nothing is taken for
// what it is not, and what is passed on is what was asked for.
import assert from 'node:assert/strict';
import { connect as netConnect } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import { after, before, test } from 'node:test';
import { smtp, type Session } from '../client.ts';
import { discard, must, startServer, tenant, until, type Server, type Tenant } from '../server.ts';
import { startSink, type Sink } from '../sink.ts';

let sink: Sink;
let server: Server;
let owner: Tenant;

before(async () => {
  sink = await startSink({ extensions: ['PIPELINING', '8BITMIME', 'SMTPUTF8', 'DSN', 'SIZE 50000000'] });
  server = await startServer({ SESAME_SMARTHOST: sink.address, SESAME_MESSAGE_SIZE: '1MiB', SESAME_CONNECTION_LIMIT: '60' });
  owner = await tenant(server, 'inbox.test');
  await must(owner.call('POST', '/v1/inbound/routes', { match: 'inbox.test', action: 'drop' }));
});
after(async () => {
  await server.stop();
  await sink.close();
  discard(server);
});

const mx = (): Promise<Session> => smtp(server.ready.mx);
const submission = (): Promise<Session> => smtp(server.ready.submissions, { tls: 'implicit', login: owner });
const wait = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));

/** Everything the door says, as the writes came, to bytes sent as they are. */
async function raw(bytes: readonly (string | Buffer)[], quietMs = 250): Promise<readonly string[]> {
  const [host = '', port = ''] = server.ready.mx.split(':');
  const socket = netConnect({ host, port: Number(port) });
  const heard: string[] = [];
  socket.on('data', (chunk: Buffer) => heard.push(chunk.toString('latin1')));
  socket.on('error', () => undefined);
  await until('the greeting', () => heard.length > 0);
  for (const part of bytes) {
    socket.write(part);
    await wait(quietMs);
  }
  socket.destroy();
  return heard;
}

test('the answers to a pipelined group leave in one write, each with its enhanced code', async () => {
  const heard = await raw([
    'EHLO c.test\r\n',
    'MAIL FROM:<a@s.test>\r\nRCPT TO:<b@inbox.test>\r\nRCPT TO:<c@unknown.test>\r\nRCPT TO:<d@inbox.test>\r\nDATA\r\n',
  ]);
  assert.equal(heard.length, 3, JSON.stringify(heard));
  assert.match(heard[2] ?? '', /^250 2\.1\.0 .*\r\n250 2\.1\.5 .*\r\n550 5\.1\.1 .*\r\n250 2\.1\.5 .*\r\n354 .*\r\n$/);
});

test('the extensions that are offered, and none that is not meant', async () => {
  const [, ehlo = ''] = await raw(['EHLO c.test\r\n']);
  for (const word of ['PIPELINING', 'SIZE 1048576', '8BITMIME', 'SMTPUTF8', 'DSN', 'ENHANCEDSTATUSCODES', 'STARTTLS'])
    assert.match(ehlo, new RegExp(`^250[- ]${word}\r$`, 'm'));
  assert.doesNotMatch(ehlo, /AUTH|CHUNKING|VRFY|ETRN/);
});

for (const [what, line, answer] of [
  ['a bare LF in a command', 'MAIL FROM:<a@s.test>\nRCPT TO:<b@inbox.test>\r\n', /^500 5\.5\.2/],
  ['an unknown MAIL parameter', 'MAIL FROM:<a@s.test> FROBNICATE=1\r\n', /^555 5\.5\.4/],
  ['a UTF-8 address without SMTPUTF8', 'MAIL FROM:<ré@s.test>\r\n', /^553 5\.6\.7/],
  ['a SIZE above the limit', 'MAIL FROM:<a@s.test> SIZE=1048577\r\n', /^552 5\.3\.4/],
  ['RCPT before MAIL', 'RCPT TO:<b@inbox.test>\r\n', /^503 5\.5\.1/],
  ['AUTH at the MX', 'AUTH PLAIN AGEAYg==\r\n', /^502 5\.5\.1/],
  ['a line that never ends', `MAIL FROM:<${'a'.repeat(10_000)}`, /^500 5\.5\.2/],
  ['no command', 'GET / HTTP/1.1\r\n', /^500 5\.5\.2/],
] as const) {
  test(`${what} is refused`, async () => {
    const heard = await raw(['EHLO c.test\r\n', Buffer.from(line)]);
    assert.match(heard[2] ?? '', answer);
  });
}

test('recipients that are no plain address of ours are 550 5.1.3, also under a domain route', async () => {
  const session = await mx();
  await session.command('MAIL FROM:<a@s.test>');
  for (const path of ['a%b@inbox.test', 'a!b@inbox.test', '"a@b"@inbox.test', '@x.test:b@inbox.test', 'b@[127.0.0.1]'])
    assert.match((await session.command(`RCPT TO:<${path}>`)).text, /^550 5\.1\.3/, path);
  session.close();
});

for (const [what, body] of Object.entries({
  'a bare LF': 'a\nb\r\n',
  'a bare CR': 'a\rb\r\n',
  'LF.CRLF': 'a\n.\r\nMAIL FROM:<x@s.test>\r\n',
  'a NUL': 'a\0b\r\n',
})) {
  test(`${what} in the content is refused, and nothing in it is a command`, async () => {
    const session = await mx();
    for (const line of ['MAIL FROM:<a@s.test>', 'RCPT TO:<b@inbox.test>', 'DATA']) await session.command(line);
    session.write(`From: a@s.test\r\n\r\n${body}\r\n.\r\n`);
    assert.match((await session.reply()).text, /^554 5\.6\.0 malformed/);
    assert.match((await session.command('NOOP')).text, /^250/);
    session.close();
  });
}

test('headers that are read in two ways, loops and long mail are refused', async () => {
  const session = await mx();
  const send = async (message: string): Promise<string> => (await session.send('a@s.test', 'b@inbox.test', message)).text;
  assert.match(await send('From: a@s.test\nFrom: b@s.test\n\nx\n'), /^554 5\.6\.0 header_refused/);
  assert.match(await send(`From: a@s.test\n${'Received: from x by y; now\n'.repeat(51)}\nx\n`), /^554 5\.4\.6 mail_loop/);
  assert.match(await send('no header at all\n'), /^554 5\.6\.0 malformed/);
  assert.match(await send(`From: a@s.test\n\n${'long enough to be too much\n'.repeat(45_000)}`), /^552 5\.3\.4 too_large/);
  assert.match(await send('From: a@s.test\nSubject: fine\n\nx\n'), /^250/);
  session.close();
});

test('the 101st recipient comes in the next transaction', async () => {
  const session = await mx();
  await session.command('MAIL FROM:<a@s.test>');
  for (let i = 0; i < 100; i++) assert.equal((await session.command(`RCPT TO:<u${i}@inbox.test>`)).code, 250);
  assert.match((await session.command('RCPT TO:<u100@inbox.test>')).text, /^452 4\.5\.3/);
  session.close();
});

test('recipients whose routes have another policy come in the next transaction', async () => {
  await must(owner.call('POST', '/v1/inbound/routes', { match: 'strict@inbox.test', action: 'drop', onSpam: 'reject' }));
  const session = await mx();
  await session.command('MAIL FROM:<a@s.test>');
  assert.equal((await session.command('RCPT TO:<b@inbox.test>')).code, 250);
  assert.match((await session.command('RCPT TO:<strict@inbox.test>')).text, /^452 4\.5\.3 policy_mixed/);
  session.close();
});

test('a mail cut off in the middle leaves nothing', async () => {
  const session = await submission();
  for (const line of ['MAIL FROM:<a@inbox.test>', 'RCPT TO:<cut@rcpt.test>', 'DATA']) await session.command(line);
  session.write('From: a@inbox.test\r\nSubject: cut\r\n\r\nhalf');
  await wait(50);
  session.close();
  await wait(200);
  assert.deepEqual((await owner.call('GET', '/v1/emails?recipient=cut@rcpt.test')).body.data, []);
});

test('dots survive however the bytes are cut', async () => {
  const session = await submission();
  for (const line of ['MAIL FROM:<a@inbox.test>', 'RCPT TO:<dots@rcpt.test>', 'DATA']) await session.command(line);
  for (const byte of Buffer.from('From: a@inbox.test\r\nSubject: dots\r\n\r\n..one\r\n...\r\n.. two\r\nend.\r\n.\r\n')) {
    session.write(Buffer.from([byte]));
    await new Promise(setImmediate);
  }
  assert.match((await session.reply()).text, /^250/);
  session.close();
  const caught = await until('the dotted mail', () => sink.caught.find(one => one.to[0] === 'dots@rcpt.test'));
  assert.match(caught.raw.toString('latin1'), /\r\n\r\n\.one\r\n\.\.\r\n\. two\r\nend\.\r\n$/);
});

test('AUTH: only inside TLS, PLAIN and LOGIN, wrong passwords cost time and end the session', async () => {
  const clear = await smtp(server.ready.submission);
  assert.match((await clear.command('AUTH PLAIN AGEAYg==')).text, /^538 5\.7\.11/);
  assert.match((await clear.command('MAIL FROM:<a@inbox.test>')).text, /^530 5\.7\.0/);
  clear.close();
  const session = await smtp(server.ready.submission, { tls: 'starttls' });
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  assert.match((await session.command('AUTH LOGIN')).text, /^334 VXNlcm5hbWU6/);
  assert.match((await session.command(base64(owner.username))).text, /^334 UGFzc3dvcmQ6/);
  assert.match((await session.command(base64(owner.password))).text, /^235 2\.7\.0/);
  session.close();
  const wrong = await smtp(server.ready.submissions, { tls: 'implicit' });
  for (let i = 0; i < 3; i++)
    assert.match((await wrong.command(`AUTH PLAIN ${base64(`\0${owner.username}\0no${i}`)}`)).text, /^535 5\.7\.8/);
  assert.equal((await wrong.reply()).code, 421);
});

test('senders: only domains of the account, also in From and Sender; the null sender is free', async () => {
  const session = await submission();
  assert.match((await session.command('MAIL FROM:<a@other.test>')).text, /^550 5\.7\.1 domain_not_verified/);
  const send = async (from: string, message: string): Promise<string> => (await session.send(from, 'x@rcpt.test', message)).text;
  assert.match(await send('a@inbox.test', 'From: b@other.test\n\nx\n'), /^550 5\.7\.1 domain_not_verified/);
  assert.match(await send('a@inbox.test', 'From: a@inbox.test\nSender: b@other.test\n\nx\n'), /^550 5\.7\.1 domain_not_verified/);
  assert.match(await send('a@inbox.test', 'From: a@inbox.test, b@inbox.test\n\nx\n'), /^554 5\.6\.0 header_refused/);
  assert.match(await send('a@inbox.test', 'From: a@inbox.test\nResent-From: a@inbox.test\n\nx\n'), /^554 5\.6\.0 header_refused/);
  assert.match(await send('', 'From: a@sub.inbox.test\n\nx\n'), /^250/);
  session.close();
});

test('old TLS: 1.0 at the MX, refused at submission', async () => {
  const handshake = (address: string, version: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3'): Promise<string> =>
    new Promise(resolve => {
      const [host = '', port = ''] = address.split(':');
      const plain = netConnect({ host, port: Number(port) });
      let said = '';
      const onData = (bytes: Buffer): void => {
        said += bytes.toString();
        if (/^220 [^\r]*\r\n$/.test(said)) plain.write('EHLO c.test\r\n');
        else if (said.endsWith('\r\n') && /250 [^\r]*\r\n$/.test(said)) plain.write('STARTTLS\r\n');
        if (!/\r\n220 2\.0\.0/.test(said)) return;
        plain.off('data', onData);
        const secure = tlsConnect({
          socket: plain,
          rejectUnauthorized: false,
          minVersion: version,
          maxVersion: version,
          ciphers: 'DEFAULT@SECLEVEL=0',
        });
        secure.once('secureConnect', () => (resolve(secure.getProtocol() ?? ''), secure.destroy()));
        secure.once('error', () => resolve('refused'));
        secure.once('close', () => resolve('refused'));
      };
      plain.on('data', onData);
      plain.on('error', () => undefined);
    });
  for (const version of ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const) {
    assert.equal(await handshake(server.ready.mx, version), version);
    assert.equal(await handshake(server.ready.submission, version), version === 'TLSv1' || version === 'TLSv1.1' ? 'refused' : version);
  }
});

test('DSN parameters, 8-bit content and UTF-8 addresses are passed on as they were asked for', async () => {
  const session = await submission();
  assert.equal((await session.command('MAIL FROM:<a@inbox.test> RET=HDRS ENVID=env+2B1 SMTPUTF8 BODY=8BITMIME')).code, 250);
  assert.equal((await session.command('RCPT TO:<pelé@rcpt.test> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;orig@rcpt.test')).code, 250);
  await session.command('DATA');
  session.write(
    Buffer.from(
      'From: a@inbox.test\r\nSubject: é\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nça va\r\n.\r\n',
    ),
  );
  assert.match((await session.reply()).text, /^250/);
  session.close();
  const caught = await until('the mail with parameters', () => sink.caught.find(one => one.to[0] === 'pelé@rcpt.test'));
  for (const word of ['RET=HDRS', 'ENVID=env+2B1', 'SMTPUTF8', 'BODY=8BITMIME'])
    assert.ok(caught.mailParameters.includes(word), caught.mailParameters);
  assert.match(caught.rcptParameters[0] ?? '', /NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;orig@rcpt\.test/);
  assert.ok(caught.raw.includes('ça va'));
});

test('more connections than the limit get 421, and a free place is given again', async () => {
  const held: Session[] = [];
  let refused = '';
  for (let i = 0; i < 80 && refused === ''; i++) {
    const [host = '', port = ''] = server.ready.mx.split(':');
    const answer = await new Promise<string>(resolve => {
      const socket = netConnect({ host, port: Number(port) });
      socket.once('data', (bytes: Buffer) => resolve(bytes.toString()));
      socket.on('error', () => undefined);
      held.push({ close: () => void socket.destroy() } as Session);
    });
    if (answer.startsWith('421')) refused = answer;
  }
  assert.match(refused, /^421 4\.7\.0 rate_limited/);
  for (const one of held) one.close();
  const session = await until('a free place', () => mx().catch(() => null));
  session.close();
});

test('a trusted proxy says who the peer is, before the greeting and before TLS', async () => {
  const proxied = await startServer({ SESAME_SMARTHOST: sink.address, SESAME_TRUSTED_PROXIES: '127.0.0.0/8' });
  const header = Buffer.from('0d0a0d0a000d0a515549540a2111000cc0000207c6336401c3500019', 'hex');
  const [host = '', port = ''] = proxied.ready.mx.split(':');
  const socket = netConnect({ host, port: Number(port) });
  let heard = '';
  socket.on('data', (bytes: Buffer) => (heard += bytes.toString()));
  socket.write(header);
  await until('the greeting', () => heard.startsWith('220'));
  socket.write('EHLO c.test\r\nMAIL FROM:<a@s.test>\r\nRCPT TO:<a@nowhere.test>\r\nQUIT\r\n');
  const refusal = await until('the refusal in the log', async () => (await proxied.call('GET', '/v1/refusals')).body.data[0]);
  assert.equal(refusal.peer, '192.0.2.7');
  const [, securePort = ''] = proxied.ready.submissions.split(':');
  const plain = netConnect({ host, port: Number(securePort) });
  plain.write(header);
  const secure = tlsConnect({ socket: plain, rejectUnauthorized: false });
  const greeting = await new Promise<string>(resolve => secure.once('data', (bytes: Buffer) => resolve(bytes.toString())));
  assert.match(greeting, /^220 /);
  secure.destroy();
  const direct = await smtp(proxied.ready.mx);
  direct.close();
  await proxied.stop();
  discard(proxied);
});

test('SIGTERM: a transaction that is open may end, then 421 and exit 0', async () => {
  const second = await startServer({ SESAME_SMARTHOST: sink.address });
  const sender = await tenant(second, 'sender.test');
  const session = await smtp(second.ready.submissions, { tls: 'implicit', login: sender });
  for (const line of ['MAIL FROM:<a@sender.test>', 'RCPT TO:<last@rcpt.test>', 'DATA']) await session.command(line);
  const ended = second.stop();
  await wait(200);
  session.write('From: a@sender.test\r\nSubject: last\r\n\r\nx\r\n.\r\n');
  assert.match((await session.reply()).text, /^250/);
  assert.equal((await session.command('NOOP')).code, 421);
  assert.equal(await ended, 0);
  const again = await startServer({ SESAME_SMARTHOST: sink.address }, second.dataDir);
  await until('the last mail', () => sink.caught.find(one => one.to[0] === 'last@rcpt.test'));
  await again.stop();
  discard(again);
});
