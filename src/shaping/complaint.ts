// What a peer's reply says about our pace, if anything. Greylisting, full boxes, unknown users and refused contents say nothing about it;
// limits of one mailbox or one transaction (x.2.x, x.5.3) are no word of the provider about us.
import { readReply, type Reply } from '../bounce/reply.ts';
import { ONE_MAIL_WEIGHT, WORDS_KEPT } from './bounds.ts';
import type { Complaint, ComplaintKind } from './state.ts';

/** Limits on mails in one connection, and on new connections in some time: both are called too many connections elsewhere. */
const IN_ONE_SESSION = /(?:per|this|same|one|single) (?:smtp )?(?:connection|session)|messages in (?:a|one|this) (?:connection|session)/i;
const OFTEN = /frequen|too (?:fast|often|quick)|per (?:second|minute|hour|day)|rate/i;
const MAILBOX_OR_TRANSACTION = /^[245]\.(?:1\.\d+|2\.\d+|5\.3)$/;

/** null: the reply says nothing about how much or how fast we send. */
export function complaintOf(reply: Reply): Complaint | null {
  const meaning = readReply(reply);
  const { code, enhanced, reason } = meaning;
  if (code !== null && code < 400) return null;
  if (enhanced !== null && MAILBOX_OR_TRANSACTION.test(enhanced)) return null;
  const kind = kindOf(meaning, reply);
  if (kind === null) return null;
  const ofOneMail = (code ?? 0) >= 500 && kind === 'block' && (reply.phase === 'rcpt' || reply.phase === 'data');
  const words = reply.text.replace(/\s+/g, ' ').trim().slice(0, WORDS_KEPT);
  return { kind, weight: ofOneMail ? ONE_MAIL_WEIGHT : 1, code, enhanced, reason, words };
}

function kindOf({ class: cls, reason, code, enhanced }: ReturnType<typeof readReply>, { text }: Reply): ComplaintKind | null {
  if ((code === 421 || cls === 'rate' || cls === 'size') && IN_ONE_SESSION.test(text)) return 'session';
  if (reason === 'toomanyconn') return OFTEN.test(text) ? 'rate' : 'connections';
  if (cls === 'rate') return 'rate';
  if (cls === 'block' || cls === 'reputation') return 'block';
  if (['greylist', 'full', 'hard', 'auth', 'connection', 'tls', 'size', 'content', 'none'].includes(cls)) return null;
  // 421 and 4.7.x without a clear word: most providers mean "not so fast". A server that stops (x.3.x) does not.
  if (enhanced?.startsWith('4.3.')) return null;
  return code === 421 || (code !== null && code < 500 && enhanced?.startsWith('4.7.')) ? 'rate' : null;
}
