// Events by cursor, oldest first: what was read is never added to later.
import { Type } from 'typebox';
import { eventBody } from '../../upkeep/event-posts.ts';
import { callerOf } from '../caller.ts';
import { cursor, cursorOf, limitOf, momentOf, PageQuery, soughtAddress } from '../pages.ts';
import { ApiError } from '../errors.ts';
import type { Resource } from '../types.ts';
import { EVENT_TYPES } from './webhooks.ts';

const text = Type.Optional(Type.String({ maxLength: 400 }));
const Query = Type.Object(
  { ...PageQuery, type: Type.Optional(Type.String({ maxLength: 300 })), emailId: text, recipient: text, since: text },
  { additionalProperties: false },
);

export const events: Resource = (app, { store }) => {
  app.get(
    '/v1/events',
    { config: { access: 'read' }, schema: { querystring: Query, summary: 'What happened, by cursor' } },
    async request => {
      const limit = limitOf(request.query);
      const from = cursorOf(request.query, '0');
      if (!/^\d+$/.test(from)) throw new ApiError('invalid_request', '"after" is no cursor of this list.', { field: 'after' });
      const { type, emailId, recipient, since } = request.query;
      const rows = await store.events.after({
        accountId: callerOf(request).accountId,
        seq: Number(from),
        limit,
        ...(type === undefined ? {} : { types: typesOf(type) }),
        ...(emailId === undefined ? {} : { emailId }),
        ...(recipient === undefined ? {} : { recipient: soughtAddress(recipient, 'recipient') }),
        ...(since === undefined ? {} : { since: momentOf(since, 'since') }),
      });
      // `next` is there even at the end: the same cursor goes on when there is more.
      return { data: rows.map(eventBody), next: cursor(rows.at(-1)?.seq ?? from) };
    },
  );
};

/** A misspelt type must not look like "nothing happened". */
function typesOf(list: string): readonly string[] {
  const types = list.split(',').map(one => one.trim());
  const unknown = types.find(one => !EVENT_TYPES.some(known => known === one));
  if (unknown === undefined) return types;
  throw new ApiError('invalid_request', `"type" is ${JSON.stringify(unknown.slice(0, 80))}: allowed are ${EVENT_TYPES.join(', ')}.`, {
    field: 'type',
  });
}
