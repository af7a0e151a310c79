// The link that the target of a forward gets. Opening it only asks: programs that look at every link of a mail must not agree for a person.
import { Type } from 'typebox';
import { notFound } from '../errors.ts';
import { escaped, sendPage } from '../html.ts';
import type { Resource } from '../types.ts';

export const confirm: Resource = (app, { store, secrets }) => {
  const schema = { params: Type.Object({ token: Type.String({ maxLength: 200 }) }) };
  const routeOf = async (token: string): Promise<{ readonly id: string; readonly match: string }> => {
    const route = await store.routes.byConfirmation(secrets.mac('confirm-route', token));
    if (!route) throw notFound();
    return route;
  };
  app.get('/v1/inbound/confirm/:token', { config: { access: 'public' }, schema }, async (request, reply) => {
    const { match } = await routeOf(request.params.token);
    const form = '<form method="post"><button>Yes, forward it to me</button></form>';
    return sendPage(
      reply,
      'Forward mail to you?',
      `<p>Mail for <b>${escaped(match)}</b> would be forwarded to your address.${form}<p>If you do nothing, nothing is forwarded.`,
    );
  });
  app.post('/v1/inbound/confirm/:token', { config: { access: 'public' }, schema }, async (request, reply) => {
    const { id, match } = await routeOf(request.params.token);
    await store.routes.confirm(id);
    return sendPage(reply, 'Confirmed', `<p>Mail for <b>${escaped(match)}</b> is forwarded to your address from now on.`);
  });
};
