// Encryption of 7z (06F10701): AES-256 in CBC mode under a key of SHA-256 over salt, password and counter, 2^n times.
import { createDecipheriv, createHash } from 'node:crypto';

/** 7-Zip writes 2^19; more than this costs more than a mail is worth. */
const MOST_ROUNDS_LOG = 20;
/** Rounds for all passwords of one archive. */
export const ROUNDS = 3 << MOST_ROUNDS_LOG;

export type Lock = { readonly roundsLog: number; readonly salt: Buffer; readonly iv: Buffer };

/** The properties of the coder; null: none that can be. */
export function readLock(properties: Buffer): Lock | null {
  const [first = 0, second = 0] = properties;
  if (properties.length === 0) return null;
  if ((first & 0xc0) === 0) return { roundsLog: first & 63, salt: Buffer.alloc(0), iv: Buffer.alloc(16) };
  const salt = ((first >> 7) & 1) + (second >> 4);
  const length = ((first >> 6) & 1) + (second & 15);
  if (properties.length < 2 + salt + length) return null;
  const iv = Buffer.alloc(16);
  properties.copy(iv, 0, 2 + salt, 2 + salt + length);
  return { roundsLog: first & 63, salt: properties.subarray(2, 2 + salt), iv };
}

export type Keys = {
  /** The key of a password, or null when no more may be made. */
  readonly of: (lock: Lock, password: string) => Buffer | null;
};

/** Keeps the keys it has made, and counts what they cost. */
export function newKeys(): Keys {
  const kept = new Map<string, Buffer>();
  let rounds = ROUNDS;
  return {
    of: (lock, password) => {
      const name = `${lock.roundsLog} ${lock.salt.toString('hex')} ${password}`;
      const made = kept.get(name);
      if (made) return made;
      // Not hashed at all: cheap.
      const cost = lock.roundsLog === 63 ? 1 : 2 ** lock.roundsLog;
      if (cost > rounds) return null;
      rounds -= cost;
      const key = keyOf(lock, password);
      kept.set(name, key);
      return key;
    },
  };
}

const AT_ONCE = 1_024;

export function keyOf({ roundsLog, salt }: Lock, password: string): Buffer {
  const words = Buffer.concat([salt, Buffer.from(password, 'utf16le')]);
  if (roundsLog === 63) return Buffer.concat([words, Buffer.alloc(32)]).subarray(0, 32);
  const hash = createHash('sha256');
  const rounds = 2 ** roundsLog;
  const each = words.length + 8;
  const some = Buffer.alloc(Math.min(AT_ONCE, rounds) * each);
  for (let at = 0; at < some.length; at += each) words.copy(some, at);
  for (let round = 0; round < rounds; round += AT_ONCE) {
    for (let i = 0, at = words.length; at < some.length; i++, at += each) some.writeUInt32LE(round + i, at);
    hash.update(some);
  }
  return hash.digest();
}

/** Decrypted; what does not fill a block is left out. */
export function decryptSevenZip(packed: Buffer, key: Buffer, iv: Buffer): Buffer {
  const cipher = createDecipheriv('aes-256-cbc', key, iv).setAutoPadding(false);
  return cipher.update(packed.subarray(0, packed.length - (packed.length % 16)));
}
