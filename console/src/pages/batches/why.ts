// Why a batch waits, is paused or ended, in the reader's language.
import type { Words } from '../../words/en.ts';

export function whyOf(words: Words, why: string): string {
  const known: Readonly<Record<string, string>> = words.frame.errors;
  if (why === 'asked') return words.batches.asked;
  return Object.hasOwn(known, why) ? (known[why] ?? why) : why;
}
