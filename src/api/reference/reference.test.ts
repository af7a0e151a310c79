// The reference against a real server: each example is made and answers what is shown, each route and code stands in it, no page breaks its
// own policy, and it is small.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { lost, made, SETTINGS } from '../../../test/reference.ts';
import { discard, startServer, type Json, type Server } from '../../../test/server.ts';
import { CODES } from '../errors.ts';
import { recorded, type Operation } from './document.ts';
import { curlOf, fetchOf } from './examples.ts';
import { fieldRows, typeOf } from './fields.ts';
import { sections } from './sections.ts';

let server: Server;
let openapi: Json;
const get = async (path: string): Promise<Response> => fetch(server.ready.http + path);
before(async () => {
  server = await startServer(SETTINGS);
  openapi = await (await get('/openapi.json')).json();
});
after(async () => {
  await server.stop();
  discard(server);
});

test('every example works and answers what is shown; else run: node test/reference.ts', async () => {
  for (const { name, status, body } of await made(server)) {
    const shown = recorded[name];
    assert.ok(shown, `${name} was not recorded`);
    assert.equal(status, shown.status, name);
    assert.deepEqual(lost(shown.body, body), [], name);
  }
});

test('what the reference names exists, and every route stands in it with its anchor', async () => {
  const page = await (await get('/docs')).text();
  const routes = Object.entries<Json>(openapi.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map(method => `${method.toUpperCase()} ${path}`),
  );
  for (const name of sections.flatMap(one => Object.keys(one.calls))) assert.ok(routes.includes(name), `${name} is no route`);
  for (const name of routes) {
    const [method = '', path = ''] = name.split(' ');
    assert.ok(page.includes(`id="${method.toLowerCase()}-${path}"`), name);
  }
  for (const anchor of [...page.matchAll(/href="#([^"]+)"/g)].map(found => found[1] ?? ''))
    assert.ok(page.includes(`id="${anchor}"`), anchor);
  const send: Operation = openapi.paths['/v1/emails'].post;
  assert.equal(send['x-access'], 'send');
  assert.ok(Object.keys(send.responses ?? {}).includes('202'));
});

test('pages break nothing of their policy, hold no script or style, and are small', async () => {
  const paths = ['/docs', '/docs/errors', ...Object.keys(CODES).map(code => `/docs/errors/${code}`)];
  for (const path of paths) {
    const answer = await get(path);
    const html = await answer.text();
    assert.equal(answer.status, 200, path);
    assert.match(
      answer.headers.get('content-security-policy') ?? '',
      /default-src 'none'; script-src 'self'; style-src 'self'; base-uri 'none'/,
    );
    assert.ok(!/ style=| on\w+=|<style|javascript:|src="http|href="http/i.test(html), path);
    assert.deepEqual([...html.matchAll(/<script[^>]*>/g)].map(String), ['<script src="/docs/copy.js" defer>'], path);
    assert.ok(gzipSync(html).length < 60_000, `${path}: ${gzipSync(html).length}`);
  }
  assert.match((await get('/docs/style.css')).headers.get('content-type') ?? '', /^text\/css/);
  assert.match((await get('/docs/copy.js')).headers.get('content-type') ?? '', /^text\/javascript/);
  assert.equal((await get('/docs/errors/nonsense')).status, 404);
  assert.equal((await get('/docs/errors/constructor')).status, 404);
});

test('examples as one types them', () => {
  const operation: Operation = { 'x-access': 'manage' };
  assert.equal(
    curlOf('POST /v1/blocked', operation),
    `curl "$SESAME_URL/v1/blocked" \\\n  -H "Authorization: Bearer $SESAME_API_KEY" \\\n  -H "Content-Type: application/json" \\\n  -d '{"pattern":"eve@example.com","direction":"recipient","reason":"Asked us to stop."}'`,
  );
  assert.match(curlOf('POST /v1/scan', operation), /--data-binary @message\.eml$/);
  assert.match(curlOf('DELETE /v1/filter/learned', operation), /^curl -X DELETE "\$SESAME_URL\/v1\/filter\/learned"/);
  assert.equal(curlOf('GET /healthz', { 'x-access': 'public' }), 'curl "$SESAME_URL/healthz"');
  assert.match(
    fetchOf('POST /v1/keys', operation),
    /^const answer = await fetch\(`\$\{process\.env\.SESAME_URL\}\/v1\/keys`, \{\n {2}method: 'POST',/,
  );
});

test('fields with types, bounds and what is inside; what schemas say is escaped', () => {
  const rows = fieldRows({
    type: 'object',
    required: ['to'],
    properties: {
      to: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
      track: { type: 'object', properties: { opens: { type: 'boolean', description: '<b>off</b>' } } },
      parts: { type: 'array', maxItems: 20, items: { type: 'object', properties: { name: { type: 'string', maxLength: 10 } } } },
    },
  });
  assert.match(rows, /<code>to<\/code> <b>needed<\/b><td>string \| list of string/);
  assert.match(rows, /<code>track\.opens<\/code><td>boolean<td>&#60;b&#62;off/);
  assert.match(rows, /<code>parts\[\]\.name<\/code><td>string<td><small>at most 10 characters/);
  assert.equal(typeOf({ anyOf: [{ const: 'a' }, { const: 'b' }] }), '"a" | "b"');
});
