// What comes back: bounces (RFC 3464 and every other form), automatic answers (RFC 3834) and complaints (RFC 5965) in a stranger's mail to
// our return paths, to fbl@ and to the mailboxes of RFC 2142. Each is tied to its mail by a token under our MAC or not counted at all. What
// they tell is an outcome after delivery: it changes no state, and it never makes a mail.
import type { EmailRow, RecipientRow } from '../engines/store/control/emails.ts';
import { readBounce, type BounceMail, type BounceRecipient } from '../bounce/bounce-mail.ts';
import type { Decided, NewEvent } from '../mail.ts';
import { splitAddress } from '../message/addresses.ts';
import { walk } from '../message/walk.ts';
import { concerned } from './about.ts';
import * as bounds from './bounds.ts';
import { takeComplaint } from './complaints.ts';
import { returnedSuppression } from './library.ts';
import type { ReturnedDeps, Token } from './types.ts';

/** Reads what a taken mail says of earlier mail of ours. Throws only when the store does: then the sender tries again. */
export async function takeReturned(deps: ReturnedDeps, mail: Decided): Promise<void> {
  const { tokens, isReadHere } = boxes(deps, mail);
  if (!isReadHere) return;
  const message = walk(mail.raw.subarray(0, bounds.READ_OF_REPORT));
  const read = readBounce(message);
  if (read.kind === 'feedback') return takeComplaint(deps, mail, message, read);
  let tied = 0;
  for (const token of tokens) tied += await takeBounce(deps, token, read);
  if (tokens.length > 0) deps.metrics.count('sesame_returned_total', { kind: read.kind, tied: tied > 0 ? 'yes' : 'no' });
}

const ROLE = /^(?:postmaster|abuse)(?:\+[^@]*)?@/i;

/** The tokens that the mail came to, each once, and whether any of its recipients is one where reports are read. */
function boxes(deps: ReturnedDeps, mail: Decided): { readonly tokens: readonly Token[]; readonly isReadHere: boolean } {
  if (mail.party.kind !== 'stranger') return { tokens: [], isReadHere: false };
  const tokens = new Map<string, Token>();
  let isReadHere = false;
  for (const [i, { address }] of mail.envelope.recipients.entries()) {
    const isOurs = mail.party.routes[i]?.id === 'return-path';
    isReadHere ||= isOurs || ROLE.test(address);
    const token = isOurs ? deps.readToken(splitAddress(address)?.local ?? '') : null;
    if (token) tokens.set(`${token.emailId} ${token.n}`, token);
  }
  return { tokens: [...tokens.values()], isReadHere };
}

/** The number of recipients that it was tied to. */
async function takeBounce(deps: ReturnedDeps, token: Token, read: BounceMail): Promise<number> {
  if (read.kind !== 'bounce') {
    deps.log.info('an answer that is no bounce came to a return path', { emailId: token.emailId, reason: read.kind });
    return 0;
  }
  const email = await deps.store.emails.get(token.emailId);
  const known = email ? await deps.store.emails.recipients(email.id) : [];
  const about = concerned(known, token.n, read.recipients);
  if (!email || about.length === 0) return 0;
  const at = deps.clock.now();
  const outcomes = about.map(([recipient, row]) => {
    const event = outcome(email, recipient, row, at);
    return { event, suppression: returnedSuppression(deps, email, recipient, event) };
  });
  const { added: count, made } = await deps.store.events.addOutcomes(outcomes);
  for (const kind of made) deps.metrics.count('sesame_blocked_entries_made_total', { class: kind });
  deps.log.info('a bounce came back', { emailId: email.id, count });
  return about.length;
}

/** `deferred`: the peer that took the mail says it is late. `bounced`: it has given up; permanent only when the address is of no use. */
function outcome(email: EmailRow, recipient: RecipientRow, row: BounceRecipient, at: number): NewEvent {
  const isLate = row.action === 'delayed';
  return {
    type: isLate ? 'deferred' : 'bounced',
    at,
    accountId: email.accountId,
    emailId: email.id,
    recipient: recipient.address,
    data: {
      afterDelivery: true,
      source: 'dsn',
      ...(isLate ? {} : { permanent: row.hard }),
      class: row.class,
      reason: row.reason,
      code: row.reply,
      enhanced: row.status,
      reply: row.isField && row.diagnostic ? plain(row.diagnostic) : null,
    },
  };
}

const plain = (text: string): string =>
  text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, bounds.KEPT_DIAGNOSTIC);
