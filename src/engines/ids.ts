// Ids: a prefix, ten characters of time and sixteen of chance, in lower-case Crockford base32. They sort by time of making.
import { randomBytes } from 'node:crypto';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

export type IdKind = 'msg' | 'acc' | 'evt' | 'blk' | 'key' | 'whk' | 'rte' | 'crd' | 'req' | 'tpl' | 'lst' | 'bat' | 'bls' | 'imp' | 'fed';

/** `msg_01kb6q9w2h…`: 30 characters for a three-letter kind. */
export function newId(kind: IdKind, at = Date.now()): string {
  let text = '';
  for (let i = 0, rest = at; i < 10; i++, rest = Math.floor(rest / 32)) text = ALPHABET[rest % 32] + text;
  const chance = randomBytes(16);
  for (const byte of chance) text += ALPHABET[byte & 31];
  return `${kind}_${text}`;
}
