// The text part that is made for HTML mail without one: words, line breaks and link targets. One pass, no tree; not a judge of HTML.
import { decodeEntities } from './entities.ts';

/** Elements whose content is not shown. */
const HIDDEN = new Set(['script', 'style', 'head', 'title', 'template', 'noscript', 'svg']);
/** Elements that begin and end a line, and those that leave an empty one. */
const LINES = new Set([
  'br',
  'div',
  'tr',
  'li',
  'ul',
  'ol',
  'table',
  'section',
  'header',
  'footer',
  'article',
  'dt',
  'dd',
  'option',
  'pre',
]);
const PARAGRAPHS = new Set(['p', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'blockquote', 'hr']);

/** Plain text for people whose reader shows no HTML; linear in the length of `html`. */
export function textOfHtml(html: string): string {
  const out: string[] = [];
  let href: string | null = null;
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf('<', at);
    if (open !== at) out.push(html.slice(at, open < 0 ? html.length : open).replace(/\s+/g, ' '));
    if (open < 0) break;
    if (!/[a-z/!?]/i.test(html[open + 1] ?? '')) {
      // Not the beginning of a tag.
      out.push('<');
      at = open + 1;
      continue;
    }
    if (html.startsWith('<!--', open)) {
      at = behind(html, '-->', open);
      continue;
    }
    const end = tagEnd(html, open);
    const tag = /^<(\/?)([a-z][a-z0-9]*)/i.exec(html.slice(open, Math.min(end, open + 40)));
    const name = tag?.[2]?.toLowerCase() ?? '';
    at = end;
    if (HIDDEN.has(name) && !tag?.[1]) at = behindElement(html, name, end);
    else if (PARAGRAPHS.has(name)) out.push('\n\n');
    else if (LINES.has(name)) out.push(name === 'li' && !tag?.[1] ? '\n- ' : '\n');
    else if (name === 'td' || name === 'th') out.push(' ');
    else if (name === 'img' || name === 'a') {
      const inside = html.slice(open, Math.min(end, open + 4_000));
      if (name === 'img') out.push(attribute(inside, 'alt') ?? '');
      else if (!tag?.[1]) href = attribute(inside, 'href');
      else if (href !== null) {
        if (/^(?:https?|mailto):/i.test(href) && out.at(-1)?.trim() !== href) out.push(` (${href.replace(/^mailto:/i, '')})`);
        href = null;
      }
    }
  }
  return tidy(decodeEntities(out.join('')));
}

function behind(html: string, mark: string, from: number): number {
  const found = html.indexOf(mark, from);
  return found < 0 ? html.length : found + mark.length;
}

/** Behind the `>` of a tag; one inside a quoted attribute does not end it. */
function tagEnd(html: string, open: number): number {
  const close = html.indexOf('>', open);
  if (close < 0) return html.length;
  let quote = '';
  for (let i = open; i < Math.min(html.length, open + 4_000); i++) {
    const c = html[i] as string;
    if (quote !== '') quote = c === quote ? '' : quote;
    else if ((c === '"' || c === "'") && html[i - 1] === '=') quote = c;
    else if (c === '>') return i + 1;
  }
  return close + 1;
}

function behindElement(html: string, name: string, from: number): number {
  for (let at = html.indexOf('</', from); at >= 0; at = html.indexOf('</', at + 2)) {
    if (html.slice(at + 2, at + 2 + name.length).toLowerCase() === name) return tagEnd(html, at);
  }
  return html.length;
}

function attribute(tag: string, name: string): string | null {
  const found = new RegExp(`\\s${name}\\s?=\\s?(?:"([^"]*)"|'([^']*)'|([^\\s>"']+))`, 'i').exec(tag);
  const value = found?.[1] ?? found?.[2] ?? found?.[3];
  return value === undefined ? null : value.trim();
}

/** No blanks at line ends, at most one empty line in a row. */
function tidy(text: string): string {
  const lines = text.split('\n').map(line => line.replace(/[\t \u00a0]+/g, ' ').trim());
  return lines
    .filter((line, n) => line !== '' || (n > 0 && lines[n - 1] !== ''))
    .join('\n')
    .trim();
}
