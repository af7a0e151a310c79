// SVG (W3C SVG 2): a picture that may hold scripts, links and whole documents. Those make it no picture; its data: URIs are files.
import type { Opener } from '../opener.ts';
import { markupText, tagsOf, type Tag } from './html-tags.ts';
import { openMarkup } from './html.ts';

/** XML whose root is `svg`, behind comments, a declaration and a doctype with an internal subset. */
export function isSvg(bytes: Buffer): boolean {
  const text = markupText(bytes.subarray(0, 8_192)).replace(/^\u00ef\u00bb\u00bf|^\ufeff/, '');
  let at = 0;
  for (;;) {
    while (/\s/.test(text[at] ?? '')) at++;
    if (text.startsWith('<!--', at)) at = behind(text, '-->', at);
    else if (text.startsWith('<?', at)) at = behind(text, '?>', at);
    else if (/^<!doctype/i.test(text.slice(at, at + 9))) at = behind(text, text.slice(at).match(/^[^>[]{0,500}\[/) ? ']>' : '>', at);
    else return /^<(?:[a-z][\w-]{0,20}:)?svg[\s>/]/i.test(text.slice(at, at + 40));
  }
}

function behind(text: string, mark: string, at: number): number {
  const found = text.indexOf(mark, at);
  return found < 0 ? text.length : found + mark.length;
}

export const openSvg: Opener = function* (bytes, opening) {
  const text = markupText(bytes);
  if (isActive(text)) yield { see: 'finding', class: 'heuristic', rule: 'svg_script' };
  yield* openMarkup(text, opening);
};

const DOCUMENTS = new Set(['script', 'iframe', 'object', 'embed', 'form', 'input', 'meta', 'frame', 'handler', 'listener']);

function isActive(text: string): boolean {
  for (const tag of tagsOf(text)) {
    const name = tag.name.slice(tag.name.indexOf(':') + 1);
    if (DOCUMENTS.has(name) || tag.attributes.some(one => isScript(tag, name, one))) return true;
  }
  // An entity may stand for markup that no tag shows.
  return /<!ENTITY\s[^>]{0,2000}(?:&lt;|&#0{0,6}60;|&#x0{0,6}3c;|<)(?:\w{1,10}:)?script/i.test(text);
}

const EVENT = /^(?:[a-z]{1,10}:)?on[a-z]{3,}$/;

function isScript(tag: Tag, name: string, [key, value]: readonly [string, string]): boolean {
  if (EVENT.test(key)) return value.trim() !== '';
  // oxlint-disable-next-line no-control-regex
  const plain = value.replace(/[\0-\x20]/g, '');
  const isLink = /^(?:\w{1,10}:)?(?:href|src|to|from|values|by|action|xlink)$/.test(key);
  if (isLink && /(?:^|;)(?:(?:java|vb)script:|data:(?:text\/html|image\/svg|text\/xml|application\/xhtml))/i.test(plain)) {
    // A picture in a picture is one; a link or a frame to it is not.
    return !(/^(?:image|feimage|use)$/.test(name) && /^data:image\/svg/i.test(plain));
  }
  // Animations that set a handler or a link.
  return key === 'attributename' && EVENT.test(value.trim().toLowerCase()) && tag.name !== 'style';
}
