// The transactions of one delivery: one for all recipients of a site, or one for each when every one gets a copy of his own.
import type { Job, JobRecipient } from '../mail.ts';
import { prepare } from './personalise.ts';
import { newMint, type LinkBase, type Mac } from './tokens.ts';

export type Sending = {
  readonly recipients: readonly JobRecipient[];
  /** The recipient's number for return path and Feedback-ID when the copy is his own, else null. */
  readonly n: number | null;
  /** Made when it is asked for; the caller wipes it. */
  readonly content: () => Buffer;
};
export type Sendings = { readonly list: readonly Sending[]; readonly wipe: () => void };

/**
 * `content` is the sealed form, opened; it must stay as it is until the last copy is made. Without a `base` (SESAME_PUBLIC_URL was
 * taken away since the mail was accepted) nothing can lead to us, and all get the same bytes.
 */
export function sendingsOf(
  job: Pick<Job, 'emailId' | 'personal' | 'recipients'>,
  content: Buffer,
  base: LinkBase | null,
  mac: Mac,
): Sendings {
  if (!job.personal || base === null)
    return { list: [{ recipients: job.recipients, n: null, content: () => Buffer.from(content) }], wipe: () => undefined };
  const mint = newMint(mac, base, job.emailId);
  const { copy, wipe } = prepare(content, job.personal);
  return { list: job.recipients.map(one => ({ recipients: [one], n: one.n, content: () => copy(one.n, mint) })), wipe };
}
