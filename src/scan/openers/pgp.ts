// OpenPGP messages (RFC 9580), armored or binary: what is signed or only packed is a member, what is encrypted is unseen, and keys and
// signatures alone are nothing.
import type { Opener, Opening, Sight, Unpacked } from '../opener.ts';
import { bzip2 } from '../codecs/bzip2.ts';
import { decodeBase64 } from '../../message/transfer.ts';
import { newTally, show, type Tally } from './decoded.ts';
import { inflateData } from './zlib-data.ts';

const ARMOR = '-----BEGIN PGP MESSAGE';
const PKESK = 1;
const SKESK = 3;
const COMPRESSED = 8;
const ENCRYPTED = new Set([PKESK, SKESK, 9, 18, 20]);
const LITERAL = 11;
const MOST_DEPTH = 6;
const MOST_PACKETS = 1_000;
const MOST_BLOCKS = 100;

/** Armor anywhere in the beginning, or packets that begin a message. Keys and signatures are none. */
export const isPgp = (bytes: Buffer): boolean =>
  /(?:^|[\r\n])-----BEGIN PGP MESSAGE(?:, PART [\d/]{1,9})?-----\s/.test(bytes.toString('latin1', 0, 8_192)) || isBinary(bytes);

export const openPgp: Opener = function* (bytes, opening) {
  const tally = newTally();
  let blocks = 0;
  for (let at = bytes.indexOf(ARMOR); at >= 0; at = bytes.indexOf(ARMOR, at + ARMOR.length)) {
    if (++blocks > MOST_BLOCKS) return yield { see: 'unseen', name: null, why: 'too_many_parts' };
    yield* message(unarmored(bytes, at), opening, tally, 0);
    if (tally.full) return;
  }
  if (blocks === 0) yield* message(bytes, opening, tally, 0);
};

/** From the empty line behind the headers to the checksum (`=` and four digits on a line) or the tail. */
function unarmored(bytes: Buffer, at: number): Buffer {
  const tail = bytes.indexOf('-----END PGP', at);
  const text = bytes.toString('latin1', at, tail < 0 ? bytes.length : tail);
  const lines = text.split(/\r?\n|\r/).slice(1);
  // Headers have a colon, which base64 has not; the empty line may be lost.
  const first = lines.findIndex(line => line.trim() !== '' && !/^[\w-]{1,40}:/.test(line));
  const body = first < 0 ? [] : lines.slice(first);
  const sum = body.findIndex(line => /^=[\w+/]{4}\s*$/.test(line));
  return decodeBase64(Buffer.from((sum < 0 ? body : body.slice(0, sum)).join('\n'), 'latin1'));
}

type Packet = { readonly tag: number; readonly body: Buffer; readonly next: number; readonly cut: boolean };

function* message(bytes: Buffer, opening: Opening, tally: Tally, depth: number): Generator<Sight> {
  let known = 0;
  for (let at = 0, n = 0; at < bytes.length && n < MOST_PACKETS; n++) {
    const packet = readPacket(bytes, at);
    // Of what nothing was understood nobody can open anything: armor that somebody quoted, cut or mangled is text.
    if (!packet) return known > 0 ? yield unseen('damaged') : undefined;
    at = packet.next;
    if (ENCRYPTED.has(packet.tag)) return yield unseen('encrypted');
    if (packet.tag === LITERAL) yield* literal(packet, opening, tally);
    else if (packet.tag === COMPRESSED) yield* compressed(packet.body, opening, tally, depth);
    else if (packet.cut) yield unseen('damaged');
    if (packet.tag !== 0) known++;
    if (tally.full) return;
  }
}

function* literal({ body, cut }: Packet, opening: Opening, tally: Tally): Generator<Sight> {
  const nameEnd = 2 + (body[1] ?? 0);
  const name = body.toString('utf8', 2, nameEnd);
  const data = body.subarray(nameEnd + 4);
  const own = opening.name?.replace(/\.(?:asc|gpg|pgp)$/i, '') ?? null;
  // `_CONSOLE` is no name but a wish not to keep it.
  const given = name !== '' && name !== '_CONSOLE' ? name : null;
  const sight = show(opening, tally, given ?? own, data, data.length);
  yield sight.see === 'member' && given !== null && own !== null && own.includes('.') && own !== given
    ? { ...sight, otherName: own }
    : sight;
  if (cut || nameEnd + 4 > body.length) yield unseen('damaged');
}

