// Where an HTML page may be changed: the values of the links that are counted, those that ask for the unsubscribe link, and the end of the
// body. A tokenizer after the HTML standard (13.2.5), one pass; comments, scripts and what never ends hold nothing that is touched.
import { MAX_LINKS } from './bounds.ts';

export type Span = { readonly start: number; readonly end: number };
export type Page = {
  /** Values of `href` of `a` and `area` in their order, but for those with `data-track="false"`. */
  readonly links: readonly Span[];
  /** Where a picture may be put: in front of the last `</body>` or `</html>`, else at the end; null when the page ends inside something. */
  readonly end: number | null;
};

/** Elements whose content is text to the end of the element (13.2.6.2 and following). */
const RAW = new Set(['script', 'style', 'textarea', 'title', 'xmp', 'iframe', 'noembed', 'noframes']);

/** `html` holds one character a byte, so that the places are offsets into the bytes; linear in its length. */
export function readPage(html: string): Page {
  const links: Span[] = [];
  const ends = { body: -1, html: -1 };
  let at = html.indexOf('<');
  while (at >= 0) {
    const next = html.charCodeAt(at + 1);
    const isEnd = next === SLASH;
    const nameAt = at + (isEnd ? 2 : 1);
    let behind: number | null = nameAt;
    if (isLetter(html.charCodeAt(nameAt))) {
      const name = nameOf(html, nameAt);
      const isLink = !isEnd && (name === 'a' || name === 'area');
      const tag = readTag(html, nameAt + name.length, isLink);
      if (!tag) return { links, end: null };
      if (tag.href && tag.isTracked && links.length < MAX_LINKS) links.push(tag.href);
      if (isEnd && (name === 'body' || name === 'html')) ends[name] = at;
      behind = !isEnd && name === 'plaintext' ? null : !isEnd && RAW.has(name) ? endTag(html, name, tag.end) : tag.end;
    } else if (next === BANG || next === QUESTION || isEnd) behind = behindComment(html, at);
    if (behind === null) return { links, end: null };
    at = html.indexOf('<', behind);
  }
  return { links, end: ends.body >= 0 ? ends.body : ends.html >= 0 ? ends.html : endOfText(html) };
}

const SLASH = 47;
const BANG = 33;
const QUESTION = 63;
const GREATER = 62;
const EQUALS = 61;
const isLetter = (c: number): boolean => (c >= 97 && c <= 122) || (c >= 65 && c <= 90);
const isBlank = (c: number): boolean => c === 32 || c === 10 || c === 13 || c === 9 || c === 12;
const endsName = (c: number): boolean => isBlank(c) || c === SLASH || c === GREATER;
/** The longest name that is asked for has eight letters. */
const LONGEST_NAME = 12;

function nameOf(html: string, from: number): string {
  let end = from;
  while (end < html.length && end - from < LONGEST_NAME && !endsName(html.charCodeAt(end))) end++;
  return html.slice(from, end).toLowerCase();
}

type Tag = { readonly end: number; readonly href: Span | null; readonly isTracked: boolean };

/** Reads a tag from behind its name (or a part of it); null when it never ends. Of two attributes with one name the first counts. */
function readTag(html: string, from: number, isLink: boolean): Tag | null {
  let href: Span | null = null;
  let isTracked = true;
  let seen = false;
  // What is left of a long name.
  let i = from;
  while (i < html.length && !endsName(html.charCodeAt(i))) i++;
  for (;;) {
    while (isBlank(html.charCodeAt(i)) || html.charCodeAt(i) === SLASH) i++;
    if (i >= html.length) return null;
    if (html.charCodeAt(i) === GREATER) return { end: i + 1, href, isTracked };
    const nameAt = i++;
    for (let c = html.charCodeAt(i); i < html.length && c !== EQUALS && !endsName(c); c = html.charCodeAt(i)) i++;
    const nameEnd = i;
    while (isBlank(html.charCodeAt(i))) i++;
    const value = html.charCodeAt(i) === EQUALS ? readValue(html, i + 1) : { start: i, end: i, behind: i };
    if (!value) return null;
    i = value.behind;
    if (!isLink || nameEnd - nameAt > LONGEST_NAME) continue;
    const name = html.slice(nameAt, nameEnd).toLowerCase();
    if (name === 'href') href ??= { start: value.start, end: value.end };
    else if (name === 'data-track' && !seen) {
      seen = true;
      isTracked = html.slice(value.start, value.end).trim().toLowerCase() !== 'false';
    }
  }
}

function readValue(html: string, from: number): (Span & { readonly behind: number }) | null {
  let start = from;
  while (isBlank(html.charCodeAt(start))) start++;
  const quote = html[start];
  if (quote === '"' || quote === "'") {
    const close = html.indexOf(quote, start + 1);
    return close < 0 ? null : { start: start + 1, end: close, behind: close + 1 };
  }
  let end = start;
  while (end < html.length && !isBlank(html.charCodeAt(end)) && html.charCodeAt(end) !== GREATER) end++;
  return { start, end, behind: end };
}

/** Behind a comment, or a declaration, which readers take for one; null when it never ends. */
function behindComment(html: string, at: number): number | null {
  if (!html.startsWith('<!--', at)) {
    const end = html.indexOf('>', at);
    return end < 0 ? null : end + 1;
  }
  if (html.startsWith('>', at + 4)) return at + 5;
  if (html.startsWith('->', at + 4)) return at + 6;
  for (let end = html.indexOf('--', at + 4); end >= 0; end = html.indexOf('--', end + 1)) {
    if (html.startsWith('>', end + 2)) return end + 3;
    if (html.startsWith('!>', end + 2)) return end + 4;
  }
  return null;
}

/** Where the end tag of a raw element begins; null when there is none. */
function endTag(html: string, name: string, from: number): number | null {
  for (let at = html.indexOf('</', from); at >= 0; at = html.indexOf('</', at + 2)) {
    const behind = at + 2 + name.length;
    if (html.slice(at + 2, behind).toLowerCase() === name && endsName(html.charCodeAt(behind))) return at;
  }
  return null;
}

function endOfText(html: string): number {
  let end = html.length;
  while (end > 0 && isBlank(html.charCodeAt(end - 1))) end--;
  return end;
}
