// The clamd client against peers that misbehave: nothing but a whole, clear answer counts.
import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { newClamd, MAX_STREAM, type ClamdAnswer } from './clamd.ts';

async function against(serve: (socket: Socket) => void, bytes = Buffer.from('hello')): Promise<ClamdAnswer> {
  const server = createServer(socket => {
    socket.on('error', () => undefined);
    serve(socket);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const answer = await newClamd({ kind: 'tcp', host: '127.0.0.1', port }).scan(bytes);
  server.close();
  return answer;
}
const says = (text: string) => (socket: Socket) => void socket.once('data', () => socket.end(text));

test('clear answers', async () => {
  assert.deepEqual(await against(says('stream: OK\0')), { kind: 'clean' });
  assert.deepEqual(await against(says('stream: Win.Test.EICAR_HDB-1 FOUND\0')), { kind: 'found', name: 'Win.Test.EICAR_HDB-1' });
});

for (const [name, text] of Object.entries({
  'an error': 'INSTREAM size limit exceeded. ERROR\0',
  'a cut answer': 'stream: O',
  'an answer without its end': 'stream: OK',
  nothing: '',
  'another command’s answer': 'PONG\0',
  'an answer about another stream': '7: OK\0',
  'a flood': 'x'.repeat(10_000),
  'OK in the middle': 'stream: not OK at all\0',
})) {
  test(`${name} is a failure, never clean`, async () => {
    assert.equal((await against(says(text))).kind, 'failed');
  });
}

test('a closed port and a stream above the limit are failures', async () => {
  assert.equal((await newClamd({ kind: 'unix', path: '/nowhere/clamd.ctl' }).scan(Buffer.from('x'))).kind, 'failed');
  assert.equal((await against(says('stream: OK\0'), Buffer.alloc(MAX_STREAM + 1))).kind, 'failed');
});

test('the stream is chunks with their lengths, ended by an empty one', async () => {
  const parts: Buffer[] = [];
  const sent = Buffer.alloc(600_000, 'a');
  await against(socket => {
    socket.on('data', (bytes: Buffer) => {
      parts.push(bytes);
      if (Buffer.concat(parts).subarray(-4).equals(Buffer.alloc(4))) socket.end('stream: OK\0');
    });
  }, sent);
  const all = Buffer.concat(parts);
  assert.equal(all.toString('latin1', 0, 10), 'zINSTREAM\0');
  const got: Buffer[] = [];
  for (let at = 10; ;) {
    const length = all.readUInt32BE(at);
    if (length === 0) break;
    got.push(all.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  assert.ok(Buffer.concat(got).equals(sent));
});
