// The two encryptions of zip members that passwords open: the traditional one (PKWARE APPNOTE 6.1) and WinZip's AE-1 and AE-2 (AES in
// counter mode under keys of PBKDF2 with SHA-1, closed by ten bytes of HMAC-SHA1).
import { createCipheriv, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto';
import type { Aes } from './zip-records.ts';

const TABLE = new Int32Array(256).map((_, n) => {
  let crc = n;
  for (let i = 0; i < 8; i++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});
/** Random bytes in front of the data; the last one is checked. */
export const LOCK = 12;

type Keys = [number, number, number];

function keysOf(password: Buffer): Keys {
  const keys: Keys = [0x12345678, 0x23456789, 0x34567890];
  for (const byte of password) turn(keys, byte);
  return keys;
}

function turn(keys: Keys, byte: number): void {
  keys[0] = (TABLE[(keys[0] ^ byte) & 255] as number) ^ (keys[0] >>> 8);
  keys[1] = (Math.imul(keys[1] + (keys[0] & 255), 134775813) + 1) | 0;
  keys[2] = (TABLE[(keys[2] ^ (keys[1] >>> 24)) & 255] as number) ^ (keys[2] >>> 8);
}

/** Both directions of the traditional encryption; the keys follow the plain bytes. */
function traditional(keys: Keys, bytes: Buffer, plainComesIn: boolean): Buffer {
  const out = Buffer.allocUnsafe(bytes.length);
  for (let i = 0; i < bytes.length; i++) {
    const mixed = (keys[2] | 2) & 0xffff;
    const given = bytes[i] as number;
    const made = given ^ ((Math.imul(mixed, mixed ^ 1) >>> 8) & 255);
    out[i] = made;
    turn(keys, plainComesIn ? given : made);
  }
  return out;
}

/** The traditional one, opened; null unless the check byte is one of `checks`. A wrong password passes for one in 256. */
export function openTraditional(locked: Buffer, password: Buffer, checks: readonly number[]): (() => Buffer) | null {
  if (locked.length < LOCK) return null;
  const keys = keysOf(password);
  const check = traditional(keys, locked.subarray(0, LOCK), false)[LOCK - 1] as number;
  return checks.includes(check) ? () => traditional(keys, locked.subarray(LOCK), false) : null;
}

/** For tests and fixtures: what a zip writer does. `head` are twelve bytes, the last one the check byte. */
export function lockTraditional(plain: Buffer, password: Buffer, head: Buffer): Buffer {
  return traditional(keysOf(password), Buffer.concat([head, plain]), true);
}

const TAG = 10;
const VERIFIER = 2;

/** AE-1 and AE-2, opened; null for the wrong password, or when the bytes are not what was encrypted. */
export function openAes(locked: Buffer, aes: Aes, password: Buffer): Buffer | null {
  const salt = 4 + aes.strength * 4;
  const from = salt + VERIFIER;
  if (locked.length < from + TAG) return null;
  const keys = aesKeys(password, locked.subarray(0, salt), aes);
  if (!keys.verifier.equals(locked.subarray(salt, from))) return null;
  const data = locked.subarray(from, locked.length - TAG);
  const tag = createHmac('sha1', keys.sign).update(data).digest().subarray(0, TAG);
  return timingSafeEqual(tag, locked.subarray(locked.length - TAG)) ? counted(keys.encrypt, data) : null;
}

/** For tests and fixtures: salt, verifier, encrypted bytes, tag. */
export function lockAes(plain: Buffer, aes: Aes, password: Buffer, salt: Buffer): Buffer {
  const keys = aesKeys(password, salt, aes);
  const data = counted(keys.encrypt, plain);
  return Buffer.concat([salt, keys.verifier, data, createHmac('sha1', keys.sign).update(data).digest().subarray(0, TAG)]);
}

function aesKeys(
  password: Buffer,
  salt: Buffer,
  { strength }: Aes,
): { readonly encrypt: Buffer; readonly sign: Buffer; readonly verifier: Buffer } {
  const length = 8 + strength * 8;
  const made = pbkdf2Sync(password, salt, 1_000, length * 2 + VERIFIER, 'sha1');
  return { encrypt: made.subarray(0, length), sign: made.subarray(length, length * 2), verifier: made.subarray(length * 2) };
}

const BLOCK = 16;
const CHUNK = 4_096;

/** Counter mode with a counter that starts at 1 and has its low byte first, which node's own does not know. */
function counted(key: Buffer, data: Buffer): Buffer {
  const cipher = createCipheriv(`aes-${key.length * 8}-ecb`, key, null).setAutoPadding(false);
  const out = Buffer.allocUnsafe(data.length);
  const counters = Buffer.alloc(CHUNK * BLOCK);
  for (let at = 0, counter = 1; at < data.length; at += CHUNK * BLOCK) {
    const blocks = Math.min(CHUNK, Math.ceil((data.length - at) / BLOCK));
    for (let i = 0; i < blocks; i++) counters.writeUInt32LE(counter++, i * BLOCK);
    const stream = cipher.update(counters.subarray(0, blocks * BLOCK));
    const end = Math.min(data.length, at + stream.length);
    for (let i = at; i < end; i++) out[i] = (data[i] as number) ^ (stream[i - at] as number);
  }
  return out;
}
