// SMTP user names and passwords of an account: random, the password shown once and kept as a MAC.
import { randomBytes } from 'node:crypto';
import { Type } from 'typebox';
import { newId } from '../../engines/ids.ts';
import type { Credential } from '../../engines/store/control/credentials.ts';
import { accountOf } from '../caller.ts';
import { notFound } from '../errors.ts';
import { once } from '../idempotency.ts';
import { cursorOf, limitOf, page, PageQuery, time } from '../pages.ts';
import type { Resource } from '../types.ts';

export const credentials: Resource = (app, deps) => {
  const { store, secrets, clock } = deps;
  const body = Type.Object({ name: Type.String({ minLength: 1, maxLength: 100 }) }, { additionalProperties: false });
  app.post('/v1/smtp-credentials', { config: { access: 'keys' }, schema: { body } }, (request, reply) =>
    once(deps, request, reply, 201, async () => {
      const id = newId('crd');
      const username = `smtp_${randomBytes(10).toString('hex')}`;
      const password = randomBytes(24).toString('base64url');
      const { name } = request.body;
      await store.credentials.create({ id, accountId: accountOf(request), name, username, mac: secrets.mac('smtp-password', password) });
      return { id, name, username, password, createdAt: time(clock.now()) };
    }),
  );
  app.get(
    '/v1/smtp-credentials',
    { config: { access: 'keys' }, schema: { querystring: Type.Object(PageQuery, { additionalProperties: false }) } },
    async request => {
      const limit = limitOf(request.query);
      const rows = await store.credentials.list({ accountId: accountOf(request), after: cursorOf(request.query, ''), limit: limit + 1 });
      return page(rows, limit, row => row.id, shown);
    },
  );
  app.delete(
    '/v1/smtp-credentials/:id',
    { config: { access: 'keys' }, schema: { params: Type.Object({ id: Type.String() }) } },
    async (request, reply) => {
      if (!(await store.credentials.remove({ id: request.params.id, accountId: accountOf(request) }))) throw notFound();
      return reply.code(204).send();
    },
  );
};

const shown = ({ id, name, username, createdAt }: Credential): object => ({ id, name, username, createdAt: time(createdAt) });
