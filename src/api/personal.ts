// What a sender may ask to be added to each recipient's copy (docs/tracking.md): read and checked for the send API, groups for the library.
import { Type, type Static } from 'typebox';
import type { Config } from '../config.ts';
import type { Personal } from '../mail.ts';
import { MAX_GROUP } from '../personal/bounds.ts';
import { ApiError, invalid } from './errors.ts';

const strict = { additionalProperties: false };
export const Track = Type.Object(
  { opens: Type.Optional(Type.Boolean()), clicks: Type.Optional(Type.Boolean()) },
  { ...strict, description: 'Tell when the mail is opened and when its links are followed. Off unless asked for.' },
);
export const Unsubscribe = Type.Object(
  {
    oneClick: Type.Optional(Type.Boolean({ description: 'List-Unsubscribe-Post of RFC 8058; true unless you say false.' })),
    group: Type.Optional(
      Type.String({ maxLength: MAX_GROUP, description: 'What recipients leave by it. Without one: all mail of the account.' }),
    ),
  },
  { ...strict, description: 'A way to leave: List-Unsubscribe, and the link for <a href="{{unsubscribe}}">.' },
);

/** A name of mail that belongs together, as recipients leave it; `*` stands for all mail and is no name. */
export const isGroup = (text: string): boolean => /^[A-Za-z0-9._-]+$/.test(text) && text.length <= MAX_GROUP;
export const GROUP_RULE = `is 1 to ${MAX_GROUP} letters, digits, dots, hyphens and underscores, such as "newsletter".`;

type Ask = {
  readonly track?: Static<typeof Track>;
  readonly unsubscribe?: Static<typeof Unsubscribe>;
  readonly raw?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** null: all recipients get the same bytes. Throws an ApiError that names the field. */
export function personalOf({ publicUrl }: Pick<Config, 'publicUrl'>, { track, unsubscribe, raw, headers }: Ask): Personal | null {
  const opens = track?.opens ?? false;
  const clicks = track?.clicks ?? false;
  if (!opens && !clicks && !unsubscribe) return null;
  const field = unsubscribe ? 'unsubscribe' : 'track';
  if (raw !== undefined)
    throw invalid(field, 'cannot be given beside "raw": a raw message is delivered as it is. Send its fields instead.');
  if (publicUrl === null) throw invalid(field, 'needs links that lead here: the operator has to set SESAME_PUBLIC_URL.');
  if (!unsubscribe) return { opens, clicks, unsubscribe: null };
  const own = Object.keys(headers ?? {}).find(name => /^\s*list-unsubscribe(?:-post)?\s*$/i.test(name));
  if (own !== undefined)
    throw new ApiError('header_refused', `"headers.${own.trim()}" is written by Sesame beside "unsubscribe": leave one of the two out.`, {
      field: `headers.${own.trim()}`,
    });
  const { oneClick = true, group = null } = unsubscribe;
  if (group !== null && !isGroup(group)) throw invalid('unsubscribe.group', GROUP_RULE);
  return { opens, clicks, unsubscribe: { oneClick, group } };
}
