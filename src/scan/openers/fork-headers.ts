// CRC-16 of the Macintosh forms (CCITT, from zero), and a resource fork that says of itself that it is empty.
const TABLE = new Uint16Array(256);
for (let n = 0; n < 256; n++) {
  let c = n << 8;
  for (let bit = 0; bit < 8; bit++) c = c & 0x8000 ? ((c << 1) ^ 0x1021) & 0xffff : (c << 1) & 0xffff;
  TABLE[n] = c;
}

export function crc16(bytes: Buffer): number {
  let crc = 0;
  for (const c of bytes) crc = (((crc << 8) & 0xffff) ^ (TABLE[((crc >> 8) ^ c) & 255] as number)) & 0xffff;
  return crc;
}

/** macOS writes one of these beside each file of an archive. */
export const isBlankFork = (bytes: Buffer): boolean =>
  bytes.length < 286 ? bytes.every(c => c === 0) : bytes.length < 2_048 && bytes.includes('This resource fork intentionally left blank');
