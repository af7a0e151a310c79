// Signing in to the console with a key, and out again. The key itself is not kept: the browser gets a cookie, the page a token.
import { Type } from 'typebox';
import { KiB } from '../../limits.ts';
import { callerFor, newKeyCheck, noted } from '../caller.ts';
import { ApiError } from '../errors.ts';
import { time } from '../pages.ts';
import { IDLE_MS } from '../../engines/store/bounds.ts';
import { SCOPES, type OpenSession, type Resource } from '../types.ts';
import { originOf } from './same-origin.ts';
import { forgetCookie, newSessions } from './sessions.ts';

const SignIn = Type.Object({ key: Type.String({ minLength: 1, maxLength: 500 }) }, { additionalProperties: false });

export const session: Resource = (app, deps) => {
  const check = newKeyCheck(deps);
  const sessions = newSessions(deps);
  const hidden = { hide: true };

  app.post(
    '/console/session',
    { config: { access: 'public' }, bodyLimit: 4 * KiB, schema: { ...hidden, body: SignIn } },
    async (request, reply) => {
      // Or another site could sign a browser in to an account of its own, and see what is entered there.
      if (originOf(request) === 'foreign')
        throw new ApiError('forbidden', 'This did not come from a page of the console.', { field: 'Origin' });
      const key = await check.valid(request, request.body.key);
      request.caller = callerFor(key, key.accountId);
      const opened = await sessions.open(request, reply, key);
      if (!opened) throw new ApiError('unauthenticated', 'This key was revoked just now.');
      await noted(deps, request, 'session.create', key.id, request.ip);
      return reply.code(201).send(shown(opened));
    },
  );
  app.get('/console/session', { config: { access: 'session' }, schema: hidden }, async request => shown(openOf(request)));
  app.delete('/console/session', { config: { access: 'session' }, schema: hidden }, async (request, reply) => {
    await deps.store.sessions.end(openOf(request).idMac);
    await noted(deps, request, 'session.delete', openOf(request).key.id);
    forgetCookie(request, reply);
    return reply.code(204).send();
  });
  app.delete('/console/sessions', { config: { access: 'session' }, schema: hidden }, async (request, reply) => {
    const { key } = openOf(request);
    const ended = await deps.store.sessions.endAll(key.id);
    await noted(deps, request, 'session.delete_all', key.id, String(ended));
    forgetCookie(request, reply);
    return reply.code(204).send();
  });
};

/** On routes of access `session` there is one. */
export function openOf(request: { readonly session: OpenSession | null }): OpenSession {
  if (!request.session) throw new ApiError('unauthenticated', 'Sign in to the console first.');
  return request.session;
}

function shown({ key, csrf, expiresAt }: OpenSession): Readonly<Record<string, unknown>> {
  const operator = key.kind === 'operator';
  const { accountId, name } = key;
  const scopes = operator ? SCOPES : key.scopes;
  return { operator, accountId, name, scopes, csrf, expiresAt: time(expiresAt), idleSeconds: IDLE_MS / 1000 };
}
