// A fault in one line: what it means in the reader's language, and the server's own words where it answered.
import type { Words } from '../words/en.ts';
import type { Fault } from './api.ts';

export function faultText(words: Words, { code, message, status }: Fault): string {
  const known: Readonly<Record<string, string>> = words.frame.errors;
  const meaning = Object.hasOwn(known, code) ? known[code] : words.frame.failed;
  return status > 0 ? `${meaning} ${message}` : `${meaning}`;
}
