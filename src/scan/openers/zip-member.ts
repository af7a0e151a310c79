// One member of a zip archive: the ways in which it can be read, by what the local header and the directories say of it, and what each way
// gives. Where they disagree all of them are tried.
import { crc32 } from 'node:zlib';
import type { Opening, Why } from '../opener.ts';
import { openAes, openTraditional } from './zip-crypto.ts';
import { unpackZip, type Hints } from './zip-methods.ts';
import { CENTRAL, DESCRIPTOR, LOCAL, MARKED_END, SIZES_BEHIND, STORED, STRONG, signatureAt, type Told } from './zip-records.ts';

const NOTHING = Buffer.alloc(0);
const MOST_PASSWORDS = 20;

/** What the work on one archive may cost beyond its output. */
export type Purse = {
  /** The password that fitted last. */
  good: Buffer | null;
  /** Keys that may be made from passwords which may be wrong. */
  derivations: number;
  /** Bytes that may be decrypted, with wrong passwords too. */
  bytes: number;
  /** Bytes that may be searched for the end of data without a size. */
  search: number;
  /** Damaged members of which what came out is looked for. */
  salvage: number;
  /** Bytes that may be unpacked only to find that they are too many. */
  waste: number;
};

/** What one way of reading gave. `used`: packed bytes; `wrong`: all of it is there, and the checksum is another. */
export type Try = { readonly bytes: Buffer; readonly used: number; readonly why: Why | null; readonly wrong: boolean };

type Place = { readonly bytes: Buffer; readonly opening: Opening; readonly purse: Purse };

/** A name with a slash behind it, and no data. */
export const isFolder = (places: readonly Told[]): boolean =>
  places.every(({ names, method, packed, size }) => names[0]?.endsWith('/') && method === STORED && !packed && !size);

/** Every distinct way of reading the data at `data`, the plain ones first. */
export function* triesAt(walk: Place, data: number, places: readonly Told[]): Generator<Try> {
  const open = places.filter(({ encrypted }) => !encrypted);
  const locked = places.filter(({ encrypted }) => encrypted);
  const crcs = new Set(places.map(({ crc }) => crc).filter(crc => crc !== 0));
  for (const method of methodsOf(open)) {
    if (method === STORED)
      yield* storedTries(
        walk,
        data,
        open.filter(told => told.method === STORED),
        crcs,
      );
    else yield unpacked(walk, data, method, places, crcs);
  }
  if (locked.length === 0) return;
  // Said to be encrypted everywhere and yet plain: for readers that do not look at that. Only the checksum can tell.
  if (open.length === 0 && crcs.size > 0) {
    for (const method of methodsOf(locked)) {
      if (method === STORED) continue;
      const made = unpacked(walk, data, method, places, crcs);
      if (!made.why && !made.wrong) yield { ...made, used: 0 };
    }
  }
  yield lockedTry(walk, data, locked, places, crcs);
}

const methodsOf = (places: readonly Told[]): readonly number[] => [...new Set(places.map(({ method }) => method))];

/** The largest size that is told; 0 for none. */
const most = (sizes: readonly (number | null)[]): number => sizes.reduce<number>((max, size) => Math.max(max, size ?? 0), 0);

/** Not packed: each size that is told is one that some reader takes. */
function* storedTries(walk: Place, data: number, places: readonly Told[], crcs: ReadonlySet<number>): Generator<Try> {
  const { bytes } = walk;
  const told = new Set(places.flatMap(({ packed, size }) => [packed, size]).filter(size => size !== null));
  if (told.size > 1) told.delete(0);
  if (told.size === 0) {
    const end = endOfStored(walk, data);
    const whole = bytes.subarray(data, end ?? bytes.length);
    yield { bytes: whole, used: whole.length, why: end === null ? 'damaged' : null, wrong: false };
  }
  for (const size of [...told].sort((one, two) => two - one).slice(0, 8)) {
    const whole = bytes.subarray(data, data + size);
    const why = whole.length < size ? 'damaged' : null;
    yield { bytes: whole, used: whole.length, why, wrong: why === null && isWrong(walk, whole, data + size, crcs) };
  }
}

/** Stored data whose size stands behind them end where a descriptor has just that size, or else where the next record begins. */
function endOfStored({ bytes, purse }: Place, data: number): number | null {
  if (purse.search <= 0) return null;
  let next: number | null = null;
  let at = bytes.indexOf('PK', data);
  for (; at >= 0; at = bytes.indexOf('PK', at + 2)) {
    const end = endBefore(bytes, data, at);
    purse.search -= end === null ? 0 : at - data;
    if (end !== null) return end;
    const signature = signatureAt(bytes, at);
    if (signature === LOCAL || signature === CENTRAL) next ??= at;
  }
  purse.search -= bytes.length - data;
  return next;
}

