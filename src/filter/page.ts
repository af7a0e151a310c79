// HTML as the reader of a mail sees it, in one linear pass: visible text with inline tags joined, what is hidden told apart, links with
// the text they show, pictures, and counts of what spam is made of. Not a validating parser: mail is not valid either.
import { decodeEntities } from './entities.ts';

export type Anchor = { readonly href: string; readonly shown: string };
export type Page = {
  readonly visible: string;
  /** Characters that stand in the page but are not shown, the preheader among them. */
  readonly hidden: number;
  readonly anchors: readonly Anchor[];
  readonly images: number;
  /** Pictures of one or two pixels, and pictures from the mail itself (cid:, data:). */
  readonly pixels: number;
  readonly inlineImages: number;
  readonly alts: string;
  readonly tags: number;
  readonly tables: number;
  readonly fonts: number;
  readonly comments: number;
  readonly forms: number;
  readonly passwords: number;
  readonly scripts: number;
  readonly styled: number;
  /** Letters split by tags or comments inside a word. */
  readonly splits: number;
  readonly base: boolean;
};

/** Characters of HTML read: behind that nobody scrolls. */
export const MAX_HTML = 120_000;
const MAX_VISIBLE = 40_000;
const MAX_ANCHORS = 100;
const MAX_TAG = 3_000;

