// Pages of collections: `?after=&limit=` in, `{data, next}` out. A cursor is opaque to clients.
import { Type, type TSchema } from 'typebox';
import { normalAddress } from '../message/addresses.ts';
import { readInstant } from '../message/instant.ts';
import { ApiError } from './errors.ts';

export const MAX_PAGE = 100;
const DEFAULT_PAGE = 50;

export const PageQuery = { after: Type.Optional(Type.String({ maxLength: 200 })), limit: Type.Optional(Type.String({ maxLength: 5 })) };
export const pageOf = (item: TSchema): TSchema => Type.Object({ data: Type.Array(item), next: Type.Union([Type.String(), Type.Null()]) });

/** How many; one more is read to know whether there is a next page. */
export function limitOf(query: { readonly limit?: string }): number {
  if (query.limit === undefined) return DEFAULT_PAGE;
  const limit = Number(query.limit);
  if (/^\d+$/.test(query.limit) && limit >= 1 && limit <= MAX_PAGE) return limit;
  throw new ApiError('invalid_request', `"limit" is ${JSON.stringify(query.limit)}: allowed is 1 to ${MAX_PAGE}.`, { field: 'limit' });
}

export function cursorOf(query: { readonly after?: string }, otherwise: string): string {
  if (query.after === undefined || query.after === '') return otherwise;
  const text = /^cur_([\w-]+)$/.exec(query.after)?.[1];
  const at = text && Buffer.from(text, 'base64url').toString('utf8');
  if (at && !at.includes('\0')) return at;
  throw new ApiError('invalid_request', '"after" is no cursor of ours: use the "next" of the page before.', { field: 'after' });
}

export const cursor = (at: string | number): string => `cur_${Buffer.from(String(at)).toString('base64url')}`;

/** `rows` holds up to one more than the page. */
export function page<R, T>(
  rows: readonly R[],
  limit: number,
  at: (row: R) => string | number,
  shown: (row: R) => T,
): { readonly data: readonly T[]; readonly next: string | null } {
  const kept = rows.slice(0, limit);
  const last = kept.at(-1);
  return { data: kept.map(shown), next: rows.length > limit && last !== undefined ? cursor(at(last)) : null };
}

/** A page of a short collection that is read whole, in its own order; `keyOf` tells its rows apart. */
export function pageOfAll<R>(
  all: readonly R[],
  query: { readonly after?: string; readonly limit?: string },
  keyOf: (row: R) => string,
): { readonly rows: readonly R[]; readonly next: string | null } {
  const limit = limitOf(query);
  const after = cursorOf(query, '');
  const from = after === '' ? 0 : all.findIndex(row => keyOf(row) === after) + 1;
  if (after !== '' && from === 0)
    throw new ApiError('invalid_request', '"after" is no cursor of this list, or what it named is gone: begin anew.', { field: 'after' });
  const rows = all.slice(from, from + limit);
  const last = rows.at(-1);
  return { rows, next: from + limit < all.length && last !== undefined ? cursor(keyOf(last)) : null };
}

export const time = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

/** The address that is looked for, its domain as mail keeps it. */
export function soughtAddress(text: string, field: string): string {
  const address = normalAddress(text.trim());
  if (address === null) throw new ApiError('invalid_request', `"${field}" is an address such as ann@example.org.`, { field });
  return address;
}

/** RFC 3339 to epoch ms. */
export function momentOf(text: string, field: string): number {
  const at = readInstant(text);
  if (at === null) throw new ApiError('invalid_field', `"${field}" is no RFC 3339 time such as 2026-01-31T08:00:00Z.`, { field });
  return at;
}
