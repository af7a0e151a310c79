// Sealing of content: AES-256-GCM under a random key per message, nonce = chunk number, AAD = message id, chunk number, last-flag, so
// that chunks cannot be swapped, dropped or carried to another message.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { KiB } from '../../limits.ts';
import type { Vault } from '../types.ts';
import type { Ring } from './ring.ts';

/** A message up to this size is one chunk and goes into the commit of its row. */
export const SMALL = 256 * KiB;
/** Chunks of larger ones: a commit of more would hold the writer (40 MB: 215 ms). */
const CHUNK = 64 * KiB;
const TAG = 16;

/** Thrown by `open` when the epoch died since the row was read: read the row again. */
export class EpochGone extends Error {}

export function newVault(ring: Ring): Vault {
  return {
    seal: (emailId, content) => {
      const key = randomBytes(32);
      const size = content.length <= SMALL ? Math.max(1, content.length) : CHUNK;
      const count = Math.max(1, Math.ceil(content.length / size));
      const chunks = Array.from({ length: count }, (_, n) => {
        const cipher = createCipheriv('aes-256-gcm', key, nonce(n));
        cipher.setAAD(bindTo(emailId, n, n === count - 1));
        return Buffer.concat([cipher.update(content.subarray(n * size, (n + 1) * size)), cipher.final(), cipher.getAuthTag()]);
      });
      return { key, chunks };
    },
    open: (emailId, sealed) => {
      const key = ring.unwrap(sealed.epoch, emailId, sealed.wrapped);
      if (!key) throw new EpochGone(`the key of ${emailId} is not alive`);
      const plain = sealed.chunks.map((chunk, n) => {
        const decipher = createDecipheriv('aes-256-gcm', key, nonce(n));
        decipher.setAAD(bindTo(emailId, n, n === sealed.chunks.length - 1));
        decipher.setAuthTag(chunk.subarray(chunk.length - TAG));
        return Buffer.concat([decipher.update(chunk.subarray(0, chunk.length - TAG)), decipher.final()]);
      });
      key.fill(0);
      if (plain.length === 1) return plain[0] as Buffer;
      const whole = Buffer.concat(plain);
      for (const part of plain) part.fill(0);
      return whole;
    },
  };
}

function nonce(n: number): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32BE(n, 8);
  return bytes;
}

function bindTo(emailId: string, n: number, last: boolean): Buffer {
  return Buffer.from(`${emailId}/${n}/${last ? 1 : 0}`);
}
