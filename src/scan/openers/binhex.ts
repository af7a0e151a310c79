// BinHex 4.0 (RFC 1741): a Macintosh file as text, its runs packed, with name and both forks.
import type { Opener } from '../opener.ts';
import { newTally, show } from './decoded.ts';
import { crc16, isBlankFork } from './fork-headers.ts';

const MARK = '(This file must be converted with BinHex';
const DIGITS = '!"#$%&\'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr';
const SIX = new Int8Array(256).fill(-1);
for (const [n, c] of Buffer.from(DIGITS).entries()) SIX[c] = n;
const COLON = 58;
const RUN = 0x90;

/** The mark in front and a colon at the beginning of a line behind it, or lines of digits from a colon on. */
export const isBinHex = (bytes: Buffer): boolean => {
  const mark = bytes.indexOf(MARK);
  const text = bytes.toString('latin1', Math.max(0, mark), Math.max(0, mark) + 400);
  return mark < 0 ? /^:(?:[!-r]{60,64}\r?\n){2}/.test(text) : /^[^\r\n]{0,200}[\r\n][\s]{0,100}:[!-r]/.test(text);
};

export const openBinHex: Opener = function* (bytes, opening) {
  const tally = newTally();
  const mark = bytes.indexOf(MARK);
  const start = bytes.indexOf(COLON, mark < 0 ? 0 : mark + MARK.length);
  if (start < 0) return;
  const packed = sixBits(bytes, start + 1);
  const { out, over } = unpacked(packed, opening.room(packed.length));
  const head = readHead(out);
  if (!head) return yield { see: 'unseen', name: null, why: over ? 'too_large' : 'damaged' };
  const { name, dataLength, forkLength, at } = head;
  const data = out.subarray(at, at + dataLength);
  if (data.length > 0) yield show(opening, tally, name, data, packed.length);
  const from = at + dataLength + 2;
  const fork = out.subarray(from, from + forkLength);
  if (fork.length > 0 && !isBlankFork(fork)) yield show(opening, tally, null, fork, packed.length);
  if (over) yield { see: 'unseen', name, why: 'too_large' };
  else if (from + forkLength > out.length) yield { see: 'unseen', name, why: 'damaged' };
};

/** To the closing colon, or what cannot belong to it. */
function sixBits(bytes: Buffer, start: number): Buffer {
  const out = Buffer.allocUnsafe(Math.ceil(((bytes.length - start) * 3) / 4) + 3);
  let to = 0;
  let held = 0;
  let bits = 0;
  for (let at = start; at < bytes.length && bytes[at] !== COLON; at++) {
    const six = SIX[bytes[at] as number] as number;
    if (six < 0) continue;
    held = ((held << 6) | six) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out[to++] = (held >>> bits) & 255;
    }
  }
  return out.subarray(0, to);
}

/** `0x90 n` repeats the byte before it; `0x90 0` is that byte itself. */
function unpacked(packed: Buffer, most: number): { readonly out: Buffer; readonly over: boolean } {
  let size = 0;
  for (let at = 0; at < packed.length; at++) size += packed[at] === RUN ? Math.max(1, (packed[++at] ?? 0) - 1) : 1;
  const out = Buffer.alloc(Math.max(0, Math.min(size, most)));
  let to = 0;
  for (let at = 0; at < packed.length && to < out.length; at++) {
    const c = packed[at] as number;
    const times = c === RUN ? (packed[++at] ?? 0) : -1;
    if (times <= 0) out[to++] = c;
    else if (to > 0) {
      const end = Math.min(out.length, to + times - 1);
      out.fill(out[to - 1] as number, to, end);
      to = end;
    }
  }
  return { out: out.subarray(0, to), over: size > most };
}

type Head = { readonly name: string; readonly dataLength: number; readonly forkLength: number; readonly at: number };

function readHead(out: Buffer): Head | null {
  const length = out[0] ?? 0;
  const end = length + 20;
  if (length < 1 || length > 63 || out.length < end + 2 || out.readUInt16BE(end) !== crc16(out.subarray(0, end))) return null;
  return {
    name: out.toString('latin1', 1, 1 + length),
    dataLength: out.readUInt32BE(end - 8),
    forkLength: out.readUInt32BE(end - 4),
    at: end + 2,
  };
}
