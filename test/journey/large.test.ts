// Large mail: 24 MiB through every door, sealed in chunks ahead of its row, and what is larger is told so in time.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { smtp } from '../client.ts';
import { startHook } from '../hook.ts';
import { discard, must, startServer, tenant, until } from '../server.ts';
import { startSink } from '../sink.ts';

test('24 MiB by SMTP and HTTP, out and in', { timeout: 120_000 }, async () => {
  const sink = await startSink({});
  const hook = await startHook();
  const server = await startServer({ SESAME_SMARTHOST: sink.address });
  const owner = await tenant(server, 'inbox.test');
  await must(owner.call('POST', '/v1/inbound/routes', { match: 'inbox.test', action: { webhook: hook.url }, includeRaw: true }));
  const file = randomBytes(17 * 1024 * 1024);
  const encoded = file.toString('base64').replace(/.{76}/g, '$&\r\n');
  const parts = [
    'From: a@inbox.test',
    'Subject: large',
    'MIME-Version: 1.0',
    'Content-Type: application/octet-stream',
    'Content-Transfer-Encoding: base64',
    '',
    encoded,
    '',
  ];
  const mail = Buffer.from(parts.join('\r\n'));
  assert.ok(mail.length > 24_000_000);

  const out = await smtp(server.ready.submissions, { tls: 'implicit', login: owner });
  assert.match((await out.send('a@inbox.test', 'b@rcpt.test', mail)).text, /^250/);
  assert.match(
    (await out.send('a@inbox.test', 'b@rcpt.test', Buffer.concat([mail, Buffer.alloc(4_000_000, 'x\r\n')]))).text,
    /^552 5\.3\.4/,
  );
  out.close();
  const caught = await until('the large mail at the sink', () => sink.caught[0]);
  assert.ok(caught.raw.includes(mail.subarray(mail.length - 5_000)));

  const attachments = [{ filename: 'a.bin', content: file.toString('base64') }];
  const { id } = await must(
    owner.call('POST', '/v1/emails', { from: 'a@inbox.test', to: 'c@rcpt.test', subject: 'x', text: 'x', attachments }),
  );
  await until('the large mail by HTTP', () => sink.caught.find(one => one.raw.subarray(0, 5_000).includes(id)));
  const over = await owner.call('POST', '/v1/emails', {
    from: 'a@inbox.test',
    to: 'c@rcpt.test',
    subject: 'x',
    text: 'x',
    attachments: [...attachments, ...attachments],
  });
  assert.equal(over.status, 413);

  const session = await smtp(server.ready.mx);
  assert.match((await session.send('x@s.test', 'ana@inbox.test', mail)).text, /^250/);
  session.close();
  const posted = await until('the large mail at the webhook', () => hook.posted[0]);
  assert.ok(Buffer.from(posted.body.raw, 'base64').includes(mail.subarray(mail.length - 5_000)));
  await server.stop();
  await Promise.all([sink.close(), hook.close()]);
  discard(server);
});
