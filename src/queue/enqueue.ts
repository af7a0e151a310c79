// The queue stage: a decided mail is sealed and becomes durable in one commit; what was born leased is offered to this door's dispatcher.
import type { Store } from '../engines/store/subjects.ts';
import type { AcceptOutcome, NewMessage, NewRecipient } from '../engines/store/types.ts';
import type { Log, Vault } from '../engines/types.ts';
import type { Decided, Handling, Job, NewEvent, Placed, Priority, Queued, Reason, Refusal, Target } from '../mail.ts';
import { splitAddress } from '../message/addresses.ts';
import { overQuota } from '../levels/quota.ts';
import { allOf, readHeaders } from '../message/headers.ts';
import { reasonOf } from '../scan/reasons.ts';
import { saysTlsRequiredNo } from '../tlspolicy/tls-required.ts';
import { priorityOf } from './priority.ts';
import { recordOf, scanTold } from './record.ts';

export type QueueDeps = {
  readonly store: Store;
  readonly vault: Vault;
  readonly log: Log;
  readonly contentLifetimeMs: number;
  /** A campaign fingerprint as it is stored. */
  readonly sealSketch: (sketch: readonly number[]) => Uint8Array;
  /** Keyed hash of whom the account may write to only so often; null: as often as it likes. */
  readonly personOf: (accountId: string, address: string) => Promise<Uint8Array | null>;
  /** A job that this door holds the lease of; false = no room, the lease goes back. */
  readonly offer: (job: Job, priority: Priority) => boolean;
  /** Mail is due that this door could not lease at once. */
  readonly waits: () => void;
};

/** Larger sealed content goes ahead of its row, so that no commit holds the writer for long. */
const ROW_BYTES = 300 * 1024;
const CHUNKS_A_CALL = 16;
const MOST_FINDINGS = 20;

export async function enqueue(deps: QueueDeps, mail: Decided): Promise<Queued | Refusal> {
  if (mail.verdict.take === 'drop') return answerOf(mail);
  const { key, chunks } = deps.vault.seal(mail.id, mail.sealedForm);
  const sealedBytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const ahead = sealedBytes > ROW_BYTES;
  for (let first = 0; first < (ahead ? chunks.length : 0); first += CHUNKS_A_CALL) {
    const part = chunks.slice(first, first + CHUNKS_A_CALL);
    if ((await deps.store.queue.putChunks({ emailId: mail.id, first, chunks: part })) === 'full') return storageFull();
  }
  const message = messageOf(deps, mail, await personsOf(deps, mail), key, ahead ? [] : chunks);
  const outcome = await deps.store.queue.accept(message);
  if (outcome.kind === 'quota' && mail.options.waits && mail.verdict.take === 'queue') return await laterOf(deps, mail, message);
  key.fill(0);
  if (outcome.kind !== 'queued') return refusalOf(outcome, mail.at);
  await offerJobs(deps, message, outcome);
  return answerOf(mail);
}

/** Over quota, and the sender waits: the same mail again, scheduled for the day that has room. */
async function laterOf(deps: QueueDeps, mail: Decided, message: NewMessage): Promise<Queued | Refusal> {
  const placed = mail.placed.map(one => (one.state === 'queued' ? ({ ...one, state: 'scheduled' } as const) : one));
  const answer = answerOf({ ...mail, placed });
  const outcome = await deps.store.queue.accept({
    ...message,
    recipients: message.recipients.map((one, n) => ({ ...one, state: placed[n]?.state ?? one.state })),
    idempotency: message.idempotency && { ...message.idempotency, answer: JSON.stringify(answer) },
    lease: false,
    waits: true,
  });
  message.key.fill(0);
  return outcome.kind === 'queued' ? answer : refusalOf(outcome, mail.at);
}

/** By recipient; null for those that may be written to as often as the account likes. */
async function personsOf(deps: QueueDeps, mail: Decided): Promise<readonly (Uint8Array | null)[]> {
  const { party } = mail;
  if (party.kind !== 'account') return [];
  return Promise.all(
    mail.placed.map(async ({ recipient, state }) =>
      state === 'suppressed' ? null : await deps.personOf(party.accountId, recipient.address),
    ),
  );
}

