// The mail around a TLS report: written, walked and read back; bombs and mails without a report.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { firstOf } from '../message/headers.ts';
import { walk } from '../message/walk.ts';
import { MAX_REPORT_BYTES } from './bounds.ts';
import { packReport, readTlsMail, tlsReportMail } from './report-mail.ts';
import { reportDay, writeTlsReport, type TlsReport } from './tls-rpt.ts';

const at = Date.UTC(2026, 10, 29);
const report: TlsReport = {
  organization: 'mx.us.example',
  contact: 'postmaster@mx.us.example',
  id: '2026-11-29.them.example@mx.us.example',
  ...reportDay(at),
  policies: [
    {
      type: 'sts',
      domain: 'them.example',
      strings: ['version: STSv1'],
      mxHosts: ['mx.them.example'],
      successful: 3,
      failed: 0,
      failures: [],
    },
  ],
};
const mail = (packed: Buffer): Buffer =>
  tlsReportMail({
    from: 'tls-reports@mx.us.example',
    to: 'in@them.example',
    submitter: 'us.example',
    domain: 'them.example',
    reportId: report.id ?? '',
    messageId: '<m@mx.us.example>',
    at: at + 90_000_000,
    begin: at / 1_000,
    end: at / 1_000 + 86_399,
    packed,
  });

test('a report in its mail, there and back', () => {
  const raw = mail(packReport(writeTlsReport(report)));
  assert.ok(!/\r(?!\n)|(?<!\r)\n|[^\r\n]{79}/.test(raw.toString('latin1')), 'only CRLF, short lines');
  const message = walk(raw);
  const field = (name: string): string | undefined => firstOf(raw, message.headers, name);
  assert.equal(field('subject'), 'Report Domain: them.example Submitter: us.example Report-ID: <2026-11-29.them.example@mx.us.example>');
  assert.equal(field('tls-report-domain'), 'them.example');
  assert.equal(field('tls-report-submitter'), 'us.example');
  assert.equal(field('tls-required'), 'No');
  assert.match(field('content-type') ?? '', /^multipart\/report; report-type=tlsrpt;/);
  assert.deepEqual(
    message.leaves.map(leaf => [leaf.type, leaf.fileName]),
    [
      ['text/plain', null],
      ['application/tlsrpt+gzip', 'us.example!them.example!1795910400!1795996799.json.gz'],
    ],
  );
  assert.deepEqual(readTlsMail(message), report);
});

test('bare JSON counts; bombs, broken gzip and other mails are no report', () => {
  const bare = Buffer.from(`Content-Type: application/tlsrpt+json\r\n\r\n${writeTlsReport(report)}`);
  assert.deepEqual(readTlsMail(walk(bare)), report);
  assert.equal(readTlsMail(walk(mail(gzipSync(Buffer.alloc(MAX_REPORT_BYTES + 1, ' '))))), null);
  assert.equal(readTlsMail(walk(mail(packReport(writeTlsReport(report)).subarray(0, 30)))), null);
  assert.equal(readTlsMail(walk(Buffer.from('Subject: x\r\n\r\n{"policies":[]}'))), null);
});
