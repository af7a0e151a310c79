// An HTML part with some places changed, in the encoding that it came in: bytes that are not changed stay the bytes they were (8bit and
// quoted-printable, RFC 2045 section 6.7), or decode to the same (base64, section 6.8), with lines no longer than allowed.
import { decodeQuotedPrintable, encodeQuotedPrintable } from '../message/transfer.ts';
import type { Leaf } from '../message/walk.ts';
import { webTarget } from './attribute.ts';
import { MAX_HTML } from './bounds.ts';

/** The links of one recipient's copy. */
export type Copy = {
  readonly open: () => string;
  readonly click: (link: number, url: string) => string;
  readonly unsubscribe: () => string;
};
/** Bytes that all copies have, or what makes those of one copy. */
export type Piece = Buffer | ((one: Copy) => Buffer);
/** Offsets into the decoded bytes; `text` is ASCII without line ends. */
export type Change = { readonly start: number; readonly end: number; readonly text: (one: Copy) => string };

/** Charsets in which `<`, `>`, quotes and blanks are bytes of their own and never half of a character. */
const PLAIN =
  /^(?:|utf-?8|us-ascii|ascii|iso-8859-\d{1,2}|latin\d|windows-125\d|cp125\d|koi8-[ru]|gbk|gb2312|gb18030|big5|euc-(?:jp|kr|tw)|ks_c_5601-1987|shift_jis|tis-620)$/i;
const UTF8 = /^(?:|utf-?8|us-ascii|ascii)$/i;

/** Is it HTML that is shown as the mail itself, and may its bytes be changed where they stand in `raw`? */
export function isReadable(leaf: Leaf, raw: Buffer): boolean {
  const isShown =
    leaf.type === 'text/html' &&
    leaf.reading === 'main' &&
    leaf.disposition !== 'attachment' &&
    leaf.fileName === null &&
    !leaf.within.some(type => type.startsWith('message/'));
  const at = leaf.source.byteOffset - raw.byteOffset;
  const stands = leaf.source.buffer === raw.buffer && at >= 0 && at + leaf.source.length <= raw.length;
  const isKnown = leaf.encoding === 'identity' || leaf.encoding === 'quoted-printable' || leaf.encoding === 'base64';
  return isShown && stands && isKnown && PLAIN.test(leaf.charset) && leaf.source.length <= MAX_HTML;
}

/** Where the value of an `href` leads (one character a byte); null for what is no web link, or not one for certain. */
export function urlOf(written: string, charset: string): string | null {
  if (!/[\x80-\xff]/.test(written)) return webTarget(written);
  const text = UTF8.test(charset) ? Buffer.from(written, 'latin1').toString('utf8') : '\uFFFD';
  return text.includes('\uFFFD') ? null : webTarget(text);
}

/** The encoded part with its changes, which are in order and apart. */
export function changed(leaf: Leaf, changes: readonly Change[]): readonly Piece[] {
  switch (leaf.encoding) {
    case 'quoted-printable':
      return inQuotedPrintable(leaf.source, changes);
    case 'base64':
      return [inBase64(leaf, changes)];
    default:
      return between(leaf.source, changes);
  }
}

function between(bytes: Buffer, changes: readonly Change[]): readonly Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const { start, end, text } of changes) {
    pieces.push(bytes.subarray(from, start), one => Buffer.from(text(one)));
    from = end;
  }
  return [...pieces, bytes.subarray(from)];
}

const LF = 10;
const CR = 13;
const EQUALS = 61;

/** The new text stands on lines of its own between soft breaks, so that the lines around it only get shorter. */
function inQuotedPrintable(source: Buffer, changes: readonly Change[]): readonly Piece[] {
  const offsets = new Int32Array(source.length);
  const decoded = decodeQuotedPrintable(source, offsets);
  const { length } = decoded;
  decoded.fill(0);
  // Behind the character, not in front of the next: a soft break between them stays with what follows.
  const behind = (at: number): number => {
    if (at === 0) return 0;
    const last = offsets[at - 1] as number;
    return last + (/^=[0-9a-f]{2}$/i.test(source.toString('latin1', last, last + 3)) ? 3 : 1);
  };
  const pieces: Piece[] = [];
  let from = 0;
  for (const change of changes) {
    const start = change.start === length ? behind(length) : (offsets[change.start] as number);
    const end = change.end === change.start ? start : behind(change.end);
    const lead = start === 0 || source[start - 1] === LF ? '' : '=\r\n';
    const tail = end === source.length || source[end] === LF || source[end] === CR ? '' : '=\r\n';
    const full = lead === '' ? start : lastOfFullLine(source, from, start);
    if (full < start) pieces.push(source.subarray(from, full), Buffer.from('=\r\n'));
    pieces.push(source.subarray(full < start ? full : from, start), one =>
      softly(lead, encodeQuotedPrintable(Buffer.from(change.text(one))), tail),
    );
    from = end;
  }
  return [...pieces, source.subarray(from)];
}

function softly(lead: string, encoded: string, tail: string): Buffer {
  const bytes = Buffer.from(`${lead}${encoded}`, 'latin1');
  const full = tail === '' ? bytes.length : lastOfFullLine(bytes, 0, bytes.length);
  return full < bytes.length
    ? Buffer.concat([bytes.subarray(0, full), Buffer.from('=\r\n'), bytes.subarray(full), Buffer.from(tail)])
    : Buffer.concat([bytes, Buffer.from(tail)]);
}

/** A line that is full has no room for the `=` of a soft break: where its last character begins, to be moved down; else `end`. */
function lastOfFullLine(source: Buffer, from: number, end: number): number {
  const begin = Math.max(from, end - LINE);
  if (end - begin < LINE || source.subarray(begin, end).includes(LF)) return end;
  return end - (source[end - 3] === EQUALS ? 3 : 1);
}

const LINE = 76;

/** Base64 has no places to change one by one: the part is written anew, in lines as long as it had. */
function inBase64(leaf: Leaf, changes: readonly Change[]): Piece {
  const { source } = leaf;
  const lf = source.indexOf(LF);
  const first = lf < 0 ? source.length : source[lf - 1] === CR ? lf - 1 : lf;
  const width = lf > 0 && first % 4 === 0 && first > 0 && first < LINE ? first : LINE;
  let end = source.length;
  while (end > 0 && (source[end - 1] as number) <= 32) end--;
  const rest = source.subarray(end);
  const pieces = between(leaf.bytes(), changes);
  return one => {
    const bytes = Buffer.concat(pieces.map(piece => (typeof piece === 'function' ? piece(one) : piece)));
    const lines = inLines(bytes.toString('base64'), width);
    bytes.fill(0);
    return Buffer.concat([lines, rest]);
  };
}

function inLines(text: string, width: number): Buffer {
  const out = Buffer.allocUnsafe(text.length + 2 * Math.ceil(text.length / width));
  let to = 0;
  for (let at = 0; at < text.length; at += width) {
    if (at > 0) to += out.write('\r\n', to, 'latin1');
    to += out.write(text.slice(at, at + width), to, 'latin1');
  }
  return out.subarray(0, to);
}
