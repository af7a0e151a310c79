// A member that an archive holds unpacked: its bytes as a view, checked against the length and the CRC-32 that the archive says.
import { crc32 } from 'node:zlib';
import type { Opening, Sight } from '../opener.ts';

export type Stored = {
  readonly name: string | null;
  readonly otherName?: string | null;
  /** What is really there. */
  readonly bytes: Buffer;
  /** What the archive says is there, packed and unpacked; null: it does not say. */
  readonly packed: number;
  readonly size: number | null;
  readonly crc: number | null;
};

/** The member with all its bytes, and `damaged` beside it when any number disagrees with them. */
export function* storedSights(opening: Opening, { name, otherName = null, bytes, packed, size, crc }: Stored): Generator<Sight> {
  if (bytes.length > opening.room(bytes.length)) {
    yield { see: 'member', name, otherName, bytes: Buffer.alloc(0) };
    yield { see: 'unseen', name, why: 'too_large' };
    return;
  }
  yield { see: 'member', name, otherName, bytes };
  const right = bytes.length === packed && (size === null || size === packed) && (crc === null || crc === crc32(bytes));
  if (!right) yield { see: 'unseen', name, why: 'damaged' };
}

/** What stands behind an archive may be another container, for readers that look from the end. Padding is nothing. */
export function* behindSights(opening: Opening, bytes: Buffer, end: number, mayShow: boolean): Generator<Sight> {
  const rest = bytes.subarray(end);
  if (rest.every(byte => byte === 0 || byte === 0x1a)) return;
  if (!mayShow) yield { see: 'unseen', name: null, why: 'too_many_parts' };
  else if (rest.length > opening.room(rest.length)) yield { see: 'unseen', name: null, why: 'too_large' };
  else yield { see: 'member', name: null, bytes: rest };
}
