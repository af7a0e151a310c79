// Just enough of XML 1.0 for reports: elements, text, CDATA and the five named entities. A document type is refused, and with it every other entity,
// so nothing expands and nothing is fetched. One pass, bounded.

export type Element = {
  /** Lower-case, without a namespace prefix. */
  readonly name: string;
  readonly children: readonly Element[];
  /** The text directly inside, entities replaced, blanks trimmed. */
  readonly text: string;
};

export const MAX_ELEMENTS = 500_000;
const MAX_DEPTH = 32;
const MAX_TEXT = 16 * 1024;

type Open = { readonly name: string; readonly children: Element[]; text: string };

/** The root element; null for anything that is not well-formed enough, has a document type or passes a bound. */
export function readXml(source: string): Element | null {
  const root: Open = { name: '', children: [], text: '' };
  const open: Open[] = [root];
  let count = 0;
  for (let at = 0; at < source.length;) {
    const top = open.at(-1) ?? root;
    const tag = source.indexOf('<', at);
    const stop = tag < 0 ? source.length : tag;
    if (stop > at) top.text = (top.text + decoded(source.slice(at, Math.min(stop, at + MAX_TEXT)))).slice(0, MAX_TEXT);
    if (tag < 0) break;
    if (source.startsWith('<![CDATA[', tag)) {
      const end = source.indexOf(']]>', tag);
      if (end < 0) return null;
      top.text = (top.text + source.slice(tag + 9, Math.min(end, tag + 9 + MAX_TEXT))).slice(0, MAX_TEXT);
      at = end + 3;
      continue;
    }
    const isComment = source.startsWith('<!--', tag);
    if (source[tag + 1] === '!' && !isComment) return null;
    const close = isComment ? '-->' : source[tag + 1] === '?' ? '?>' : '>';
    const end = source.indexOf(close, isComment ? tag + 4 : tag);
    if (end < 0) return null;
    at = end + close.length;
    if (close !== '>') continue;
    if (source[tag + 1] === '/') {
      if (open.length < 2 || nameOf(source.slice(tag + 2, Math.min(end, tag + 200))) !== top.name) return null;
      open.pop();
      open.at(-1)?.children.push({ ...top, text: top.text.trim() });
      continue;
    }
    if (++count > MAX_ELEMENTS || open.length > MAX_DEPTH) return null;
    const name = nameOf(source.slice(tag + 1, Math.min(end, tag + 200)));
    if (name === '') return null;
    if (source[end - 1] === '/') top.children.push({ name, children: [], text: '' });
    else open.push({ name, children: [], text: '' });
  }
  return open.length === 1 && root.children.length === 1 ? (root.children[0] ?? null) : null;
}

/** `ns:name attr="..."` is `name`. */
const nameOf = (inside: string): string => /^(?:[^\s/:]{1,100}:)?([^\s/:]{1,100})/.exec(inside)?.[1]?.toLowerCase() ?? '';

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decoded(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]{2,4}));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return NAMED[name] ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    const isScalar = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
    return isScalar ? String.fromCodePoint(code) : '\ufffd';
  });
}
