// What operators did, newest first.
import { Type } from 'typebox';
import { cursorOf, limitOf, page, PageQuery, time } from '../pages.ts';
import type { Resource } from '../types.ts';

export const audit: Resource = (app, { store }) => {
  app.get(
    '/v1/audit',
    { config: { access: 'operator' }, schema: { querystring: Type.Object(PageQuery, { additionalProperties: false }) } },
    async request => {
      const limit = limitOf(request.query);
      const before = Number(cursorOf(request.query, String(Number.MAX_SAFE_INTEGER)));
      return page(
        await store.audit.list({ before, limit: limit + 1 }),
        limit,
        row => row.seq,
        ({ seq: _seq, at, ...row }) => ({ at: time(at), ...row }),
      );
    },
  );
};
