// ARJ archives (technote.txt of ARJ): a main header, then one for each file, each with a CRC-32. Stored members are read; packed ones are
// named, and nobody here unpacks them.
import { crc32 } from 'node:zlib';
import type { Opener } from '../opener.ts';
import { behindSights, storedSights } from './stored-member.ts';

const MARK = Buffer.from([0x60, 0xea]);
/** Larger headers are none. */
const MOST_HEADER = 2600;
const [GARBLED, GOES_ON, COMES_FROM] = [0x01, 0x04, 0x08];
const [COMMENT, FOLDER, LABEL, CHAPTER] = [2, 3, 4, 5];
const STORED = 0;

type Header = {
  readonly flags: number;
  readonly method: number;
  readonly type: number;
  readonly packed: number;
  readonly size: number;
  readonly crc: number;
  readonly name: string;
  readonly rightCrc: boolean;
  /** Behind it and its extended headers. */
  readonly end: number;
};

/** The mark with a header behind it that makes sense. */
export const isArj = (bytes: Buffer): boolean => {
  const header = headerAt(bytes, 0);
  return header !== null && header !== 'end' && (header.rightCrc || header.type === COMMENT);
};

export const openArj: Opener = function* (bytes, opening) {
  let members = 0;
  for (let at = 0; ;) {
    const header = headerAt(bytes, at);
    if (header === 'end') {
      yield* behindSights(opening, bytes, at + 4, members < opening.mostMembers);
      return;
    }
    if (!header) return yield { see: 'unseen', name: null, why: 'damaged' };
    const { name, type, method, flags, packed, size, crc } = header;
    if (!header.rightCrc) yield { see: 'unseen', name: null, why: 'damaged' };
    if (type === COMMENT) {
      at = header.end;
      continue;
    }
    if (++members > opening.mostMembers) return yield { see: 'unseen', name: null, why: 'too_many_parts' };
    const data = bytes.subarray(header.end, header.end + packed);
    const split = (flags & (GOES_ON | COMES_FROM)) !== 0;
    const hollow = type === FOLDER || type === LABEL || type === CHAPTER;
    if (flags & GARBLED || (method !== STORED && packed > 0)) {
      yield { see: 'member', name, bytes: Buffer.alloc(0) };
      yield { see: 'unseen', name, why: flags & GARBLED ? 'encrypted' : 'method' };
    } else
      yield* storedSights(opening, { name, bytes: data, packed, size: hollow || split ? null : size, crc: hollow || split ? null : crc });
    if (split) yield { see: 'unseen', name, why: 'split_archive' };
    at = header.end + packed;
  }
};

function headerAt(bytes: Buffer, at: number): Header | 'end' | null {
  if (at + 4 > bytes.length || !bytes.subarray(at, at + 2).equals(MARK)) return null;
  const length = bytes.readUInt16LE(at + 2);
  if (length === 0) return 'end';
  const start = at + 4;
  const first = bytes[start] ?? 0;
  if (length > MOST_HEADER || first < 30 || first >= length || start + length + 6 > bytes.length) return null;
  let end = start + length + 4;
  // Extended headers: size, bytes, CRC; a size of 0 ends them.
  for (;;) {
    if (end + 2 > bytes.length) return null;
    const more = bytes.readUInt16LE(end);
    end += 2;
    if (more === 0) break;
    end += more + 4;
  }
  const texts = bytes.subarray(start + first, start + length);
  const zero = texts.indexOf(0);
  return {
    flags: bytes[start + 4] ?? 0,
    method: bytes[start + 5] ?? 0,
    type: bytes[start + 6] ?? 0,
    packed: bytes.readUInt32LE(start + 12),
    size: bytes.readUInt32LE(start + 16),
    crc: bytes.readUInt32LE(start + 20),
    name: texts.toString('latin1', 0, zero < 0 ? texts.length : zero),
    rightCrc: crc32(bytes.subarray(start, start + length)) === bytes.readUInt32LE(start + length),
    end,
  };
}
