// The one outgoing HTTP client (webhooks, feeds, policies): resolves with our resolver, checks every address, connects to the checked
// one only, follows no redirect, reads no proxy from the environment, caps what it reads.
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import type { Resolver } from './resolver/types.ts';
import type { HttpAnswer, HttpClient, HttpFailure } from './types.ts';

type Deps = {
  readonly resolver: Resolver;
  readonly allowed: (ip: string) => boolean;
  /** Addresses that may also be reached by http: and on any port. */ readonly opened: (ip: string) => boolean;
};
type Bounds = { readonly timeoutMs: number; readonly maxAnswer: number };

/** Ports that https may use: 443 and the unprivileged ones. */
export function urlFault(text: string): string | null {
  if (!URL.canParse(text)) return 'not a URL';
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'https: is needed';
  if (url.username || url.password) return 'no user name or password in the URL';
  if (url.hash) return 'no fragment in the URL';
  if (text.length > 2_000) return 'at most 2,000 characters';
  return null;
}

export function newHttpClient(deps: Deps): HttpClient {
  const go = async (
    method: string,
    text: string,
    headers: Readonly<Record<string, string>>,
    body: Buffer | null,
    bounds: Bounds,
  ): Promise<HttpAnswer | HttpFailure> => {
    const fault = urlFault(text);
    if (fault) return failure('refused_address', fault);
    const url = new URL(text);
    const ips = await addresses(deps.resolver, url.hostname);
    if (typeof ips === 'string') return failure('dns', ips);
    const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
    const plain = url.protocol === 'http:' || (port !== 443 && port < 1024);
    // One closed address among them refuses all: a name that points inside is not a mistake that a second record heals.
    const refused = ips.find(ip => !deps.allowed(ip) || (plain && !deps.opened(ip)));
    if (refused !== undefined)
      return failure(
        'refused_address',
        plain && deps.allowed(refused) ? 'https: on port 443 or 1024 and up is needed' : `${refused} may not be reached`,
      );
    return exchange(method, url, port, ips[0] as string, headers, body, bounds);
  };
  return {
    post: (url, headers, body, bounds) => go('POST', url, headers, body, bounds),
    get: (url, headers, bounds) => go('GET', url, headers, null, bounds),
  };
}

function failure(why: HttpFailure['why'], text: string): HttpFailure {
  return { failed: true, why, text };
}

async function addresses(resolver: Resolver, hostname: string): Promise<readonly string[] | string> {
  const bare = hostname.replace(/^\[|\]$/g, '');
  if (isIP(bare)) return [bare];
  if (bare === 'localhost') return ['127.0.0.1'];
  const found: string[] = [];
  for (const type of ['A', 'AAAA'] as const) {
    const answer = await resolver.lookUp(bare, type);
    if (answer.kind === 'records') found.push(...answer.records);
  }
  return found.length > 0 ? found : `${bare} has no address`;
}

function exchange(
  method: string,
  url: URL,
  port: number,
  ip: string,
  headers: Readonly<Record<string, string>>,
  body: Buffer | null,
  bounds: Bounds,
): Promise<HttpAnswer | HttpFailure> {
  return new Promise(resolve => {
    const secure = url.protocol === 'https:';
    const hostname = url.hostname.replace(/^\[|\]$/g, '');
    const request = (secure ? httpsRequest : httpRequest)({
      host: ip,
      port,
      method,
      path: `${url.pathname}${url.search}`,
      agent: false,
      headers: {
        ...headers,
        host: url.host,
        'accept-encoding': 'identity',
        'user-agent': 'Sesame',
        ...(body ? { 'content-length': String(body.length) } : {}),
      },
      ...(secure && !isIP(hostname) ? { servername: hostname } : {}),
    });
    const done = (outcome: HttpAnswer | HttpFailure): void => {
      clearTimeout(timer);
      request.destroy();
      resolve(outcome);
    };
    const timer = setTimeout(() => done(failure('timeout', `no answer in ${bounds.timeoutMs} ms`)), bounds.timeoutMs);
    request.on('error', error =>
      done(
        failure(
          /CERT|SSL|TLS|certificate/i.test(`${(error as { code?: string }).code} ${error.message}`) ? 'tls' : 'connect',
          (error as { code?: string }).code ?? error.message,
        ),
      ),
    );
    request.on('response', (response: IncomingMessage) => {
      const pieces: Buffer[] = [];
      let size = 0;
      const finish = (): void =>
        done({
          status: response.statusCode ?? 0,
          headers: flat(response.headers),
          body: Buffer.concat(pieces).subarray(0, bounds.maxAnswer),
          ip,
        });
      response.on('data', (piece: Buffer) => {
        size += piece.length;
        pieces.push(piece);
        if (size > bounds.maxAnswer) finish();
      });
      response.on('end', finish);
      response.on('error', () => done(failure('protocol', 'the answer broke off')));
    });
    request.end(body ?? undefined);
  });
}

function flat(headers: IncomingMessage['headers']): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
}
