// Accounts: made by the operator; their standing is in standing.ts.
import { Type, type TInteger, type TNull, type TUnion } from 'typebox';
import { newId } from '../../engines/ids.ts';
import type { Account } from '../../engines/store/control/accounts.ts';
import { normalAddress } from '../../message/addresses.ts';
import * as bounds from '../bounds.ts';
import { accountOf, callerOf, noted } from '../caller.ts';
import { ApiError, invalid, notFound } from '../errors.ts';
import { once } from '../idempotency.ts';
import { budgetsShown, movesShown, usedShown } from '../levels.ts';
import { cursorOf, limitOf, page, PageQuery, time } from '../pages.ts';
import { TlsLevel } from '../tls-level.ts';
import type { ApiDeps, Resource } from '../types.ts';

const Params = Type.Object({ id: Type.String() });
const strict = { additionalProperties: false };
const byRule = (number: TInteger): TUnion<[TInteger, TNull]> => Type.Union([number, Type.Null()]);
const Out = Type.Union([Type.Literal('refuse'), Type.Literal('hold'), Type.Literal('mark')]);
const In = Type.Union([Type.Literal('refuse'), Type.Literal('mark')]);
const Patch = Type.Object(
  {
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    contact: Type.Optional(Type.Union([Type.String({ maxLength: 254 }), Type.Null()])),
    quota: Type.Optional(
      Type.Object(
        { perDay: Type.Optional(byRule(Type.Integer({ minimum: 0 }))), perSecond: Type.Optional(byRule(Type.Integer({ minimum: 1 }))) },
        { ...strict, description: 'null = by the rule (docs/levels.md)' },
      ),
    ),
    levels: Type.Optional(Type.Boolean()),
    frequency: Type.Optional(
      Type.Union(
        [
          Type.Object(
            {
              count: Type.Integer({ minimum: 1, maximum: bounds.MAX_FREQUENCY }),
              windowSeconds: Type.Integer({ minimum: 1, maximum: bounds.MAX_FREQUENCY_SECONDS }),
            },
            strict,
          ),
          Type.Literal('off'),
          Type.Null(),
        ],
        { description: 'mails to one recipient; "off" = no bound, null = by the rule' },
      ),
    ),
    sandbox: Type.Optional(Type.Boolean({ description: 'false lifts it, and levels begin' })),
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
      const { name, contact } = request.body;
      const account = await store.accounts.create({ id: newId('acc'), name, contact: contactOf(contact ?? null) });
      await noted(deps, request, 'account.create', account.id, account.name);
      return shownAccount(account);
    }),
  );
  const Query = Type.Object({ ...PageQuery, state: Type.Optional(Type.Enum(['active', 'warned', 'limited', 'suspended'])) }, strict);
  app.get(
    '/v1/accounts',
    { config: { access: 'operator' }, schema: { querystring: Query, summary: 'Accounts, of one state if asked' } },
    async request => {
      const limit = limitOf(request.query);
      const { state } = request.query;
      const rows = await store.accounts.list({ after: cursorOf(request.query, ''), limit: limit + 1, ...(state ? { state } : {}) });
      const used = new Map<string, object>();
      for (const { id } of rows) used.set(id, await usedShown(deps, id));
      return page(
        rows,
        limit,
        row => row.id,
        row => ({ ...shownAccount(row), used: used.get(row.id) }),
      );
    },
  );
  const whole = async (account: Account): Promise<object> => ({ ...shownAccount(account), ...(await budgetsShown(deps, account)) });
  app.get('/v1/accounts/self', { config: { access: 'read' } }, async request => whole(await one(accountOf(request))));
  app.get('/v1/accounts/:id', { config: { access: 'read' }, schema: { params: Params } }, async request =>
    whole(await seenAccount(deps, request, request.params.id)),
  );
  const Moves = { params: Params, querystring: Type.Object(PageQuery, strict), summary: 'Why the levels of its domains moved' };
  app.get('/v1/accounts/:id/level-moves', { config: { access: 'read' }, schema: Moves }, async request =>
    movesShown(deps, (await seenAccount(deps, request, request.params.id)).id, request.query),
  );
  app.patch('/v1/accounts/:id', { config: { access: 'operator' }, schema: { params: Params, body: Patch } }, async request => {
    const old = await one(request.params.id);
    const { quota, frequency, policy, malware, contact, ...rest } = request.body;
    if (typeof rest.pool === 'string' && !(await store.pools.get(rest.pool)))
      throw invalid('pool', `${JSON.stringify(rest.pool)} does not exist: make it with POST /v1/pools.`);
    const next = {
      ...rest,
      ...(contact === undefined ? {} : { contact: contactOf(contact) }),
      // Who leaves the sandbox begins to climb, unless the operator says otherwise.
      ...(old.sandbox && rest.sandbox === false && rest.levels === undefined ? { levels: true } : {}),
      ...(quota ? { quotaSet: { ...old.quotaSet, ...quota } } : {}),
      ...(frequency === undefined ? {} : { frequencySet: frequency }),
      ...(policy ? { policy: { out: { ...old.policy.out, ...policy.out }, in: { ...old.policy.in, ...policy.in } } } : {}),
      ...(malware ? { malware: { ...old.malware, ...malware } } : {}),
    };
    const patched = await store.accounts.patch({ id: old.id, ...next });
    // What the new quota has room for goes at once; a long queue goes on by upkeep.
    await store.quota.moveForward(old.id);
    await noted(deps, request, 'account.patch', old.id, Object.keys(request.body).join(' '));
    return shownAccount(patched ?? old);
  });
  app.delete('/v1/accounts/:id', { config: { access: 'operator' }, schema: { params: Params } }, async (request, reply) => {
    const account = await one(request.params.id);
    if (!(await store.accounts.remove(account.id))) throw new ApiError('wrong_state', 'Mail of this account is still waiting.');
    await noted(deps, request, 'account.delete', account.id, account.name);
    return reply.code(204).send();
  });
};

/** Where notices of its standing go: what is no address would keep them from everybody. */
function contactOf(given: string | null): string | null {
  const contact = given === null ? null : normalAddress(given.trim());
  if (given !== null && contact === null)
    throw invalid('contact', `is ${JSON.stringify(given.slice(0, 80))}: allowed is an address such as ann@example.org.`);
  return contact;
}

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
  const { id, name, contact, state, stateReason, stateSince, quota, quotaFrom, levels, frequency, sandbox, signedUp } = account;
  const { policy, malware, tls, pool, risk, createdAt } = account;
  return {
    id,
    name,
    contact,
    state,
    reason: stateReason,
    since: time(stateSince),
    quota,
    quotaFrom,
    levels,
    frequency,
    sandbox,
    signedUp,
    policy,
    malware,
    tls,
    pool,
    risk,
    createdAt: time(createdAt),
  };
}
