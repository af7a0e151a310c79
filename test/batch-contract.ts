// Templates, lists and batches in the store, said once and run on SQLite, PGlite and PostgreSQL: one mail for each place of a list, whatever
// stops in between.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { newId } from '../src/engines/ids.ts';
import type { BatchRow } from '../src/engines/store/control/batches.ts';
import type { AcceptOutcome } from '../src/engines/store/types.ts';
import { message, type Opened, type Opener } from './store-contract.ts';

const DAY = 86_400_000;
const sealed = (): Buffer => randomBytes(40);
const macOf = (n: number): Buffer => Buffer.from(String(n).padStart(16, '0'));
const NOBODY = { suppressed: 0, invalid: 0, refused: 0 };

async function newList(s: Opened, count: number, accountId = 'acc_1'): Promise<string> {
  const id = newId('lst');
  assert.ok(await s.store.lists.create({ id, accountId, sealed: sealed(), batchId: null, most: 5 }));
  const rows = Array.from({ length: count }, (_, n) => ({ mac: macOf(n), sealed: sealed() }));
  assert.ok(await s.store.lists.add({ id, rows, most: 100 }));
  return id;
}
async function newBatch(s: Opened, listId: string, over: { cycle?: string; plannedAt?: number } = {}): Promise<string> {
  const id = newId('bat');
  const row = {
    id,
    accountId: 'acc_1',
    listId,
    plannedAt: s.clock.now,
    cycle: null,
    sealed: sealed(),
    most: 3,
    idempotency: null,
    ...over,
  };
  assert.equal(await s.store.batches.create(row), 'made');
  return id;
}
async function begun(s: Opened, id: string): Promise<BatchRow> {
  const batch = await s.store.batches.get(id);
  const row = await s.store.batches.begin({ id, run: batch?.run ?? 0, plannedAt: s.clock.now });
  assert.ok(row);
  return row;
}
const mail = (s: Opened, id: string, run: number, n: number): Promise<AcceptOutcome> =>
  s.store.queue.accept(message(s, s.clock.now, { accountId: 'acc_1', batch: { id, run, n } }, [`p${n}@x.test`]));
const kinds = async (asked: readonly Promise<AcceptOutcome>[]): Promise<readonly string[]> =>
  (await Promise.all(asked)).map(one => one.kind);

