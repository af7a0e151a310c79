// Complaints (ARF, RFC 5965 and 6650, and Hotmail's older form): counted only when the returned mail carries the Feedback-ID that we signed
// it with. All others are shown to the operator as a claim, a bounded number of them.
import type { BounceMail } from '../bounce/bounce-mail.ts';
import type { Decided, NewEvent } from '../mail.ts';
import { domainName } from '../message/addresses.ts';
import { readArf } from '../message/arf.ts';
import { allOf, readHeaders } from '../message/headers.ts';
import { returnedMail } from '../message/returned.ts';
import type { Message } from '../message/walk.ts';
import { complainer } from './about.ts';
import * as bounds from './bounds.ts';
import { returnedSuppression } from './library.ts';
import type { ReturnedDeps, Token } from './types.ts';

/** RFC 5965, 6430 and 6591: `not-spam` takes a complaint back, `auth-failure` is about forgeries; neither complains of the sender. */
const COMPLAINTS: ReadonlySet<string> = new Set(['abuse', 'fraud', 'virus', 'other', 'opt-out', 'opt-out-list']);
const NO_COMPLAINTS: ReadonlySet<string> = new Set(['not-spam', 'auth-failure', 'dkim']);

/** One `complained` event of the mail that is complained of, or one `received` event for the operator alone. */
export async function takeComplaint(deps: ReturnedDeps, mail: Decided, message: Message, read: BounceMail): Promise<void> {
  const told = read.feedbackType ?? '';
  if (NO_COMPLAINTS.has(told)) return deps.metrics.count('sesame_returned_total', { kind: 'other', tied: 'no' });
  // Words of strangers become words of ours.
  const feedbackType = COMPLAINTS.has(told) ? told : 'other';
  const token = tokenOf(deps, returnedMail(message));
  const email = token ? await deps.store.emails.get(token.emailId) : null;
  const tied = token !== null && email?.direction === 'out';
  deps.metrics.count('sesame_returned_total', { kind: 'feedback', tied: tied ? 'yes' : 'no' });
  if (!tied) return claim(deps, mail, message, feedbackType);
  const known = await deps.store.emails.recipients(email.id);
  const named = read.recipients.map(one => one.address);
  const who = complainer(known, token.n, named);
  const recipient = who?.address ?? null;
  const data = { afterDelivery: true, source: 'arf', verified: true, feedbackType };
  const at = deps.clock.now();
  const event: NewEvent = { type: 'complained', at, accountId: email.accountId, emailId: email.id, recipient, data };
  const suppression = returnedSuppression(deps, email, who, event);
  const { added: count, made } = await deps.store.events.addOutcomes([{ event, suppression }]);
  for (const kind of made) deps.metrics.count('sesame_blocked_entries_made_total', { class: kind });
  deps.log.info('a complaint came in', { emailId: email.id, count });
}

/** The first Feedback-ID of the returned mail's header that we made (`TOKEN:sesame`, deliver/form.ts). */
function tokenOf(deps: ReturnedDeps, original: Buffer | null): Token | null {
  if (!original) return null;
  for (const value of allOf(original, readHeaders(original), 'feedback-id').slice(0, bounds.FEEDBACK_IDS)) {
    const found = /^([^\s:]{1,64}):sesame$/i.exec(value);
    const token = found?.[1] === undefined ? null : deps.readToken(found[1]);
    if (token) return token;
  }
  return null;
}

/** Never of type `complained`, so that nothing that counts complaints counts it. */
async function claim(deps: ReturnedDeps, mail: Decided, message: Message, feedbackType: string): Promise<void> {
  if (deps.shared.count('claims', bounds.CLAIMS_WINDOW_MS) > bounds.CLAIMS_SHOWN) return;
  const arf = readArf(message);
  const data = {
    report: 'complaint',
    source: 'arf',
    verified: false,
    feedbackType,
    peer: mail.peer.ip,
    reportedDomain: domainName(arf?.reportedDomains[0] ?? ''),
    sourceIp: /^[\da-f.:]{2,45}$/i.test(arf?.sourceIp ?? '') ? arf?.sourceIp : null,
  };
  await deps.store.events.add([{ type: 'received', at: deps.clock.now(), accountId: null, emailId: null, recipient: null, data }]);
}
