// XML as a stream of tags and texts (Extensible Markup Language 1.0, without its checks), linear in the text. Prefixes are cut off: which
// one stands for a namespace is the writer's choice.
import { decodeEntities } from '../../message/entities.ts';

export type XmlEvent =
  /** `tag`: all between the brackets. `closed`: it has no content. */
  | {
      readonly is: 'open';
      readonly name: string;
      readonly tag: string;
      readonly closed: boolean;
      readonly at: number;
      readonly end: number;
    }
  | { readonly is: 'close'; readonly name: string; readonly at: number; readonly end: number }
  | { readonly is: 'text'; readonly text: string; readonly raw: boolean };

/** The last part of a name, in lower case. */
const localName = (name: string): string => name.slice(name.lastIndexOf(':') + 1).toLowerCase();

export function* xmlEvents(text: string): Generator<XmlEvent> {
  for (let at = 0; at < text.length;) {
    const open = text.indexOf('<', at);
    if (open > at) yield { is: 'text', text: text.slice(at, open), raw: false };
    if (open < 0) {
      if (at < text.length) yield { is: 'text', text: text.slice(at), raw: false };
      return;
    }
    const skipped = text.startsWith('<!--', open)
      ? '-->'
      : text.startsWith('<![CDATA[', open)
        ? ']]>'
        : text.startsWith('<?', open)
          ? '?>'
          : null;
    if (skipped !== null) {
      const end = text.indexOf(skipped, open + 2);
      if (skipped === ']]>') yield { is: 'text', text: text.slice(open + 9, end < 0 ? text.length : end), raw: true };
      if (end < 0) return;
      at = end + skipped.length;
      continue;
    }
    const end = endOfTag(text, open);
    const tag = text.slice(open + 1, end);
    at = end + 1;
    if (tag.startsWith('/')) yield { is: 'close', name: localName(tag.slice(1).trim()), at: open, end: at };
    else if (!tag.startsWith('!')) {
      const name = localName(/^[^\s/]{1,200}/.exec(tag)?.[0] ?? '');
      yield { is: 'open', name, tag, closed: tag.endsWith('/'), at: open, end: at };
    }
  }
}

/** Brackets in quotes do not end a tag. */
function endOfTag(text: string, open: number): number {
  let at = open + 1;
  for (; at < text.length; at++) {
    const c = text.charCodeAt(at);
    if (c === 0x3e) return at;
    if (c !== 0x22 && c !== 0x27) continue;
    const end = text.indexOf(c === 0x22 ? '"' : "'", at + 1);
    if (end < 0) return text.length;
    at = end;
  }
  return at;
}

/** Attributes by their local names; one without a prefix goes before one with. */
export function attributesOf(tag: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  let at = /^[^\s/]{0,200}/.exec(tag)?.[0].length ?? 0;
  for (let equals = tag.indexOf('=', at); equals >= 0; equals = tag.indexOf('=', at)) {
    const key = tag.slice(at, equals).trim();
    let from = equals + 1;
    while (from < tag.length && tag.charCodeAt(from) <= 32) from++;
    const quote = tag[from];
    if (quote !== '"' && quote !== "'") {
      at = from;
      if (at <= equals) at = equals + 1;
      continue;
    }
    const end = tag.indexOf(quote, from + 1);
    if (end < 0) break;
    const value = tag.slice(from + 1, end);
    const name = localName(key);
    if (!key.includes(':') || !found.has(name)) found.set(name, value.includes('&') ? decodeEntities(value) : value);
    at = end + 1;
  }
  return found;
}

export const textOfEvent = (event: Extract<XmlEvent, { is: 'text' }>): string =>
  !event.raw && event.text.includes('&') ? decodeEntities(event.text) : event.text;
