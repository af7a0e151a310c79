// The epoch keys that are alive, in one SharedArrayBuffer: the writer wraps message keys with them, doors unwrap. A destroyed epoch is
// zeroed here in the same step as in the file.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { SLOTS } from './keyfile.ts';

const KEY = 32;
const IV = 12;
const TAG = 16;

export type Ring = {
  readonly memory: SharedArrayBuffer;
  readonly set: (slot: number, epoch: number, key: Buffer) => void;
  readonly clear: (slot: number) => void;
  /** slot (2 bytes), iv, tag, wrapped key; bound to epoch and email id. */
  readonly wrap: (slot: number, epoch: number, emailId: string, key: Uint8Array) => Buffer;
  /** null when the epoch is not alive any more (re-wrapped meanwhile: read the row again) or the bytes are damaged. */
  readonly unwrap: (epoch: number, emailId: string, wrapped: Uint8Array) => Buffer | null;
};

export function newRing(memory = new SharedArrayBuffer(SLOTS * (8 + KEY))): Ring {
  const epochs = new BigInt64Array(memory, 0, SLOTS);
  const keys = new Uint8Array(memory, SLOTS * 8);
  const keyOf = (slot: number, epoch: number): Buffer | null => {
    if (slot >= SLOTS || Atomics.load(epochs, slot) !== BigInt(epoch)) return null;
    const key = Buffer.from(keys.subarray(slot * KEY, slot * KEY + KEY));
    return Atomics.load(epochs, slot) === BigInt(epoch) ? key : null;
  };
  return {
    memory,
    set: (slot, epoch, key) => {
      keys.set(key, slot * KEY);
      Atomics.store(epochs, slot, BigInt(epoch));
    },
    clear: slot => {
      Atomics.store(epochs, slot, 0n);
      keys.fill(0, slot * KEY, slot * KEY + KEY);
    },
    wrap: (slot, epoch, emailId, key) => {
      const under = keyOf(slot, epoch);
      if (!under) throw new Error(`epoch ${epoch} is not alive`);
      const head = Buffer.alloc(2 + IV);
      head.writeUInt16BE(slot);
      randomBytes(IV).copy(head, 2);
      const cipher = createCipheriv('aes-256-gcm', under, head.subarray(2));
      cipher.setAAD(Buffer.from(`${epoch}/${emailId}`));
      const sealed = Buffer.concat([cipher.update(key), cipher.final()]);
      under.fill(0);
      return Buffer.concat([head, cipher.getAuthTag(), sealed]);
    },
    unwrap: (epoch, emailId, wrapped) => {
      const bytes = Buffer.from(wrapped.buffer, wrapped.byteOffset, wrapped.byteLength);
      if (bytes.length !== 2 + IV + TAG + KEY) return null;
      const under = keyOf(bytes.readUInt16BE(0), epoch);
      if (!under) return null;
      try {
        const decipher = createDecipheriv('aes-256-gcm', under, bytes.subarray(2, 2 + IV));
        decipher.setAAD(Buffer.from(`${epoch}/${emailId}`));
        decipher.setAuthTag(bytes.subarray(2 + IV, 2 + IV + TAG));
        return Buffer.concat([decipher.update(bytes.subarray(2 + IV + TAG)), decipher.final()]);
      } catch {
        return null;
      } finally {
        under.fill(0);
      }
    },
  };
}
