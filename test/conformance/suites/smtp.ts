// SMTP security payloads against a real server of ours: end-of-data look-alikes must not smuggle a second mail, and nothing that was sent
// before the TLS handshake may be carried out after it, neither by our server nor by our client.
import { readFileSync } from 'node:fs';
import { connect as netConnect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect as tlsConnect } from 'node:tls';
import { newContexts, newSessions } from '../../../src/deliver/tls.ts';
import { openConnection } from '../../../src/deliver/connection.ts';
import { smtp as session } from '../../client.ts';
import { discard, startServer, tenant, type Server } from '../../server.ts';
import { startSink } from '../../sink.ts';
import type { Case, Suite } from '../suite.ts';

export const smtp: Suite = { folder: 'smtp', names: ['smtp'], run };

async function* run(folder: string): AsyncIterable<Case> {
  const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));
  const { sequences } = read('smuggling.json') as { readonly sequences: Readonly<Record<string, string>> };
  const injection = read('starttls-injection.json') as { readonly server: readonly string[]; readonly client: readonly string[] };
  const sink = await startSink({});
  const server = await startServer({ SESAME_SMARTHOST: sink.address, SESAME_LOG: 'silent', SESAME_DOORS: '1' });
  const owner = await tenant(server, 'rcpt.test');
  await owner.call('POST', '/v1/inbound/routes', { match: 'rcpt.test', action: 'drop' });
  for (const [id, sequence] of Object.entries(sequences)) yield smuggled(id, await smuggle(server, sequence));
  for (const [n, text] of injection.server.entries()) {
    const answered = await injectIntoServer(server, text);
    yield {
      suite: 'smtp',
      id: `starttls server ${n + 1}`,
      expected: 'nothing answered',
      got: answered === '' ? 'nothing answered' : answered,
      ok: answered === '',
    };
  }
  for (const [n, text] of injection.client.entries()) {
    const got = await injectIntoClient(text);
    yield { suite: 'smtp', id: `starttls client ${n + 1}`, expected: 'discarded or closed', got, ok: got === 'discarded or closed' };
  }
  await server.stop();
  await sink.close();
  discard(server);
}

function smuggled(id: string, replies: readonly string[]): Case {
  const last = replies.at(-1) ?? '';
  const ok = replies.length === 1 && /^(?:250|5\d\d)/.test(last);
  return { suite: 'smtp', id: `smuggling ${id}`, expected: 'one answer', got: replies.join(' / '), ok };
}

/** Replies that came to everything behind DATA. One = nothing inside was taken for a command. */
async function smuggle(server: Server, sequence: string): Promise<readonly string[]> {
  const client = await session(server.ready.mx);
  for (const line of ['MAIL FROM:<a@sender.test>', 'RCPT TO:<b@rcpt.test>', 'DATA']) await client.command(line);
  const inner = 'MAIL FROM:<x@sender.test>\r\nRCPT TO:<b@rcpt.test>\r\nDATA\r\nFrom: x@sender.test\r\n\r\nsmuggled\r\n.\r\n';
  client.write(`From: a@sender.test\r\nSubject: x\r\n\r\ntext${sequence}${inner}`);
  const replies = [(await client.reply()).text];
  for (;;) {
    const next = await Promise.race([client.reply().catch(() => null), pause(QUIET_MS)]);
    if (!next) break;
    replies.push(next.text);
  }
  client.close();
  return replies;
}

/** So long nothing more must come. */
const QUIET_MS = 300;
const pause = (ms: number): Promise<null> => new Promise(resolve => setTimeout(() => resolve(null), ms));

/** What our server says behind the handshake without being asked. */
async function injectIntoServer(server: Server, text: string): Promise<string> {
  const [host, port] = server.ready.mx.split(':');
  const socket = netConnect({ host: host ?? '', port: Number(port) });
  const line = (): Promise<unknown> => new Promise(resolve => socket.once('data', resolve));
  await line();
  socket.write('EHLO c.test\r\n');
  await line();
  socket.write(text);
  await line();
  const secure = tlsConnect({ socket, rejectUnauthorized: false });
  let said = '';
  secure.on('data', (bytes: Buffer) => (said += bytes.toString('latin1')));
  await new Promise<void>(resolve => {
    secure.once('secureConnect', resolve);
    secure.once('error', () => resolve());
    secure.once('close', () => resolve());
  });
  await pause(QUIET_MS);
  secure.destroy();
  return said;
}

/** Our client against a server that adds replies in clear behind its 220. */
async function injectIntoClient(text: string): Promise<string> {
  const server = createServer((socket: Socket) => {
    socket.on('error', () => undefined);
    socket.write('220 evil.test\r\n');
    socket.on('data', (bytes: Buffer) => {
      const line = bytes.toString('latin1');
      if (line.startsWith('EHLO')) socket.write('250-evil.test\r\n250 STARTTLS\r\n');
      else if (line.startsWith('STARTTLS')) socket.write(text);
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const opened = await openConnection({ host: 'evil.test', ip: '127.0.0.1', port, localAddress: null }, null);
  let got = 'discarded or closed';
  if (!('failed' in opened)) {
    await opened.connection.ehlo('client.test');
    const outcome = await opened.connection.startTls({
      context: newContexts('TLSv1.2').modern,
      name: 'evil.test',
      sessions: newSessions(Date.now),
      sessionKey: 'evil.test',
    });
    if (outcome === null || opened.connection.extensions().has('AUTH')) got = 'the reply in clear was believed';
    opened.connection.quit();
  }
  server.close();
  return got;
}
