// Encrypted Office files (ECMA-376 encryption, MS-OFFCRYPTO 2.3.4): agile and standard, opened with a password. Office itself opens files
// with one well-known password without asking, so that such a file is as good as not encrypted.
import { createDecipheriv, createHash, hash } from 'node:crypto';
import { attributesOf, xmlEvents } from './xml-events.ts';

/** What Office tries by itself: "read only" files of Excel have it. */
const KNOWN = 'VelvetSweatshop';
const MOST_PASSWORDS = 3;
const MOST_SPINS = 200_000;
const MOST_XML = 64 * 1024;
const SEGMENT = 4096;
const STANDARD_SPINS = 50_000;
const AES_KEYS: Readonly<Record<number, number>> = { 0x660e: 16, 0x660f: 24, 0x6610: 32 };
const VERIFIER_INPUT = Buffer.from('fea7d2763b4b9e79', 'hex');
const VERIFIER_VALUE = Buffer.from('d7aa0f6d3061344e', 'hex');
const KEY_VALUE = Buffer.from('146e0be7abacd0d6', 'hex');

/** The file inside, or null. `passwords` is asked for only when the known one does not fit. `most`: bytes that may come out. */
export function decryptOffice(info: Buffer, encrypted: Buffer, passwords: () => readonly string[], most: number): Buffer | null {
  const open =
    info.length < 8 ? null : info.readUInt32LE(0) === 0x0004_0004 ? agile(info) : info.readUInt16LE(2) === 2 ? standard(info) : null;
  if (!open || encrypted.length < 8 || encrypted.length - 8 > most) return null;
  for (const password of candidates(passwords)) {
    const found = open(password, encrypted);
    if (found) return found;
  }
  return null;
}

/** What is tried, one after the other. */
export function* candidates(passwords: () => readonly string[]): Generator<string> {
  yield KNOWN;
  yield* passwords().slice(0, MOST_PASSWORDS - 1);
}

type Open = (password: string, encrypted: Buffer) => Buffer | null;
type Part = {
  readonly salt: Buffer;
  readonly block: number;
  readonly key: number;
  readonly hash: string;
  readonly hashSize: number;
  readonly attributes: ReadonlyMap<string, string>;
};

/** Sizes and algorithms of one element, null when it wants what we do not have. */
function partOf(tag: string): Part | null {
  const attributes = attributesOf(tag);
  const number = (name: string): number => Number(attributes.get(name) ?? '');
  const name = (attributes.get('hashalgorithm') ?? '').replace('-', '').toLowerCase();
  const salt = Buffer.from(attributes.get('saltvalue') ?? '', 'base64');
  const key = number('keybits') / 8;
  const plain =
    ['sha1', 'sha256', 'sha384', 'sha512'].includes(name) &&
    attributes.get('cipheralgorithm') === 'AES' &&
    attributes.get('cipherchaining') === 'ChainingModeCBC';
  if (!plain || number('blocksize') !== 16 || ![16, 24, 32].includes(key) || salt.length === 0 || salt.length > 256) return null;
  return { salt, block: 16, key, hash: name, hashSize: number('hashsize'), attributes };
}

function agile(info: Buffer): Open | null {
  let data: Part | null = null;
  let encryptor: Part | null = null;
  for (const event of xmlEvents(info.toString('utf8', 8, 8 + MOST_XML))) {
    if (event.is !== 'open') continue;
    if (event.name === 'keydata') data ??= partOf(event.tag);
    else if (event.name === 'encryptedkey') encryptor ??= partOf(event.tag);
  }
  if (!data || !encryptor) return null;
  const [said, lock] = [data, encryptor];
  const spins = Number(lock.attributes.get('spincount') ?? '');
  if (!Number.isInteger(spins) || spins < 0 || spins > MOST_SPINS) return null;
  const value = (name: string): Buffer => Buffer.from(lock.attributes.get(name) ?? '', 'base64').subarray(0, 1024);
  return (password, encrypted) => {
    const spun = spin(lock.hash, lock.salt, password, spins);
    const opened = (block: Buffer, name: string): Buffer => {
      const key = fitted(hash(lock.hash, Buffer.concat([spun, block]), 'buffer'), lock.key);
      return decrypted(`aes-${lock.key * 8}-cbc`, key, fitted(lock.salt, lock.block), value(name));
    };
    const check = hash(lock.hash, opened(VERIFIER_INPUT, 'encryptedverifierhashinput').subarray(0, lock.salt.length), 'buffer');
    const right = opened(VERIFIER_VALUE, 'encryptedverifierhashvalue').subarray(0, check.length);
    const key = opened(KEY_VALUE, 'encryptedkeyvalue').subarray(0, said.key);
    if (!check.equals(right) || key.length !== said.key) return null;
    return cutToSize(encrypted, segments(said, key, encrypted.subarray(8)));
  };
}

