// Paces in a running server: what was learned before is there after the start and told by the API, and wrong rules are told before it starts.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { newPaceMemory } from '../../src/engines/pace/cells.ts';
import { loadRules } from '../../src/engines/pace/load-rules.ts';
import { startPaceOwner } from '../../src/engines/pace/owner.ts';
import { newPaceDoor } from '../../src/engines/pace/pace.ts';
import { systemClock } from '../../src/engines/clock.ts';
import { newLog } from '../../src/engines/log.ts';
import { newMetrics } from '../../src/engines/metrics.ts';
import { openInline } from '../../src/engines/store/inline.ts';
import { openSqlite } from '../../src/engines/store/sqlite.ts';
import { discard, must, ROOT, startServer, tenant } from '../server.ts';

test('what was learned survives a stop and a kill, and the operator reads it in words', async () => {
  let server = await startServer();
  await server.stop();
  await learnIn(server.dataDir);
  for (const end of ['stop', 'kill'] as const) {
    server = await startServer({}, server.dataDir);
    const { body } = { body: await must(server.call('GET', '/v1/shaping')) };
    assert.equal(body.data.length, 1);
    const [one] = body.data;
    assert.equal(one.ip, '192.0.2.1');
    assert.equal(one.provider, 'gmail');
    assert.equal(one.name, 'Gmail and Google Workspace');
    assert.equal(one.usedToday, 30);
    assert.equal(one.steps.length, 1);
    assert.match(one.steps[0].says, /^Slowed down to [\d.]+ mails a second, because of 421 speeding\.$/);
    assert.equal(one.steps[0].words, 'unusual rate of mail, slow down');
    assert.deepEqual((await must(server.call('GET', '/v1/shaping?ip=system'))).data, []);
    assert.equal((await must(server.call('GET', '/v1/shaping?provider=gmail&limit=1'))).next, null);
    const toko = await tenant(server, `${end}.test`);
    assert.equal((await toko.call('GET', '/v1/shaping')).status, 403);
    await server[end]();
  }
  discard(server);
});

test('wrong rules: the server says where, and does not start', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sesame-rules-'));
  const file = join(folder, 'rules.json');
  writeFileSync(file, '{"providers":{"gmail":{"connections":"many"}}}');
  const env = { PATH: process.env['PATH'], SESAME_DATA_DIR: join(folder, 'data'), SESAME_SHAPING: file };
  const run = spawnSync(process.execPath, [join(ROOT, 'src/main.ts')], { env, encoding: 'utf8', timeout: 60_000 });
  rmSync(folder, { recursive: true, force: true });
  assert.equal(run.status, 1);
  assert.match(run.stderr, /rules\.json: "providers\.gmail\.connections" is "many": allowed is a whole number from 1 to 1000/);
});

/** Thirty mails to Gmail and a complaint, by the real door, owner and store. */
async function learnIn(dataDir: string): Promise<void> {
  const db = openSqlite(join(dataDir, 'sesame.db'));
  const opened = await openInline({ db, reader: db, closeDb: db.close, dataDir, now: Date.now });
  const memory = newPaceMemory();
  const rules = loadRules(null);
  assert.ok('book' in rules);
  const parts = { clock: systemClock, metrics: newMetrics(), book: rules.book, memory };
  const owner = await startPaceOwner({ ...parts, store: opened.store.paces, log: newLog('silent', 'test') });
  const door = newPaceDoor({ ...parts, domainOf: () => null, tell: owner.hear });
  const gmail = { ip: '192.0.2.1', provider: door.providerOf(['aspmx.l.google.com']).key };
  for (let n = 0; n < 30; n++) {
    assert.ok((await door.enter({ ...gmail, warming: false })).ok);
    door.told(gmail, { reply: { code: 250, enhanced: null, text: 'OK', phase: 'data' } });
  }
  door.told(gmail, { reply: { code: 421, enhanced: '4.7.28', text: 'unusual rate of mail, slow down', phase: 'data' } });
  door.flush();
  await owner.stop();
  await opened.close();
}
