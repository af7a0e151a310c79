// Refused connections, senders and messages, newest first, with why.
import { Type } from 'typebox';
import { callerOf } from '../caller.ts';
import { cursorOf, limitOf, page, PageQuery, time } from '../pages.ts';
import type { Resource } from '../types.ts';

export const refusals: Resource = (app, { store }) => {
  app.get(
    '/v1/refusals',
    { config: { access: 'read' }, schema: { querystring: Type.Object(PageQuery, { additionalProperties: false }) } },
    async request => {
      const limit = limitOf(request.query);
      const before = Number(cursorOf(request.query, String(Number.MAX_SAFE_INTEGER)));
      const rows = await store.refusals.list({ accountId: callerOf(request).accountId, before, limit: limit + 1 });
      return page(
        rows,
        limit,
        row => row.seq,
        ({ seq: _seq, at, ...row }) => ({ at: time(at), ...row }),
      );
    },
  );
};
