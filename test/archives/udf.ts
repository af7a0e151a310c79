// UDF 1.02 images for tests: one partition, one folder, files whose data stand in extents or in the file entry itself.
export type UdfEntry = { readonly name: string; readonly bytes: Buffer; readonly inline?: boolean; readonly extended?: boolean };

const SECTOR = 2048;
const PARTITION = 272;

/** The image. With `circle` the folder holds itself as well. */
export function udfOf(entries: readonly UdfEntry[], { circle = false }: { readonly circle?: boolean } = {}): Buffer {
  // In the partition: file set, root entry, root's data, then for each file its entry and its data.
  const blocks: Buffer[] = [];
  const add = (bytes: Buffer): number => {
    const first = blocks.length;
    for (let at = 0; at === 0 || at < bytes.length; at += SECTOR) {
      const block = Buffer.alloc(SECTOR);
      bytes.copy(block, 0, at, at + SECTOR);
      blocks.push(block);
    }
    return first;
  };
  const [setAt, rootAt] = [add(Buffer.alloc(0)), add(Buffer.alloc(0))];
  const files = entries.map(({ name, bytes, inline = false, extended = false }) => {
    const at = add(Buffer.alloc(0));
    const data = inline ? null : add(bytes);
    blocks[at] = fileEntry(at, 5, { bytes, data, extended });
    return { name, at, folder: false };
  });
  if (circle) files.push({ name: 'again', at: rootAt, folder: true });
  const list = Buffer.concat([
    identifier(rootAt, rootAt, '', 10),
    ...files.map(file => identifier(rootAt, file.at, file.name, file.folder ? 2 : 0)),
  ]);
  const data = add(list);
  blocks[rootAt] = fileEntry(rootAt, 4, { bytes: list, data, extended: false });
  const set = Buffer.alloc(SECTOR);
  longAddress(set, 400, SECTOR, rootAt);
  charset(set, 48);
  entity(set, 416, '*OSTA UDF Compliant');
  blocks[setAt] = tagged(set, 256, setAt, 512);

  const image = Buffer.alloc((PARTITION + blocks.length + 1) * SECTOR);
  for (const [n, mark] of ['BEA01', 'NSR02', 'TEA01'].entries()) image.write(`\0${mark}\x01`, (16 + n) * SECTOR, 'latin1');
  for (const start of [32, 64])
    for (const [n, bytes] of sequence(start, blocks.length, setAt).entries()) bytes.copy(image, (start + n) * SECTOR);
  integrity(80).copy(image, 80 * SECTOR);
  for (const at of [256, image.length / SECTOR - 1]) {
    const anchor = Buffer.alloc(SECTOR);
    for (const [field, place] of [
      [16, 32],
      [24, 64],
    ] as const) {
      anchor.writeUInt32LE(16 * SECTOR, field);
      anchor.writeUInt32LE(place, field + 4);
    }
    tagged(anchor, 2, at, 512).copy(image, at * SECTOR);
  }
  Buffer.concat(blocks).copy(image, PARTITION * SECTOR);
  return image;
}

/** Volume, partition and logical volume descriptors, and the end. */
function sequence(start: number, blocks: number, setAt: number): readonly Buffer[] {
  const volume = Buffer.alloc(SECTOR);
  volume.write('\x08test', 24, 'latin1');
  volume[55] = 5;
  for (const [at, value] of [
    [56, 1],
    [58, 1],
    [60, 2],
    [62, 3],
    [64, 1],
    [68, 1],
  ] as const)
    volume.writeUInt16LE(value, at);
  volume.write('\x08set00000', 72, 'latin1');
  volume[199] = 9;
  charset(volume, 200);
  charset(volume, 264);
  const partition = Buffer.alloc(SECTOR);
  partition.writeUInt32LE(1, 16);
  partition.writeUInt16LE(1, 20);
  entity(partition, 24, '+NSR02');
  partition.writeUInt32LE(1, 184);
  partition.writeUInt32LE(PARTITION, 188);
  partition.writeUInt32LE(blocks, 192);
  const logical = Buffer.alloc(SECTOR);
  logical.writeUInt32LE(2, 16);
  charset(logical, 20);
  logical.write('\x08test', 84, 'latin1');
  logical[211] = 5;
  logical.writeUInt32LE(SECTOR, 212);
  entity(logical, 216, '*OSTA UDF Compliant');
  longAddress(logical, 248, SECTOR, setAt);
  logical.writeUInt32LE(6, 264);
  logical.writeUInt32LE(1, 268);
  logical.writeUInt32LE(SECTOR, 432);
  logical.writeUInt32LE(80, 436);
  logical.write('\x01\x06\x01\0\0\0', 440, 'latin1');
  return [
    tagged(volume, 1, start, 512),
    tagged(partition, 5, start + 1, 512),
    tagged(logical, 6, start + 2, 446),
    tagged(Buffer.alloc(SECTOR), 8, start + 3, 512),
  ];
}

