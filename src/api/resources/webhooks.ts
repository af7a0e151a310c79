// Webhooks for events: of an account, or the operator's for all. Standard Webhooks; the secret is shown once.
import { randomBytes } from 'node:crypto';
import { Type } from 'typebox';
import { newId } from '../../engines/ids.ts';
import type { StoredEvent } from '../../engines/store/control/events.ts';
import type { Webhook } from '../../engines/store/control/webhooks.ts';
import type { EventType } from '../../mail.ts';
import { postEvent } from '../../upkeep/event-posts.ts';
import { WEBHOOK_TESTS_PER_MINUTE } from '../bounds.ts';
import { callerOf } from '../caller.ts';
import { ApiError, invalid, notFound } from '../errors.ts';
import { once } from '../idempotency.ts';
import { targetFault } from '../targets.ts';
import { cursorOf, limitOf, momentOf, page, PageQuery, time } from '../pages.ts';
import type { ApiDeps, Caller, Resource } from '../types.ts';

const strict = { additionalProperties: false };
export const EVENT_TYPES = [
  'accepted',
  'delivered',
  'deferred',
  'bounced',
  'complained',
  'opened',
  'clicked',
  'unsubscribed',
  'resubscribed',
  'rejected',
  'suppressed',
  'received',
  'expired',
  'held',
  'cancelled',
  'warned',
  'limited',
  'suspended',
  'reinstated',
  'webhook_disabled',
] as const;
const Types = Type.Array(Type.Union(EVENT_TYPES.map(type => Type.Literal(type))), { uniqueItems: true });
const Url = Type.String({ maxLength: 2_000 });
const Params = Type.Object({ id: Type.String() });
/** Events that wait are counted up to here. */
const MOST_COUNTED = 1_000;
/** The old secret signs beside the new one for this long. */
const OVERLAP_MS = 24 * 3_600_000;

