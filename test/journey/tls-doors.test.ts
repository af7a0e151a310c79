// TLS of our doors against Debian's openssl: every version and family of suites, the certificate that a name chooses, sessions resumed
// over threads, and new certificates put in place while mail comes in.
import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { connect as netConnect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { after, before, test } from 'node:test';
import { connect as tlsConnect, type ConnectionOptions } from 'node:tls';
import { newAuthority, sClient, withoutOpenssl as skip, type Authority, type Issued } from '../openssl.ts';
import { smtp } from '../client.ts';
import { startHook } from '../hook.ts';
import { discard, must, startServer, tenant, until, type Json, type Server } from '../server.ts';

const folder = mkdtempSync(join(tmpdir(), 'sesame-tls-'));
let authority: Authority;
let server: Server;
let first: Issued;

before(async () => {
  if (skip) return;
  authority = newAuthority(folder);
  first = authority.issue('mx-rsa', ['mx.sesame.test'], 'rsa');
  const all = [
    first,
    authority.issue('mx-ec', ['mx.sesame.test'], 'ec'),
    authority.issue('two-rsa', ['two.test', '*.two.test'], 'rsa'),
    authority.issue('two-ec', ['two.test', '*.two.test'], 'ec'),
  ];
  server = await startServer({
    SESAME_TLS_CERT: all.map(one => one.cert).join(),
    SESAME_TLS_KEY: all.map(one => one.key).join(),
    SESAME_HTTPS_LISTEN: '127.0.0.1:0',
    SESAME_DOORS: '2',
    SESAME_CONNECTION_LIMIT: '1000',
  });
});
after(async () => {
  if (!skip) {
    await server.stop();
    discard(server);
  }
  rmSync(folder, { recursive: true, force: true });
});

const OLD = ['ECDHE-RSA-AES128-SHA', 'ECDHE-ECDSA-AES256-SHA', 'DHE-RSA-AES128-SHA', 'AES128-SHA', 'AES256-SHA'];
const NEW = ['ECDHE-RSA-AES256-GCM-SHA384', 'ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-RSA-CHACHA20-POLY1305', 'DHE-RSA-AES128-GCM-SHA256'];

test('the MX speaks 1.0 to 1.3 with each family of suites, submission 1.2 and up', { skip }, async () => {
  for (const [option, version] of [
    ['-tls1', 'TLSv1'],
    ['-tls1_1', 'TLSv1.1'],
  ] as const) {
    for (const cipher of OLD) {
      const args = [option, '-cipher', `${cipher}:@SECLEVEL=0`];
      const peer = await sClient(server.ready.mx, args);
      assert.deepEqual([peer.version, peer.cipher], [version, cipher], `${option} ${cipher} ${peer.text.slice(-300)}`);
    }
    const args = [option, '-cipher', 'ALL:@SECLEVEL=0'];
    assert.equal((await sClient(server.ready.submission, args)).version, null);
    assert.equal((await sClient(server.ready.submissions, args, false)).version, null);
    assert.equal((await sClient(new URL(server.ready.https ?? '').host, args, false)).version, null);
  }
  for (const cipher of NEW)
    for (const door of [server.ready.mx, server.ready.submission]) {
      const peer = await sClient(door, ['-tls1_2', '-cipher', cipher]);
      assert.deepEqual([peer.version, peer.cipher], ['TLSv1.2', cipher]);
    }
  for (const suite of ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'])
    for (const door of [server.ready.mx, server.ready.submission]) {
      const peer = await sClient(door, ['-tls1_3', '-ciphersuites', suite]);
      assert.deepEqual([peer.version, peer.cipher], ['TLSv1.3', suite]);
    }
});

test('never without encryption or without a certificate, nor with what is out of the list', { skip }, async () => {
  for (const cipher of ['eNULL', 'aNULL', 'PSK', 'ARIA', 'CAMELLIA'])
    for (const option of ['-tls1', '-tls1_2']) {
      const { version, text } = await sClient(server.ready.mx, [option, '-cipher', `${cipher}:@SECLEVEL=0`]);
      assert.equal(version, null, `${option} ${cipher}`);
      // Either our door says no, or the client itself has nothing to offer in this version.
      assert.match(text, /alert handshake failure|no ciphers available/);
    }
});

test('the server name chooses among certificates, RSA and P-256 of each', { skip }, async () => {
  const shown = async (name: string | null, cipher: string): Promise<string | null> =>
    (await sClient(server.ready.mx, ['-tls1_2', '-cipher', cipher, ...(name === null ? ['-noservername'] : ['-servername', name])]))
      .subject;
  for (const cipher of ['ECDHE-RSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-AES128-GCM-SHA256']) {
    assert.equal(await shown('mx.sesame.test', cipher), 'mx.sesame.test');
    assert.equal(await shown('two.test', cipher), 'two.test');
    assert.equal(await shown('MAIL.two.test', cipher), 'two.test');
    assert.equal(await shown('a.b.two.test', cipher), 'mx.sesame.test', 'a wildcard is one label');
    assert.equal(await shown('unknown.test', cipher), 'mx.sesame.test', 'a name that nobody has');
    assert.equal(await shown(null, cipher), 'mx.sesame.test');
  }
});

test('HTTPS chooses by name too, and plain text there is no request', { skip }, async () => {
  const { port } = new URL(server.ready.https ?? '');
  const status = (servername: string): Promise<number | string> =>
    new Promise(resolve => {
      const ask = request({ host: '127.0.0.1', port, path: '/healthz', servername, ca: authority.pem, agent: false });
      ask.once('response', answer => (answer.resume(), resolve(answer.statusCode ?? 0)));
      ask.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
      ask.end();
    });
  assert.equal(await status('mx.sesame.test'), 200);
  assert.equal(await status('www.two.test'), 200);
  assert.equal(await status('other.test'), 'ERR_TLS_CERT_ALTNAME_INVALID');
  const heard = await new Promise<string>(resolve => {
    let text = '';
    const socket = netConnect(
      { host: '127.0.0.1', port: Number(port) },
      () => void socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n'),
    );
    socket.on('data', (bytes: Buffer) => (text += bytes.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(text));
  });
  assert.doesNotMatch(heard, /HTTP/);
});

test('sessions are resumed on every thread, at the door and for the certificates that they are from', { skip }, async () => {
  for (const [option, cipher] of [
    ['-tls1', 'AES128-SHA:@SECLEVEL=0'],
    ['-tls1_2', 'ECDHE-ECDSA-AES128-GCM-SHA256'],
    ['-tls1_3', 'DEFAULT'],
  ] as const) {
    const file = join(folder, `session${option}`);
    const args = [option, '-cipher', cipher, '-servername', 'mx.sesame.test'];
    assert.equal((await sClient(server.ready.mx, [...args, '-sess_out', file])).reused, false);
    // The kernel spreads connections over two threads: that eight of them meet one only has a chance of 1 in 128.
    for (let i = 0; i < 8; i++) assert.equal((await sClient(server.ready.mx, [...args, '-sess_in', file])).reused, true, option);
    const other = [option, '-cipher', cipher, '-servername', 'two.test', '-sess_in', file];
    const elsewhere = await sClient(server.ready.mx, other);
    assert.deepEqual([elsewhere.reused, elsewhere.version !== null], [false, true], `${option} for another name`);
    if (option === '-tls1') continue;
    const atOthers = [server.ready.submission, server.ready.submissions, new URL(server.ready.https ?? '').host];
    for (const [i, door] of atOthers.entries())
      assert.equal((await sClient(door, [...args, '-sess_in', file], i === 0)).reused, false, `${option} at ${door}`);
  }
});

test('the trace of a mail says which TLS it came with, and sessions are counted', { skip }, async () => {
  const hook = await startHook();
  const owner = await tenant(server, 'traced.test');
  await must(owner.call('POST', '/v1/inbound/routes', { match: 'traced.test', action: { webhook: hook.url } }));
  for (const [tls, trace] of [
    ['starttls', /^from client\.test .* \(using TLSv1\.3 with cipher TLS_\w+\).* with ESMTPS id /s],
    ['none', /^from client\.test \(\[127\.0\.0\.1\]\)\s+by mx\.sesame\.test with ESMTP id /s],
  ] as const) {
    const session = await smtp(server.ready.mx, { tls });
    assert.equal((await session.send('a@s.test', 'b@traced.test', `From: a@s.test\nSubject: ${tls}\n\nx\n`)).code, 250);
    session.close();
    const headers = await until(`the mail over ${tls}`, () => {
      const all = hook.posted.map(one => one.body.headers as [string, string][]);
      return all.find(one => one.some(([name, value]) => name === 'Subject' && value === tls));
    });
    assert.match(headers.find(([name]) => name === 'Received')?.[1] ?? '', trace);
  }
  await hook.close();
  const metrics = await (await fetch(`${server.ready.http}/metrics`)).text();
  for (const [door, version] of [
    ['mx', 'TLSv1'],
    ['mx', 'TLSv1.3'],
    ['mx', 'failed'],
    ['submission', 'TLSv1.2'],
    ['https', 'TLSv1.3'],
  ] as const)
    assert.match(metrics, new RegExp(`^sesame_tls_sessions_total\\{door="${door}",version="${version}"\\} [1-9]`, 'm'));
});

test('a handshake byte by byte succeeds; one that is none, or that breaks off, ends the connection', { skip }, async () => {
  const [host = '', port = ''] = server.ready.submissions.split(':');
  const to = { host, port: Number(port), noDelay: true };
  const plain = netConnect(to);
  const drops = new Duplex({
    read: () => undefined,
    write: (bytes: Buffer, _encoding, done) => {
      for (const byte of bytes) plain.write(Buffer.from([byte]));
      done();
    },
  });
  plain.on('data', (bytes: Buffer) => void drops.push(bytes));
  const secure = tlsConnect({ socket: drops, servername: 'www.two.test', ca: authority.pem });
  const greeting = await new Promise<string>((resolve, reject) => {
    secure.once('data', (bytes: Buffer) => resolve(bytes.toString()));
    secure.once('error', reject);
  });
  assert.match(greeting, /^220 mx\.sesame\.test/);
  secure.destroy();
  plain.destroy();
  for (const bytes of ['EHLO client.test\r\n', '\x16\x03\x01\x00\x04\x01\x00\x00\x00', '\x16\x03\x01']) {
    const ended = await new Promise<boolean>(resolve => {
      const socket = netConnect(to, () => void socket.end(Buffer.from(bytes, 'latin1')));
      socket.on('error', () => undefined);
      socket.resume();
      socket.once('close', () => resolve(true));
    });
    assert.ok(ended);
  }
  const next = await smtp(server.ready.submissions, { tls: 'implicit' });
  next.close();
});

const serialAt = (address: string, more: ConnectionOptions = {}): Promise<string> =>
  new Promise((resolve, reject) => {
    const [host = '', port = ''] = address.split(':');
    const secure = tlsConnect({ host, port: Number(port), ca: authority.pem, servername: 'mx.sesame.test', ...more });
    secure.once('secureConnect', () => (resolve(secure.getPeerX509Certificate()?.serialNumber ?? ''), secure.destroy()));
    secure.once('error', reject);
  });
const told = async (): Promise<Json> => must(server.call('GET', '/v1/tls'));

test('new files are served without a restart and without one lost handshake; broken ones change nothing', { skip }, async () => {
  const rsa: ConnectionOptions = { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES128-GCM-SHA256' };
  const old = await serialAt(server.ready.submissions, rsa);
  const open = await smtp(server.ready.submissions, { tls: 'implicit' });
  const over = new AbortController();
  let shaken = 0;
  const load = Array.from({ length: 4 }, async () => {
    while (!over.signal.aborted) {
      await serialAt(server.ready.submissions, rsa);
      shaken++;
    }
  });
  const next = authority.issue('next', ['mx.sesame.test'], 'rsa');
  copyFileSync(next.key, first.key);
  // Now the key does not fit the certificate, as between the two writes of a renewal.
  process.kill(server.pid, 'SIGHUP');
  const fault = await until('the fault', async () => (await told()).fault);
  assert.match(fault.messages[0], /mx-rsa\.key does not fit the certificate .*mx-rsa\.pem/);
  assert.equal(await serialAt(server.ready.submissions, rsa), old, 'the old one stays');
  assert.match(server.log(), /certificates are not loaded anew/);
  copyFileSync(next.cert, first.cert);
  const serial = await until('the new certificate', async () => {
    const one = await serialAt(server.ready.submissions, rsa);
    return one !== old && one;
  });
  over.abort();
  await Promise.all(load);
  assert.ok(shaken > 10, String(shaken));
  for (const address of [server.ready.submissions, new URL(server.ready.https ?? '').host])
    for (let i = 0; i < 4; i++) assert.equal(await serialAt(address, rsa), serial, 'every thread has it');
  assert.equal((await open.command('NOOP')).code, 250, 'a connection of before goes on');
  open.close();
  assert.equal((await told()).fault, null);
});

test('files that cannot be served end the start with the file and the cure', { skip }, async () => {
  const broken = join(folder, 'broken.pem');
  writeFileSync(broken, 'nothing');
  const start = (cert: string, key: string): Promise<string> =>
    startServer({ SESAME_TLS_CERT: cert, SESAME_TLS_KEY: key }).then(
      async one => (await one.stop(), discard(one), 'started'),
      (error: unknown) => String(error),
    );
  const [rsa, ec] = [authority.issue('a', ['a.test'], 'rsa'), authority.issue('b', ['b.test'], 'ec')];
  assert.match(await start(broken, rsa.key), /broken\.pem holds no certificate/);
  assert.match(await start(`${rsa.cert},${ec.cert}`, `${ec.key},${rsa.key}`), /b\.key does not fit the certificate .*a\.pem/);
  assert.match(await start(join(folder, 'none.pem'), rsa.key), /SESAME_TLS_CERT: .*none\.pem cannot be read \(ENOENT\)/);
  const twice = authority.issue('c', ['a.test'], 'rsa');
  assert.match(await start(`${rsa.cert},${twice.cert}`, `${rsa.key},${twice.key}`), /show the same names with the same kind of key/);
  assert.ok(readFileSync(rsa.cert).length > 0);
});
