// Standing through a backup: who was suspended stays so with the figures, what happens after the restore counts, and what is here is newer.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { installationKey } from '../engines/keys/secrets.ts';
import { openInline, type InlineStore } from '../engines/store/inline.ts';
import { openSqlite, type SqliteDb } from '../engines/store/sqlite.ts';
import type { Told } from '../engines/store/types.ts';
import { replayedFrom } from '../standing/replay.ts';
import { RULES } from '../standing/rules.ts';
import { listFiles } from '../engines/library/backup-files.ts';
import { dump } from './dump.ts';
import { load } from './load.ts';

const folder = mkdtempSync(join(tmpdir(), 'sesame-backup-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const keyFile = join(folder, 'secret.key');
const clock = { now: 1_800_000_000_000 };
const hard: Told = { kind: 'bounced', recipients: 9, class: 'hard', reason: 'userunknown', reply: '550 no', emailId: null };
const eicar: Told = { kind: 'malware', class: 'infected', name: 'EICAR', file: 'f', emailId: null };

const open = (db: SqliteDb): Promise<InlineStore> =>
  openInline({ db, reader: db, closeDb: () => undefined, dataDir: folder, now: () => clock.now });
const hits = async ({ store }: InlineStore): Promise<number> => {
  const { counters } = (await store.standing.get('acc_1'))?.account ?? {};
  return counters?.hours.reduce((sum, { counts }) => sum + (counts[7] ?? 0), 0) ?? 0;
};

test('a restored standing goes on, and one that is here already stays', async () => {
  const db = openSqlite(join(folder, 'old.db'));
  const s = await open(db);
  await s.store.accounts.create({ id: 'acc_1', name: 'one', contact: null });
  const tell = (to: InlineStore, ...told: readonly Told[]): Promise<void> => to.store.standing.tell({ accountId: 'acc_1', told });
  await tell(s, hard, hard, eicar);
  assert.equal(await hits(s), 18);
  const files = listFiles(folder);
  const lines = await Array.fromAsync(dump(db, clock.now, files));
  const source = async function* (): AsyncGenerator<string> {
    yield* lines;
  };

  const fresh = openSqlite(join(folder, 'new.db'));
  assert.equal((await load(fresh, installationKey(keyFile), source, files)).ok, true);
  const restored = await open(fresh);
  assert.equal((await restored.store.accounts.get('acc_1'))?.state, 'suspended');
  assert.deepEqual(await restored.store.standing.get('acc_1'), await s.store.standing.get('acc_1'));
  clock.now += 1_000;
  await tell(restored, hard);
  assert.equal(await hits(restored), 27);
  const base = await restored.store.standing.base('acc_1');
  assert.ok(base);
  const rows = await restored.store.standing.events({ accountId: 'acc_1', after: base.through, limit: 99 });
  const dry = replayedFrom(
    RULES,
    base.account,
    rows.map(one => one.event),
    clock.now,
  );
  assert.deepEqual(dry.account, (await restored.store.standing.get('acc_1'))?.account);
  await restored.close();

  assert.equal((await load(fresh, installationKey(keyFile), source, files)).ok, true);
  const again = await open(fresh);
  assert.equal(await hits(again), 27);
  for (const one of [s, again]) await one.close();
  for (const one of [db, fresh]) one.close();
});
