// DMARC reports summed: alike records are one row, strange words are dropped, too many sources are added up.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DmarcRecord, DmarcReport } from './dmarc-aggregate.ts';
import { MAX_SOURCES, sumDmarc } from './dmarc-sums.ts';

const record: DmarcRecord = {
  sourceIp: '192.0.2.1',
  count: 3,
  disposition: 'none',
  dkim: 'pass',
  spf: 'fail',
  reasons: [],
  headerFrom: 'example.org',
  envelopeFrom: 'x.example',
  envelopeTo: 'y.example',
  dkimResults: [],
  spfResults: [],
};
const report: DmarcReport = {
  orgName: 'Some\u0007one\u202e',
  email: 'r@example.net',
  reportId: '1',
  begin: 100,
  end: 200,
  domain: 'example.org',
  policy: 'reject',
  subdomainPolicy: null,
  records: [record, record, { ...record, spf: 'pass' }, { ...record, sourceIp: 'nowhere', disposition: 'maybe', headerFrom: '<b>' }],
};

test('rows by source and result', () => {
  const sums = sumDmarc(report);
  assert.deepEqual(
    sums.rows.map(one => [one.sourceIp, one.headerFrom, one.disposition, one.spf, one.count]),
    [
      ['192.0.2.1', 'example.org', 'none', 'fail', 6],
      ['192.0.2.1', 'example.org', 'none', 'pass', 3],
      [null, '', '', 'fail', 3],
    ],
  );
  assert.equal(sums.organization, 'Some one');
});

test('sources beyond the bound are added up, the smallest ones', () => {
  const records = Array.from({ length: MAX_SOURCES + 200 }, (_, n) => ({
    ...record,
    sourceIp: `10.0.${n >> 8}.${n & 255}`,
    count: n < 200 ? 1 : 5,
  }));
  const { rows } = sumDmarc({ ...report, records });
  assert.equal(rows.length, MAX_SOURCES + 1);
  assert.deepEqual([rows.at(-1)?.sourceIp, rows.at(-1)?.count], [null, 200]);
});
