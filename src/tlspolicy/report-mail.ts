// The mail that carries a TLS report (RFC 8460 section 5.3): multipart/report with a text for people and the packed JSON; written here, and
// found again in a mail of somebody else.
import { randomBytes } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { rfcDate } from '../message/dsn.ts';
import { encodeBase64 } from '../message/transfer.ts';
import type { Message } from '../message/walk.ts';
import { MAX_REPORT_BYTES, MAX_REPORT_LEAVES } from './bounds.ts';
import { readTlsReport } from './tls-report-read.ts';
import type { TlsReport } from './tls-rpt.ts';

export type ReportMail = {
  readonly from: string;
  readonly to: string;
  /** The domain that signs. */
  readonly submitter: string;
  /** Whom the report is for. */
  readonly domain: string;
  readonly reportId: string;
  /** With angle brackets. */
  readonly messageId: string;
  /** Epoch ms. */
  readonly at: number;
  /** First and last second of the day, epoch seconds. */
  readonly begin: number;
  readonly end: number;
  readonly packed: Buffer;
};

export const packReport = (json: string): Buffer => gzipSync(json);

/** Canonical CRLF bytes in seven bits. `TLS-Required: No` (RFC 8689 section 5): it is to arrive whatever is wrong with the TLS it tells of. */
export function tlsReportMail(ask: ReportMail): Buffer {
  const boundary = `=_${randomBytes(12).toString('hex')}`;
  const file = `${ask.submitter}!${ask.domain}!${ask.begin}!${ask.end}.json.gz`;
  const lines = [
    `From: TLS reports <${ask.from}>`,
    `To: <${ask.to}>`,
    `Subject: Report Domain: ${ask.domain}`,
    ` Submitter: ${ask.submitter}`,
    ` Report-ID: <${ask.reportId}>`,
    `Date: ${rfcDate(ask.at)}`,
    `Message-ID: ${ask.messageId}`,
    `TLS-Report-Domain: ${ask.domain}`,
    `TLS-Report-Submitter: ${ask.submitter}`,
    'TLS-Required: No',
    'Auto-Submitted: auto-generated',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=tlsrpt;',
    ` boundary="${boundary}"`,
    '',
    `--${boundary}`,
    'Content-Type: text/plain; charset=us-ascii',
    '',
    'For programs: sums of the TLS sessions of',
    ask.submitter,
    'with the mail hosts of',
    ask.domain,
    'The TXT record at _smtp._tls of that domain asks for them.',
    '',
    `--${boundary}`,
    'Content-Type: application/tlsrpt+gzip',
    'Content-Transfer-Encoding: base64',
    'Content-Disposition: attachment;',
    ` filename="${file}"`,
    '',
    encodeBase64(ask.packed).trimEnd(),
    `--${boundary}--`,
    '',
  ];
  return Buffer.from(lines.join('\r\n'), 'latin1');
}

/** The first TLS report among the parts of a mail; null when there is none. Not more than the bound is unpacked. */
export function readTlsMail(message: Message): TlsReport | null {
  for (const leaf of message.leaves.slice(0, MAX_REPORT_LEAVES)) {
    if (!/^application\/(?:tlsrpt\+(?:json|gzip)|(?:x-)?gzip|json|octet-stream)$/.test(leaf.type)) continue;
    const json = unpacked(leaf.bytes());
    const report = json && readTlsReport(json);
    if (report) return report;
  }
  return null;
}

function unpacked(bytes: Buffer): Buffer | null {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_REPORT_BYTES });
  } catch {
    return null;
  }
}
