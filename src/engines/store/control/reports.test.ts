// The stores of reports on SQLite and on PostgreSQL (PGlite): sums, one report a domain and day, what is kept of strangers' reports.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { PGlite } from '@electric-sql/pglite';
import { message } from '../../../../test/store-contract.ts';
import { openInline, type InlineStore } from '../inline.ts';
import { postgresDb, type PgClient } from '../postgres.ts';
import { openSqlite } from '../sqlite.ts';
import type { DmarcRow, ReportHead, TlsRow } from './received-reports.ts';
import type { OwnReport, TlsSum } from './tls-results.ts';

const DAY = 86_400_000;
const START = 20_000 * DAY;
const folders: string[] = [];
after(() => {
  for (const one of folders) rmSync(one, { recursive: true, force: true });
});

type Opened = InlineStore & { readonly clock: { now: number } };
type Options = { readonly full?: () => boolean };

async function sqlite(options: Options = {}): Promise<Opened> {
  const dataDir = mkdtempSync(join(tmpdir(), 'sesame-reports-'));
  folders.push(dataDir);
  const clock = { now: START };
  const db = openSqlite(join(dataDir, 'sesame.db'));
  return { ...(await openInline({ db, reader: db, closeDb: db.close, dataDir, now: () => clock.now, ...options })), clock };
}

async function pglite(options: Options = {}): Promise<Opened> {
  const dataDir = mkdtempSync(join(tmpdir(), 'sesame-reports-'));
  folders.push(dataDir);
  const clock = { now: START };
  const lite = await PGlite.create();
  const query: PgClient['query'] = async (text, values) => {
    const answer = await lite.query(text, [...values], { parsers: { 20: Number } });
    return { rows: answer.rows as never, count: answer.affectedRows ?? 0 };
  };
  const db = postgresDb({ query });
  return { ...(await openInline({ db, reader: db, closeDb: () => lite.close(), dataDir, now: () => clock.now, ...options })), clock };
}

const sum: TlsSum = {
  domain: 'them.test',
  day: 19_999,
  key: 'k',
  bareKey: 'bare',
  policyType: 'sts',
  policyDomain: 'them.test',
  policy: ['version: STSv1'],
  mxHosts: ['mx.them.test'],
  result: '',
  sendingIp: null,
  receivingHost: null,
  receivingIp: null,
  detail: null,
  count: 2,
};
const failed: TlsSum = { ...sum, key: 'f', bareKey: 'bare-f', result: 'certificate-expired', sendingIp: '192.0.2.1', detail: 'x' };
const head: ReportHead = {
  domain: 'ours.test',
  day: 19_999,
  signed: true,
  reporter: 'them.test',
  organization: 'Them',
  reportId: '1',
  from: 19_999 * DAY,
  to: START - 1,
};
const tlsRow: TlsRow = {
  policyType: 'sts',
  policyDomain: 'ours.test',
  policy: ['mode: enforce'],
  mxHosts: [],
  successful: 5,
  failed: null,
  failures: [{ type: 'certificate-expired', count: 1, sendingIp: null, mxHost: null, receivingIp: null, info: null }],
};
const dmarcRow: DmarcRow = { sourceIp: '192.0.2.1', headerFrom: 'ours.test', disposition: 'none', dkim: 'pass', spf: 'fail', count: 7 };
const everything = { accountId: null, domain: null, day: null, before: Number.MAX_SAFE_INTEGER, limit: 100 } as const;

