// The style sheets of a page: which classes, ids and elements they hide. Blocks for phones or print (@media with a condition) do not count.
import { MAX_RULES, MAX_SHEET } from './bounds.ts';
import { readStyle, type Style } from './style.ts';
import { behindElement, newSearch } from './tags.ts';

/** By `.class`, `#id`, `tag`, `tag.class`. */
export type Sheet = ReadonlyMap<string, Style>;

const SIMPLE = /^(?:[a-z][a-z0-9]{0,15})?(?:[.#][\w-]{1,60})?$/i;

export function sheetOf(html: string): Sheet | null {
  let css = '';
  const search = newSearch(html);
  const unended = new Set<string>();
  for (let at = nextStyle(html, 0); at >= 0 && css.length < MAX_SHEET; at = nextStyle(html, at)) {
    const open = html.indexOf('>', at);
    if (open < 0) break;
    const end = behindElement(html, 'style', open + 1, search, unended);
    if (end === open + 1) break;
    css += `${html.slice(open + 1, Math.min(end, open + MAX_SHEET)).replace(/<\/style[^>]{0,20}>$/i, '')}\n`;
    at = end;
  }
  return css === '' ? null : rulesOf(css);
}

function nextStyle(html: string, from: number): number {
  for (let at = html.indexOf('<', from); at >= 0; at = html.indexOf('<', at + 1)) {
    const c = html.charCodeAt(at + 1) | 32;
    if (c === 115 && html.slice(at + 1, at + 6).toLowerCase() === 'style') return at;
  }
  return -1;
}

function rulesOf(source: string): Sheet | null {
  const css = source.includes('/*') || source.includes('<!--') ? stripped(source) : source;
  const rules = new Map<string, Style>();
  let at = 0;
  for (let n = 0; n < MAX_RULES; n++) {
    const open = css.indexOf('{', at);
    if (open < 0) break;
    const head = css
      .slice(at, open)
      .replace(/^[^{}]*[;}]/, '')
      .trim();
    if (head.startsWith('@')) {
      // What holds on every screen is read as if it stood outside.
      at = /^@media\s+(?:only\s+)?(?:all|screen)$/i.test(head.slice(0, 60)) ? open + 1 : behindBlock(css, open);
      continue;
    }
    const close = css.indexOf('}', open);
    const end = close < 0 ? css.length : close;
    at = end + 1;
    const body = css.slice(open + 1, end);
    if (!/display|visib|font|opacity|height|width|indent|left|top|clip|transform/i.test(body)) continue;
    const style = readStyle(body);
    if (style.display === '' && style.sets === 0 && style.clears === 0) continue;
    for (const selector of head.split(',').slice(0, 50)) {
      const key = selector.trim().toLowerCase();
      if (key === '' || !SIMPLE.test(key)) continue;
      const before = rules.get(key);
      rules.set(key, before ? over(before, style) : style);
    }
  }
  return rules.size === 0 ? null : rules;
}

/** One style and a later one. */
export const over = (first: Style, then: Style): Style => ({
  display: then.display === '' ? first.display : then.display,
  sets: (first.sets & ~then.clears) | then.sets,
  clears: (first.clears & ~then.sets) | then.clears,
  colour: then.colour ?? first.colour,
  ground: then.ground ?? first.ground,
  turns: first.turns || then.turns,
});

function behindBlock(css: string, open: number): number {
  let depth = 0;
  for (let i = open; i < css.length; i++) {
    const c = css.charCodeAt(i);
    if (c === 123) depth++;
    else if (c === 125 && --depth === 0) return i + 1;
  }
  return css.length;
}

function stripped(css: string): string {
  let out = '';
  let at = 0;
  for (let open = css.indexOf('/*'); open >= 0; open = css.indexOf('/*', at)) {
    out += css.slice(at, open);
    const end = css.indexOf('*/', open + 2);
    at = end < 0 ? css.length : end + 2;
  }
  return (out + css.slice(at)).replaceAll('<!--', '').replaceAll('-->', '');
}
