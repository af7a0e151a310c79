// RAR 5 and later: a chain of blocks (CRC-32, sizes and fields as variable-length integers) behind `Rar!\x1a\x07\x01\x00`, as the RAR 5.0
// archive format page of rarlab.com tells it.
import { crc32 } from 'node:zlib';
import type { Why } from '../opener.ts';
import { mayWalk, onlyZerosFrom, type RarArchive, type RarEntry, type Walked } from './rar-archive.ts';

export const RAR5 = Buffer.from('Rar!\x1a\x07\x01\x00', 'latin1');

const [MAIN, FILE, SERVICE, CRYPT, END] = [1, 2, 3, 4, 5];
const MAX_HEADER = 2 * 1024 * 1024;

type Block = {
  readonly at: number;
  readonly type: number;
  readonly flags: number;
  readonly rightCrc: boolean;
  /** Its own fields, and the records behind them. */
  readonly fields: Reader;
  readonly extra: Buffer;
  readonly data: number;
  readonly packed: number;
};
/** Numbers in a row; after the last byte, or a number that cannot be, it is `broken` and gives zeros. */
type Reader = {
  readonly vint: () => number;
  readonly u32: () => number;
  readonly take: (length: number) => Buffer;
  readonly at: () => number;
  readonly broken: () => boolean;
};

/** The archive whose signature stands at `start`; null when neither a main nor an encryption header follows it. */
export function readRar5(bytes: Buffer, start: number, walked: Walked): RarArchive | null {
  const first = blockAt(bytes, start + RAR5.length);
  if (!first || (first.type !== MAIN && first.type !== CRYPT)) return null;
  const entries: RarEntry[] = [];
  const whys = new Set<Why>();
  const told = (end: number): RarArchive => ({ entries, end, whys });
  let fileName = '';
  for (let at = first.at; at < bytes.length;) {
    if (!mayWalk(walked, 5, at, whys)) return told(bytes.length);
    const block = blockAt(bytes, at);
    if (!block) {
      if (!onlyZerosFrom(bytes, at)) whys.add('damaged');
      return told(bytes.length);
    }
    if (!block.rightCrc) whys.add('damaged');
    at = block.data + block.packed;
    if (block.type === CRYPT) {
      whys.add('encrypted');
      return told(bytes.length);
    }
    if (block.type === END) {
      if (block.fields.vint() & 1) whys.add('split_archive');
      return told(Math.min(at, bytes.length));
    }
    if (block.type === FILE || block.type === SERVICE) {
      const entry = entryOf(block, fileName);
      if (entry === 'damaged') whys.add('damaged');
      else if (entry === 'quick open') {
        if (!honestQuickOpen(bytes, block)) whys.add('damaged');
      } else if (entry) entries.push(entry);
      if (block.type === FILE && entry && typeof entry === 'object') fileName = entry.name ?? '';
    } else if (block.type !== MAIN) whys.add('damaged');
  }
  return told(bytes.length);
}

function blockAt(bytes: Buffer, at: number): Block | null {
  const front = readerOf(bytes.subarray(at, at + 7));
  const crc = front.u32();
  const size = front.vint();
  const end = at + front.at() + size;
  if (front.broken() || size < 2 || size > MAX_HEADER || end > bytes.length) return null;
  const fields = readerOf(bytes.subarray(at + front.at(), end));
  const type = fields.vint();
  const flags = fields.vint();
  const extra = flags & 1 ? fields.vint() : 0;
  const packed = flags & 2 ? fields.vint() : 0;
  if (fields.broken() || extra > size - fields.at()) return null;
  return {
    at,
    type,
    flags,
    rightCrc: crc === crc32(bytes.subarray(at + 4, end)),
    fields,
    extra: bytes.subarray(end - extra, end),
    data: end,
    packed,
  };
}

function entryOf({ type, flags, fields, extra, data, packed }: Block, fileName: string): RarEntry | 'damaged' | 'quick open' | null {
  const about = fields.vint();
  const size = fields.vint();
  fields.vint();
  if (about & 2) fields.u32();
  const crc = about & 4 ? fields.u32() : null;
  const method = fields.vint();
  fields.vint();
  const name = fields.take(fields.vint()).toString('utf8');
  if (fields.broken()) return 'damaged';
  const records = recordsOf(extra);
  if (!records) return 'damaged';
  const service = type === SERVICE;
  const stored = ((method >> 7) & 7) === 0;
  const encrypted = records.has(1);
  if (service && name === 'QO' && stored && !encrypted) return 'quick open';
  // Of the services only streams hold what is written to disk. A comment is text that some readers show.
  if (service && name !== 'STM' && !(name === 'CMT' && stored && !encrypted)) return null;
  const split = (flags & 0x18) !== 0;
  const hollow = (about & 1) !== 0 || records.has(5);
  return {
    name: !service ? name : name === 'CMT' ? null : `${fileName}${streamName(records.get(7))}`,
    otherName: null,
    stored,
    encrypted,
    split,
    hollow: hollow && packed === 0,
    aside: service || hollow,
    data,
    packed,
    size: about & 8 || service ? null : size,
    crc: split ? null : crc,
  };
}

function streamName(record: Buffer | undefined): string {
  const name = record?.toString('utf8') ?? '';
  return name.startsWith(':') ? name : `:${name}`;
}

/** By type: 1 encryption, 5 link, 7 data of a service. */
function recordsOf(extra: Buffer): ReadonlyMap<number, Buffer> | null {
  const records = new Map<number, Buffer>();
  const reader = readerOf(extra);
  while (reader.at() < extra.length) {
    const record = reader.take(reader.vint());
    const inside = readerOf(record);
    const type = inside.vint();
    if (reader.broken() || inside.broken()) return null;
    if (!records.has(type)) records.set(type, record.subarray(inside.at()));
  }
  return records;
}

/** Copies of headers, from which some readers list and unpack: each must be what stands at its place. */
function honestQuickOpen(bytes: Buffer, { at, data, packed }: Block): boolean {
  const reader = readerOf(bytes.subarray(data, data + packed));
  while (reader.at() < packed) {
    reader.u32();
    const copy = readerOf(reader.take(reader.vint()));
    copy.vint();
    const place = at - copy.vint();
    const header = copy.take(copy.vint());
    if (reader.broken() || copy.broken() || place < 0 || !bytes.subarray(place, place + header.length).equals(header)) return false;
  }
  return true;
}

function readerOf(bytes: Buffer): Reader {
  let at = 0;
  let broken = false;
  const take = (length: number): Buffer => {
    if (length > bytes.length - at) {
      broken = true;
      at = bytes.length;
      return Buffer.alloc(0);
    }
    at += length;
    return bytes.subarray(at - length, at);
  };
  const vint = (): number => {
    let value = 0;
    for (let n = 0; n < 10; n++) {
      const byte = bytes[at];
      if (byte === undefined) break;
      at++;
      value += (byte & 0x7f) * 2 ** (7 * n);
      if (byte < 0x80 && Number.isSafeInteger(value)) return value;
    }
    broken = true;
    return 0;
  };
  const u32 = (): number => {
    const four = take(4);
    return four.length === 4 ? four.readUInt32LE() : 0;
  };
  return { vint, u32, take, at: () => at, broken: () => broken };
}
