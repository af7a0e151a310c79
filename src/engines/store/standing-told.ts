// What results of attempts and reports that came back count for an account's standing (standing/events.ts).
import type { NewEvent } from '../../mail.ts';
import type { SettledRecipient, Told } from './types.ts';

/** Not tried at the recipient's own host: the blocked library and newer signatures have events of their own. */
const NOT_TRIED: ReadonlySet<string> = new Set(['blocked', 'virus']);

/** Final results of one job, one event for each that says the same. */
export function toldOfResults(emailId: string, results: readonly SettledRecipient[]): readonly Told[] {
  const delivered = results.filter(one => one.state === 'delivered').length;
  const bounced = new Map<string, Extract<Told, { readonly kind: 'bounced' }>>();
  for (const { state, attempt } of results) {
    if (state !== 'bounced' || !attempt || NOT_TRIED.has(attempt.class)) continue;
    const { class: meant, reason } = attempt;
    const key = `${meant} ${reason}`;
    const before = bounced.get(key);
    const first = { kind: 'bounced', recipients: 0, class: meant, reason, reply: nameless(attempt.reply), emailId } as const;
    bounced.set(key, { ...(before ?? first), recipients: (before?.recipients ?? 0) + 1 });
  }
  return [...(delivered > 0 ? [{ kind: 'delivered', recipients: delivered } as const] : []), ...bounced.values()];
}

/** What was told after delivery and tied to its mail; null = it counts for nothing. */
export function toldOfOutcome({ type, emailId, data }: NewEvent): Told | null {
  if (type === 'complained' && data['verified'] === true)
    return { kind: 'complained', feedbackType: String(data['feedbackType']), emailId };
  if (type !== 'bounced') return null;
  const reason = typeof data['reason'] === 'string' ? data['reason'] : null;
  const meant = data['permanent'] === true ? 'hard' : String(data['class']);
  const reply = typeof data['reply'] === 'string' ? nameless(data['reply']) : [data['code'], data['enhanced']].filter(Boolean).join(' ');
  return { kind: 'bounced', recipients: 1, class: meant, reason, reply, emailId };
}

/** Evidence names no person: peers like to repeat the address. */
const nameless = (reply: string): string => reply.replace(/[^\s<>"'(,;:]+(?=@)/g, '…');
