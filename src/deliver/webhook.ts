// Inbound mail to a route's webhook: the body of docs/api.md, signed as Standard Webhooks say (webhook-id = the mail's id, so
// that a copy after a lost answer is told apart). Nothing of the content is kept when it is done.
import { createHmac } from 'node:crypto';
import type { Attempt, Job } from '../mail.ts';
import { readHeaders, valueOf } from '../message/headers.ts';
import * as bounds from './bounds.ts';
import { forAll, plainAttempt, type DeliverDeps } from './types.ts';

/** `v1,BASE64` over `id.timestamp.body`. */
export function standardSignature(secret: Buffer, id: string, timestampS: number, body: Buffer): string {
  return `v1,${createHmac('sha256', secret).update(`${id}.${timestampS}.`).update(body).digest('base64')}`;
}

export async function deliverWebhook(deps: DeliverDeps, job: Job, routeId: string): Promise<readonly Attempt[]> {
  const route = await deps.route(routeId);
  const secret = await deps.routeSecret(routeId);
  if (!route || route.action.kind !== 'webhook' || !secret)
    return forAll(job, plainAttempt(deps.clock.now(), 'bounced', 'the route is gone', { enhanced: '5.1.1', class: 'host' }));
  const content = await deps.content(job.emailId);
  if (!content)
    return forAll(job, plainAttempt(deps.clock.now(), 'deferred', 'the sealed content could not be opened', { class: 'internal' }));
  const body = await webhookBody(deps, job, content, route.includeRaw);
  content.fill(0);
  const seconds = Math.floor(deps.clock.now() / 1000);
  const headers = {
    'content-type': 'application/json',
    'webhook-id': job.emailId,
    'webhook-timestamp': String(seconds),
    'webhook-signature': standardSignature(secret, job.emailId, seconds, body),
  };
  const answer = await deps.http.post(route.action.url, headers, body, { timeoutMs: bounds.WEBHOOK_MS, maxAnswer: bounds.WEBHOOK_ANSWER });
  body.fill(0);
  const at = deps.clock.now();
  if ('failed' in answer)
    return forAll(job, plainAttempt(at, 'deferred', answer.text, { class: answer.why === 'refused_address' ? 'policy' : 'connection' }));
  // The body of the answer is not kept: it may echo what was posted, and must not be a way to read inside.
  const said = { peer: `${new URL(route.action.url).host} [${answer.ip}]`, code: answer.status };
  if (answer.status >= 200 && answer.status < 300)
    return forAll(job, plainAttempt(at, 'delivered', `HTTP ${answer.status}`, { ...said, class: 'none' }));
  if (answer.status === 410)
    return forAll(job, plainAttempt(at, 'bounced', 'HTTP 410: the endpoint is gone', { ...said, class: 'policy' }));
  return forAll(job, plainAttempt(at, 'deferred', `HTTP ${answer.status}`, said));
}

async function webhookBody(deps: DeliverDeps, job: Job, content: Buffer, includeRaw: boolean): Promise<Buffer> {
  const record = await deps.record(job.emailId);
  const block = readHeaders(content);
  const body = {
    id: job.emailId,
    envelope: { from: job.mailFrom, to: job.recipients.map(one => one.address) },
    headers: block.fields.map(field => [content.toString('latin1', field.start, field.valueStart - 1).trim(), valueOf(content, field)]),
    spam: record['spam'] ?? null,
    virus: record['virus'] ?? null,
    spf: record['spf'] ?? null,
    dkim: record['dkim'] ?? null,
    dmarc: record['dmarc'] ?? null,
    arc: record['arc'] ?? null,
    parts: (record['virus'] as { parts?: unknown } | undefined)?.parts ?? [],
    ...(includeRaw ? { raw: content.toString('base64') } : {}),
  };
  return Buffer.from(JSON.stringify(body));
}
