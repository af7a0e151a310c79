// Accounts: made by the operator; their standing is in standing.ts.
import { Type } from 'typebox';
import { newId } from '../../engines/ids.ts';
import type { Account } from '../../engines/store/control/accounts.ts';
import { accountOf, actorOf, callerOf } from '../caller.ts';
import { ApiError, invalid, notFound } from '../errors.ts';
import { once } from '../idempotency.ts';
import { cursorOf, limitOf, page, PageQuery, time } from '../pages.ts';
import { TlsLevel } from '../tls-level.ts';
import type { ApiDeps, Resource } from '../types.ts';

const Params = Type.Object({ id: Type.String() });
const strict = { additionalProperties: false };
const Out = Type.Union([Type.Literal('refuse'), Type.Literal('hold'), Type.Literal('mark')]);
const In = Type.Union([Type.Literal('refuse'), Type.Literal('mark')]);
const Patch = Type.Object(
  {
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    contact: Type.Optional(Type.Union([Type.String({ maxLength: 254 }), Type.Null()])),
    quota: Type.Optional(
      Type.Object({ perDay: Type.Optional(Type.Integer({ minimum: 0 })), perSecond: Type.Optional(Type.Integer({ minimum: 1 })) }, strict),
    ),
    levels: Type.Optional(Type.Boolean()),
    tls: Type.Optional(TlsLevel),
    policy: Type.Optional(
      Type.Object(
        {
          out: Type.Optional(
            Type.Object({ encrypted: Type.Optional(Out), refusedType: Type.Optional(Out), heuristic: Type.Optional(Out) }, strict),
          ),
          in: Type.Optional(Type.Object({ refusedType: Type.Optional(In), heuristic: Type.Optional(In) }, strict)),
        },
        strict,
      ),
    ),
    pool: Type.Optional(
      Type.Union([Type.String({ maxLength: 64 }), Type.Null()], {
        description: 'sending IPs that its mail leaves from; null = by the rules',
      }),
    ),
    risk: Type.Optional(Type.Union([Type.Literal('normal'), Type.Literal('risky')], { description: 'risky: from the quarantine pool' })),
    malware: Type.Optional(
      Type.Object(
        { count: Type.Optional(Type.Integer({ minimum: 1 })), windowSeconds: Type.Optional(Type.Integer({ minimum: 60 })) },
        strict,
      ),
    ),
  },
  strict,
);

export const accounts: Resource = (app, deps) => {
  const { store } = deps;
  const one = (id: string): Promise<Account> => oneAccount(deps, id);

  const body = Type.Object(
    { name: Type.String({ minLength: 1, maxLength: 200 }), contact: Type.Optional(Type.String({ maxLength: 254 })) },
    strict,
  );
  app.post('/v1/accounts', { config: { access: 'operator' }, schema: { body, summary: 'Make an account' } }, (request, reply) =>
    once(deps, request, reply, 201, async () => {
      const account = await store.accounts.create({ id: newId('acc'), name: request.body.name, contact: request.body.contact ?? null });
      await store.audit.add({ actor: actorOf(callerOf(request)), action: 'account.create', object: account.id, detail: account.name });
      return shownAccount(account);
    }),
  );
  app.get('/v1/accounts', { config: { access: 'operator' }, schema: { querystring: Type.Object(PageQuery, strict) } }, async request => {
    const limit = limitOf(request.query);
    return page(await store.accounts.list({ after: cursorOf(request.query, ''), limit: limit + 1 }), limit, row => row.id, shownAccount);
  });
  app.get('/v1/accounts/self', { config: { access: 'read' } }, async request => shownAccount(await one(accountOf(request))));
  app.get('/v1/accounts/:id', { config: { access: 'read' }, schema: { params: Params } }, async request =>
    shownAccount(await seenAccount(deps, request, request.params.id)),
  );
  app.patch('/v1/accounts/:id', { config: { access: 'operator' }, schema: { params: Params, body: Patch } }, async request => {
    const old = await one(request.params.id);
    const { quota, policy, malware, ...rest } = request.body;
    if (typeof rest.pool === 'string' && !(await store.pools.get(rest.pool)))
      throw invalid('pool', `${JSON.stringify(rest.pool)} does not exist: make it with POST /v1/pools.`);
    const next = {
      ...rest,
      ...(quota ? { quota: { ...old.quota, ...quota } } : {}),
      ...(policy ? { policy: { out: { ...old.policy.out, ...policy.out }, in: { ...old.policy.in, ...policy.in } } } : {}),
      ...(malware ? { malware: { ...old.malware, ...malware } } : {}),
    };
    const patched = await store.accounts.patch({ id: old.id, ...next });
    await store.audit.add({
      actor: actorOf(callerOf(request)),
      action: 'account.patch',
      object: old.id,
      detail: Object.keys(request.body).join(' '),
    });
    return shownAccount(patched ?? old);
  });
  app.delete('/v1/accounts/:id', { config: { access: 'operator' }, schema: { params: Params } }, async (request, reply) => {
    const account = await one(request.params.id);
    if (!(await store.accounts.remove(account.id))) throw new ApiError('wrong_state', 'Mail of this account is still waiting.');
    await store.audit.add({ actor: actorOf(callerOf(request)), action: 'account.delete', object: account.id, detail: account.name });
    return reply.code(204).send();
  });
};

async function oneAccount({ store }: ApiDeps, id: string): Promise<Account> {
  const account = await store.accounts.get(id);
  if (!account) throw notFound();
  return account;
}

/** For the account itself (`self`), or the operator; another's is not there. */
export async function seenAccount(deps: ApiDeps, request: Parameters<typeof callerOf>[0], id: string): Promise<Account> {
  const caller = callerOf(request);
  const named = id === 'self' ? accountOf(request) : id;
  if (!caller.operator && caller.accountId !== named) throw notFound();
  return oneAccount(deps, named);
}

export function shownAccount(account: Account): Readonly<Record<string, unknown>> {
  const { id, name, contact, state, stateReason, stateSince, quota, levels, policy, malware, tls, pool, risk, createdAt } = account;
  return {
    id,
    name,
    contact,
    state,
    reason: stateReason,
    since: time(stateSince),
    quota,
    levels,
    policy,
    malware,
    tls,
    pool,
    risk,
    createdAt: time(createdAt),
  };
}
