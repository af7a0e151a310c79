// Events to the webhooks of accounts and operator, as Standard Webhooks say: in order, one at a time for each hook, webhook-id = event id,
// both secrets while one is rotating. Anything but 2xx in 15 seconds is tried again with backoff for 24 hours; 410 disables the hook.
import { createHmac } from 'node:crypto';
import type { StoredEvent } from '../engines/store/control/events.ts';
import type { Webhook } from '../engines/store/control/webhooks.ts';
import type { Engines } from '../engines/open.ts';

const TIMEOUT_MS = 15_000;
const MAX_ANSWER = 64 * 1024;
const A_ROUND = 50;
const HOOKS = 1_000;
const GIVE_UP_MS = 24 * 3_600_000;
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 3_600_000;

const busy = new Set<string>();

/** Starts a round for each hook that has something to tell and is not at it; returns when those of this call are done or waiting. */
export async function postEvents(engines: Engines): Promise<void> {
  const now = engines.clock.now();
  const last = await engines.store.events.last();
  const hooks = await engines.store.webhooks.list({ accountId: null, after: '', limit: HOOKS });
  for (const hook of hooks) {
    if (hook.state !== 'active' || hook.position >= last || (hook.nextAt ?? 0) > now || busy.has(hook.id)) continue;
    busy.add(hook.id);
    void round(engines, hook)
      .catch(() => undefined)
      .finally(() => busy.delete(hook.id));
  }
}

async function round(engines: Engines, hook: Webhook): Promise<void> {
  const { store, clock } = engines;
  const last = await store.events.last();
  const events = await store.events.after({ accountId: hook.accountId, seq: hook.position, limit: A_ROUND, types: hook.events });
  for (const event of events) {
    const outcome = await post(engines, hook, event);
    const now = clock.now();
    if (outcome === 'taken') await store.webhooks.progress({ ...calm(hook), position: event.seq });
    else
      return store.webhooks.progress(
        outcome === 'gone' ? { ...calm(hook), position: event.seq, state: 'disabled' } : failed(hook, event, now),
      );
  }
  // Types that the hook does not want are passed over in one step.
  if (events.length < A_ROUND) await store.webhooks.progress({ ...calm(hook), position: Math.max(last, events.at(-1)?.seq ?? 0) });
}

type Progress = Pick<Webhook, 'id' | 'position' | 'failures' | 'failingSince' | 'nextAt' | 'state'>;
const calm = (hook: Webhook): Progress => ({ ...hook, failures: 0, failingSince: null, nextAt: null });

/** After 24 hours of failures the event is passed over, so that one that is never taken does not keep the rest. */
function failed(hook: Webhook, event: StoredEvent, now: number): Progress {
  const failingSince = hook.failingSince ?? now;
  if (now - failingSince > GIVE_UP_MS) return { ...calm(hook), position: event.seq };
  const wait = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** hook.failures) * (0.8 + Math.random() * 0.4);
  return { ...hook, failures: hook.failures + 1, failingSince, nextAt: now + Math.round(wait) };
}

async function post(engines: Engines, hook: Webhook, event: StoredEvent): Promise<'taken' | 'gone' | 'failed'> {
  const { store, secrets, clock, http, metrics } = engines;
  const now = clock.now();
  const sealed = await store.webhooks.secrets({ id: hook.id, now });
  if (!sealed) return 'gone';
  const keys = [sealed.secret, ...(sealed.old ? [sealed.old] : [])].map(one => secrets.open(`webhook/${hook.id}`, one));
  const body = Buffer.from(JSON.stringify(eventBody(event)));
  const seconds = Math.floor(now / 1000);
  const signatures = keys.map(key => `v1,${createHmac('sha256', key).update(`${event.id}.${seconds}.`).update(body).digest('base64')}`);
  const headers = {
    'content-type': 'application/json',
    'webhook-id': event.id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': signatures.join(' '),
  };
  const answer = await http.post(hook.url, headers, body, { timeoutMs: TIMEOUT_MS, maxAnswer: MAX_ANSWER });
  const taken = !('failed' in answer) && answer.status >= 200 && answer.status < 300;
  metrics.count('sesame_webhook_posts_total', { result: taken ? 'taken' : 'failed' });
  return taken ? 'taken' : !('failed' in answer) && answer.status === 410 ? 'gone' : 'failed';
}

/** An event as the API shows it (docs/api.md, /v1/events): an attempt's words stand at the top too, where one looks for them. */
export function eventBody(event: StoredEvent): Readonly<Record<string, unknown>> {
  const { id, at, type, accountId, emailId, recipient, data } = event;
  const { attempt, ...rest } = data as { readonly attempt?: Readonly<Record<string, unknown>> };
  const base = { id, at: new Date(at).toISOString(), type, accountId, emailId, recipient };
  if (!attempt) return { ...base, ...rest };
  const { n: _n, at: triedAt, nextAt, ...said } = attempt;
  const moment = (value: unknown): string | null => (typeof value === 'number' ? new Date(value).toISOString() : null);
  const shown = { at: moment(triedAt), ...said, nextAt: moment(nextAt) };
  return { ...base, class: said['class'], reply: said['reply'], ...rest, attempt: shown };
}