function* compressed(body: Buffer, opening: Opening, tally: Tally, depth: number): Generator<Sight> {
  if (depth >= MOST_DEPTH) return yield unseen('too_deep');
  const packed = body.subarray(1);
  const { bytes, why } = uncompressed(body[0] ?? -1, packed, opening.room(packed.length));
  if (bytes.length > 0) yield* message(bytes, opening, tally, depth + 1);
  if (why) yield unseen(why);
}

function uncompressed(algorithm: number, packed: Buffer, most: number): Unpacked {
  if (algorithm === 0) return { bytes: packed, used: packed.length, why: null };
  if (algorithm === 1) return inflateData(packed, most, 'raw');
  if (algorithm === 2) return inflateData(packed, most, 'zlib');
  return algorithm === 3 ? bzip2(packed, most) : { bytes: Buffer.alloc(0), used: 0, why: 'method' };
}

const unseen = (why: 'damaged' | 'encrypted' | 'too_deep' | 'method' | 'too_large'): Sight => ({ see: 'unseen', name: null, why });

/** Section 4.2: old and new headers; a new one may give the body in parts. */
function readPacket(bytes: Buffer, at: number): Packet | null {
  const head = bytes[at] as number;
  if ((head & 0x80) === 0 || at + 2 > bytes.length) return null;
  if ((head & 0x40) === 0) {
    const tag = (head >> 2) & 15;
    const size = [1, 2, 4, 0][head & 3] as number;
    if (size === 0) return { tag, body: bytes.subarray(at + 1), next: bytes.length, cut: false };
    if (at + 1 + size > bytes.length) return null;
    return slice(bytes, tag, at + 1 + size, bytes.readUIntBE(at + 1, size));
  }
  const tag = head & 63;
  const parts: Buffer[] = [];
  for (at++; ;) {
    const length = newLength(bytes, at);
    if (!length) return { tag, body: Buffer.concat(parts), next: bytes.length, cut: true };
    const part = slice(bytes, tag, at + length.size, length.value);
    if (!length.partial && parts.length === 0) return part;
    parts.push(part.body);
    at = part.next;
    if (!length.partial || part.cut) return { tag, body: Buffer.concat(parts), next: at, cut: part.cut };
  }
}

function slice(bytes: Buffer, tag: number, start: number, length: number): Packet {
  const end = Math.min(bytes.length, start + length);
  return { tag, body: bytes.subarray(start, end), next: end, cut: start + length > bytes.length };
}

function newLength(bytes: Buffer, at: number): { readonly size: number; readonly value: number; readonly partial: boolean } | null {
  const first = bytes[at];
  if (first === undefined) return null;
  if (first < 192) return { size: 1, value: first, partial: false };
  if (first < 224)
    return at + 2 > bytes.length ? null : { size: 2, value: (first - 192) * 256 + (bytes[at + 1] as number) + 192, partial: false };
  if (first < 255) return { size: 1, value: 2 ** (first & 31), partial: true };
  return at + 5 > bytes.length ? null : { size: 5, value: bytes.readUInt32BE(at + 1), partial: false };
}

/** The first bytes of a message are much like noise: the first packet has to be a likely one, with its version and algorithm. */
function isBinary(bytes: Buffer): boolean {
  if (bytes.length < 8 || ((bytes[0] as number) & 0x80) === 0) return false;
  const packet = readPacket(bytes, 0);
  if (!packet) return false;
  const { tag, body, next, cut } = packet;
  if (tag === PKESK) return !cut && (body[0] === 3 ? [1, 2, 16, 18, 25, 26].includes(body[9] ?? 0) : body[0] === 6) && follows(bytes, next);
  if (tag === SKESK) return !cut && [4, 5, 6].includes(body[0] ?? 0) && body.length < 200 && follows(bytes, next);
  if (tag === COMPRESSED)
    // GnuPG leaves its length open; zlib and bzip2 have marks of their own.
    return body[0] === 1 ? bytes[0] === 0xa3 : body[0] === 2 ? body[1] === 0x78 : body[0] === 3 && body.toString('latin1', 1, 4) === 'BZh';
  return tag === LITERAL && /^[btul1m]$/.test(String.fromCharCode(body[0] ?? 0)) && !cut && next === bytes.length && body.length > 6;
}

/** Behind a session key stands another or the data that it is for. */
function follows(bytes: Buffer, at: number): boolean {
  const head = bytes[at] ?? 0;
  const tag = head & 0x40 ? head & 63 : (head >> 2) & 15;
  return (head & 0x80) !== 0 && ENCRYPTED.has(tag);
}
