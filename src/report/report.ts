// After an attempt: what each recipient's state is now, when it is tried again, what is told (events), and the DSN that is owed to an
// authenticated submitter. All of it is one final commit.
import type { Store } from '../engines/store/subjects.ts';
import type { NewMessage, SettledRecipient } from '../engines/store/types.ts';
import type { Clock, Log, Metrics, Vault } from '../engines/types.ts';
import type { Attempt, Attempted, EventType, JobRecipient, NewEvent, RecipientState } from '../mail.ts';
import { buildDsn, type DsnRecipient } from '../message/dsn.ts';
import { readHeaders } from '../message/headers.ts';
import { learned, type LibraryDeps } from './library.ts';
import { ownMail } from './own-mail.ts';
import { nextDue, UNKNOWN_PACE_MS, WARN_AFTER_MS } from './backoff.ts';

export type ReportDeps = LibraryDeps & {
  readonly store: Store;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly hostname: string;
  readonly newId: () => string;
  readonly content: (emailId: string) => Promise<Buffer | null>;
  readonly contentLifetimeMs: number;
};

type Verdict = { readonly settled: SettledRecipient; readonly event: NewEvent | null; readonly dsn: DsnRecipient | null };

/** Records the attempt; returns the events that were stored (none when the lease was lost meanwhile). */
export async function report(deps: ReportDeps, job: Attempted): Promise<readonly NewEvent[]> {
  const now = deps.clock.now();
  const verdicts = job.recipients.map(one => judge(job, one, job.tried.find(attempt => attempt.n === one.n) ?? null, now));
  const events = [...verdicts.map(one => one.event).filter(one => one !== null), ...simulatedComplaints(job, now)];
  const dsn = verdicts.map(one => one.dsn).filter(one => one !== null);
  const owed =
    dsn.length > 0 && job.mailFrom !== '' && job.direction === 'out' && job.accountId ? await dsnMessages(deps, job, dsn, now) : [];
  for (const one of job.tried) deps.metrics.count('sesame_attempts_total', { result: one.result, tls: one.tls?.version ?? 'none' });
  const library = learned(deps, job);
  const outcome = await deps.store.queue.settle({
    emailId: job.emailId,
    fence: job.fence,
    results: verdicts.map(one => one.settled),
    events,
    owed,
    ...(job.postponed ? { postponed: job.postponed } : {}),
    ...(library ? { library } : {}),
  });
  if (outcome === 'stale') {
    deps.log.warn('the lease was lost, nothing recorded', { emailId: job.emailId });
    return [];
  }
  if (outcome !== 'recorded') for (const kind of outcome.made) deps.metrics.count('sesame_blocked_entries_made_total', { class: kind });
  return events;
}

/** complaint@ of the simulator: delivered, and then somebody complains. */
function simulatedComplaints(job: Attempted, now: number): readonly NewEvent[] {
  const complaining = job.recipients.filter(one => one.target.kind === 'simulator' && one.target.box === 'complaint');
  const delivered = complaining.filter(one => job.tried.some(attempt => attempt.n === one.n && attempt.result === 'delivered'));
  const base = { type: 'complained', at: now, accountId: job.accountId, emailId: job.emailId } as const;
  return delivered.map(one => ({
    ...base,
    recipient: one.address,
    data: { afterDelivery: true, feedbackType: 'abuse', source: 'simulator' },
  }));
}

const EVENT: Partial<Record<RecipientState, EventType>> = {
  delivered: 'delivered',
  deferred: 'deferred',
  bounced: 'bounced',
  expired: 'expired',
  held: 'held',
};

function judge(job: Attempted, one: JobRecipient, tried: Attempt | null, now: number): Verdict {
  if (!tried && job.postponed && now < job.expiresAt) return putOff(job, one, job.postponed, now);
  const unknownSince = tried?.result === 'unknown' ? (one.unknownSince ?? now) : one.unknownSince;
  const state = stateAfter(job, tried, now);
  // TLS that was waited for is given up: 4.7.4 was for now, 5.7.4 is the end of it.
  const attempt =
    state === 'bounced' && tried?.class === 'tls' ? { ...tried, enhanced: tried.enhanced?.replace(/^4/, '5') ?? null } : tried;
  const due =
    state === 'deferred'
      ? Math.min(job.expiresAt, unknownSince !== null && one.attempts > 1 ? now + UNKNOWN_PACE_MS : nextDue(now, one.attempts))
      : state === 'held'
        ? job.expiresAt
        : null;
  const warn = state === 'deferred' && warningDue(job, one, now);
  const untried = attempt ? null : (job.postponed?.why ?? one.waitedFor);
  const reason = state !== 'expired' ? undefined : unknownSince !== null ? 'answer_unknown' : (untried ?? undefined);
  const type = EVENT[state];
  const event: NewEvent | null = type
    ? {
        type,
        at: now,
        accountId: job.accountId,
        emailId: job.emailId,
        recipient: one.address,
        data: {
          ...(attempt ? { attempt: { ...shownOf(attempt), nextAt: due } } : {}),
          ...(job.provider ? { provider: job.provider } : {}),
          ...(reason ? { reason } : {}),
          ...(state === 'bounced' ? { permanent: attempt?.class === 'hard' } : {}),
        },
      }
    : null;
  return {
    settled: { n: one.n, state, dueAt: due, warned: one.warned || warn, unknownSince, attempt },
    event,
    dsn: dsnFor(job, one, attempt, state, warn),
  };
}

