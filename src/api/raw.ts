// A whole message in a field of JSON: base64 to bytes in the one canonical form.
import { invalid } from './errors.ts';

/** 422 with the field when it is no base64. */
export function base64(text: string, field: string): Buffer {
  const plain = text.replace(/[\r\n]/g, '');
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(plain)) throw invalid(field, 'is no base64.');
  return Buffer.from(plain, 'base64');
}

/** One canonical CRLF form: lone LFs become CRLF (files of Unix), a lone CR is refused. */
export function canonical(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1');
  if (/\r(?!\n)/.test(text)) throw invalid('raw', 'holds a CR without LF.');
  return /(?<!\r)\n/.test(text) ? Buffer.from(text.replace(/\r?\n/g, '\r\n'), 'latin1') : bytes;
}
