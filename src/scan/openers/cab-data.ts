// The data of a cabinet's folder: blocks of up to 32 KiB ([MS-CAB] 2.6) with checksums, stored or packed with MSZIP ([MS-MCI]): `CK`, then
// Deflate, for which the block before is the dictionary.
import { constants, inflateRawSync } from 'node:zlib';
import type { Cabinet, CabFolder } from './cab-headers.ts';

const BLOCK = 0x8000;
const STORED = 0;
/** Windows takes no more packed bytes in a block. */
const MOST_PACKED = BLOCK + 6144;

export type FolderData = { readonly bytes: Buffer; readonly why: 'damaged' | 'too_large' | 'split_archive' | null };

/** The folder up to `wanted` bytes, at most `most`. A wrong checksum is told and the block read all the same. */
export function folderBytes(bytes: Buffer, cabinet: Cabinet, folder: CabFolder, wanted: number, most: number): FolderData {
  const pieces: Buffer[] = [];
  let length = 0;
  let before: Buffer = Buffer.alloc(0);
  let why: FolderData['why'] = null;
  const told = (last: FolderData['why']): FolderData => ({ bytes: Buffer.concat(pieces, length), why: last ?? why });
  let at = folder.data;
  for (let n = 0; n < folder.blocks && length < wanted; n++) {
    const data = at + 8 + cabinet.blockReserve;
    if (data > bytes.length) return told('damaged');
    const packed = bytes.readUInt16LE(at + 4);
    const size = bytes.readUInt16LE(at + 6);
    const block = bytes.subarray(data, data + packed);
    // The second half of this block is in the next cabinet.
    if (size === 0 && packed > 0 && n === folder.blocks - 1) return told('split_archive');
    if (!rightSum(bytes, at, data, block) || size > BLOCK || packed > MOST_PACKED) why = 'damaged';
    const plain = folder.method === STORED ? block : inflated(block, before);
    if (length + plain.length > most) return told('too_large');
    pieces.push(plain);
    length += plain.length;
    if (block.length < packed) return told('damaged');
    if (plain.length !== size) {
      // What follows would stand at a wrong place.
      return told('damaged');
    }
    before = plain.length >= BLOCK ? plain : Buffer.from(Buffer.concat([before, plain]).subarray(-BLOCK));
    at = data + packed;
  }
  return told(length < wanted ? 'damaged' : null);
}

/** What comes out of a block, even if it ends too early; nothing if it is broken. */
function inflated(block: Buffer, dictionary: Buffer): Buffer {
  if (block[0] !== 0x43 || block[1] !== 0x4b) return Buffer.alloc(0);
  try {
    return inflateRawSync(block.subarray(2), {
      maxOutputLength: BLOCK,
      finishFlush: constants.Z_SYNC_FLUSH,
      ...(dictionary.length > 0 ? { dictionary } : {}),
    });
  } catch {
    return Buffer.alloc(0);
  }
}

/** XOR of little-endian words, of the data and then of what stands between the sum and them; 0: none was made. */
function rightSum(bytes: Buffer, at: number, data: number, block: Buffer): boolean {
  const said = bytes.readUInt32LE(at);
  return said === 0 || said === wordsOf(bytes.subarray(at + 4, data), wordsOf(block, 0)) >>> 0;
}

function wordsOf(bytes: Buffer, seed: number): number {
  const whole = bytes.length & ~3;
  let sum = seed;
  for (let at = 0; at < whole; at += 4) sum ^= bytes.readInt32LE(at);
  return bytes.length > whole ? sum ^ bytes.readUIntBE(whole, bytes.length - whole) : sum;
}
