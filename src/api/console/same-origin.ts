// Whether a browser sent a request from a page of ours. SameSite keeps other sites out; this also keeps out what runs on another port or a
// sibling name, and pages whose origin is hidden (Fetch Metadata, RFC 6454).
import { timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../errors.ts';
import type { OpenSession } from '../types.ts';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);
export const changes = ({ method }: Pick<FastifyRequest, 'method'>): boolean => !SAFE.has(method);

/** `silent`: neither header is there, which no browser of today does when it sends a body. */
export function originOf({ headers, host }: Pick<FastifyRequest, 'headers' | 'host'>): 'ours' | 'foreign' | 'silent' {
  const site = headers['sec-fetch-site'];
  const origin = headers.origin;
  // A page under `no-referrer` sends the origin "null" with its forms: the browser's own word on the site stands above it.
  if (site === 'same-origin') return origin === undefined || origin === 'null' || hostIn(origin) === host ? 'ours' : 'foreign';
  // `none`: typed, or opened from a bookmark.
  if (site !== undefined) return site === 'none' && origin === undefined ? 'silent' : 'foreign';
  if (origin === undefined) return 'silent';
  return hostIn(origin) === host ? 'ours' : 'foreign';
}

const hostIn = (origin: string): string | null => (URL.canParse(origin) ? new URL(origin).host : null);

/** Refuses what another site may have made the browser send. `token`: what came with the request. */
export function requireCsrf(request: FastifyRequest, { csrf }: OpenSession, token: unknown): void {
  if (originOf(request) !== 'ours') throw new ApiError('forbidden', 'This did not come from a page of the console.', { field: 'Origin' });
  if (typeof token === 'string' && isEqual(token, csrf)) return;
  throw new ApiError('forbidden', 'Sesame-CSRF is missing or not that of this session: read it from GET /console/session.', {
    field: 'Sesame-CSRF',
  });
}

function isEqual(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
