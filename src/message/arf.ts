// Abuse reports (ARF, RFC 5965, with RFC 6650 and the authentication failure type of RFC 6591): as others send them.
import { fieldGroups, type Group } from './field-groups.ts';
import { returnedMail } from './returned.ts';
import type { Message } from './walk.ts';

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
