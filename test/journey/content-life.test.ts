// No content is kept: words that stand in subject, body, attachment and file name are looked for in the data directory, the log and
// TMPDIR, in every form, while mail waits, after kill -9, and after it is delivered, bounced, expired, refused and received.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { test } from 'node:test';
import { forms, search } from '../canary.ts';
import { smtp } from '../client.ts';
import { EICAR, GTUBE } from '../patterns.ts';
import { discard, startServer, tenant, until, type Json, type Server } from '../server.ts';
import { startSink } from '../sink.ts';

const word = (): string => `canary${randomBytes(12).toString('hex')}`;

test('the search finds what it must find', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sesame-canary-'));
  const secret = word();
  for (const [name, bytes] of forms(`-${secret}-`)) writeFileSync(join(folder, name), bytes);
  writeFileSync(join(folder, 'gzip'), Buffer.concat([Buffer.from('junk'), gzipSync(`before ${secret} after`)]));
  const found = new Set(search([folder], [secret]).map(hit => hit.form));
  for (const form of [...forms(secret).keys(), 'gzip:plain']) assert.ok(found.has(form), `${form} was not found`);
  rmSync(folder, { recursive: true });
});

test('no word of any mail is found on disk or in the log', { timeout: 180_000 }, async () => {
  const temporary = mkdtempSync(join(tmpdir(), 'sesame-tmp-'));
  const mode = { answer: '451 4.3.0 later' };
  const sink = await startSink({ onMessage: () => mode.answer });
  const env = { SESAME_SMARTHOST: sink.address, SESAME_LOG: 'debug', SESAME_DOORS: '1', TMPDIR: temporary };
  mkdirSync(temporary, { recursive: true });
  let server = await startServer(env);
  const sender = await tenant(server, 'sender.test');
  const words: string[] = [];
  const clean = (when: string): void => {
    writeFileSync(join(temporary, 'server.log'), server.log());
    assert.deepEqual(search([server.dataDir, temporary], words), [], `${words.length} words, ${when}`);
  };
  const compose = (): Json => {
    const [subject, text, file, name] = [word(), word(), word(), word()];
    words.push(subject, text, file, name);
    return {
      from: `Toko <news@sender.test>`,
      to: ['reader@rcpt.test'],
      subject: `Receipt ${subject}`,
      text: `Hello ${text}`,
      html: `<p>Hello ${text}</p>`,
      attachments: [{ filename: `${name}.txt`, content: Buffer.from(`${file} and more`).toString('base64'), contentType: 'text/plain' }],
    };
  };
  const post = async (): Promise<string> =>
    (await server.as(sender.key)('POST', '/v1/emails', compose(), { 'idempotency-key': word() })).body.id as string;

  const deferred = await post();
  await until('deferred', () => stateIs(server, sender.accountId, deferred, 'deferred'));
  clean('while deferred');
  await server.kill();
  clean('after kill -9');
  server = await startServer(env, server.dataDir);
  assert.equal(await stateIs(server, sender.accountId, deferred, 'deferred'), true, 'it waits still');

  mode.answer = '250 2.0.0 ok';
  const delivered = await post();
  await until('delivered', () => stateIs(server, sender.accountId, delivered, 'delivered'));
  mode.answer = '550 5.1.1 no such user';
  const bounced = await post();
  await until('bounced', () => stateIs(server, sender.accountId, bounced, 'bounced'));
  mode.answer = '451 4.3.0 later';
  const expired = (await server.as(sender.key)('POST', '/v1/emails', { ...compose(), maxDeliverySeconds: 1 })).body.id as string;
  await until('expired', () => stateIs(server, sender.accountId, expired, 'expired'), 90_000);

  const session = await smtp(server.ready.submissions, { tls: 'implicit', login: sender });
  const [spam, virus] = [word(), word()];
  words.push(spam, virus);
  const refused = await session.send('news@sender.test', 'a@rcpt.test', `From: news@sender.test\nSubject: ${spam}\n\n${GTUBE}\n`);
  assert.match(refused.text, /^554 5\.7\.1 spam_content/);
  const infected = await session.send('news@sender.test', 'a@rcpt.test', `From: news@sender.test\nSubject: ${virus}\n\n${EICAR}\n`);
  assert.match(infected.text, /^554 5\.7\.0 virus_found/);
  session.close();
  clean('after delivered, bounced, expired and refused');
  await server.stop();
  clean('after the stop');
  await sink.close();
  discard(server);
  rmSync(temporary, { recursive: true });
});

async function stateIs(server: Server, accountId: string, id: string, state: string): Promise<boolean> {
  const { body } = await server.call('GET', `/v1/emails/${id}`, undefined, { 'sesame-account': accountId });
  return (body.recipients as { state: string }[]).every(one => one.state === state);
}