export const webhooks: Resource = (app, deps) => {
  const { store, secrets, clock } = deps;
  const own = async (caller: Caller, id: string): Promise<Webhook> => {
    const hook = await store.webhooks.get(id);
    if (!hook || (caller.accountId !== null && hook.accountId !== caller.accountId)) throw notFound();
    return hook;
  };
  const good = (url: string): string => {
    const fault = targetFault(deps.config, url);
    if (fault) throw invalid('url', `is not taken: ${fault}.`);
    return url;
  };

  const body = Type.Object({ url: Url, events: Type.Optional(Types) }, strict);
  app.post('/v1/webhooks', { config: { access: 'manage' }, schema: { body, summary: 'Post events to a URL' } }, (request, reply) =>
    once(deps, request, reply, 201, async () => {
      const id = newId('whk');
      const key = randomBytes(32);
      const { accountId } = callerOf(request);
      const hook = await store.webhooks.create({
        id,
        accountId,
        url: good(request.body.url),
        events: request.body.events ?? [],
        secret: secrets.seal(`webhook/${id}`, key),
      });
      return { ...shown(hook), secret: `whsec_${key.toString('base64')}` };
    }),
  );
  app.get('/v1/webhooks', { config: { access: 'read' }, schema: { querystring: Type.Object(PageQuery, strict) } }, async request => {
    const limit = limitOf(request.query);
    const rows = await store.webhooks.list({
      accountId: callerOf(request).accountId,
      after: cursorOf(request.query, ''),
      limit: limit + 1,
    });
    return page(rows, limit, row => row.id, shown);
  });
  app.get('/v1/webhooks/:id', { config: { access: 'read' }, schema: { params: Params } }, async request => {
    const hook = await own(callerOf(request), request.params.id);
    const { events, since } = await store.webhooks.lag({ hook, most: MOST_COUNTED + 1 });
    return { ...shown(hook), lag: { events: Math.min(events, MOST_COUNTED), more: events > MOST_COUNTED, since: time(since) } };
  });
  const patch = Type.Object(
    {
      url: Type.Optional(Url),
      events: Type.Optional(Types),
      state: Type.Optional(Type.Union([Type.Literal('active'), Type.Literal('disabled')])),
    },
    strict,
  );
  app.patch('/v1/webhooks/:id', { config: { access: 'manage' }, schema: { params: Params, body: patch } }, async request => {
    const hook = await own(callerOf(request), request.params.id);
    if (request.body.url !== undefined) good(request.body.url);
    const patched = await store.webhooks.patch({ id: hook.id, ...request.body });
    return shown(patched ?? hook);
  });
  app.post('/v1/webhooks/:id/rotate', { config: { access: 'manage' }, schema: { params: Params } }, async request => {
    const hook = await own(callerOf(request), request.params.id);
    const key = randomBytes(32);
    await store.webhooks.rotate({ id: hook.id, secret: secrets.seal(`webhook/${hook.id}`, key), until: clock.now() + OVERLAP_MS });
    return { ...shown(hook), secret: `whsec_${key.toString('base64')}` };
  });
  const replay = Type.Object(
    {
      after: Type.Optional(Type.String({ maxLength: 200, description: 'a cursor of /v1/events' })),
      since: Type.Optional(Type.String({ maxLength: 40, description: 'a time; events of some seconds before may come too' })),
    },
    { ...strict, minProperties: 1, maxProperties: 1 },
  );
  app.post(
    '/v1/webhooks/:id/replay',
    {
      config: { access: 'manage' },
      schema: { params: Params, body: replay, summary: 'Post events again, from a cursor or a time; a later cursor passes events over' },
    },
    async (request, reply) => {
      const hook = await own(callerOf(request), request.params.id);
      const position = await positionOf(deps, request.body);
      const patched = await store.webhooks.patch({ id: hook.id, position });
      return reply.code(202).send(shown(patched ?? hook));
    },
  );
  const test = Type.Object({ type: Type.Optional(Type.Union(EVENT_TYPES.map(type => Type.Literal(type)))) }, strict);
  app.post(
    '/v1/webhooks/:id/test',
    {
      config: { access: 'manage' },
      schema: { params: Params, body: Type.Union([test, Type.Null()]), summary: 'Post a sample event now and tell what was answered' },
    },
    async request => {
      const hook = await own(callerOf(request), request.params.id);
      if (deps.shared.count(`webhook-test/${hook.id}`, 60_000) > WEBHOOK_TESTS_PER_MINUTE)
        throw new ApiError('rate_limited', `At most ${WEBHOOK_TESTS_PER_MINUTE} tests a minute.`, { retrySeconds: 60 });
      const event = sampleEvent(hook, request.body?.type ?? (hook.events[0] as EventType | undefined) ?? 'delivered', clock.now());
      const started = clock.monotonic();
      const { result, status, failure } = await postEvent(deps, hook, event);
      const tookMs = Math.round(clock.monotonic() - started);
      return { eventId: event.id, type: event.type, taken: result === 'taken', status, failure, tookMs };
    },
  );
  app.delete('/v1/webhooks/:id', { config: { access: 'manage' }, schema: { params: Params } }, async (request, reply) => {
    const hook = await own(callerOf(request), request.params.id);
    await store.webhooks.remove({ id: hook.id, accountId: hook.accountId });
    return reply.code(204).send();
  });
};

/** Where to go on from: exactly one of both is given. */
async function positionOf({ store }: ApiDeps, { after, since }: { readonly after?: string; readonly since?: string }): Promise<number> {
  if (since !== undefined) return store.events.before(momentOf(since, 'since'));
  const from = cursorOf({ after: after ?? '' }, '0');
  if (!/^\d{1,15}$/.test(from)) throw invalid('after', 'is no cursor of /v1/events.');
  return Math.min(Number(from), await store.events.last());
}

/** Of nothing that happened, and it says so: an endpoint must not take it for mail. */
function sampleEvent({ accountId }: Webhook, type: EventType, at: number): StoredEvent {
  const data = { test: true };
  return { seq: 0, id: newId('evt', at), at, type, accountId, emailId: null, recipient: null, data };
}

function shown(hook: Webhook): Readonly<Record<string, unknown>> {
  const { id, accountId, url, events, state, disabledReason, failures, failingSince, nextAt, last, createdAt } = hook;
  return {
    id,
    accountId,
    url,
    events,
    state,
    disabledReason,
    failures,
    failingSince: time(failingSince),
    nextAt: time(nextAt),
    lastAnswer: last && { ...last, at: time(last.at) },
    createdAt: time(createdAt),
  };
}
