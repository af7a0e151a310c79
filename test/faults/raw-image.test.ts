// Destroyed epoch keys are on no block of the disk: a store lives through many epochs on an ext4 image of its own, every key is noted as it
// comes, and the raw image is searched for them. The key of the epoch that is open must be found: the search works.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openKeyFile } from '../../src/engines/keys/keyfile.ts';
import { openInline } from '../../src/engines/store/inline.ts';
import { openSqlite } from '../../src/engines/store/sqlite.ts';
import { mountImage, noImage } from '../image.ts';
import { message } from '../store-contract.ts';

const EPOCHS = 60;

test('destroyed epoch keys are absent from the raw image', { skip: noImage(), timeout: 120_000 }, async () => {
  const image = mountImage(96);
  const dataDir = join(image.disk, 'data');
  mkdirSync(dataDir);
  const file = join(dataDir, 'sesame.db');
  const [db, reader] = [openSqlite(file), openSqlite(file)];
  const clock = { now: Date.now() };
  const store = await openInline({
    db,
    reader,
    closeDb: () => (db.close(), reader.close()),
    dataDir,
    now: () => clock.now,
    times: { openMs: 1_000, lingerMs: 1_000 },
  });
  const keys = openKeyFile(join(dataDir, 'epochs.keys'));
  const seen = new Map<number, Buffer>();
  for (let i = 0; i < EPOCHS; i++) {
    // One mail becomes final at once, one waits and is wrapped again.
    for (const state of ['delivered', 'deferred'] as const) {
      const mail = message(store, clock.now);
      await store.store.queue.accept(mail);
      for (const job of await store.store.queue.claim({ room: 100, perLane: 100 })) {
        const results = job.recipients.map(one => ({
          n: one.n,
          state,
          dueAt: state === 'deferred' ? clock.now + 90_000 : null,
          warned: false,
          unknownSince: null,
          attempt: null,
        }));
        await store.store.queue.settle({ emailId: job.emailId, fence: job.fence, results, events: [], owed: [] });
      }
    }
    for (const { epoch, key } of keys.read()) seen.set(epoch, key);
    clock.now += 1_100;
    while (await store.loop.turn());
  }
  for (const { epoch, key } of keys.read()) seen.set(epoch, key);
  const alive = new Set(keys.read().map(one => one.epoch));
  keys.close();
  await store.close();
  image.unmount();

  const raw = readFileSync(image.file);
  const destroyed = [...seen].filter(([epoch]) => !alive.has(epoch));
  assert.ok(destroyed.length >= EPOCHS / 2, `${destroyed.length} of ${seen.size} epochs were destroyed`);
  assert.ok(alive.size > 0);
  for (const [epoch, key] of seen)
    assert.equal(
      raw.includes(key),
      alive.has(epoch),
      `epoch ${epoch} ${alive.has(epoch) ? 'is alive and its key not found' : 'was destroyed and its key is on the disk'}`,
    );
  console.log(`${destroyed.length} destroyed keys: none on the disk; ${alive.size} alive: found`);
  image.remove();
});
