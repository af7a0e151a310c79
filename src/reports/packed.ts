// Takes one report out of what it is packed in: gzip (RFC 1952) or the first file of a zip archive (APPNOTE.TXT). Never more than the bound comes out.
import { gunzipSync, inflateRawSync } from 'node:zlib';

/** A report of a large sender has some megabytes; RFC 9990 leaves the size to the mail. */
export const MAX_UNPACKED = 32 * 1024 * 1024;

/** The bytes themselves when they are not packed; null when they cannot be unpacked or are too large. */
export function unpacked(bytes: Buffer): Buffer | null {
  if (bytes.length > MAX_UNPACKED) return null;
  try {
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) return gunzipSync(bytes, { maxOutputLength: MAX_UNPACKED });
    return bytes.length >= 4 && bytes.readUInt32LE(0) === LOCAL ? firstOfZip(bytes) : bytes;
  } catch {
    return null;
  }
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = Buffer.from([0x50, 0x4b, 0x05, 0x06]);

/** By the central directory, which is what archivers believe. Reads past the end throw and are caught above. */
function firstOfZip(bytes: Buffer): Buffer | null {
  const end = bytes.lastIndexOf(END);
  if (end < 0) return null;
  let at = bytes.readUInt32LE(end + 16);
  for (let n = 0; n < 20 && bytes.readUInt32LE(at) === CENTRAL; n++) {
    const [method, size, nameLength] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20), bytes.readUInt16LE(at + 28)];
    const next = at + 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
    const isFolder = bytes[at + 45 + nameLength] === 47;
    if (!isFolder) {
      const local = bytes.readUInt32LE(at + 42);
      if (bytes.readUInt32LE(local) !== LOCAL) return null;
      const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
      const data = bytes.subarray(from, from + size);
      if (method === 0) return data;
      return method === 8 ? inflateRawSync(data, { maxOutputLength: MAX_UNPACKED }) : null;
    }
    at = next;
  }
  return null;
}
