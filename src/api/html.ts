// The few plain pages that the API shows people: one style, no script, a policy that allows nothing else.
import type { FastifyReply } from 'fastify';

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}code{font-family:ui-monospace,monospace}' +
  'table{border-collapse:collapse;width:100%}td,th{text-align:start;padding:.3rem .6rem;border-bottom:1px solid #8884}h2{margin-top:2.5rem}' +
  // Targets of 44 px (WCAG 2.2, 2.5.8 asks for 24), and words that break before they need a second direction to scroll (1.4.10).
  'button{font:inherit;min-height:2.75rem;padding:.25rem 1.25rem}fieldset{margin:1rem 0}label,nav a,nav b{display:inline-block;min-height:1.75rem;padding:.5rem .75rem .5rem 0}' +
  'label{display:block}input{width:1.25rem;height:1.25rem;vertical-align:-.2em}bdi{overflow-wrap:anywhere}';
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

export type PageWords = { readonly language?: string; readonly direction?: 'ltr' | 'rtl' };

/** `title` and `body` are HTML of ours: what comes from outside goes through `escaped`. `language` is a tag of BCP 47. */
export function sendPage(
  reply: FastifyReply,
  title: string,
  body: string,
  { language = 'en', direction = 'ltr' }: PageWords = {},
): FastifyReply {
  const html = `<!doctype html><html lang="${language}" dir="${direction}"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>${STYLE}</style><main><h1>${title}</h1>${body}</main></html>`;
  return reply
    .type('text/html; charset=utf-8')
    .header('content-security-policy', POLICY)
    .header('content-language', language)
    .header('x-content-type-options', 'nosniff')
    .send(html);
}

export const escaped = (text: string): string => text.replace(/[&<>"']/g, sign => `&#${sign.charCodeAt(0)};`);
