// Delivery to peers that are old, broken or slow: TLS as it was asked for, results for each recipient, nothing lost and nothing said twice.
import assert from 'node:assert/strict';
import { createServer, type Server as NetServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import { selfSigned } from '../../src/engines/certificates.ts';
import { newAuthEngine } from '../../src/engines/mailauth.ts';
import { newResolver } from '../../src/engines/resolver/resolver.ts';
import { systemClock } from '../../src/engines/clock.ts';
import { smtp } from '../client.ts';
import { startHook } from '../hook.ts';
import { discard, must, startServer, tenant, until, type Json, type Server, type Tenant } from '../server.ts';
import { startSink, type Sink, type SinkOptions } from '../sink.ts';
import { startStubDns, type StubDns } from '../stub-dns.ts';

const sinks: Sink[] = [];
let dns: StubDns;
let server: Server;
let sender: Tenant;
let port = 0;
const { cert, key } = selfSigned('mx.test');
const tls = { cert: [...cert], key: [...key] };

before(async () => {
  dns = await startStubDns({});
  const first = await startSink({ host: '127.0.2.1' });
  port = first.port;
  sinks.push(first);
  server = await startServer({ SESAME_RESOLVER: dns.address, SESAME_DELIVERY_PORT: String(port) });
  sender = await tenant(server, 'sender.test');
  const { records } = await must(sender.call('GET', '/v1/domains/sender.test'));
  for (const { type, host, expected } of records as Json[]) dns.zone[`${host} ${type}`] = [expected];
});
after(async () => {
  await server.stop();
  await Promise.all([...sinks.map(sink => sink.close()), dns.close()]);
  discard(server);
});

/** A domain of its own with one mail host that behaves as told. */
async function peer(name: string, options: SinkOptions): Promise<Sink> {
  const host = `127.0.2.${sinks.length + 1}`;
  const sink = await startSink({ host, port, ...options });
  sinks.push(sink);
  dns.zone[`${name} MX`] = [`10 mx.${name}`];
  dns.zone[`mx.${name} A`] = [host];
  return sink;
}

const post = async (to: string | string[], more: Json = {}): Promise<string> =>
  (await must(sender.call('POST', '/v1/emails', { from: 'a@sender.test', to, subject: 'x', text: 'x', ...more }))).id;
const recipientsOf = async (id: string): Promise<Json[]> => (await sender.call('GET', `/v1/emails/${id}`)).body.recipients;
const ended = (id: string, state: string): Promise<Json[]> =>
  until(`${id} is ${state}`, async () => {
    const list = await recipientsOf(id);
    return list.every(one => one.state === state) && list;
  });

test('opportunistic: TLS where it is offered, and the reason is told', async () => {
  await peer('modern.test', { tls });
  const [one] = await ended(await post('a@modern.test'), 'delivered');
  assert.deepEqual([one.attempts[0].tls.used, one.attempts[0].tls.version], [true, 'TLSv1.3']);
});

test('an old peer with TLS 1.0 alone is still reached encrypted', async () => {
  await peer('old.test', { tls: { ...tls, minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } });
  const [one] = await ended(await post('a@old.test', { tls: 'required' }), 'delivered');
  assert.equal(one.attempts[0].tls.version, 'TLSv1');
});

test('required: not one byte of the mail in clear; it waits, and ends as 5.7.4', async () => {
  const sink = await peer('clear.test', {});
  const id = await post('a@clear.test', { tls: 'required', maxDeliverySeconds: 2 });
  const [deferred] = await until('deferred', async () => {
    const list = await recipientsOf(id);
    return list[0].attempts.length > 0 && list;
  });
  assert.equal(deferred.attempts[0].tls?.used ?? false, false);
  const [one] = await until('it ended', async () => {
    const list = await recipientsOf(id);
    return ['bounced', 'expired'].includes(list[0].state) && list;
  });
  assert.match(one.attempts.at(-1).enhanced, /^[45]\.7\.4$/);
  assert.equal(sink.caught.length, 0);
  await ended(await post('a@clear.test'), 'delivered');
});

test('a handshake that breaks: in clear when that may be, never when TLS is required', async () => {
  // Offers STARTTLS and speaks no TLS: the answer to our ClientHello is text.
  const host = '127.0.3.1';
  const heard: string[] = [];
  const broken = await listen(host, socket => {
    socket.write('220 broken.test\r\n');
    let inData = false;
    let tls = false;
    socket.on('data', (bytes: Buffer) => {
      const text = bytes.toString('latin1');
      heard.push(text);
      if (tls) return void socket.end('this is no TLS\r\n');
      if (inData) return void (text.endsWith('\r\n.\r\n') && ((inData = false), socket.write('250 2.0.0 ok\r\n')));
      for (const line of text.split('\r\n').filter(Boolean)) {
        if (line.startsWith('EHLO')) socket.write('250-broken.test\r\n250-PIPELINING\r\n250 STARTTLS\r\n');
        else if (line === 'STARTTLS') socket.write(((tls = true), '220 go\r\n'));
        else if (line === 'DATA') socket.write(((inData = true), '354 go\r\n'));
        else if (line === 'QUIT') socket.end('221 bye\r\n');
        else socket.write('250 2.0.0 ok\r\n');
      }
    });
  });
  dns.zone['broken.test MX'] = ['10 mx.broken.test'];
  dns.zone['mx.broken.test A'] = [host];
  const strict = await post('a@broken.test', { tls: 'required', subject: 'secret-word' });
  await until('an attempt', async () => (await recipientsOf(strict))[0].attempts.length > 0);
  assert.equal(
    heard.some(text => text.includes('secret-word') || text.includes('MAIL FROM')),
    false,
  );
  const [one] = await ended(await post('b@broken.test'), 'delivered');
  assert.equal(one.attempts[0].tls.used, false);
  assert.match(one.attempts[0].tls.reason, /TLS|handshake/i);
  broken.close();
});

test('each recipient has its own result: taken, refused, later', async () => {
  await peer('mixed.test', {
    onRcpt: address =>
      address.startsWith('no@') ? '550 5.1.1 no such user' : address.startsWith('later@') ? '450 4.2.1 later' : undefined,
  });
  const id = await post(['yes@mixed.test', 'no@mixed.test', 'later@mixed.test']);
  const states = await until('all tried', async () => {
    const list = await recipientsOf(id);
    return list.every(one => one.state !== 'queued') && Object.fromEntries(list.map(one => [one.address.split('@')[0], one.state]));
  });
  assert.deepEqual(states, { yes: 'delivered', no: 'bounced', later: 'deferred' });
});

test('the answer to the end of a message lost: tried again with the same id, one more copy at most', async () => {
  let drops = 1;
  const sink = await peer('lost.test', { onMessage: () => (drops-- > 0 ? 'drop' : '250 2.0.0 ok') });
  const id = await post('a@lost.test');
  const [one] = await until('the first attempt is known', async () => {
    const list = await recipientsOf(id);
    return list[0].attempts.length > 0 && list;
  });
  assert.equal(one.attempts[0].result, 'unknown');
  assert.equal(one.state, 'deferred');
  assert.equal(sink.caught.length, 0);
});

test('one connection carries many mails, and a peer that closed it is no fault of the next mail', async () => {
  const sink = await peer('reuse.test', { tls });
  const ids = await Promise.all(Array.from({ length: 20 }, () => post('a@reuse.test')));
  for (const id of ids) await ended(id, 'delivered');
  assert.ok(sink.connections() < 20, `${sink.connections()} connections`);
  sink.hangUp();
  const [one] = await ended(await post('a@reuse.test'), 'delivered');
  assert.equal(one.attempts.length, 1);
});

test('8-bit content to a peer of seven bits is re-encoded before it is signed', async () => {
  const sink = await peer('seven.test', { extensions: ['PIPELINING'] });
  const session = await smtp(server.ready.submissions, { tls: 'implicit', login: sender });
  const mail =
    'From: a@sender.test\nSubject: x\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n谢谢 terima kasih\n';
  assert.equal(
    (
      await session.send(
        'a@sender.test',
        'a@seven.test',
        Buffer.from(mail).toString('latin1') === mail ? mail : Buffer.from(mail),
        'BODY=8BITMIME',
      )
    ).code,
    250,
  );
  session.close();
  const caught = await until('the re-encoded mail', () => sink.caught[0]);
  assert.doesNotMatch(caught.raw.toString('latin1'), /[\x80-\xff]/);
  assert.match(caught.raw.toString('latin1'), /=E8=B0=A2/);
  const resolver = newResolver({ servers: [dns.address], trusted: false, clock: systemClock, cached: false });
  const { header } = await newAuthEngine({ resolver, hostname: 'check.test' })({ raw: caught.raw, ip: null, helo: null, mailFrom: null });
  assert.equal(header.match(/dkim=pass/g)?.length, 2, header);
});

test('a UTF-8 address to a peer without SMTPUTF8 bounces as 5.6.7', async () => {
  await peer('ascii.test', { extensions: ['PIPELINING', '8BITMIME'] });
  const [one] = await ended(await post('pelé@ascii.test'), 'bounced');
  assert.equal(one.attempts[0].enhanced, '5.6.7');
});

test('DNS: null MX, no such domain, no address, an MX that is down and one that is up', async () => {
  dns.zone['null.test MX'] = ['0 .'];
  const [none] = await ended(await post('a@null.test'), 'bounced');
  assert.equal(none.attempts[0].enhanced, '5.1.10');
  const [unknown] = await ended(await post('a@nowhere.test'), 'bounced');
  assert.equal(unknown.attempts[0].enhanced, '5.1.2');
  const sink = await peer('two.test', {});
  dns.zone['two.test MX'] = ['5 down.two.test', '10 mx.two.test'];
  dns.zone['down.two.test A'] = ['127.0.9.9'];
  await ended(await post('a@two.test'), 'delivered');
  assert.equal(sink.caught.length, 1);
  dns.zone['implicit.test A'] = ['127.0.2.1'];
  await ended(await post('a@implicit.test'), 'delivered');
});

test('the simulator answers as its names say, echoes tags, and blocked@ is suppressed', async () => {
  const id = await post([
    'success+t1@simulator.sesame.test',
    'bounce@simulator.sesame.test',
    'deferred@simulator.sesame.test',
    'blocked@simulator.sesame.test',
  ]);
  const list = await until('all simulated', async () => {
    const some = await recipientsOf(id);
    return some.every(one => one.state !== 'queued') && some;
  });
  assert.deepEqual(
    list.map(one => one.state),
    ['delivered', 'bounced', 'deferred', 'suppressed'],
  );
  assert.match(list[0].attempts[0].reply, /t1/);
  const complained = await post('complaint@simulator.sesame.test');
  const event = await until('a complaint', async () => {
    const { body } = await sender.call('GET', '/v1/events?type=complained');
    return (body.data as Json[]).find(one => one.emailId === complained);
  });
  assert.equal(event.recipient, 'complaint@simulator.sesame.test');
});

test('LMTP: a reply for each recipient; a webhook that fails is tried again, 410 ends it', async () => {
  const lines: string[] = [];
  const lmtp = await listen(
    '127.0.0.1',
    socket => {
      socket.write('220 lmtp.test LMTP\r\n');
      let inData = false;
      socket.on('data', (bytes: Buffer) => {
        const text = bytes.toString('latin1');
        if (inData && text.endsWith('\r\n.\r\n')) {
          inData = false;
          return void socket.write('250 2.0.0 one\r\n');
        }
        for (const line of text.split('\r\n').filter(Boolean)) {
          lines.push(line);
          if (line.startsWith('LHLO')) socket.write('250-lmtp.test\r\n250 PIPELINING\r\n');
          else if (line === 'DATA') socket.write(((inData = true), '354 go\r\n'));
          else if (line === 'QUIT') socket.end('221 bye\r\n');
          else if (!inData) socket.write('250 2.0.0 ok\r\n');
        }
      });
    },
    0,
  );
  const answers = [500, 200, 410];
  const hook = await startHook(() => answers.shift() ?? 200);
  const second = await startServer({ SESAME_LMTP_TARGETS: `box=127.0.0.1:${(lmtp.address() as { port: number }).port}` });
  const owner = await tenant(second, 'inbox.test');
  await must(owner.call('POST', '/v1/inbound/routes', { match: 'box@inbox.test', action: { lmtp: 'box' } }));
  await must(owner.call('POST', '/v1/inbound/routes', { match: 'hook@inbox.test', action: { webhook: hook.url } }));
  const give = async (to: string): Promise<string> => {
    const session = await smtp(second.ready.mx);
    const reply = await session.send('x@s.test', to, 'From: x@s.test\nSubject: x\n\nx\n');
    session.close();
    return /queued as (\S+)/.exec(reply.text)?.[1] ?? '';
  };
  const stateOf = async (id: string): Promise<string> => (await owner.call('GET', `/v1/emails/${id}`)).body.recipients[0].state;
  const boxed = await give('box@inbox.test');
  await until('in the box', async () => (await stateOf(boxed)) === 'delivered');
  assert.ok(lines.some(line => line.startsWith('RCPT TO:<box@inbox.test>')));
  const hooked = await give('hook@inbox.test');
  await until('deferred by 500', async () => (await stateOf(hooked)) === 'deferred');
  const other = await give('hook@inbox.test');
  await until('taken', async () => (await stateOf(other)) === 'delivered');
  const gone = await give('hook@inbox.test');
  await until('ended by 410', async () => (await stateOf(gone)) === 'bounced');
  await second.stop();
  lmtp.close();
  await hook.close();
  discard(second);
});

test('private peers are not reached unless they are opened', async () => {
  const closed = await startServer({ SESAME_RESOLVER: dns.address, SESAME_DELIVERY_PORT: String(port), SESAME_ALLOW_PRIVATE_PEERS: '0' });
  const tenantOf = await tenant(closed, 'sender.test');
  const { id } = await must(tenantOf.call('POST', '/v1/emails', { from: 'a@sender.test', to: ['a@modern.test'], subject: 'x', text: 'x' }));
  const [one] = await until('bounced', async () => {
    const { recipients } = (await tenantOf.call('GET', `/v1/emails/${id}`)).body;
    return recipients[0].state === 'bounced' && recipients;
  });
  assert.match(one.attempts[0].reply, /may not be reached/);
  await closed.stop();
  discard(closed);
});

async function listen(host: string, serve: (socket: Socket) => void, at = port): Promise<NetServer> {
  const listener = createServer(socket => {
    socket.on('error', () => undefined);
    serve(socket);
  });
  await new Promise<void>(resolve => listener.listen(at, host, resolve));
  return listener;
}

test('each session is counted for the report that its domain may want, a kept connection once', async () => {
  await peer('counted.test', { tls });
  await peer('uncounted.test', {});
  await Promise.all(Array.from({ length: 5 }, async () => ended(await post('a@counted.test'), 'delivered')));
  await ended(await post('a@uncounted.test'), 'delivered');
  const sums = await until('the sums are written', () => {
    const db = new DatabaseSync(join(server.dataDir, 'sesame.db'), { readOnly: true });
    const rows = db
      .prepare(
        "SELECT domain, policy_type, result, sum(count) AS count FROM tls_results WHERE domain LIKE '%counted.test' GROUP BY 1, 2, 3",
      )
      .all();
    db.close();
    return rows.length === 2 && rows;
  });
  const [good, clear] = sums.toSorted((a, b) => String(a['domain']).localeCompare(String(b['domain'])));
  assert.deepEqual([good?.['policy_type'], good?.['result']], ['no-policy-found', '']);
  assert.ok(Number(good?.['count']) >= 1 && Number(good?.['count']) <= 5, 'a connection that carries several mails is one session');
  assert.deepEqual([clear?.['domain'], clear?.['result']], ['uncounted.test', 'starttls-not-supported']);
});
