// LHA/LZH archives: headers of level 0 to 3 (header.doc.txt of LHa for UNIX). Stored members are read here; packed ones are named here and
// unpacked by the archive library.
import type { Opener } from '../opener.ts';
import { lzhHeader } from './lzh-header.ts';
import { behindSights } from './stored-member.ts';

const STORED = new Set(['-lh0-', '-lz4-', '-lhd-', '-pm0-']);
const FOLDER = '-lhd-';

/** A header with one of the methods comes first. */
export const isLzh = (bytes: Buffer): boolean => /^-(?:lh[0-9a-ex]|lhd|lz[2-8s]|pm[0-2s])-/.test(bytes.toString('latin1', 2, 7));

export const openLzh: Opener = function* (bytes, opening) {
  let foreign = false;
  let members = 0;
  let ended = true;
  let at = 0;
  for (; at < bytes.length && bytes[at] !== 0;) {
    const header = lzhHeader(bytes, at);
    if (!header) {
      yield { see: 'unseen', name: null, why: 'damaged' };
      ended = false;
      break;
    }
    const { name, method, data, packed, size } = header;
    if (++members > opening.mostMembers) return yield { see: 'unseen', name: null, why: 'too_many_parts' };
    at = data + packed;
    const there = bytes.subarray(data, at);
    const stored = STORED.has(method);
    if (method === FOLDER && packed === 0) {
      yield { see: 'member', name, bytes: there };
      continue;
    }
    const fits = there.length <= opening.room(there.length);
    yield { see: 'member', name, bytes: stored && fits ? there : Buffer.alloc(0) };
    if (stored && !fits) yield { see: 'unseen', name, why: 'too_large' };
    if (there.length < packed || (stored && packed !== size) || !header.rightSum || (!stored && packed === 0 && size > 0)) {
      yield { see: 'unseen', name, why: 'damaged' };
    }
    foreign ||= !stored && packed > 0;
  }
  const end = Math.min(at + 1, bytes.length);
  const behind = ended ? [...behindSights(opening, bytes, end, members < opening.mostMembers)] : [];
  // The library may take what stands behind the archive for something else: then it gets no more than the archive.
  const alone = bytes.subarray(0, end);
  if (foreign && behind.length === 0) yield { see: 'foreign' };
  else if (foreign)
    yield alone.length > opening.room(alone.length)
      ? { see: 'unseen', name: null, why: 'too_large' }
      : { see: 'member', name: opening.name, bytes: alone };
  yield* behind;
};
