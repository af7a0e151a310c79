// What makes each recipient's copy of a mail its own: List-Unsubscribe (RFC 2369, RFC 8058) in front, counted links and one picture in its
// HTML, nothing else. Read once for all recipients; of signed or encrypted mail (RFC 1847, RFC 8551, RFC 9580) no byte is touched.
import type { Personal } from '../mail.ts';
import { allOf } from '../message/headers.ts';
import { parseStructured } from '../message/params.ts';
import { walk, type Message, type Note } from '../message/walk.ts';
import { changed, isReadable, urlOf, type Change, type Copy, type Piece } from './parts.ts';
import { MAX_LINKS } from './bounds.ts';
import { attributeValue } from './attribute.ts';
import { readPage } from './page.ts';
import type { Mint } from './tokens.ts';

export type Prepared = {
  /** The message for recipient `n`; the caller wipes it. */
  readonly copy: (n: number, mint: Mint) => Buffer;
  /** Clears what was decoded. The content stays the caller's, and must stay as it is until the last copy is made. */
  readonly wipe: () => void;
};

/** Reads a message (RFC 5322, CRLF) once; every copy made from it costs its new bytes only. Never throws for what is in the message. */
export function prepare(content: Buffer, wish: Personal): Prepared {
  const message = walk(content);
  const decoded: Buffer[] = [];
  const pieces: Piece[] = isSealed(message) ? [content] : assembled(message, wish, decoded);
  return {
    copy: (n, mint) => {
      const one: Copy = {
        open: () => mint.open(n),
        click: (link, url) => mint.click(n, link, url),
        unsubscribe: () => mint.unsubscribe(n),
      };
      return Buffer.concat(pieces.map(piece => (typeof piece === 'function' ? piece(one) : piece)));
    },
    wipe: () => {
      for (const bytes of decoded) bytes.fill(0);
    },
  };
}

/** One recipient's message; for several, `prepare` once. */
export function personalise(content: Buffer, n: number, wish: Personal, mint: Mint): Buffer {
  const prepared = prepare(content, wish);
  const copy = prepared.copy(n, mint);
  prepared.wipe();
  return copy;
}

const SEALED = /^(?:multipart\/(?:signed|encrypted)|application\/(?:x-)?pkcs7-mime)$/;
const typesOf = ({ raw, headers }: Message): readonly string[] =>
  allOf(raw, headers, 'content-type').map(value => parseStructured(value).value);
const isSealed = (message: Message): boolean => typesOf(message).some(type => SEALED.test(type));

/** A mail that can be read in two ways was judged in both: it stays what it was. Text around the parts is shown by no reader. */
const HARMLESS: readonly Note[] = ['text_around_parts'];

/** A text that is signed in line, or UTF-16 by its mark, whatever its label says. */
const UNTOUCHED = /^(?:\xff\xfe|\xfe\xff)|-----BEGIN PGP /;

function assembled(message: Message, wish: Personal, decoded: Buffer[]): Piece[] {
  const { raw } = message;
  const front = message.headers.fields[0]?.start ?? 0;
  const pieces: Piece[] = [raw.subarray(0, front), ...unsubscribeFields(message, wish)];
  let from = front;
  let links = 0;
  let opens = wish.opens;
  const own = listed(message);
  const isPlain = [...message.notes].every(note => HARMLESS.includes(note));
  for (const leaf of isPlain ? message.leaves : []) {
    if (!isReadable(leaf, raw) || leaf.within.some(type => SEALED.test(type))) continue;
    const bytes = leaf.bytes();
    if (bytes !== leaf.source) decoded.push(bytes);
    const html = bytes.toString('latin1');
    if (UNTOUCHED.test(html)) continue;
    const page = readPage(html);
    const changes: Change[] = [];
    for (const span of page.links) {
      const change = linkChange(html.slice(span.start, span.end), leaf.charset, wish, links + 1, own);
      if (!change) continue;
      if (change.counts && ++links > MAX_LINKS) break;
      changes.push({ ...span, text: change.text });
    }
    if (opens && page.end !== null) {
      opens = false;
      changes.push({ start: page.end, end: page.end, text: one => picture(one.open()) });
    }
    if (changes.length === 0) continue;
    const at = leaf.source.byteOffset - raw.byteOffset;
    pieces.push(
      raw.subarray(from, at),
      ...changed(
        leaf,
        changes.toSorted((a, b) => a.start - b.start),
      ),
    );
    from = at + leaf.source.length;
  }
  return [...pieces, raw.subarray(from)];
}

/** How the sender asks for the unsubscribe link in the text: `<a href="{{unsubscribe}}">`. */
const PLACEHOLDER = /^\s*\{\{\s*unsubscribe\s*\}\}\s*$/;

function linkChange(
  written: string,
  charset: string,
  wish: Personal,
  link: number,
  own: ReadonlySet<string>,
): { readonly text: Change['text']; readonly counts: boolean } | null {
  if (PLACEHOLDER.test(written)) return wish.unsubscribe ? { text: one => attributeValue(one.unsubscribe()), counts: false } : null;
  const url = wish.clicks ? urlOf(written, charset) : null;
  return url === null || own.has(url) ? null : { text: one => attributeValue(one.click(link, url)), counts: true };
}

/** The sender's own unsubscribe links must lead where the header says. */
function listed({ raw, headers }: Message): ReadonlySet<string> {
  const urls = allOf(raw, headers, 'list-unsubscribe').flatMap(value => value.match(/<[^<>]*>/g) ?? []);
  return new Set(urls.map(url => url.slice(1, -1)).flatMap(url => (URL.canParse(url) ? [new URL(url).href] : [])));
}

/** A sender that has such a field keeps it. RFC 8058 wants https for one click. */
function unsubscribeFields({ headers }: Message, { unsubscribe }: Personal): readonly Piece[] {
  if (!unsubscribe || headers.fields.some(field => /^list-unsubscribe(?:-post)?$/.test(field.name))) return [];
  return [
    one => {
      const url = one.unsubscribe();
      const post = unsubscribe.oneClick && url.startsWith('https:') ? 'List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n' : '';
      return Buffer.from(`List-Unsubscribe: <${url}>\r\n${post}`);
    },
  ];
}

const picture = (url: string): string => `<img src="${attributeValue(url)}" width="1" height="1" alt="" border="0">`;
