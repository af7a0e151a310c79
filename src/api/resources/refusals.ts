// Refused connections, senders and messages, newest first, with why; searched by who came, for whom, why and when.
import { isIP } from 'node:net';
import { Type } from 'typebox';
import { plainIp } from '../../library/networks.ts';
import { comparable, domainName, normalAddress } from '../../message/addresses.ts';
import { callerOf } from '../caller.ts';
import { ApiError } from '../errors.ts';
import { cursorOf, limitOf, momentOf, page, PageQuery, time } from '../pages.ts';
import type { Resource } from '../types.ts';

const Text = Type.Optional(Type.String({ maxLength: 320 }));
const Query = Type.Object(
  { ...PageQuery, peer: Text, sender: Text, recipient: Text, domain: Text, reason: Text, since: Text, until: Text },
  { additionalProperties: false },
);

/** As the log keeps an address. */
function keyOf(text: string): string | null {
  const address = normalAddress(text.trim());
  return address === null ? null : comparable(address);
}

/** A misspelt filter must not look like "nothing was refused". */
function wrong(field: string, allowed: string): ApiError {
  return new ApiError('invalid_request', `"${field}" is ${allowed}.`, { field });
}

export const refusals: Resource = (app, { store }) => {
  app.get(
    '/v1/refusals',
    {
      config: { access: 'read' },
      schema: { querystring: Query, summary: 'What was refused: by peer, sender, recipient, its domain, reason, since, until' },
    },
    async request => {
      const { query } = request;
      const { accountId, operator } = callerOf(request);
      const limit = limitOf(query);
      const before = Number(cursorOf(query, String(Number.MAX_SAFE_INTEGER)));
      const read = <T>(field: keyof typeof query, allowed: string, how: (text: string) => T | null): Record<string, T> => {
        const text = query[field];
        if (text === undefined) return {};
        const value = how(text);
        if (value === null) throw wrong(field, allowed);
        return { [field]: value };
      };
      const filter = {
        ...read('peer', 'an IP address', text => (isIP(text) === 0 ? null : plainIp(text))),
        ...read('sender', 'an address, or <> for the null sender', text => (text === '<>' ? '' : keyOf(text))),
        ...read('recipient', 'an address', keyOf),
        ...read('domain', 'a domain', domainName),
        ...read('reason', 'a word such as sender_blocked', text => (/^[a-z_]+$/.test(text) ? text : null)),
        ...read('since', 'an RFC 3339 time', text => momentOf(text, 'since')),
        ...read('until', 'an RFC 3339 time', text => momentOf(text, 'until')),
      };
      const rows = await store.refusals.list({ ...filter, accountId, before, limit: limit + 1 });
      return page(
        rows,
        limit,
        row => row.seq,
        // Which address is a trap is not told to who wrote there.
        ({ seq: _seq, at, detail, ...row }) => ({
          at: time(at),
          ...row,
          detail: operator ? detail : (detail?.replace(/^trap /, 'operator ') ?? null),
        }),
      );
    },
  );
};
