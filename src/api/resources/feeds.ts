// Feeds: lists of blocked addresses, domains and ranges that are pulled on a schedule (docs/library.md). For the operator.
import { Type, type Static } from 'typebox';
import { urlFault } from '../../engines/http-client.ts';
import { newId } from '../../engines/ids.ts';
import type { LibraryShelf } from '../../engines/library/shelf.ts';
import type { Feed, FeedSettings } from '../../engines/store/control/feeds.ts';
import * as bounds from '../../library/bounds.ts';
import { FORMATS } from '../../library/formats.ts';
import { noted } from '../caller.ts';
import { ApiError, invalid, notFound } from '../errors.ts';
import { once } from '../idempotency.ts';
import { time, PageQuery, pageOfAll } from '../pages.ts';
import type { Resource } from '../types.ts';

const strict = { additionalProperties: false };
const { least, most } = bounds.FEED_SECONDS;
const Fields = {
  url: Type.String({ maxLength: 2_000 }),
  format: Type.Enum([...FORMATS]),
  action: Type.Optional(Type.Enum(['block', 'allow'])),
  direction: Type.Optional(Type.Enum(['sender', 'recipient', 'both'])),
  subdomains: Type.Optional(Type.Boolean()),
  everySeconds: Type.Optional(Type.Integer({ minimum: least, maximum: most })),
  enabled: Type.Optional(Type.Boolean()),
};
const NewFeed = Type.Object({ name: Type.String({ pattern: '^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$' }), ...Fields }, strict);
const Change = Type.Partial(Type.Object(Fields), strict);
const Params = Type.Object({ id: Type.String() });

export const feeds: Resource = (app, deps) => {
  const { store, library } = deps;
  const shown = (feed: Feed): ReturnType<typeof shownFeed> => shownFeed(library, feed);

  app.post(
    '/v1/feeds',
    { config: { access: 'operator' }, schema: { body: NewFeed, summary: 'Pull a list of blocked addresses on a schedule' } },
    (request, reply) =>
      once(deps, request, reply, 201, async () => {
        const { name, url } = request.body;
        checkUrl(url);
        if ((await store.feeds.list()).length >= bounds.FEEDS) throw invalid('name', `is one too many: at most ${bounds.FEEDS} feeds.`);
        if (library.lists().some(list => list.accountId === null && list.name === name))
          throw new ApiError('already_exists', `There is a list "${name}" already.`, { field: 'name' });
        const feed = await store.feeds.create({ id: newId('fed'), name, ...settingsOf(request.body) });
        if (!feed) throw new ApiError('already_exists', `There is a feed "${name}" already.`, { field: 'name' });
        await noted(deps, request, 'feed.create', name, url);
        return shown(feed);
      }),
  );
  const listed = { querystring: Type.Object(PageQuery, { additionalProperties: false }), summary: 'Feeds, each with what came of it last' };
  app.get('/v1/feeds', { config: { access: 'operator' }, schema: listed }, async request => {
    const { rows, next } = pageOfAll(await store.feeds.list(), request.query, feed => feed.id);
    return { data: rows.map(shown), next };
  });
  app.get('/v1/feeds/:id', { config: { access: 'operator' }, schema: { params: Params } }, async request => {
    const feed = await store.feeds.get(request.params.id);
    if (!feed) throw notFound();
    return shown(feed);
  });
  app.patch('/v1/feeds/:id', { config: { access: 'operator' }, schema: { params: Params, body: Change } }, async request => {
    const settings = request.body as Partial<FeedSettings>;
    if (settings.url !== undefined) checkUrl(settings.url);
    const feed = await store.feeds.change({ id: request.params.id, settings });
    if (!feed) throw notFound();
    await noted(deps, request, 'feed.change', feed.name, Object.keys(settings).join(', '));
    return shown(feed);
  });
  app.post(
    '/v1/feeds/:id/pull',
    {
      config: { access: 'operator' },
      schema: {
        params: Params,
        body: Type.Optional(Type.Object({ force: Type.Optional(Type.Boolean()) }, strict)),
        summary: 'Pull it now; `force`: take it as it is, also when it has shrunk or is full of lines that cannot be read',
      },
    },
    async (request, reply) => {
      const feed = await store.feeds.due({ id: request.params.id, force: request.body?.force ?? false });
      if (!feed) throw notFound();
      await noted(deps, request, 'feed.pull', feed.name, feed.force ? 'forced' : null);
      return reply.code(202).send(shown(feed));
    },
  );
  app.delete('/v1/feeds/:id', { config: { access: 'operator' }, schema: { params: Params } }, async (request, reply) => {
    const feed = await store.feeds.get(request.params.id);
    if (!feed || !(await store.feeds.remove(feed.id))) throw notFound();
    await store.library.removeList({ accountId: null, name: feed.name });
    await noted(deps, request, 'feed.delete', feed.name);
    return reply.code(204).send();
  });
};

function checkUrl(url: string): void {
  const fault = urlFault(url);
  if (fault !== null) throw invalid('url', `cannot be pulled: ${fault}.`);
}

/** Lists of bad senders are what is published: a feed of recipients says so. */
function settingsOf(body: Static<typeof NewFeed>): FeedSettings {
  const { url, format, action = 'block', direction = 'sender', subdomains = false, enabled = true } = body;
  return { url, format, action, direction, subdomains, enabled, everySeconds: body.everySeconds ?? bounds.FEED_SECONDS.default };
}

function shownFeed(library: LibraryShelf, feed: Feed): Readonly<Record<string, unknown>> {
  const { id, name, url, format, action, direction, subdomains, everySeconds, enabled, fault, failures, dueAt } = feed;
  const list = library.lists().find(one => one.feed === id);
  return {
    id,
    name,
    url,
    format,
    action,
    direction,
    subdomains,
    everySeconds,
    enabled,
    entries: list?.entries ?? 0,
    pulledAt: time(feed.pulledAt),
    changedAt: time(feed.changedAt),
    nextAt: enabled ? time(dueAt) : null,
    fault: fault ?? list?.fault ?? null,
    failures,
    createdAt: time(feed.createdAt),
  };
}
