// Migrations over data that is there already.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { migrate } from './migrate.ts';
import { migrations } from './schema.ts';
import { openSqlite } from './sqlite.ts';

test('entries of the blocked library outlive the change that gave them groups', async () => {
  const db = openSqlite(':memory:');
  const before = migrations.filter(one => one.name !== 'unsubscribing');
  await migrate(
    db,
    before.filter(one => one.number < 8),
  );
  const insert = `INSERT INTO blocked (id, account_id, action, pattern, kind, direction, reason, source, class, expires_at, created_at)
    VALUES (?, 'acc_1', 'block', 'a@x.test', 'address', ?, 'why', 'manual', NULL, ?, 5)`;
  await db.run(insert, ['blk_1', 'both', null]);
  await db.run(insert, ['blk_2', 'sender', 99]);
  await migrate(db);
  const rows = await db.all('SELECT * FROM blocked ORDER BY id');
  assert.deepEqual(
    rows.map(row => [row['id'], row['direction'], row['reason'], row['mail_group'], row['expires_at'], row['created_at']]),
    [
      ['blk_1', 'both', 'why', '', null, 5],
      ['blk_2', 'sender', 'why', '', 99, 5],
    ],
  );
  await assert.rejects(db.run(insert, ['blk_3', 'both', null]), /UNIQUE/);
  db.close();
});
