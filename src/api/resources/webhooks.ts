// Webhooks for events: of an account, or the operator's for all. Standard Webhooks; the secret is shown once.
import { randomBytes } from 'node:crypto';
import { Type } from 'typebox';
import { newId } from '../../engines/ids.ts';
import type { Webhook } from '../../engines/store/control/webhooks.ts';
import { callerOf } from '../caller.ts';
import { ApiError, invalid, notFound } from '../errors.ts';
import { once } from '../idempotency.ts';
import { targetFault } from '../targets.ts';
import { cursorOf, limitOf, page, PageQuery, time } from '../pages.ts';
import type { Caller, Resource } from '../types.ts';

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
  'suspended',
  'reinstated',
] as const;
const Types = Type.Array(Type.Union(EVENT_TYPES.map(type => Type.Literal(type))), { uniqueItems: true });
const Url = Type.String({ maxLength: 2_000 });
const Params = Type.Object({ id: Type.String() });
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
  app.get('/v1/webhooks/:id', { config: { access: 'read' }, schema: { params: Params } }, async request =>
    shown(await own(callerOf(request), request.params.id)),
  );
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
  const replay = Type.Object({ after: Type.String({ maxLength: 200 }) }, strict);
  app.post(
    '/v1/webhooks/:id/replay',
    { config: { access: 'manage' }, schema: { params: Params, body: replay } },
    async (request, reply) => {
      const hook = await own(callerOf(request), request.params.id);
      const from = cursorOf(request.body, '0');
      if (!/^\d+$/.test(from)) throw new ApiError('invalid_field', '"after" is no cursor of /v1/events.', { field: 'after' });
      await store.webhooks.patch({ id: hook.id, position: Math.min(Number(from), hook.position) });
      return reply.code(202).send(shown(hook));
    },
  );
  app.delete('/v1/webhooks/:id', { config: { access: 'manage' }, schema: { params: Params } }, async (request, reply) => {
    const hook = await own(callerOf(request), request.params.id);
    await store.webhooks.remove({ id: hook.id, accountId: hook.accountId });
    return reply.code(204).send();
  });
};

function shown(hook: Webhook): Readonly<Record<string, unknown>> {
  const { id, accountId, url, events, state, failures, failingSince, nextAt, createdAt } = hook;
  return {
    id,
    accountId,
    url,
    events,
    state,
    failures,
    failingSince: time(failingSince),
    nextAt: time(nextAt),
    createdAt: time(createdAt),
  };
}
