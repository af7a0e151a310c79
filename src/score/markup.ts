// HTML of a mail for those who check it: its elements in order with the attributes that matter, its style sheets, and the tags that are
// not closed, not opened or crossed. One linear pass with the tag reader of the filter; what end tags may be left out says WHATWG HTML 13.1.2.4.
import { behindComment, behindElement, isLetter, newSearch, readTag } from '../filter/tags.ts';
import { MAX_CSS, MAX_ELEMENTS, MAX_HTML, MAX_MISTAKES } from './bounds.ts';

export type Element = { readonly name: string; readonly attributes: ReadonlyMap<string, string>; readonly at: number };
export type Markup = {
  readonly elements: readonly Element[];
  /** Style sheets, and the values of `style`, joined. */
  readonly css: string;
  readonly mistakes: number;
  /** Offset of the first mistake; null without one. */
  readonly mistakeAt: number | null;
};

const set = (names: string): ReadonlySet<string> => new Set(names.split(','));
const WANTED = set(
  'style,href,src,alt,name,content,width,height,lang,role,type,rel,background,action,color,bgcolor,onclick,onload,onerror,onsubmit',
);
const VOID = set('area,base,br,col,embed,hr,img,input,link,meta,param,source,track,wbr');
const RAW = set('script,style,template,title,textarea,xml,noscript');
const MAY_STAY_OPEN = set('p,li,dt,dd,tr,td,th,thead,tbody,tfoot,colgroup,option,optgroup,html,head,body,rp,rt');

export function readMarkup(source: string): Markup {
  const html = source.slice(0, MAX_HTML);
  const search = newSearch(html);
  const unended = new Set<string>();
  const elements: Element[] = [];
  const styles: string[] = [];
  const nesting = newNesting();
  let css = 0;
  const keep = (text: string): void => {
    if (css < MAX_CSS) styles.push(text);
    css += text.length;
  };
  let at = 0;
  while (elements.length < MAX_ELEMENTS) {
    const open = search('<', at);
    if (open < 0) break;
    const closing = html.charCodeAt(open + 1) === 0x2f;
    const nameAt = open + (closing ? 2 : 1);
    if (!isLetter(html.charCodeAt(nameAt))) {
      const isComment = closing || html[open + 1] === '!' || html[open + 1] === '?';
      at = isComment ? behindComment(html, open, search) : open + 1;
      continue;
    }
    const name = /^[a-z][a-z0-9:-]{0,30}/i.exec(html.slice(nameAt, nameAt + 31))?.[0].toLowerCase() ?? '';
    const tag = readTag(html, nameAt + name.length, search, WANTED);
    at = tag.end;
    if (closing) {
      nesting.close(name, open);
      continue;
    }
    elements.push({ name, attributes: tag.attributes, at: open });
    const style = tag.attributes.get('style');
    if (style !== undefined) keep(`{${style}}`);
    if (RAW.has(name)) {
      const inside = at;
      at = behindElement(html, name, at, search, unended);
      if (name === 'style') keep(html.slice(inside, at));
    } else nesting.open(name, open);
  }
  return { elements, css: styles.join('\n').slice(0, MAX_CSS), ...nesting.end() };
}

/** The open elements. Each is put in and taken out once, so that it is linear. */
function newNesting(): {
  readonly open: (name: string, at: number) => void;
  readonly close: (name: string, at: number) => void;
  readonly end: () => Pick<Markup, 'mistakes' | 'mistakeAt'>;
} {
  const stack: { readonly name: string; readonly at: number }[] = [];
  const opened = new Map<string, number>();
  let mistakes = 0;
  let mistakeAt: number | null = null;
  const mistake = (at: number): void => {
    mistakes = Math.min(MAX_MISTAKES, mistakes + 1);
    mistakeAt = mistakeAt === null ? at : Math.min(mistakeAt, at);
  };
  const count = (name: string): number => opened.get(name) ?? 0;
  const isForeign = (name: string): boolean => /[:-]/.test(name);
  return {
    open: (name, at) => {
      if (VOID.has(name) || isForeign(name)) return;
      stack.push({ name, at });
      opened.set(name, count(name) + 1);
    },
    close: (name, at) => {
      if (VOID.has(name) || isForeign(name)) return;
      // `</p>` alone is an empty paragraph to browsers: the paragraph was ended by what stands in it.
      if (count(name) === 0) return name === 'p' ? undefined : mistake(at);
      for (let top = stack.pop(); top; top = stack.pop()) {
        opened.set(top.name, count(top.name) - 1);
        if (top.name === name) return;
        if (!MAY_STAY_OPEN.has(top.name)) mistake(top.at);
      }
    },
    end: () => {
      for (const { name, at } of stack) if (!MAY_STAY_OPEN.has(name)) mistake(at);
      return { mistakes, mistakeAt };
    },
  };
}
