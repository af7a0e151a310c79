// The records of a zip archive (PKWARE APPNOTE 6.3.10, WinZip AES): local headers, entries of the central directory, and the records that
// end one. Each is what one place says; who is right is not decided here.

export const LOCAL = 0x04034b50;
export const CENTRAL = 0x02014b50;
export const END = 0x06054b50;
export const END64 = 0x06064b50;
export const DESCRIPTOR = 0x08074b50;

/** Bits of the flags. */
export const ENCRYPTED = 1;
export const MARKED_END = 2;
export const SIZES_BEHIND = 8;
export const STRONG = 0x2040;
const UTF8 = 0x800;
const RESERVED = 0xd780;

export const STORED = 0;
export const DEFLATED = 8;
/** Shrink, reduce, implode, deflate, deflate64, old and new IBM TERSE, bzip2, LZMA, LZ77, zstd, MP3, XZ, JPEG, WavPack, PPMd, AES. */
const METHODS = new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 18, 19, 20, 93, 94, 95, 96, 97, 98, 99]);

export type Aes = { readonly strength: 1 | 2 | 3; readonly version: number };

/** What one place says of a member. */
export type Told = {
  readonly at: number;
  readonly flags: number;
  /** How it is packed, below an encryption. */
  readonly method: number;
  readonly encrypted: boolean;
  readonly aes: Aes | null;
  readonly time: number;
  /** 0: not told, or told to be 0. */
  readonly crc: number;
  /** null: not told here. */
  readonly packed: number | null;
  readonly size: number | null;
  readonly names: readonly string[];
};
export type LocalHeader = Told & { readonly data: number };
export type CentralEntry = Told & { readonly end: number; readonly offset: number; readonly disk: number };
/** Where a directory ends, and where it says that the directory lies. */
export type EndRecord = { readonly at: number; readonly size: number; readonly offset: number; readonly disk: number };

export const signatureAt = (bytes: Buffer, at: number): number => (at >= 0 && at + 4 <= bytes.length ? bytes.readUInt32LE(at) : -1);

/** The header at `at`; null when it is not whole. */
export function localAt(bytes: Buffer, at: number): LocalHeader | null {
  if (at < 0 || at + 30 > bytes.length) return null;
  const nameEnd = at + 30 + bytes.readUInt16LE(at + 26);
  const data = nameEnd + bytes.readUInt16LE(at + 28);
  if (data > bytes.length) return null;
  return { ...toldAt(bytes, at, at + 6, at + 30, nameEnd, data), data };
}

export function centralAt(bytes: Buffer, at: number): CentralEntry | null {
  if (at + 46 > bytes.length) return null;
  const nameEnd = at + 46 + bytes.readUInt16LE(at + 28);
  const extraEnd = nameEnd + bytes.readUInt16LE(at + 30);
  if (extraEnd > bytes.length) return null;
  const end = Math.min(bytes.length, extraEnd + bytes.readUInt16LE(at + 32));
  const wide = wideOf(bytes, nameEnd, extraEnd);
  const skip = [at + 24, at + 20].filter(place => bytes.readUInt32LE(place) === 0xffffffff).length;
  const offset = bytes.readUInt32LE(at + 42);
  return {
    ...toldAt(bytes, at, at + 8, at + 46, nameEnd, extraEnd),
    end,
    offset: offset === 0xffffffff ? (wide[skip] ?? offset) : offset,
    disk: bytes.readUInt16LE(at + 34),
  };
}

/** The end record, or the wider one of zip64, at `at`. */
export function endAt(bytes: Buffer, at: number): EndRecord | null {
  const signature = signatureAt(bytes, at);
  if (signature === END && at + 22 <= bytes.length) {
    return { at, disk: bytes.readUInt16LE(at + 4), size: bytes.readUInt32LE(at + 12), offset: bytes.readUInt32LE(at + 16) };
  }
  if (signature !== END64 || at + 56 > bytes.length) return null;
  return { at, disk: bytes.readUInt32LE(at + 16), size: number64(bytes, at + 40), offset: number64(bytes, at + 48) };
}

