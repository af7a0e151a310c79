// Texts that stay on the disk beside a segment: a record holds an offset, and only a hit reads. Each text has its length (2 bytes) and CRC-32
// before it, so that damage is noticed; offset 0 is "no text". The last texts are remembered, since lists say the same again and again.
import { closeSync, fsyncSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';

export type TextsWriter = {
  /** The offset of the text, cut to MAX_TEXT bytes; 0 when it is empty. */
  readonly add: (text: string) => number;
  /** Durable when it returns (its folder is the caller's). The size of the file. */
  readonly finish: () => number;
  readonly abandon: () => void;
};

const MAGIC = Buffer.from('SESAMTXT');
const HEAD_BYTES = 6;
export const MAX_TEXT = 200;
const BLOCK_BYTES = 256 * 1024;
/** Places for texts that were seen: each has one, which the last of them keeps. */
const PLACES = 4096;
/** UTF-8 has at most so many bytes for a code unit. */
const WIDEST = 3;

export function newTexts(path: string): TextsWriter {
  const fd = openSync(path, 'wx', 0o644);
  const block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  const seen: string[] = Array.from({ length: PLACES }, () => '');
  const offsets = new Float64Array(PLACES);
  let used = MAGIC.copy(block);
  let written = 0;
  let isOpen = true;
  const flush = (): void => {
    for (let at = 0; at < used;) at += writeSync(fd, block, at, used - at);
    written += used;
    used = 0;
  };
  const close = (): void => {
    if (isOpen) closeSync(fd);
    isOpen = false;
  };
  return {
    add: text => {
      if (text === '') return 0;
      const place = placeOf(text);
      if (seen[place] === text) return offsets[place]!;
      if (used + HEAD_BYTES + MAX_TEXT > BLOCK_BYTES) flush();
      const offset = written + used;
      const from = used + HEAD_BYTES;
      const length = text.length * WIDEST <= MAX_TEXT ? block.write(text, from) : cut(Buffer.from(text)).copy(block, from);
      block.writeUInt16LE(length, used);
      block.writeUInt32LE(crc32(block.subarray(from, from + length)), used + 2);
      used = from + length;
      seen[place] = text;
      offsets[place] = offset;
      return offset;
    },
    finish: () => {
      flush();
      fsyncSync(fd);
      close();
      return written;
    },
    abandon: () => {
      close();
      rmSync(path, { force: true });
    },
  };
}

/** null: there is none, or it can't be read or trusted. */
export function readText(fd: number, offset: number): string | null {
  if (offset === 0) return null;
  try {
    const found = Buffer.alloc(HEAD_BYTES + MAX_TEXT);
    const got = readSync(fd, found, 0, found.length, offset);
    const length = got < HEAD_BYTES ? 0 : found.readUInt16LE(0);
    const bytes = found.subarray(HEAD_BYTES, HEAD_BYTES + length);
    if (length === 0 || HEAD_BYTES + length > got || crc32(bytes) !== found.readUInt32LE(2)) return null;
    return bytes.toString('utf8');
  } catch {
    return null;
  }
}

function placeOf(text: string): number {
  let mix = text.length;
  for (let i = Math.max(0, text.length - 8); i < text.length; i++) mix = (mix * 31 + text.charCodeAt(i)) | 0;
  return mix & (PLACES - 1);
}

/** Not through a character. */
function cut(bytes: Buffer): Buffer {
  let end = Math.min(bytes.length, MAX_TEXT);
  while (end > 0 && end < bytes.length && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end);
}
