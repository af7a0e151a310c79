// RAR 1.5 to 4.x: a chain of blocks (CRC16, type, flags, size, data size) behind `Rar!\x1a\x07\x00`, as technote.txt of RAR 3 tells it.
import { crc32 } from 'node:zlib';
import type { Why } from '../opener.ts';
import { mayWalk, onlyZerosFrom, type RarArchive, type RarEntry, type Walked } from './rar-archive.ts';

export const RAR4 = Buffer.from('Rar!\x1a\x07\x00', 'latin1');

const [MAIN, FILE, OLD_SIGN, OLD_SUB, SIGN, SERVICE, END] = [0x73, 0x74, 0x76, 0x77, 0x79, 0x7a, 0x7b];
const HAS_DATA = 0x8000;
const MAIN_SIZE = 13;
const FILE_SIZE = 32;
const STREAM_SUB = 0x105;
const STORE = 0x30;

type Block = { readonly type: number; readonly flags: number; readonly at: number; readonly size: number; readonly data: number };

/** The archive whose signature stands at `start`; null when no main header follows it. */
export function readRar4(bytes: Buffer, start: number, walked: Walked): RarArchive | null {
  const main = blockAt(bytes, start + RAR4.length);
  if (!main || main.type !== MAIN || main.size < MAIN_SIZE) return null;
  const entries: RarEntry[] = [];
  const whys = new Set<Why>();
  if (!rightCrc(bytes, main)) whys.add('damaged');
  const told = (end: number): RarArchive => ({ entries, end, whys });
  if (main.flags & 0x80) {
    whys.add('encrypted');
    return told(bytes.length);
  }
  let fileName = '';
  for (let at = main.at + main.size + main.data; at < bytes.length;) {
    if (!mayWalk(walked, 4, at, whys)) return told(bytes.length);
    const block = blockAt(bytes, at);
    if (!block) {
      if (!onlyZerosFrom(bytes, at)) whys.add('damaged');
      return told(bytes.length);
    }
    if (!rightCrc(bytes, block)) whys.add('damaged');
    const next = at + block.size + block.data;
    if (block.type === END) {
      if (block.flags & 1) whys.add('split_archive');
      return told(Math.min(next, bytes.length));
    }
    if (block.type === FILE || block.type === SERVICE) {
      const entry = entryOf(bytes, block, fileName);
      if (entry === 'damaged') whys.add('damaged');
      else if (entry) entries.push(entry);
      if (block.type === FILE && entry && entry !== 'damaged') fileName = entry.name ?? '';
    } else if (block.type === OLD_SUB && block.size >= 14 && bytes.readUInt16LE(at + 11) === STREAM_SUB) whys.add('method');
    at = next;
  }
  return told(bytes.length);
}

function blockAt(bytes: Buffer, at: number): Block | null {
  if (at + 7 > bytes.length) return null;
  const type = bytes[at + 2] as number;
  const flags = bytes.readUInt16LE(at + 3);
  const size = bytes.readUInt16LE(at + 5);
  const file = type === FILE || type === SERVICE;
  const sized = file || (flags & HAS_DATA) !== 0;
  if (type < MAIN - 1 || type > END || size < (file ? FILE_SIZE : sized ? 11 : 7) || at + size > bytes.length) return null;
  const high = file && flags & 0x100 && size >= FILE_SIZE + 8 ? bytes.readUInt32LE(at + FILE_SIZE) : 0;
  return { type, flags, at, size, data: sized ? bytes.readUInt32LE(at + 7) + high * 2 ** 32 : 0 };
}

/** An old comment inside a header is not under its CRC; signatures of RAR 2 have one of their own. */
function rightCrc(bytes: Buffer, { type, flags, at, size }: Block): boolean {
  if (type === OLD_SIGN || type === SIGN) return true;
  const said = bytes.readUInt16LE(at);
  const over = (length: number): boolean => (crc32(bytes.subarray(at + 2, at + Math.min(length, size))) & 0xffff) === said;
  if (over(size)) return true;
  if (type === MAIN) return (flags & 2) !== 0 && over(MAIN_SIZE);
  return type === FILE && (flags & 8) !== 0 && over(nameEnd(bytes, at, flags).end);
}

