// HTML as the reader of a mail sees it, in one linear pass: visible text with inline tags joined, what is hidden told apart, links with
// the text they show, pictures, and counts of what spam is made of. Not a validating parser: mail is not valid either.
import { MAX_ALT, MAX_ALTS, MAX_ANCHORS, MAX_DEPTH, MAX_HTML, MAX_INKS, MAX_TAGS, MAX_UNSEEN, MAX_UP, MAX_VISIBLE } from './bounds.ts';
import { decodeEntities } from '../message/entities.ts';
import { NOSCRIPT, opened, OUTSIDE, type Open } from './element.ts';
import { sheetOf } from './sheet.ts';
import type { Style } from './style.ts';
import { behindComment, behindElement, isLetter, isNameUnit, newSearch, readTag } from './tags.ts';

export type Anchor = { readonly href: string; readonly shown: string };
export type Page = {
  readonly visible: string;
  /** Characters that stand in the page but are not shown, the preheader among them. */
  readonly hidden: number;
  /** The beginning of that text, a blank between its pieces. */
  readonly unseen: string;
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
  /** The colours that text is drawn in on a ground that is said too, as 0xrrggbb, each with the place of its first text in the source. */
  readonly inks: readonly { readonly colour: number; readonly ground: number; readonly at: number }[];
  readonly base: boolean;
};

const set = (names: string): ReadonlySet<string> => new Set(names.split(','));
/** Tags that end a word; any other leaves it whole. */
const BREAKS = set(
  'address,article,aside,blockquote,body,br,button,caption,center,dd,div,dl,dt,fieldset,footer,form,h1,h2,h3,h4,h5,h6,header,hr,html,img,input,li,main,nav,ol,option,p,pre,section,select,table,tbody,td,textarea,tfoot,th,thead,title,tr,ul',
);
/** Elements whose content is no text. */
const RAW = set('script,style,template,svg,title,xml');
const VOID = set('area,base,br,col,embed,hr,img,input,link,meta,source,wbr');
/** What a tag ends that nobody closed. */
const ENDS_P = set(
  'address,article,aside,blockquote,center,div,dl,fieldset,footer,form,h1,h2,h3,h4,h5,h6,header,hr,main,nav,ol,p,pre,section,table,ul',
);
const CELLS = set('td,th');
const ROWS = set('td,th,tr');
const ITEMS = set('li');
const PARAGRAPHS = set('p');
/** Closing tags do not reach out of these. */
const WALLS = set('td,th,table');
const OF_TABLES = set('table,tr,td,th,tbody,thead,tfoot,body,html');

type Counts = { -readonly [K in keyof Page]: Page[K] } & { anchors: Anchor[]; inks: Page['inks'][number][] };

const nothingSeen = (): Counts => ({
  visible: '',
  hidden: 0,
  unseen: '',
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
  inks: [],
  base: false,
});

