// A message as the list has it, and what an event changes in it. Pure.
import type { LiveEvent } from '../../app/live.ts';

export type Recipient = {
  readonly address: string;
  readonly state: string;
  readonly nextAt: string | null;
  readonly heldFor?: string;
  readonly provider: string | null;
  /** In the words of the peer. */
  readonly lastReply: string | null;
};
export type Email = {
  readonly id: string;
  readonly accountId: string | null;
  readonly direction: 'in' | 'out';
  readonly door: string;
  readonly from: string;
  readonly messageId: string;
  readonly size: number;
  readonly tls: string;
  readonly tags: readonly string[];
  readonly contentHeld: boolean;
  readonly acceptedAt: string;
  readonly sendAt: string | null;
  readonly expiresAt: string;
  readonly finalAt: string | null;
  readonly recipients: readonly Recipient[];
};

/** Events that are a state of the recipient that they name. What comes after delivery (a complaint, an opening) changes none. */
const STATES: ReadonlySet<string> = new Set(['delivered', 'deferred', 'bounced', 'suppressed', 'expired', 'held', 'cancelled']);

export function changedBy(
  email: Email,
  event: Pick<LiveEvent, 'type' | 'emailId' | 'recipient'> & { readonly afterDelivery?: unknown; readonly reply?: unknown },
): Email {
  if (event.emailId !== email.id || !STATES.has(event.type) || event.afterDelivery === true) return email;
  const said = typeof event.reply === 'string' ? { lastReply: event.reply } : {};
  const recipients = email.recipients.map(one => (one.address === event.recipient ? { ...one, ...said, state: event.type } : one));
  return { ...email, recipients };
}

/** The state that tells most of a message: what is wrong before what waits before what is done. */
const WORST = ['bounced', 'expired', 'held', 'deferred', 'queued', 'scheduled', 'suppressed', 'cancelled', 'delivered'];
export function stateOf(email: Pick<Email, 'recipients'>): string {
  const states = email.recipients.map(one => one.state);
  return WORST.find(state => states.includes(state)) ?? states[0] ?? 'unknown';
}

/** The recipient that the state of a message is about. */
export const worstOf = (email: Pick<Email, 'recipients'>): Recipient | undefined => {
  const state = stateOf(email);
  return email.recipients.find(one => one.state === state);
};
