// The mails of one step of a batch: each place of the list becomes a mail that goes the way of any other of the account, or a word why not.
import { ApiError } from '../api/errors.ts';
import { acceptedOf, messageOf } from '../api/resources/send.ts';
import { readOrThrow, renderOrThrow, sendable } from '../api/templates.ts';
import type { ApiDeps } from '../api/types.ts';
import { newId } from '../engines/ids.ts';
import type { BatchRow } from '../engines/store/control/batches.ts';
import { maySend } from '../identify/gates.ts';
import { blockedAddress } from '../identify/lookup.ts';
import { mayTake } from '../identify/standing.ts';
import type { Recipient } from '../lists/read.ts';
import type { AccountFacts } from '../identify/types.ts';
import type { Reason, Refusal } from '../mail.ts';
import type { Data, Source, Template } from '../templates/types.ts';
import { SHARE_OF_SECOND } from './bounds.ts';
import type { Spec } from './spec.ts';

export type BatchDeps = Pick<ApiDeps, 'clock' | 'config' | 'identify' | 'log' | 'secrets' | 'shared' | 'store' | 'takeIn'>;

/** `taken`: queued, or was before. The next three get no mail and are done. `wait`, `halt`: this place is not done. */
export type Outcome =
  | { readonly kind: 'taken' | 'suppressed' | 'invalid'; readonly why?: undefined }
  | { readonly kind: 'refused'; readonly why: Reason }
  /** `budget`: which one is used up (levels/quota.ts). */
  | { readonly kind: 'wait'; readonly why: string; readonly budget?: string | undefined }
  | { readonly kind: 'halt'; readonly why: string };

/** What a step sends: read once for all its places. Throws an ApiError when it cannot be sent. */
export type Content = { readonly template: Template; readonly defaults: Data };
export async function contentOf({ store, secrets }: BatchDeps, batch: BatchRow, spec: Spec): Promise<Content> {
  if (!('templateId' in spec.content)) return { template: readOrThrow(spec.content), defaults: {} };
  const row = await store.templates.get(spec.content.templateId);
  if (!row || row.accountId !== batch.accountId) throw new ApiError('not_found', 'The template is gone.');
  const kept: Source & { readonly defaults: Data } = sendable(secrets, row);
  return { template: readOrThrow(kept), defaults: kept.defaults };
}

export type Step = {
  readonly batch: BatchRow;
  readonly spec: Spec;
  readonly content: Content;
  readonly account: Pick<AccountFacts, 'policy' | 'quota'>;
};

/** One place of the list. Throws for an error of ours. */
export async function mailTo(
  deps: BatchDeps,
  { batch, spec, content, account }: Step,
  n: number,
  { address, data }: Recipient,
): Promise<Outcome> {
  const group = spec.personal?.unsubscribe?.group ?? null;
  const entry = await blockedAddress(deps.identify, batch.accountId, address, 'recipient', group);
  // Lists keep who left or bounced: to pass them over is our work, and says nothing bad of the account. What is blocked for all does.
  if (entry?.accountId === batch.accountId) return { kind: 'suppressed' };
  const at = deps.clock.now();
  const id = newId('msg', at);
  let message: ReturnType<typeof messageOf>;
  try {
    const { subject, text, html } = renderOrThrow(content.template, { ...spec.data, ...data }, content.defaults, 'data');
    const { from, replyTo, headers } = spec;
    message = messageOf(
      deps,
      { from, to: [address], replyTo: [...replyTo], subject, ...(text === null ? {} : { text }), html, headers },
      id,
      at,
    );
  } catch (error) {
    if (error instanceof ApiError) return { kind: 'invalid' };
    throw error;
  }
  if (message.raw.length > deps.config.messageSize) return { kind: 'invalid' };
  const { value: used } = deps.shared.peek(`second/${batch.accountId}`, 1_000);
  if (used >= Math.max(1, account.quota.perSecond * SHARE_OF_SECOND)) return { kind: 'wait', why: 'quota_exceeded', budget: 'second' };
  const gate = (await maySend(deps.identify, batch.accountId, message.from)) ?? (await mayTake(deps.identify, batch.accountId, 1));
  if (gate) return outcomeOf(gate);
  const { tls, pool, tags, personal, priority, maxDeliverySeconds } = spec;
  const accepted = acceptedOf(message, {
    id,
    at,
    peer: { ip: '127.0.0.1', port: 0, helo: '', tls: null },
    options: {
      tls,
      sendAt: null,
      expiresAt: maxDeliverySeconds === null ? null : at + maxDeliverySeconds * 1_000,
      tags,
      pool,
      personal,
      priority,
      batch: { id: batch.id, run: batch.run, n },
      idempotency: null,
    },
  });
  const { accountId } = batch;
  const answer = await deps.takeIn(accepted, { kind: 'account', accountId, credentialId: spec.credentialId, policy: account.policy });
  return 'refused' in answer ? outcomeOf(answer) : { kind: 'taken' };
}

function outcomeOf({ reason, findings }: Refusal): Outcome {
  switch (reason) {
    case 'quota_exceeded': {
      const budget = findings?.[0]?.id;
      // One person who got enough for now must not keep all others waiting.
      return budget === 'recipient' ? { kind: 'suppressed' } : { kind: 'wait', why: reason, budget };
    }
    case 'recipient_blocked':
    case 'sandbox_recipient':
      return { kind: 'suppressed' };
    case 'bad_address':
    case 'malformed':
    case 'too_large':
      return { kind: 'invalid' };
    case 'account_suspended':
    case 'rate_limited':
    case 'storage_full':
    case 'scanner_unavailable':
    case 'filter_unavailable':
    case 'draining':
    case 'internal':
      return { kind: 'wait', why: reason };
    case 'domain_not_verified':
    case 'unauthenticated':
    case 'forbidden':
    case 'header_refused':
      return { kind: 'halt', why: reason };
    default:
      return { kind: 'refused', why: reason };
  }
}
