// What a decoded piece is by its first bytes, for forms that carry many pieces of which most are pictures: pictures and fonts that carry
// nothing else are passed over, and kinds that a file smuggled out of a script usually is are told.
const hex = (bytes: Buffer, at: number, end: number): string => bytes.toString('hex', at, end);
const says = (bytes: Buffer, text: string, at = 0): boolean => bytes.toString('latin1', at, at + text.length) === text;

const PICTURES: readonly ((bytes: Buffer) => boolean)[] = [
  bytes => hex(bytes, 0, 8) === '89504e470d0a1a0a',
  bytes => hex(bytes, 0, 3) === 'ffd8ff',
  bytes => says(bytes, 'GIF87a') || says(bytes, 'GIF89a'),
  bytes => says(bytes, 'RIFF') && says(bytes, 'WEBP', 8),
  // The length field of a bitmap is often wrong; its header size is one of a few.
  bytes => says(bytes, 'BM') && bytes.length > 26 && [12, 40, 52, 56, 64, 108, 124].includes(bytes.readUInt32LE(14)),
  bytes => ['49492a00', '4d4d002a'].includes(hex(bytes, 0, 4)),
  bytes => ['00000100', '00000200'].includes(hex(bytes, 0, 4)) && bytes.length > 22,
  bytes => says(bytes, 'ftyp', 4) && /^(?:avif|avis|heic|heix|mif1|msf1)/.test(bytes.toString('latin1', 8, 12)),
  // Windows metafiles: placeable, plain, enhanced.
  bytes => hex(bytes, 0, 4) === 'd7cdc69a' || /^0[12]0009000[013]0[0-9]/.test(hex(bytes, 0, 6)),
  bytes => hex(bytes, 0, 4) === '01000000' && says(bytes, ' EMF', 40),
  bytes => hex(bytes, 0, 12) === '0000000c6a5020200d0a870a' || hex(bytes, 0, 4) === 'ff4fff51',
];
const FONTS: readonly ((bytes: Buffer) => boolean)[] = [
  bytes => says(bytes, 'wOFF') || says(bytes, 'wOF2') || says(bytes, 'OTTO') || says(bytes, 'ttcf'),
  // A TrueType table directory: a small number of tables.
  bytes => ['00010000', '74727565'].includes(hex(bytes, 0, 4)) && bytes.length > 12 && bytes.readUInt16BE(4) < 64,
  bytes => bytes.length > 36 && says(bytes, 'LP', 34),
];
/** What makes a picture more than one: containers and scripts that some reader would find in it. */
const WITHIN = [
  'PK\x03\x04',
  'Rar!\x1a\x07',
  '7z\xbc\xaf\x27\x1c',
  '%PDF-',
  '<script',
  '<?php',
  'EICAR-STANDARD',
  '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1',
];

/** A picture or font by its first bytes, with nothing else inside that a reader could find. */
export function isMedia(bytes: Buffer): boolean {
  return isPictureStart(bytes) && !WITHIN.some(mark => bytes.includes(mark, 0, 'latin1'));
}

/** By the first bytes alone. */
export function isPictureStart(bytes: Buffer): boolean {
  return bytes.length >= 4 && (PICTURES.some(test => test(bytes)) || FONTS.some(test => test(bytes)));
}

export type Payload = 'archive' | 'image' | 'program' | 'script' | 'office' | 'pdf' | 'html' | 'text' | 'packed' | 'media';

/** What a literal in a script decodes to; null when that is not known. Short or weak marks are not among them: most literals are noise. */
export function payloadOf(bytes: Buffer): Payload | null {
  if (bytes.length < 16) return null;
  if (isPictureStart(bytes)) return 'media';
  if (/^(?:504b0304|504b0506|526172211a07|377abcaf271c|4d53434600000000)/.test(hex(bytes, 0, 8))) return 'archive';
  if (says(bytes, 'CD001', 0x8001) || says(bytes, 'conectix') || says(bytes, 'vhdxfile')) return 'image';
  if (isProgram(bytes)) return 'program';
  if (hex(bytes, 0, 8) === 'd0cf11e0a1b11ae1' || says(bytes, '{\\rt')) return 'office';
  if (says(bytes, '%PDF-')) return 'pdf';
  if (/^(?:1f8b08|fd377a585a00|425a683[1-9]314159|28b52ffd|0061736d)/.test(hex(bytes, 0, 8))) return 'packed';
  return textKind(bytes);
}

function isProgram(bytes: Buffer): boolean {
  if (hex(bytes, 0, 20) === '4c0000000114020000000000c000000000000046' || hex(bytes, 0, 4) === '7f454c46') return true;
  if (!says(bytes, 'MZ') || bytes.length < 64) return false;
  const at = bytes.readUInt32LE(60);
  return says(bytes, 'PE\0\0', at) || bytes.includes('This program ', 0, 'latin1');
}

/** Text when nearly all of it is printable. */
function textKind(bytes: Buffer): Payload | null {
  const some = bytes.subarray(0, 4_096);
  let odd = 0;
  let wide = 0;
  for (const c of some) {
    if (c > 126) wide++;
    else if (c < 32 && c !== 9 && c !== 10 && c !== 13) odd++;
  }
  if (odd > some.length / 100 || wide > some.length / 3) return null;
  const text = some.toString('latin1');
  if (/<(?:!doctype\s+html|html|head|body|script|iframe|form|svg|hta:application|meta)\b/i.test(text)) return 'html';
  if (/^#!\s?\/|\bnew ActiveXObject\(|\bWScript\.|\bCreateObject\(|^\s{0,20}@?echo off\b|\bpowershell(?:\.exe)?\s+-/im.test(text))
    return 'script';
  return wide > some.length / 10 ? null : 'text';
}