/** Each 4,096 bytes with an initial block of its own. */
function segments({ salt, hash: name, key: size, block }: Part, key: Buffer, encrypted: Buffer): Buffer {
  const pieces: Buffer[] = [];
  const number = Buffer.alloc(4);
  for (let at = 0, n = 0; at < encrypted.length; at += SEGMENT, n++) {
    number.writeUInt32LE(n);
    const first = fitted(hash(name, Buffer.concat([salt, number]), 'buffer'), block);
    pieces.push(decrypted(`aes-${size * 8}-cbc`, key, first, encrypted.subarray(at, at + SEGMENT)));
  }
  return Buffer.concat(pieces);
}

/** AES in blocks of their own, SHA-1, 50,000 rounds (2.3.4.5 to 2.3.4.9). */
function standard(info: Buffer): Open | null {
  if (info.length < 12) return null;
  const size = info.readUInt32LE(8);
  const at = 12 + size;
  if (size < 32 || size > 4096 || at + 72 > info.length) return null;
  const keySize = AES_KEYS[info.readUInt32LE(20)];
  if (keySize === undefined || info.readUInt32LE(at) !== 16) return null;
  const salt = info.subarray(at + 4, at + 20);
  const [verifier, verifierHash] = [info.subarray(at + 20, at + 36), info.subarray(at + 40, at + 72)];
  const cipher = `aes-${keySize * 8}-ecb`;
  return (password, encrypted) => {
    const final = hash('sha1', Buffer.concat([spin('sha1', salt, password, STANDARD_SPINS), Buffer.alloc(4)]), 'buffer');
    const half = (byte: number): Buffer => {
      const block = Buffer.alloc(64, byte);
      for (let n = 0; n < final.length; n++) block[n] = (final[n] as number) ^ byte;
      return hash('sha1', block, 'buffer');
    };
    const key = Buffer.concat([half(0x36), half(0x5c)]).subarray(0, keySize);
    const check = hash('sha1', decrypted(cipher, key, null, verifier), 'buffer');
    if (!check.equals(decrypted(cipher, key, null, verifierHash).subarray(0, check.length))) return null;
    return cutToSize(encrypted, decrypted(cipher, key, null, encrypted.subarray(8)));
  };
}

/** Password and salt hashed over and over, the number of the round in front. */
function spin(name: string, salt: Buffer, password: string, spins: number): Buffer {
  let last = createHash(name)
    .update(salt)
    .update(Buffer.from(password.slice(0, 255), 'utf16le'))
    .digest();
  const round = Buffer.alloc(4 + last.length);
  for (let n = 0; n < spins; n++) {
    round.writeUInt32LE(n);
    last.copy(round, 4);
    last = hash(name, round, 'buffer');
  }
  return last;
}

/** Cut, or filled up with 0x36. */
const fitted = (bytes: Buffer, length: number): Buffer =>
  bytes.length >= length ? bytes.subarray(0, length) : Buffer.concat([bytes, Buffer.alloc(length - bytes.length, 0x36)]);

/** Whole blocks only; what is left over is nothing. */
function decrypted(cipher: string, key: Buffer, first: Buffer | null, bytes: Buffer): Buffer {
  const decipher = createDecipheriv(cipher, key, first);
  decipher.setAutoPadding(false);
  return Buffer.concat([decipher.update(bytes.subarray(0, bytes.length - (bytes.length % 16))), decipher.final()]);
}

function cutToSize(encrypted: Buffer, plain: Buffer): Buffer {
  const size = encrypted.readBigUInt64LE(0);
  return size < BigInt(plain.length) ? plain.subarray(0, Number(size)) : plain;
}
