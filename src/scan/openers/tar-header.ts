// One header block of a tar archive (v7, POSIX.1-1988 ustar, GNU) and the records of a PAX header (POSIX.1-2001).
import { says, textOf } from './stored.ts';

export const BLOCK = 512;

export type TarHeader = {
  readonly type: string;
  readonly name: string;
  /** null: no number that could be a size. */
  readonly size: number | null;
};

/** The header at `at`, believed only if its checksum is right: every reader asks for that. */
export function tarHeader(bytes: Buffer, at: number): TarHeader | null {
  if (at + BLOCK > bytes.length || bytes[at] === undefined) return null;
  const said = octal(bytes.subarray(at + 148, at + 156));
  if (said === null || said === 0 || !sums(bytes, at).includes(said)) return null;
  const plain = textOf(bytes.subarray(at, at + 100));
  const prefix = says(bytes, 'ustar\0', at + 257) ? textOf(bytes.subarray(at + 345, at + 500)) : '';
  return {
    type: String.fromCharCode(bytes[at + 156] ?? 0),
    name: prefix === '' ? plain : `${prefix}/${plain}`,
    size: sizeOf(bytes.subarray(at + 124, at + 136)),
  };
}

/** The checksum as unsigned bytes and, as some old systems had it, as signed ones; its own field counts as blanks. */
function sums(bytes: Buffer, at: number): readonly number[] {
  let unsigned = 8 * 32;
  let high = 0;
  for (let i = 0; i < BLOCK; i++) {
    if (i === 148) i = 156;
    const byte = bytes[at + i] as number;
    unsigned += byte;
    if (byte > 127) high++;
  }
  return [unsigned, unsigned - high * 256];
}

/** Octal digits between blanks; an empty field is 0. */
function octal(field: Buffer): number | null {
  const found = /^[ \0]*([0-7]*)(?:[ \0]|$)/.exec(field.toString('latin1', 0, field.length));
  return found ? Number.parseInt(`0${found[1]}`, 8) : null;
}

/** Octal, or base-256 when the high bit is set (GNU). */
function sizeOf(field: Buffer): number | null {
  if (((field[0] ?? 0) & 0x80) === 0) return octal(field);
  const high = (field[0] ?? 0) & 0x7f;
  if (high !== 0 || field.readUIntBE(1, 5) !== 0) return null;
  return field.readUIntBE(6, 6);
}

/** A map of more pieces (21 a block) is no honest one. */
const MOST_SPARSE_BLOCKS = 1024;

/** Blocks after the header of an old GNU sparse file that go on with its map. */
export function sparseBlocks(bytes: Buffer, at: number): number {
  let blocks = 0;
  for (let more = bytes[at + 482]; more === 1 && blocks < MOST_SPARSE_BLOCKS; more = bytes[at + blocks * BLOCK + 504]) blocks++;
  return blocks;
}

export type PaxRecords = {
  readonly names: readonly string[];
  readonly sizes: readonly number[];
  /** Some of it could not be read. */
  readonly broken: boolean;
};

/** More names for one file than any writer gives. */
const MOST_VALUES = 16;

/** The names and sizes that the records give, the last one of each counting most. A record is `LENGTH KEY=VALUE\n`. */
export function paxRecords(body: Buffer): PaxRecords {
  const names: string[] = [];
  const sizes: number[] = [];
  let broken = false;
  for (let at = 0; at < body.length && body[at] !== 0;) {
    const digits = /^(\d{1,10}) /.exec(body.toString('latin1', at, at + 11))?.[1];
    const end = at + Number(digits);
    if (digits === undefined || end > body.length || end <= at + digits.length + 2 || body[end - 1] !== 10) {
      broken = true;
      break;
    }
    const record = body.subarray(at + digits.length + 1, end - 1);
    const equals = record.subarray(0, 256).indexOf(0x3d);
    const key = record.toString('latin1', 0, Math.max(0, equals));
    const value = textOf(record.subarray(equals + 1));
    if (equals < 0 || names.length >= MOST_VALUES || sizes.length >= MOST_VALUES) broken = true;
    else if ((key === 'path' || key === 'GNU.sparse.name') && value !== '') names.push(value);
    else if (key === 'size') {
      if (/^\d{1,15}$/.test(value)) sizes.push(Number(value));
      else broken = true;
    }
    at = end;
  }
  return { names, sizes, broken };
}
