// The way of a newcomer as the README has it: `npm start`, then its blocks in one shell, word for word but for the port.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../server.ts';
import { blocks, pages } from './pages.ts';

test('the first five minutes of the README end with a delivered mail and a score', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'sesame-path-'));
  const listen = ['HTTP', 'SUBMISSION', 'SUBMISSIONS', 'MX'].map(door => [`SESAME_${door}_LISTEN`, '127.0.0.1:0'] as const);
  const env = { ...process.env, SESAME_DATA_DIR: dataDir, SESAME_CLAMD: 'off', ...Object.fromEntries(listen) };
  const started = spawn('npm', ['start'], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  try {
    const http = await new Promise<string>((resolve, reject) => {
      started.once('exit', code => reject(new Error(`npm start ended with ${code}`)));
      let text = '';
      started.stdout.setEncoding('utf8').on('data', (more: string) => {
        text += more;
        const ready = /^\{"ready":true.*\}$/m.exec(text);
        if (ready) resolve((JSON.parse(ready[0]) as { http: string }).http);
      });
    });
    const readme = pages.find(({ path }) => path === 'README.md') ?? assert.fail();
    const script = blocks(readme, 'sh')
      .join('\n')
      .replaceAll('http://127.0.0.1:8025', http)
      .replaceAll('first.eml', join(dataDir, 'first.eml'));
    const said = execFileSync('sh', ['-euc', script], { cwd: ROOT, encoding: 'utf8', env: { ...env, SESAME_URL: http } });
    assert.match(said, /"status":"queued"/);
    assert.match(said, /"type":"delivered".*success@simulator\.sesame\.test/);
    assert.match(said, /link-text-mismatch/);
    const { status, headers } = await fetch(`${http}/`);
    assert.deepEqual([status, /html/.test(headers.get('content-type') ?? '')], [200, true]);
  } finally {
    // The group: npm, its shell and the server.
    if (started.pid !== undefined && started.exitCode === null) process.kill(-started.pid, 'SIGTERM');
    await new Promise(resolve => (started.exitCode === null ? started.once('exit', resolve) : resolve(null)));
    rmSync(dataDir, { recursive: true, force: true });
  }
});
