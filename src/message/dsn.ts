// Delivery status notifications (RFC 3464, RFC 3461): built for submitters, with the headers of the returned mail only unless RET=FULL.
import { randomBytes } from 'node:crypto';
import { readHeaders } from './headers.ts';

export type DsnRecipient = {
  readonly finalRecipient: string;
  readonly originalRecipient: string | null;
  readonly action: 'failed' | 'delayed' | 'relayed' | 'delivered' | 'expanded';
  /** Enhanced status code. */
  readonly status: string;
  readonly diagnostic: string | null;
  readonly remoteMta: string | null;
  readonly willRetryUntil: number | null;
};
export type DsnAsk = {
  readonly messageId: string;
  readonly from: string;
  readonly to: string;
  readonly hostname: string;
  readonly at: number;
  readonly arrivedAt: number;
  readonly envid: string | null;
  readonly recipients: readonly DsnRecipient[];
  /** Header block of the original, or the whole of it. */
  readonly returned: Buffer;
  readonly full: boolean;
};

const SUBJECT = {
  failed: 'Mail could not be delivered',
  delayed: 'Mail is delayed',
  relayed: 'Mail was handed on',
  delivered: 'Mail was delivered',
  expanded: 'Mail was delivered',
} as const;
const SENTENCE = {
  failed: 'could not be delivered. It will not be tried again.',
  delayed: 'has not been delivered yet. It is tried again, you need do nothing.',
  relayed: 'was handed to a system that does not tell more about its delivery.',
  delivered: 'was delivered.',
  expanded: 'was delivered.',
} as const;

/** multipart/report as canonical CRLF bytes. */
export function buildDsn(ask: DsnAsk): Buffer {
  const boundary = `=_${randomBytes(12).toString('hex')}`;
  const action = ask.recipients[0]?.action ?? 'failed';
  const head = [
    `From: Mail delivery <${ask.from}>`,
    `To: <${ask.to}>`,
    `Subject: ${SUBJECT[action]}`,
    `Date: ${rfcDate(ask.at)}`,
    `Message-ID: ${ask.messageId}`,
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    `Content-Type: multipart/report; report-type=delivery-status; boundary="${boundary}"`,
    '',
  ];
  const human = ask.recipients.flatMap(one => [
    `Your mail to ${one.finalRecipient} ${SENTENCE[one.action]}`,
    ...(one.diagnostic ? ['The other side said:', `    ${plain(one.diagnostic)}`] : []),
    '',
  ]);
  const perMessage = [
    `Reporting-MTA: dns; ${ask.hostname}`,
    ...(ask.envid ? [`Original-Envelope-Id: ${plain(ask.envid)}`] : []),
    `Arrival-Date: ${rfcDate(ask.arrivedAt)}`,
    '',
  ];
  const perRecipient = ask.recipients.flatMap(one => [
    ...(one.originalRecipient ? [`Original-Recipient: ${plain(one.originalRecipient)}`] : []),
    `Final-Recipient: ${/\P{ASCII}/u.test(one.finalRecipient) ? 'utf-8' : 'rfc822'}; ${plain(one.finalRecipient)}`,
    `Action: ${one.action}`,
    `Status: ${one.status}`,
    ...(one.remoteMta ? [`Remote-MTA: dns; ${plain(one.remoteMta)}`] : []),
    ...(one.diagnostic ? [`Diagnostic-Code: smtp; ${plain(one.diagnostic)}`] : []),
    ...(one.willRetryUntil ? [`Will-Retry-Until: ${rfcDate(one.willRetryUntil)}`] : []),
    '',
  ]);
  const part = (type: string, lines: readonly string[]): string =>
    [`--${boundary}`, `Content-Type: ${type}`, '', ...lines, ''].join('\r\n');
  const eight = /\P{ASCII}/u.test(human.join('') + perRecipient.join(''));
  const text = [
    head.join('\r\n'),
    '',
    part(`text/plain; charset=utf-8${eight ? '\r\nContent-Transfer-Encoding: 8bit' : ''}`, human),
    part(`message/${eight ? 'global-delivery-status' : 'delivery-status'}`, [...perMessage, ...perRecipient]),
    `--${boundary}`,
    `Content-Type: ${returnedType(ask.full, ask.returned)}`,
    '',
    '',
  ].join('\r\n');
  return Buffer.concat([Buffer.from(text.replace(/^\r\n/, '')), ask.returned, Buffer.from(`\r\n--${boundary}--\r\n`)]);
}

function plain(text: string): string {
  return text.replace(/[\p{Cc}]+/gu, ' ').slice(0, 400);
}

/** RFC 5322 date in UTC. */
export function rfcDate(at: number): string {
  return new Date(at).toUTCString().replace('GMT', '+0000');
}

/** RFC 6533 section 3: UTF-8 in the header of what is returned makes it a message/global. */
function returnedType(full: boolean, returned: Buffer): string {
  const global = /[\x80-\xff]/.test(returned.toString('latin1', 0, readHeaders(returned).bodyStart));
  if (full) return global ? 'message/global' : 'message/rfc822';
  return global ? 'message/global-headers' : 'text/rfc822-headers';
}
