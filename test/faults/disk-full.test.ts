// A full disk: nothing new is accepted (452, 503, try again), what waits is still delivered and its results recorded, and when there is room
// again mail goes on. On an ext4 image of its own.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { smtp } from '../client.ts';
import { mountImage, noImage } from '../image.ts';
import { startServer, tenant, until } from '../server.ts';
import { startSink } from '../sink.ts';

test('a full disk refuses for now, records results, and recovers', { skip: noImage(), timeout: 120_000 }, async () => {
  const image = mountImage(128);
  const { disk } = image;
  // The peer answers the first mail when it is told to: its result must be recorded on a full disk.
  let answer: (text: string) => void = () => undefined;
  const held = new Promise<string>(resolve => (answer = resolve));
  const sink = await startSink({ onMessage: () => held });
  const dataDir = join(disk, 'data');
  mkdirSync(dataDir);
  const server = await startServer({ SESAME_SMARTHOST: sink.address, SESAME_LOG: 'silent' }, dataDir);
  const sender = await tenant(server, 'sender.test');
  const send = async (): Promise<string> => {
    const session = await smtp(server.ready.submissions, { tls: 'implicit', login: sender });
    const reply = await session.send('a@sender.test', 'b@rcpt.test', `From: a@sender.test\nSubject: x\n\n${'filler\n'.repeat(2_000)}`);
    session.close();
    return reply.text;
  };
  const stateOf = async (id: string): Promise<string> => (await sender.call('GET', `/v1/emails/${id}`)).body.recipients[0].state;
  const waiting = /queued as (\S+)/.exec(await send())?.[1] ?? '';
  assert.equal(await stateOf(waiting), 'queued');

  const { bavail, bsize } = statfsSync(disk);
  execFileSync('fallocate', ['-l', String(bavail * bsize - 2 * 1024 * 1024), join(disk, 'filler')]);
  const refused = await until('452', async () => {
    const text = await send();
    return text.startsWith('452') && text;
  });
  assert.match(refused, /^452 4\.3\.1 storage_full/);
  const byHttp = await sender.call('POST', '/v1/emails', { from: 'a@sender.test', to: 'b@rcpt.test', subject: 'x', text: 'x' });
  assert.deepEqual([byHttp.status, byHttp.body.error.code], [503, 'storage_full']);
  answer('250 2.0.0 ok');
  await until('delivered on a full disk', async () => (await stateOf(waiting)) === 'delivered');

  rmSync(join(disk, 'filler'));
  await until('accepted again', async () => (await send()).startsWith('250'));
  assert.equal(await server.stop(), 0);
  await sink.close();
  image.remove();
});
