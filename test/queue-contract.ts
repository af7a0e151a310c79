// What the queue of every store must do: who is served first, what waits and why, and that its counters are true. Run on each database.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEAD_AFTER, LANE_START, REST_FIRST_MS } from '../src/engines/store/bounds.ts';
import type { NewMessage, SettledRecipient, Settlement } from '../src/engines/store/types.ts';
import type { Attempt, Job, JobRecipient, RecipientState } from '../src/mail.ts';
import { message, type Opened, type Opener } from './store-contract.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;

const attempt = (n: number, result: Attempt['result'], code: number | null): Attempt => ({
  n,
  at: 0,
  result,
  peer: null,
  sendingIp: null,
  reply: '',
  code,
  enhanced: null,
  class: 'connection',
  reason: null,
  tls: null,
});

function settled(job: Job, state: RecipientState, over: Partial<SettledRecipient> = {}): Settlement {
  const results = job.recipients.map(({ n }) => ({ n, state, dueAt: null, warned: false, unknownSince: null, attempt: null, ...over }));
  return { emailId: job.emailId, fence: job.fence, results, events: [], owed: [] };
}

/** The counters beside a count of the rows. */
export async function waitingIsTrue(s: Opened): Promise<void> {
  const rows = await s.db.all('SELECT state, count(*) AS count FROM recipients WHERE due_at IS NOT NULL GROUP BY state');
  const sorted = (list: readonly (readonly [string, number])[]): readonly (readonly [string, number])[] =>
    list.filter(([, count]) => count > 0).toSorted(([a], [b]) => a.localeCompare(b));
  assert.deepEqual(
    sorted((await s.store.emails.waiting()).map(one => [one.state, one.count])),
    sorted(rows.map(row => [row['state'] as string, Number(row['count'])])),
  );
}