function integrity(at: number): Buffer {
  const bytes = Buffer.alloc(SECTOR);
  bytes.writeUInt32LE(1, 28);
  bytes.writeUInt32LE(1, 72);
  bytes.writeUInt32LE(46, 76);
  return tagged(bytes, 9, at, 134);
}

type Data = { readonly bytes: Buffer; readonly data: number | null; readonly extended: boolean };

function fileEntry(at: number, kind: number, { bytes, data, extended }: Data): Buffer {
  const entry = Buffer.alloc(SECTOR);
  const head = extended ? 216 : 176;
  entry.writeUInt16LE(4, 20);
  entry.writeUInt16LE(1, 24);
  entry[27] = kind;
  entry.writeUInt16LE(data === null ? 3 : 0, 34);
  entry.writeUInt32LE(0x14a5, 44);
  entry.writeUInt16LE(1, 48);
  entry.writeBigUInt64LE(BigInt(bytes.length), 56);
  if (extended) entry.writeBigUInt64LE(BigInt(bytes.length), 64);
  const length = data === null ? bytes.length : 8;
  entry.writeUInt32LE(length, head - 4);
  if (data === null) bytes.copy(entry, head);
  else {
    entry.writeUInt32LE(bytes.length, head);
    entry.writeUInt32LE(data, head + 4);
  }
  return tagged(entry, extended ? 266 : 261, at, head + length);
}

function identifier(at: number, entryAt: number, name: string, marks: number): Buffer {
  const field = name === '' ? Buffer.alloc(0) : Buffer.concat([Buffer.from([16]), Buffer.from(name, 'utf16le').swap16()]);
  const bytes = Buffer.alloc(Math.ceil((38 + field.length) / 4) * 4);
  bytes.writeUInt16LE(1, 16);
  bytes[18] = marks;
  bytes[19] = field.length;
  longAddress(bytes, 20, SECTOR, entryAt);
  field.copy(bytes, 38);
  return tagged(bytes, 257, at, bytes.length);
}

function longAddress(bytes: Buffer, at: number, length: number, block: number): void {
  bytes.writeUInt32LE(length, at);
  bytes.writeUInt32LE(block, at + 4);
}

const charset = (bytes: Buffer, at: number): unknown => bytes.write('\0OSTA Compressed Unicode', at, 'latin1');

function entity(bytes: Buffer, at: number, name: string): void {
  bytes.write(name, at + 1, 'latin1');
  bytes.writeUInt16LE(0x0102, at + 24);
}

/** The tag in front: number, checksum, CRC of what follows, and its own place. */
function tagged(bytes: Buffer, number: number, at: number, length: number): Buffer {
  bytes.writeUInt16LE(number, 0);
  bytes.writeUInt16LE(2, 2);
  bytes.writeUInt16LE(crc16(bytes.subarray(16, length)), 8);
  bytes.writeUInt16LE(length - 16, 10);
  bytes.writeUInt32LE(at, 12);
  bytes[4] = 0;
  bytes[4] = bytes.subarray(0, 16).reduce((sum, byte) => sum + byte, 0) & 0xff;
  return bytes;
}

function crc16(bytes: Buffer): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff;
  }
  return crc;
}
