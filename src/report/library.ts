// What follows for the blocked library from replies and from reports that came back: an entry of an address that does not exist or whose owner
// complained, the end of one whose mailbox works. Blocks, policies, full boxes, content, replies of a smarthost and the simulator make none.
import type { EmailRow, RecipientRow } from '../engines/store/control/emails.ts';
import type { Secrets } from '../engines/types.ts';
import type { Attempt, Attempted, NewEvent } from '../mail.ts';
import { suppressionOf, type Lessons, type Suppression } from '../suppress/entries.ts';

export type LibraryDeps = {
  readonly secrets: Pick<Secrets, 'mac' | 'seal'>;
  /** The hashes under which an address may stand, that of hard bounces first. */
  readonly hashesOf: (address: string) => readonly string[];
  /** Peers are a smarthost, not the recipients' own mail hosts: what it answers at once says nothing of a mailbox. */
  readonly smarthost: boolean;
  /** Ours: what our own MX door refuses depends on a route that may be there in a minute. */
  readonly hostname: string;
};

/** Of the attempts of one job, for its settlement; undefined = nothing follows. */
export function learned({ secrets, hashesOf, smarthost, hostname }: LibraryDeps, job: Attempted): Lessons | undefined {
  const { accountId } = job;
  // Many hosts refuse every mail with the null sender by "no such user": it is no word about the mailbox.
  if (smarthost || accountId === null || job.direction !== 'out' || job.mailFrom === '') return undefined;
  const peers = new Map(job.recipients.filter(one => one.target.kind === 'mx').map(one => [one.n, one.address]));
  const made: Suppression[] = [];
  const patterns: string[] = [];
  for (const tried of job.tried) {
    const address = peers.get(tried.n);
    if (address === undefined) continue;
    if (tried.result === 'delivered') patterns.push(...hashesOf(address).slice(0, 1));
    if (!isHard(tried) || tried.peer?.startsWith(`${hostname} [`)) continue;
    const told = { accountId, class: 'hard_bounce', address, evidence: tried.reply, vote: tried.reason === 'userunknown' } as const;
    made.push(suppressionOf(secrets, told));
  }
  return made.length + patterns.length === 0 ? undefined : { made, works: { accountId, patterns } };
}

/** A reply to the end of the message is about all of its recipients, and often of a filter. */
const isHard = (tried: Attempt): boolean => tried.result === 'bounced' && tried.class === 'hard' && tried.atRcpt === true;

/**
 * Of one outcome after delivery that is tied to its mail by a token; null = nothing follows. It is no vote for everybody's entry: whoever got
 * a copy of the mail has its token and could write such a report about the others.
 */
export function returnedSuppression(
  { secrets }: Pick<LibraryDeps, 'secrets'>,
  email: EmailRow,
  recipient: RecipientRow | null,
  { type, data }: NewEvent,
): Suppression | null {
  const isComplaint = type === 'complained';
  if (!isComplaint && !(type === 'bounced' && data['permanent'] === true)) return null;
  if (!recipient || recipient.address === '' || recipient.target.kind !== 'mx' || email.direction !== 'out' || !email.accountId)
    return null;
  const evidence = isComplaint
    ? data['feedbackType']
    : (data['reply'] ?? [data['code'], data['enhanced'], data['reason']].filter(Boolean).join(' '));
  return suppressionOf(secrets, {
    accountId: email.accountId,
    class: isComplaint ? 'complaint' : 'hard_bounce',
    address: recipient.address,
    evidence: typeof evidence === 'string' ? evidence : null,
    vote: false,
  });
}
