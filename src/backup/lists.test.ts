// Templates and recipient lists through a backup and a new installation key: they open, in pieces as in one, and a list that is here keeps
// the places that it gave since.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { imported } from '../api/resources/lists.ts';
import { listBox, newList, openList, sealList } from '../api/lists.ts';
import { installationKey, newSecrets, openRoots } from '../engines/keys/secrets.ts';
import { openInline, type InlineStore } from '../engines/store/inline.ts';
import { openSqlite } from '../engines/store/sqlite.ts';
import type { Db } from '../engines/store/types.ts';
import type { Secrets } from '../engines/types.ts';
import { fromArray } from '../lists/read.ts';
import { listFiles } from '../engines/library/backup-files.ts';
import { dump } from './dump.ts';
import { load } from './load.ts';
import { rotate } from './rotate.ts';

const folder = mkdtempSync(join(tmpdir(), 'sesame-backup-lists-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const clock = { now: () => 1_800_000_000_000, monotonic: () => 0 };
const MANY = 2_500;
const people = (from: number, count: number): ReturnType<typeof fromArray> =>
  fromArray(Array.from({ length: count }, (_, n) => ({ address: `p${from + n}@x.test`, data: { n: from + n } })));

async function addresses(db: Db, secrets: Secrets): Promise<readonly string[]> {
  const row = await db.get("SELECT * FROM lists WHERE id = 'lst_1'");
  assert.ok(row);
  const box = listBox(secrets.mac, 'lst_1', openList(secrets, { id: 'lst_1', sealed: row['sealed'] } as never));
  const rows = await db.all("SELECT * FROM list_recipients WHERE list_id = 'lst_1' ORDER BY n");
  assert.equal(Number(row['count']), rows.length);
  assert.equal(new Set(rows.map(one => one['n'])).size, rows.length, 'a place was given twice');
  return rows.map(one => box.open(one as never)).map(({ address, data }) => (assert.equal(address, `p${data['n']}@x.test`), address));
}
async function add(s: InlineStore, from: number, count: number): Promise<void> {
  const list = await s.store.lists.get('lst_1');
  assert.ok(list);
  await imported({ ...s, clock, identify: { listed: async () => [] } }, list, people(from, count));
}

test('lists and templates are restored whole, and take no place of what is newer', async () => {
  const db = openSqlite(join(folder, 'sesame.db'));
  const s = await openInline({ db, reader: db, closeDb: () => undefined, dataDir: folder, now: clock.now });
  await s.store.accounts.create({ id: 'acc_1', name: 'one', contact: null });
  const own = { accountId: 'acc_1', most: 9 };
  await s.store.lists.create({ ...own, id: 'lst_1', sealed: sealList(s.secrets, 'lst_1', newList('news')), batchId: null });
  await s.store.lists.create({ ...own, id: 'lst_2', sealed: sealList(s.secrets, 'lst_2', newList('x')), batchId: 'bat_1' });
  await s.store.templates.create({ ...own, id: 'tpl_1', state: 'ok', sealed: s.secrets.seal('template/tpl_1', Buffer.from('words')) });
  await add(s, 0, MANY);
  const files = listFiles(folder);
  const lines = await Array.fromAsync(dump(db, clock.now(), files));
  const source = async function* (): AsyncGenerator<string> {
    yield* lines;
  };
  const keyFile = join(folder, 'secret.key');

  const elsewhere = openSqlite(':memory:');
  const outcome = await load(elsewhere, installationKey(keyFile), source, files);
  assert.ok(outcome.ok);
  assert.equal((await addresses(elsewhere, newSecrets(await openRoots(elsewhere, installationKey(keyFile))))).length, MANY);
  assert.equal(await elsewhere.get("SELECT id FROM lists WHERE id = 'lst_2'"), undefined, 'recipients of one batch stay out');
  elsewhere.close();

  // Taken out, put in, and the backup put back over it.
  await db.run("DELETE FROM list_recipients WHERE list_id = 'lst_1' AND n > 2000");
  await add(s, MANY, 700);
  assert.ok((await load(db, installationKey(keyFile), source, files)).ok);
  assert.equal((await addresses(db, s.secrets)).length, MANY + 700);

  const spec = s.secrets.seal('batch/bat_2', Buffer.from('wishes'));
  const batch = { id: 'bat_2', accountId: 'acc_1', listId: 'lst_1', plannedAt: clock.now(), cycle: null, sealed: spec, most: 9 };
  assert.equal(await s.store.batches.create({ ...batch, idempotency: null }), 'made');

  await rotate(db, keyFile);
  const rotated = newSecrets(await openRoots(db, installationKey(keyFile)));
  assert.equal((await addresses(db, rotated)).length, MANY + 700);
  const template = await db.get("SELECT sealed FROM templates WHERE id = 'tpl_1'");
  assert.equal(rotated.open('template/tpl_1', template?.['sealed'] as Uint8Array).toString(), 'words');
  const waiting = await s.store.batches.get('bat_2');
  assert.equal(rotated.open('batch/bat_2', waiting?.sealed as Uint8Array).toString(), 'wishes', 'a batch that waits goes on');
  await s.close();
  db.close();
});
