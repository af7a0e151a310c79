// A webhook endpoint for tests: remembers what was posted and answers as told.
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Json } from './server.ts';

export type Posted = { readonly path: string; readonly headers: IncomingHttpHeaders; readonly text: string; readonly body: Json };
export type Hook = { readonly url: string; readonly posted: Posted[]; readonly close: () => Promise<void> };

/** A status, also with fields; or no answer at all: the connection stays silent, or is closed. */
export type HookAnswer = number | { readonly status: number; readonly headers: Readonly<Record<string, string>> } | 'silence' | 'close';

export async function startHook(answer: (posted: Posted) => HookAnswer | Promise<HookAnswer> = () => 204): Promise<Hook> {
  const posted: Posted[] = [];
  const respond = async (one: Posted, response: ServerResponse): Promise<void> => {
    const said = await answer(one);
    if (said === 'silence') return;
    if (said === 'close') return void response.socket?.destroy();
    const { status, headers } = typeof said === 'number' ? { status: said, headers: {} } : said;
    response.writeHead(status, headers).end();
  };
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (more: string) => (text += more));
    request.on('end', () => {
      const one = { path: request.url ?? '', headers: request.headers, text, body: JSON.parse(text) };
      posted.push(one);
      void respond(one, response);
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