function nameEnd(bytes: Buffer, at: number, flags: number): { readonly name: number; readonly end: number } {
  const name = FILE_SIZE + (flags & 0x100 ? 8 : 0);
  return { name, end: name + bytes.readUInt16LE(at + 26) };
}

function entryOf(bytes: Buffer, { type, flags, at, size, data }: Block, fileName: string): RarEntry | 'damaged' | null {
  const place = nameEnd(bytes, at, flags);
  if (place.end > size) return 'damaged';
  const raw = bytes.subarray(at + place.name, at + place.end);
  const service = type === SERVICE;
  const kind = service ? raw.toString('latin1') : 'file';
  const rest = bytes.subarray(at + place.end + (flags & 0x400 ? 8 : 0), at + size);
  const names = service ? { name: `${fileName}${streamName(rest)}`, otherName: null } : namesOf(raw, (flags & 0x200) !== 0);
  const stored = bytes[at + 25] === STORE;
  const high = flags & 0x100 ? bytes.readUInt32LE(at + FILE_SIZE + 4) : 0;
  const split = (flags & 3) !== 0;
  const folder = !service && (flags & 0xe0) === 0xe0;
  // Of the services only streams hold what is written to disk. A comment is text that some readers show.
  if (service && kind !== 'STM' && !(kind === 'CMT' && stored && !(flags & 4))) return null;
  return {
    ...(kind === 'CMT' ? { name: null, otherName: null } : names),
    stored,
    encrypted: (flags & 4) !== 0,
    split,
    hollow: folder && data === 0,
    aside: service || folder,
    data: at + size,
    packed: data,
    size: bytes.readUInt32LE(at + 11) + high * 2 ** 32,
    // Of a part of a member it is the CRC of the part; of a service it is not kept alike by all versions.
    crc: split || service ? null : bytes.readUInt32LE(at + 16),
  };
}

function streamName(raw: Buffer): string {
  const name = raw
    .subarray(0, raw.length & ~1)
    .toString('utf16le')
    .replace(/\0.*$/s, '');
  return name.startsWith(':') ? name : `:${name}`;
}

/** Both names: readers that know no Unicode write the plain one. */
function namesOf(raw: Buffer, unicode: boolean): { readonly name: string; readonly otherName: string | null } {
  if (!unicode) return { name: raw.toString('latin1'), otherName: null };
  const zero = raw.indexOf(0);
  if (zero < 0) return { name: raw.toString('utf8'), otherName: null };
  const plain = raw.subarray(0, zero);
  const name = decodedName(plain, raw.subarray(zero + 1));
  const narrow = plain.toString('latin1');
  return { name, otherName: narrow === name ? null : narrow };
}

/** Two bits for each run: a byte, a byte of the page that the first byte names, a whole unit, or units taken from the plain name. */
function decodedName(plain: Buffer, packed: Buffer): string {
  const units: number[] = [];
  const page = (packed[0] ?? 0) << 8;
  let bits = 0;
  let left = 0;
  for (let at = 1; at < packed.length && units.length < 0x8000;) {
    if (left === 0) {
      bits = packed[at++] as number;
      left = 8;
      if (at >= packed.length) break;
    }
    left -= 2;
    const kind = (bits >> left) & 3;
    const byte = packed[at++] as number;
    if (kind === 0) units.push(byte);
    else if (kind === 1) units.push(page | byte);
    else if (kind === 2) units.push(byte | ((packed[at++] ?? 0) << 8));
    else {
      const shift = byte & 0x80 ? (packed[at++] ?? 0) : null;
      for (let n = (byte & 0x7f) + 2; n > 0 && units.length < plain.length; n--) {
        const from = plain[units.length] as number;
        units.push(shift === null ? from : page | ((from + shift) & 0xff));
      }
    }
  }
  return String.fromCharCode(...units);
}
