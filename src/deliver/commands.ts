// MAIL and RCPT with the parameters that the peer offers (RFC 1870, 3461, 6152, 6531, 8689), and what it cannot take.
import type { Job, JobRecipient } from '../mail.ts';
import type { Outcome } from './outcome.ts';

/** What the peer cannot take, by what it offers; null = it can. */
export function unfit(
  job: Job,
  content: Buffer,
  offers: ReadonlyMap<string, string>,
): Pick<Outcome, 'result' | 'enhanced' | 'reply' | 'class'> | null {
  if (job.smtpUtf8 && !offers.has('SMTPUTF8'))
    return { result: 'bounced', enhanced: '5.6.7', reply: 'the peer does not take addresses in UTF-8', class: 'policy' };
  const size = Number(offers.get('SIZE') || 0);
  if (size > 0 && content.length > size)
    return { result: 'bounced', enhanced: '5.3.4', reply: `the peer takes at most ${size} bytes`, class: 'size' };
  return null;
}

/** `size`: of the content in octets. */
export function mailCommand(job: Job, mailFrom: string, size: number, offers: ReadonlyMap<string, string>): string {
  return [
    `MAIL FROM:<${mailFrom}>`,
    ...(offers.has('SIZE') ? [`SIZE=${size}`] : []),
    ...(job.eightBit && offers.has('8BITMIME') ? ['BODY=8BITMIME'] : []),
    ...(job.smtpUtf8 ? ['SMTPUTF8'] : []),
    ...(job.requireTls && offers.has('REQUIRETLS') ? ['REQUIRETLS'] : []),
    ...(offers.has('DSN') && job.ret ? [`RET=${job.ret.toUpperCase()}`] : []),
    ...(offers.has('DSN') && job.envid ? [`ENVID=${job.envid}`] : []),
  ].join(' ');
}

/** `dsn`: the peer takes parameters of RFC 3461. */
export function rcptCommand(one: JobRecipient, dsn: boolean): string {
  const notify = dsn && one.notify ? ` NOTIFY=${one.notify.join(',').toUpperCase()}` : '';
  const orcpt = dsn && one.orcpt ? ` ORCPT=${one.orcpt}` : '';
  return `RCPT TO:<${one.address}>${notify}${orcpt}`;
}
