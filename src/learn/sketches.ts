// Campaign fingerprints as they are stored: encrypted under a key of the installation, so that who has the database and a mail cannot try
// out the 32 bits that their numbers are keyed with. Equal ones stay equal, which is what they are for: the nonce is fixed.
import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { Secrets } from '../engines/types.ts';
import { readSketch, writeSketch } from '../filter/campaign.ts';

export type SketchBox = {
  readonly seal: (sketch: readonly number[]) => Buffer;
  readonly open: (sealed: Uint8Array) => readonly number[];
};

const CIPHER = 'aes-256-cbc';
const NONCE = Buffer.alloc(16);

/** Keyed by the MAC root, which stays when the installation key is rotated. */
export function newSketchBox(secrets: Secrets): SketchBox {
  const key = secrets.mac('campaign-sealing');
  return {
    seal: sketch => createCipheriv(CIPHER, key, NONCE).setAutoPadding(false).update(writeSketch(sketch)),
    open: sealed => readSketch(createDecipheriv(CIPHER, key, NONCE).setAutoPadding(false).update(sealed)),
  };
}

/** What the numbers of fingerprints are keyed with: 32 bits of the installation, never 0. */
export const sketchKeyOf = (secrets: Secrets): number => secrets.mac('campaign').readUInt32LE(0) || 1;
