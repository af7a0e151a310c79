// Abuse reports as others send them (ARF, RFC 5965), for tests of what we read in them.
import { randomBytes } from 'node:crypto';
import { rfcDate } from '../src/message/dsn.ts';

export type ArfAsk = {
  readonly messageId: string;
  readonly from: string;
  readonly to: string;
  /** Epoch ms of the report and of the mail it is about. */
  readonly at: number;
  readonly arrivedAt: number;
  readonly feedbackType: 'abuse' | 'fraud' | 'virus' | 'other' | 'not-spam';
  readonly originalMailFrom: string;
  readonly originalRecipients: readonly string[];
  readonly sourceIp: string | null;
  readonly reportedDomain: string | null;
  /** The header block of the mail, or the whole of it. */
  readonly returned: Buffer;
  readonly full: boolean;
};

/** multipart/report of type feedback-report as canonical CRLF bytes. Values are ours or checked before: control characters become blanks. */
export function buildArf(ask: ArfAsk): Buffer {
  const boundary = `=_${randomBytes(12).toString('hex')}`;
  const opened = (type: string): readonly string[] => [`--${boundary}`, `Content-Type: ${type}`, ''];
  const text = [
    `From: Abuse reports <${plain(ask.from)}>`,
    `To: <${plain(ask.to)}>`,
    'Subject: Abuse report',
    `Date: ${rfcDate(ask.at)}`,
    `Message-ID: ${plain(ask.messageId)}`,
    'Auto-Submitted: auto-generated',
    'MIME-Version: 1.0',
    `Content-Type: multipart/report; report-type=feedback-report;\r\n boundary="${boundary}"`,
    '',
    ...opened('text/plain; charset=utf-8'),
    `This is a report of type ${ask.feedbackType} about mail from ${ask.sourceIp === null ? 'your system' : plain(ask.sourceIp)}`,
    `that arrived at ${rfcDate(ask.arrivedAt)}.`,
    '',
    ...opened('message/feedback-report'),
    `Feedback-Type: ${ask.feedbackType}`,
    'User-Agent: Sesame/1.0',
    'Version: 1',
    `Original-Mail-From: <${plain(ask.originalMailFrom)}>`,
    ...ask.originalRecipients.map(one => `Original-Rcpt-To: <${plain(one)}>`),
    `Arrival-Date: ${rfcDate(ask.arrivedAt)}`,
    ...(ask.sourceIp === null ? [] : [`Source-IP: ${plain(ask.sourceIp)}`]),
    ...(ask.reportedDomain === null ? [] : [`Reported-Domain: ${plain(ask.reportedDomain)}`]),
    '',
    ...opened(ask.full ? 'message/rfc822' : 'text/rfc822-headers'),
    '',
  ].join('\r\n');
  return Buffer.concat([Buffer.from(text), ask.returned, Buffer.from(`\r\n--${boundary}--\r\n`)]);
}

/** 900 keeps the line below 998 octets whatever the field's name. */
const plain = (text: string): string => text.replace(/[\p{Cc}]+/gu, ' ').slice(0, 900);
