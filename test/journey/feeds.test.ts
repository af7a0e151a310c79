// Feeds of the blocked library, pulled from a real web server: taken whole, kept when they fail or shrink, asked by ETag, gone with their feed.
import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server as Web } from 'node:http';
import { after, before, test } from 'node:test';
import { smtp } from '../client.ts';
import { discard, must, startServer, tenant, until, type Json, type Server, type Tenant } from '../server.ts';

let web: Web;
let url = '';
let server: Server;
let one: Tenant;
/** What the web server says to the next question, and the questions so far. */
let answer: { readonly status: number; readonly body: string; readonly headers?: Readonly<Record<string, string>> } = {
  status: 404,
  body: '',
};
const asked: IncomingMessage['headers'][] = [];

before(async () => {
  web = createServer((request, response) => {
    asked.push(request.headers);
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body);
  });
  await new Promise<void>(resolve => web.listen(0, '127.0.0.1', resolve));
  const at = web.address();
  url = `http://127.0.0.1:${typeof at === 'object' && at ? at.port : 0}/list`;
  server = await startServer();
  one = await tenant(server, 'one.test');
  await must(one.call('POST', '/v1/inbound/routes', { match: '@one.test', action: 'drop' }));
});
after(async () => {
  await server.stop();
  web.close();
  discard(server);
});

const lines = (count: number): string => Array.from({ length: count }, (_, n) => `bad${n}.test`).join('\n');
const state = (id: string): Promise<Json> => must(server.call('GET', `/v1/feeds/${id}`));
/** Pulled once more, and what came of it. */
async function pulled(id: string, body: object = {}): Promise<Json> {
  const count = asked.length;
  await must(server.call('POST', `/v1/feeds/${id}/pull`, body));
  return until(
    'the pull',
    async () =>
      asked.length > count &&
      (await until('its end', async () => {
        const now = await state(id);
        return Date.parse(now.nextAt) > Date.now() && now;
      })),
  );
}
async function mx(from: string): Promise<string> {
  const session = await smtp(server.ready.mx);
  const { text } = await session.send(from, 'box@one.test', `From: ${from}\nSubject: x\n\nx\n`);
  session.close();
  return text;
}

test('a feed is pulled at once and blocks senders; an account may allow what it blocks; the log says which feed', async () => {
  answer = { status: 200, body: lines(40), headers: { etag: '"v1"' } };
  const made = await must(server.call('POST', '/v1/feeds', { name: 'drop', url, format: 'plain' }));
  const taken = await until('the first pull', async () => {
    const now = await state(made.id);
    return now.entries > 0 && now;
  });
  assert.deepEqual([taken.entries, taken.fault, taken.failures, taken.direction], [40, null, 0, 'sender']);
  assert.match(await mx('x@bad7.test'), /^550 5\.7\.1 sender_blocked/);
  await until('the log', async () =>
    (await must(one.call('GET', '/v1/refusals?reason=sender_blocked&domain=one.test'))).data.some(
      (it: Json) => it.detail === 'feed:drop @bad7.test',
    ),
  );
  await must(one.call('POST', '/v1/blocked', { pattern: '@bad7.test', action: 'allow', direction: 'sender' }));
  assert.match(await mx('x@bad7.test'), /^250 /);
  assert.equal((await server.call('DELETE', '/v1/blocked/lists/drop')).body.error.code, 'wrong_state');
  assert.equal((await one.call('GET', '/v1/feeds')).status, 403);
});

test('it is asked by what it said last, and what the operator took out stays out', async () => {
  const [{ id }] = (await must(server.call('GET', '/v1/feeds'))).data;
  const [hit] = (await must(server.call('GET', '/v1/blocked?pattern=@bad8.test'))).data;
  assert.equal((await server.call('DELETE', `/v1/blocked/${hit.id}`)).status, 204);
  answer = { status: 200, body: lines(60), headers: { etag: '"v2"' } };
  const now = await pulled(id);
  assert.deepEqual([now.entries, now.fault], [60, null]);
  assert.deepEqual([(await mx('x@bad8.test')).startsWith('250 '), (await mx('x@bad59.test')).startsWith('550 ')], [true, true]);
  // Its interval has not gone by: the next question is made by a change that leaves the address alone.
  answer = { status: 304, body: '' };
  const count = asked.length;
  await must(server.call('PATCH', `/v1/feeds/${id}`, { everySeconds: 900 }));
  await until('the question', () => asked.length > count);
  assert.equal(asked.at(-1)?.['if-none-match'], '"v2"');
  const same = await until('its end', async () => {
    const then = await state(id);
    return Date.parse(then.nextAt) > Date.now() && then;
  });
  assert.deepEqual([same.entries, same.fault, same.changedAt], [60, null, now.changedAt]);
});

test('errors, an empty answer, another kind of page and one that shrank are not taken; the operator’s word is', async () => {
  const [{ id }] = (await must(server.call('GET', '/v1/feeds'))).data;
  const faults: string[] = [];
  for (const next of [
    { status: 503, body: 'later' },
    { status: 302, body: '', headers: { location: url } },
    { status: 200, body: '# nothing\n' },
    { status: 200, body: `<html>\n${'<p>not a list</p>\n'.repeat(50)}` },
    { status: 200, body: lines(29) },
  ]) {
    answer = next;
    const now = await pulled(id);
    assert.equal(now.entries, 60);
    faults.push(now.fault);
  }
  assert.deepEqual(faults, [
    'it answers HTTP 503',
    'it answers HTTP 302',
    'no line of it is an entry',
    'no line of it is an entry',
    'it has 29 entries and had 60',
  ]);
  assert.match(await mx('x@bad59.test'), /^550 /);
  const forced = await pulled(id, { force: true });
  assert.deepEqual([forced.entries, forced.fault, forced.failures], [29, null, 0]);
  assert.match(await mx('x@bad59.test'), /^250 /);
});

test('bad fields are told; a feed goes with its list', async () => {
  const make = async (body: object): Promise<string> => (await server.call('POST', '/v1/feeds', body)).body.error?.field;
  assert.deepEqual(
    [
      await make({ name: 'x', url: 'ftp://x', format: 'plain' }),
      await make({ name: 'x', url, format: 'odd' }),
      await make({ name: 'drop', url, format: 'plain' }),
      await make({ name: 'x', url, format: 'csv', everySeconds: 1 }),
    ],
    ['url', 'format', 'name', 'everySeconds'],
  );
  const [{ id }] = (await must(server.call('GET', '/v1/feeds'))).data;
  assert.equal((await server.call('DELETE', `/v1/feeds/${id}`)).status, 204);
  await until('its list is gone', async () => (await mx('x@bad1.test')).startsWith('250 '));
  assert.deepEqual((await must(server.call('GET', '/v1/blocked/lists'))).data, []);
});
