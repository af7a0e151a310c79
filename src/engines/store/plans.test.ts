// Questions about few of many events go by the index that finds those few, on SQLite, which knows no counts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { events } from './control/events.ts';
import { emails } from './control/emails.ts';
import { migrate } from './migrate.ts';
import { openSqlite } from './sqlite.ts';
import type { Db, Value } from './types.ts';

/** How SQLite finds the rows of each statement about events that `work` runs. */
async function plansOf(work: (db: Db) => Promise<unknown>): Promise<readonly string[]> {
  const db = openSqlite(':memory:');
  await migrate(db);
  const asked: (readonly [sql: string, values: readonly Value[]])[] = [];
  const note = (sql: string, values: readonly Value[] = []): void => void (/\bevents\b/.test(sql) && asked.push([sql, values]));
  await work({
    ...db,
    all: (sql, values) => (note(sql, values), db.all(sql, values)),
    run: (sql, values) => (note(sql, values), db.run(sql, values)),
  });
  const plans: string[] = [];
  for (const [sql, values] of asked) {
    const steps = await db.all<{ readonly detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, values);
    plans.push(steps.map(step => step.detail).find(detail => / events /.test(detail)) ?? 'none');
  }
  db.close();
  return plans;
}

const ask = { accountId: null, seq: 0, limit: 100 };
for (const [what, index, work] of [
  ['of a recipient', 'events_recipient', db => events.reads.after(db, { ...ask, recipient: 'a@x.test' })],
  ['of a recipient of an account', 'events_recipient', db => events.reads.after(db, { ...ask, accountId: 'acc_1', recipient: 'a@x.test' })],
  ['of a recipient and a type', 'events_recipient', db => events.reads.after(db, { ...ask, recipient: 'a@x.test', types: ['bounced'] })],
  ['of a mail and a type', 'events_email', db => events.reads.after(db, { ...ask, emailId: 'msg_1', types: ['bounced'] })],
  [
    'that were last for a page of mail',
    'events_email',
    db =>
      events.reads.lastTries(
        db,
        Array.from({ length: 100 }, (_, n) => `msg_${n}`),
      ),
  ],
  ['of who is erased', 'events_recipient', db => emails.writes.eraseRecipient(db, 'a@x.test')],
] as readonly (readonly [string, string, (db: Db) => Promise<unknown>])[])
  test(`events ${what} are found by ${index}`, async () => {
    const plans = await plansOf(work);
    assert.ok(plans.length > 0);
    for (const plan of plans) assert.match(plan, new RegExp(`USING INDEX ${index} `));
  });