for (const [name, open] of [
  ['sqlite', sqlite],
  ['pglite', pglite],
] as const) {
  const check = (what: string, body: (s: Opened) => Promise<void>, options?: Options): void => {
    test(`${name}: ${what}`, async () => {
      const s = await open(options);
      try {
        await body(s);
      } finally {
        await s.close();
      }
    });
  };

  check('sessions are summed by domain, day and what is told of them', async ({ store }) => {
    await store.tlsResults.add([sum, failed]);
    await store.tlsResults.add([sum, { ...sum, day: 20_000 }]);
    const sums = await store.tlsResults.sums({ domain: 'them.test', day: 19_999 });
    const { key: _key, bareKey: _bareKey, ...shown } = sum;
    assert.deepEqual(sums[0], { ...shown, count: 4 });
    assert.deepEqual([sums[1]?.result, sums[1]?.count, sums[1]?.sendingIp], ['certificate-expired', 2, '192.0.2.1']);
    assert.equal(sums.length, 2);
  });

  check('what exceeds the bound of a day is added up by type and result', async ({ store }) => {
    await store.tlsResults.add(Array.from({ length: 1_050 }, (_, n) => ({ ...failed, key: `f${n}`, detail: String(n), count: 1 })));
    const sums = await store.tlsResults.sums({ domain: 'them.test', day: 19_999 });
    assert.equal(sums.length, 1_001);
    assert.deepEqual([sums[0]?.count, sums[0]?.detail, sums[0]?.policy], [50, null, []]);
  });

  const planned = { domain: 'them.test', day: 19_999, reportId: 'id', nextAt: START + 5, giveUpAt: START + DAY };
  check('a report is planned once, due when it is time, and settled once with its mail', async s => {
    const { store } = s;
    await store.tlsResults.add([sum, { ...sum, day: 20_000 }]);
    assert.deepEqual(await store.tlsResults.unplanned({ before: 20_000, limit: 10 }), [{ domain: 'them.test', day: 19_999 }]);
    await store.tlsResults.plan([planned]);
    await store.tlsResults.plan([{ ...planned, reportId: 'other' }]);
    assert.deepEqual(await store.tlsResults.unplanned({ before: 20_000, limit: 10 }), []);
    assert.deepEqual(await store.tlsResults.due({ now: START, limit: 10 }), []);
    const [due] = await store.tlsResults.due({ now: START + 5, limit: 10 });
    assert.deepEqual(due, { ...planned, state: 'waiting', tries: 0, destinations: null });
    const destinations = [{ uri: 'mailto:a@them.test', state: 'queued', said: null }] as const;
    assert.ok(due);
    const report: OwnReport = { ...due, state: 'sent', tries: 1, nextAt: null, destinations };
    assert.equal(await store.tlsResults.take({ report: due, until: START + 100 }), true);
    assert.equal(await store.tlsResults.take({ report: due, until: START + 100 }), false, 'somebody has it');
    assert.deepEqual(await store.tlsResults.due({ now: START + 99, limit: 10 }), []);
    const mail = message(s, START, {}, ['a@them.test']);
    assert.equal(await store.tlsResults.settle({ report, mails: [mail] }), 'recorded');
    assert.equal(await store.tlsResults.settle({ report, mails: [message(s, START)] }), 'stale');
    const jobs = await store.queue.claim({ room: 10, perLane: 10 });
    assert.deepEqual(
      jobs.map(job => job.emailId),
      [mail.id],
    );
    assert.deepEqual(await store.tlsResults.due({ now: START + DAY, limit: 10 }), []);
    const before = { day: 99_999, domain: '' };
    const days = await store.tlsResults.days({ accountId: null, domain: null, day: null, before, limit: 10 });
    assert.deepEqual(
      days.map(one => [one.day, one.report?.state, one.report?.destinations?.[0]?.uri]),
      [
        [20_000, undefined, undefined],
        [19_999, 'sent', 'mailto:a@them.test'],
      ],
    );
    assert.equal((await store.tlsResults.days({ accountId: 'acc_x', domain: 'them.test', day: 19_999, before, limit: 10 })).length, 0);
    assert.equal((await store.tlsResults.days({ accountId: null, domain: 'them.test', day: 19_999, before, limit: 10 })).length, 1);
    await store.tlsResults.purge(20_000);
    assert.deepEqual(await store.tlsResults.sums({ domain: 'them.test', day: 19_999 }), []);
    assert.equal((await store.tlsResults.sums({ domain: 'them.test', day: 20_000 })).length, 1);
  });

  let full = false;
  check(
    'a full disk records neither the report nor its mail',
    async s => {
      await s.store.tlsResults.add([sum]);
      await s.store.tlsResults.plan([planned]);
      const [due] = await s.store.tlsResults.due({ now: START + 5, limit: 10 });
      assert.ok(due);
      await s.store.tlsResults.take({ report: due, until: START + 5 });
      full = true;
      const report: OwnReport = { ...due, state: 'sent', tries: 1, nextAt: null };
      assert.equal(await s.store.tlsResults.settle({ report, mails: [message(s, START)] }), 'full');
      assert.equal((await s.store.tlsResults.due({ now: START + 5, limit: 10 })).length, 1);
      full = false;
    },
    { full: () => full },
  );

  check('a received report is kept once; an unsigned one apart, in a smaller room', async ({ store, clock }) => {
    const { addTls, listTls, purge } = store.receivedReports;
    assert.equal(await addTls({ ...head, rows: [tlsRow, tlsRow] }), 'kept');
    assert.equal(await addTls({ ...head, rows: [tlsRow] }), 'duplicate');
    assert.equal(await addTls({ ...head, signed: false, rows: [tlsRow] }), 'kept');
    const rows = await listTls(everything);
    assert.deepEqual(
      rows.map(one => one.signed),
      [false, true, true],
    );
    const { seq, at, ...rest } = rows[1] as (typeof rows)[number];
    assert.deepEqual([seq, at], [2, START]);
    assert.deepEqual(rest, { ...head, ...tlsRow });
    for (let n = 2; n <= 50; n++) assert.equal(await addTls({ ...head, signed: false, reportId: `u${n}`, rows: [tlsRow] }), 'kept');
    assert.equal(await addTls({ ...head, signed: false, reportId: 'u51', rows: [tlsRow] }), 'no_room');
    assert.equal(await addTls({ ...head, reportId: '2', rows: [tlsRow] }), 'kept');
    assert.equal((await listTls({ ...everything, limit: 3 })).length, 3);
    assert.equal((await listTls({ ...everything, domain: 'other.test' })).length, 0);
    assert.equal((await listTls({ ...everything, day: 19_999 })).length, 53);
    assert.equal((await listTls({ ...everything, before: 2 })).length, 1);
    clock.now += 2 * DAY;
    assert.equal(await addTls({ ...head, signed: false, reportId: 'u52', rows: [tlsRow] }), 'kept', 'room by day');
    await purge(START + 1);
    assert.equal((await listTls(everything)).length, 1);
  });

  check('reports are shown to the account of the domain', async ({ store }) => {
    const domain = { name: 'ours.test', accountId: 'acc_us', challenge: 'c', keys: [], mayShare: false };
    await store.domains.create(domain);
    const { addDmarc, listDmarc, addTls, listTls } = store.receivedReports;
    assert.equal(await addDmarc({ ...head, policy: 'reject', rows: [dmarcRow] }), 'kept');
    assert.equal(await addDmarc({ ...head, policy: 'reject', rows: [dmarcRow] }), 'duplicate');
    assert.equal(await addTls({ ...head, rows: [tlsRow] }), 'kept', 'an id of the other kind');
    const [row] = await listDmarc({ ...everything, accountId: 'acc_us' });
    assert.deepEqual(row, { ...head, ...dmarcRow, policy: 'reject', seq: 1, at: START });
    assert.equal((await listDmarc({ ...everything, accountId: 'acc_other' })).length, 0);
    assert.equal((await listTls({ ...everything, accountId: 'acc_other', domain: 'ours.test', day: 19_999 })).length, 0);
    assert.equal((await listTls({ ...everything, accountId: 'acc_us', domain: 'ours.test', day: 19_999 })).length, 1);
  });
}
