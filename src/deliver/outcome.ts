// What the replies of one transaction come to for each recipient.
import type { Phase } from '../bounce/reasons.ts';
import { readReply } from '../bounce/reply.ts';
import type { Attempt, Routed } from '../mail.ts';
import * as bounds from './bounds.ts';
import type { SmtpReply, TransactionResult } from './connection.ts';

export type Outcome = Pick<Attempt, 'result' | 'reply' | 'code' | 'enhanced' | 'class' | 'reason'>;

/** The first reply that ended it for this recipient: MAIL, RCPT, DATA or the dot. A dot without an answer is `unknown`. */
export function outcomeOf(job: Routed, result: TransactionResult, i: number, at: number): Outcome {
  const rcpt = result.rcpts[i] ?? null;
  const told = (reply: SmtpReply, phase: Phase): Outcome => said(reply, phase, at - job.acceptedAt, job.source.ip !== null);
  if (result.mail && result.mail.code >= 300) return told(result.mail, 'mail');
  if (rcpt && rcpt.code >= 300) return told(rcpt, 'rcpt');
  if (result.final) return told(result.final, 'data');
  const broken = { code: null, class: 'connection', reason: null } as const;
  const text = result.failure?.text ?? 'the peer ended it';
  if (result.dotSent) return { result: 'unknown', reply: `no answer to the end of the message: ${text}`, enhanced: null, ...broken };
  return { result: 'deferred', reply: text, enhanced: '4.4.2', ...broken };
}

/** Words that say "not now" behind a code that says "never": of the mailbox, of our pace, of TLS that could not be had this time. */
const PASSING = new Set(['full', 'greylist', 'rate', 'tls']);

/** A reply as an outcome. `ageMs`: how long the mail has been with us; `blockPasses`: another address of ours may not be blocked. */
export function said(reply: SmtpReply, phase: Phase, ageMs: number, blockPasses = false): Outcome {
  const { class: meant, reason } = readReply({ code: reply.code, enhanced: reply.enhanced, text: reply.text, phase });
  const passing = (PASSING.has(meant) || (blockPasses && meant === 'block')) && ageMs < bounds.PASSING_REFUSAL_MS;
  return {
    result: reply.code < 300 ? 'delivered' : reply.code >= 500 && !passing ? 'bounced' : 'deferred',
    reply: `${reply.code} ${scrubbed(reply.text)}`,
    code: reply.code,
    enhanced: reply.enhanced,
    class: reply.code < 300 ? 'ok' : meant,
    reason: reply.code < 300 ? null : reason,
  };
}

/** A peer's words for the record: one line, cut, without control characters. */
export function scrubbed(text: string): string {
  return text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, bounds.KEPT_REPLY);
}