export function queueContract(name: string, open: Opener, skip: string | false = false): void {
  const check = (what: string, body: (s: Opened) => Promise<void>): void => {
    test(`${name}: ${what}`, { skip }, async () => {
      const s = await open();
      try {
        await body(s);
        await waitingIsTrue(s);
      } finally {
        await s.close();
      }
    });
  };
  const put = async (s: Opened, over: Partial<NewMessage> = {}, to: readonly string[] = ['a@x.test']): Promise<NewMessage> => {
    const m = message(s, s.clock.now, { counts: 0, ...over }, to);
    assert.equal((await s.store.queue.accept(m)).kind, 'queued');
    return m;
  };
  const claim = (s: Opened, room = 9): Promise<readonly Job[]> => s.store.queue.claim({ room, perLane: room });

  check('the server’s own mail goes first, then transactional, then bulk, which always has its share', async s => {
    for (let n = 0; n < 40; n++) await put(s, { priority: 'bulk', accountId: 'acc_news' }, [`a@d${n}.test`]);
    const shop: string[] = [];
    for (let n = 0; n < 40; n++) shop.push((await put(s, { accountId: 'acc_shop' }, [`a@d${n}.test`])).id);
    const notice = await put(s, { door: 'internal', accountId: 'acc_shop' });
    const jobs = await claim(s, 16);
    assert.equal(jobs[0]?.emailId, notice.id);
    const bulk = jobs.filter(job => job.accountId === 'acc_news').length;
    assert.equal(bulk, 1, 'one of the fifteen places that are left is bulk’s, the rest is saved up');
    assert.equal(jobs.filter(job => shop.includes(job.emailId)).length, 14);
    const next = await claim(s, 16);
    assert.equal(next.filter(job => job.accountId === 'acc_news').length, 2);
  });

  check('bulk mail has the whole room when nothing else is due', async s => {
    for (let n = 0; n < 10; n++) await put(s, { priority: 'bulk' }, [`a@d${n}.test`]);
    assert.equal((await claim(s, 10)).length, 10);
  });

  check('one account’s thousand mails to a thousand domains do not stand before another’s one', async s => {
    for (let n = 0; n < 300; n++) await put(s, { accountId: 'acc_many' }, [`a@d${n}.test`]);
    s.clock.now += 1;
    const few = await put(s, { accountId: 'acc_few' }, ['a@d7.test']);
    assert.ok((await claim(s, 4)).some(job => job.emailId === few.id));
  });

  check('a message with many recipients is paid for with turns', async s => {
    const crowd = Array.from({ length: 60 }, (_, n) => `u${n}@x.test`);
    for (let n = 0; n < 4; n++) await put(s, { accountId: 'acc_crowd' }, crowd);
    for (let n = 0; n < 12; n++) await put(s, { accountId: 'acc_one' }, [`a@d${n}.test`]);
    const jobs = [...(await claim(s, 2)), ...(await claim(s, 2)), ...(await claim(s, 2)), ...(await claim(s, 2))];
    assert.ok(jobs.filter(job => job.accountId === 'acc_one').length >= 6, 'sixty recipients are worth four turns');
  });

  check('a lane holds no more jobs than it is wide, and the others go on', async s => {
    for (let n = 0; n < LANE_START + 10; n++) await put(s);
    await put(s, {}, ['a@y.test']);
    const jobs = await claim(s, 100);
    assert.equal(jobs.filter(job => job.lane === 'mx:x.test').length, LANE_START);
    assert.equal(jobs.filter(job => job.lane === 'mx:y.test').length, 1);
    s.clock.now += 1_000;
    assert.deepEqual(await claim(s, 100), [], 'full');
    for (const job of jobs) await s.store.queue.settle(settled(job, 'delivered', { attempt: attempt(0, 'delivered', 250) }));
    s.clock.now += 1_000;
    assert.equal((await claim(s, 100)).length, 10);
  });

  check('a lane that does not answer rests, its mail says why, and it comes back narrow', async s => {
    for (let n = 0; n < 40; n++) await put(s);
    const jobs = await claim(s, DEAD_AFTER);
    const dueAt = s.clock.now + HOUR;
    for (const job of jobs) await s.store.queue.settle(settled(job, 'deferred', { dueAt, attempt: attempt(0, 'deferred', null) }));
    const late = await put(s, { lease: true });
    assert.deepEqual(await claim(s, 99), [], 'it rests, for new mail too');
    const [row] = await s.store.emails.recipients(late.id);
    assert.match(row?.waiting?.why ?? '', /not answered/);
    assert.ok((row?.waiting?.until ?? 0) > s.clock.now);
    await put(s, { lease: true }, ['a@y.test']);
    s.clock.now += REST_FIRST_MS + 1;
    const probes = await claim(s, 99);
    assert.equal(probes.length, 2);
    for (const job of probes) await s.store.queue.settle(settled(job, 'delivered', { attempt: attempt(0, 'delivered', 250) }));
    s.clock.now += 1_000;
    assert.equal((await claim(s, 99)).length, 4, 'twice as wide after a round that went well');
  });

  check('what was put off untried counts no attempt, waits with its account’s mail in the lane, and says why', async s => {
    for (let n = 0; n < 4; n++) await put(s);
    const last = await put(s);
    const other = await put(s, { accountId: 'acc_other', priority: 'bulk' });
    const [job] = await claim(s, 1);
    assert.ok(job);
    const until = s.clock.now + 5 * MINUTE;
    const postponed = { until, why: 'the pace of x.test is used up' };
    const untried = settled(job, 'queued', { dueAt: until, waits: postponed.why });
    assert.equal(await s.store.queue.settle({ ...untried, postponed }), 'recorded');
    const free = await claim(s, 99);
    assert.deepEqual(
      free.map(one => one.emailId),
      [other.id],
      'nothing of the account is claimed, all of the others',
    );
    await s.store.queue.settle(settled(free[0] as Job, 'delivered', { attempt: attempt(0, 'delivered', 250) }));
    for (const id of [job.emailId, last.id])
      assert.deepEqual((await s.store.emails.recipients(id))[0]?.waiting, { why: postponed.why, until });
    s.clock.now = until;
    const again = [...(await claim(s, 99))];
    assert.ok(again.length <= 3, 'it starts narrow');
    for (const one of again) await s.store.queue.release([one]);
    const rows = await s.store.emails.recipients(job.emailId);
    assert.deepEqual(
      rows.map(one => [one.state, one.attempts, one.waiting?.why ?? null]),
      [['queued', 0, postponed.why]],
    );
  });

  check('cancel ends what waits and leaves alone what is being tried', async s => {
    const m = await put(s, {}, ['a@x.test', 'b@y.test']);
    const [x] = await claim(s, 1);
    assert.ok(x);
    assert.equal(await s.store.emails.end({ id: m.id, held: false, by: 'test' }), 1, 'the other one');
    assert.ok(await s.store.queue.content(m.id), 'the one on its way still needs it');
    const dueAt = s.clock.now + MINUTE;
    await s.store.queue.settle(settled(x, 'deferred', { dueAt, attempt: attempt(0, 'deferred', 451) }));
    assert.equal(await s.store.emails.end({ id: m.id, held: false, by: 'test' }), 1);
    assert.equal(await s.store.queue.content(m.id), null);
    s.clock.now = dueAt;
    assert.deepEqual(await claim(s), []);
    assert.equal(await s.store.emails.end({ id: m.id, held: false, by: 'test' }), 0, 'twice is no error and changes nothing');
  });

  check('cancel and the result of a delivery in one commit: each recipient ends once', async s => {
    const m = await put(s, {}, ['a@x.test', 'b@x.test', 'c@y.test']);
    const [job] = await claim(s, 1);
    assert.ok(job);
    const [ended, recorded, late] = await Promise.all([
      s.store.emails.end({ id: m.id, held: false, by: 'test' }),
      s.store.queue.settle(settled(job, 'delivered', { attempt: attempt(0, 'delivered', 250) })),
      s.store.emails.end({ id: m.id, held: false, by: 'test' }),
    ]);
    assert.deepEqual([ended, recorded, late], [3 - job.recipients.length, 'recorded', 0]);
    const leased = new Set(job.recipients.map(one => one.n));
    for (const { n, state } of await s.store.emails.recipients(m.id)) assert.equal(state, leased.has(n) ? 'delivered' : 'cancelled');
    assert.equal(await s.store.queue.settle(settled(job, 'delivered')), 'stale');
    assert.equal(await s.store.queue.content(m.id), null);
  });

  check('held mail is released after its key was wrapped anew, and can be opened', async s => {
    const held = message(s, s.clock.now, { counts: 0 });
    await s.store.queue.accept({ ...held, recipients: held.recipients.map(one => ({ ...one, state: 'held', dueAt: held.expiresAt })) });
    await put(s, {}, ['a@y.test']);
    const [job] = await claim(s);
    assert.ok(job);
    await s.store.queue.settle(settled(job, 'delivered', { attempt: attempt(0, 'delivered', 250) }));
    const before = (await s.store.queue.content(held.id))?.epoch;
    s.clock.now += 10 * MINUTE;
    while (await s.loop.turn());
    assert.equal(await s.store.emails.release({ id: held.id }), 1);
    assert.equal(await s.store.emails.release({ id: held.id }), 0);
    const [released] = await claim(s);
    assert.equal(released?.emailId, held.id);
    const sealed = await s.store.queue.content(held.id);
    assert.ok(sealed && sealed.epoch !== before);
    assert.equal(s.vault.open(held.id, sealed).toString(), 'hello');
  });

  check('scheduled mail is not a moment early, and can be cancelled until it is due', async s => {
    const due = s.clock.now + 72 * HOUR;
    const timed = async (): Promise<NewMessage> => {
      const m = message(s, s.clock.now, { counts: 0, sendAt: due });
      await s.store.queue.accept({ ...m, recipients: m.recipients.map(one => ({ ...one, state: 'scheduled', dueAt: due })) });
      return m;
    };
    const [kept, cancelled] = [await timed(), await timed()];
    s.clock.now = due - 1;
    assert.deepEqual(await claim(s), []);
    assert.equal(await s.store.emails.end({ id: cancelled.id, held: false, by: 'test' }), 1);
    s.clock.now = due;
    assert.deepEqual(
      (await claim(s)).map(job => job.emailId),
      [kept.id],
    );
  });

  check('suspension holds what waits and reinstating lets it go on, in every lane', async s => {
    await s.store.accounts.create({ id: 'acc_1', name: 'one', contact: null });
    for (let n = 0; n < 3; n++) await put(s, { accountId: 'acc_1' }, [`a@d${n}.test`]);
    const [leased] = await claim(s, 1);
    assert.ok(leased);
    await s.store.accounts.setState({ id: 'acc_1', state: 'suspended', reason: 'test', by: 'op' });
    await waitingIsTrue(s);
    await s.store.queue.settle(settled(leased, 'held', { dueAt: leased.expiresAt }));
    assert.deepEqual(await claim(s), []);
    await s.store.accounts.setState({ id: 'acc_1', state: 'active', reason: 'test', by: 'op' });
    assert.equal((await claim(s)).length, 3);
  });

  check('one of many writes that fails spoils none of the others, which are done once', async s => {
    const before = await put(s);
    const job = (await claim(s))[0] as Job;
    const many = Array.from({ length: 5 }, () => message(s, s.clock.now, { counts: 1, accountId: 'acc_1' }));
    await s.store.accounts.create({ id: 'acc_1', name: 'One', contact: null });
    const unknown = settled({ ...job, recipients: [...job.recipients, { ...(job.recipients[0] as JobRecipient), n: 7 }] }, 'delivered');
    const told = await Promise.allSettled([
      ...many.slice(0, 3).map(s.store.queue.accept),
      s.store.queue.accept(before),
      s.store.queue.settle(unknown),
      s.store.queue.settle(settled(job, 'delivered')),
      ...many.slice(3).map(s.store.queue.accept),
    ]);
    const outcomes = told.map(one => {
      if (one.status === 'rejected') return 'failed';
      return typeof one.value === 'object' && 'kind' in one.value ? one.value.kind : one.value;
    });
    const queued = (n: number): readonly string[] => Array.from({ length: n }, () => 'queued');
    assert.deepEqual(outcomes, [...queued(3), 'failed', 'stale', 'recorded', ...queued(2)]);
    assert.equal((await s.db.get('SELECT count FROM usage WHERE account_id = ?', ['acc_1']))?.['count'], 5);
    assert.deepEqual((await claim(s)).map(one => one.emailId).toSorted(), many.map(one => one.id).toSorted());
  });

  check('a write that fails leaves lanes, turns and counters as they were', async s => {
    const m = await put(s, { lease: true });
    await assert.rejects(s.store.queue.accept(m), 'the same id again');
    await waitingIsTrue(s);
    const fine = await s.store.queue.accept(message(s, s.clock.now, { counts: 0, lease: true }));
    assert.deepEqual(fine.kind === 'queued' && fine.leased.map(one => one.lane), ['mx:x.test']);
  });
}