function messageOf(
  deps: QueueDeps,
  mail: Decided,
  persons: readonly (Uint8Array | null)[],
  key: Buffer,
  chunks: readonly Buffer[],
): NewMessage {
  const { envelope, options } = mail;
  const due = Math.max(mail.at, options.sendAt ?? 0);
  const lifetime = due + deps.contentLifetimeMs;
  const expiresAt = Math.min(lifetime, options.expiresAt ?? lifetime);
  const accountId = mail.party.kind === 'account' ? mail.party.accountId : (mail.party.routes[0]?.accountId ?? null);
  const answer = answerOf(mail);
  return {
    id: mail.id,
    accountId,
    direction: mail.direction,
    door: mail.door,
    mailFrom: envelope.from,
    fromDomain: mail.fromDomain,
    messageId: mail.messageId,
    size: mail.sealedForm.length,
    acceptedAt: mail.at,
    sendAt: options.sendAt,
    expiresAt,
    tls: options.tls,
    requireTls: envelope.requireTls,
    tlsRequiredNo: mail.direction === 'out' && saysTlsRequiredNo(allOf(mail.sealedForm, readHeaders(mail.sealedForm), 'tls-required')),
    smtpUtf8: envelope.smtpUtf8,
    eightBit: envelope.eightBit,
    ret: envelope.ret,
    envid: envelope.envid,
    pool: options.pool,
    personal: options.personal,
    batch: options.batch ?? null,
    tags: options.tags,
    record: recordOf(mail),
    sketch: mail.sketch && deps.sealSketch(mail.sketch),
    recipients: mail.placed.map((one, n) => ({ ...recipientOf(one, n, due, expiresAt), person: persons[n] ?? null })),
    key,
    chunks,
    events: eventsOf(mail, accountId),
    idempotency: options.idempotency && { ...options.idempotency, status: 202, answer: JSON.stringify(answer) },
    counts: mail.direction === 'out' ? mail.placed.filter(one => one.state !== 'suppressed').length : 0,
    told: toldOf(mail),
    lease: mail.verdict.take === 'queue' && options.sendAt === null,
    priority: priorityOf(mail),
  };
}

/** What counts for the account's standing: not the simulator, and not what the library keeps back, which the gates told. */
function toldOf(mail: Decided): NonNullable<NewMessage['told']> {
  const recipients = mail.placed.filter(one => one.target.kind === 'mx' && one.state !== 'suppressed').length;
  return mail.party.kind === 'account' && recipients > 0 ? [{ kind: 'accepted', mails: 1, recipients, sketch: mail.sketch }] : [];
}

function recipientOf(one: Placed, n: number, due: number, expiresAt: number): NewRecipient {
  const { recipient, target, routeId, state } = one;
  return {
    n,
    address: recipient.address,
    orcpt: recipient.orcpt,
    notify: recipient.notify?.join(',') ?? null,
    lane: laneOf(target),
    target,
    routeId,
    state,
    // Held mail is due at its end of life, when it expires.
    dueAt: state === 'suppressed' ? null : state === 'held' ? expiresAt : due,
  };
}

/** What is queued and paced together. */
function laneOf(target: Target): string {
  switch (target.kind) {
    case 'mx':
      return `mx:${target.domain}`;
    case 'webhook':
      return `webhook:${target.routeId}`;
    case 'forward':
      return `forward:${target.routeId}`;
    case 'lmtp':
      return `lmtp:${target.name}`;
    case 'simulator':
      return 'simulator';
  }
}

function eventsOf(mail: Decided, accountId: string | null): readonly NewEvent[] {
  const base = { at: mail.at, accountId, emailId: mail.id, recipient: null };
  const verdicts = { spam: mail.spam.verdict, virus: mail.virus.verdict, scan: scanTold(mail.virus) };
  const simulated = mail.placed.filter(one => one.target.kind === 'simulator').length;
  const sizes = { recipients: mail.placed.length, ...(simulated > 0 ? { simulated } : {}), size: mail.sealedForm.length };
  const first: NewEvent =
    mail.direction === 'out'
      ? { ...base, type: 'accepted', data: { door: mail.door, ...sizes, ...verdicts } }
      : { ...base, type: 'received', data: receivedData(mail, verdicts) };
  const held: readonly NewEvent[] =
    mail.verdict.take === 'hold' ? [{ ...base, type: 'held', data: { reasons: mail.verdict.reasons } }] : [];
  const suppressed = mail.placed
    .filter(one => one.state === 'suppressed')
    .map(one => ({ ...base, type: 'suppressed', recipient: one.recipient.address, data: { reason: 'recipient_blocked' } }) as const);
  return [first, ...held, ...suppressed];
}

