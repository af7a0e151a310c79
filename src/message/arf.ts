// Abuse reports (ARF, RFC 5965, with RFC 6650 and the authentication failure type of RFC 6591): built for senders, and read from others.
import { randomBytes } from 'node:crypto';
import { rfcDate } from './dsn.ts';
import { fieldGroups, type Group } from './field-groups.ts';
import { returnedMail } from './returned.ts';
import type { Message } from './walk.ts';

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

export type Arf = {
  /** Lower-case; `abuse` and so on. */
  readonly feedbackType: string;
  readonly userAgent: string | null;
  readonly originalMailFrom: string | null;
  readonly originalRecipients: readonly string[];
  readonly sourceIp: string | null;
  readonly reportedDomains: readonly string[];
  /** Epoch ms. */
  readonly arrivedAt: number | null;
  readonly incidents: number;
  /** Every field of the report, lower-case names. */
  readonly fields: Group;
  /** Header or whole of the mail that is complained of, as the report carries it. */
  readonly original: Buffer | null;
};

/** null when the message carries no message/feedback-report. Everything in it is the claim of a stranger. */
export function readArf(message: Message): Arf | null {
  const report = message.leaves.find(leaf => leaf.type === 'message/feedback-report');
  const fields = report && fieldGroups(report.bytes())[0];
  const kind = fields?.get('feedback-type')?.[0];
  if (!fields || kind === undefined) return null;
  const one = (name: string): string | null => fields.get(name)?.[0] ?? null;
  const arrived = Date.parse(one('arrival-date') ?? one('received-date') ?? '');
  const incidents = Number(one('incidents') ?? 1);
  return {
    feedbackType: kind.toLowerCase(),
    userAgent: one('user-agent'),
    originalMailFrom: one('original-mail-from')?.replace(/^<|>$/g, '') ?? null,
    originalRecipients: (fields.get('original-rcpt-to') ?? []).map(address => address.replace(/^<|>$/g, '')),
    sourceIp: one('source-ip')?.replace(/^\[(?:IPv6:)?|\]$/gi, '') ?? null,
    reportedDomains: (fields.get('reported-domain') ?? []).map(domain => domain.toLowerCase()),
    arrivedAt: Number.isNaN(arrived) ? null : arrived,
    incidents: Number.isSafeInteger(incidents) && incidents > 0 ? incidents : 1,
    fields,
    original: returnedMail(message),
  };
}
