// BCJ2 of 7z: x86 code in four streams. The targets of calls, and those of jumps, were made absolute and taken out into streams of their
// own; a range coded bit behind each opcode says whether its target was.
import type { Unpacked } from '../opener.ts';
import { grown } from './grown.ts';
import { AT, bit, startRange } from './lzma-symbols.ts';

const JUMP = 256;
const CONDITIONAL = 257;

/** All four streams whole, unpacked. `used` counts the main stream. */
export function bcj2(main: Buffer, call: Buffer, jump: Buffer, range: Buffer, most: number): Unpacked {
  const coder = startRange(range);
  if (!coder) return { bytes: Buffer.alloc(0), used: 0, why: 'damaged' };
  const odds = new Uint16Array(258).fill(1 << 10);
  const whole = Math.min(most, main.length + call.length + jump.length);
  let bytes: Buffer = Buffer.alloc(0);
  let length = 0;
  let used = 0;
  let before = 0;
  let calls = 0;
  let jumps = 0;
  const done = (why: Unpacked['why']): Unpacked => ({ bytes: bytes.subarray(0, length), used, why });
  while (used < main.length) {
    if (length >= most) return done('too_large');
    if (length + 5 > bytes.length) bytes = grown(bytes, length, length + 5, whole);
    const byte = main[used++]!;
    bytes[length++] = byte;
    const conditional = before === 0x0f && (byte & 0xf0) === 0x80;
    const last = before;
    before = byte;
    if ((byte & 0xfe) !== 0xe8 && !conditional) continue;
    const one = bit(coder, odds, byte === 0xe8 ? last : byte === 0xe9 ? JUMP : CONDITIONAL, range);
    const isCall = byte === 0xe8;
    const [targets, at] = isCall ? [call, calls] : [jump, jumps];
    // Behind the very last byte no bit need stand, and what is read there means nothing.
    if (used === main.length && (one === 0 || at + 4 > targets.length)) break;
    if (coder[AT]! > range.length) return done('damaged');
    if (one === 0) continue;
    if (at + 4 > targets.length) return done('damaged');
    if (isCall) calls += 4;
    else jumps += 4;
    const target = (targets.readInt32BE(at) - (length + 4)) | 0;
    bytes.writeInt32LE(target, length);
    before = target >>> 24;
    length += 4;
    if (length > most) {
      length = most;
      return done('too_large');
    }
  }
  return done(calls === call.length && jumps === jump.length ? null : 'damaged');
}
