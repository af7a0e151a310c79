// Cabinets of our own making, for tests: folders stored or packed with MSZIP, with what honest and hostile writers vary. Folders that are
// called LZX or Quantum hold bytes that no reader can unpack.
import { deflateRawSync } from 'node:zlib';

export type CabEntry = {
  readonly name: string;
  readonly bytes: Buffer;
  /** In which folder; they are made as they are named. */
  readonly folder?: number;
  /** Comes from the cabinet before, goes on in the next one. */
  readonly split?: 'before' | 'after';
};

export type CabOptions = {
  readonly method?: 'store' | 'mszip' | 'quantum' | 'lzx';
  readonly prefix?: Buffer;
  readonly suffix?: Buffer;
  /** Checksums of data blocks; honest writers may leave them out. */
  readonly checksums?: 'right' | 'none' | 'wrong';
  /** Bytes reserved in header, folder and data block, which signers use. */
  readonly reserve?: number;
  /** Names of the cabinets before and behind. */
  readonly previous?: string;
  readonly next?: string;
};

const METHODS = { store: 0, mszip: 1, quantum: 0x0472, lzx: 0x1503 };
const BLOCK = 0x8000;

export function cabOf(entries: readonly CabEntry[], options: CabOptions = {}): Buffer {
  const { method = 'mszip', reserve = 0 } = options;
  const count = Math.max(0, ...entries.map(entry => entry.folder ?? 0)) + 1;
  const folders = Array.from({ length: count }, (_, n) => entries.filter(entry => (entry.folder ?? 0) === n));
  const linked = [options.previous, options.next].map(name => (name === undefined ? '' : `${name}\0disk\0`)).join('');
  const head = Buffer.alloc(36 + (reserve > 0 ? 4 + reserve : 0) + linked.length);
  const files = folders.map((inside, n) => Buffer.concat(fileRecords(inside, n)));
  const data = folders.map(inside => dataBlocks(Buffer.concat(inside.map(entry => entry.bytes)), options));
  const folderSize = 8 + reserve;
  const coffFiles = head.length + folderSize * count;
  let at = coffFiles + files.reduce((all, one) => all + one.length, 0);
  const records = data.map(blocks => {
    const record = Buffer.alloc(folderSize);
    record.writeUInt32LE(at, 0);
    record.writeUInt16LE(blocks.length, 4);
    record.writeUInt16LE(METHODS[method], 6);
    at += blocks.reduce((all, one) => all + one.length, 0);
    return record;
  });
  head.write('MSCF', 'latin1');
  head.writeUInt32LE(at, 8);
  head.writeUInt32LE(coffFiles, 16);
  head.writeUInt16LE(0x0103, 24);
  head.writeUInt16LE(count, 26);
  head.writeUInt16LE(entries.length, 28);
  head.writeUInt16LE((options.previous === undefined ? 0 : 1) | (options.next === undefined ? 0 : 2) | (reserve > 0 ? 4 : 0), 30);
  if (reserve > 0) head.set([reserve, 0, reserve, reserve], 36);
  head.write(linked, head.length - linked.length, 'latin1');
  return Buffer.concat([options.prefix ?? Buffer.alloc(0), head, ...records, ...files, ...data.flat(), options.suffix ?? Buffer.alloc(0)]);
}

function fileRecords(entries: readonly CabEntry[], folder: number): readonly Buffer[] {
  let offset = 0;
  return entries.map(({ name, bytes, split }) => {
    const utf8 = /[^\0-\x7f]/.test(name);
    const record = Buffer.concat([Buffer.alloc(16), Buffer.from(`${name}\0`)]);
    record.writeUInt32LE(bytes.length, 0);
    record.writeUInt32LE(offset, 4);
    record.writeUInt16LE(split === 'before' ? 0xfffd : split === 'after' ? 0xfffe : folder, 8);
    record.writeUInt16LE(0x5921, 10);
    record.writeUInt16LE(utf8 ? 0xa0 : 0x20, 14);
    offset += bytes.length;
    return record;
  });
}

function dataBlocks(bytes: Buffer, { method = 'mszip', checksums = 'right', reserve = 0 }: CabOptions): readonly Buffer[] {
  const blocks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += BLOCK) {
    const plain = bytes.subarray(at, at + BLOCK);
    const dictionary = bytes.subarray(Math.max(0, at - BLOCK), at);
    const packed = method === 'mszip' ? Buffer.concat([Buffer.from('CK'), deflated(plain, dictionary)]) : plain;
    const head = Buffer.alloc(8 + reserve);
    head.writeUInt16LE(packed.length, 4);
    head.writeUInt16LE(plain.length, 6);
    const whole = Buffer.concat([head, packed]);
    if (checksums !== 'none') whole.writeUInt32LE((checksum(whole) ^ (checksums === 'wrong' ? 1 : 0)) >>> 0, 0);
    blocks.push(whole);
  }
  return blocks;
}

const deflated = (plain: Buffer, dictionary: Buffer): Buffer => deflateRawSync(plain, dictionary.length > 0 ? { dictionary } : {});

/** XOR of the data as little-endian words, the last one to three bytes read backwards; then of the sizes before them. */
function checksum(block: Buffer): number {
  const words = (bytes: Buffer, seed: number): number => {
    let sum = seed;
    const whole = bytes.length & ~3;
    for (let at = 0; at < whole; at += 4) sum ^= bytes.readUInt32LE(at);
    return bytes.length > whole ? sum ^ bytes.readUIntBE(whole, bytes.length - whole) : sum;
  };
  return words(block.subarray(4, 8), words(block.subarray(8), 0)) >>> 0;
}
