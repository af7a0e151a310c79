// Files that stand as literals in a script (HTML smuggling): base64 and hexadecimal strings, also in pieces, reversed or with characters
// exchanged, percent-encoding, lists of bytes. Quotes are not paired: a pattern that holds one would turn all of the script inside out.
import { decodeBase64 } from '../../message/transfer.ts';
import { percentDecoded } from './data-uris.ts';
import { payloadOf, type Payload } from './media.ts';

export type Literal = {
  readonly bytes: Buffer;
  readonly payload: Payload | null;
  readonly packed: number;
  readonly how: 'digits' | 'percent' | 'numbers';
};

const LEAST_DIGITS = 64;
const LEAST_BYTES = 48;
/** Base64 in base64 in base64. */
const MOST_NESTED = 3;
const MOST_EXCHANGES = 4;

/** What the literals of a script decode to; each reading of each, unknown content too. */
export function* literalsOf(script: string): Generator<Literal> {
  const readings = [script];
  // Escapes are only worth a reading of their own where there are many of them.
  const escapes = script.match(/\\(?:x|u00)[\da-f]{2}/gi)?.length ?? 0;
  if (escapes >= 16)
    readings.push(script.replace(/\\(?:x|u00)([\da-f]{2})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16))));
  const exchanged = withExchanges(script);
  if (exchanged !== script) readings.push(exchanged);
  const reversed = /\breverse\b/.test(script);
  for (const [n, reading] of readings.entries()) {
    const all: string[] = [];
    for (const digits of digitRuns(reading, all)) {
      yield* decodings(digits);
      if (reversed) yield* decodings(Buffer.from(digits, 'latin1').reverse().toString('latin1'));
    }
    // In variables of their own, added up later: read in the order they stand.
    if (all.length > 1 && all.length < 10_000) yield* decodings(all.join(''));
    yield* percentLiterals(reading);
    if (n === 0) yield* numberLists(reading);
  }
  yield* escapedBytes(script);
}

