// TLS reports (RFC 8460): records, a day added up, JSON there and back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MAX_REPORT_BYTES, MAX_TOLD_FAILURES } from './bounds.ts';
import { readTlsReport } from './tls-report-read.ts';
import { addUp, readTlsRptRecord, reportDay, writeTlsReport, type OurFailure, type TlsResult } from './tls-rpt.ts';

test('where reports go', () => {
  assert.deepEqual(readTlsRptRecord(['v=TLSRPTv1; rua=mailto:tls@example.net']), ['mailto:tls@example.net']);
  assert.deepEqual(readTlsRptRecord(['v=TLSRPTv1;rua=https://r.example.net/in , mailto:a@b.example; x=y;']), [
    'https://r.example.net/in',
    'mailto:a@b.example',
  ]);
  assert.deepEqual(readTlsRptRecord(['v=TLSRPTv1; rua=ftp://x.example/,mailto:a@b.example', 'other']), ['mailto:a@b.example']);
  for (const wrong of [
    [],
    ['v=TLSRPTv1'],
    ['v=TLSRPTv1; rua='],
    ['v=TLSRPTv1; rua=a@b.example'],
    ['v=TLSRPTv1; rua=http://r.example.net/'],
    ['v=TLSRPTv2; rua=mailto:a@b.example'],
    ['v=TLSRPTv1; rua=mailto:a@b.example', 'v=TLSRPTv1; rua=mailto:c@d.example'],
    ['rua=mailto:a@b.example; v=TLSRPTv1'],
  ])
    assert.equal(readTlsRptRecord(wrong), null);
  const many = Array.from({ length: 60 }, (_, n) => `mailto:a${n}@b.example`).join(',');
  assert.equal(readTlsRptRecord([`v=TLSRPTv1; rua=${many}`])?.length, 10);
});

type Ours = TlsResult & { readonly failure: OurFailure | null };
const sts: Ours = {
  policyType: 'sts',
  domain: 'Example.net',
  policyStrings: ['version: STSv1', 'mode: testing'],
  mxHosts: ['mx.example.net'],
  failure: null,
  count: 1,
};
const wrong: OurFailure = {
  type: 'certificate-expired',
  sendingIp: '192.0.2.1',
  mxHost: 'mx.example.net',
  mxHelo: null,
  receivingIp: '198.51.100.7',
  reasonCode: 'CERT_HAS_EXPIRED',
  info: null,
};

test('a day added up, and the report there and back', () => {
  const sums = addUp([
    sts,
    { ...sts, count: 4 },
    { ...sts, failure: wrong },
    { ...sts, failure: wrong, count: 2 },
    { ...sts, policyType: 'tlsa', mxHosts: [] },
  ]);
  const policies = sums.get('example.net') ?? [];
  assert.deepEqual(
    policies.map(one => [one.type, one.successful, one.failed, one.failures.map(f => [f.type, f.count])]),
    [
      ['sts', 5, 3, [['certificate-expired', 3]]],
      ['tlsa', 1, 0, []],
    ],
  );
  const report = { organization: 'Us', contact: 'tls@us.example', id: '1@us.example', ...reportDay(Date.UTC(2027, 1, 3, 23)), policies };
  assert.equal(report.from, '2027-02-03T00:00:00Z');
  assert.equal(report.to, '2027-02-03T23:59:59Z');
  const json = writeTlsReport(report);
  assert.deepEqual(readTlsReport(json), report);
  assert.deepEqual(readTlsReport(Buffer.from(`\uFEFF${json}`)), report);
  assert.deepEqual((JSON.parse(json) as { policies: { 'failure-details'?: unknown }[] }).policies[0]?.['failure-details'], [
    {
      'result-type': 'certificate-expired',
      'sending-mta-ip': '192.0.2.1',
      'receiving-mx-hostname': 'mx.example.net',
      'receiving-ip': '198.51.100.7',
      'failed-session-count': 3,
      'failure-reason-code': 'CERT_HAS_EXPIRED',
    },
  ]);
});

test('too many different failures are added up by type', () => {
  const many = Array.from({ length: MAX_TOLD_FAILURES + 500 }, (_, n): Ours => ({ ...sts, failure: { ...wrong, info: String(n) } }));
  const policy = addUp(many).get('example.net')?.[0];
  assert.equal(policy?.failures.length, MAX_TOLD_FAILURES + 1);
  assert.equal(policy?.failed, MAX_TOLD_FAILURES + 500);
  assert.equal(policy?.failures.at(-1)?.count, 500);
});

test('reports of strangers: what is missing is null, what is too much is cut', () => {
  assert.deepEqual(
    readTlsReport(
      '{"policies":[{},7,{"policy":{"policy-type":"new\\u0007 kind","mx-host":"a.example"},"summary":{"total-failure-session-count":"12","total-successful-session-count":-1}}]}',
    )?.policies.map(one => [one.type, one.mxHosts, one.failed, one.successful]),
    [
      ['', [], null, null],
      ['', [], null, null],
      ['new  kind', ['a.example'], 12, null],
    ],
  );
  for (const none of ['', '[]', 'null', '{}', '{"policies":{}}', '{"policies":', '['.repeat(100_000), '{"a":'.repeat(100_000)])
    assert.equal(readTlsReport(none), null);
  assert.equal(readTlsReport(Buffer.alloc(MAX_REPORT_BYTES + 1, ' ')), null);
  const huge = readTlsReport(`{"policies":[${'{"failure-details":[1,2,3]},'.repeat(20_000)}1]}`);
  assert.equal(huge?.policies.length, 1_000);
  assert.equal(readTlsReport(`{"policies":[],"report-id":"${'x'.repeat(100_000)}"}`)?.id?.length, 1_000);
  fc.assert(
    fc.property(fc.json(), any => {
      const report = readTlsReport(`{"policies":[${any}],"date-range":${any},"contact-info":${any}}`);
      if (report) writeTlsReport(report);
    }),
  );
});
