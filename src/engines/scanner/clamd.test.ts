// The clamd client against peers that misbehave: nothing but a whole, clear answer counts.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { newClamd, type ClamdAnswer } from './clamd.ts';
import { limitIn, temporaryDirectory } from './clamd-conf.ts';

type Peer = { readonly address: { readonly kind: 'tcp'; readonly host: string; readonly port: number }; readonly close: () => void };

async function peer(serve: (socket: Socket) => void): Promise<Peer> {
  const server = createServer(socket => {
    socket.on('error', () => undefined);
    serve(socket);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  // A test that fails must not wait for its server.
  server.unref();
  return { address: { kind: 'tcp', host: '127.0.0.1', port }, close: () => void server.close() };
}

async function against(serve: (socket: Socket) => void, bytes = Buffer.from('hello')): Promise<ClamdAnswer> {
  const { address, close } = await peer(serve);
  const clamd = newClamd(address, 500);
  const answer = await clamd.scan(bytes);
  clamd.close();
  close();
  return answer;
}
const says = (text: string) => (socket: Socket) => void socket.once('data', () => socket.end(text));

test('clear answers', async () => {
  assert.deepEqual(await against(says('1: stream: OK\0')), { kind: 'clean' });
  assert.deepEqual(await against(says('1: stream: Win.Test.EICAR_HDB-1 FOUND\0')), { kind: 'found', name: 'Win.Test.EICAR_HDB-1' });
});

for (const [name, text] of Object.entries({
  'an error': '1: INSTREAM size limit exceeded. ERROR\0',
  'a cut answer': '1: stream: O',
  'an answer without its end': '1: stream: OK',
  nothing: '',
  'another command’s answer': '1: PONG\0',
  'an answer about another stream': '7: stream: OK\0',
  'an answer without a number': 'stream: OK\0',
  'a flood': 'x'.repeat(10_000),
  'OK in the middle': '1: stream: not OK at all\0',
})) {
  test(`${name} is a failure, never clean`, async () => {
    assert.equal((await against(says(text))).kind, 'failed');
  });
}

test('a closed port and silence are failures', async () => {
  assert.equal((await newClamd({ kind: 'unix', path: '/nowhere/clamd.ctl' }).scan(Buffer.from('x'))).kind, 'failed');
  assert.deepEqual(await against(socket => void socket.resume()), { kind: 'failed', why: 'clamd is too slow' });
});

test('answers come in any order, each to its stream', async () => {
  const { address, close } = await peer(socket => {
    let n = 0;
    socket.on('data', (bytes: Buffer) => {
      n += bytes.toString('latin1').split('zINSTREAM').length - 1;
      // Four streams a session at most wait: answered backwards.
      if (n === 2) socket.write('2: stream: Two FOUND\x001: stream: OK\0');
    });
  });
  const clamd = newClamd(address, 2_000);
  // Eight at once are two in each of four sessions.
  const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => clamd.scan(Buffer.from(`${i}`))));
  assert.deepEqual(answers.map(one => one.kind).toSorted(), [...Array(4).fill('clean'), ...Array(4).fill('found')]);
  clamd.close();
  close();
});

test('a session that clamd ended while it rested is opened again', async () => {
  let sessions = 0;
  const { address, close } = await peer(socket => {
    sessions++;
    socket.once('data', () => {
      socket.write('1: stream: OK\0');
      // Ends when the next stream comes.
      socket.once('data', () => socket.destroy());
    });
  });
  const clamd = newClamd(address, 2_000);
  assert.equal((await clamd.scan(Buffer.from('a'))).kind, 'clean');
  assert.equal((await clamd.scan(Buffer.from('b'))).kind, 'clean');
  assert.equal(sessions, 2);
  clamd.close();
  close();
});

test('what clamd takes in one piece is read from its own settings', () => {
  const MB = 1024 * 1024;
  const conf = 'LocalSocket /run/clamav/clamd.ctl\nStreamMaxLength 25M\nMaxFileSize 10M\n';
  assert.equal(limitIn(conf, '/run/clamav/clamd.ctl'), 10 * MB);
  assert.equal(limitIn(conf, '/elsewhere'), 25 * MB, 'settings of another clamd say nothing');
  assert.equal(limitIn('LocalSocket /s\nMaxFileSize 0\n#StreamMaxLength 1M\n', '/s'), 100 * MB, 'no limit is bounded all the same');
});

test('the stream is chunks with their lengths, ended by an empty one', async () => {
  const parts: Buffer[] = [];
  const sent = Buffer.alloc(600_000, 'a');
  await against(socket => {
    socket.on('data', (bytes: Buffer) => {
      parts.push(bytes);
      if (Buffer.concat(parts).subarray(-4).equals(Buffer.alloc(4))) socket.end('1: stream: OK\0');
    });
  }, sent);
  const all = Buffer.concat(parts);
  assert.equal(all.toString('latin1', 0, 21), 'zIDSESSION\0zINSTREAM\0');
  const got: Buffer[] = [];
  for (let at = 21; ;) {
    const length = all.readUInt32BE(at);
    if (length === 0) break;
    got.push(all.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  assert.ok(Buffer.concat(got).equals(sent));
});

test('where clamd unpacks is read from its own settings', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sesame-conf-'));
  const file = join(folder, 'clamd.conf');
  writeFileSync(file, 'LocalSocket /s\nTemporaryDirectory /dev/shm\n');
  assert.equal(temporaryDirectory({ kind: 'unix', path: '/s' }, file), '/dev/shm');
  assert.equal(temporaryDirectory({ kind: 'unix', path: '/other' }, file), null);
  writeFileSync(file, 'LocalSocket /s\n');
  assert.equal(temporaryDirectory({ kind: 'unix', path: '/s' }, file), '/tmp');
  rmSync(folder, { recursive: true });
});
