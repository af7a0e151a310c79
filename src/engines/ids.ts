// Ids: a prefix, ten characters of time and sixteen of chance, in lower-case Crockford base32. They sort by time of making.
import { randomBytes } from 'node:crypto';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

export type IdKind = 'msg' | 'acc' | 'evt' | 'blk' | 'key' | 'whk' | 'rte' | 'crd' | 'req' | 'tpl' | 'lst' | 'bat' | 'bls' | 'imp' | 'fed';

const CHANCE = 16;
/** Chance is drawn for many ids at once: a call for each takes longer than all the rest of it. */
let drawn = randomBytes(0);

/** `msg_01kb6q9w2h…`: 30 characters for a three-letter kind. */
export function newId(kind: IdKind, at = Date.now()): string {
  let text = '';
  for (let i = 0, rest = at; i < 10; i++, rest = Math.floor(rest / 32)) text = ALPHABET[rest % 32] + text;
  if (drawn.length === 0) drawn = randomBytes(256 * CHANCE);
  for (let i = 0; i < CHANCE; i++) text += ALPHABET[(drawn[i] as number) & 31];
  drawn = drawn.subarray(CHANCE);
  return `${kind}_${text}`;
}
