// What the machine's sockets say, against real ones on loopback.
import assert from 'node:assert/strict';
import { createServer, type Server, type Socket } from 'node:net';
import { after, test } from 'node:test';
import { bindFault, greetingFault } from './reachability.ts';

const servers: Server[] = [];
after(() => servers.forEach(server => server.close()));

function listen(serve: (socket: Socket) => void): Promise<{ readonly host: string; readonly port: number }> {
  const server = createServer(serve);
  servers.push(server);
  return new Promise(resolve => {
    server.listen(0, '127.0.0.1', () => resolve({ host: '127.0.0.1', port: (server.address() as { port: number }).port }));
  });
}

test('an address of this machine can be bound, that of another cannot', async () => {
  assert.equal(await bindFault('127.0.9.1'), null);
  assert.equal(await bindFault('192.0.2.1'), 'EADDRNOTAVAIL');
});

test('a mail host greets; what accepts and says nothing of the kind does not count', async () => {
  const from: string[] = [];
  const mail = await listen(socket => {
    from.push(socket.remoteAddress ?? '');
    socket.on('error', () => undefined).write('220 mx.test ESMTP\r\n');
  });
  assert.equal(await greetingFault(mail, '127.0.9.1'), null);
  assert.deepEqual(from, ['127.0.9.1']);
  const web = await listen(socket => void socket.on('error', () => undefined).end('HTTP/1.1 400\r\n\r\n'));
  const mute = await listen(socket => void socket.on('error', () => undefined).end());
  const busy = await listen(socket => void socket.on('error', () => undefined).end('421 later\r\n'));
  assert.deepEqual([await greetingFault(web, '127.0.9.1'), await greetingFault(mute, '127.0.9.1')], ['no greeting', 'no greeting']);
  assert.equal(await greetingFault(busy, '127.0.9.1'), null);
  assert.equal(await greetingFault({ host: '127.0.0.1', port: 1 }, '127.0.9.1'), 'ECONNREFUSED');
});
