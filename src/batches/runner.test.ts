// The runner of batches over a real store and a clock of the test: cycles, what stops a step, and two doors at once. The journey is a
// function that queues what it is given, or refuses as told.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { identifyDeps } from '../../test/identify.ts';
import { message } from '../../test/store-contract.ts';
import { imported } from '../api/resources/lists.ts';
import { newList, sealList } from '../api/lists.ts';
import { loadConfig } from '../config.ts';
import { newLog } from '../engines/log.ts';
import { openShared } from '../engines/shared.ts';
import { openInline, type InlineStore } from '../engines/store/inline.ts';
import { openSqlite } from '../engines/store/sqlite.ts';
import type { BatchRow } from '../engines/store/control/batches.ts';
import { fromArray } from '../lists/read.ts';
import { MiB } from '../limits.ts';
import type { Accepted, Queued, Reason, Refusal } from '../mail.ts';
import type { Cycle } from '../schedule/cycle.ts';
import type { BatchDeps } from './mails.ts';
import { newBatchRunner, type BatchRunner } from './runner.ts';
import { sealSpec, type Spec } from './spec.ts';

let dataDir: string;
let opened: InlineStore;
let deps: BatchDeps;
let runner: BatchRunner;
const clock = { now: 0 };
/** `address` of each mail that was queued. */
let sent: string[] = [];
let answer: (mail: Accepted) => Reason | null = () => null;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'sesame-batches-'));
  clock.now = Date.parse('2026-10-23T06:30:00Z');
  [sent, answer] = [[], () => null];
  const db = openSqlite(join(dataDir, 'sesame.db'));
  opened = await openInline({ db, reader: db, closeDb: db.close, dataDir, now: () => clock.now });
  const { store, secrets } = opened;
  await store.accounts.create({ id: 'acc_1', name: 'One', contact: null });
  await store.accounts.patch({ id: 'acc_1', quotaSet: { perDay: 1_000_000, perSecond: 1_000_000 } });
  await store.domains.create({ name: 'a.test', accountId: 'acc_1', challenge: 'x', keys: [], mayShare: false });
  await store.domains.setChecked({ name: 'a.test', proven: true, forced: false, checked: '[]', lapsed: false });
  const loaded = loadConfig({ SESAME_DATA_DIR: dataDir }, dataDir);
  if ('faults' in loaded) throw new Error(loaded.faults.join());
  const shared = openShared(64 * MiB, () => clock.now);
  const time = { now: () => clock.now, monotonic: () => clock.now };
  deps = {
    config: loaded.config,
    store,
    secrets,
    shared,
    clock: time,
    log: newLog('silent', 'test'),
    identify: identifyDeps(opened, { clock: time, shared }),
    takeIn,
  };
  runner = newBatchRunner(deps);
});
afterEach(async () => {
  await runner.stop();
  await opened.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const refused = (reason: Reason): Refusal => ({ refused: true, reason, code: 554, enhanced: '5.7.1', text: 'told' });
async function takeIn(mail: Accepted): Promise<Queued | Refusal> {
  const reason = answer(mail);
  if (reason) return refused(reason);
  const to = mail.envelope.recipients.map(one => one.address);
  const { kind } = await opened.store.queue.accept(
    message(opened, clock.now, { accountId: 'acc_1', batch: mail.options.batch ?? null }, to),
  );
  if (kind !== 'queued') return refused(kind === 'quota' ? 'quota_exceeded' : 'internal');
  sent.push(...to);
  return { id: mail.id, messageId: '<1@a.test>', status: 'queued', recipients: [], findings: [] };
}

async function newBatch(count: number, cycle: Cycle | null = null, over: Partial<Spec> = {}): Promise<string> {
  const { store, secrets } = opened;
  const [list, id] = [`lst_${sent.length}${count}`, `bat_${sent.length}${count}`];
  const row = await store.lists.create({
    id: list,
    accountId: 'acc_1',
    sealed: sealList(secrets, list, newList('x')),
    batchId: null,
    most: 9,
  });
  assert.ok(row);
  await imported(deps, row, fromArray(Array.from({ length: count }, (_, n) => ({ address: `p${n}@x.test`, data: { n } }))));
  const spec: Spec = {
    from: 'news@a.test',
    replyTo: [],
    headers: {},
    content: { subject: 'x {{n}}', text: 'x', html: null },
    data: {},
    tls: 'opportunistic',
    pool: null,
    tags: [],
    personal: null,
    priority: 'bulk',
    maxDeliverySeconds: null,
    onQuota: 'wait',
    credentialId: 'key_1',
    ...over,
  };
  const kept = cycle && JSON.stringify({ ...cycle, first: clock.now });
  const made = { id, accountId: 'acc_1', listId: list, plannedAt: clock.now, cycle: kept, sealed: sealSpec(secrets, id, spec), most: 9 };
  assert.equal(await store.batches.create({ ...made, idempotency: null }), 'made');
  return id;
}
const batchOf = async (id: string): Promise<BatchRow> => (await opened.store.batches.get(id)) ?? assert.fail();
async function lookAt(text: string): Promise<number> {
  clock.now = Date.parse(text);
  const before = sent.length;
  await runner.look();
  return sent.length - before;
}

test('a cycle runs at its time of day, over the end of summer time, and makes up once for what was missed', async () => {
  const id = await newBatch(3, { at: '09:00', timeZone: 'Europe/Berlin', times: 4 });
  assert.equal(await lookAt('2026-10-23T06:30:00Z'), 3);
  const { state, nextAt, counts } = await batchOf(id);
  assert.deepEqual([state, nextAt, counts.accepted], ['scheduled', Date.parse('2026-10-23T07:00:00Z'), 3]);
  assert.deepEqual(
    [await lookAt('2026-10-23T06:59:59Z'), await lookAt('2026-10-23T07:00:00Z'), await lookAt('2026-10-23T08:00:00Z')],
    [0, 3, 0],
  );
  // The server was off over three days of which the second was 25 hours long.
  assert.equal(await lookAt('2026-10-26T20:00:00Z'), 3);
  assert.equal((await batchOf(id)).nextAt, Date.parse('2026-10-27T08:00:00Z'));
  assert.equal(await lookAt('2026-10-27T08:00:01Z'), 3);
  const over = await batchOf(id);
  assert.deepEqual([over.state, over.run, over.counts.accepted], ['done', 4, 12]);
  assert.equal(await lookAt('2026-11-27T08:00:01Z'), 0);
});

test('a cycle of seconds ends by its end', async () => {
  const id = await newBatch(1, { everySeconds: 3_600, until: Date.parse('2026-10-23T08:00:00Z') });
  assert.deepEqual(
    [await lookAt('2026-10-23T06:30:00Z'), await lookAt('2026-10-23T07:30:00Z'), await lookAt('2026-10-23T09:30:00Z')],
    [1, 1, 0],
  );
  assert.equal((await batchOf(id)).state, 'done');
});

test('an error of ours keeps a place for later, and those that were queued are not queued again', async () => {
  const id = await newBatch(250);
  let left = 30;
  answer = () => {
    if (left-- > 0) return null;
    throw new Error('full moon');
  };
  await runner.look();
  const waiting = await batchOf(id);
  assert.deepEqual([waiting.state, waiting.why, waiting.position], ['running', 'internal', 0]);
  assert.equal(sent.length, 30);
  answer = () => null;
  await runner.look();
  assert.equal(sent.length, 30, 'not before its time');
  clock.now = waiting.nextAt ?? 0;
  await runner.look();
  assert.deepEqual(
    [sent.length, new Set(sent).size, (await batchOf(id)).state, (await batchOf(id)).counts.accepted],
    [250, 250, 'done', 250],
  );
});

test('two doors that look at once share the work without a second mail', async () => {
  await newBatch(250);
  const other = newBatchRunner(deps);
  await Promise.all([runner.look(), other.look(), runner.look()]);
  await Promise.all([runner.look(), other.look()]);
  assert.deepEqual([sent.length, new Set(sent).size], [250, 250]);
});

test('what no person can be sent pauses the batch, what one cannot be sent is counted', async () => {
  answer = () => 'spam_content';
  const spam = await newBatch(150);
  await runner.look();
  const paused = await batchOf(spam);
  assert.deepEqual([paused.state, paused.why, paused.counts.refused, paused.position], ['paused', 'spam_content', 100, 100]);
  answer = ({ envelope }) => (envelope.recipients[0]?.address === 'p120@x.test' ? 'virus_found' : null);
  await opened.store.batches.resume(spam);
  await runner.look();
  const done = await batchOf(spam);
  assert.deepEqual([done.state, done.counts.refused, done.counts.accepted], ['done', 101, 49]);
  answer = () => null;
  const foreign = await newBatch(5, null, { from: 'news@elsewhere.test' });
  await runner.look();
  assert.deepEqual([(await batchOf(foreign)).state, (await batchOf(foreign)).why], ['paused', 'domain_not_verified']);
  const gone = await newBatch(6, null, { content: { templateId: 'tpl_gone' } });
  await runner.look();
  assert.deepEqual([(await batchOf(gone)).state, (await batchOf(gone)).why], ['paused', 'not_found']);
  const lacking = await newBatch(7, null, { content: { subject: '{{missing}}', text: 'x', html: null } });
  await runner.look();
  assert.deepEqual([(await batchOf(lacking)).state, (await batchOf(lacking)).counts.invalid], ['done', 7]);
});

test('the quota of a day is waited for; of a batch that will not wait it is the end', async () => {
  await opened.store.accounts.patch({ id: 'acc_1', quotaSet: { perDay: 20, perSecond: 1_000_000 } });
  const waits = await newBatch(30);
  await runner.look();
  assert.deepEqual([sent.length, (await batchOf(waits)).why], [20, 'quota_exceeded']);
  const fails = await newBatch(31, null, { onQuota: 'fail' });
  await runner.look();
  assert.deepEqual([(await batchOf(fails)).state, (await batchOf(fails)).why], ['failed', 'quota_exceeded']);
  clock.now += 86_400_000;
  await runner.look();
  assert.deepEqual([sent.length, new Set(sent).size, (await batchOf(waits)).state], [30, 30, 'done']);
});

test('who is blocked for the account is passed over, who is for all goes through the gates like any mail', async () => {
  const entry = (n: number, accountId: string | null): object => {
    const kind = { action: 'block', kind: 'address', direction: 'recipient', source: 'manual', class: 'unsubscribed', group: null };
    return { id: `blk_${n}`, accountId, pattern: `p${n}@x.test`, ...kind };
  };
  const entries = [entry(1, 'acc_1'), entry(2, null)] as Awaited<ReturnType<BatchDeps['identify']['blocked']>>;
  const blocked: BatchDeps['identify']['blocked'] = async ({ patterns }) => entries.filter(one => patterns.includes(one.pattern));
  answer = ({ envelope }) => (envelope.recipients[0]?.address === 'p2@x.test' ? 'recipient_blocked' : null);
  const id = await newBatch(4);
  const asked: string[] = [];
  const seen: BatchDeps['takeIn'] = (mail, party) => {
    asked.push(mail.envelope.recipients[0]?.address ?? '');
    return deps.takeIn(mail, party);
  };
  await newBatchRunner({ ...deps, identify: { ...deps.identify, blocked }, takeIn: seen }).look();
  assert.deepEqual([new Set(asked), (await batchOf(id)).counts.suppressed], [new Set(['p0@x.test', 'p2@x.test', 'p3@x.test']), 2]);
});

test('of each second a batch leaves a part to other mail of the account', async () => {
  await opened.store.accounts.patch({ id: 'acc_1', quotaSet: { perDay: 1_000_000, perSecond: 10 } });
  const id = await newBatch(20);
  // A second of the test ends when it is full.
  const full: number[] = [];
  const { peek } = deps.shared;
  const shared = {
    ...deps.shared,
    peek: (key: string, ms: number): ReturnType<typeof peek> => {
      const seen = peek(key, ms);
      if (key === 'second/acc_1' && seen.value >= 8 && full.at(-1) !== clock.now) {
        full.push(clock.now);
        setTimeout(() => (clock.now += 1_000), 5);
      }
      return seen;
    },
  };
  await newBatchRunner({ ...deps, shared }).look();
  assert.deepEqual([sent.length, (await batchOf(id)).state], [20, 'done']);
  assert.ok(full.length >= 1, 'it had to wait');
});
