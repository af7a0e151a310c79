// One header of an LHA archive. Level 0 and 1 begin with a size in one byte and a sum, level 2 and 3 with a size in two; from level 1 on
// names may stand in extended headers, each with its type in front and the size of the next one behind.
export type LzhHeader = {
  readonly method: string;
  readonly name: string;
  /** Where the data begin, and how many they are. */
  readonly data: number;
  readonly packed: number;
  readonly size: number;
  /** The sum of the header is right (level 0 and 1). */
  readonly rightSum: boolean;
};

const FRONT = 21;
const [NAME, PATH, SIZES] = [0x01, 0x02, 0x42];
/** More extended headers than any writer makes. */
const MOST_EXTENDED = 256;
const MOST_HEADER = 0x10000;

type Extended = {
  readonly name: string | null;
  readonly path: string;
  readonly packed: number | null;
  readonly size: number | null;
  readonly end: number;
};

/** null: there is none at `at`, or it does not fit into the file. */
export function lzhHeader(bytes: Buffer, at: number): LzhHeader | null {
  const level = bytes[at + 20];
  const method = bytes.toString('latin1', at + 2, at + 7);
  if (level === undefined || level > 3 || !/^-[a-z][a-z0-9]{2}-$/.test(method)) return null;
  const packed = bytes.readUInt32LE(at + 7);
  const size = bytes.readUInt32LE(at + 11);
  if (level < 2) {
    const nameLength = bytes[at + FRONT] ?? 0;
    const base = at + 2 + (bytes[at] as number);
    const nameAt = at + FRONT + 1;
    // Some writers of level 0 leave the CRC out.
    if (base > bytes.length || nameAt + nameLength > base) return null;
    const own = textOf(bytes.subarray(nameAt, nameAt + nameLength));
    const rightSum = sumOf(bytes.subarray(at + 2, base)) === bytes[at + 1];
    if (level === 0) return { method, name: own, data: base, packed, size, rightSum };
    const more = extendedFrom(bytes, base - 2, base, 2);
    // The packed size counts the extended headers too.
    if (!more || more.end - base > packed) return null;
    return { method, name: more.path + (more.name ?? own), data: more.end, packed: packed - (more.end - base), size, rightSum };
  }
  const wide = level === 3 ? 4 : 2;
  const first = level === 3 ? at + 28 : at + 24;
  if (first + wide > bytes.length) return null;
  const whole = level === 3 ? bytes.readUInt32LE(at + 24) : bytes.readUInt16LE(at);
  const more = extendedFrom(bytes, first, first + wide, wide);
  // Level 2 may have one more byte, so that it does not begin like an end of the archive.
  if (!more || whole > MOST_HEADER || at + whole > bytes.length || at + whole < more.end) return null;
  return {
    method,
    name: more.path + (more.name ?? ''),
    data: at + whole,
    packed: more.packed ?? packed,
    size: more.size ?? size,
    rightSum: true,
  };
}

/** `sizeAt`: where the size of the first one stands, itself at `start`. */
function extendedFrom(bytes: Buffer, sizeAt: number, start: number, wide: number): Extended | null {
  const sizeOf = (place: number): number => (wide === 4 ? bytes.readUInt32LE(place) : bytes.readUInt16LE(place));
  let found: Extended = { name: null, path: '', packed: null, size: null, end: start };
  let at = start;
  let length = sizeOf(sizeAt);
  for (let n = 0; length > 0; n++) {
    if (n >= MOST_EXTENDED || length < 1 + wide || length > MOST_HEADER || at + length > bytes.length) return null;
    const type = bytes[at];
    const body = bytes.subarray(at + 1, at + length - wide);
    if (type === NAME) found = { ...found, name: textOf(body) };
    else if (type === PATH) found = { ...found, path: textOf(body.map(byte => (byte === 0xff ? 0x2f : byte)) as Buffer) };
    else if (type === SIZES && body.length >= 16) {
      found = { ...found, packed: Number(body.readBigUInt64LE(0)), size: Number(body.readBigUInt64LE(8)) };
    }
    at += length;
    length = sizeOf(at - wide);
  }
  return { ...found, end: at };
}

/** A NUL parts the name from a comment or the Amiga's note. */
function textOf(raw: Buffer): string {
  const zero = raw.indexOf(0);
  const name = zero < 0 ? raw : raw.subarray(0, zero);
  const text = name.toString('utf8');
  return text.includes('\ufffd') ? name.toString('latin1') : text;
}

function sumOf(bytes: Buffer): number {
  let sum = 0;
  for (const byte of bytes) sum = (sum + byte) & 0xff;
  return sum;
}
