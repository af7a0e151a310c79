// A connection to a real TLS peer: what it shows of itself, also when the session is resumed, and what mail may go over it.
import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { TLSSocket } from 'node:tls';
import { selfSigned } from '../engines/certificates.ts';
import type { Hop } from '../mail.ts';
import { daneOffer } from '../tlspolicy/dane.ts';
import { tlsFloor, type TlsWishes } from '../tlspolicy/decide.ts';
import { openConnection, type Connection } from './connection.ts';
import type { TlsState } from './handshake.ts';
import { failed } from './replies.ts';
import { judge, newContexts, newSessions } from './tls.ts';

const { cert, key } = selfSigned('mx.peer.test');
let server: Server;
let port = 0;
before(async () => {
  server = createServer(socket => serve(socket));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as { port: number }).port;
});
after(() => void server.close());

let maxVersion: 'TLSv1.2' | 'TLSv1.3' = 'TLSv1.3';
// Tickets of one process live as long as its context: one server-side key for all connections.
const ticketKeys = Buffer.alloc(48, 5);

function serve(raw: Socket): void {
  raw.on('error', () => undefined);
  const speak = (socket: Socket): void => {
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => {
      const line = bytes.toString();
      if (line.startsWith('EHLO')) socket.write('250-mx.peer.test\r\n250 STARTTLS\r\n');
      else if (line.startsWith('STARTTLS')) {
        socket.removeAllListeners('data');
        socket.write('220 go\r\n');
        const secure = { cert: [...cert], key: [...key], ticketKeys, maxVersion };
        speak(new TLSSocket(socket, { isServer: true, ...secure } as never));
      } else socket.write('250 ok\r\n');
    });
  };
  speak(raw);
  raw.write('220 mx.peer.test\r\n');
}

const contexts = newContexts('TLSv1');
const sessions = newSessions(Date.now);
async function connected(): Promise<{ connection: Connection; state: TlsState }> {
  const opened = await openConnection({ host: 'mx.peer.test', ip: '127.0.0.1', port, localAddress: null }, null);
  assert.ok(!failed(opened));
  const { connection } = opened;
  await connection.ehlo('me.test');
  assert.equal(
    await connection.startTls({ context: contexts.modern, name: 'mx.peer.test', sessions, sessionKey: `peer ${maxVersion}` }),
    null,
  );
  // A reply is read, so that the tickets of TLS 1.3 have come too.
  await connection.ehlo('me.test');
  return { connection, state: connection.tls() as TlsState };
}

const wishes: TlsWishes = {
  message: null,
  domain: null,
  account: null,
  operator: null,
  destinations: [],
  requireTls: false,
  tlsRequiredNo: false,
};
function hop(fingerprint: Buffer | null, over: Partial<TlsWishes> = {}): Hop {
  const records = fingerprint ? [{ usage: 3, selector: 0, matchingType: 1, certificate: fingerprint }] : [];
  const names = ['mx.peer.test'];
  const tlsa = fingerprint ? ({ kind: 'records', ad: true, records } as const) : ({ kind: 'none', ad: true } as const);
  const dane = daneOffer({ mxAd: true, addressAd: true, tlsa, names });
  const facts = { host: 'mx.peer.test', domain: 'peer.test', mxAd: true, sts: null, dane, smarthost: false, login: false };
  return { host: 'mx.peer.test', ip: '127.0.0.1', port, dane, floor: tlsFloor({ ...wishes, ...over }, facts) };
}
const sha256 = (der: Buffer): Buffer => createHash('sha256').update(der).digest();

for (const version of ['TLSv1.3', 'TLSv1.2'] as const)
  test(`${version}: a resumed session proves what the first one showed, and no more`, async () => {
    maxVersion = version;
    const first = await connected();
    first.connection.quit();
    const second = await connected();
    const { connection, state } = second;
    assert.deepEqual([first.state.resumed, state.resumed, state.version], [false, true, version]);
    assert.deepEqual(state.chain, first.state.chain);
    assert.deepEqual([state.trusted, state.error], [false, 'DEPTH_ZERO_SELF_SIGNED_CERT']);
    const shown = new X509Certificate(state.chain[0] as Buffer);
    assert.ok(cert.some(pem => new X509Certificate(pem).fingerprint256 === shown.fingerprint256));
    const now = Date.now();
    const fits = judge(hop(sha256(shown.raw)), connection, '', now);
    assert.deepEqual([fits.do, fits.do === 'go-on' && fits.verified], ['go-on', true]);
    assert.equal(judge(hop(sha256(Buffer.from('another'))), connection, '', now).do, 'next-host');
    assert.equal(judge(hop(null, { message: 'verified' }), connection, '', now).do, 'next-host');
    assert.equal(judge(hop(null, { message: 'required' }), connection, '', now).do, 'go-on');
    assert.equal(judge(hop(null, { message: 'required', requireTls: true }), connection, '', now).do, 'next-host');
    connection.quit();
  });

test('a session is used once and ends after its time', () => {
  let now = 0;
  const kept = newSessions(() => now);
  const session = { session: Buffer.from('s'), trusted: true, error: null, chain: [] };
  kept.keep('a', session);
  assert.equal(kept.take('a'), session);
  assert.equal(kept.take('a'), null);
  kept.keep('a', session);
  now = 3_600_001;
  assert.equal(kept.take('a'), null);
});

test('over a connection in clear only mail goes that may', () => {
  const clear = { tls: () => null, extensions: () => new Map<string, string>() };
  assert.equal(judge(hop(null), clear, 'the peer does not offer STARTTLS', 0).do, 'clear');
  assert.equal(judge(hop(null, { operator: 'required' }), clear, '', 0).do, 'next-host');
});
