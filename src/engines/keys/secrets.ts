// The installation key (a file beside the database, never in it) wraps two random roots that the database keeps: one seals secrets and
// configuration, one keys the MACs of API keys, passwords, tokens and library hashes.
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Db } from '../store/types.ts';
import type { Secrets } from '../types.ts';

const IV = 12;
const TAG = 16;

export type Roots = { readonly seal: Buffer; readonly mac: Buffer };

/** Reads the installation key, making it (0600, fsynced) at the first start. */
export function installationKey(file: string): Buffer {
  if (!existsSync(file)) writePrivate(file, `${randomBytes(32).toString('hex')}\n`);
  const key = Buffer.from(readFileSync(file, 'latin1').trim(), 'hex');
  if (key.length !== 32) throw new Error(`${file} does not hold an installation key (64 hexadecimal digits)`);
  return key;
}

/** The roots, made at the first start; throws when the installation key is not the one they were wrapped by. */
export async function openRoots(db: Db, key: Buffer): Promise<Roots> {
  const root = async (name: string): Promise<Buffer> => {
    const row = await db.get('SELECT value FROM installation WHERE name = ?', [name]);
    if (row) return unwrap(key, name, row['value'] as Uint8Array);
    const made = randomBytes(32);
    await db.run('INSERT INTO installation (name, value) VALUES (?, ?)', [name, wrap(key, name, made)]);
    return made;
  };
  return { seal: await root('sealing-root'), mac: await root('mac-root') };
}

/** The new key of a rotation, until the database is sealed under it. */
export const nextKeyFile = (file: string): string => `${file}.next`;

/** The new key takes the old one's place. */
export function takeNextKey(file: string): void {
  renameSync(nextKeyFile(file), file);
}

/** The roots by the key in `file`, or, when a rotation was stopped half-way, by the key that was to take its place. */
export async function rootsOf(db: Db, file: string): Promise<Roots> {
  const next = nextKeyFile(file);
  if (!existsSync(next)) return openRoots(db, installationKey(file));
  try {
    const roots = await openRoots(db, installationKey(file));
    rmSync(next);
    return roots;
  } catch {
    const roots = await openRoots(db, installationKey(next));
    takeNextKey(file);
    return roots;
  }
}

/** Sealing and MACs under the roots; each label has a key of its own. */
export function newSecrets(roots: Roots): Secrets {
  const keys = new Map<string, Buffer>();
  const derived = (root: Buffer, use: string): Buffer => {
    const kept = keys.get(use);
    if (kept) return kept;
    const made = Buffer.from(hkdfSync('sha256', root, Buffer.alloc(0), `sesame/${use}`, 32));
    keys.set(use, made);
    return made;
  };
  return {
    seal: (label, plain) => wrap(derived(roots.seal, `seal/${label}`), label, plain),
    open: (label, sealed) => unwrap(derived(roots.seal, `seal/${label}`), label, sealed),
    mac: (label, ...parts) => {
      // Each part with its length before it: ("ab","c") and ("a","bc") must differ. One update, for each costs a call into OpenSSL.
      const pieces = parts.flatMap(part => {
        const bytes = typeof part === 'string' ? Buffer.from(part) : part;
        const length = Buffer.allocUnsafe(4);
        length.writeUInt32BE(bytes.length);
        return [length, bytes];
      });
      return createHmac('sha256', derived(roots.mac, `mac/${label}`))
        .update(Buffer.concat(pieces))
        .digest();
    },
  };
}

/** Writes a secret file readable by its owner alone; durable when it returns. */
export function writePrivate(file: string, text: string): void {
  const draft = `${file}.new`;
  const fd = openSync(draft, 'w', 0o600);
  writeSync(fd, text);
  fsyncSync(fd);
  closeSync(fd);
  renameSync(draft, file);
  const folder = openSync(dirname(file), 'r');
  fsyncSync(folder);
  closeSync(folder);
}

/** AES-256-GCM under a random nonce, bound to the label. */
export function wrap(key: Buffer, label: string, plain: Uint8Array): Buffer {
  const iv = randomBytes(IV);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(label));
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]);
}

/** Throws when the key is not the one it was sealed under. */
export function unwrap(key: Buffer, label: string, sealed: Uint8Array): Buffer {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV)).setAAD(Buffer.from(label));
  decipher.setAuthTag(bytes.subarray(IV, IV + TAG));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(IV + TAG)), decipher.final()]);
  } catch {
    throw new Error(`${label} does not open: the installation key is not the one it was sealed under`);
  }
}
