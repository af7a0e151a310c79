// Mail that was put off untried, over a real store: no attempt, no event, the reason kept; at the end of its life it expires with it.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { message } from '../../test/store-contract.ts';
import { newId } from '../engines/ids.ts';
import { newLog } from '../engines/log.ts';
import { newMetrics } from '../engines/metrics.ts';
import { openInline, type InlineStore } from '../engines/store/inline.ts';
import { openSqlite } from '../engines/store/sqlite.ts';
import type { Attempted, Job } from '../mail.ts';
import { WARN_AFTER_MS } from './backoff.ts';
import { report, type ReportDeps } from './report.ts';

const HOUR = 3_600_000;
const WHY = 'the pace of x.test is used up';

async function withStore(body: (s: InlineStore, clock: { now: number }, deps: ReportDeps) => Promise<void>): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'sesame-postponed-'));
  const clock = { now: 1_800_000_000_000 };
  const db = openSqlite(join(dataDir, 'sesame.db'));
  const s = await openInline({ db, reader: db, closeDb: db.close, dataDir, now: () => clock.now });
  const deps: ReportDeps = {
    store: s.store,
    vault: s.vault,
    clock: { now: () => clock.now, monotonic: () => clock.now },
    log: newLog('error', 'test'),
    metrics: newMetrics(),
    hostname: 'mx.sesame.test',
    newId: () => newId('msg', clock.now),
    content: async id => {
      const sealed = await s.store.queue.content(id);
      return sealed && s.vault.open(id, sealed);
    },
    contentLifetimeMs: 96 * HOUR,
    secrets: s.secrets,
    hashesOf: () => [],
    smarthost: false,
  };
  await body(s, clock, deps);
  await s.close();
  rmSync(dataDir, { recursive: true });
}

async function claimed(s: InlineStore): Promise<Job> {
  const [job] = await s.store.queue.claim({ room: 1, perLane: 1 });
  assert.ok(job);
  return job;
}
const putOff = (job: Job, until: number): Attempted => ({ ...job, tried: [], postponed: { until, why: WHY, enhanced: '4.7.0' } });

test('put off untried: the state stays, nothing is told, and the end of life comes with the reason', async () =>
  withStore(async (s, clock, deps) => {
    await s.store.accounts.create({ id: 'acc_1', name: 'one', contact: null });
    const mail = message(s, clock.now, { accountId: 'acc_1' });
    await s.store.queue.accept(mail);
    const until = clock.now + HOUR;
    assert.deepEqual(await report(deps, putOff(await claimed(s), until)), []);
    const [row] = await s.store.emails.recipients(mail.id);
    assert.deepEqual([row?.state, row?.attempts, row?.dueAt, row?.waiting], ['queued', 0, until, { why: WHY, until }]);

    clock.now = mail.expiresAt - 1;
    const late = await claimed(s);
    assert.equal(late.recipients[0]?.waitedFor, WHY);
    await report(deps, putOff(late, clock.now + HOUR));
    assert.equal((await s.store.emails.recipients(mail.id))[0]?.dueAt, mail.expiresAt, 'never behind its end');

    clock.now = mail.expiresAt + 20 * 60_000;
    const events = await report(deps, { ...(await claimed(s)), tried: [] });
    assert.deepEqual(
      events.map(one => [one.type, one.data['reason']]),
      [['expired', WHY]],
    );
    const dsn = await claimed(s);
    const told = await deps.content(dsn.emailId);
    assert.match(told?.toString() ?? '', /Diagnostic-Code: .*the pace of x\.test is used up/);
  }));

test('a delay warning is sent once where it was asked for', async () =>
  withStore(async (s, clock, deps) => {
    await s.store.accounts.create({ id: 'acc_1', name: 'one', contact: null });
    const mail = message(s, clock.now, { accountId: 'acc_1' });
    await s.store.queue.accept({ ...mail, recipients: mail.recipients.map(one => ({ ...one, notify: 'delay,failure' })) });
    clock.now += WARN_AFTER_MS;
    await report(deps, putOff(await claimed(s), clock.now + HOUR));
    const warning = await claimed(s);
    assert.notEqual(warning.emailId, mail.id);
    assert.match((await deps.content(warning.emailId))?.toString() ?? '', /Action: delayed\r\nStatus: 4\.7\.0/);
    await s.store.queue.release([warning]);
    clock.now += HOUR;
    const jobs = await s.store.queue.claim({ room: 9, perLane: 9 });
    const again = jobs.find(job => job.emailId === mail.id);
    assert.ok(again?.recipients[0]?.warned);
  }));
