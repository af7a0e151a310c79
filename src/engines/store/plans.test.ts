// Questions about few of many events go by the index that finds those few, on SQLite, which knows no counts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blocked } from './control/blocked.ts';
import { emails } from './control/emails.ts';
import { engagement } from './control/engagement.ts';
import { events } from './control/events.ts';
import { migrate } from './migrate.ts';
import { openSqlite } from './sqlite.ts';
import type { Db, Value } from './types.ts';

/** How SQLite finds the rows of each statement about the table that `work` runs. */
async function plansOf(table: string, work: (db: Db) => Promise<unknown>): Promise<readonly string[]> {
  const db = openSqlite(':memory:');
  await migrate(db);
  const asked: (readonly [sql: string, values: readonly Value[]])[] = [];
  const note = (sql: string, values: readonly Value[] = []): void =>
    void (new RegExp(`\\b${table}\\b`).test(sql) && asked.push([sql, values]));
  await work({
    ...db,
    all: (sql, values) => (note(sql, values), db.all(sql, values)),
    run: (sql, values) => (note(sql, values), db.run(sql, values)),
  });
  const plans: string[] = [];
  for (const [sql, values] of asked) {
    const steps = await db.all<{ readonly detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, values);
    plans.push(steps.map(step => step.detail).find(detail => new RegExp(` (?:${table}|r) `).test(detail)) ?? 'none');
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
    const plans = await plansOf('events', work);
    assert.ok(plans.length > 0);
    for (const plan of plans) assert.match(plan, new RegExp(`USING INDEX ${index} `));
  });

const since = { accountId: 'acc_1', after: '', limit: 100, now: 0 };
for (const [what, table, index, work] of [
  ['entries of a class', 'blocked', 'blocked_class', db => blocked.reads.list(db, { ...since, class: 'complaint' })],
  ['entries that a person made', 'blocked', 'blocked_class', db => blocked.reads.list(db, { ...since, class: null, until: 5 })],
  ['all entries', 'blocked', 'blocked_listed', db => blocked.reads.list(db, { ...since, since: 5 })],
  [
    'kinds of mail to an address',
    'recipients',
    'recipients_address',
    db => engagement.reads.groups(db, { accountId: 'acc_1', address: 'a@x.test' }),
  ],
  ['mail to who is erased', 'recipients', 'recipients_address', db => emails.writes.eraseRecipient(db, 'a@x.test')],
] as readonly (readonly [string, string, string, (db: Db) => Promise<unknown>])[])
  test(`${what} are found by ${index}`, async () => {
    const plans = await plansOf(table, work);
    assert.ok(plans.length > 0);
    for (const plan of plans) assert.match(plan, new RegExp(`USING (?:COVERING )?INDEX ${index} `));
  });
