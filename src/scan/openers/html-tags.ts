// Tags of HTML, XHTML and SVG with their attributes (WHATWG HTML, tokenization, without its tree), and the scripts. Linear in the text.
import { decodeEntities } from '../../message/entities.ts';

export type Tag = { readonly name: string; readonly attributes: readonly (readonly [name: string, value: string])[] };

/** One character a byte, whatever the charset: what we look for is ASCII. UTF-16 is read by its mark, or by dropping its zeros. */
export function markupText(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le', 2);
  if (bytes[0] === 0xfe && bytes[1] === 0xff && bytes.length % 2 === 0) return Buffer.from(bytes).swap16().toString('utf16le', 2);
  const text = bytes.toString('latin1');
  return text.includes('\0') ? text.replaceAll('\0', '') : text;
}

/** Bytes of text that `markupText` gave. */
export function bytesOfText(text: string): Buffer {
  return Buffer.from(text, /[^\0-\xff]/.test(text) ? 'utf8' : 'latin1');
}

const NAME = /[a-z][^\s/>]{0,60}/iy;
const BLANK = /[\s/]*/y;
const ATTRIBUTE = /[^\s=/>][^\s=/>]{0,200}/y;
const EQUALS = /\s*=\s*/y;
const BARE = /[^\s>]*/y;

/** Every start tag, also in comments and scripts: some reader shows those (conditional comments). */
export function* tagsOf(text: string): Generator<Tag> {
  const last = { '"': text.lastIndexOf('"'), "'": text.lastIndexOf("'") };
  const match = (pattern: RegExp, at: number): string | null => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0] ?? null;
  };
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at)) {
    at++;
    const name = match(NAME, at);
    if (name === null) continue;
    at += name.length;
    const attributes: [string, string][] = [];
    for (;;) {
      at += (match(BLANK, at) ?? '').length;
      if (at >= text.length || text[at] === '>') break;
      const key = match(ATTRIBUTE, at);
      // Junk (`=` alone): step over one character.
      if (key === null) {
        at++;
        continue;
      }
      at += key.length;
      const equals = match(EQUALS, at);
      if (equals === null) {
        attributes.push([key.toLowerCase(), '']);
        continue;
      }
      at += equals.length;
      const quote = text[at];
      let value: string;
      if ((quote === '"' || quote === "'") && last[quote] > at) {
        const end = text.indexOf(quote, at + 1);
        value = text.slice(at + 1, end);
        at = end + 1;
      } else {
        value = match(BARE, at) ?? '';
        at += value.length;
      }
      attributes.push([key.toLowerCase(), value.includes('&') ? decodeEntities(value) : value]);
    }
    yield { name: name.toLowerCase(), attributes };
  }
}

/** What stands in script elements, wherever they are. */
export function scriptsOf(text: string): readonly string[] {
  const scripts: string[] = [];
  const open = /<(?:[a-z]{1,10}:)?script\b/gi;
  const close = /<\/(?:[a-z]{1,10}:)?script\b/gi;
  for (let found = open.exec(text); found; found = open.exec(text)) {
    const start = text.indexOf('>', found.index);
    if (start < 0) break;
    close.lastIndex = start;
    const end = close.exec(text)?.index ?? text.length;
    if (text[start - 1] !== '/' || end < text.length) scripts.push(text.slice(start + 1, end));
    open.lastIndex = end;
  }
  return scripts;
}
