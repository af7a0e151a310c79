// A webhook endpoint for tests: remembers what was posted and answers as told.
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Json } from './server.ts';

export type Posted = { readonly path: string; readonly headers: IncomingHttpHeaders; readonly text: string; readonly body: Json };
export type Hook = { readonly url: string; readonly posted: Posted[]; readonly close: () => Promise<void> };

export async function startHook(answer: () => number = () => 204): Promise<Hook> {
  const posted: Posted[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (more: string) => (text += more));
    request.on('end', () => {
      posted.push({ path: request.url ?? '', headers: request.headers, text, body: JSON.parse(text) });
      response.writeHead(answer()).end();
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    posted,
    close: () =>
      new Promise(resolve => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
