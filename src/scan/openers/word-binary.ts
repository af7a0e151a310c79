// Word's binary document (MS-DOC): encryption by its first block, the text by its table of pieces with the fields in it, and the template
// that it is attached to.
import { isDde, newFields } from './fields.ts';
import { isRemote } from './ole-objects.ts';

export type WordBinary = { readonly encrypted: boolean; readonly rules: readonly string[] };

const ENCRYPTED = 0x0100;
const WORD_97 = 0xc1;
const ASSOCIATED = 0x019a;
const PIECES = 0x01a2;
const BEGIN = 0x13;
const MOST_WORD = 60;
const MOST_STRINGS = 64;
/** Which of the two streams of tables belongs to the document. */
export const tableName = (document: Buffer): string =>
  document.length > 12 && (document.readUInt16LE(10) & 0x0200) !== 0 ? '1Table' : '0Table';

export function judgeWord(document: Buffer, table: Buffer): WordBinary {
  const rules = new Set<string>();
  const known = document.length >= 32 && [0xa5ec, 0xa5dc].includes(document.readUInt16LE(0));
  if (known && (document.readUInt16LE(10) & ENCRYPTED) !== 0) return { encrypted: true, rules: [] };
  // Before Word 97 the tables stood elsewhere.
  const pieces = known && document.readUInt16LE(2) >= WORD_97 ? piecesOf(document, table) : [];
  if (hasDdeField(pieces) || hasBareDde(document)) rules.add('dde_link');
  if (known && isRemote(templateOf(document, table))) rules.add('remote_template');
  return { encrypted: false, rules: [...rules] };
}

/** What the first block says of a part of the table stream: where, how long. */
function partOf(document: Buffer, table: Buffer, at: number): Buffer {
  if (at + 8 > document.length) return Buffer.alloc(0);
  const from = document.readUInt32LE(at);
  return table.subarray(from, from + document.readUInt32LE(at + 4));
}

/** The template (2.9.261, string 1). */
function templateOf(document: Buffer, table: Buffer): string {
  const part = partOf(document, table, ASSOCIATED);
  if (part.length < 6 || part.readUInt16LE(0) !== 0xffff) return '';
  const count = Math.min(part.readUInt16LE(2), MOST_STRINGS);
  let at = 6;
  for (let n = 0; n < count && at + 2 <= part.length; n++) {
    const length = part.readUInt16LE(at) * 2;
    if (n === 1) return part.toString('utf16le', at + 2, at + 2 + length);
    at += 2 + length + part.readUInt16LE(4);
  }
  return '';
}

/** Whatever the table of pieces says: a field whose word stands right behind its beginning, in letters of one byte or two. */
function hasBareDde(document: Buffer): boolean {
  for (let at = document.indexOf(BEGIN); at >= 0; at = document.indexOf(BEGIN, at + 1)) {
    const wide = document[at + 1] === 0;
    const text = wide
      ? document.toString('utf16le', at + 2, at + 2 + MOST_WORD * 2)
      : document.toString('latin1', at + 1, at + 1 + MOST_WORD);
    if (isDde(text.slice(0, nextMark(text, 0)))) return true;
  }
  return false;
}

function hasDdeField(pieces: readonly string[]): boolean {
  const fields = newFields();
  let depth = 0;
  for (const piece of pieces) {
    for (let at = 0; at < piece.length;) {
      const mark = nextMark(piece, at);
      if (depth > 0 && mark > at) fields.text(piece.slice(at, mark));
      const kind = piece.charCodeAt(mark);
      if (kind === BEGIN) {
        depth++;
        fields.begin();
      } else if (kind === 0x14) fields.separate();
      else if (kind === 0x15 && depth > 0) {
        depth--;
        fields.end();
      }
      at = mark + 1;
    }
  }
  return fields.hasDde();
}

function nextMark(text: string, from: number): number {
  let at = from;
  for (; at < text.length; at++) {
    const c = text.charCodeAt(at);
    if (c >= 0x13 && c <= 0x15) return at;
  }
  return at;
}

/** The text in its order (2.4.1): each piece lies somewhere in the document, in letters of one byte or two. */
function piecesOf(document: Buffer, table: Buffer): readonly string[] {
  const pieces: string[] = [];
  const part = partOf(document, table, PIECES);
  let at = 0;
  // Formatting comes first, as often as it likes.
  while (at + 3 <= part.length && part[at] === 1) at += 3 + part.readUInt16LE(at + 1);
  if (at + 5 > part.length || part[at] !== 2) return pieces;
  const list = part.subarray(at + 5, at + 5 + part.readUInt32LE(at + 1));
  const count = Math.floor((list.length - 4) / 12);
  let left = document.length * 4;
  for (let n = 0; n < count; n++) {
    const letters = list.readUInt32LE(n * 4 + 4) - list.readUInt32LE(n * 4);
    const place = list.readUInt32LE((count + 1) * 4 + n * 8 + 2);
    if (letters <= 0 || left <= 0) continue;
    const short = (place & 0x4000_0000) !== 0;
    const from = Math.floor((place & 0x3fff_ffff) / (short ? 2 : 1));
    const bytes = document.subarray(from, from + letters * (short ? 1 : 2));
    left -= bytes.length;
    pieces.push(bytes.toString(short ? 'latin1' : 'utf16le'));
  }
  return pieces;
}
