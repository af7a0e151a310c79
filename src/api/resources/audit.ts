// What operators did, newest first: which key, what, to what, for whom, by which request.
import { Type } from 'typebox';
import { cursorOf, limitOf, momentOf, page, PageQuery, time } from '../pages.ts';
import { ApiError } from '../errors.ts';
import type { Resource } from '../types.ts';

const word = (about: string) => Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: about }));
const Query = Type.Object(
  {
    ...PageQuery,
    actor: word('Who: operator:NAME-OF-THE-KEY, or key:NAME for what an account asked of the operator.'),
    action: word('What: key.create, or the first word alone for all of its kind.'),
    account: word('For which account it was done.'),
    since: word('Not before this RFC 3339 time.'),
    until: word('Before this RFC 3339 time.'),
  },
  { additionalProperties: false },
);

export const audit: Resource = (app, { store }) => {
  app.get(
    '/v1/audit',
    { config: { access: 'operator' }, schema: { querystring: Query, summary: 'What operators did, newest first' } },
    async ({ query }) => {
      const limit = limitOf(query);
      const before = Number(cursorOf(query, String(Number.MAX_SAFE_INTEGER)));
      if (!Number.isSafeInteger(before)) throw new ApiError('invalid_request', '"after" is no cursor of this list.', { field: 'after' });
      const moment = (field: 'since' | 'until'): number | undefined =>
        query[field] === undefined ? undefined : momentOf(query[field], field);
      const { actor, action, account: accountId } = query;
      const filters = { actor, action, accountId, since: moment('since'), until: moment('until') };
      const rows = await store.audit.list({ before, limit: limit + 1, ...filters });
      return page(
        rows,
        limit,
        row => row.seq,
        ({ seq: _seq, at, ...row }) => ({ at: time(at), ...row }),
      );
    },
  );
};
