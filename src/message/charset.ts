// Bytes to text: TextDecoder knows the labels of the web, iconv-lite some older ones, HZ (RFC 1843) and UTF-7 (RFC 2152) are ours.
import iconv from 'iconv-lite';
import { MAX_LABEL } from './bounds.ts';

const ALIASES: ReadonlyMap<string, string> = new Map([
  ['cp932', 'shift_jis'],
  ['ks_c_5601', 'euc-kr'],
  ['ansi_x3.4-1968', 'latin1'],
  ['us-ascii', 'windows-1252'],
  ['unknown-8bit', 'windows-1252'],
  ['8bit', 'windows-1252'],
  ['cp1252', 'windows-1252'],
  ['iso-8859-8-i', 'iso-8859-8'],
  ['iso-8859-8-e', 'iso-8859-8'],
  ['x-gbk', 'gbk'],
  ['gb18030-2000', 'gb18030'],
  ['utf8', 'utf-8'],
  ['utf7', 'utf-7'],
  ['unicode-1-1-utf-7', 'utf-7'],
]);

/** Bytes of a text with a mark in front that is long enough to be one. */
const LEAST_MARKED = 4;

/** Back to ASCII and at once to another set, as joined encoded words have it: TextDecoder takes the empty run for an error. */
const EMPTY_RUN = '\u001b(B\u001b';

/** Never throws: what no decoder knows is read as UTF-8 if valid, else as Windows-1252. */
export function decodeCharset(bytes: Buffer, label: string): string {
  if (bytes.length === 0) return '';
  // As browsers do (WHATWG Encoding, "decode"): a byte order mark is believed before any label.
  const marked = bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : null;
  if (marked !== null && bytes.length >= LEAST_MARKED) return new TextDecoder(marked).decode(bytes);
  const wanted = label
    .slice(0, MAX_LABEL)
    .trim()
    .toLowerCase()
    .replace(/^["']|["']$/g, '');
  // `cs` and `x-` stand in front of names that are known without.
  const plain = /^(?:cs|x-)(.+)$/.exec(wanted)?.[1];
  return (
    decodeNamed(bytes, ALIASES.get(wanted) ?? wanted) ?? (plain ? decodeNamed(bytes, ALIASES.get(plain) ?? plain) : null) ?? utf8Or(bytes)
  );
}

/** null when no decoder has the name. */
function decodeNamed(bytes: Buffer, name: string): string | null {
  if (name === 'utf-8' || name === '') return utf8Or(bytes);
  if (name === 'hz-gb-2312' || name === 'hz') return decodeHz(bytes);
  if (name === 'utf-7') return decodeUtf7(bytes);
  try {
    const decoder = new TextDecoder(name);
    if (name === 'iso-2022-jp' && bytes.includes(EMPTY_RUN))
      return decoder.decode(Buffer.from(bytes.toString('latin1').replaceAll(EMPTY_RUN, '\u001b'), 'latin1'));
    return decoder.decode(bytes);
  } catch {
    // Not a label of the web: iconv-lite next.
  }
  return iconv.encodingExists(name) ? iconv.decode(bytes, name) : null;
}

function utf8Or(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const text = bytes.toString('utf8');
    return mostlyUtf8(text) ? text : new TextDecoder('windows-1252').decode(bytes);
  }
}

/** A text with one broken character is still UTF-8; one with many is something else. */
function mostlyUtf8(text: string): boolean {
  let broken = 0;
  let wide = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 0xfffd) broken++;
    else if (c > 0x7f) wide++;
  }
  return wide > broken;
}

/** RFC 1843: `~{` and `~}` switch between ASCII and GB 2312 in seven bits. */
function decodeHz(bytes: Buffer): string {
  const out = Buffer.allocUnsafe(bytes.length + 1);
  let to = 0;
  let chinese = false;
  for (let i = 0; i < bytes.length; i++) {
    const a = bytes[i] as number;
    const b = bytes[i + 1] ?? 0;
    if (a === 0x7e) {
      i++;
      if (b === 0x7b) chinese = true;
      else if (b === 0x7d) chinese = false;
      else if (b === 0x7e) out[to++] = 0x7e;
    } else if (chinese && a > 0x20) {
      out[to++] = a | 0x80;
      out[to++] = b | 0x80;
      i++;
    } else out[to++] = a;
  }
  return new TextDecoder('gbk').decode(out.subarray(0, to));
}

const SIXTY_FOUR = new Int8Array(128).fill(-1);
for (const [n, c] of Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/').entries()) SIXTY_FOUR[c] = n;

/** RFC 2152: `+` opens base64 of UTF-16, `-` or any other character closes it, `+-` is a plus. One pass: scripts were hidden in it. */
function decodeUtf7(bytes: Buffer): string {
  const out = Buffer.allocUnsafe(bytes.length * 2);
  let to = 0;
  let inside = false;
  let held = 0;
  let bits = 0;
  for (let i = 0; i < bytes.length; i++) {
    const c = bytes[i] as number;
    const six = inside && c < 128 ? (SIXTY_FOUR[c] as number) : -1;
    if (six >= 0) {
      held = ((held << 6) | six) & 0x3fffff;
      bits += 6;
      if (bits < 16) continue;
      bits -= 16;
      to = out.writeUInt16LE((held >>> bits) & 0xffff, to);
      continue;
    }
    const wasInside: boolean = inside;
    inside = c === 0x2b && !wasInside;
    held = 0;
    bits = 0;
    if (inside && bytes[i + 1] === 0x2d) {
      inside = false;
      i++;
      to = out.writeUInt16LE(0x2b, to);
    } else if (!inside && !(wasInside && c === 0x2d)) to = out.writeUInt16LE(c, to);
  }
  return out.toString('utf16le', 0, to);
}
