// The HTTP door: fastify with strict schemas, one error shape, request ids, budgets. Each resource adds its routes; this file is the only
// one of the API that touches the network.
import swagger from '@fastify/swagger';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify, { type FastifyError, type FastifyReply, type FastifyRequest } from 'fastify';
import type { AddressInfo, Socket } from 'node:net';
import type { Listen } from '../config.ts';
import { newId } from '../engines/ids.ts';
import { errorText } from '../engines/log.ts';
import type { Handshake } from '../engines/tls/doors.ts';
import { KiB, MiB } from '../limits.ts';
import { newCallers, noteDeed } from './caller.ts';
import { budgetHeaders } from './budget.ts';
import { ApiError, CODES, errorBody, withErrors, type Code } from './errors.ts';
import { readBody } from './json-body.ts';
import { told } from './link-pages.ts';
import { enriched } from './reference/document.ts';
import { resources } from './resources.ts';
import { newTenantOf } from './tenant-hosts.ts';
import type { ApiDeps, App } from './types.ts';
import { findingsOf } from './validation.ts';

export type OpenApi = { readonly address: Listen; readonly close: (ms: number) => Promise<void> };

/** A header that never ends or a body that trickles holds a connection and memory. */
const HEADERS_MS = 20_000;
const REQUEST_MS = 300_000;
const HANDSHAKE_MS = 20_000;
const UNKNOWN_LENGTH = MiB;
const METHODS = ['GET', 'POST', 'PATCH', 'DELETE'] as const;
/** Of every answer; pages say otherwise where they must. Nothing that the API answers is a page. */
const HEADERS = [
  ['cache-control', 'no-store'],
  ['x-content-type-options', 'nosniff'],
  ['content-security-policy', "default-src 'none'; frame-ancestors 'none'"],
] as const;

/** `handshake`: null = plain HTTP. */
export async function startApi(deps: ApiDeps, listen: Listen, handshake: Handshake | null, reusePort: boolean): Promise<OpenApi> {
  const app = await newApp(deps);
  await app.ready();
  if (handshake) secureConnections(app, handshake);
  await new Promise<void>((resolve, reject) => {
    app.server.once('error', reject);
    app.server.listen({ host: listen.host, port: listen.port, reusePort, backlog: 1024 }, () => {
      app.server.removeListener('error', reject);
      resolve();
    });
  });
  const { port } = app.server.address() as AddressInfo;
  const close = async (ms: number): Promise<void> => {
    const late = setTimeout(() => app.server.closeAllConnections(), ms);
    await app.close();
    clearTimeout(late);
  };
  return { address: { host: listen.host, port }, close };
}

/** Connections reach HTTP after their handshake, by which the certificate is chosen by name; plain text gets no answer. */
function secureConnections({ server }: App, handshake: Handshake): void {
  const serve = server.listeners('connection');
  server.removeAllListeners('connection');
  server.on('connection', (raw: Socket) => {
    raw.on('error', () => raw.destroy());
    void handshake(raw, HANDSHAKE_MS).then(secure => {
      if (secure) for (const one of serve) one.call(server, secure);
    });
  });
}

/** The application without a listener: what tests inject into. */
export async function newApp(deps: ApiDeps): Promise<App> {
  const bodyLimit = Math.ceil(deps.config.messageSize * 1.4) + 64 * KiB;
  const fastify = Fastify({
    bodyLimit,
    trustProxy: deps.config.trustedProxies.length > 0 ? [...deps.config.trustedProxies] : false,
    requestTimeout: REQUEST_MS,
    genReqId: request => requestIdOf(request.headers['x-request-id']),
    routerOptions: { maxParamLength: 400, ignoreTrailingSlash: true },
    exposeHeadRoutes: false,
    // A path that cannot be decoded gets no further than the router.
    frameworkErrors: (error, request, reply) => {
      reply.header('request-id', request.id);
      answerError(deps, translated(error as FastifyError), request, reply as FastifyReply);
    },
    http: { headersTimeout: HEADERS_MS },
    // Nothing is repaired: an unknown field or a wrong type is told, all faults at once.
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, useDefaults: false, allErrors: true } },
  });
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>() as unknown as App;
  const callers = newCallers(deps);
  const tenantOf = newTenantOf(deps);
  app.decorateRequest('caller', null);
  app.decorateRequest('session', null);
  app.decorateRequest('noted', false);
  app.decorateRequest('tenant', null);
  app.decorateRequest('rawBody', null);
  app.decorateRequest('requestId', '');
  parsers(app);
  app.addHook('onRequest', async (request, reply) => {
    request.requestId = request.id;
    reply.header('request-id', request.id);
    for (const [name, value] of HEADERS) reply.header(name, value);
    if (request.url.startsWith('/v1/') && request.url.includes('%00'))
      throw new ApiError('invalid_request', 'The path or query holds a NUL (%00), which no text may.');
    const { access = 'public', bytes = false, stream = false, onTenantHosts = false } = request.routeOptions.config;
    request.tenant = await tenantOf(request);
    if (request.tenant !== null && !onTenantHosts) return told(request, reply.code(404), 'gone');
    // Liveness and readiness are told to the end.
    if (access !== 'public' && deps.shared.draining()) throw new ApiError('draining', 'The server is stopping. Try again.');
    request.caller = await callers(request, access);
    if (access !== 'public') refuseQuery(request);
    if (!stream && Number(request.headers['content-length'] ?? 0) > bodyLimit) throw tooLarge();
    if (!bytes && isBytes(request)) throw unknownType();
    if (!stream) reserve(deps, request, reply);
  });
  app.addHook('onSend', async (request, reply) => {
    await budgetHeaders(deps, request, reply);
    await noteDeed(deps, request, reply);
  });
  app.addHook('onResponse', async (request, reply) => {
    request.rawBody?.fill(0);
    deps.metrics.count('sesame_http_requests_total', { status: `${Math.floor(reply.statusCode / 100)}xx` });
  });
  app.setErrorHandler<FastifyError | ApiError>((error, request, reply) => answerError(deps, error, request, reply));
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.replace(/\?.*$/, '');
    // The console's own paths match every GET and are none of these.
    const known = METHODS.some(method => {
      const found = app.findRoute({ method, url: path });
      return found !== null && !('*' in found.params);
    });
    throw known
      ? new ApiError('method_not_allowed', `${request.method} is not known here.`)
      : (reply.code(404), new ApiError('not_found', 'There is no such path. The reference is at /docs.'));
  });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Sesame', version: '1', description: 'A Simple Email Service of your own: send, receive, filter, scan.' },
      components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
      security: [{ key: [] }],
    },
    // Public routes say so.
    transform: ({ schema, url, route }) => {
      const { access = 'public', bytes = false } = route.config ?? {};
      const told = { ...schema, 'x-access': access, 'x-bytes': bytes };
      return { schema: access === 'public' ? { ...told, security: [] } : told, url };
    },
    transformObject: told => enriched(withErrors('openapiObject' in told ? told.openapiObject : {})),
  });
  await app.register(async scope => {
    for (const add of resources) add(scope as App, deps);
  });
  return app;
}

