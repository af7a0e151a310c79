// Whether the bytes of a part are in the charset that it declares. Pure.
import { isAscii, isUtf8 } from 'node:buffer';
import type { Leaf } from '../message/walk.ts';

/** Letters beyond ASCII from which bytes that are good UTF-8 are no accident of another charset. */
const LEAST_LETTERS = 3;

/** The declared charset that the bytes are not in; null where it fits. */
export function wrongCharset(leaf: Leaf): string | null {
  const declared = leaf.charset.toLowerCase();
  const bytes = leaf.bytes();
  if (declared === 'utf-8' || declared === 'utf8') return isUtf8(bytes) ? null : declared;
  if (isAscii(bytes)) return null;
  if (declared === '' || declared === 'us-ascii' || declared === 'ascii')
    // HTML may name its charset itself.
    return declared === '' && /<meta[^>]{1,80}charset/i.test(bytes.toString('latin1', 0, 2_000)) ? null : 'us-ascii';
  return isUtf8(bytes) && (bytes.toString('utf8').match(/\P{ASCII}/gu)?.length ?? 0) >= LEAST_LETTERS ? declared : null;
}