/** Local headers and entries have the same fields from the flags on. */
function toldAt(bytes: Buffer, at: number, fields: number, name: number, nameEnd: number, extraEnd: number): Told {
  const flags = bytes.readUInt16LE(fields);
  const extras = extrasOf(bytes, nameEnd, extraEnd);
  const said = bytes.readUInt16LE(fields + 2);
  const wide = wideOf(bytes, nameEnd, extraEnd);
  const [small, smallSize] = [bytes.readUInt32LE(fields + 12), bytes.readUInt32LE(fields + 16)];
  // In the wide field the size comes first, and each stands there only when its small field says so.
  const size = smallSize === 0xffffffff ? (wide[0] ?? null) : smallSize;
  const packed = small === 0xffffffff ? (wide[smallSize === 0xffffffff ? 1 : 0] ?? null) : small;
  const behind = bytes.readUInt32LE(at) === LOCAL && (flags & SIZES_BEHIND) !== 0;
  return {
    at,
    flags,
    method: said === 99 && extras.aes ? extras.method : said,
    encrypted: (flags & (ENCRYPTED | 0x40)) !== 0 || said === 99,
    aes: said === 99 ? extras.aes : null,
    time: bytes.readUInt16LE(fields + 4),
    crc: bytes.readUInt32LE(fields + 8),
    packed: behind && packed === 0 ? null : packed,
    size: behind && size === 0 ? null : size,
    names: [nameOf(bytes.subarray(name, nameEnd), flags), ...extras.names],
  };
}

/** Bit 11: UTF-8; else the old code page, of which only ASCII matters for the rules. */
const nameOf = (bytes: Buffer, flags: number): string => bytes.toString(flags & UTF8 ? 'utf8' : 'latin1');

type Extras = { readonly aes: Aes | null; readonly method: number; readonly names: readonly string[] };

function extrasOf(bytes: Buffer, from: number, to: number): Extras {
  let aes: Aes | null = null;
  let method = 0;
  const names: string[] = [];
  for (const { id, at, end } of fieldsOf(bytes, from, to)) {
    if (id === 0x9901 && end - at >= 7) {
      const strength = bytes[at + 4];
      if (strength === 1 || strength === 2 || strength === 3) aes = { strength, version: bytes.readUInt16LE(at) };
      method = bytes.readUInt16LE(at + 5);
    }
    // A name in Unicode beside one in an old code page (Info-ZIP).
    if (id === 0x7075 && end - at > 5 && names.length < 4) names.push(bytes.toString('utf8', at + 5, end));
  }
  return { aes, method, names };
}

/** The numbers of the zip64 field, in the order in which they stand. */
function wideOf(bytes: Buffer, from: number, to: number): readonly number[] {
  for (const { id, at, end } of fieldsOf(bytes, from, to)) {
    if (id !== 1) continue;
    const numbers: number[] = [];
    for (let place = at; place + 8 <= end && numbers.length < 3; place += 8) numbers.push(number64(bytes, place));
    return numbers;
  }
  return [];
}

function* fieldsOf(bytes: Buffer, from: number, to: number): Generator<{ readonly id: number; readonly at: number; readonly end: number }> {
  for (let at = from; at + 4 <= to;) {
    const end = at + 4 + bytes.readUInt16LE(at + 2);
    if (end > to) return;
    yield { id: bytes.readUInt16LE(at), at: at + 4, end };
    at = end;
  }
}

const number64 = (bytes: Buffer, at: number): number => bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 2 ** 32;

/** Whether what looks like a local header is one and not four bytes by chance: only then does it count where nothing points to it. */
export const isPlausible = (bytes: Buffer, at: number): boolean =>
  signatureAt(bytes, at) === LOCAL && at + 30 <= bytes.length && arePlausible(bytes, at + 4, at + 26, at + 30);

/** The same of an entry of a directory. */
export const isPlausibleEntry = (bytes: Buffer, at: number): boolean =>
  signatureAt(bytes, at) === CENTRAL && at + 46 <= bytes.length && arePlausible(bytes, at + 6, at + 28, at + 46);

function arePlausible(bytes: Buffer, version: number, length: number, name: number): boolean {
  if ((bytes[version] as number) > 99 || (bytes[version + 1] as number) > 30) return false;
  if ((bytes.readUInt16LE(version + 2) & RESERVED) !== 0 || !METHODS.has(bytes.readUInt16LE(version + 4))) return false;
  const nameLength = bytes.readUInt16LE(length);
  const end = name + nameLength;
  if (nameLength === 0 || nameLength > 1_024 || end > bytes.length) return false;
  for (let at = name; at < end; at++) if ((bytes[at] as number) < 32) return false;
  return true;
}
