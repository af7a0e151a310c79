// Branch filters of 7z and xz: before packing, the relative targets of calls and jumps in machine code were made absolute, which packs
// better; here they are made relative again. Also the delta filter. The facts are those of the .xz file format 1.2.1 and its programs.

/** Turns bytes back where they are; `start`: where they lie in memory, by the filter's reckoning. */
export type InPlace = (bytes: Buffer, start: number) => Buffer;

const isSign = (byte: number): boolean => byte === 0 || byte === 0xff;

/** Calls and jumps (E8, E9) whose operand's highest byte is a sign. An opcode shortly before that was let be may own part of the operand. */
const x86: InPlace = (bytes, start) => {
  // Bit n: an opcode that was let be stands n + 1 bytes before.
  let before = 0;
  for (let at = 0; at + 5 <= bytes.length;) {
    if ((bytes[at]! & 0xfe) !== 0xe8) {
      before = (before << 1) & 7;
      at++;
      continue;
    }
    const shared = before === 0 ? 0 : before === 1 ? 1 : before === 2 ? 2 : before === 4 ? 3 : -1;
    if (shared < 0 || !isSign(bytes[at + 4]!) || (shared > 0 && isSign(bytes[at + 4 - shared]!))) {
      before = ((before << 1) & 7) | 1;
      at++;
      continue;
    }
    const next = start + at + 5;
    let target = (bytes.readInt32LE(at + 1) - next) | 0;
    if (shared > 0 && isSign((target >>> (24 - 8 * shared)) & 0xff)) target = ((target ^ ((1 << (32 - 8 * shared)) - 1)) - next) | 0;
    bytes.writeInt32LE((target << 7) >> 7, at + 1);
    before = 0;
    at += 5;
  }
  return bytes;
};

/** BL with any condition's place in the highest byte; words of four bytes, pipeline eight ahead. */
const arm: InPlace = (bytes, start) => {
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    if (bytes[at + 3] !== 0xeb) continue;
    bytes.writeUIntLE((bytes.readUIntLE(at, 3) - ((start + at + 8) >>> 2)) & 0xff_ffff, at, 3);
  }
  return bytes;
};

/** BL, and ADRP for pages within 512 MiB. */
const arm64: InPlace = (bytes, start) => {
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const word = bytes.readUInt32LE(at);
    const place = (start + at) >>> 0;
    if (word >>> 26 === 0x25) bytes.writeUInt32LE((0x9400_0000 | ((word - (place >>> 2)) & 0x3ff_ffff)) >>> 0, at);
    else if ((word & 0x9f00_0000) >>> 0 === 0x9000_0000) {
      const page = ((word >>> 29) & 3) | ((word >>> 3) & 0x1f_fffc);
      if (((page + 0x2_0000) & 0x1c_0000) !== 0) continue;
      const target = page - (place >>> 12);
      const high = (target & 0x2_0000) === 0 ? 0 : 0xe0_0000;
      bytes.writeUInt32LE(((word & 0x9000_001f) | ((target & 3) << 29) | ((target & 0x3_fffc) << 3) | high) >>> 0, at);
    }
  }
  return bytes;
};

/** BL in two halves of eleven bits. */
const armThumb: InPlace = (bytes, start) => {
  for (let at = 0; at + 4 <= bytes.length; at += 2) {
    const high = bytes.readUInt16LE(at);
    const low = bytes.readUInt16LE(at + 2);
    if (high >>> 11 !== 0x1e || low >>> 11 !== 0x1f) continue;
    const target = (((high & 0x7ff) << 11) | (low & 0x7ff)) - ((start + at + 4) >>> 1);
    bytes.writeUInt16LE(0xf000 | ((target >>> 11) & 0x7ff), at);
    bytes.writeUInt16LE(0xf800 | (target & 0x7ff), at + 2);
    at += 2;
  }
  return bytes;
};

/** `bl` with a relative target. */
const powerPc: InPlace = (bytes, start) => {
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const word = bytes.readUInt32BE(at);
    if (word >>> 26 !== 0x12 || (word & 3) !== 1) continue;
    bytes.writeUInt32BE((0x4800_0001 | ((word - (start + at)) & 0x3ff_fffc)) >>> 0, at);
  }
  return bytes;
};

/** `call` within 8 MiB of words. */
const sparc: InPlace = (bytes, start) => {
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const word = bytes.readUInt32BE(at);
    if (word >>> 22 !== 0x100 && word >>> 22 !== 0x1ff) continue;
    const target = (word - ((start + at) >>> 2)) & 0x7f_ffff;
    bytes.writeUInt32BE((0x4000_0000 | (((target << 9) >> 9) & 0x3fff_ffff)) >>> 0, at);
  }
  return bytes;
};

/** Which of the three slots of a bundle is a branch, by its template. */
const SLOTS = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 4, 6, 6, 0, 0, 7, 7, 4, 4, 0, 0, 4, 4, 0, 0];

const ia64: InPlace = (bytes, start) => {
  for (let at = 0; at + 16 <= bytes.length; at += 16) {
    const slots = SLOTS[bytes[at]! & 0x1f]!;
    for (let slot = 0; slot < 3; slot++) {
      const first = at * 8 + 5 + slot * 41;
      if (((slots >> slot) & 1) === 0 || bitsAt(bytes, first + 37, 4) !== 5 || bitsAt(bytes, first + 9, 3) !== 0) continue;
      const told = bitsAt(bytes, first + 13, 20) | (bitsAt(bytes, first + 36, 1) << 20);
      const target = told - ((start + at) >>> 4);
      setBitsAt(bytes, first + 13, 20, target);
      setBitsAt(bytes, first + 36, 1, target >>> 20);
    }
  }
  return bytes;
};

function bitsAt(bytes: Buffer, first: number, count: number): number {
  let value = 0;
  for (let i = 0, byte = Math.floor(first / 8); i < 4; i++, byte++) value |= (bytes[byte] ?? 0) << (8 * i);
  return (value >>> (first % 8)) & ((1 << count) - 1);
}

function setBitsAt(bytes: Buffer, first: number, count: number, value: number): void {
  const mask = ((1 << count) - 1) << (first % 8);
  const bits = value << (first % 8);
  for (let i = 0, byte = Math.floor(first / 8); i < 4 && byte < bytes.length; i++, byte++)
    bytes[byte] = (bytes[byte]! & ~(mask >>> (8 * i))) | ((bits & mask) >>> (8 * i));
}

/** Each byte was told as what it adds to the one `distance` before. */
export function deltaInPlace(bytes: Buffer, distance: number): Buffer {
  for (let at = distance; at < bytes.length; at++) bytes[at] = bytes[at]! + bytes[at - distance]!;
  return bytes;
}

/** By their id in an .xz block. */
export const branchesById: ReadonlyMap<number, InPlace> = new Map([
  [4, x86],
  [5, powerPc],
  [6, ia64],
  [7, arm],
  [8, armThumb],
  [9, sparc],
  [10, arm64],
]);

type Filter = (bytes: Buffer) => Buffer;
const onCopy =
  (filter: InPlace): Filter =>
  bytes =>
    filter(Buffer.from(bytes), 0);

export const bcjX86 = onCopy(x86);
export const bcjArm = onCopy(arm);
export const bcjArm64 = onCopy(arm64);
export const bcjArmThumb = onCopy(armThumb);
export const bcjPowerPc = onCopy(powerPc);
export const bcjSparc = onCopy(sparc);
export const bcjIa64 = onCopy(ia64);
/** `distance`: 1 to 256. */
export const delta = (distance: number): Filter => onCopy(bytes => deltaInPlace(bytes, Math.max(1, distance)));
