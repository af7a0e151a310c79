// A receiver of TLS reports over real HTTPS for tests, with a self-signed certificate that the process under test is told to trust.
import { execFileSync } from 'node:child_process';
import { createServer } from 'node:https';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Received = { readonly path: string; readonly method: string; readonly headers: IncomingHttpHeaders; readonly bytes: Buffer };
export type Receiver = {
  readonly port: number;
  /** PEM of the certificate. */
  readonly certificate: string;
  readonly received: Received[];
  readonly close: () => Promise<void>;
};

export async function startReceiver(hostname: string, answer: () => number = () => 201): Promise<Receiver> {
  const pair = certificate(hostname);
  const received: Received[] = [];
  const server = createServer({ cert: pair, key: pair }, (request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      received.push({ path: request.url ?? '', method: request.method ?? '', headers: request.headers, bytes: Buffer.concat(pieces) });
      response.writeHead(answer()).end();
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    certificate: pair.slice(pair.indexOf('-----BEGIN CERTIFICATE')),
    received,
    close: () =>
      new Promise(resolve => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** Key and certificate, PEM, made by Debian's openssl. */
function certificate(hostname: string): string {
  const of = ['-subj', `/CN=${hostname}`, '-addext', `subjectAltName=DNS:${hostname}`, '-days', '2'];
  const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', '-', '-out', '-', ...of];
  return execFileSync('openssl', made, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}
