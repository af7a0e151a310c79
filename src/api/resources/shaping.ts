// /v1/shaping: what was learned of each pair of sending IP and mailbox provider: limits, today's use, and why it was slowed down. As it was
// written down last, at most some seconds ago; the use is of now.
import { Type } from 'typebox';
import { ApiError } from '../errors.ts';
import { cursorOf, limitOf, page, PageQuery } from '../pages.ts';
import { paceShown } from '../paces.ts';
import type { Resource } from '../types.ts';

const Query = Type.Object(
  { ...PageQuery, ip: Type.Optional(Type.String({ maxLength: 45 })), provider: Type.Optional(Type.String({ maxLength: 255 })) },
  { additionalProperties: false },
);

export const shaping: Resource = (app, deps) => {
  app.get(
    '/v1/shaping',
    { config: { access: 'operator' }, schema: { querystring: Query, summary: 'Learned limits by sending IP and mailbox provider' } },
    async request => {
      const { ip, provider } = request.query;
      const limit = limitOf(request.query);
      const after = afterOf(cursorOf(request.query, '|'));
      const rows = await deps.store.paces.list({ ip: ip === 'system' ? '' : ip, provider, after, limit: limit + 1 });
      return page(
        rows,
        limit,
        row => `${row.ip ?? ''}|${row.provider}`,
        row => paceShown(deps, row),
      );
    },
  );
};

function afterOf(text: string): { readonly ip: string; readonly provider: string } {
  const bar = text.indexOf('|');
  if (bar < 0)
    throw new ApiError('invalid_request', '"after" is no cursor of ours: use the "next" of the page before.', { field: 'after' });
  return { ip: text.slice(0, bar), provider: text.slice(bar + 1) };
}
