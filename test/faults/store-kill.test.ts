// kill -9 inside store and queue, at random points: what was said to be accepted is there, each recipient in exactly one state, what was
// said to be delivered stays so, what waits can be opened (no key was
// destroyed too early), and counters equal the events. SESAME_KILLS=2000 runs the long form.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { openInline } from '../../src/engines/store/inline.ts';
import { openSqlite } from '../../src/engines/store/sqlite.ts';
import { randomFrom } from '../random.ts';

const KILLS = Number(process.env['SESAME_KILLS'] ?? 250);
const SEED = Number(process.env['SESAME_SEED'] ?? Date.now() % 1_000_000);
const CHILD = new URL('store-child.ts', import.meta.url).pathname;

type Known = {
  readonly accepted: Map<string, { readonly recipients: number; readonly body: string }>;
  readonly delivered: Set<string>;
  readonly faults: string[];
};

test(`kill -9 inside the store at ${KILLS} points, seed ${SEED}`, { timeout: 60_000 + KILLS * 5_000 }, async () => {
  const random = randomFrom(SEED);
  const dataDir = mkdtempSync(join(tmpdir(), 'sesame-store-kill-'));
  const known: Known = { accepted: new Map(), delivered: new Set(), faults: [] };
  for (let round = 0; round < KILLS; round++) await runAndKill(dataDir, round * 1_000, 1 + random() * 120, known);
  assert.deepEqual(known.faults, [], `seed ${SEED}`);
  assert.ok(known.accepted.size > KILLS, `only ${known.accepted.size} were accepted`);

  const file = join(dataDir, 'sesame.db');
  const [db, reader] = [openSqlite(file), openSqlite(file, { readOnly: true })];
  const store = await openInline({ db, reader, closeDb: () => (db.close(), reader.close()), dataDir });
  assert.deepEqual(store.alarms, [], 'a key is missing');
  let waiting = 0;
  for (const [id, { recipients, body }] of known.accepted) {
    const rows = await store.store.emails.recipients(id);
    assert.equal(rows.length, recipients, `${id} has ${rows.length} of ${recipients} recipients`);
    for (const { n, state } of rows) {
      assert.ok(['queued', 'deferred', 'delivered'].includes(state), `${id} ${n} is ${state}`);
      if (known.delivered.has(`${id} ${n}`)) assert.equal(state, 'delivered', `${id} ${n} was said to be delivered`);
    }
    if (rows.every(one => one.state === 'delivered')) {
      assert.equal(await store.store.queue.content(id), null, `${id} is final and its content is there`);
      continue;
    }
    waiting++;
    const sealed = await store.store.queue.content(id);
    assert.ok(sealed, `${id} waits without content`);
    assert.equal(store.vault.open(id, sealed).toString(), body);
  }
  // Counters are in the commit of their events, so that no kill came between.
  const events = await reader.all(
    "SELECT type, count(*) AS count FROM events WHERE type IN ('delivered', 'deferred') GROUP BY type ORDER BY type",
  );
  const sums = await store.store.statistics.sums({ accountId: null, from: 0, to: Date.now() + 86_400_000 });
  for (const { type, count } of events) assert.equal(sums.find(one => one.measure === type)?.count, count, `counter of ${String(type)}`);
  assert.equal(events.length, 2);
  console.log(
    `seed ${SEED}: ${KILLS} kills, ${known.accepted.size} accepted, ${known.delivered.size} deliveries said, ${waiting} waiting and readable, 0 lost`,
  );
  await store.close();
  rmSync(dataDir, { recursive: true });
});

/** Lets the child work for `ms` behind its `ready`, kills it, and notes what it had said. */
async function runAndKill(dataDir: string, seed: number, ms: number, known: Known): Promise<void> {
  const child = spawn(process.execPath, [CHILD, dataDir, String(seed)], { stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (bytes: Buffer) => (errors += bytes.toString()));
  const closed = new Promise<void>(resolve => child.once('close', () => resolve()));
  for await (const line of createInterface({ input: child.stdout })) {
    const [word = '', id = '', ...rest] = line.split(' ');
    if (word === 'ready') setTimeout(() => child.kill('SIGKILL'), ms);
    else if (word === 'accepted') known.accepted.set(id, { recipients: Number(rest[0]), body: rest.slice(1).join(' ') });
    else if (word === 'delivered') known.delivered.add(`${id} ${rest[0] ?? ''}`);
    else known.faults.push(line);
  }
  await closed;
  if (child.signalCode !== 'SIGKILL') known.faults.push(`the child ended by itself: ${errors.slice(0, 500)}`);
}
