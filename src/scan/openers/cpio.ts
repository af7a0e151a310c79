// cpio archives: portable ASCII (070707, POSIX.1-1988), SVR4 without and with checksum (070701, 070702), and the old binary form in both
// byte orders. Like GNU cpio it looks for the next header where one is missing; what lies between, and behind the trailer, is shown too.
import type { Opener } from '../opener.ts';
import { isZero, newShelf, textOf } from './stored.ts';

type Header = {
  /** Where the name stands, and where its field ends. */
  readonly name: number;
  readonly nameEnd: number;
  readonly folder: boolean;
  /** The name ends with its NUL, as every writer has it. */
  readonly sound: boolean;
  readonly data: number;
  readonly size: number;
  readonly next: number;
};

const TRAILER = 'TRAILER!!!';
/** Longer names are no names. */
const MOST_NAME = 0x10000;
/** Places that look like a header and are none: more are there only to cost time. */
const MOST_TRIES = 1_000_000;

/** A readable header comes first. The binary magic is only two bytes, so there the name has to be sound as well. */
export function isCpio(bytes: Buffer): boolean {
  const header = headerAt(bytes, 0);
  return header !== null && (header.sound || bytes[0] === 0x30);
}

export const openCpio: Opener = function* (bytes, opening) {
  const shelf = newShelf(opening);
  const tries = { left: MOST_TRIES };
  let ended = false;
  for (let at = 0; at < bytes.length && !shelf.full();) {
    const header = headerAt(bytes, at);
    if (!header || (!header.sound && at > 0)) {
      const next = nextHeader(bytes, at + 1, tries);
      const gap = bytes.subarray(at, next);
      if (!isZero(gap)) yield* shelf.show(null, gap);
      at = next;
      continue;
    }
    const { data, size, folder } = header;
    const name = textOf(bytes.subarray(header.name, header.nameEnd));
    ended = name === TRAILER && size === 0;
    const body = bytes.subarray(data, data + size);
    if (!ended && !(folder && size === 0)) yield* shelf.show(name, body, { whole: body.length === size });
    at = header.next;
  }
  // Every archive ends with its trailer.
  if ((!ended || tries.left <= 0) && !shelf.full()) yield { see: 'unseen', name: null, why: 'damaged' };
};

function headerAt(bytes: Buffer, at: number): Header | null {
  const kind = bytes[at] === 0x30 ? numberAt(bytes, at, 6, 8) : null;
  if (kind === 0o070707) {
    const [mode, nameSize, size] = [numberAt(bytes, at + 18, 6, 8), numberAt(bytes, at + 59, 6, 8), numberAt(bytes, at + 65, 11, 8)];
    return mode === null || nameSize === null || size === null ? null : built(bytes, at, at + 76, { mode, nameSize, size }, 1);
  }
  if (kind === 0o070701 || kind === 0o070702) {
    const [mode, size, nameSize] = [numberAt(bytes, at + 14, 8, 16), numberAt(bytes, at + 54, 8, 16), numberAt(bytes, at + 94, 8, 16)];
    return mode === null || nameSize === null || size === null ? null : built(bytes, at, at + 110, { mode, nameSize, size }, 4);
  }
  if (at + 26 > bytes.length) return null;
  const magic = bytes.readUInt16BE(at);
  if (magic !== 0xc771 && magic !== 0x71c7) return null;
  const read = magic === 0xc771 ? 'readUInt16LE' : 'readUInt16BE';
  const fields = { mode: bytes[read](at + 6), nameSize: bytes[read](at + 20), size: bytes[read](at + 22) * 0x10000 + bytes[read](at + 24) };
  return built(bytes, at, at + 26, fields, 2);
}

type Fields = { readonly mode: number; readonly nameSize: number; readonly size: number };

/** Name and data each end on a multiple of `step`, counted from the header. */
function built(bytes: Buffer, at: number, name: number, { mode, nameSize, size }: Fields, step: number): Header | null {
  if (nameSize < 1 || nameSize > MOST_NAME || name > bytes.length) return null;
  const up = (place: number): number => at + Math.ceil((place - at) / step) * step;
  const data = up(name + nameSize);
  return {
    name,
    nameEnd: name + nameSize,
    folder: (mode & 0o170000) === 0o040000,
    sound: bytes[name + nameSize - 1] === 0,
    data,
    size,
    next: up(data + size),
  };
}

/** The next place from `at` where a sound header stands; the end if there is none, or if too many tries failed. */
function nextHeader(bytes: Buffer, at: number, tries: { left: number }): number {
  for (let place = at; place < bytes.length && tries.left > 0; place++) {
    const byte = bytes[place];
    const next = bytes[place + 1];
    if (!(byte === 0x30 && next === 0x37) && !(byte === 0xc7 && next === 0x71) && !(byte === 0x71 && next === 0xc7)) continue;
    tries.left--;
    if (headerAt(bytes, place)?.sound) return place;
  }
  return bytes.length;
}

/** Digits of base 8 or 16, byte by byte: this is asked for at every place that could be a header. */
function numberAt(bytes: Buffer, at: number, length: number, base: 8 | 16): number | null {
  if (at + length > bytes.length) return null;
  let value = 0;
  for (let place = at; place < at + length; place++) {
    const byte = bytes[place] as number;
    const letter = byte | 0x20;
    const digit = byte >= 0x30 && byte <= 0x39 ? byte - 0x30 : letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : base;
    if (digit >= base) return null;
    value = value * base + digit;
  }
  return value;
}
