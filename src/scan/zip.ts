// Zip archives as every reader might see them: the central directory and the local headers, wherever they stand, each member once. A
// directory that lies, data in front or behind, and members that it does not name are all read. Pure, over node:zlib.
import { inflateRawSync } from 'node:zlib';

export type Member = {
  readonly name: string;
  /** null: encrypted, packed in a way we do not know, damaged, or larger than `most`. */
  readonly bytes: Buffer | null;
  readonly why: 'ok' | 'encrypted' | 'method' | 'damaged' | 'too_large';
  readonly packed: number;
};

const LOCAL = Buffer.from('PK\x03\x04', 'latin1');
const CENTRAL = Buffer.from('PK\x01\x02', 'latin1');
const ENCRYPTED = 1;
const DESCRIPTOR = 8;
const STORED = 0;
const DEFLATED = 8;
const AES = 99;
/** The size stands in an extra field. */
const ZIP64 = 0xffffffff;

type Entry = { readonly flags: number; readonly method: number; readonly name: string; readonly data: number; readonly packed: number };

/** At most `count` members, each unpacked to at most `most` bytes. */
export function* zipMembers(bytes: Buffer, count: number, most: () => number): Generator<Member> {
  const directory = centralSizes(bytes, count);
  const seen = new Set<number>();
  let n = 0;
  for (let at = bytes.indexOf(LOCAL); at >= 0 && n < count; at = bytes.indexOf(LOCAL, at + 4)) {
    const entry = localEntry(bytes, at, directory);
    if (!entry || seen.has(entry.data)) continue;
    seen.add(entry.data);
    n++;
    yield unpack(bytes, entry, most());
    // A name that differs in the directory is what an unpacker would write: it counts as a name of the member too.
    const other = directory.get(at)?.name;
    if (other !== undefined && other !== entry.name) yield { name: other, bytes: Buffer.alloc(0), why: 'ok', packed: 0 };
  }
}

/** By offset of the local header: name and packed size as the central directory has them. Offsets may be shifted by data in front. */
function centralSizes(bytes: Buffer, count: number): ReadonlyMap<number, { readonly name: string; readonly packed: number }> {
  const found = new Map<number, { name: string; packed: number }>();
  const first = bytes.indexOf(LOCAL);
  let n = 0;
  for (let at = bytes.indexOf(CENTRAL); at >= 0 && at + 46 <= bytes.length && n < count; at = bytes.indexOf(CENTRAL, at + 4), n++) {
    const nameLength = bytes.readUInt16LE(at + 28);
    const name = nameOf(bytes.subarray(at + 46, at + 46 + nameLength), bytes.readUInt16LE(at + 8));
    const offset = bytes.readUInt32LE(at + 42);
    const packed = bytes.readUInt32LE(at + 20);
    for (const place of [offset, offset + Math.max(0, first)]) {
      if (bytes.subarray(place, place + 4).equals(LOCAL) && !found.has(place)) {
        found.set(place, { name, packed });
        break;
      }
    }
  }
  return found;
}

function localEntry(bytes: Buffer, at: number, directory: ReadonlyMap<number, { readonly packed: number }>): Entry | null {
  if (at + 30 > bytes.length) return null;
  const flags = bytes.readUInt16LE(at + 6);
  const method = bytes.readUInt16LE(at + 8);
  const nameLength = bytes.readUInt16LE(at + 26);
  const data = at + 30 + nameLength + bytes.readUInt16LE(at + 28);
  if (data > bytes.length) return null;
  const said = bytes.readUInt32LE(at + 18);
  const other = directory.get(at)?.packed;
  // The larger of the two counts: a header that says 0 hides nothing that the directory knows of.
  const known = flags & DESCRIPTOR ? other : Math.max(said, other ?? 0);
  const room = bytes.length - data;
  const packed = known === undefined || known === ZIP64 || (known === 0 && method === DEFLATED) ? room : Math.min(known, room);
  return { flags, method, name: nameOf(bytes.subarray(at + 30, at + 30 + nameLength), flags), data, packed };
}

function unpack(bytes: Buffer, entry: Entry, most: number): Member {
  const { name, packed } = entry;
  const data = bytes.subarray(entry.data, entry.data + packed);
  if (entry.flags & ENCRYPTED || entry.method === AES) return { name, bytes: null, why: 'encrypted', packed };
  if (entry.method === STORED) {
    // Stored with its size behind the data (no directory names it): ends where the next header begins.
    const next = packed === bytes.length - entry.data ? data.indexOf('PK', 0, 'latin1') : -1;
    const whole = next > 0 && entry.flags & DESCRIPTOR ? data.subarray(0, next) : data;
    return whole.length > most ? { name, bytes: null, why: 'too_large', packed } : { name, bytes: whole, why: 'ok', packed };
  }
  if (entry.method !== DEFLATED) return { name, bytes: null, why: 'method', packed };
  try {
    return { name, bytes: inflateRawSync(data, { maxOutputLength: Math.max(1, most) }), why: 'ok', packed };
  } catch (error) {
    const code = (error as { code?: string }).code;
    return { name, bytes: null, why: code === 'ERR_BUFFER_TOO_LARGE' ? 'too_large' : 'damaged', packed };
  }
}

/** Bit 11: UTF-8; else the old code page, of which only ASCII matters for the rules. */
function nameOf(bytes: Buffer, flags: number): string {
  return bytes.toString(flags & 0x800 ? 'utf8' : 'latin1');
}