export function batchContract(name: string, open: Opener, skip: string | false = false): void {
  const check = (what: string, body: (s: Opened) => Promise<void>): void => {
    test(`${name}: batches: ${what}`, { skip }, async () => {
      const s = await open();
      try {
        for (const id of ['acc_1', 'acc_2']) await s.store.accounts.create({ id, name: id, contact: null });
        await body(s);
      } finally {
        await s.close();
      }
    });
  };

  check('templates count their versions, and a change that met another is none', async s => {
    const { templates } = s.store;
    const row = { id: 'tpl_1', accountId: 'acc_1', state: 'ok' as const, sealed: sealed() };
    assert.equal((await templates.create({ ...row, most: 1 }))?.version, 1);
    assert.equal(await templates.create({ ...row, id: 'tpl_2', most: 1 }), null);
    const next = { ...row, state: 'refused' as const, sealed: sealed() };
    const kept = await templates.replace({ ...next, version: 1 });
    assert.deepEqual([kept?.version, kept?.state, Buffer.from(kept?.sealed ?? []).equals(next.sealed)], [2, 'refused', true]);
    assert.equal(await templates.replace({ ...next, version: 1 }), null);
    assert.deepEqual((await templates.list({ accountId: 'acc_2', after: '', limit: 9 })).length, 0);
    assert.equal(await templates.remove({ id: 'tpl_1', accountId: 'acc_2' }), false);
    assert.equal(await templates.remove({ id: 'tpl_1', accountId: 'acc_1' }), true);
  });

  check('a list knows who is new, has a bound, and gives places once', async s => {
    const { lists } = s.store;
    const id = await newList(s, 3);
    const rows = [2, 3, 3, 4].map(n => ({ mac: macOf(n), sealed: sealed() }));
    assert.deepEqual(await lists.add({ id, rows, most: 4 }), { fresh: [false, true, false], left: 1, count: 4 });
    assert.equal(await lists.drop({ id, mac: macOf(3) }), true);
    assert.equal(await lists.drop({ id, mac: macOf(3) }), false);
    assert.deepEqual(await lists.add({ id, rows: [rows[3] ?? assert.fail()], most: 4 }), { fresh: [true], left: 0, count: 4 });
    const page = await lists.recipients({ listId: id, after: 1, limit: 9 });
    assert.deepEqual(
      page.map(one => [one.n, Buffer.from(one.mac).toString()]),
      [
        [2, macOf(1).toString()],
        [3, macOf(2).toString()],
        [5, macOf(4).toString()],
      ],
    );
    assert.equal((await lists.recipient({ listId: id, mac: macOf(4) }))?.n, 5);
    const other = await newList(s, 2, 'acc_2');
    assert.equal(await lists.erase(macOf(1)), 2);
    assert.deepEqual([(await lists.get(id))?.count, (await lists.get(other))?.count], [3, 1]);
    assert.deepEqual(
      (await lists.list({ accountId: 'acc_1', after: '', limit: 9 })).map(one => one.id),
      [id],
    );
  });

  check('a removed list is gone at once, its rows go in pieces', async s => {
    const { lists } = s.store;
    const id = await newList(s, 5);
    assert.equal(await lists.left(), false);
    assert.equal(await lists.remove({ id, accountId: 'acc_1' }), true);
    assert.deepEqual([await lists.get(id), await lists.add({ id, rows: [], most: 9 }), await lists.left()], [null, null, true]);
    assert.deepEqual([await lists.sweep(3), await lists.sweep(3), await lists.sweep(3), await lists.sweep(3)], [4, 3, 1, 0]);
    assert.equal((await s.db.all('SELECT * FROM list_recipients')).length, 0);
    const gone = await newList(s, 2);
    assert.equal(await s.store.accounts.remove('acc_1'), true);
    assert.equal(await lists.get(gone), null);
  });

  check('the mail of a place is queued once, also when it is asked for again after a stop', async s => {
    const { batches } = s.store;
    const id = await newBatch(s, await newList(s, 4));
    assert.deepEqual(await kinds([mail(s, id, 1, 1)]), ['batch_over']);
    const { run, state, position } = await begun(s, id);
    assert.deepEqual([run, state, position], [1, 'running', 0]);
    assert.deepEqual(await kinds([1, 2, 2, 1].map(n => mail(s, id, 1, n))), ['queued', 'queued', 'batch_over', 'batch_over']);
    assert.deepEqual(new Set(await batches.marks({ id, run: 1 })), new Set([1, 2]));
    assert.equal((await s.store.emails.search({ accountId: null, batch: id, before: 'msg_~', limit: 9 })).rows.length, 2);
    const step = { id, run: 1, from: 0, to: 3, without: { ...NOBODY, invalid: 1 } };
    assert.deepEqual((await batches.advance(step))?.counts, { done: 3, accepted: 2, invalid: 1, suppressed: 0, refused: 0 });
    assert.equal(await batches.advance(step), null);
    assert.deepEqual(await kinds([mail(s, id, 1, 3), mail(s, id, 1, 2), mail(s, id, 2, 4)]), ['batch_over', 'batch_over', 'batch_over']);
    assert.deepEqual([await batches.marks({ id, run: 1 }), await kinds([mail(s, id, 1, 4)])], [[], ['queued']]);
  });

  check('nothing is queued once it is paused or over, and resuming goes on', async s => {
    const { batches } = s.store;
    const list = await newList(s, 4);
    const id = await newBatch(s, list);
    await begun(s, id);
    assert.deepEqual(await kinds([mail(s, id, 1, 1)]), ['queued']);
    assert.equal((await batches.stop({ id, state: 'paused', why: 'asked' }))?.state, 'paused');
    assert.deepEqual([await kinds([mail(s, id, 1, 2)]), await batches.due({ now: s.clock.now + DAY, limit: 9 })], [['batch_over'], []]);
    assert.equal(await batches.stop({ id, state: 'paused', why: 'asked' }), null);
    assert.equal(await s.store.lists.remove({ id: list, accountId: 'acc_1' }), false);
    assert.deepEqual([(await batches.resume(id))?.state, await batches.due({ now: s.clock.now, limit: 9 })], ['running', [id]]);
    assert.deepEqual(await kinds([mail(s, id, 1, 2)]), ['queued']);
    const over = await batches.stop({ id, state: 'cancelled', why: 'asked' });
    assert.deepEqual([over?.state, over?.counts.accepted, over?.endedAt], ['cancelled', 2, s.clock.now]);
    assert.deepEqual([await kinds([mail(s, id, 1, 3)]), await batches.resume(id)], [['batch_over'], null]);
    assert.equal(await s.store.lists.remove({ id: list, accountId: 'acc_1' }), true);
  });

  check('between runs it is scheduled; a paused one keeps when it is due', async s => {
    const { batches } = s.store;
    const due = s.clock.now + DAY;
    const id = await newBatch(s, await newList(s, 1), { cycle: '{}' });
    await begun(s, id);
    await batches.finish({ id, run: 1, next: due });
    assert.deepEqual([await batches.due({ now: due - 1, limit: 9 }), await batches.due({ now: due, limit: 9 })], [[], [id]]);
    await batches.stop({ id, state: 'paused', why: 'asked' });
    const resumed = await batches.resume(id);
    assert.deepEqual([resumed?.state, resumed?.nextAt], ['scheduled', due]);
    assert.equal(await batches.begin({ id, run: 0, plannedAt: due }), null);
    assert.equal((await batches.begin({ id, run: 1, plannedAt: due }))?.run, 2);
    await batches.wait({ id, until: due + 5, why: 'quota_exceeded' });
    assert.deepEqual([(await batches.get(id))?.why, await batches.due({ now: due, limit: 9 })], ['quota_exceeded', []]);
    await batches.finish({ id, run: 2, next: null });
    const done = await batches.get(id);
    assert.deepEqual([done?.state, done?.nextAt, done?.endedAt], ['done', null, s.clock.now]);
  });

  check('an account has so many at once, on lists of its own, and the answer stands with the batch', async s => {
    const { batches } = s.store;
    const list = await newList(s, 1);
    const row = { accountId: 'acc_1', listId: list, plannedAt: 0, cycle: null, sealed: sealed(), most: 2 };
    const claim = { keyMac: randomBytes(32), bodyMac: randomBytes(32) };
    await s.store.idempotency.begin(claim);
    assert.equal(await batches.create({ ...row, id: 'bat_1', idempotency: { ...claim, status: 202, answer: '{"id":"bat_1"}' } }), 'made');
    assert.deepEqual(await s.store.idempotency.begin(claim), { kind: 'done', status: 202, answer: '{"id":"bat_1"}' });
    assert.equal(await batches.create({ ...row, id: 'bat_2', accountId: 'acc_2', idempotency: null }), 'no_list');
    assert.equal(await batches.create({ ...row, id: 'bat_2', idempotency: null }), 'made');
    assert.equal(await batches.create({ ...row, id: 'bat_3', idempotency: null }), 'full');
    assert.deepEqual(
      (await batches.list({ accountId: null, before: 'bat_~', limit: 9 })).map(one => one.id),
      ['bat_2', 'bat_1'],
    );
    assert.equal(await batches.remove({ id: 'bat_1', accountId: 'acc_1' }), false);
  });

  check('a suspended account and a used quota keep mail out, and leave no mark', async s => {
    const id = await newBatch(s, await newList(s, 3));
    await begun(s, id);
    await s.store.accounts.patch({ id: 'acc_1', quotaSet: { perDay: 1, perSecond: 1 } });
    assert.deepEqual(await kinds([mail(s, id, 1, 1), mail(s, id, 1, 2)]), ['queued', 'quota']);
    await s.store.accounts.setState({ id: 'acc_1', state: 'suspended', reason: 'x', by: 'x' });
    assert.deepEqual([await kinds([mail(s, id, 1, 3)]), await s.store.batches.marks({ id, run: 1 })], [['suspended'], [1]]);
  });

  check('what became of its mail is read from the events once, from the first batch on', async s => {
    const { batches } = s.store;
    await s.store.queue.accept(message(s, s.clock.now, { accountId: 'acc_1' }));
    assert.equal(await batches.outcomes(9), null);
    const id = await newBatch(s, await newList(s, 2));
    const before = await batches.outcomes(9);
    assert.deepEqual(before?.sums, {});
    assert.equal(before?.from, before?.to);
    await begun(s, id);
    await Promise.all([mail(s, id, 1, 1), mail(s, id, 1, 2)]);
    const { rows } = await s.store.emails.search({ accountId: 'acc_1', batch: id, before: 'msg_~', limit: 1 });
    const [first] = rows;
    await s.store.emails.end({ id: first?.id ?? '', held: false, by: 'test' });
    const told = (await batches.outcomes(99)) ?? assert.fail();
    assert.deepEqual(told.sums, { [id]: { cancelled: 1 } });
    await batches.count(told);
    await batches.count(told);
    assert.deepEqual((await batches.get(id))?.counts.cancelled, 1);
    assert.deepEqual((await batches.outcomes(99))?.sums, {});
  });

  check('batches that were over go with the recipients that were theirs alone', async s => {
    const { batches, lists } = s.store;
    const own = newId('lst');
    await lists.create({ id: own, accountId: 'acc_1', sealed: sealed(), batchId: 'bat_1', most: 5 });
    assert.deepEqual(await lists.list({ accountId: 'acc_1', after: '', limit: 9 }), []);
    const row = { id: 'bat_1', accountId: 'acc_1', listId: own, plannedAt: 0, cycle: null, sealed: sealed(), most: 5, idempotency: null };
    await batches.create(row);
    await batches.stop({ id: 'bat_1', state: 'cancelled', why: 'asked' });
    const orphan = newId('lst');
    await lists.create({ id: orphan, accountId: 'acc_1', sealed: sealed(), batchId: 'bat_none', most: 5 });
    const at = s.clock.now;
    assert.equal(await batches.purge({ before: at, orphans: at, limit: 9 }), 0);
    assert.ok(await lists.get(orphan));
    assert.equal(await batches.purge({ before: at + 1, orphans: at + 1, limit: 9 }), 1);
    assert.deepEqual([await batches.get('bat_1'), await lists.get(own), await lists.get(orphan)], [null, null, null]);
  });
}
