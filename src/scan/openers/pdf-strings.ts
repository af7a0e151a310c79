// Strings of PDF (ISO 32000-2, 7.3.4 and 7.9.2), decoded only when a rule asks for one: escapes or hex to bytes, bytes to text.
import type { Text } from './pdf-objects.ts';

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

/** The bytes of a string, one in each character. */
export function bytesOf({ text, written }: Text): string {
  if (written === 'plain') return text;
  if (written === 'hex') {
    const digits = text.replace(/[^0-9a-f]+/gi, '');
    return Buffer.from(digits.length % 2 ? `${digits}0` : digits, 'hex').toString('latin1');
  }
  return text.replace(/\\(?:([0-7]{1,3})|(\r\n?|\n)|([^]))/g, (_, octal?: string, line?: string, mark?: string) => {
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 255);
    return line === undefined ? (ESCAPES[mark ?? ''] ?? mark ?? '') : '';
  });
}

/** Text of such bytes: UTF-16 or UTF-8 with its mark, else (nearly) Latin-1. */
export function textFrom(bytes: string): string {
  const from = (start: number): Buffer => Buffer.from(bytes.slice(start), 'latin1');
  if (bytes.startsWith('\xfe\xff')) {
    const wide = from(2);
    return wide
      .subarray(0, wide.length & ~1)
      .swap16()
      .toString('utf16le');
  }
  if (bytes.startsWith('\xff\xfe')) return from(2).toString('utf16le');
  return bytes.startsWith('\xef\xbb\xbf') ? from(3).toString('utf8') : bytes;
}
