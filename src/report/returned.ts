// Bounces that come back to our return path: the token in the address says which mail they are about (docs/mail.md); what the
// notification says of a recipient is believed only if that mail had it. Anything else is counted and thrown away; no notice is made.
import type { Store } from '../engines/store/subjects.ts';
import type { Clock, Log } from '../engines/types.ts';
import type { Decided } from '../mail.ts';
import { splitAddress } from '../message/addresses.ts';
import { readDsn } from '../message/dsn-read.ts';
import { walk } from '../message/walk.ts';

export type BounceDeps = {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly readToken: (local: string) => { readonly emailId: string; readonly n: number | null } | null;
};

/** Failed recipients named by the report become `bounced` events of their mail: an outcome after delivery, the state stays. */
export async function takeBounce(deps: BounceDeps, mail: Decided): Promise<void> {
  const to = splitAddress(mail.envelope.recipients[0]?.address ?? '');
  const token = to && deps.readToken(to.local);
  const dsn = token ? readDsn(walk(mail.raw)) : null;
  const email = token && dsn ? await deps.store.emails.get(token.emailId) : null;
  if (!email || !dsn) return;
  const known = await deps.store.emails.recipients(email.id);
  const at = deps.clock.now();
  const events = dsn.recipients.flatMap(({ finalRecipient, originalRecipient, action, status }) => {
    const named = [finalRecipient, originalRecipient].map(one => one?.toLowerCase());
    const recipient = known.find(one => named.includes(one.address.toLowerCase()));
    if (!recipient || action !== 'failed') return [];
    const data = { afterDelivery: true, permanent: status?.startsWith('5') ?? false, enhanced: status, source: 'dsn' };
    return [{ type: 'bounced', at, accountId: email.accountId, emailId: email.id, recipient: recipient.address, data } as const];
  });
  if (events.length > 0) await deps.store.events.add(events);
  deps.log.info('a bounce came back', { emailId: email.id, count: events.length });
}
