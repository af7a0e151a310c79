// Single packed files: gzip, bzip2, xz, lzma, compress, Zstandard, LZ4. What is in them is called as the container without its ending, as
// unpackers do, and as the gzip header says. What stands behind the packed data is shown too.
import type { Codec, Opener, Opening, Sight, Unpacked } from '../opener.ts';
import { bzip2 } from '../codecs/bzip2.ts';
import { gunzip, isGzip } from '../codecs/gzip.ts';
import { isLz4, lz4 } from '../codecs/lz4.ts';
import { isLzmaAlone, lzmaAlone } from '../codecs/lzma.ts';
import { isUnixCompress, unixCompress } from '../codecs/unixCompress.ts';
import { xz } from '../codecs/xz.ts';
import { isZstd, zstd } from '../codecs/zstd.ts';
import { isZero, says } from './stored.ts';

export { isGzip, isLz4, isLzmaAlone as isLzma, isUnixCompress, isZstd };
export const isBzip2 = (bytes: Buffer): boolean =>
  /^BZh[1-9]$/.test(bytes.toString('latin1', 0, 4)) && (says(bytes, '1AY&SY', 4) || says(bytes, '\x17\x72\x45\x38\x50\x90', 4));
export const isXz = (bytes: Buffer): boolean => says(bytes, '\xfd7zXZ\0');

export const openGzip: Opener = function* (bytes, opening) {
  const unpacked = gunzip(bytes, opening.room(bytes.length));
  const [told, ...others] = unpacked.names;
  yield* shown(bytes, opening, unpacked, told);
  for (const name of others) yield { see: 'member', name, bytes: Buffer.alloc(0) };
  if (unpacked.tooMany) yield { see: 'unseen', name: null, why: 'too_many_parts' };
};

const opener = (codec: Codec): Opener =>
  function* (bytes, opening) {
    yield* shown(bytes, opening, codec(bytes, opening.room(bytes.length)), undefined);
  };

export const openBzip2 = opener(bzip2);
export const openXz = opener(xz);
export const openLzma = opener(lzmaAlone);
export const openUnixCompress = opener(unixCompress);
export const openZstd = opener(zstd);
export const openLz4 = opener(lz4);

function* shown(packed: Buffer, opening: Opening, { bytes, used, why }: Unpacked, told: string | undefined): Generator<Sight> {
  if (opening.mostMembers < 1) return yield { see: 'unseen', name: null, why: 'too_many_parts' };
  const outer = withoutEnding(opening.name);
  const name = told ?? outer;
  // Nothing came out and nothing is wrong: an empty file.
  if (bytes.length > 0 || why === null) yield { see: 'member', name, bytes, otherName: outer === name ? null : outer };
  if (why) return yield { see: 'unseen', name, why };
  const behind = packed.subarray(used);
  if (isZero(behind)) return;
  if (behind.length > opening.room(behind.length)) yield { see: 'unseen', name: null, why: 'too_large' };
  else yield { see: 'member', name: null, bytes: behind };
}

const TAR = /\.(?:tgz|taz|tbz2?|tb2|txz|tlz|tzst|tz2)$/i;
const PACKED = /\.(?:gz|gzip|bz2?|bzip2|xz|lzma|z|zst|zstd|lz4)$/i;

/** `a.tgz` holds `a.tar`, `a.txt.gz` holds `a.txt`; any other name stays as it is. */
function withoutEnding(name: string | null): string | null {
  if (name === null) return null;
  return TAR.test(name) ? name.replace(TAR, '.tar') : name.replace(PACKED, '');
}
