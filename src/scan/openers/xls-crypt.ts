// Encrypted streams of Excel (MS-XLS 2.2.10, MS-OFFCRYPTO 2.3.5 and 2.3.6): RC4 with MD5 or SHA-1, opened with a password. Excel opens files
// with one well-known password without asking, so that such a file is as good as not encrypted.
import { hash } from 'node:crypto';
import { FILE_PASS, recordsOf } from './biff.ts';

const BLOCK = 1024;
/** Not encrypted whatever stands around them: BOF, FilePass, UsrExcl, FileLock, InterfaceHdr, RRDInfo, RRDHead. */
const PLAIN = [0x809, FILE_PASS, 0x194, 0x195, 0xe1, 0x196, 0x138];
const BOUND_SHEET = 0x85;
/** What the record that says "encrypted" becomes: a number that nobody knows. */
const NOTHING = 0xffff;

type KeyOf = (block: number) => Buffer;

/** The stream as it would be without encryption, or null. */
export function decryptBiff(bytes: Buffer, passwords: Iterable<string>): Buffer | null {
  for (const { type, data } of recordsOf(bytes)) {
    if (type !== FILE_PASS) continue;
    for (const password of passwords) {
      const keyOf = keysOf(data, Buffer.from(password.slice(0, 255), 'utf16le'));
      if (keyOf) return decrypted(bytes, keyOf);
    }
    return null;
  }
  return null;
}

/** The key of each block, null when the password is wrong or the method another. */
function keysOf(data: Buffer, password: Buffer): KeyOf | null {
  if (data.length < 54 || data.readUInt16LE(0) !== 1) return null;
  const [major, minor] = [data.readUInt16LE(2), data.readUInt16LE(4)];
  if (major === 1 && minor === 1) {
    const short = hash('md5', password, 'buffer').subarray(0, 5);
    const salted = hash(
      'md5',
      Buffer.concat(Array.from({ length: 16 }, () => Buffer.concat([short, data.subarray(6, 22)]))),
      'buffer',
    ).subarray(0, 5);
    return checked(
      block => hash('md5', Buffer.concat([salted, u32(block)]), 'buffer'),
      'md5',
      data.subarray(22, 38),
      data.subarray(38, 54),
    );
  }
  if (minor !== 2 || major < 2 || major > 4) return null;
  const header = data.readUInt32LE(10);
  const at = 14 + header;
  if (header < 32 || at + 60 > data.length || data.readUInt32LE(at) !== 16) return null;
  const bits = data.readUInt32LE(14 + 16) || 40;
  if (bits < 40 || bits > 128 || bits % 8 !== 0) return null;
  const spun = hash('sha1', Buffer.concat([data.subarray(at + 4, at + 20), password]), 'buffer');
  const keyOf = (block: number): Buffer => {
    const key = hash('sha1', Buffer.concat([spun, u32(block)]), 'buffer').subarray(0, bits / 8);
    return bits === 40 ? Buffer.concat([key, Buffer.alloc(11)]) : key;
  };
  return checked(keyOf, 'sha1', data.subarray(at + 20, at + 36), data.subarray(at + 40, at + 60));
}

function checked(keyOf: KeyOf, name: string, verifier: Buffer, verifierHash: Buffer): KeyOf | null {
  const stream = rc4(keyOf(0));
  const plain = xored(verifier, stream);
  return hash(name, plain, 'buffer').equals(xored(verifierHash, stream)) ? keyOf : null;
}

/** Each 1,024 bytes of the stream have a key; heads of records use up their share of it and stay as they are. */
function decrypted(bytes: Buffer, keyOf: KeyOf): Buffer {
  const out = Buffer.from(bytes);
  const pad = Buffer.alloc(BLOCK);
  let current = -1;
  for (const { at, type, data } of recordsOf(bytes)) {
    if (type === FILE_PASS) out.writeUInt16LE(NOTHING, at);
    if (PLAIN.includes(type)) continue;
    const end = at + 4 + data.length;
    for (let place = at + 4 + (type === BOUND_SHEET ? 4 : 0); place < end; place++) {
      const block = Math.floor(place / BLOCK);
      if (block !== current) {
        const stream = rc4(keyOf(block));
        for (let n = 0; n < BLOCK; n++) pad[n] = stream();
        current = block;
      }
      out[place] = (out[place] as number) ^ (pad[place % BLOCK] as number);
    }
  }
  return out;
}

const xored = (bytes: Buffer, stream: () => number): Buffer => Buffer.from(bytes.map(byte => byte ^ stream()));

/** The bytes that RC4 gives for a key, one after the other. */
export function rc4(key: Buffer): () => number {
  const box = Uint8Array.from({ length: 256 }, (_, n) => n);
  const swap = (one: number, two: number): void => {
    const kept = box[one] as number;
    box[one] = box[two] as number;
    box[two] = kept;
  };
  for (let n = 0, sum = 0; n < 256; n++) {
    sum = (sum + (box[n] as number) + (key[n % key.length] as number)) & 255;
    swap(n, sum);
  }
  let [one, two] = [0, 0];
  return () => {
    one = (one + 1) & 255;
    two = (two + (box[one] as number)) & 255;
    swap(one, two);
    return box[((box[one] as number) + (box[two] as number)) & 255] as number;
  };
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
