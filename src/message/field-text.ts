// Writing header fields: text with encoded words (RFC 2047), phrases, folding (RFC 5322 section 2.2.3) and parameters (RFC 2231).
import { encodeWords } from './words.ts';

/** RFC 5322 section 2.1.1: lines should have at most 78 characters and must have at most 998. */
const GOOD_LINE = 78;
const LONGEST_LINE = 998;

/** Unstructured text in ASCII, or null when it holds a control character (a tab is none) or half a surrogate pair. */
export function fieldText(text: string): string | null {
  if (/[^\P{Cc}\t]/u.test(text) || !text.isWellFormed()) return null;
  return /[^\t\x20-\x7e]|=\?/.test(text) ? encodeWords(text) : text;
}

/** `Name: value` folded at blanks so that lines have 78 characters where blanks allow; null when a line would be over 998. */
export function foldField(name: string, value: string): string | null {
  const lines: string[] = [];
  let line = `${name}:`;
  // Pieces: blanks and the word behind them; text that is folded already keeps its folds.
  for (const piece of ` ${value}`.replace(/\r\n(?=[\t ])/g, '').match(/[\t ]+[^\t ]*/g) ?? []) {
    if (line.length + piece.length > GOOD_LINE && piece.trim() !== '' && line.trim() !== `${name}:`) {
      lines.push(line);
      line = piece;
    } else line += piece;
  }
  lines.push(line.trimEnd());
  return lines.every(one => one.length <= LONGEST_LINE) ? lines.join('\r\n') : null;
}

/** A display name: as atoms, quoted, or in encoded words. */
export function phraseOf(name: string): string {
  if (/[^\x20-\x7e]|=\?/.test(name)) return encodeWords(name);
  return /^[\w!#$%&'*+/=?^`{|}~-]+(?: [\w!#$%&'*+/=?^`{|}~-]+)*$/.test(name) ? name : `"${name.replace(/["\\]/g, '\\$&')}"`;
}

/** Characters of a value that go on one line of 78 with name, index and quotes around them. */
const PIECE = 54;

/** `name="value"`, in pieces when long (RFC 2231 section 3) and in UTF-8 percent octets when not ASCII (section 4). */
export function parameter(name: string, value: string): readonly string[] {
  const ascii = /^[\x20-\x7e]*$/.test(value);
  if (ascii && value.length <= PIECE) return [`${name}="${value.replace(/["\\]/g, '\\$&')}"`];
  const units = ascii
    ? value.split('').map(one => one.replace(/["\\]/, '\\$&'))
    : Buffer.from(value)
        .toString('latin1')
        .split('')
        .map(one => (/[a-z0-9.-]/i.test(one) ? one : `%${one.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`));
  const pieces: string[] = [];
  let piece = ascii ? '' : "utf-8''";
  for (const unit of units) {
    if (piece.length + unit.length > PIECE) {
      pieces.push(piece);
      piece = '';
    }
    piece += unit;
  }
  pieces.push(piece);
  if (ascii) return pieces.map((one, n) => `${name}*${n}="${one}"`);
  return pieces.length === 1 ? [`${name}*=${pieces[0]}`] : pieces.map((one, n) => `${name}*${n}*=${one}`);
}
