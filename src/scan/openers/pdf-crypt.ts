// The standard security handler of PDF (ISO 32000-2, 7.6): V 1, 2, 4 and 5 with revisions 2 to 6, by RC4 or AES. Opened with the empty
// user password and with those that the mail gives away, as the user's or the owner's. Any other handler stays closed.
import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import { isDict, isText, type Dict, type Value } from './pdf-objects.ts';
import { bytesOf } from './pdf-strings.ts';

export type Method = 'none' | 'rc4' | 'aes128' | 'aes256' | 'unknown';
export type Crypt = {
  /** null: no password opens it. */
  readonly key: Buffer | null;
  readonly filters: ReadonlyMap<string, Method>;
  readonly streams: Method;
  readonly strings: Method;
  readonly embedded: Method;
  readonly metadata: boolean;
};

const PAD = Buffer.from('28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a', 'hex');
const MAX_PASSWORDS = 5;

const md5 = (...pieces: readonly Buffer[]): Buffer => pieces.reduce((hash, piece) => hash.update(piece), createHash('md5')).digest();
const sha = (bits: number, ...pieces: readonly Buffer[]): Buffer =>
  pieces.reduce((hash, piece) => hash.update(piece), createHash(`sha${bits}`)).digest();
const number = (value: Value | undefined, otherwise: number): number => (typeof value === 'number' ? value : otherwise);
const textOf = (value: Value | undefined): Buffer => Buffer.from(isText(value) ? bytesOf(value) : '', 'latin1');

/** `encrypt` has no references left in it; `id` is the first string of the trailer's /ID. */
export function openCrypt(encrypt: Dict, id: Buffer, passwords: () => readonly string[]): Crypt {
  const version = number(encrypt.get('V'), 0);
  const metadata = encrypt.get('EncryptMetadata') !== false;
  const filters = filtersOf(encrypt);
  const of = (key: string, otherwise: Method): Method => {
    const name = encrypt.get(key);
    if (version < 4) return 'rc4';
    return typeof name === 'string' ? (filters.get(name.slice(1)) ?? 'unknown') : otherwise;
  };
  const streams = of('StmF', 'none');
  const key =
    [1, 2, 4, 5].includes(version) && encrypt.get('Filter') === '/Standard' ? keyOf(encrypt, id, version, metadata, passwords) : null;
  return { key, filters, streams, strings: of('StrF', 'none'), embedded: of('EFF', streams), metadata };
}

function filtersOf(encrypt: Dict): ReadonlyMap<string, Method> {
  const methods: Readonly<Record<string, Method>> = { '/None': 'none', '/V2': 'rc4', '/AESV2': 'aes128', '/AESV3': 'aes256' };
  const filters = new Map<string, Method>([['Identity', 'none']]);
  const told = encrypt.get('CF');
  if (!isDict(told)) return filters;
  for (const [name, filter] of told) {
    const method = isDict(filter) ? (filter.get('CFM') ?? '/None') : '';
    if (name !== 'Identity') filters.set(name, methods[typeof method === 'string' ? method : ''] ?? 'unknown');
  }
  return filters;
}

/** null: the method is not known or there is no key. */
export function decrypt(crypt: Crypt, method: Method, bytes: Buffer, object: number, generation: number): Buffer | null {
  if (method === 'none') return bytes;
  if (!crypt.key || method === 'unknown') return null;
  if (method === 'aes256') return crypt.key.length === 32 ? unAes('aes-256-cbc', crypt.key, bytes) : null;
  const salt = Buffer.from([object, object >> 8, object >> 16, generation, generation >> 8]);
  const pieces = method === 'aes128' ? [crypt.key, salt, Buffer.from('sAlT')] : [crypt.key, salt];
  const key = md5(...pieces).subarray(0, Math.min(crypt.key.length + 5, 16));
  if (method === 'rc4') return rc4(key, bytes);
  return key.length === 16 ? unAes('aes-128-cbc', key, bytes) : null;
}

/** The vector stands in front. What is left of a block at the end and padding that is none are no fault. */
function unAes(cipher: string, key: Buffer, bytes: Buffer): Buffer {
  const whole = bytes.length - (bytes.length % 16);
  if (whole < 32) return Buffer.alloc(0);
  const opened = createDecipheriv(cipher, key, bytes.subarray(0, 16)).setAutoPadding(false).update(bytes.subarray(16, whole));
  const padding = opened.at(-1) as number;
  return padding >= 1 && padding <= 16 ? opened.subarray(0, opened.length - padding) : opened;
}

export function rc4(key: Buffer, bytes: Buffer): Buffer {
  const state = Uint8Array.from({ length: 256 }, (_, i) => i);
  for (let i = 0, j = 0; i < 256; i++) {
    const one = state[i] as number;
    j = (j + one + (key[i % key.length] as number)) & 255;
    state[i] = state[j] as number;
    state[j] = one;
  }
  const out = Buffer.allocUnsafe(bytes.length);
  for (let at = 0, i = 0, j = 0; at < bytes.length; at++) {
    i = (i + 1) & 255;
    const one = state[i] as number;
    j = (j + one) & 255;
    const other = state[j] as number;
    state[i] = other;
    state[j] = one;
    out[at] = (bytes[at] as number) ^ (state[(one + other) & 255] as number);
  }
  return out;
}

