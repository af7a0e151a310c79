// /v1/destinations: the operator's rules of TLS by destination. The strictest of all that are wanted for a mail wins, so a rule only raises.
import { Type } from 'typebox';
import type { Destination } from '../../tlspolicy/decide.ts';
import { hostName, hostPattern } from '../../tlspolicy/names.ts';
import { DESTINATIONS, PINNED_NAMES } from '../bounds.ts';
import { noted } from '../caller.ts';
import { ApiError, invalid, notFound } from '../errors.ts';
import { once } from '../idempotency.ts';
import { cursorOf, limitOf, page, PageQuery } from '../pages.ts';
import { TlsLevel } from '../tls-level.ts';
import type { Resource } from '../types.ts';

const strict = { additionalProperties: false };
const Params = Type.Object({ pattern: Type.String() });
const Names = Type.Array(Type.String({ maxLength: 253 }), {
  maxItems: PINNED_NAMES,
  description: 'names of which the certificate must show one when the level is verified, beside those that are proof by themselves',
});

export const destinations: Resource = (app, { store, ...deps }) => {
  const all = { store, ...deps };
  const one = async (pattern: string): Promise<Destination> => {
    const found = await store.destinations.get(pattern.toLowerCase());
    if (!found) throw notFound();
    return found;
  };
  const put = async (rule: Destination): Promise<Destination> => {
    if ((await store.destinations.put({ ...rule, most: DESTINATIONS })) === 'full')
      throw new ApiError('wrong_state', `There are ${DESTINATIONS} rules, as many as can be: remove one first.`);
    return rule;
  };

  app.post(
    '/v1/destinations',
    {
      config: { access: 'operator' },
      schema: {
        body: Type.Object({ pattern: Type.String({ maxLength: 255 }), tls: TlsLevel, names: Type.Optional(Names) }, strict),
        summary: 'Hold mail to a destination to TLS',
      },
    },
    (request, reply) =>
      once(all, request, reply, 201, async () => {
        const { tls: level, names = [] } = request.body;
        const pattern = request.body.pattern.toLowerCase().replace(/^@/, '');
        if (pattern !== '*' && hostPattern(pattern) === null)
          throw invalid('pattern', 'is a domain, *.domain for all below it, or * for all.');
        if (await store.destinations.get(pattern))
          throw new ApiError('already_exists', `There is a rule for ${pattern}: change it with PATCH.`, { field: 'pattern' });
        const rule = await put({ pattern, level, names: namesOf(names) });
        await noted(all, request, 'destination.create', pattern);
        return shown(rule);
      }),
  );
  app.get(
    '/v1/destinations',
    { config: { access: 'operator' }, schema: { querystring: Type.Object(PageQuery, strict) } },
    async request => {
      const limit = limitOf(request.query);
      const rows = await store.destinations.list({ after: cursorOf(request.query, ''), limit: limit + 1 });
      return page(rows, limit, row => row.pattern, shown);
    },
  );
  app.get('/v1/destinations/:pattern', { config: { access: 'operator' }, schema: { params: Params } }, async request =>
    shown(await one(request.params.pattern)),
  );
  app.patch(
    '/v1/destinations/:pattern',
    {
      config: { access: 'operator' },
      schema: { params: Params, body: Type.Object({ tls: Type.Optional(TlsLevel), names: Type.Optional(Names) }, strict) },
    },
    async request => {
      const old = await one(request.params.pattern);
      const { tls, names } = request.body;
      const rule = await put({ pattern: old.pattern, level: tls ?? old.level, names: names ? namesOf(names) : old.names });
      await noted(all, request, 'destination.patch', old.pattern);
      return shown(rule);
    },
  );
  app.delete('/v1/destinations/:pattern', { config: { access: 'operator' }, schema: { params: Params } }, async (request, reply) => {
    const { pattern } = await one(request.params.pattern);
    await store.destinations.remove(pattern);
    await noted(all, request, 'destination.delete', pattern);
    return reply.code(204).send();
  });
};

function namesOf(names: readonly string[]): readonly string[] {
  return names.map((text, i) => {
    const name = hostName(text);
    if (name === null) throw invalid(`names[${i}]`, 'is no host name.');
    return name;
  });
}

function shown({ pattern, level, names }: Destination): Readonly<Record<string, unknown>> {
  return { pattern, tls: level, names };
}