export function readPage(source: string): Page {
  const html = source.length > MAX_HTML ? source.slice(0, MAX_HTML) : source;
  const page = nothingSeen();
  const sheet = sheetOf(html);
  const search = newSearch(html);
  const unended = new Set<string>();
  const styles = new Map<string, Style>();
  const open: Open[] = [];
  let here: Open = OUTSIDE;
  let text = '';
  let fallback = '';
  let breaks = 0;
  let at = 0;
  let href: string | null = null;
  let shownFrom = 0;

  const close = (depth: number): void => {
    for (let n = open.length - 1; n >= depth; n--) if (open[n]?.turns) text += '\u202c';
    open.length = depth;
    here = open.at(-1) ?? OUTSIDE;
  };
  /** Ends the nearest of `names` that is open inside the walls around. */
  const end = (names: ReadonlySet<string>, walls: ReadonlySet<string> | null): void => {
    for (let n = open.length - 1; n >= 0 && n > open.length - MAX_UP; n--) {
      const name = open[n]?.name ?? '';
      if (names.has(name)) return close(n);
      if (walls?.has(name)) return;
    }
  };
  const endNamed = (name: string, walls: ReadonlySet<string> | null): void => {
    for (let n = open.length - 1; n >= 0 && n > open.length - MAX_UP; n--) {
      const one = open[n]?.name ?? '';
      if (one === name) return close(n);
      if (walls?.has(one)) return;
    }
  };

  while (at < html.length && page.tags < MAX_TAGS && text.length < MAX_VISIBLE) {
    const tagAt = search('<', at);
    const stop = tagAt < 0 ? html.length : tagAt;
    if (stop > at) {
      const piece = html.slice(at, stop);
      if (here.mask === 0) {
        text += squeezed(piece.includes('&') ? decodeEntities(piece) : piece);
        const isText = piece.trim() !== '';
        if (breaks > 0 && isText) breaks = 0;
        if (here.drawn && isText) drawnIn(page, here, at);
      } else if (here.mask === NOSCRIPT) {
        if (fallback.length < MAX_VISIBLE) fallback += squeezed(decodeEntities(piece));
      } else {
        page.hidden += inked(piece);
        if (page.unseen.length < MAX_UNSEEN) page.unseen += `${decodeEntities(piece.slice(0, MAX_UNSEEN))} `;
      }
    }
    if (tagAt < 0) break;
    const next = html.charCodeAt(tagAt + 1);
    const closing = next === 0x2f;
    const nameAt = tagAt + (closing ? 2 : 1);
    if (next === 0x21 || next === 0x3f || (closing && !isLetter(html.charCodeAt(nameAt)))) {
      // A comment, declaration or processing instruction: a word goes on behind it.
      at = behindComment(html, tagAt, search);
      page.comments++;
      if (isLetter(html.charCodeAt(tagAt - 1)) && isLetter(html.charCodeAt(at))) page.splits++;
      continue;
    }
    if (!isLetter(next) && !closing) {
      if (here.mask === 0) text += '<';
      at = tagAt + 1;
      continue;
    }
    let nameEnd = nameAt;
    while (nameEnd < nameAt + 12 && isNameUnit(html.charCodeAt(nameEnd))) nameEnd++;
    const name = html.slice(nameAt, nameEnd).toLowerCase();
    const tag = readTag(html, nameEnd, search);
    const { attributes } = tag;
    page.tags++;
    at = tag.end;
    const isBreak = BREAKS.has(name);
    if (closing) {
      if (here.mask === 0) {
        if (!isBreak) {
          if (isLetter(html.charCodeAt(tagAt - 1)) && isLetter(html.charCodeAt(at))) page.splits++;
        } else if (!CELLS.has(name) && breaks++ < 3) text += '\n';
      }
      endNamed(name, OF_TABLES.has(name) ? null : WALLS);
      if (name === 'a' && href !== null) {
        if (page.anchors.length < MAX_ANCHORS) page.anchors.push({ href, shown: text.slice(shownFrom, shownFrom + 300) });
        href = null;
      }
      continue;
    }
    if (ENDS_P.has(name)) end(PARAGRAPHS, WALLS);
    else if (CELLS.has(name)) end(CELLS, TABLES);
    else if (name === 'tr') end(ROWS, TABLES);
    else if (name === 'li') end(ITEMS, LISTS);
    if (here.mask === 0) {
      if (!isBreak) {
        if (isLetter(html.charCodeAt(tagAt - 1)) && (isLetter(html.charCodeAt(at)) || html.startsWith(`</${name}`, at))) page.splits++;
      } else if (CELLS.has(name)) text += ' ';
      else if (breaks++ < 3) text += '\n';
    }
    if (RAW.has(name)) {
      if (name === 'script') page.scripts++;
      at = behindElement(html, name, at, search, unended);
      continue;
    }
    if (!VOID.has(name)) {
      const inside = opened(name, attributes, here, sheet, styles);
      if (open.length < MAX_DEPTH) {
        if (inside.turns) text += '\u202e';
        open.push((here = inside));
      }
      if (attributes.has('style') && inside.mask === 0) page.styled++;
    }
    if (here.mask !== 0 && here.mask !== NOSCRIPT) continue;
    if (name === 'a') {
      if (href !== null && page.anchors.length < MAX_ANCHORS) page.anchors.push({ href, shown: text.slice(shownFrom, shownFrom + 300) });
      href = valueOf(attributes, 'href');
      shownFrom = text.length;
    } else if (name === 'img') image(page, attributes);
    else if (name === 'table') page.tables++;
    else if (name === 'font') page.fonts++;
    else if (name === 'form') page.forms++;
    else if (name === 'base') page.base = true;
    else if (name === 'input' && /^\s*password/i.test(attributes.get('type') ?? '')) page.passwords++;
    else if (name === 'area') {
      const to = valueOf(attributes, 'href');
      if (to !== null && page.anchors.length < MAX_ANCHORS) page.anchors.push({ href: to, shown: '' });
    }
  }
  if (href !== null && page.anchors.length < MAX_ANCHORS) page.anchors.push({ href, shown: text.slice(shownFrom, shownFrom + 300) });
  page.visible = fallback !== '' && text.trim().length < 60 ? text + fallback : text;
  return page;
}

const TABLES = set('table');
const LISTS = set('ul,ol');

function valueOf(attributes: ReadonlyMap<string, string>, name: string): string | null {
  const value = attributes.get(name)?.trim();
  if (value === undefined) return null;
  return value.includes('&') ? decodeEntities(value) : value;
}

function image(page: Counts, attributes: ReadonlyMap<string, string>): void {
  page.images++;
  if (/^\s*(?:cid|data):/i.test(attributes.get('src') ?? '')) page.inlineImages++;
  const isDot = (length: string | undefined): boolean => length !== undefined && /^[012](?:px)?$/i.test(length.trim());
  if (isDot(attributes.get('width')) || isDot(attributes.get('height'))) page.pixels++;
  const alt = valueOf(attributes, 'alt');
  if (alt && page.alts.length < MAX_ALTS) page.alts += `${alt.slice(0, MAX_ALT)}\n`;
}

function drawnIn(page: Counts, { colour, ground }: Open, at: number): void {
  if (page.inks.length < MAX_INKS && !page.inks.some(one => one.colour === colour && one.ground === ground))
    page.inks.push({ colour, ground, at });
}

/** Long runs of blanks and invisible characters cut: they only push out of sight what stands behind them. */
const squeezed = (piece: string): string =>
  piece.length < 100 ? piece : piece.replace(/[\s\u00ad\u200b-\u200f\u2060\ufeff]{17,}/g, run => run.slice(0, 16));

/** Characters of a text that are no blanks. */
function inked(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 32) count++;
  return count;
}
