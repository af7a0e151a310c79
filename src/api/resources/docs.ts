// OpenAPI and a reference rendered from it: plain HTML under a strict policy, no script.
import { CODES } from '../errors.ts';
import type { App, Resource } from '../types.ts';

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}code{font-family:ui-monospace,monospace}' +
  'table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #8884}h2{margin-top:2.5rem}';

export const docs: Resource = app => {
  app.get('/openapi.json', { config: { access: 'public' } }, async () => app.swagger());
  const page = (title: string, body: string): string =>
    `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>${STYLE}</style><h1>${title}</h1>${body}</html>`;
  const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";
  app.get('/docs', { config: { access: 'public' } }, async (_request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', policy)
      .send(page('Sesame API', reference(app))),
  );
  app.get('/docs/errors', { config: { access: 'public' } }, async (_request, reply) => {
    const rows = Object.entries(CODES).map(
      ([code, [status, meaning]]) => `<tr id="${code}"><td><code>${code}</code><td>${status}<td>${escape(meaning)}`,
    );
    const table = `<p>One code has one status and one meaning.<table><tr><th>Code<th>Status<th>Meaning${rows.join('')}</table>`;
    return reply.type('text/html; charset=utf-8').header('content-security-policy', policy).send(page('Errors', table));
  });
};

function reference(app: App): string {
  const { paths = {} } = app.swagger() as { paths?: Record<string, Record<string, { summary?: string }>> };
  const rows = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { summary = '' }]) => {
      return `<tr><td><code>${method.toUpperCase()}</code><td><code>${escape(path)}</code><td>${escape(summary)}`;
    }),
  );
  return `<p>Keys go in <code>Authorization: Bearer KEY</code>. Schemas: <a href="/openapi.json">openapi.json</a>. <a href="/docs/errors">Errors</a>.<table>${rows.join('')}</table>`;
}

const escape = (text: string): string => text.replace(/[&<>"]/g, sign => `&#${sign.charCodeAt(0)};`);