function keyOf(encrypt: Dict, id: Buffer, version: number, metadata: boolean, passwords: () => readonly string[]): Buffer | null {
  const revision = number(encrypt.get('R'), 0);
  const [owner, user] = [textOf(encrypt.get('O')), textOf(encrypt.get('U'))];
  const opened = (password: string): Buffer | null =>
    version === 5
      ? longKey(encrypt, revision, Buffer.from(password.normalize('NFKC')).subarray(0, 127), owner, user)
      : shortKey({ encrypt, id, version, revision, metadata, owner, user }, Buffer.from(password, 'latin1'));
  const empty = opened('');
  if (empty) return empty;
  for (const password of passwords().slice(0, MAX_PASSWORDS)) {
    const key = opened(password);
    if (key) return key;
  }
  return null;
}

type Old = {
  readonly encrypt: Dict;
  readonly id: Buffer;
  readonly version: number;
  readonly revision: number;
  readonly metadata: boolean;
  readonly owner: Buffer;
  readonly user: Buffer;
};

function padded(password: Buffer): Buffer {
  return Buffer.concat([password, PAD]).subarray(0, 32);
}

/** RC4 nineteen times more, each with another variant of the key. */
function rounds(key: Buffer, bytes: Buffer, order: readonly number[]): Buffer {
  return order.reduce((out, round) => rc4(key.map(one => one ^ round) as Buffer, out), bytes);
}
const UP = Array.from({ length: 20 }, (_, i) => i);
const DOWN = UP.toReversed();

/** Revisions 2 to 4 (algorithms 2, 6 and 7). */
function shortKey(old: Old, password: Buffer): Buffer | null {
  const { encrypt, version, revision, owner } = old;
  if (revision < 2 || revision > 4) return null;
  const said = version === 4 ? lengthInFilter(encrypt) : number(encrypt.get('Length'), 40) / 8;
  const length = revision === 2 || version === 1 ? 5 : Math.min(16, Math.max(5, Math.trunc(said)));
  const asUser = userKey(old, padded(password), length);
  if (asUser || password.length === 0) return asUser;
  let hash = md5(padded(password));
  if (revision > 2) for (let i = 0; i < 50; i++) hash = md5(hash.subarray(0, length));
  const key = hash.subarray(0, length);
  return userKey(old, revision === 2 ? rc4(key, owner.subarray(0, 32)) : rounds(key, owner.subarray(0, 32), DOWN), length);
}

/** V 4 is always of 128 bits with AES; older RC4 filters may say less, in bytes or bits. */
function lengthInFilter(encrypt: Dict): number {
  const filters = encrypt.get('CF');
  const name = encrypt.get('StmF');
  const filter = isDict(filters) && typeof name === 'string' ? filters.get(name.slice(1)) : undefined;
  if (!isDict(filter) || filter.get('CFM') !== '/V2') return 16;
  const said = number(filter.get('Length'), number(encrypt.get('Length'), 128));
  return said >= 40 ? said / 8 : said;
}

function userKey({ encrypt, id, revision, metadata, owner, user }: Old, password: Buffer, length: number): Buffer | null {
  const permissions = Buffer.alloc(4);
  permissions.writeInt32LE(number(encrypt.get('P'), 0) | 0);
  const plain = revision >= 4 && !metadata ? [Buffer.alloc(4, 255)] : [];
  let hash = md5(password, owner.subarray(0, 32), permissions, id, ...plain);
  if (revision > 2) for (let i = 0; i < 50; i++) hash = md5(hash.subarray(0, length));
  const key = hash.subarray(0, length);
  if (revision === 2) return rc4(key, PAD).equals(user.subarray(0, 32)) ? key : null;
  return rounds(key, md5(PAD, id), UP).equals(user.subarray(0, 16)) ? key : null;
}

/** Revisions 5 and 6 (algorithm 2.A): the key lies under a hash of the password and a salt. */
function longKey(encrypt: Dict, revision: number, password: Buffer, owner: Buffer, user: Buffer): Buffer | null {
  if ((revision !== 5 && revision !== 6) || user.length < 48) return null;
  for (const [from, under, more] of [
    [user, 'UE', Buffer.alloc(0)],
    [owner, 'OE', user.subarray(0, 48)],
  ] as const) {
    const locked = textOf(encrypt.get(under)).subarray(0, 32);
    if (from.length < 48 || locked.length < 32) continue;
    const hash = (salt: Buffer): Buffer => (revision === 5 ? sha(256, password, salt, more) : hardHash(password, salt, more));
    if (!hash(from.subarray(32, 40)).equals(from.subarray(0, 32))) continue;
    return createDecipheriv('aes-256-cbc', hash(from.subarray(40, 48)), Buffer.alloc(16))
      .setAutoPadding(false)
      .update(locked);
  }
  return null;
}

/** Algorithm 2.B: at least 64 rounds of AES and a hash that the ciphertext chooses; ends by chance, so it is bounded. */
export function hardHash(password: Buffer, salt: Buffer, more: Buffer): Buffer {
  let hash = sha(256, password, salt, more);
  for (let round = 1, last = 0; round <= 64 || (last > round - 32 - 1 && round < 512); round++) {
    const block = Buffer.concat([password, hash, more]);
    const repeated = Buffer.alloc(block.length * 64, block);
    const mixed = createCipheriv('aes-128-cbc', hash.subarray(0, 16), hash.subarray(16, 32)).setAutoPadding(false).update(repeated);
    // The first 16 bytes as a number, modulo 3: 256 is 1 modulo 3.
    let sum = 0;
    for (let i = 0; i < 16; i++) sum += mixed[i] as number;
    hash = sha([256, 384, 512][sum % 3] as number, mixed);
    last = mixed.at(-1) as number;
  }
  return hash.subarray(0, 32);
}
