// What the replies of one transaction come to for each recipient.
import { readAttempt } from '../bounce/attempt.ts';
import type { Phase } from '../bounce/reasons.ts';
import type { Attempt, Routed } from '../mail.ts';
import * as bounds from './bounds.ts';
import type { TransactionResult } from './connection.ts';
import type { SmtpReply } from './replies.ts';

export type Outcome = Pick<Attempt, 'result' | 'reply' | 'code' | 'enhanced' | 'class' | 'reason' | 'atRcpt'>;

/** The first reply that ended it for this recipient: MAIL, RCPT, DATA or the dot. A dot without an answer is `unknown`. */
export function outcomeOf(job: Routed, result: TransactionResult, i: number, at: number): Outcome {
  const rcpt = result.rcpts[i] ?? null;
  const elsewhere = job.source.ip !== null && at - job.acceptedAt < bounds.ELSEWHERE_MS;
  const told = (reply: SmtpReply, phase: Phase): Outcome => said(reply, phase, elsewhere);
  if (result.mail && result.mail.code >= 300) return told(result.mail, 'mail');
  if (rcpt && rcpt.code >= 300) return { ...told(rcpt, 'rcpt'), atRcpt: true };
  if (result.final) return told(result.final, 'data');
  const broken = { code: null, class: 'connection', reason: null } as const;
  const text = result.failure?.text ?? 'the peer ended it';
  if (result.dotSent) return { result: 'unknown', reply: `no answer to the end of the message: ${text}`, enhanced: null, ...broken };
  return { result: 'deferred', reply: text, enhanced: '4.4.2', ...broken };
}

/** A reply as an outcome; `elsewhere`: another address of ours may do better. */
export function said({ code, enhanced, text }: SmtpReply, phase: Phase, elsewhere = false): Outcome {
  const { result, class: meant, reason } = readAttempt({ code, enhanced, text, phase }, elsewhere);
  return { result, reply: `${code} ${scrubbed(text)}`, code, enhanced, class: meant, reason: code < 300 ? null : reason };
}

/** A peer's words for the record: one line, cut, without control characters. */
export function scrubbed(text: string): string {
  return text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, bounds.KEPT_REPLY);
}
