// Files of the console over a real HTTP server: kinds, validators, compression, the page under its own paths, and nothing else.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import Fastify from 'fastify';
import type { ApiDeps, App } from '../types.ts';
import { files } from './files.ts';
import { encodingFor } from './send-file.ts';

const root = mkdtempSync(join(tmpdir(), 'sesame-files-'));
after(() => rmSync(root, { recursive: true }));
const dist = join(root, 'console', 'dist');
const INDEX = '<!doctype html><title>Sesame</title>';
const SCRIPT = 'const answer = 42;\n'.repeat(200);
mkdirSync(join(dist, 'assets'), { recursive: true });
writeFileSync(join(root, 'secret.txt'), 'secret');
writeFileSync(join(dist, 'index.html'), INDEX);
writeFileSync(join(dist, 'favicon.svg'), '<svg/>');
writeFileSync(join(dist, 'assets', 'index-Ab12_-Xy.js'), SCRIPT);
writeFileSync(join(dist, 'assets', 'plain.css'), 'p{}');
writeFileSync(join(dist, 'server.pem'), 'a kind that is not served');
symlinkSync(join(root, 'secret.txt'), join(dist, 'link.txt'));

async function served(at: string): Promise<App> {
  const app = Fastify({ exposeHeadRoutes: false }) as unknown as App;
  files(app, { config: { root: at } } as unknown as ApiDeps);
  await app.ready();
  return app;
}
const app = await served(root);
const get = (url: string, headers: Readonly<Record<string, string>> = {}) => app.inject({ method: 'GET', url, headers });
const HTML = { accept: 'text/html,application/xhtml+xml' };

test('each file with its kind, a validator, and headers that leave nothing to guess', async () => {
  const index = await get('/', HTML);
  assert.equal(index.body, INDEX);
  assert.equal(index.headers['content-type'], 'text/html; charset=utf-8');
  assert.equal(index.headers['cache-control'], 'no-cache');
  assert.equal(
    index.headers['content-security-policy'],
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  );
  for (const [name, value] of [
    ['x-content-type-options', 'nosniff'],
    ['referrer-policy', 'no-referrer'],
    ['cross-origin-opener-policy', 'same-origin'],
    ['cross-origin-resource-policy', 'same-origin'],
  ] as const)
    assert.equal(index.headers[name], value);
  assert.match(String(index.headers['permissions-policy']), /camera=\(\)/);
  const etag = String(index.headers.etag);
  const again = await get('/', { 'if-none-match': `"x", W/${etag}` });
  assert.equal(again.statusCode, 304);
  assert.equal(again.body, '');
  const script = await get('/assets/index-Ab12_-Xy.js');
  assert.equal(script.headers['cache-control'], 'public, max-age=31536000, immutable');
  assert.equal(script.headers['content-type'], 'text/javascript; charset=utf-8');
  assert.equal((await get('/assets/plain.css')).headers['cache-control'], 'no-cache');
  assert.equal((await get('/favicon.svg?v=1')).headers['content-type'], 'image/svg+xml');
  const head = await app.inject({ method: 'HEAD', url: '/' });
  assert.equal(head.statusCode, 200);
  assert.equal(head.body, '');
});

test('compression by what the client takes, with a validator of its own', async () => {
  const plain = await get('/assets/index-Ab12_-Xy.js');
  assert.equal(plain.body, SCRIPT);
  const gzip = await get('/assets/index-Ab12_-Xy.js', { 'accept-encoding': 'gzip, br;q=0' });
  assert.equal(gzip.headers['content-encoding'], 'gzip');
  assert.equal(gunzipSync(gzip.rawPayload).toString(), SCRIPT);
  const br = await get('/assets/index-Ab12_-Xy.js', { 'accept-encoding': 'gzip, deflate, br' });
  assert.equal(br.headers['content-encoding'], 'br');
  assert.equal(br.headers.vary, 'Accept-Encoding');
  assert.equal(brotliDecompressSync(br.rawPayload).toString(), SCRIPT);
  assert.equal(new Set([plain.headers.etag, gzip.headers.etag, br.headers.etag]).size, 3);
  assert.equal((await get('/', { 'accept-encoding': 'br' })).headers['content-encoding'], undefined, 'too small');
  assert.deepEqual(['', 'identity', 'gzip;q=0', 'GZIP;q=0.5', 'br;q=0.0, gzip'].map(encodingFor), [
    'identity',
    'identity',
    'identity',
    'gzip',
    'gzip',
  ]);
});

test('the page answers under its own paths, to who asks for pages', async () => {
  for (const path of [
    '/messages',
    '/messages/msg_1',
    '/domains/toko',
    '/vendors',
    '/documents?x=1.2',
    '/domains/mail.toko.test',
    '/blocked/a%40b.test',
  ])
    assert.equal((await get(path, HTML)).body, INDEX, path);
  for (const path of ['/messages', '/emails', '/none.js', '/a/b.map'])
    assert.equal((await get(path, { accept: '*/*' })).statusCode, 404, path);
  for (const path of [
    '/v1/nothing',
    '/v2/email',
    '/docs/x',
    '/console/x',
    '/assets/none',
    '/metrics/x',
    '/u/x',
    '/o',
    '/.well-known/x',
    '/.git/config',
    '/a//b',
  ])
    assert.equal((await get(path, HTML)).statusCode, 404, path);
});

test('what is no file of the console is not served, however it is asked for', async () => {
  for (const path of [
    '/link.txt',
    '/server.pem',
    '/../secret.txt',
    '/assets/../../../secret.txt',
    '/%2e%2e/%2e%2e/secret.txt',
    '/..%2f..%2fsecret.txt',
    '//secret.txt',
    '/assets/..\\..\\secret.txt',
    '/constructor',
    '/__proto__',
  ]) {
    const { statusCode, body } = await get(path);
    assert.equal(statusCode, 404, path);
    assert.ok(!body.includes('secret"') && body !== 'secret', path);
  }
});

test('without a build there is a page that says so', async () => {
  const bare = await served(dist);
  const { statusCode, body } = await bare.inject({ method: 'GET', url: '/', headers: HTML });
  assert.equal(statusCode, 200);
  assert.match(body, /was not built/);
  assert.equal((await bare.inject({ method: 'GET', url: '/assets/x.js' })).statusCode, 404);
});
