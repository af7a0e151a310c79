// The reference as one page of plain HTML, made of the OpenAPI document: chapters, and for each call its fields, curl and fetch, a real answer,
// the errors it can give and what follows. A script of its own adds copy buttons, and nothing needs it.
import { CODES, type Code } from '../errors.ts';
import { escaped } from '../html.ts';
import { CURES } from './cures.ts';
import { callOf, type Operation, type Paths, recorded } from './document.ts';
import { errorsOf, EVERYWHERE, KEYED } from './errors-of.ts';
import { curlOf, fetchOf } from './examples.ts';
import { fieldRows, parameterRows } from './fields.ts';
import { sections } from './sections.ts';

type Told = { readonly name: string; readonly method: string; readonly path: string; readonly operation: Operation };

export function referencePage(document: { readonly paths?: object }): string {
  const calls = callsOf((document.paths ?? {}) as Paths);
  const chapters = [...sections.map(({ id, title, about }) => ({ id, title, about })), { id: 'other', title: 'More', about: '' }]
    .map(chapter => ({ ...chapter, calls: calls.filter(one => callOf(one.name).section.id === chapter.id) }))
    .filter(chapter => chapter.calls.length > 0);
  const nav = chapters.map(({ id, title, calls }) => `<li><a href="#${id}">${title}</a><ul>${calls.map(navLine).join('')}</ul>`).join('');
  const body = chapters
    .map(
      ({ id, title, about, calls }) =>
        `<section id="${id}"><h2>${title}</h2>${about ? `<p>${escaped(about)}` : ''}${calls.map(oneCall).join('')}</section>`,
    )
    .join('');
  return layout(
    'Sesame API',
    `<nav aria-label="Calls"><ul>${nav}</ul></nav><main id="main"><h1>Sesame API</h1>${INTRODUCTION}${body}</main>`,
  );
}

/** In the order of the chapters; what no chapter names comes last. */
function callsOf(paths: Paths): readonly Told[] {
  const order = sections.flatMap(one => Object.keys(one.calls));
  const rank = ({ name }: Told): number => (order.includes(name) ? order.indexOf(name) : order.length);
  return Object.entries(paths)
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path,
        operation,
      })),
    )
    .toSorted((a, b) => rank(a) - rank(b));
}

const codes = (list: readonly Code[]): string => list.map(code => `<a href="/docs/errors/${code}"><code>${code}</code></a>`).join(' ');
const anchor = ({ method, path }: Told): string => escaped(`${method.toLowerCase()}-${path}`);
const navLine = (call: Told): string =>
  `<li><a href="#${anchor(call)}"><b class="${call.method}">${call.method}</b> ${escaped(call.path)}</a>`;

const INTRODUCTION = `<p>JSON over HTTP. A key goes in <code>Authorization: Bearer KEY</code>; the operator acts for an account with <code>Sesame-Account: acc_…</code>.
Examples read <code>SESAME_URL</code> and <code>SESAME_API_KEY</code> from the environment. Schemas: <a href="/openapi.json">openapi.json</a>.
<dl><dt>Lists<dd><code>?after=&amp;limit=</code> (1 to 100) → <code>{"data":[…],"next":"cur_…"|null}</code>. Unknown parameters and fields are refused.
<dt>Once<dd><code>Idempotency-Key</code> on every creating call: the same body gets the same answer for 24 hours.
<dt>Budget<dd><code>RateLimit</code>, <code>RateLimit-Policy</code> in every answer of an account; <code>Retry-After</code> with 429 and 503.
<dt>Errors<dd><code>{"error":{"code","message","field"?,"findings"?,"docs","requestId"}}</code>, <a href="/docs/errors">one code, one status, one meaning</a>. Every call can give ${codes(EVERYWHERE)}, with a key also ${codes(KEYED)}.</dl>`;

