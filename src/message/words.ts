// RFC 2047 encoded words: decoding as readers do (also across words that split a character), encoding for the mail we build.
import { MAX_WORDS } from './bounds.ts';
import { decodeCharset } from './charset.ts';

const WORD = /=\?([^?*\s]+)(?:\*[^?]*)?\?([bq])\?([^?]*)\?=/i;
const WORDS = new RegExp(`${WORD.source}(?:(\\s+)(?==\\?[^?\\s]+\\?[bq]\\?[^?]*\\?=))?`, 'gi');

/** Text with its encoded words decoded; blanks between neighbouring words vanish. */
export function decodeWords(text: string): string {
  if (!text.includes('=?')) return text;
  const pending: Buffer[] = [];
  let pendingCharset = '';
  const flush = (): string => decodeCharset(Buffer.concat(pending.splice(0)), pendingCharset);
  let words = 0;
  let out = '';
  let at = 0;
  for (const match of text.matchAll(WORDS)) {
    const [whole, charset, kind, body, gap] = match as unknown as [string, string, string, string, string | undefined];
    if (match.index > at) out += flush() + text.slice(at, match.index);
    const bytes = kind.toLowerCase() === 'b' ? Buffer.from(body, 'base64') : qWord(body);
    const label = charset.toLowerCase();
    if (label !== pendingCharset) out += flush();
    pendingCharset = label;
    pending.push(bytes);
    at = match.index + whole.length;
    if (gap === undefined) out += flush();
    if (++words >= MAX_WORDS) break;
  }
  return out + flush() + text.slice(at);
}

function qWord(body: string): Buffer {
  return Buffer.from(
    body.replace(/_/g, ' ').replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  );
}

/** A header text in ASCII: as it is, or as UTF-8 base64 words of at most 75 characters each, never splitting a character. */
export function encodeWords(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text) && !text.includes('=?')) return text;
  const words: string[] = [];
  let chunk = '';
  for (const character of text) {
    if (Buffer.byteLength(chunk + character) > 45) {
      words.push(chunk);
      chunk = '';
    }
    chunk += character;
  }
  words.push(chunk);
  return words.map(word => `=?utf-8?B?${Buffer.from(word).toString('base64')}?=`).join('\r\n ');
}
