// PowerPoint's binary stream (MS-PPT): objects and the VBA project are files of their own in it, mostly compressed (2.10.34).
import type { Sight } from '../opener.ts';
import { showIn, type Ole } from './ole-file.ts';
import { inflateData } from './zlib-data.ts';

const STORAGE = Buffer.from([0x11, 0x10]);
const OLE = Buffer.from('d0cf11e0a1b11ae1', 'hex');
/** Of one that cannot be unpacked: honest files have none. */
const COST = 1024 * 1024;
const ENCRYPTED_USER = 0xf3d1c4df;

/** Wherever the record stands: readers find it by a table of offsets, not in order. */
export function* openPowerPoint(ole: Ole, path: string, bytes: Buffer): Generator<Sight> {
  let n = 0;
  for (let at = bytes.indexOf(STORAGE, 2); at >= 0; at = bytes.indexOf(STORAGE, at + 1)) {
    if (at + 6 > bytes.length || ole.tally.full) return;
    const kind = bytes.readUInt16LE(at - 2);
    const data = bytes.subarray(at + 6, at + 6 + bytes.readUInt32LE(at + 2));
    const name = `${path}/object${n + 1}`;
    if (kind === 0 && data.subarray(0, 8).equals(OLE)) {
      n++;
      yield* showIn(ole, name, data);
    } else if (kind === 0x10 && data.length > 6 && ((data[4] as number) & 0x8f) === 8 && data.readUInt16BE(4) % 31 === 0) {
      n++;
      const packed = data.subarray(4);
      const room = Math.min(ole.opening.room(packed.length), ole.purse.left);
      const { bytes: object, why } = room <= 0 ? { bytes: Buffer.alloc(0), why: 'too_large' as const } : inflateData(packed, room, 'zlib');
      ole.purse.left -= why ? packed.length + Math.max(room, 0) / 8 + COST : object.length;
      if (object.length > 0 && why !== 'too_large') yield* showIn(ole, name, object, { packed: packed.length });
      if (why) yield { see: 'unseen', name, why };
      if (room <= 0) return;
    }
  }
}

/** The stream `Current User` says whether the rest is encrypted (2.3.2). */
export const isEncryptedUser = (bytes: Buffer): boolean => bytes.length >= 16 && bytes.readUInt32LE(12) === ENCRYPTED_USER;
