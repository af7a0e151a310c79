// The gates once more, just before an attempt: mail whose time is over, accounts suspended and recipients blocked since it was accepted.
import type { Attempt, Job, JobRecipient } from '../mail.ts';
import { blockedAddress, isAnyEntered } from './lookup.ts';
import type { IdentifyDeps } from './types.ts';

export type Rechecked<J extends Job = Job> = { readonly go: J | null; readonly ended: readonly Attempt[] };

/** No attempt for a recipient = it is held, or expired when its time is over (report decides by the clock). */
export async function recheck<J extends Job>(deps: IdentifyDeps, job: J): Promise<Rechecked<J>> {
  const over = deps.clock.now() >= job.expiresAt;
  // What was tried before is tried once more at its end: the bounce says what is wrong now, and a policy of TLS is asked for anew first
  // (RFC 8461 section 5.1). A mail that may have arrived already makes no copy for that.
  const due = over ? job.recipients.filter(one => one.attempts > 0 && one.unknownSince === null) : job.recipients;
  if (due.length === 0) return { go: null, ended: [] };
  if (await isStopped(deps, job)) return { go: null, ended: [] };
  if (job.direction !== 'out' || job.mailFrom === '') return { go: { ...job, recipients: due }, ended: [] };
  const group = job.personal?.unsubscribe?.group ?? null;
  const peers = due.filter(one => one.target.kind === 'mx').map(one => one.address);
  if (!(await isAnyEntered(deps, job.accountId, peers, group))) return { go: { ...job, recipients: due }, ended: [] };
  const free: JobRecipient[] = [];
  const ended: Attempt[] = [];
  for (const one of due) {
    if (one.target.kind === 'mx' && (await blockedAddress(deps, job.accountId, one.address, 'recipient', group)))
      ended.push(blocked(deps, one));
    else free.push(one);
  }
  return { go: free.length > 0 ? { ...job, recipients: free } : null, ended };
}

/** What was asked less than this ago need not be asked again of each recipient. */
const FRESH_MS = 1_000;

/**
 * Once more with a connection in hand: a mail may have waited `waitedMs` for it, and its copies for one another. The account is asked always,
 * so that nothing begins after a suspension.
 */
export async function recheckLate<J extends Job>(deps: IdentifyDeps, job: J, waitedMs: number): Promise<Rechecked<J>> {
  if (waitedMs >= FRESH_MS) return recheck(deps, job);
  return { go: (await isStopped(deps, job)) ? null : job, ended: [] };
}

async function isStopped(deps: IdentifyDeps, job: Job): Promise<boolean> {
  const sends = job.direction === 'out' || job.recipients.some(one => one.target.kind === 'forward');
  const account = sends && job.accountId ? await deps.account(job.accountId) : null;
  return account?.state === 'suspended';
}

function blocked(deps: IdentifyDeps, one: JobRecipient): Attempt {
  const reply = 'recipient_blocked: in the blocked library since it was accepted';
  const none = { peer: null, sendingIp: null, code: null, reason: null, tls: null };
  return { n: one.n, at: deps.clock.now(), result: 'bounced', reply, enhanced: '5.1.1', class: 'blocked', ...none };
}
