// Automatic entries of the blocked library through a backup and a new installation key: addresses still open, and nothing newer is lost.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { installationKey, newSecrets, openRoots } from '../engines/keys/secrets.ts';
import { openInline } from '../engines/store/inline.ts';
import { openSqlite } from '../engines/store/sqlite.ts';
import { listFiles } from '../engines/library/backup-files.ts';
import type { Db } from '../engines/store/types.ts';
import type { Secrets } from '../engines/types.ts';
import { hashedPatterns, readKnown, suppressionOf } from '../suppress/entries.ts';
import { dump } from './dump.ts';
import { load } from './load.ts';
import { rotate } from './rotate.ts';

const folders: string[] = [];
after(() => {
  for (const one of folders) rmSync(one, { recursive: true, force: true });
});
const DAY = 86_400_000;
const clock = { now: 1_800_000_000_000 };

/** A complaint and a report of a bounce of the address, which the account was told. */
async function fill(dataDir: string, db: Db): Promise<() => Promise<void>> {
  const s = await openInline({ db, reader: db, closeDb: () => undefined, dataDir, now: () => clock.now });
  if (!(await s.store.accounts.get('acc_1'))) await s.store.accounts.create({ id: 'acc_1', name: 'one', contact: null });
  for (const kind of ['hard_bounce', 'complaint'] as const) {
    const told = { accountId: 'acc_1', class: kind, address: 'ann@x.test', evidence: kind, vote: false };
    const event = { type: 'bounced', at: clock.now, accountId: 'acc_1', emailId: null, recipient: null, data: {} } as const;
    await s.store.events.addOutcomes([{ event, suppression: suppressionOf(s.secrets, told) }]);
  }
  return s.close;
}

async function shown(db: Db, secrets: Secrets): Promise<readonly unknown[]> {
  const marks = hashedPatterns(secrets.mac, 'ann@x.test');
  const rows = await db.all('SELECT * FROM blocked WHERE pattern IN (?, ?) ORDER BY class', marks);
  return rows.map(row => [
    readKnown(secrets.open, 'acc_1', row['sealed'] as Uint8Array).evidence,
    row['times'],
    row['expires_at'] === null ? null : (Number(row['expires_at']) - 1_800_000_000_000) / DAY,
  ]);
}

async function lines(all: AsyncIterable<string>): Promise<string[]> {
  const found: string[] = [];
  for await (const line of all) found.push(line);
  return found;
}

test('a restored entry is found, opens, and takes no place of a newer one', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'sesame-backup-'));
  folders.push(dataDir);
  const files = listFiles(dataDir);
  const db = openSqlite(join(dataDir, 'sesame.db'));
  await (
    await fill(dataDir, db)
  )();
  const keyFile = join(dataDir, 'secret.key');
  const text = await lines(dump(db, clock.now, files));
  const source = async function* (): AsyncIterable<string> {
    yield* text;
  };
  const secrets = newSecrets(await openRoots(db, installationKey(keyFile)));
  const old = [
    ['complaint', 1, null],
    ['hard_bounce', 1, 14],
  ];
  assert.deepEqual(await shown(db, secrets), old);

  const elsewhere = openSqlite(':memory:');
  assert.equal((await load(elsewhere, installationKey(keyFile), source, files)).ok, true);
  assert.deepEqual(await shown(elsewhere, secrets), old);
  elsewhere.close();

  clock.now += 14 * DAY;
  await (
    await fill(dataDir, db)
  )();
  assert.equal((await load(db, installationKey(keyFile), source, files)).ok, true);
  const newer = [
    ['complaint', 1, null],
    ['hard_bounce', 2, 42],
  ];
  assert.deepEqual(await shown(db, secrets), newer);

  await rotate(db, keyFile);
  const rotated = newSecrets(await openRoots(db, installationKey(keyFile)));
  assert.deepEqual(await shown(db, rotated), newer);
  await assert.rejects(shown(db, secrets), /does not open/);
  db.close();
});