/** Without what only the blocked library asks for. */
const shownOf = ({ atRcpt: _atRcpt, ...shown }: Attempt): Omit<Attempt, 'atRcpt'> => shown;

/** Not tried, for a reason that is not its own: no attempt is counted and nothing is told but a delay warning where one is due. */
function putOff(job: Attempted, one: JobRecipient, wait: NonNullable<Attempted['postponed']>, now: number): Verdict {
  const state = one.attempts > 0 ? 'deferred' : 'queued';
  const warn = warningDue(job, one, now);
  const dueAt = Math.min(job.expiresAt, Math.max(now, wait.until));
  const settled = {
    n: one.n,
    state,
    dueAt,
    warned: one.warned || warn,
    unknownSince: one.unknownSince,
    attempt: null,
    waits: wait.why,
  } as const;
  return { settled, event: null, dsn: dsnFor(job, one, null, state, warn) };
}

const warningDue = (job: Attempted, one: JobRecipient, now: number): boolean =>
  !one.warned && now - job.acceptedAt >= WARN_AFTER_MS && one.notify?.includes('delay') === true;

function stateAfter(job: Attempted, attempt: Attempt | null, now: number): RecipientState {
  if (attempt?.result === 'delivered') return 'delivered';
  if (attempt?.result === 'bounced') return 'bounced';
  if (now >= job.expiresAt) return attempt?.class === 'tls' ? 'bounced' : 'expired';
  return attempt ? 'deferred' : 'held';
}

/** RFC 3461 section 5.2: what the sender asked to be told; without a wish, failures only. */
function dsnFor(job: Attempted, one: JobRecipient, attempt: Attempt | null, state: RecipientState, warn: boolean): DsnRecipient | null {
  const wish = one.notify ?? ['failure'];
  const base = {
    finalRecipient: one.address,
    originalRecipient: one.orcpt,
    diagnostic: attempt?.reply ?? job.postponed?.why ?? one.waitedFor ?? null,
    remoteMta: attempt?.peer?.replace(/ .*$/, '') ?? null,
    willRetryUntil: null,
  };
  if ((state === 'bounced' || state === 'expired') && wish.includes('failure')) {
    const status = attempt?.enhanced?.startsWith('5')
      ? attempt.enhanced
      : state === 'expired'
        ? '5.4.7'
        : attempt?.class === 'tls'
          ? (attempt.enhanced ?? '5.7.5').replace(/^4/, '5')
          : '5.0.0';
    return { ...base, action: 'failed', status };
  }
  if (state === 'delivered' && wish.includes('success') && !job.dsnPassedOn) return { ...base, action: 'relayed', status: '2.0.0' };
  return warn
    ? { ...base, action: 'delayed', status: attempt?.enhanced ?? job.postponed?.enhanced ?? '4.4.1', willRetryUntil: job.expiresAt }
    : null;
}

/** One notification for the job, sealed as a mail of its own with the null sender. */
async function dsnMessages(
  deps: ReportDeps,
  job: Attempted,
  recipients: readonly DsnRecipient[],
  now: number,
): Promise<readonly NewMessage[]> {
  const original = await deps.content(job.emailId);
  const id = deps.newId();
  const messageId = `<${id}@${deps.hostname}>`;
  // What turned out to be malware is not sent back.
  const malware = job.tried.some(one => one.class === 'virus');
  const full = job.ret === 'full' && !malware && recipients.every(one => one.action === 'failed');
  const returned = original ? (full ? original : original.subarray(0, readHeaders(original).bodyStart)) : Buffer.alloc(0);
  const raw = buildDsn({
    messageId,
    from: `mailer-daemon@${deps.hostname}`,
    to: job.mailFrom,
    hostname: deps.hostname,
    at: now,
    arrivedAt: job.acceptedAt,
    envid: job.envid,
    recipients,
    returned,
    full,
  });
  original?.fill(0);
  const record = { dsnFor: job.emailId };
  return [
    ownMail(deps, {
      id,
      to: job.mailFrom,
      raw,
      messageId,
      accountId: job.accountId,
      tls: job.tls,
      requireTls: job.requireTls,
      record,
      at: now,
    }),
  ];
}