/** Tags that end a word; any other leaves it whole. */
const BREAKS = new Set(
  'address,article,aside,blockquote,body,br,button,caption,center,dd,div,dl,dt,fieldset,footer,form,h1,h2,h3,h4,h5,h6,header,hr,html,img,input,li,main,nav,ol,option,p,pre,section,select,table,tbody,td,textarea,tfoot,th,thead,title,tr,ul'.split(
    ',',
  ),
);
/** Elements whose content is no text. */
const RAW = new Set(['script', 'style', 'noscript', 'template', 'svg', 'title', 'xml', 'object']);
const VOID = new Set(['area', 'base', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link', 'meta', 'source', 'wbr']);
const HIDING =
  /display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*(?:0|1(?:px|pt|%)|0?\.\d)|(?:opacity|max-height|max-width|line-height|height|width)\s*:\s*0(?:px|%|pt|em)?\s*(?:;|$|!)|mso-hide\s*:\s*all|text-indent\s*:\s*-\d{3}|(?:left|top)\s*:\s*-\d{3,}|clip\s*:\s*rect\(\s*0/i;
const COLOR = /(?:^|[;\s"'])color\s*[:=]\s*["']?\s*(#[0-9a-f]{3,8}|white|transparent|rgba?\([^)]{1,40}\))/i;
const GROUND = /(?:background(?:-color)?|bgcolor)\s*[:=]\s*["']?\s*(#[0-9a-f]{3,8}|[a-z]{3,20}|rgba?\([^)]{1,40}\))/i;

type Counts = { -readonly [K in keyof Page]: Page[K] } & { anchors: Anchor[] };

export function readPage(source: string): Page {
  const html = source.length > MAX_HTML ? source.slice(0, MAX_HTML) : source;
  const page: Counts = {
    visible: '',
    hidden: 0,
    anchors: [],
    images: 0,
    pixels: 0,
    inlineImages: 0,
    alts: '',
    tags: 0,
    tables: 0,
    fonts: 0,
    comments: 0,
    forms: 0,
    passwords: 0,
    scripts: 0,
    styled: 0,
    splits: 0,
    base: false,
  };
  const hiddenClasses = classesThatHide(html);
  let text = '';
  let at = 0;
  let ground = 'white';
  /** Inside a hidden element: its name and how many of that name are open. */
  let hiding = '';
  let open = 0;
  let href: string | null = null;
  let shownFrom = 0;
  while (at < html.length) {
    const tagAt = html.indexOf('<', at);
    const stop = tagAt < 0 ? html.length : tagAt;
    if (stop > at) {
      const piece = html.slice(at, stop);
      if (hiding === '') {
        if (text.length < MAX_VISIBLE) text += piece.includes('&') ? decodeEntities(piece) : piece;
      } else page.hidden += inked(piece);
    }
    if (tagAt < 0) break;
    const next = html.charCodeAt(tagAt + 1);
    if (next === 0x21 || next === 0x3f) {
      // A comment, declaration or processing instruction: a word goes on behind it.
      const isComment = html.startsWith('<!--', tagAt);
      const end = isComment ? html.indexOf('-->', tagAt + 4) : html.indexOf('>', tagAt);
      page.comments++;
      if (end >= 0 && isLetter(html.charCodeAt(tagAt - 1)) && isLetter(html.charCodeAt(end + (isComment ? 3 : 1)))) page.splits++;
      at = end < 0 ? html.length : end + (isComment ? 3 : 1);
      continue;
    }
    const closing = next === 0x2f;
    const nameAt = tagAt + (closing ? 2 : 1);
    let nameEnd = nameAt;
    while (nameEnd < html.length && nameEnd < nameAt + 12 && isNameUnit(html.charCodeAt(nameEnd))) nameEnd++;
    if (nameEnd === nameAt) {
      if (hiding === '') text += '<';
      at = tagAt + 1;
      continue;
    }
    const name = html.slice(nameAt, nameEnd).toLowerCase();
    const end = endOfTag(html, nameEnd);
    page.tags++;
    if (hiding === '' && BREAKS.has(name)) text += name === 'td' || name === 'th' ? ' ' : '\n';
    else if (
      hiding === '' &&
      isLetter(html.charCodeAt(tagAt - 1)) &&
      (isLetter(html.charCodeAt(end)) || (!closing && html.startsWith(`</${name}`, end)))
    )
      page.splits++;
    at = end;
    if (closing) {
      if (name === hiding && --open <= 0) hiding = '';
      if (name === 'a' && href !== null) {
        if (page.anchors.length < MAX_ANCHORS) page.anchors.push({ href, shown: text.slice(shownFrom, shownFrom + 300) });
        href = null;
      }
      continue;
    }
    if (RAW.has(name)) {
      if (name === 'script') page.scripts++;
      at = behindElement(html, name, end);
      continue;
    }
    if (hiding !== '') {
      if (name === hiding && !VOID.has(name)) open++;
      continue;
    }
    const hasAttributes = end - nameEnd > 2;
    const tag = hasAttributes ? html.slice(nameEnd, Math.min(end, nameEnd + MAX_TAG)) : '';
    if (hasAttributes && !VOID.has(name)) {
      const hides = HIDING.test(styleOf(tag)) || /\shidden(?:[\s=>/]|$)/i.test(tag) || hasHiddenClass(tag, hiddenClasses);
      const color = COLOR.exec(tag)?.[1];
      const here = GROUND.exec(tag)?.[1];
      if (here !== undefined && (name === 'body' || name === 'table' || name === 'td' || name === 'div' || name === 'tr'))
        ground = here.toLowerCase();
      if (hides || (color !== undefined && unseen(color, here?.toLowerCase() ?? ground))) {
        hiding = name;
        open = 1;
        continue;
      }
      if (tag.includes('style') || tag.includes('STYLE')) page.styled++;
    }
    if (name === 'a') {
      href = hasAttributes ? attributeOf(tag, 'href') : null;
      shownFrom = text.length;
    } else if (name === 'img') image(page, tag);
    else if (name === 'table') page.tables++;
    else if (name === 'font') page.fonts++;
    else if (name === 'form') page.forms++;
    else if (name === 'base') page.base = true;
    else if (name === 'input' && /type\s*=\s*["']?password/i.test(tag)) page.passwords++;
    else if (name === 'area' && hasAttributes) {
      const to = attributeOf(tag, 'href');
      if (to !== null && page.anchors.length < MAX_ANCHORS) page.anchors.push({ href: to, shown: '' });
    }
  }
  if (href !== null && page.anchors.length < MAX_ANCHORS) page.anchors.push({ href, shown: text.slice(shownFrom, shownFrom + 300) });
  page.visible = text;
  return page;
}

function image(page: Counts, tag: string): void {
  page.images++;
  const src = attributeOf(tag, 'src') ?? '';
  if (/^(?:cid|data):/i.test(src)) page.inlineImages++;
  if (/\s(?:width|height)\s*=\s*["']?[012](?:px)?["'\s/>]/i.test(`${tag} `)) page.pixels++;
  const alt = attributeOf(tag, 'alt');
  if (alt && page.alts.length < 1_000) page.alts += `${alt.slice(0, 200)}\n`;
}

const isLetter = (c: number): boolean => (c >= 97 && c <= 122) || (c >= 65 && c <= 90);
const isNameUnit = (c: number): boolean => isLetter(c) || (c >= 48 && c <= 57);

/** Behind the `>` of a tag; one inside quotes does not end it, but quotes that never close do not swallow the page. */
function endOfTag(html: string, from: number): number {
  const close = html.indexOf('>', from);
  if (close < 0) return html.length;
  const quote = html.slice(from, close);
  if (!quote.includes('"') && !quote.includes("'")) return close + 1;
  let inside = 0;
  const limit = Math.min(html.length, from + MAX_TAG);
  for (let i = from; i < limit; i++) {
    const c = html.charCodeAt(i);
    if (inside !== 0) {
      if (c === inside) inside = 0;
    } else if ((c === 34 || c === 39) && html.charCodeAt(i - 1) === 61) inside = c;
    else if (c === 62) return i + 1;
  }
  return close + 1;
}

function behindElement(html: string, name: string, from: number): number {
  for (let at = html.indexOf('</', from); at >= 0; at = html.indexOf('</', at + 2))
    if (html.slice(at + 2, at + 2 + name.length).toLowerCase() === name) {
      const end = html.indexOf('>', at);
      return end < 0 ? html.length : end + 1;
    }
  // It never closes: what stands behind it may still be shown.
  return from;
}

/** The value of an attribute, entities decoded; null without it. */
function attributeOf(tag: string, name: string): string | null {
  let at = 0;
  const lower = tag.toLowerCase();
  while ((at = lower.indexOf(name, at)) >= 0) {
    const before = at === 0 ? 32 : lower.charCodeAt(at - 1);
    let i = at + name.length;
    at = i;
    if (before > 32 && before !== 47 && before !== 34 && before !== 39) continue;
    while (lower.charCodeAt(i) <= 32) i++;
    if (lower.charCodeAt(i) !== 61) continue;
    i++;
    while (lower.charCodeAt(i) <= 32) i++;
    const quote = lower.charCodeAt(i);
    let end: number;
    if (quote === 34 || quote === 39) {
      end = tag.indexOf(tag.charAt(i), i + 1);
      i++;
      if (end < 0) end = tag.length;
    } else {
      end = i;
      while (end < tag.length && lower.charCodeAt(end) > 32 && lower.charCodeAt(end) !== 62) end++;
    }
    const value = tag.slice(i, end).trim();
    return value.includes('&') ? decodeEntities(value) : value;
  }
  return null;
}

function styleOf(tag: string): string {
  return /style/i.test(tag) ? (attributeOf(tag, 'style') ?? '') : '';
}

/** Names of classes that a style sheet of the page hides outside of media queries. */
function classesThatHide(html: string): ReadonlySet<string> | null {
  const from = html.search(/<style/i);
  if (from < 0) return null;
  const sheet = html.slice(from, Math.min(behindElement(html, 'style', from + 6), from + 20_000)).split('@media')[0] ?? '';
  const names = new Set<string>();
  for (const found of sheet.matchAll(/\.([\w-]{1,40})\s{0,4}\{([^{}]{0,300})\}/g))
    if (HIDING.test(found[2] ?? '')) names.add(found[1] ?? '');
  return names.size > 0 ? names : null;
}

function hasHiddenClass(tag: string, hidden: ReadonlySet<string> | null): boolean {
  if (hidden === null || !/class/i.test(tag)) return false;
  return (attributeOf(tag, 'class') ?? '').split(/\s+/).some(name => hidden.has(name));
}

/** Text in the colour of what it stands on, or nearly. */
function unseen(color: string, ground: string): boolean {
  const a = rgb(color);
  if (a === null) return color.toLowerCase() === 'transparent';
  const b = rgb(ground);
  if (b === null) return false;
  return Math.abs(a[0] - b[0]) + Math.abs(a[1] - b[1]) + Math.abs(a[2] - b[2]) <= 18;
}

function rgb(color: string): readonly [number, number, number] | null {
  const name = color.trim().toLowerCase();
  if (name === 'white') return [255, 255, 255];
  if (name === 'black') return [0, 0, 0];
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/.exec(name);
  if (short) return [hex(short[1]) * 17, hex(short[2]) * 17, hex(short[3]) * 17];
  const long = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})/.exec(name);
  if (long) return [hex(long[1]), hex(long[2]), hex(long[3])];
  const call = /^rgba?\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)/.exec(name);
  return call ? [Number(call[1]), Number(call[2]), Number(call[3])] : null;
}

const hex = (digits: string | undefined): number => parseInt(digits ?? '0', 16);

/** Characters of a text that are no blanks. */
function inked(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 32) count++;
  return count;
}