function oneCall(call: Told): string {
  const { name, method, path, operation } = call;
  const { call: known } = callOf(name);
  const body = Object.values(operation.requestBody?.content ?? {}).find(one => one.schema?.properties ?? one.schema?.anyOf)?.schema;
  const rows = parameterRows(operation) + (body ? fieldRows(body) : '');
  const own = errorsOf(name, operation);
  return [
    `<article id="${anchor(call)}"><h3><a href="#${anchor(call)}"><b class="${method}">${method}</b> <code>${escaped(path)}</code></a></h3>`,
    `<p>${escaped(known?.summary ?? operation.summary ?? '')} <small>${accessOf(operation)}</small>`,
    `<pre><code>${escaped(curlOf(name, operation))}</code></pre>`,
    `<details><summary>fetch</summary><pre><code>${escaped(fetchOf(name, operation))}</code></pre></details>`,
    rows ? `<details><summary>Parameters and fields</summary><table><thead><tr><th>Name<th>Is<th>For<tbody>${rows}</table></details>` : '',
    answerOf(name),
    own.length > 0 ? `<p>Errors: ${codes(own)}` : '',
    known?.follows
      ? `<p>Then: ${known.follows
          .split('`')
          .map((part, n) => (n % 2 ? `<code>${escaped(part)}</code>` : escaped(part)))
          .join('')}`
      : '',
    '</article>',
  ].join('');
}

function accessOf({ 'x-access': access = 'public' }: Operation): string {
  return access === 'public' ? 'no key' : access === 'operator' ? 'operator' : `scope <code>${access}</code>`;
}

function answerOf(name: string): string {
  const real = recorded[name];
  if (!real) return '';
  const text = typeof real.body === 'string' ? real.body : JSON.stringify(real.body, null, 1);
  return text === ''
    ? `<p>Answer: ${real.status}`
    : `<details><summary>Answer: ${real.status}</summary><pre><code>${escaped(text)}</code></pre></details>`;
}

/** All codes in one table, each with its anchor. */
export function errorsPage(): string {
  const rows = Object.entries(CODES).map(
    ([code, [status, meaning]]) =>
      `<tr id="${code}"><td><a href="/docs/errors/${code}"><code>${code}</code></a><td>${status}<td>${escaped(meaning)}`,
  );
  const table = `<table><thead><tr><th>Code<th>Status<th>Meaning<tbody>${rows.join('')}</table>`;
  return layout(
    'Errors',
    `<main id="main"><h1>Errors</h1><p>One code has one status and one meaning. <a href="/docs">All calls</a>${table}</main>`,
  );
}

/** One code: why it comes, what to do, which calls give it. */
export function errorPage(document: { readonly paths?: object }, code: Code): string {
  const [status, meaning] = CODES[code];
  const { why, cure } = CURES[code];
  const everywhere = EVERYWHERE.includes(code) ? 'Every call.' : KEYED.includes(code) ? 'Every call with a key.' : null;
  const givers = callsOf((document.paths ?? {}) as Paths).filter(one => errorsOf(one.name, one.operation).includes(code));
  const list = everywhere ?? `<ul>${givers.map(one => `<li><a href="/docs#${anchor(one)}">${escaped(one.name)}</a>`).join('')}</ul>`;
  const example = JSON.stringify({ error: { code, message: '…', docs: `/docs/errors#${code}`, requestId: 'req_…' } });
  return layout(
    code,
    `<main id="main"><h1><code>${code}</code></h1><p>${status}. ${escaped(meaning)} <a href="/docs/errors">All codes</a><h2>Why</h2><p>${why}<h2>What to do</h2><p>${cure}<h2>Shape</h2><pre><code>${escaped(example)}</code></pre><h2>Given by</h2>${list}</main>`,
  );
}

function layout(title: string, body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>${title} · Sesame</title><link rel="stylesheet" href="/docs/style.css"><script src="/docs/copy.js" defer></script><a class="skip" href="#main">To the content</a>${body}</html>`;
}
