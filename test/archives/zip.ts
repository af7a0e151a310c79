// A writer of zip archives for tests and generated samples: honest ones, and ones whose places disagree. Everything that a place says can
// be said otherwise.
import { crc32, deflateRawSync } from 'node:zlib';
import { lockAes, lockTraditional } from '../../src/scan/openers/zip-crypto.ts';

/** What a local header or an entry of the directory says, where it is not the truth. */
export type Lie = {
  readonly name?: string;
  readonly flags?: number;
  readonly method?: number;
  readonly crc?: number;
  readonly packed?: number;
  readonly size?: number;
  readonly offset?: number;
  readonly disk?: number;
  readonly extra?: Buffer;
};

export type ZipEntry = {
  readonly name: string;
  readonly bytes: Buffer;
  /** Default: deflated. */
  readonly stored?: boolean;
  /** Packed otherwise: the bytes as they are to stand there, and the number of the method. */
  readonly packed?: { readonly method: number; readonly bytes: Buffer; readonly flags?: number };
  readonly password?: string;
  /** Default: the traditional one. 1, 2, 3: AES of 128, 192, 256 bits. */
  readonly aes?: 1 | 2 | 3;
  /** AE-1 keeps the checksum. Default: AE-2. */
  readonly aesVersion?: 1 | 2;
  /** Sizes behind the data instead of before them. */
  readonly descriptor?: 'signed' | 'bare';
  readonly zip64?: boolean;
  readonly local?: Lie;
  readonly central?: Lie;
  /** Not in the directory. */
  readonly unlisted?: boolean;
};

export type ZipOptions = {
  readonly prefix?: Buffer;
  readonly suffix?: Buffer;
  /** Offsets count from the start of the prefix. Default: from the start of the archive. */
  readonly offsetsFromPrefix?: boolean;
  /** No directory and no end record. */
  readonly noDirectory?: boolean;
  readonly comment?: Buffer;
};

/** An archive, byte for byte the same each time. */
export function zipOf(entries: readonly ZipEntry[], options: ZipOptions = {}): Buffer {
  const { prefix = Buffer.alloc(0), suffix = Buffer.alloc(0), comment = Buffer.alloc(0) } = options;
  const front = options.offsetsFromPrefix ? prefix.length : 0;
  const pieces: Buffer[] = [];
  const listed: Buffer[] = [];
  let at = front;
  for (const entry of entries) {
    const { data, truth } = packedOf(entry);
    const wide = entry.zip64 === true;
    const behind = entry.descriptor ? { crc: 0, packed: 0, size: 0 } : {};
    const local = header({ ...truth, ...behind, ...entry.local, wide: wide && !entry.descriptor });
    const piece = Buffer.concat([Buffer.from('504b0304', 'hex'), word(45), ...local, data, descriptorOf(entry, truth)]);
    if (!entry.unlisted) {
      const said = header({ ...truth, ...entry.central, wide });
      const [fields = Buffer.alloc(0), name = Buffer.alloc(0), extra = Buffer.alloc(0)] = said;
      const tail = Buffer.alloc(14);
      tail.writeUInt16LE(entry.central?.disk ?? 0, 2);
      tail.writeUInt32LE(entry.central?.offset ?? at, 10);
      listed.push(Buffer.concat([Buffer.from('504b0102', 'hex'), word(45), word(45), fields, tail, name, extra]));
    }
    pieces.push(piece);
    at += piece.length;
  }
  const directory = Buffer.concat(listed);
  const end = options.noDirectory
    ? []
    : [
        directory,
        endOf(
          listed.length,
          directory.length,
          at,
          entries.some(({ zip64 }) => zip64),
        ),
        word(comment.length),
        comment,
      ];
  return Buffer.concat([prefix, ...pieces, ...end, suffix]);
}

type Truth = {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly extra: Buffer;
};

function packedOf(entry: ZipEntry): { readonly data: Buffer; readonly truth: Truth } {
  const { name, bytes, password, aes } = entry;
  const plain = entry.packed?.bytes ?? (entry.stored ? bytes : deflateRawSync(bytes));
  const method = entry.packed?.method ?? (entry.stored ? 0 : 8);
  const ae2 = aes !== undefined && entry.aesVersion !== 1;
  const crc = crc32(bytes);
  const flags =
    (/[^ -~]/.test(name) ? 0x800 : 0) | (password === undefined ? 0 : 1) | (entry.descriptor ? 8 : 0) | (entry.packed?.flags ?? 0);
  let data = plain;
  if (password !== undefined && aes)
    data = lockAes(plain, { strength: aes, version: ae2 ? 2 : 1 }, Buffer.from(password), Buffer.alloc(4 + aes * 4, 7));
  else if (password !== undefined) {
    const head = Buffer.from('random bytes');
    head[11] = entry.descriptor ? 0 : crc >>> 24;
    data = lockTraditional(plain, Buffer.from(password), head);
  }
  const extra = aes
    ? Buffer.concat([word(0x9901), word(7), word(ae2 ? 2 : 1), Buffer.from('AE'), Buffer.from([aes]), word(method)])
    : Buffer.alloc(0);
  return { data, truth: { name, flags, method: aes ? 99 : method, crc: ae2 ? 0 : crc, packed: data.length, size: bytes.length, extra } };
}

/** What a local header and an entry have in common: the fields from the flags to the length of the extra, the name, the extra. */
function header({ name, flags, method, crc, packed, size, extra, wide }: Truth & { readonly wide: boolean }): readonly Buffer[] {
  const named = Buffer.from(name, flags & 0x800 ? 'utf8' : 'latin1');
  const extras = wide ? Buffer.concat([word(1), word(16), long(size), long(packed), extra]) : extra;
  const fields = Buffer.alloc(24);
  fields.writeUInt16LE(flags, 0);
  fields.writeUInt16LE(method, 2);
  fields.writeUInt16LE(0x21, 6);
  fields.writeUInt32LE(crc, 8);
  fields.writeUInt32LE(wide ? 0xffffffff : packed, 12);
  fields.writeUInt32LE(wide ? 0xffffffff : size, 16);
  fields.writeUInt16LE(named.length, 20);
  fields.writeUInt16LE(extras.length, 22);
  return [fields, named, extras];
}

function descriptorOf({ descriptor, zip64 }: ZipEntry, { crc, packed, size }: Truth): Buffer {
  if (!descriptor) return Buffer.alloc(0);
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(crc);
  const sizes = [packed, size].map(value => (zip64 ? long(value) : long(value).subarray(0, 4)));
  return Buffer.concat([descriptor === 'signed' ? Buffer.from('504b0708', 'hex') : Buffer.alloc(0), sum, ...sizes]);
}

function endOf(count: number, size: number, offset: number, zip64: boolean): Buffer {
  const end = Buffer.alloc(20);
  end.write('504b0506', 'hex');
  end.writeUInt16LE(zip64 ? 0xffff : count, 8);
  end.writeUInt16LE(zip64 ? 0xffff : count, 10);
  end.writeUInt32LE(zip64 ? 0xffffffff : size, 12);
  end.writeUInt32LE(zip64 ? 0xffffffff : offset, 16);
  if (!zip64) return end;
  const wide = Buffer.concat([
    Buffer.from('504b0606', 'hex'),
    long(44),
    word(45),
    word(45),
    Buffer.alloc(8),
    long(count),
    long(count),
    long(size),
    long(offset),
  ]);
  const locator = Buffer.concat([Buffer.from('504b0607', 'hex'), Buffer.alloc(4), long(offset + size), Buffer.from([1, 0, 0, 0])]);
  return Buffer.concat([wide, locator, end]);
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function long(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
