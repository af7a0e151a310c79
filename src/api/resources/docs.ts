// OpenAPI, and the reference rendered from it at start (src/api/reference/): plain HTML that needs no script.
import { Type } from 'typebox';
import { staticFile, type StaticFile } from '../../engines/static-files.ts';
import { sendFile } from '../console/send-file.ts';
import { CODES, notFound, type Code } from '../errors.ts';
import { COPY, STYLE } from '../reference/assets.ts';
import { errorPage, errorsPage, referencePage } from '../reference/page.ts';
import type { Resource } from '../types.ts';

const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const Params = Type.Object({ code: Type.String({ maxLength: 60 }) });

export const docs: Resource = app => {
  const config = { access: 'public' } as const;
  const pages = new Map<string, StaticFile>();
  /** Made when it is first asked for: all routes are known then. */
  const page = (path: string, make: () => string): StaticFile => {
    const kept = pages.get(path) ?? staticFile(path, Buffer.from(make()));
    pages.set(path, kept);
    return kept;
  };
  const file = (path: string, text: string): void => {
    const made = staticFile(path, Buffer.from(text));
    app.get(path, { config, schema: { hide: true } }, async (request, reply) => sendFile(request, reply, made, POLICY));
  };

  app.get('/openapi.json', { config }, async () => app.swagger());
  app.get('/docs', { config }, async (request, reply) =>
    sendFile(
      request,
      reply,
      page('/docs.html', () => referencePage(app.swagger())),
      POLICY,
    ),
  );
  app.get('/docs/errors', { config }, async (request, reply) => sendFile(request, reply, page('/errors.html', errorsPage), POLICY));
  app.get('/docs/errors/:code', { config, schema: { hide: true, params: Params } }, async (request, reply) => {
    const { code } = request.params;
    if (!Object.hasOwn(CODES, code)) throw notFound();
    return sendFile(
      request,
      reply,
      page(`/errors/${code}.html`, () => errorPage(app.swagger(), code as Code)),
      POLICY,
    );
  });
  file('/docs/style.css', STYLE);
  file('/docs/copy.js', COPY);
};
