// SMTP user names and passwords of an account: random, the password shown once and kept as a MAC. One sends as the whole account, from
// anywhere, until it is removed: a key that may less than that makes none.
import { randomBytes } from 'node:crypto';
import { Type } from 'typebox';
import { newId } from '../../engines/ids.ts';
import type { Credential } from '../../engines/store/control/credentials.ts';
import { accountOf, callerOf, noted } from '../caller.ts';
import { ApiError, notFound } from '../errors.ts';
import { once } from '../idempotency.ts';
import { cursorOf, limitOf, page, PageQuery, time } from '../pages.ts';
import type { Caller, Resource } from '../types.ts';

const strict = { additionalProperties: false };
const Body = Type.Object({ name: Type.String({ minLength: 1, maxLength: 100 }) }, strict);
const Params = Type.Object({ id: Type.String() });

export const credentials: Resource = (app, deps) => {
  const { store, secrets, clock } = deps;
  const own = async (caller: Caller, id: string): Promise<Credential> => {
    const credential = await store.credentials.get(id);
    if (!credential || (caller.accountId !== null && credential.accountId !== caller.accountId)) throw notFound();
    return credential;
  };

  app.post(
    '/v1/smtp-credentials',
    { config: { access: 'keys' }, schema: { body: Body, summary: 'Make an SMTP login; the password is shown once' } },
    (request, reply) =>
      once(deps, request, reply, 201, async () => {
        const caller = callerOf(request);
        const accountId = accountOf(request);
        whole(caller);
        const id = newId('crd');
        const username = `smtp_${randomBytes(10).toString('hex')}`;
        const password = randomBytes(24).toString('base64url');
        const { name } = request.body;
        await store.credentials.create({ id, accountId, name, username, mac: secrets.mac('smtp-password', password) });
        await noted(deps, request, 'credential.create', id);
        return { id, accountId, name, username, password, lastUsedAt: null, createdAt: time(clock.now()) };
      }),
  );
  app.get(
    '/v1/smtp-credentials',
    { config: { access: 'keys' }, schema: { querystring: Type.Object(PageQuery, strict), summary: 'SMTP logins' } },
    async request => {
      const limit = limitOf(request.query);
      const { accountId } = callerOf(request);
      const rows = await store.credentials.list({ accountId, after: cursorOf(request.query, ''), limit: limit + 1 });
      return page(rows, limit, row => row.id, shown);
    },
  );
  app.get('/v1/smtp-credentials/:id', { config: { access: 'keys' }, schema: { params: Params } }, async request =>
    shown(await own(callerOf(request), request.params.id)),
  );
  app.patch('/v1/smtp-credentials/:id', { config: { access: 'keys' }, schema: { params: Params, body: Body } }, async request => {
    const credential = await own(callerOf(request), request.params.id);
    await store.credentials.rename({ id: credential.id, name: request.body.name });
    await noted(deps, request, 'credential.patch', credential.id);
    return shown({ ...credential, name: request.body.name });
  });
  app.delete('/v1/smtp-credentials/:id', { config: { access: 'keys' }, schema: { params: Params } }, async (request, reply) => {
    const credential = await own(callerOf(request), request.params.id);
    await store.credentials.remove({ id: credential.id, accountId: credential.accountId });
    await noted(deps, request, 'credential.delete', credential.id);
    return reply.code(204).send();
  });
};

function whole(caller: Caller): void {
  if (caller.operator && caller.expiresAt === null && caller.ips === null) return;
  const lacks = !caller.operator && !caller.scopes.includes('send');
  if (lacks || caller.domains !== null || caller.ips !== null || caller.expiresAt !== null)
    throw new ApiError('forbidden', `The key "${caller.name}" may less than an SMTP login, so it cannot make one.`);
}

function shown({ id, accountId, name, username, lastUsedAt, createdAt }: Credential): Readonly<Record<string, unknown>> {
  return { id, accountId, name, username, lastUsedAt: time(lastUsedAt), createdAt: time(createdAt) };
}
