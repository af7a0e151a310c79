// Bounces and complaints that Amazon SES tells by SNS, which may come as mail: JSON in the text ("Amazon SNS notification contents for Amazon SES").
import type { Message } from '../message/walk.ts';
import { NOTICE_JSON, RECIPIENTS } from './bounds.ts';

export type SnsRecipient = {
  readonly address: string;
  readonly status: string | null;
  readonly diagnostic: string | null;
  readonly action: string;
};
export type SnsNotice = {
  readonly kind: 'bounce' | 'complaint' | 'delivery';
  readonly feedbackType: string | null;
  readonly recipients: readonly SnsRecipient[];
};

type Json = Readonly<Record<string, unknown>>;

/** null when the text holds no such notice. */
export function readSns(message: Message): SnsNotice | null {
  const leaf = message.leaves.find(one => one.type === 'text/plain' || one.type === 'application/json');
  const size = leaf?.bytes().length ?? 0;
  if (!leaf || size === 0 || size > NOTICE_JSON) return null;
  const text = leaf.text();
  if (!text.includes('notificationType') && !text.includes('eventType')) return null;
  const outer = parse(text);
  const notice = typeof outer?.['Message'] === 'string' ? parse(outer['Message']) : outer;
  const kind = (textIn(notice, 'notificationType') ?? textIn(notice, 'eventType') ?? '').toLowerCase();
  if (!notice) return null;
  if (kind === 'bounce') return { kind, feedbackType: null, recipients: rows(notice, 'bounce', 'bouncedRecipients').map(bounced) };
  if (kind === 'complaint') {
    const complaint = asObject(notice['complaint']);
    const type = complaint?.['complaintFeedbackType'];
    return {
      kind,
      feedbackType: typeof type === 'string' ? type.toLowerCase() : 'abuse',
      recipients: rows(notice, 'complaint', 'complainedRecipients').map(bounced),
    };
  }
  if (kind !== 'delivery') return null;
  const delivery = asObject(notice['delivery']);
  const to = Array.isArray(delivery?.['recipients']) ? delivery['recipients'] : [];
  const diagnostic = textIn(delivery, 'smtpResponse');
  return {
    kind,
    feedbackType: null,
    recipients: to
      .slice(0, RECIPIENTS)
      .map(address => ({ address: String(address).slice(0, 320), status: null, diagnostic, action: 'delivered' })),
  };
}

function bounced(row: Json): SnsRecipient {
  return {
    address: (textIn(row, 'emailAddress') ?? '').slice(0, 320),
    status: textIn(row, 'status'),
    diagnostic: textIn(row, 'diagnosticCode')?.replace(/^[a-z-]{1,20}; */i, '') ?? null,
    action: textIn(row, 'action') ?? 'failed',
  };
}

function rows(notice: Json, part: string, list: string): readonly Json[] {
  const found = asObject(notice[part])?.[list];
  return Array.isArray(found)
    ? found
        .slice(0, RECIPIENTS)
        .map(asObject)
        .filter(one => one !== null)
    : [];
}

const asObject = (value: unknown): Json | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null;
const textIn = (from: Json | null, name: string): string | null => {
  const value = from?.[name];
  return typeof value === 'string' ? value : null;
};

/** The outermost braces: SNS writes a footer below the JSON. */
function parse(text: string): Json | null {
  const end = text.lastIndexOf('}');
  const start = text.indexOf('{');
  if (start < 0 || end < start) return null;
  const json = text.slice(start, end + 1);
  // A line end cannot stand in a JSON string: there, mail software has folded a long line.
  return tried(json) ?? tried(json.replace(/\r?\n ?/g, ''));
}

function tried(json: string): Json | null {
  try {
    return asObject(JSON.parse(json));
  } catch {
    return null;
  }
}
