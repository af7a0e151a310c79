// Pools of sending IPs, for the operator: which IPs are in one, which accounts may name it.
import { Type } from 'typebox';
import type { Pool } from '../../engines/store/control/pools.ts';
import { findIp } from '../../ips/address.ts';
import { MAX_IPS, MAX_POOLS } from '../../ips/bounds.ts';
import { kindOf, SHARED } from '../../ips/pools.ts';
import { inService } from '../../ips/state.ts';
import { noted } from '../caller.ts';
import { ApiError, invalid, notFound } from '../errors.ts';
import { once } from '../idempotency.ts';
import { time, PageQuery, pageOfAll } from '../pages.ts';
import type { Resource } from '../types.ts';

const strict = { additionalProperties: false };
const Params = Type.Object({ name: Type.String({ maxLength: 64 }) });
const lists = {
  ips: Type.Optional(
    Type.Array(Type.String({ maxLength: 64 }), { maxItems: MAX_IPS, description: 'the whole list: others go back to shared' }),
  ),
  accounts: Type.Optional(
    Type.Array(Type.String({ maxLength: 64 }), { maxItems: 1000, description: 'accounts that may name the pool in a mail' }),
  ),
};
const NewPool = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z0-9][a-z0-9._-]{0,63}$', description: '"quarantine" and "forward" have a meaning of their own' }),
    ...lists,
  },
  strict,
);
const Patch = Type.Object(lists, { ...strict, minProperties: 1 });

export const pools: Resource = (app, deps) => {
  const { store, config } = deps;
  const shown = async ({ name, accounts, createdAt }: Pool): Promise<Readonly<Record<string, unknown>>> => {
    const known = new Map((await store.sendingIps.sources()).map(one => [one.ip, one]));
    const ips = config.sendingIps.filter(ip => (known.get(ip)?.pool ?? SHARED) === name);
    const usable = ips.filter(ip => inService(known.get(ip)?.state ?? 'resting')).length;
    return { name, kind: kindOf(name), ips, usable, accounts, createdAt: time(createdAt) };
  };
  const own = async (name: string): Promise<Pool> => {
    const pool = await store.pools.get(name);
    if (!pool) throw notFound();
    return pool;
  };
  const ownIps = (ips: readonly string[]): readonly string[] =>
    ips.map((given, n) => {
      const ip = findIp(config.sendingIps, given);
      if (ip === undefined) throw invalid(`ips[${n}]`, `is ${JSON.stringify(given)}, which is none of SESAME_SENDING_IPS.`);
      return ip;
    });

  app.post('/v1/pools', { config: { access: 'operator' }, schema: { body: NewPool, summary: 'Make a pool' } }, (request, reply) =>
    once(deps, request, reply, 201, async () => {
      const { name, ips = [], accounts = [] } = request.body;
      const outcome = await store.pools.create({ name, ips: ownIps(ips), accounts });
      if (outcome === 'exists') throw new ApiError('already_exists', `The pool ${name} is there already.`, { field: 'name' });
      if (outcome === 'too_many') throw new ApiError('wrong_state', `There are ${MAX_POOLS} pools already: delete one first.`);
      if (outcome !== 'created') throw noAccount(outcome.unknown);
      await noted(deps, request, 'pool.create', name);
      return shown(await own(name));
    }),
  );
  const listed = { querystring: Type.Object(PageQuery, { additionalProperties: false }), summary: 'Pools of sending IPs' };
  app.get('/v1/pools', { config: { access: 'operator' }, schema: listed }, async request => {
    const { rows, next } = pageOfAll(await store.pools.list(), request.query, pool => pool.name);
    return { data: await Promise.all(rows.map(shown)), next };
  });
  app.get('/v1/pools/:name', { config: { access: 'operator' }, schema: { params: Params, summary: 'One pool' } }, async request =>
    shown(await own(request.params.name)),
  );
  app.patch(
    '/v1/pools/:name',
    { config: { access: 'operator' }, schema: { params: Params, body: Patch, summary: 'Set the IPs or the accounts of a pool' } },
    async request => {
      const { name } = await own(request.params.name);
      const { ips, accounts } = request.body;
      if (name === SHARED && accounts && accounts.length > 0) throw invalid('accounts', 'cannot be set: every account may use "shared".');
      const outcome = await store.pools.set({ name, ips: ips ? ownIps(ips) : null, accounts: accounts ?? null });
      if (outcome !== 'set') throw noAccount(outcome.unknown);
      await noted(deps, request, 'pool.patch', name, Object.keys(request.body).join(' '));
      return shown(await own(name));
    },
  );
  app.delete(
    '/v1/pools/:name',
    { config: { access: 'operator' }, schema: { params: Params, summary: 'Delete a pool: its IPs go back to shared' } },
    async (request, reply) => {
      const { name } = await own(request.params.name);
      if (name === SHARED) throw new ApiError('wrong_state', 'The pool "shared" is built in.');
      const outcome = await store.pools.remove(name);
      if (outcome === 'none') throw notFound();
      if (outcome !== 'removed')
        throw new ApiError(
          'wrong_state',
          `Mail of ${outcome.inUse} leaves from this pool: PATCH /v1/accounts/${outcome.inUse} {"pool":null} first.`,
        );
      await noted(deps, request, 'pool.delete', name);
      return reply.code(204).send();
    },
  );
};

const noAccount = (id: string): ApiError => invalid('accounts', `has ${JSON.stringify(id)}, which is no account.`);
