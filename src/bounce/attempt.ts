// What follows from a reply: delivered, tried again, or given up. 4yz is tried again and 5yz is the last word (RFC 5321 section 4.2.1), but for what passes by
// itself: a full box, a rate, a greylist, TLS that could not be had this time. Servers say 5yz there who mean "not now", and the mail's own end bounds the waiting.
import { readReply, type Reply, type ReplyMeaning } from './reply.ts';
import type { BounceClass } from './reasons.ts';

export type AttemptMeaning = ReplyMeaning & { readonly result: 'delivered' | 'deferred' | 'bounced' };

const PASSES: ReadonlySet<BounceClass> = new Set(['full', 'rate', 'greylist', 'tls']);

/** What is said of the address that it came from. */
const OF_THE_SOURCE: ReadonlySet<BounceClass> = new Set(['block', 'reputation']);

/** `code`: of an SMTP reply that ended the matter for a recipient. `elsewhere`: the mail may yet go from another address, of which the
 * peer may think better. Never throws. */
export function readAttempt(reply: Reply & { readonly code: number }, elsewhere = false): AttemptMeaning {
  const { code, enhanced } = reply;
  // Nearly every reply: its words need no reading.
  if (code < 300) return { class: 'none', reason: 'delivered', hard: false, code, enhanced, result: 'delivered' };
  const meaning = readReply(reply);
  const passes = PASSES.has(meaning.class) || (elsewhere && OF_THE_SOURCE.has(meaning.class));
  return { ...meaning, result: code >= 500 && !passes ? 'bounced' : 'deferred' };
}
