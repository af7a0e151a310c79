// The same server on PostgreSQL: mail goes through, survives kill -9, and one database has one server.
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { noPostgres, startPostgres, type Postgres } from '../postgres.ts';
import { discard, must, startServer, tenant, until } from '../server.ts';
import { startSink } from '../sink.ts';

const skip = noPostgres();
let postgres: Postgres;
before(() => {
  if (!skip) postgres = startPostgres();
});
after(() => {
  if (!skip) postgres.stop();
});

test('a server on PostgreSQL', { skip }, async () => {
  const mode = { answer: '451 4.3.0 later' };
  const sink = await startSink({ onMessage: () => mode.answer });
  const env = { SESAME_SMARTHOST: sink.address, SESAME_DATABASE_URL: postgres.database('journey') };
  let server = await startServer(env);
  const sender = await tenant(server, 'sender.test');
  const { id } = await must(
    sender.call('POST', '/v1/emails', { from: 'a@sender.test', to: 'b@rcpt.test', subject: 'x', text: 'x' }, { 'idempotency-key': 'one' }),
  );
  const stateOf = async (): Promise<string> => (await server.as(sender.key)('GET', `/v1/emails/${id}`)).body.recipients[0].state;
  await until('deferred', async () => (await stateOf()) === 'deferred');
  await assert.rejects(startServer(env, mkdtempSync(join(tmpdir(), 'sesame-second-'))), /in use by another server/);
  await server.kill();
  server = await startServer(env, server.dataDir);
  assert.equal(await stateOf(), 'deferred');
  mode.answer = '250 2.0.0 ok';
  const second = await must(
    server.as(sender.key)('POST', '/v1/emails', { from: 'a@sender.test', to: 'c@rcpt.test', subject: 'x', text: 'x' }),
  );
  await until(
    'delivered',
    async () => (await server.as(sender.key)('GET', `/v1/emails/${second.id}`)).body.recipients[0].state === 'delivered',
  );
  assert.equal(await server.stop(), 0);
  await sink.close();
  discard(server);
});
