// The server without what only development needs, as a container has it after `npm prune --omit=dev`: it starts, and serves the console that was built.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildConsole } from '../../console/build.ts';
import { ROOT } from '../server.ts';

test('it runs without development packages', async () => {
  const root = mkdtempSync(join(tmpdir(), 'sesame-production-'));
  try {
    assert.match(await buildConsole(() => undefined), /fresh|built/);
    for (const name of ['bin', 'src', 'console', 'package.json', 'package-lock.json'])
      cpSync(join(ROOT, name), join(root, name), { recursive: true });
    const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as { packages: Record<string, { dev?: boolean }> };
    const left = Object.entries(lock.packages).flatMap(([path, { dev = false }]) => (dev && path !== '' ? [path] : []));
    cpSync(join(ROOT, 'node_modules'), join(root, 'node_modules'), {
      recursive: true,
      verbatimSymlinks: true,
      filter: source => !left.some(path => source === join(ROOT, path)),
    });
    const listen = ['HTTP', 'SUBMISSION', 'SUBMISSIONS', 'MX'].map(door => [`SESAME_${door}_LISTEN`, '127.0.0.1:0'] as const);
    const env = { PATH: process.env['PATH'], SESAME_DATA_DIR: join(root, 'data'), SESAME_CLAMD: 'off', ...Object.fromEntries(listen) };
    assert.match(execFileSync('node', ['console/build.ts'], { cwd: root, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }), /^$/);
    const server = spawn(join(root, 'bin/sesame'), ['serve'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const ended = new Promise(resolve => server.once('exit', resolve));
    let log = '';
    server.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
    const first = await Promise.race([ended.then(() => null), new Promise<Buffer>(resolve => server.stdout.once('data', resolve))]);
    assert.ok(first, log);
    const { http } = JSON.parse(first.toString('utf8')) as { http: string };
    assert.equal((await fetch(`${http}/readyz`)).status, 200);
    const page = await fetch(`${http}/`);
    assert.match(await page.text(), /<script type="module"[^>]* src="\/assets\//);
    server.kill('SIGTERM');
    assert.equal(await ended, 0, log);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});
