// Counters through a backup: they come back whole into a database without any, and never on top of others.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { installationKey } from '../engines/keys/secrets.ts';
import { listFiles } from '../engines/library/backup-files.ts';
import { openInline } from '../engines/store/inline.ts';
import { openSqlite } from '../engines/store/sqlite.ts';
import { dump } from './dump.ts';
import { load } from './load.ts';

test('a restore brings counters back, and leaves those that are there', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'sesame-backup-'));
  try {
    const at = 1_800_000_000_000;
    const db = openSqlite(join(dataDir, 'sesame.db'));
    const s = await openInline({ db, reader: db, closeDb: () => undefined, dataDir, now: () => at });
    const told = { type: 'expired', at, accountId: 'acc_1', emailId: null, recipient: 'a@x.test', data: {} } as const;
    await s.store.events.add([told, told]);
    const key = installationKey(join(dataDir, 'secret.key'));
    const files = listFiles(dataDir);
    const lines = await Array.fromAsync(dump(db, at, files));
    const source = async function* (): AsyncIterable<string> {
      yield* lines;
    };
    await s.store.events.add([told]);
    await s.close();
    const counted = async (of: typeof db): Promise<unknown> =>
      (await of.all('SELECT account_id, measure, count FROM statistics ORDER BY account_id')).map(row => Object.values(row));

    const elsewhere = openSqlite(':memory:');
    assert.equal((await load(elsewhere, key, source, files)).ok, true);
    assert.deepEqual(await counted(elsewhere), [
      ['', 'expired', 2],
      ['acc_1', 'expired', 2],
    ]);
    elsewhere.close();

    assert.equal((await load(db, key, source, files)).ok, true);
    assert.deepEqual(await counted(db), [
      ['', 'expired', 3],
      ['acc_1', 'expired', 3],
    ]);
    db.close();
  } finally {
    rmSync(dataDir, { recursive: true });
  }
});
