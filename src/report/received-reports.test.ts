// What becomes of a mail to a mailbox for reports: who counts as its reporter, which day it is filed under, and our own faults.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newMetrics } from '../engines/metrics.ts';
import type { Decided } from '../mail.ts';
import type { ReportPolicy, TlsReport } from '../tlspolicy/tls-rpt.ts';
import type { ReadAnswer } from './read-reports.ts';
import { takeReports } from './received-reports.ts';

const DAY = 86_400_000;
const NOW = 20_000 * DAY + 5;
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const policy: ReportPolicy = { type: 'sts', domain: 'ours.test', strings: [], mxHosts: [], successful: 1, failed: 0, failures: [] };
const report: TlsReport = {
  organization: 'Org <bob@them.test>',
  contact: null,
  id: 'r1',
  from: '2024-10-03T00:00:00Z',
  to: '2024-10-03T23:59:59Z',
  policies: [policy],
};

type Row = { readonly domain: string; readonly rows: readonly unknown[]; readonly [key: string]: unknown };
type Way = {
  readonly dkim?: string;
  readonly by?: string | null;
  readonly head?: string;
  readonly box?: string;
  readonly late?: string | null;
};

async function taken(found: ReadAnswer | null, way: Way = {}): Promise<{ readonly kept: readonly Row[]; readonly text: string | null }> {
  const kept: Row[] = [];
  const covering = async (name: string): Promise<unknown> =>
    name.endsWith('ours.test') ? { name: 'ours.test', state: 'verified' } : name === 'new.test' ? { name, state: 'pending' } : null;
  const addTls = async (row: Row): Promise<string> => (kept.push(row), 'kept');
  const raw = Buffer.from(`From: x@them.test\r\n${way.head ?? ''}\r\n\r\n`);
  const dkim = { result: way.dkim ?? 'pass', domain: way.by === undefined ? 'them.test' : way.by };
  const party = { kind: 'stranger', routes: [{ id: way.box ?? 'tls-reports' }] };
  const refusal = await takeReports(
    {
      store: { receivedReports: { addTls }, domains: { covering } } as never,
      clock: { now: () => NOW, monotonic: () => 0 },
      log: quiet,
      metrics: newMetrics(),
      read: async () => found,
      signerOfTls: async () => way.late ?? null,
    },
    { raw, party, auth: { dkim }, fromDomain: 'them.test' } as unknown as Decided,
  );
  return { kept, text: refusal?.text ?? null };
}
const tls = (over: Partial<TlsReport> = {}): ReadAnswer => ({ tls: { ...report, ...over }, dmarc: null });
const reporter = async (way: Way): Promise<unknown> => {
  const row = (await taken(tls(), way)).kept[0];
  return [row?.['signed'], row?.['reporter']];
};

test('the reporter is the signing domain where it is the claimed one, above or below it', async () => {
  assert.deepEqual(await reporter({}), [true, 'them.test']);
  assert.deepEqual(await reporter({ head: 'TLS-Report-Submitter: mail.them.test' }), [true, 'them.test']);
  assert.deepEqual(await reporter({ by: 'sub.them.test', head: 'TLS-Report-Submitter: them.test' }), [true, 'sub.them.test']);
  assert.deepEqual(await reporter({ head: 'TLS-Report-Submitter: test' }), [false, 'test']);
  assert.deepEqual(await reporter({ by: 'other.test' }), [false, 'them.test']);
  assert.deepEqual(await reporter({ by: 'evilthem.test' }), [false, 'them.test']);
  assert.deepEqual(await reporter({ dkim: 'fail' }), [false, 'them.test']);
  assert.deepEqual(await reporter({ dkim: 'permerror', late: 'them.test' }), [true, 'them.test'], 'a key for reports alone');
});

test('it is filed under its day, a time that makes no sense under the day it came on', async () => {
  const filed = async (from: string | null, to: string | null = null): Promise<unknown> => {
    const row = (await taken(tls({ from, to }))).kept[0];
    return [row?.['day'], row?.['from'], row?.['to']];
  };
  const from = Date.parse('2024-10-03T00:00:00Z');
  assert.deepEqual(await filed('2024-10-03T00:00:00Z', '2024-10-03T23:59:59Z'), [19_999, from, from + DAY - 1_000]);
  assert.deepEqual(await filed('2024-10-03T00:00:00Z', '9999-01-01T00:00:00Z'), [19_999, from, null]);
  for (const wrong of [null, 'yesterday', '1999-01-01T00:00:00Z', '2999-01-01T00:00:00Z'])
    assert.deepEqual(await filed(wrong), [20_000, null, null]);
});

test('policies of our domains are kept, each domain its own; the header names the domain of shared mail hosts', async () => {
  const policies = [
    policy,
    { ...policy, domain: 'sub.ours.test' },
    { ...policy, domain: 'new.test' },
    { ...policy, domain: 'mx.host.test' },
  ];
  const { kept } = await taken(tls({ policies }));
  assert.deepEqual(
    kept.map(one => [one.domain, one.rows.length]),
    [['ours.test', 2]],
  );
  const named = await taken(tls({ policies: [{ ...policy, domain: 'mx.host.test' }] }), { head: 'TLS-Report-Domain: ours.test' });
  assert.equal(named.kept[0]?.domain, 'ours.test');
  assert.equal(kept[0]?.['organization'], 'Org <(an address)>');
});

test('our own faults are told as such; other mail is not looked at', async () => {
  assert.deepEqual(await taken(null), { kept: [], text: 'the report could not be read in time, try again later' });
  assert.deepEqual(await taken(tls(), { dkim: 'temperror' }), {
    kept: [],
    text: 'the signature of the report could not be checked, try again later',
  });
  assert.deepEqual(await taken(null, { box: 'rte_1' }), { kept: [], text: null });
  assert.deepEqual(await taken({ tls: null, dmarc: null }), { kept: [], text: null });
});
