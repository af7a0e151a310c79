// RAR archives of our own making, for tests: stored members in the format of RAR 1.5-4.x and in that of RAR 5, with what honest and hostile
// writers vary. Members that are called packed or encrypted hold bytes that no reader can unpack.
import { crc32 } from 'node:zlib';

export type RarEntry = {
  readonly name: string;
  readonly bytes: Buffer;
  /** The plain name beside a Unicode one (RAR 4). */
  readonly plainName?: string;
  /** Says that it is packed, which it is not. */
  readonly packed?: boolean;
  readonly encrypted?: boolean;
  /** Comes from the volume before, goes on in the next one. */
  readonly split?: 'before' | 'after';
  readonly folder?: boolean;
  /** A service block behind the files: CMT, STM, RR. `stream`: its name. */
  readonly service?: string;
  readonly stream?: string;
  /** A link to this (RAR 5). */
  readonly link?: string;
  /** What the header says in place of the truth. */
  readonly saidSize?: number;
  readonly saidCrc?: number;
  readonly wrongHeaderCrc?: boolean;
};

export type RarOptions = {
  /** In front of the archive: a self-extracting program. */
  readonly prefix?: Buffer;
  readonly suffix?: Buffer;
  readonly encryptedHeaders?: boolean;
  /** `true`: more volumes follow. */
  readonly split?: boolean;
  readonly noEnd?: boolean;
  readonly wrongMainCrc?: boolean;
  /** RAR 5: copies of the headers, which lie about names when told so. */
  readonly quickOpen?: 'honest' | 'lying';
};

/** RAR 1.5-4.x. */
export function rar4Of(entries: readonly RarEntry[], options: RarOptions = {}): Buffer {
  const main = block4(0x73, (options.split ? 0x11 : 0) | (options.encryptedHeaders ? 0x80 : 0), Buffer.alloc(6), options.wrongMainCrc);
  const inside = options.encryptedHeaders ? [noise(256)] : entries.flatMap(file4);
  const end = options.noEnd || options.encryptedHeaders ? [] : [block4(0x7b, 0x4000 | (options.split ? 1 : 0), Buffer.alloc(0))];
  return around(options, [Buffer.from('Rar!\x1a\x07\x00', 'latin1'), main, ...inside, ...end]);
}

/** RAR 5. */
export function rar5Of(entries: readonly RarEntry[], options: RarOptions = {}): Buffer {
  const sign = Buffer.from('Rar!\x1a\x07\x01\x00', 'latin1');
  const crypt = block5(4, 0, [vint(0), vint(0), Buffer.from([15]), noise(16)]);
  const main = block5(1, 0, [vint(options.split ? 1 : 0)], { wrongCrc: options.wrongMainCrc ?? false });
  if (options.encryptedHeaders) return around(options, [sign, crypt, noise(256)]);
  const pieces = [sign, main];
  const headers: { readonly at: number; readonly header: Buffer }[] = [];
  let at = sign.length + main.length;
  for (const entry of entries) {
    const header = file5(entry);
    headers.push({ at, header });
    pieces.push(header, entry.bytes);
    at += header.length + entry.bytes.length;
  }
  if (options.quickOpen) pieces.push(quickOpen5(headers, at, options.quickOpen === 'lying'));
  if (!options.noEnd) pieces.push(block5(5, 0, [vint(options.split ? 1 : 0)]));
  return around(options, pieces);
}

const around = ({ prefix, suffix }: RarOptions, pieces: readonly Buffer[]): Buffer =>
  Buffer.concat([prefix ?? Buffer.alloc(0), ...pieces, suffix ?? Buffer.alloc(0)]);

/** Bytes that look like nothing, the same each time. */
function noise(length: number): Buffer {
  let state = 7;
  return Buffer.from(Array.from({ length }, () => (state = (state * 1_103_515_245 + 12_345) & 0x7fffffff) >> 16));
}

function block4(type: number, flags: number, body: Buffer, wrongCrc = false): Buffer {
  const head = Buffer.alloc(7);
  head[2] = type;
  head.writeUInt16LE(flags, 3);
  head.writeUInt16LE(7 + body.length, 5);
  const block = Buffer.concat([head, body]);
  block.writeUInt16LE((crc32(block.subarray(2)) & 0xffff) ^ (wrongCrc ? 1 : 0), 0);
  return block;
}

