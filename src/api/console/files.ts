// The console itself (docs/console.md): its built files, and its one page under every path that is the page's own affair. A path is only
// ever compared with names that were read at start.
import { join } from 'node:path';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { readStaticFiles } from '../../engines/static-files.ts';
import { sendPage } from '../html.ts';
import type { Resource } from '../types.ts';
import { sendFile } from './send-file.ts';

/** First segments that are never the page's. */
const RESERVED = /^\/(?:v\d+|docs|openapi\.json|healthz|readyz|metrics|console|assets|\.well-known|[ocu])(?:\/|$)/;
/** What the page makes of ids, names and addresses; a dot is never the first, and none is hidden, nor a slash, a backslash or a NUL. */
const SEGMENTS = /^(?!.*%(?:2[ef]|5c|00))(?:\/[\w@%+~:-][\w.@%+~:-]*)+\/?$/i;
const INDEX = '/index.html';

export const files: Resource = (app, { config }) => {
  const built = readStaticFiles(join(config.root, 'console', 'dist'));
  const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | void> => {
    const path = request.url.replace(/[?#].*$/s, '');
    const file = built?.get(path);
    if (file) return sendFile(request, reply, file);
    if (!isPage(path, request.headers.accept)) return reply.callNotFound();
    const index = built?.get(INDEX);
    return index ? sendFile(request, reply, index) : sendPage(reply, 'Sesame', WITHOUT);
  };
  for (const method of ['GET', 'HEAD'] as const)
    app.route({ method, url: '/*', config: { access: 'public' }, schema: { hide: true }, handler: answer });
};

const WITHOUT =
  '<p>The console was not built: run <code>npm run prestart</code> and start the server again. The API works without it: its reference is at <a href="/docs">/docs</a>.</p>';

/** Who asks for other things than pages gets an honest 404: a script or a picture that is not there is no page. */
function isPage(path: string, accept: string | undefined): boolean {
  if (path === '/') return true;
  return SEGMENTS.test(path) && !RESERVED.test(path) && (accept ?? '').includes('text/html');
}