/** JSON is parsed by us so that the bytes can be compared (idempotency) and wiped; raw messages stay bytes. */
function parsers(app: App): void {
  app.removeAllContentTypeParsers();
  const keep = (request: FastifyRequest, body: Buffer): Buffer => (request.rawBody = body);
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    keep(request, body);
    if (body.length === 0) return done(null, undefined);
    try {
      done(null, readBody(body, request.routeOptions.config.maxValues));
    } catch (fault) {
      done(fault as ApiError, undefined);
    }
  });
  // The one HTML form has no fields.
  app.addContentTypeParser<Buffer>('application/x-www-form-urlencoded', { parseAs: 'buffer', bodyLimit: KiB }, (_request, _body, done) =>
    done(null, undefined),
  );
  for (const type of BYTES)
    app.addContentTypeParser<Buffer>(type, { parseAs: 'buffer' }, (request, body, done) => done(null, keep(request, body)));
}

const BYTES = ['message/rfc822', 'application/octet-stream', 'text/plain', 'text/csv', 'application/x-ndjson'] as const;

/** Bytes must never meet a schema: a checker would take each for a field. */
function isBytes({ headers }: FastifyRequest): boolean {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  return BYTES.some(one => one === type);
}

/** A route without parameters takes none: who asks for something (`?dryRun=true`) must not get something else. */
function refuseQuery({ query, routeOptions }: FastifyRequest): void {
  const [field] = routeOptions.schema?.querystring ? [] : Object.keys(query as object);
  if (field !== undefined) throw new ApiError('invalid_request', `${JSON.stringify(field.slice(0, 80))} is not known here.`, { field });
}

/** Bytes in flight count against one budget of the process. */
function reserve(deps: ApiDeps, request: FastifyRequest, reply: FastifyReply): void {
  if (request.method === 'GET' || request.method === 'DELETE') return;
  const bytes = request.headers['content-length'] ? Number(request.headers['content-length']) : UNKNOWN_LENGTH;
  if (!Number.isFinite(bytes)) return;
  if (!deps.shared.reserveBytes(bytes)) throw new ApiError('storage_full', 'Too much is on its way in right now. Try again.');
  reply.raw.once('close', () => deps.shared.releaseBytes(bytes));
}

function answerError(deps: ApiDeps, error: FastifyError | ApiError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const told = error instanceof ApiError ? error : translated(error);
  if (told.code === 'internal') deps.log.error('a request failed', { requestId: request.id, error: errorText(error) });
  const [status] = CODES[told.code];
  // Without a time of its own a 429 gets the end of the tightest window, see budget.ts.
  if (status === 503 || told.retrySeconds !== undefined) reply.header('retry-after', String(told.retrySeconds ?? 5));
  if (status === 409 && told.code === 'idempotency_in_progress') reply.header('retry-after', '1');
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  return reply.code(status).type('application/json').send(errorBody(told, request.id));
}

/** Faults that fastify found: schema, size, media type. */
function translated(error: FastifyError): ApiError {
  if (error.validation) {
    const findings = findingsOf(error.validation, error.validationContext === 'querystring');
    const first = findings[0] ?? { field: 'body', message: 'is not valid' };
    const code: Code = error.validationContext === 'body' ? 'invalid_field' : 'invalid_request';
    return new ApiError(code, `"${first.field}" ${first.message}.`, { field: first.field, findings });
  }
  if (error.statusCode === 413) return tooLarge();
  if (error.statusCode === 415) return unknownType();
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500)
    return new ApiError('invalid_request', 'The request cannot be read.');
  return new ApiError('internal', 'An error of this server. Nothing was taken; try again.');
}

const tooLarge = (): ApiError => new ApiError('too_large', 'The body is larger than the limit, see /v1/limits.');
const unknownType = (): ApiError => new ApiError('unsupported_media_type', 'This Content-Type is not taken here.');

/** A client's own id is used when it is harmless. */
function requestIdOf(given: string | string[] | undefined): string {
  return typeof given === 'string' && /^[\w.-]{1,64}$/.test(given) ? given : newId('req');
}