function receivedData(mail: Decided, verdicts: object): Readonly<Record<string, unknown>> {
  const { spf, dkim, dmarc, arc } = mail.auth;
  const words = { spf: spf.verdict, dkim: dkim.verdict, dmarc: dmarc.verdict, arc: arc.verdict };
  const domain = splitAddress(mail.placed[0]?.recipient.address ?? '')?.domain ?? null;
  return { domain, recipients: mail.placed.length, size: mail.sealedForm.length, ...verdicts, ...words };
}

function answerOf(mail: Decided): Queued {
  const later = mail.placed.some(one => one.state === 'scheduled');
  return {
    id: mail.id,
    messageId: mail.messageId,
    status: mail.verdict.take === 'hold' ? 'held' : later ? 'scheduled' : 'queued',
    recipients: mail.placed.map(one => ({ address: one.recipient.address, state: one.state })),
    findings: [
      ...(mail.options.notes ?? []),
      ...mail.virus.found
        .slice(0, MOST_FINDINGS)
        .map(one => ({ id: one.name, message: `${reasonOf(one.name, 'en')} (${one.name}) in part ${one.path}` })),
      ...(mail.spam.verdict === 'PASS' ? [] : mail.spam.reasons.map(one => ({ id: one.id, message: one.title }))),
    ],
  };
}

/** Each leased lane is one job of this door; without room its lease goes back at once. */
async function offerJobs(deps: QueueDeps, message: NewMessage, outcome: AcceptOutcome & { kind: 'queued' }): Promise<void> {
  const refused: { emailId: string; fence: number }[] = [];
  for (const { lane, fence } of outcome.leased) {
    const job = jobOf(message, lane, fence);
    if (!deps.offer(job, message.priority === 'bulk' ? 'bulk' : 'transactional')) refused.push({ emailId: job.emailId, fence: job.fence });
  }
  const due = new Set(message.recipients.filter(one => one.state === 'queued').map(one => one.lane));
  if (message.lease && (refused.length > 0 || due.size > outcome.leased.length)) deps.waits();
  if (refused.length > 0) {
    await deps.store.queue.release(refused).catch(() => deps.log.warn('a lease could not be given back', { emailId: message.id }));
  }
}

function jobOf(message: NewMessage, lane: string, fence: number): Job {
  const { id: emailId, direction, accountId, mailFrom, fromDomain, messageId, size, acceptedAt, expiresAt } = message;
  const { tls, requireTls, tlsRequiredNo, smtpUtf8, eightBit, ret, envid, pool, personal } = message;
  const recipients = message.recipients
    .filter(one => one.lane === lane && one.state === 'queued')
    .map(one => ({
      n: one.n,
      address: one.address,
      orcpt: one.orcpt,
      notify: (one.notify?.split(',') ?? null) as Job['recipients'][number]['notify'],
      target: one.target,
      attempts: 0,
      warned: false,
      unknownSince: null,
    }));
  const mail = { emailId, direction, accountId, mailFrom, fromDomain, messageId, size, acceptedAt, expiresAt };
  const handling: Handling = { requireTls, tlsRequiredNo, smtpUtf8, eightBit, ret, envid, pool, personal };
  return { ...mail, ...handling, fence, lane, tls, recipients };
}

function refusalOf(outcome: Exclude<AcceptOutcome, { kind: 'queued' }>, now: number): Refusal {
  switch (outcome.kind) {
    case 'suspended':
      return refusal('account_suspended', 550, '5.7.1', 'sending is suspended. See /v1/accounts/self');
    case 'quota':
      return overQuota(outcome.over, now);
    case 'full':
      return storageFull();
    case 'batch_over':
      return refusal('internal', 451, '4.3.0', 'the batch has stopped, or this place of it is done');
    default:
      // Another request with the same idempotency key was quicker: the answer is there when it is asked again.
      return refusal('internal', 451, '4.3.0', 'the same request is being answered, try again');
  }
}

const storageFull = (): Refusal => refusal('storage_full', 452, '4.3.1', 'no room for more mail now, try again later');

function refusal(reason: Reason, code: number, enhanced: string, text: string): Refusal {
  return { refused: true, reason, code, enhanced, text };
}
