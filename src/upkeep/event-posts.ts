// One event to one webhook, as Standard Webhooks 1.0 say: webhook-id = the event's id (the same at each try: the key to tell a repeat by),
// signed with both secrets while one is rotating. What is answered is never kept or shown but for its status: it is a stranger's text.
import { createHmac } from 'node:crypto';
import type { StoredEvent } from '../engines/store/control/events.ts';
import type { Webhook } from '../engines/store/control/webhooks.ts';
import type { Engines } from '../engines/open.ts';
import { readRetryAfter } from './retry-after.ts';

const TIMEOUT_MS = 15_000;
const MAX_ANSWER = 64 * 1024;
/** Bytes of a body: receivers of Standard Webhooks count on less than 20 KB. */
export const MAX_BODY = 20 * 1024;

export type PostDeps = Pick<Engines, 'store' | 'secrets' | 'clock' | 'http'>;
export type Posted = {
  readonly result: 'taken' | 'gone' | 'failed';
  readonly status: number | null;
  /** Why there was no answer: refused_address, dns, connect, tls, timeout, protocol. */
  readonly failure: string | null;
  /** The endpoint wants to be left alone for that long. */
  readonly retryAfterMs: number | null;
};

export async function postEvent({ store, secrets, clock, http }: PostDeps, hook: Webhook, event: StoredEvent): Promise<Posted> {
  const now = clock.now();
  const sealed = await store.webhooks.secrets({ id: hook.id, now });
  if (!sealed) return { result: 'gone', status: null, failure: null, retryAfterMs: null };
  const keys = [sealed.secret, ...(sealed.old ? [sealed.old] : [])].map(one => secrets.open(`webhook/${hook.id}`, one));
  const body = bodyOf(event);
  const seconds = Math.floor(now / 1000);
  const signatures = keys.map(key => `v1,${createHmac('sha256', key).update(`${event.id}.${seconds}.`).update(body).digest('base64')}`);
  const headers = {
    'content-type': 'application/json',
    'webhook-id': event.id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': signatures.join(' '),
  };
  const answer = await http.post(hook.url, headers, body, { timeoutMs: TIMEOUT_MS, maxAnswer: MAX_ANSWER });
  if ('failed' in answer) return { result: 'failed', status: null, failure: answer.why, retryAfterMs: null };
  const { status } = answer;
  const result = status >= 200 && status < 300 ? 'taken' : status === 410 ? 'gone' : 'failed';
  return { result, status, failure: null, retryAfterMs: readRetryAfter(answer.headers['retry-after'], now) };
}

/** What is too long for a receiver is left out, and it says so: the whole is at /v1/events. */
export function bodyOf(event: StoredEvent): Buffer {
  const whole = Buffer.from(JSON.stringify(eventBody(event)));
  if (whole.length < MAX_BODY) return whole;
  return Buffer.from(JSON.stringify({ ...eventBody({ ...event, data: {} }), truncated: true }));
}

/** An event as the API shows it (docs/api.md, /v1/events): an attempt's words stand at the top too, where one looks for them. */
export function eventBody(event: StoredEvent): Readonly<Record<string, unknown>> {
  const { id, at, type, accountId, emailId, recipient, data } = event;
  const { attempt, ...rest } = data as { readonly attempt?: Readonly<Record<string, unknown>> };
  const base = { id, at: new Date(at).toISOString(), type, accountId, emailId, recipient };
  if (!attempt) return { ...base, ...rest, ...changeShown(data) };
  const { n: _n, at: triedAt, nextAt, ...said } = attempt;
  const shown = { at: moment(triedAt), ...said, nextAt: moment(nextAt) };
  return { ...base, class: said['class'], reply: said['reply'], ...rest, attempt: shown };
}

const moment = (value: unknown): string | null => (typeof value === 'number' ? new Date(value).toISOString() : null);

/** What a change of standing tells of times: they are RFC 3339 like all others. */
function changeShown({ evidence, next }: StoredEvent['data']): Readonly<Record<string, unknown>> {
  const timed = (one: unknown): unknown => (typeof one === 'object' && one !== null && 'at' in one ? { ...one, at: moment(one.at) } : one);
  return { ...(Array.isArray(evidence) ? { evidence: evidence.map(timed) } : {}), ...(next === undefined ? {} : { next: timed(next) }) };
}
