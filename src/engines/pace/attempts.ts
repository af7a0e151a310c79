// What the attempts of one job say to the pace: one mail that entered has one outcome.
import type { Attempt } from '../../mail.ts';
import { complaintOf } from '../../shaping/complaint.ts';
import type { Outcome } from './pace.ts';

/** Taken for one recipient is taken; else a complaint before an answer that is not about us. null: the peer was not asked (our own fault, a
 * size or TLS that it does not offer): such a mail `leave`s. */
export function outcomeOf(tried: readonly Attempt[]): Outcome | null {
  const replies = tried.filter(one => one.code !== null).map(replyOf);
  const told = replies.find(one => (one.code ?? 0) < 300) ?? replies.find(one => complaintOf(one) !== null) ?? replies[0];
  if (told) return { reply: told };
  return tried.some(one => one.class === 'connection') ? { reply: null } : null;
}

/** A 5xx that was not held against the recipient was said before MAIL: the greeting, EHLO, a login. */
function replyOf({ code, enhanced, reply, result }: Attempt): NonNullable<Outcome['reply']> {
  const phase = (code ?? 0) < 300 ? 'data' : (code ?? 0) >= 500 && result === 'deferred' ? 'connect' : 'rcpt';
  return { code, enhanced, text: reply.replace(/^\d{3} /, ''), phase };
}
