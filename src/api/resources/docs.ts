// OpenAPI, and a reference rendered from it: plain HTML, no script.
import { CODES } from '../errors.ts';
import { escaped, sendPage } from '../html.ts';
import type { App, Resource } from '../types.ts';

type Operation = { readonly summary?: string; readonly requestBody?: { readonly content?: Record<string, { readonly schema?: Schema }> } };
type Schema = {
  readonly type?: string;
  readonly properties?: Record<string, Schema>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly const?: unknown;
  readonly items?: Schema;
};

export const docs: Resource = app => {
  app.get('/openapi.json', { config: { access: 'public' } }, async () => app.swagger());
  app.get('/docs', { config: { access: 'public' } }, async (_request, reply) => sendPage(reply, 'Sesame API', reference(app)));
  app.get('/docs/errors', { config: { access: 'public' } }, async (_request, reply) => {
    const rows = Object.entries(CODES).map(
      ([code, [status, meaning]]) => `<tr id="${code}"><td><code>${code}</code><td>${status}<td>${escaped(meaning)}`,
    );
    return sendPage(
      reply,
      'Errors',
      `<p>One code has one status and one meaning.<table><tr><th>Code<th>Status<th>Meaning${rows.join('')}</table>`,
    );
  });
};

function reference(app: App): string {
  const { paths = {} } = app.swagger() as { paths?: Record<string, Record<string, Operation>> };
  const calls = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, operation]) =>
        `<h2 id="${method}-${escaped(path)}"><code>${method.toUpperCase()} ${escaped(path)}</code></h2><p>${escaped(operation.summary ?? '')}${fieldsOf(operation)}`,
    ),
  );
  return `<p>Keys go in <code>Authorization: Bearer KEY</code>. Schemas: <a href="/openapi.json">openapi.json</a>. <a href="/docs/errors">Errors</a>.${calls.join('')}`;
}

function fieldsOf({ requestBody }: Operation): string {
  const schema = requestBody?.content?.['application/json']?.schema;
  const object = schema?.properties ? schema : schema?.anyOf?.find(one => one.properties);
  if (!object?.properties) return '';
  const rows = Object.entries(object.properties).map(
    ([name, field]) =>
      `<tr><td><code>${escaped(name)}</code><td>${escaped(typeOf(field))}<td>${object.required?.includes(name) ? 'needed' : ''}`,
  );
  return `<table><tr><th>Field<th>Is<th>${rows.join('')}</table>`;
}

function typeOf(schema: Schema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(' or ');
  return schema.items ? `list of ${typeOf(schema.items)}` : (schema.type ?? 'any');
}
