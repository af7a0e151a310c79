// The web hosts of MTA-STS policies (RFC 8461 section 3.3): one HTTPS server on port 443 of a loopback address, certificates by SNI, and
// for each host name what it answers, the wrong things too.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { ServerResponse } from 'node:http';
import { createSecureContext } from 'node:tls';
import type { Issued } from './authority.ts';

export type Answering = (response: ServerResponse) => void;
export type PolicyHost = { readonly certificate: Issued; answer: Answering };

export type HttpsHost = {
  readonly ip: string;
  /** By host name (`mta-sts.DOMAIN`); may be changed at any time. */
  readonly hosts: Record<string, PolicyHost>;
  /** `HOST PATH` of every request, in order. */
  readonly asked: string[];
  readonly close: () => Promise<void>;
};

/** Why there can be no such host here; false when there can. */
export const noPort443 = (): string | false => (process.getuid?.() === 0 ? false : 'port 443 of a loopback address needs root');

/** `ip`: a loopback address of its own; a host that is not in `hosts` fails in the handshake. */
export async function startHttpsHost(ip: string): Promise<HttpsHost> {
  const hosts: Record<string, PolicyHost> = {};
  const asked: string[] = [];
  const server = createServer(
    {
      SNICallback: (name, done) => {
        const found = hosts[name.toLowerCase()]?.certificate;
        if (!found) return done(new Error(`no host ${name}`));
        done(
          null,
          createSecureContext({ cert: [found.cert, ...(found.chain ? [found.chain] : [])].map(text).join(''), key: text(found.key) }),
        );
      },
    },
    (request, response) => {
      const name = (request.headers.host ?? '').toLowerCase().replace(/:\d+$/, '');
      asked.push(`${name} ${request.url}`);
      const host = hosts[name];
      if (host && request.url === '/.well-known/mta-sts.txt') host.answer(response);
      else response.writeHead(404).end();
    },
  );
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(443, ip, resolve));
  return {
    ip,
    hosts,
    asked,
    close: () => new Promise(resolve => (server.close(() => resolve()), server.closeAllConnections())),
  };
}

const text = (file: string): string => readFileSync(file, 'utf8');

/** The file of a policy (section 3.2). */
export function policyText(mode: 'enforce' | 'testing' | 'none', mx: readonly string[], maxAge = 86_400): string {
  return ['version: STSv1', `mode: ${mode}`, ...mx.map(one => `mx: ${one}`), `max_age: ${maxAge}`, ''].join('\r\n');
}

export const answers = {
  policy:
    (body: string): Answering =>
    response =>
      response.writeHead(200, { 'content-type': 'text/plain' }).end(body),
  html:
    (body: string): Answering =>
    response =>
      response.writeHead(200, { 'content-type': 'text/html' }).end(body),
  status:
    (code: number): Answering =>
    response =>
      response.writeHead(code).end(),
  /** Section 3.3: redirects are not followed. */
  redirect:
    (to: string): Answering =>
    response =>
      response.writeHead(302, { location: to }).end(),
  /** The policy with 100 KiB of blank lines: more than the bound that section 3.3 suggests. */
  huge:
    (body: string): Answering =>
    response =>
      response.writeHead(200, { 'content-type': 'text/plain' }).end(body + '\r\n'.repeat(51_200)),
  /** Headers, the first line, and then nothing. */
  stuck: (): Answering => response => void response.writeHead(200, { 'content-type': 'text/plain' }).write('version: STSv1\r\n'),
} as const;