const DIGIT = new Uint8Array(128);
for (const c of Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_')) DIGIT[c] = 1;
const isDigit = (text: string, at: number): boolean => {
  const c = text.charCodeAt(at);
  return c < 128 && DIGIT[c] === 1;
};
/** What stands between two pieces of one string: `"+"`, `","`, `"; x += "`, `"); x.push("`, `".concat("`. */
const GLUE = /={0,2}["'`]\)?\s{0,99}(?:[+,]|(?:[;,]\s{0,99})?[\w$.[\]]{0,60}?(?:\s{0,9}\+=|\.push\(|\.concat\())\s{0,99}["'`]/y;
const LINE = /={0,2}(?:\\?\r?\n[\t ]{0,99}|\\n\\?\r?\n?)/y;
/** Single words on lines of their own are not joined; lines of a wrapped text are. */
const LEAST_LINE = 32;

function* digitRuns(text: string, all: string[]): Generator<string> {
  for (let at = 0; at < text.length; at++) {
    if (!isDigit(text, at)) continue;
    const parts: string[] = [];
    let length = 0;
    for (;;) {
      let end = at;
      while (end < text.length && isDigit(text, end)) end++;
      parts.push(text.slice(at, end));
      length += end - at;
      const glue = glued(text, end, end - at >= LEAST_LINE);
      if (glue < 0 || !isDigit(text, glue)) {
        // Padding belongs to the piece before it.
        if (text[end] === '=' && length >= LEAST_DIGITS) parts.push('=');
        at = end;
        break;
      }
      if (text[end] === '=') parts.push('=');
      at = glue;
    }
    if (length < LEAST_DIGITS) continue;
    const whole = parts.join('');
    all.push(whole);
    yield whole;
    // A list may hold other words before the file.
    if (parts.length > 1) for (const part of parts) if (part.length >= LEAST_DIGITS && part.length < whole.length - 2) yield part;
  }
}

function glued(text: string, at: number, line: boolean): number {
  const c = text[at];
  if (c !== '"' && c !== "'" && c !== '`' && c !== '=' && c !== '\\' && c !== '\n' && c !== '\r') return -1;
  for (const pattern of line ? [GLUE, LINE] : [GLUE]) {
    pattern.lastIndex = at;
    if (pattern.test(text)) return pattern.lastIndex;
  }
  return -1;
}

function* decodings(digits: string): Generator<Literal> {
  const even = digits.length % 2 === 0 && /^[\da-f]+$/i.test(digits);
  let bytes = even ? Buffer.from(digits, 'hex') : base64(digits);
  for (let n = 0; n < MOST_NESTED && bytes.length >= LEAST_BYTES; n++) {
    const text = bytes.length >= LEAST_DIGITS && /^[\w+/=\s-]+$/.test(bytes.toString('latin1', 0, 256)) ? bytes.toString('latin1') : '';
    const inner = /^[\da-f]+$/i.test(text.slice(0, 256)) ? Buffer.from(text, 'hex') : base64(text);
    yield { bytes, payload: payloadOf(bytes), packed: digits.length, how: 'digits' };
    if (text === '' || inner.length < LEAST_BYTES) return;
    bytes = inner;
  }
}

const base64 = (digits: string): Buffer =>
  /[-_]/.test(digits) ? Buffer.from(digits, 'base64url') : decodeBase64(Buffer.from(digits, 'latin1'));

/** `.replace(/X/g, 'Y')`, `.replaceAll('X', 'Y')` and `.split('X').join('Y')` of short words, done to the whole script. */
function withExchanges(script: string): string {
  const calls =
    /\.(?:replace(?:All)?\(\s{0,9}(?:\/([^/\n]{1,20})\/[gi]{0,2}|["'`]([^"'`\n]{1,20})["'`])\s{0,9},|split\(\s{0,9}["'`]([^"'`\n]{1,20})["'`]\s{0,9}\)\s{0,9}\.join\()\s{0,9}["'`]([^"'`\n]{0,20})["'`]\s{0,9}\)/g;
  let text = script;
  let n = 0;
  for (const call of script.matchAll(calls)) {
    const from = (call[1] ?? call[2] ?? call[3] ?? '').replace(/\\(.)/g, '$1');
    // One that grows the text by much is not undone by us; whitespace is dropped in decoding anyhow.
    if (from.trim() === '' || (call[4] ?? '').length > from.length) continue;
    if (++n > MOST_EXCHANGES) break;
    text = text.replaceAll(from, call[4] ?? '');
  }
  return text;
}

/** Strings that `unescape` or `decodeURIComponent` would read. */
function* percentLiterals(script: string): Generator<Literal> {
  const text = script.replace(/(["'`])\s{0,20}\+\s{0,20}["'`]/g, '');
  const mark = /%3c|%[\da-f]{2}%[\da-f]{2}%[\da-f]{2}|%u[\da-f]{4}%u[\da-f]{4}/gi;
  let from = 0;
  for (let found = mark.exec(text); found; found = mark.exec(text)) {
    let start = found.index;
    while (start > from && !'"\'`'.includes(text[start - 1] as string)) start--;
    let end = mark.lastIndex;
    while (end < text.length && !'"\'`\n'.includes(text[end] as string)) end++;
    from = end;
    mark.lastIndex = end;
    const literal = text.slice(start, end);
    // Links are escaped too.
    if (/^\s{0,9}(?:[a-z]{2,9}:|[/?#.])/i.test(literal)) continue;
    const bytes = percentDecoded(literal);
    if (bytes.length >= LEAST_BYTES) yield { bytes, payload: payloadOf(bytes), packed: end - start, how: 'percent' };
  }
}

const NUMBER = /(-?)(?:0x([\da-f]{1,2})|(\d{1,3}))(?![\w.])(?:\s{0,20}[,|;:]\s{0,20}|\s{1,20})?/iy;

/** Lists of bytes: in arrays, as arguments, in strings to be split. */
function* numberLists(text: string): Generator<Literal> {
  const start = /(?:^|[^\w.-])(?=-?\d)/g;
  for (let found = start.exec(text); found; found = start.exec(text)) {
    const first = start.lastIndex;
    const bytes: number[] = [];
    let at = first;
    for (;;) {
      NUMBER.lastIndex = at;
      const one = NUMBER.exec(text);
      const value = one ? (one[2] ? Number.parseInt(one[2], 16) : Number(one[3])) * (one[1] ? -1 : 1) : 256;
      if (value > 255 || value < -128) break;
      bytes.push(value & 255);
      at = NUMBER.lastIndex;
    }
    start.lastIndex = Math.max(at - 1, first + 1);
    if (bytes.length < LEAST_BYTES) continue;
    const whole = Buffer.from(bytes);
    yield { bytes: whole, payload: payloadOf(whole), packed: at - first, how: 'numbers' };
    // Characters of a string that is base64 itself.
    if (/^[\w+/=-]{64}/.test(whole.toString('latin1', 0, 64))) yield* decodings(whole.toString('latin1'));
  }
}

/** `"\x4d\x5a…"`: bytes as escapes. Other characters may stand among them. */
function* escapedBytes(script: string): Generator<Literal> {
  const escape = /\\(?:x([\da-f]{2})|u00([\da-f]{2}))|\\?["'`]\s{0,20}\+\s{0,20}["'`]|[^\\"'`\n]/giy;
  const mark = /\\(?:x[\da-f]{2}|u00[\da-f]{2})\\(?:x|u00)/gi;
  for (let found = mark.exec(script); found; found = mark.exec(script)) {
    const out: number[] = [];
    let escapes = 0;
    escape.lastIndex = found.index;
    for (let one = escape.exec(script); one; one = escape.exec(script)) {
      const digits = one[1] ?? one[2];
      if (digits !== undefined) {
        out.push(Number.parseInt(digits, 16));
        escapes++;
      } else if (one[0].length === 1) out.push(one[0].charCodeAt(0) & 255);
      mark.lastIndex = escape.lastIndex;
    }
    if (mark.lastIndex <= found.index) mark.lastIndex = found.index + 1;
    if (out.length < LEAST_BYTES || escapes < 16) continue;
    const bytes = Buffer.from(out);
    yield { bytes, payload: payloadOf(bytes), packed: out.length, how: 'digits' };
  }
}
