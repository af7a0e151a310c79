// The window of a door, over a real store: what is taken, what leaves it, and what a stop leaves behind.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { message } from '../../test/store-contract.ts';
import { newLog } from '../engines/log.ts';
import { openInline, type InlineStore } from '../engines/store/inline.ts';
import { openSqlite } from '../engines/store/sqlite.ts';
import type { Job, NewEvent } from '../mail.ts';
import { KEPT_FOR_TRANSACTIONAL, SLOW_MS, SLOW_PLACES, WINDOW } from './bounds.ts';
import { newDispatcher, type Dispatcher } from './dispatch.ts';

type World = {
  readonly s: InlineStore;
  readonly dispatcher: Dispatcher;
  /** Moves the clock. */
  readonly pass: (ms: number) => void;
  readonly begun: Job[];
  /** Lets a job that has begun be over. */
  readonly finish: (job: Job) => void;
};

async function withDispatcher(body: (world: World) => Promise<void>): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'sesame-dispatch-'));
  const db = openSqlite(join(dataDir, 'sesame.db'));
  const s = await openInline({ db, reader: db, closeDb: db.close, dataDir });
  const begun: Job[] = [];
  const ends = new Map<Job, (events: readonly NewEvent[]) => void>();
  let passed = 0;
  const dispatcher = newDispatcher({
    store: s.store,
    clock: { now: Date.now, monotonic: () => passed },
    log: newLog('error', 'test'),
    sendOut: job =>
      new Promise(resolve => {
        begun.push(job);
        ends.set(job, resolve);
      }),
    report: async () => [],
  });
  await body({ s, dispatcher, begun, pass: ms => (passed += ms), finish: job => ends.get(job)?.([]) });
  await dispatcher.drain(0);
  await s.close();
  rmSync(dataDir, { recursive: true });
}

async function leased(s: InlineStore, domain = 'x.test'): Promise<Job> {
  await s.store.queue.accept(message(s, Date.now(), { counts: 0 }, [`a@${domain}`]));
  const [job] = await s.store.queue.claim({ room: 1, perLane: 1 });
  assert.ok(job);
  return job;
}

test('bulk mail leaves places of the window to transactional mail', async () =>
  withDispatcher(async ({ s, dispatcher }) => {
    const job = await leased(s);
    for (let n = 0; n < WINDOW - KEPT_FOR_TRANSACTIONAL; n++) assert.ok(dispatcher.offer(job, 'bulk'));
    assert.equal(dispatcher.offer(job, 'bulk'), false);
    for (let n = 0; n < KEPT_FOR_TRANSACTIONAL; n++) assert.ok(dispatcher.offer(job, 'transactional'));
    assert.equal(dispatcher.offer(job, 'transactional'), false);
  }));

test('jobs that wait for slow peers leave the window, as many as there are places for', async () =>
  withDispatcher(async ({ s, dispatcher, pass, begun, finish }) => {
    const job = await leased(s);
    const fill = (): number => {
      let taken = 0;
      while (dispatcher.offer(job, 'transactional')) taken++;
      pass(SLOW_MS + 1);
      return taken;
    };
    const rounds = Array.from({ length: 5 }, fill);
    assert.deepEqual(rounds, [WINDOW, WINDOW, WINDOW, WINDOW, 0]);
    assert.equal(begun.length, WINDOW + SLOW_PLACES);
    finish(job);
  }));

test('what is due is claimed, and a wake asks without waiting for the idle turn', async () =>
  withDispatcher(async ({ s, dispatcher, begun }) => {
    await s.store.queue.accept(message(s, Date.now(), { counts: 0 }, ['a@x.test']));
    dispatcher.wake();
    while (begun.length === 0) await new Promise(resolve => setTimeout(resolve, 5));
    assert.deepEqual(
      begun.map(job => job.lane),
      ['mx:x.test'],
    );
  }));

test('a stop takes nothing new, waits for what ends in time, and leaves the lease of what does not', async () =>
  withDispatcher(async ({ s, dispatcher, begun, finish }) => {
    const [quick, slow, late] = [await leased(s), await leased(s, 'y.test'), await leased(s, 'z.test')];
    assert.ok(dispatcher.offer(quick, 'transactional') && dispatcher.offer(slow, 'transactional'));
    const drained = dispatcher.drain(50);
    assert.equal(dispatcher.offer(late, 'transactional'), false);
    finish(quick);
    await drained;
    assert.deepEqual(begun, [quick, slow]);
    assert.equal(await s.store.emails.end({ id: slow.emailId, held: false, by: 'test' }), 0, 'its result may still come');
    await s.store.queue.release([late]);
    assert.equal((await s.store.queue.claim({ room: 9, perLane: 9 })).length, 1);
  }));
