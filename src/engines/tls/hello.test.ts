// The server name of real ClientHellos, however they are cut, and of things that are none.
import assert from 'node:assert/strict';
import { createServer, type AddressInfo } from 'node:net';
import { test } from 'node:test';
import { connect, type ConnectionOptions } from 'node:tls';
import { randomFrom } from '../../../test/random.ts';
import { MAX_HELLO } from './bounds.ts';
import { readHello } from './hello.ts';

/** The first flight of Node's own client. */
function helloOf(options: ConnectionOptions): Promise<Buffer> {
  return new Promise(resolve => {
    const server = createServer(socket => {
      socket.once('data', (bytes: Buffer) => {
        resolve(bytes);
        socket.destroy();
        server.close();
      });
      socket.on('error', () => undefined);
    });
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      connect({ host: '127.0.0.1', port, ...options }).on('error', () => undefined);
    });
  });
}

/** The same handshake message in records of `size` bytes. */
function inRecords(hello: Buffer, size: number): Buffer {
  const message = hello.subarray(5);
  const records: Buffer[] = [];
  for (let at = 0; at < message.length; at += size) {
    const piece = message.subarray(at, at + size);
    records.push(Buffer.from([22, 3, 1, piece.length >> 8, piece.length & 255]), piece);
  }
  return Buffer.concat(records);
}

const named = { kind: 'hello', name: 'mx.example.test' };
const nameless = { kind: 'hello', name: null };

test('a name is found in each version of the handshake, and none where none is', async () => {
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    assert.deepEqual(readHello(await helloOf({ servername: 'mx.example.test', minVersion: version, maxVersion: version })), named);
    assert.deepEqual(readHello(await helloOf({ servername: '', minVersion: version, maxVersion: version })), nameless);
  }
});

test('cut anywhere it waits for the rest, also over records', async () => {
  const hello = await helloOf({ servername: 'mx.example.test' });
  for (let end = 0; end < hello.length; end++) assert.deepEqual(readHello(hello.subarray(0, end)), { kind: 'more' }, String(end));
  for (const size of [1, 3, 100]) {
    const cut = inRecords(hello, size);
    assert.deepEqual(readHello(cut), named, `records of ${size}`);
    assert.deepEqual(readHello(cut.subarray(0, -1)), { kind: 'more' });
  }
});

test('what is no ClientHello is left to TLS at once', () => {
  for (const text of ['EHLO c.test\r\n', 'GET / HTTP/1.1\r\n', '\x80\x2e\x01\x03\x01'])
    assert.deepEqual(readHello(Buffer.from(text, 'latin1')), nameless);
  assert.deepEqual(readHello(Buffer.from([22, 3, 1, 0, 0])), nameless, 'an empty record');
  assert.deepEqual(readHello(Buffer.from([22, 3, 1, 0, 4, 2, 0, 0, 0])), nameless, 'another message');
  assert.deepEqual(readHello(Buffer.from([22, 3, 1, 0, 4, 1, 255, 255, 255])), nameless, 'a message that would never end');
  assert.deepEqual(readHello(Buffer.alloc(MAX_HELLO + 1, 22)), nameless);
});

test('damaged ones never throw', async () => {
  const hello = await helloOf({ servername: 'mx.example.test' });
  const random = randomFrom(8);
  for (let i = 0; i < 20_000; i++) {
    const damaged = Buffer.from(hello);
    for (let n = 0; n < 3; n++) damaged[Math.floor(random() * damaged.length)] = Math.floor(random() * 256);
    const read = readHello(damaged);
    assert.ok(read.kind === 'more' || read.name === null || /^[\x21-\x7e]{1,255}$/.test(read.name));
  }
});
