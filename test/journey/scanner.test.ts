// Debian's clamd as signature engine: found at every door, and once it was seen, mail without it waits at the sender until it is back or
// switched off.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MARKER, noClamd, startClamd } from '../clamd.ts';
import { smtp } from '../client.ts';
import { discard, must, startServer, tenant, until } from '../server.ts';
import { startSink } from '../sink.ts';

test('clamd finds, is required once seen, and fails closed', { skip: noClamd }, async () => {
  const clamd = await startClamd();
  const env = { SESAME_CLAMD: `unix:${clamd.socket}` };
  let server = await startServer(env);
  const owner = await tenant(server, 'inbox.test');
  await must(owner.call('POST', '/v1/inbound/routes', { match: 'inbox.test', action: 'drop' }));
  const give = async (body: string): Promise<string> => {
    const session = await smtp(server.ready.mx);
    const reply = await session.send('x@stranger.test', 'ana@inbox.test', `From: x@stranger.test\nSubject: x\n\n${body}\n`);
    session.close();
    return reply.text;
  };
  assert.match(await give(`before ${MARKER} after`), /^554 5\.7\.0 virus_found.*Sesame\.Test\.Marker/);
  assert.match(await give('hello'), /^250/);
  const { id } = await must(
    owner.call('POST', '/v1/emails', { from: 'a@inbox.test', to: ['success@simulator.sesame.test'], subject: 'x', text: 'x' }),
  );
  const { virus } = (await owner.call('GET', `/v1/emails/${id}`)).body;
  assert.equal(virus.coverage, 'signatures');
  assert.equal(virus.engines.find((one: { name: string }) => one.name === 'clamav').state, 'ok');
  assert.equal((await server.call('GET', '/readyz')).status, 200);

  await clamd.stop();
  assert.match(await give('hello'), /^451 4\.3\.0 scanner_unavailable/);
  const refused = await owner.call('POST', '/v1/emails', {
    from: 'a@inbox.test',
    to: ['success@simulator.sesame.test'],
    subject: 'x',
    text: 'x',
  });
  assert.deepEqual([refused.status, refused.body.error.code], [503, 'scanner_unavailable']);
  assert.ok(refused.headers.get('retry-after'));

  await server.stop();
  server = await startServer({ SESAME_CLAMD: 'off' }, server.dataDir);
  assert.match(await give('hello'), /^250/, 'switched off by the operator');
  await server.stop();
  discard(server);
});

test('a signature that comes after the mail was accepted stops it before it goes', { skip: noClamd }, async () => {
  const clamd = await startClamd();
  const sink = await startSink();
  const server = await startServer({ SESAME_CLAMD: `unix:${clamd.socket}`, SESAME_SMARTHOST: sink.address });
  const owner = await tenant(server, 'sender.test');
  const words = `something nobody knows yet ${Date.now()}`;
  const send = async (text: string): Promise<string> => {
    // Later than what is still fresh to the scanner.
    const sendAt = new Date(Date.now() + 12_000).toISOString();
    const mail = { from: 'a@sender.test', to: ['b@elsewhere.test'], subject: 'x', text: 'x', sendAt };
    const attachments = [{ filename: 'a.txt', content: Buffer.from(text).toString('base64') }];
    return (await must(owner.call('POST', '/v1/emails', { ...mail, attachments }))).id;
  };
  const [bad, good] = [await send(words), await send('something else')];
  await clamd.learn('late.ndb', `Sesame.Test.Late:0:*:${Buffer.from(words).toString('hex')}`);
  const state = async (id: string): Promise<string> => (await owner.call('GET', `/v1/emails/${id}`)).body.recipients[0].state;
  await until('the good one arrived', async () => (await state(good)) === 'delivered');
  await until('the bad one ended', async () => (await state(bad)) === 'bounced');
  const { recipients, virus } = (await owner.call('GET', `/v1/emails/${bad}`)).body;
  assert.match(recipients[0].attempts[0].reply, /^virus_found: Sesame\.Test\.Late/);
  assert.equal(virus.verdict, 'FAIL');
  assert.equal(sink.caught.filter(mail => mail.raw.includes('nobody knows')).length, 0);
  await server.stop();
  await clamd.stop();
  await sink.close();
  discard(server);
});
