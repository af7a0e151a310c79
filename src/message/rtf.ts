// Compressed RTF (MS-OXRTFCP), as TNEF carries bodies: a dictionary of 4,096 bytes that begins with common RTF words.

const COMPRESSED = 0x75465a4c;
const PLAIN = 0x414c454d;
const WINDOW = 4_096;
/** A body is text: beyond this it is cut. The format can blow 2 bytes up to 17. */
const MOST = 4 * 1024 * 1024;

const FIRST = Buffer.from(
  '{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx',
  'latin1',
);

/** The RTF inside; bytes that are not of this form come back as they are. */
export function decompressRtf(bytes: Buffer): Buffer {
  if (bytes.length < 16) return bytes;
  const kind = bytes.readUInt32LE(8);
  if (kind === PLAIN) return bytes.subarray(16);
  if (kind !== COMPRESSED) return bytes;
  const size = Math.min(bytes.readUInt32LE(4), bytes.length * 9, MOST);
  const out = Buffer.allocUnsafe(size);
  const window = Buffer.alloc(WINDOW, 32);
  FIRST.copy(window);
  let to = 0;
  let write = FIRST.length;
  for (let at = 16; at < bytes.length && to < size;) {
    const flags = bytes[at++] as number;
    for (let bit = 0; bit < 8 && at < bytes.length && to < size; bit++) {
      if ((flags & (1 << bit)) === 0) {
        out[to++] = window[write] = bytes[at++] as number;
        write = (write + 1) % WINDOW;
        continue;
      }
      const token = ((bytes[at] as number) << 8) | (bytes[at + 1] ?? 0);
      at += 2;
      const from = token >> 4;
      // A reference to the place that is written next is the end.
      if (from === write) return out.subarray(0, to);
      for (let n = 0; n < (token & 15) + 2 && to < size; n++) {
        out[to++] = window[write] = window[(from + n) % WINDOW] as number;
        write = (write + 1) % WINDOW;
      }
    }
  }
  return out.subarray(0, to);
}
