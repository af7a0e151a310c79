// One answer with a file of ours: kind, validators (RFC 9110 section 13), compression by what the client takes, and headers that leave a
// browser nothing to guess.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Encoding, StaticFile } from '../../engines/static-files.ts';

const YEAR_SECONDS = 31_536_000;
export const CONSOLE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const NOTHING_ALLOWED = ['camera', 'microphone', 'geolocation', 'payment', 'usb', 'serial', 'display-capture', 'midi', 'hid'];

/** Of every page and file of the console and the reference. */
export function safeHeaders(reply: FastifyReply, policy = CONSOLE_POLICY): FastifyReply {
  return reply
    .header('content-security-policy', policy)
    .header('x-content-type-options', 'nosniff')
    .header('x-frame-options', 'DENY')
    .header('referrer-policy', 'no-referrer')
    .header('cross-origin-opener-policy', 'same-origin')
    .header('cross-origin-resource-policy', 'same-origin')
    .header('permissions-policy', NOTHING_ALLOWED.map(name => `${name}=()`).join(', '));
}

export async function sendFile(request: FastifyRequest, reply: FastifyReply, file: StaticFile, policy?: string): Promise<FastifyReply> {
  const encoding = file.compressible ? encodingFor(request.headers['accept-encoding'] ?? '') : 'identity';
  const etag = `"${file.tag}${encoding === 'identity' ? '' : `-${encoding}`}"`;
  safeHeaders(reply, policy)
    .header('etag', etag)
    .header('vary', 'Accept-Encoding')
    .header('cache-control', file.immutable ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache');
  if (isKnown(request.headers['if-none-match'], etag)) return reply.code(304).send();
  if (encoding !== 'identity') reply.header('content-encoding', encoding);
  return reply.type(file.type).send(await file.bytes(encoding));
}

/** What is not refused with q=0; brotli before gzip. */
export function encodingFor(accepted: string): Encoding {
  const taken = accepted
    .toLowerCase()
    .split(',')
    .map(one => one.trim().split(';'))
    .filter(([, q]) => !/^\s*q=0(?:\.0*)?\s*$/.test(q ?? ''))
    .map(([name]) => name?.trim());
  return taken.includes('br') ? 'br' : taken.includes('gzip') ? 'gzip' : 'identity';
}

const isKnown = (header: string | undefined, etag: string): boolean =>
  (header ?? '').split(',').some(one => one.trim().replace(/^W\//, '') === etag || one.trim() === '*');