/** Where the data end if their descriptor stands at `at`, or just before it and has no signature. */
function endBefore(bytes: Buffer, data: number, at: number): number | null {
  const signature = signatureAt(bytes, at);
  if (signature === DESCRIPTOR && at + 12 <= bytes.length && bytes.readUInt32LE(at + 8) === at - data) return at;
  if (signature !== LOCAL && signature !== CENTRAL) return null;
  const length = [12, 20].find(length => at - length >= data && bytes.readUInt32LE(at - length + 4) === at - length - data);
  return length === undefined ? null : at - length;
}

/** Packed: where the stream ends is in the stream, mostly. */
function unpacked(walk: Place, data: number, method: number, places: readonly Told[], crcs: ReadonlySet<number>): Try {
  const { bytes, opening, purse } = walk;
  const beyond = bytes.subarray(data);
  const told = most(places.map(({ packed }) => packed));
  const packed = told > 0 ? beyond.subarray(0, told) : beyond;
  const room = purse.waste > 0 ? opening.room(packed.length) : 0;
  if (room <= 0) return { bytes: NOTHING, used: 0, why: 'too_large', wrong: false };
  const { bytes: made, used, why } = unpackZip(method, packed, beyond, room, hintsOf(walk, places));
  if (why === 'too_large') purse.waste -= room;
  if (why === 'damaged') purse.salvage--;
  return { bytes: why === 'too_large' ? NOTHING : made, used, why, wrong: why === null && isWrong(walk, made, data + used, crcs) };
}

function hintsOf({ purse }: Place, places: readonly Told[]): Hints {
  return {
    size: most(places.map(({ size }) => size)) || null,
    marked: places.some(({ flags }) => flags & MARKED_END),
    salvage: purse.salvage > 0,
  };
}

/** The checksum is none of those that are told, before the data or behind them. */
function isWrong({ bytes }: Place, made: Buffer, end: number, crcs: ReadonlySet<number>): boolean {
  if (crcs.size === 0) return false;
  const crc = crc32(made);
  if (crcs.has(crc)) return false;
  const behind = signatureAt(bytes, end) === DESCRIPTOR ? end + 4 : end;
  return signatureAt(bytes, behind) !== crc;
}

/** Encrypted: by the passwords there are. */
function lockedTry(walk: Place, data: number, locked: readonly Told[], places: readonly Told[], crcs: ReadonlySet<number>): Try {
  const { bytes, opening, purse } = walk;
  const length = most(places.map(({ packed }) => packed));
  const cipher = bytes.subarray(data, data + length);
  const failed: Try = { bytes: NOTHING, used: cipher.length, why: 'encrypted', wrong: false };
  // An empty file needs no password.
  if (length === 12 && locked.every(({ aes, method, size }) => aes === null && method === STORED && size === 0))
    return { ...failed, why: null };
  if (length === 0 || cipher.length < length || locked.some(({ flags }) => flags & STRONG)) return failed;
  const words = opening.passwords.slice(0, MOST_PASSWORDS).flatMap(bytesOf);
  for (const password of purse.good ? [purse.good, ...words] : words) {
    for (const told of locked) {
      const plain = decrypted(walk, cipher, told, places, password);
      if (!plain) continue;
      const room = purse.waste > 0 ? opening.room(plain.length) : 0;
      if (room <= 0) return { ...failed, why: 'too_large' };
      const { method, aes } = told;
      const made = method === STORED ? { bytes: plain, why: null } : unpackZip(method, plain, plain, room, hintsOf(walk, places));
      if (made.why === 'too_large') purse.waste -= room;
      const signed = aes !== null;
      if (made.why === null && (signed || (crcs.size > 0 && crcs.has(crc32(made.bytes))))) {
        purse.good = password;
        return { ...failed, bytes: made.bytes, why: null };
      }
      if (signed || made.why === 'too_large') return { ...failed, bytes: made.why === 'too_large' ? NOTHING : made.bytes, why: made.why };
    }
  }
  return failed;
}

/** UTF-8, and for old archives one byte for each character. */
function bytesOf(password: string): readonly Buffer[] {
  const [wide, narrow] = [Buffer.from(password, 'utf8'), Buffer.from(password, 'latin1')];
  return wide.equals(narrow) ? [wide] : [wide, narrow];
}

function decrypted({ purse }: Place, locked: Buffer, told: Told, places: readonly Told[], password: Buffer): Buffer | null {
  if (told.aes) {
    // The password that fitted before is tried for as many members as may be shown.
    if (purse.bytes < locked.length || (password !== purse.good && purse.derivations-- <= 0)) return null;
    const plain = openAes(locked, told.aes, password);
    if (plain) purse.bytes -= locked.length;
    return plain;
  }
  if (purse.bytes < locked.length) return null;
  const checks = places.flatMap(({ crc, time, flags }) => (flags & SIZES_BEHIND ? [time >> 8, crc >>> 24] : [crc >>> 24, time >> 8]));
  const open = openTraditional(locked, password, checks);
  if (!open) return null;
  purse.bytes -= locked.length;
  return open();
}