function file4(entry: RarEntry): readonly Buffer[] {
  const { bytes } = entry;
  const name = entry.service !== undefined ? Buffer.from(entry.service) : name4(entry);
  const flags =
    0x8000 |
    (entry.split === 'before' ? 1 : entry.split === 'after' ? 2 : 0) |
    (entry.encrypted ? 0x404 : 0) |
    (entry.folder ? 0xe0 : 0) |
    (name.includes(0) ? 0x200 : 0);
  const body = Buffer.alloc(25);
  body.writeUInt32LE(bytes.length, 0);
  body.writeUInt32LE(entry.saidSize ?? bytes.length, 4);
  body[8] = 2;
  body.writeUInt32LE(entry.saidCrc ?? crc32(bytes), 9);
  body.writeUInt32LE(0x5a21_4a20, 13);
  body[17] = 29;
  body[18] = entry.packed ? 0x33 : 0x30;
  body.writeUInt16LE(name.length, 19);
  body.writeUInt32LE(entry.folder ? 0x10 : 0x20, 21);
  const salt = entry.encrypted ? noise(8) : Buffer.alloc(0);
  const stream = entry.stream === undefined ? Buffer.alloc(0) : Buffer.from(`:${entry.stream}`, 'utf16le');
  const type = entry.service === undefined ? 0x74 : 0x7a;
  return [block4(type, flags, Buffer.concat([body, name, salt, stream]), entry.wrongHeaderCrc), bytes];
}

/** A Unicode name as whole units behind the plain one: kind 2 for each. */
function name4({ name, plainName }: RarEntry): Buffer {
  if (plainName === undefined) return Buffer.from(name, 'latin1');
  const units = Buffer.from(name, 'utf16le');
  const runs: Buffer[] = [Buffer.from(`${plainName}\0\0`, 'latin1')];
  for (let at = 0; at < units.length; at += 8) runs.push(Buffer.from([0xaa]), units.subarray(at, at + 8));
  return Buffer.concat(runs);
}

function vint(value: number): Buffer {
  const bytes: number[] = [];
  for (let left = value; ; left = Math.floor(left / 128)) {
    bytes.push((left % 128) | (left >= 128 ? 0x80 : 0));
    if (left < 128) return Buffer.from(bytes);
  }
}

type More = { readonly extra?: Buffer; readonly data?: Buffer; readonly wrongCrc?: boolean };

/** The header alone; its data stand behind it. */
function block5(type: number, flags: number, fields: readonly Buffer[], { extra, data, wrongCrc = false }: More = {}): Buffer {
  const body = Buffer.concat([
    vint(type),
    vint(flags | (extra ? 1 : 0) | (data ? 2 : 0)),
    ...(extra ? [vint(extra.length)] : []),
    ...(data ? [vint(data.length)] : []),
    ...fields,
    ...(extra ? [extra] : []),
  ]);
  const sized = Buffer.concat([vint(body.length), body]);
  const crc = Buffer.alloc(4);
  crc.writeUInt32LE((crc32(sized) ^ (wrongCrc ? 1 : 0)) >>> 0);
  return Buffer.concat([crc, sized]);
}

const record5 = (type: number, data: Buffer): Buffer => Buffer.concat([vint(vint(type).length + data.length), vint(type), data]);

function file5(entry: RarEntry): Buffer {
  const { bytes } = entry;
  const name = Buffer.from(entry.service ?? entry.name);
  const crc = Buffer.alloc(4);
  crc.writeUInt32LE(entry.saidCrc ?? crc32(bytes));
  const link = entry.link === undefined ? null : Buffer.from(entry.link);
  const extra = Buffer.concat([
    entry.encrypted ? record5(1, Buffer.concat([vint(0), vint(0), Buffer.from([15]), noise(32)])) : Buffer.alloc(0),
    link ? record5(5, Buffer.concat([vint(1), vint(0), vint(link.length), link])) : Buffer.alloc(0),
    entry.stream === undefined ? Buffer.alloc(0) : record5(7, Buffer.from(`:${entry.stream}`)),
  ]);
  const fields = [
    vint(entry.folder ? 1 : 4),
    vint(entry.saidSize ?? bytes.length),
    vint(entry.folder ? 0x10 : 0x20),
    ...(entry.folder ? [] : [crc]),
    vint(entry.packed ? 3 << 7 : 0),
    vint(0),
    vint(name.length),
    name,
  ];
  const flags = entry.split === 'before' ? 8 : entry.split === 'after' ? 16 : 0;
  const more = { ...(extra.length > 0 ? { extra } : {}), data: bytes, wrongCrc: entry.wrongHeaderCrc ?? false };
  return block5(entry.service === undefined ? 2 : 3, flags, fields, more);
}

function quickOpen5(headers: readonly { readonly at: number; readonly header: Buffer }[], at: number, lying: boolean): Buffer {
  const data = Buffer.concat(
    headers.map(({ at: place, header }) => {
      const said = Buffer.from(header);
      if (lying) said[said.length - 1] = 0x21;
      const body = Buffer.concat([vint(0), vint(at - place), vint(said.length), said]);
      const sized = Buffer.concat([vint(body.length), body]);
      const crc = Buffer.alloc(4);
      crc.writeUInt32LE(crc32(sized));
      return Buffer.concat([crc, sized]);
    }),
  );
  return Buffer.concat([file5({ name: '', service: 'QO', bytes: data }), data]);
}
