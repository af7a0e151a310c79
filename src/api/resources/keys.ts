// API keys: random, shown once, kept as a MAC. No key mints beyond itself.
import { randomBytes } from 'node:crypto';
import { Type } from 'typebox';
import { newId } from '../../engines/ids.ts';
import type { ApiKey } from '../../engines/store/control/keys.ts';
import { callerOf, noted } from '../caller.ts';
import { ApiError, invalid, notFound } from '../errors.ts';
import { once } from '../idempotency.ts';
import { newKeyText, prefixOf } from '../key-text.ts';
import { cursorOf, limitOf, momentOf, page, PageQuery, time } from '../pages.ts';
import { SCOPES, type Caller, type Resource } from '../types.ts';

const DEFAULT_SCOPES = ['send', 'score', 'read'] as const;
const NewKey = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100 }),
    kind: Type.Optional(Type.Union([Type.Literal('api'), Type.Literal('signing'), Type.Literal('operator')])),
    scopes: Type.Optional(Type.Array(Type.Union(SCOPES.map(scope => Type.Literal(scope))), { minItems: 1, uniqueItems: true })),
    domains: Type.Optional(Type.Array(Type.String(), { minItems: 1, maxItems: 50 })),
    ips: Type.Optional(Type.Array(Type.String(), { minItems: 1, maxItems: 50 })),
    expiresAt: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);

const Params = Type.Object({ id: Type.String() });
const Rename = Type.Object({ name: Type.String({ minLength: 1, maxLength: 100 }) }, { additionalProperties: false });

export const keys: Resource = (app, deps) => {
  const { store, secrets, clock } = deps;
  app.post(
    '/v1/keys',
    { config: { access: 'keys' }, schema: { body: NewKey, summary: 'Make a key; it is shown once' } },
    (request, reply) =>
      once(deps, request, reply, 201, async () => {
        const caller = callerOf(request);
        const { name, kind: wanted = 'api', ...body } = request.body;
        if (wanted === 'operator' && caller.accountId !== null)
          throw new ApiError('forbidden', 'Only an operator who acts for no account makes operator keys.', { field: 'kind' });
        const kind = caller.accountId === null ? 'operator' : wanted;
        const scopes = body.scopes ?? DEFAULT_SCOPES.filter(scope => caller.operator || caller.scopes.includes(scope));
        const expiresAt = body.expiresAt === undefined ? null : momentOf(body.expiresAt, 'expiresAt');
        if (expiresAt !== null && expiresAt <= clock.now()) throw invalid('expiresAt', 'lies in the past.');
        within(caller, scopes, expiresAt);
        const id = newId('key');
        const base = { id, accountId: caller.accountId, name, kind, scopes, expiresAt, ...narrowed(caller, body) } as const;
        await noted(deps, request, 'key.create', id, name);
        if (kind === 'signing') {
          const accessKeyId = `SK${randomBytes(10).toString('hex').toUpperCase()}`;
          const secretAccessKey = randomBytes(30).toString('base64url');
          const sealed = secrets.seal(`key/${id}`, Buffer.from(secretAccessKey));
          // The id is no secret: it goes with each request.
          const prefix = accessKeyId.slice(0, 10);
          await store.keys.create({ ...base, prefix, mac: secrets.mac('signing-key', accessKeyId), sealed });
          return { id, name, accessKeyId, secretAccessKey };
        }
        const key = newKeyText();
        const made = await store.keys.create({ ...base, prefix: prefixOf(key), mac: secrets.mac('api-key', key), sealed: null });
        return { ...shown(made), key };
      }),
  );
  app.get(
    '/v1/keys',
    { config: { access: 'keys' }, schema: { querystring: Type.Object(PageQuery, { additionalProperties: false }) } },
    async request => {
      const limit = limitOf(request.query);
      const rows = await store.keys.list({ accountId: callerOf(request).accountId, after: cursorOf(request.query, ''), limit: limit + 1 });
      return page(rows, limit, row => row.id, shown);
    },
  );
  const own = async (caller: Caller, id: string): Promise<ApiKey> => {
    const key = await store.keys.get(id);
    if (!key || (caller.accountId !== null && key.accountId !== caller.accountId)) throw notFound();
    return key;
  };
  app.get('/v1/keys/:id', { config: { access: 'keys' }, schema: { params: Params } }, async request =>
    shown(await own(callerOf(request), request.params.id)),
  );
  // What a key may is settled when it is made; only its name can change.
  app.patch('/v1/keys/:id', { config: { access: 'keys' }, schema: { params: Params, body: Rename } }, async request => {
    const key = await own(callerOf(request), request.params.id);
    await store.keys.rename({ id: key.id, name: request.body.name });
    await noted(deps, request, 'key.patch', key.id, request.body.name);
    return shown({ ...key, name: request.body.name });
  });
  app.delete('/v1/keys/:id', { config: { access: 'keys' }, schema: { params: Params } }, async (request, reply) => {
    const caller = callerOf(request);
    const key = await own(caller, request.params.id);
    if (caller.operator && caller.keyId === key.id)
      throw new ApiError('wrong_state', 'A key does not revoke itself: use another operator key.');
    await store.keys.remove({ id: key.id, accountId: key.accountId });
    await noted(deps, request, 'key.delete', key.id, key.name);
    return reply.code(204).send();
  });
};

/** What the caller lacks, its keys lack. */
function within(caller: Caller, scopes: readonly string[], expiresAt: number | null): void {
  const beyond = caller.operator ? undefined : scopes.find(scope => !caller.scopes.includes(scope));
  if (beyond) throw new ApiError('forbidden', `A key without the scope "${beyond}" cannot give it.`, { field: 'scopes' });
  if (caller.expiresAt !== null && (expiresAt === null || expiresAt > caller.expiresAt))
    throw new ApiError('forbidden', 'A key cannot outlive the key that makes it.', { field: 'expiresAt' });
}

function narrowed(
  caller: Caller,
  body: { readonly domains?: readonly string[]; readonly ips?: readonly string[] },
): { readonly domains: readonly string[] | null; readonly ips: readonly string[] | null } {
  const part = (own: readonly string[] | null, asked: readonly string[] | undefined, field: string): readonly string[] | null => {
    if (own === null) return asked ?? null;
    const beyond = (asked ?? []).find(one => !own.includes(one));
    if (beyond !== undefined) throw new ApiError('forbidden', `The key is not for ${JSON.stringify(beyond.slice(0, 80))}.`, { field });
    return asked ?? own;
  };
  return { domains: part(caller.domains, body.domains, 'domains'), ips: part(caller.ips, body.ips, 'ips') };
}

function shown(key: ApiKey): Readonly<Record<string, unknown>> {
  const { id, accountId, name, kind, prefix, scopes, domains, ips, expiresAt, lastUsedAt, createdAt } = key;
  const times = { expiresAt: time(expiresAt), lastUsedAt: time(lastUsedAt), createdAt: time(createdAt) };
  return { id, accountId, name, kind, prefix, scopes, domains, ips, ...times };
}
