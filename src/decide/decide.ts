// The decide stage, pure: findings and policies in, a refusal or the form and the places of a taken mail out.
import type { Decided, Inspected, Refusal } from '../mail.ts';
import { parseMailboxes, splitAddress } from '../message/addresses.ts';
import { firstOf, readHeaders } from '../message/headers.ts';
import { place } from './place.ts';
import { judge } from './refuse.ts';
import { trace } from './trace.ts';

export function decide(deps: { readonly hostname: string }, mail: Inspected): Decided | Refusal {
  const judged = judge(mail);
  if (judged.kind === 'refuse') return judged.refusal;
  const block = readHeaders(mail.raw);
  const from = parseMailboxes(firstOf(mail.raw, block, 'from') ?? '')[0]?.address ?? mail.envelope.from;
  return {
    ...mail,
    verdict: { take: judged.kind === 'take' ? 'queue' : judged.kind, reasons: judged.reasons },
    placed: judged.kind === 'drop' ? [] : place(mail, judged.kind === 'hold'),
    ...trace(mail, deps.hostname),
    fromDomain: (splitAddress(from)?.domain ?? '').toLowerCase(),
  };
}
