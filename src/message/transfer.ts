// Content-Transfer-Encodings, decoded as tolerantly as mail readers do (RFC 2045; uuencode by POSIX; yEnc 1.3), and encoded for what we build.
import { MAX_LABEL } from './bounds.ts';

const EQUALS = 61;
const LF = 10;
const CR = 13;

export type Encoding = 'identity' | 'base64' | 'quoted-printable' | 'uuencode' | 'yenc';

/** The encoding a header value names; null when it is none that we know. */
export function encodingOf(value: string): Encoding | null {
  const word =
    value
      .slice(0, MAX_LABEL)
      .toLowerCase()
      .replace(/\([^)]*\)/g, '')
      // Quotes are wrong here, and most readers take the word inside them.
      .replace(/^[\s"']+/, '')
      .replace(/[;,\s"'].*$/s, '')
      .trim() || value.slice(0, MAX_LABEL).toLowerCase().trim();
  if (word === '' || word === '7bit' || word === '8bit' || word === 'binary' || word === '7-bit' || word === '8-bit') return 'identity';
  if (word === 'base64' || word === 'base-64' || word === 'b64') return 'base64';
  if (word === 'quoted-printable' || word === 'quotedprintable' || word === 'qp') return 'quoted-printable';
  if (/^(x-)?u(u|ue|uencode)$/.test(word)) return 'uuencode';
  return word === 'yenc' || word === 'x-yenc' ? 'yenc' : null;
}

export function decodeTransfer(bytes: Buffer, encoding: Encoding): Buffer {
  switch (encoding) {
    case 'base64':
      return decodeBase64(bytes);
    case 'quoted-printable':
      return decodeQuotedPrintable(bytes);
    case 'uuencode':
      return uuBlocks(bytes)[0]?.bytes ?? decodeUuLines(bytes, 0, bytes.length);
    case 'yenc':
      return yencBlocks(bytes)[0]?.bytes ?? bytes;
    case 'identity':
      return bytes;
  }
}

const SIXTY_FOUR = new Int8Array(256).fill(-1);
for (const [n, c] of Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/').entries()) SIXTY_FOUR[c] = n;

/** Offset behind the first padding when more base64 follows it, which some readers read and others do not; null when there is none. */
export function endOfFirstRun(bytes: Buffer): number | null {
  const pad = bytes.indexOf(EQUALS);
  if (pad < 0) return null;
  for (let i = pad; i < bytes.length; i++) if ((SIXTY_FOUR[bytes[i] as number] as number) >= 0) return pad;
  return null;
}

/** Padding inside the text ends a run, and a new run begins: what was joined from two is read whole. */
export function decodeBase64(bytes: Buffer): Buffer {
  // Node takes `-` and `_` for digits (base64url); to readers of mail they are junk. Its own decoder serves where neither matters.
  const usual = endOfFirstRun(bytes) === null && bytes.indexOf(45) < 0 && bytes.indexOf(95) < 0;
  if (usual) return Buffer.from(bytes.toString('latin1'), 'base64');
  const out = Buffer.allocUnsafe(Math.ceil((bytes.length * 3) / 4));
  let to = 0;
  let held = 0;
  let bits = 0;
  for (let i = 0; i < bytes.length; i++) {
    const c = bytes[i] as number;
    const six = SIXTY_FOUR[c] as number;
    if (six >= 0) {
      held = ((held << 6) | six) & 0xffff;
      bits += 6;
      if (bits >= 8) {
        bits -= 8;
        out[to++] = (held >>> bits) & 255;
      }
    } else if (c === EQUALS) bits = 0;
  }
  return out.subarray(0, to);
}

/** `offsets` gets, for each byte of the answer, where it stands encoded; it is as long as `bytes` at least. */
export function decodeQuotedPrintable(bytes: Buffer, offsets: Int32Array | null = null): Buffer {
  if (offsets === null && bytes.indexOf(EQUALS) < 0 && !['\t\n', '\t\r', ' \n', ' \r'].some(end => bytes.includes(end))) return bytes;
  const out = Buffer.allocUnsafe(bytes.length);
  let to = 0;
  /** Where the run of blanks at the end of `out` begins; blanks before a line end are not part of the text. */
  let blanks = 0;
  for (let i = 0; i < bytes.length; i++) {
    const c = bytes[i] as number;
    if (c === EQUALS) {
      const high = hex(bytes[i + 1]);
      const low = hex(bytes[i + 2]);
      if (high >= 0 && low >= 0) {
        if (offsets) offsets[to] = i;
        out[to++] = high * 16 + low;
        blanks = to;
        i += 2;
        continue;
      }
      let end = i + 1;
      while (bytes[end] === 32 || bytes[end] === 9) end++;
      if (end >= bytes.length || bytes[end] === LF || (bytes[end] === CR && bytes[end + 1] === LF)) {
        i = bytes[end] === CR ? end + 1 : end;
        blanks = to;
        continue;
      }
      if (offsets) offsets[to] = i;
      out[to++] = c;
      blanks = to;
    } else if (c === LF || (c === CR && bytes[i + 1] === LF)) {
      to = blanks;
      if (offsets) offsets[to] = i;
      out[to++] = c;
      if (c === CR) {
        if (offsets) offsets[to] = i + 1;
        out[to++] = bytes[++i] as number;
      }
      blanks = to;
    } else {
      if (offsets) offsets[to] = i;
      out[to++] = c;
      if (c !== 32 && c !== 9) blanks = to;
    }
  }
  return out.subarray(0, to);
}

function hex(c: number | undefined): number {
  if (c === undefined) return -1;
  if (c >= 48 && c <= 57) return c - 48;
  const lower = c | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

export type Block = { readonly name: string; readonly bytes: Buffer; readonly start: number; readonly end: number };

/** Every `begin MODE NAME` … `end` block of a text. */
export function uuBlocks(bytes: Buffer, most = 1): readonly Block[] {
  const found: Block[] = [];
  for (let at = bytes.indexOf('begin'); at >= 0 && found.length < most; at = bytes.indexOf('begin', at + 5)) {
    if (at > 0 && bytes[at - 1] !== LF) continue;
    const lineEnd = bytes.indexOf(LF, at);
    if (lineEnd < 0) break;
    // No pattern here may be tried at each blank of a line of blanks.
    const head = /^begin(-base64)? +[0-7]{3,4}(?: (.*))?$/s.exec(bytes.toString('latin1', at, Math.min(lineEnd, at + 1_000)).trimEnd());
    if (!head) continue;
    const marks = head[1] ? ['\n===='] : ['\nend', '\r\nend'];
    const stops = marks.map(mark => bytes.indexOf(mark, lineEnd - 1)).filter(stop => stop >= 0);
    const stop = stops.length > 0 ? Math.min(...stops) : bytes.length;
    const body = head[1] ? decodeBase64(bytes.subarray(lineEnd + 1, stop)) : decodeUuLines(bytes, lineEnd + 1, stop + 1);
    found.push({ name: (head[2] ?? '').trim(), bytes: body, start: at, end: stop });
    at = Math.max(at, stop - 5);
  }
  return found;
}

function decodeUuLines(bytes: Buffer, start: number, end: number): Buffer {
  const out = Buffer.allocUnsafe(Math.max(0, end - start));
  let to = 0;
  for (let at = start; at < end;) {
    const found = bytes.indexOf(LF, at);
    const stop = found < 0 || found > end ? end : found;
    const length = ((bytes[at] as number) - 32) & 63;
    if (stop > at && length > 0) {
      const from = to;
      for (let i = at + 1; i < stop && to - from < length; i += 4) {
        const a = sixBits(bytes, i, stop);
        const b = sixBits(bytes, i + 1, stop);
        const c = sixBits(bytes, i + 2, stop);
        const d = sixBits(bytes, i + 3, stop);
        out[to++] = (a << 2) | (b >> 4);
        out[to++] = ((b & 15) << 4) | (c >> 2);
        out[to++] = ((c & 3) << 6) | d;
      }
      to = Math.min(to, from + length);
    }
    at = stop + 1;
  }
  return out.subarray(0, to);
}

const sixBits = (bytes: Buffer, at: number, stop: number): number => (at < stop ? ((bytes[at] as number) - 32) & 63 : 0);

/** Every `=ybegin` … `=yend` block of a text. */
export function yencBlocks(bytes: Buffer, most = 1): readonly Block[] {
  const found: Block[] = [];
  for (let at = bytes.indexOf('=ybegin '); at >= 0 && found.length < most; at = bytes.indexOf('=ybegin ', at + 8)) {
    if (at > 0 && bytes[at - 1] !== LF) continue;
    const lineEnd = bytes.indexOf(LF, at);
    if (lineEnd < 0) break;
    const line = bytes.toString('latin1', at, Math.min(lineEnd, at + 1_000));
    const named = line.indexOf(' name=');
    const name = named < 0 ? '' : line.slice(named + 6).trim();
    let from = lineEnd + 1;
    if (bytes.subarray(from, from + 7).toString('latin1') === '=ypart ') from = bytes.indexOf(LF, from) + 1;
    const stop = bytes.indexOf('\n=yend', from - 1);
    const end = stop < 0 ? bytes.length : stop;
    const out = Buffer.allocUnsafe(Math.max(0, end - from));
    let to = 0;
    for (let i = from; i < end; i++) {
      const c = bytes[i] as number;
      if (c === LF || c === CR) continue;
      out[to++] = (c === EQUALS ? (bytes[++i] ?? 0) - 64 - 42 : c - 42) & 255;
    }
    found.push({ name, bytes: out.subarray(0, to), start: at, end });
    at = Math.max(at, end - 8);
  }
  return found;
}

/** Base64 in lines of 76 characters with CRLF. */
export function encodeBase64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/.{1,76}/g, '$&\r\n');
}

/** RFC 2045 section 6.7: lines of at most 76 characters; line ends of the text stay line ends. */
export function encodeQuotedPrintable(text: Buffer): string {
  return text.toString('latin1').split(/\r?\n/).map(encodeLine).join('\r\n');
}

const MOST_OF_LINE = 75;

const ESCAPED = Array.from({ length: 256 }, (_, c) => `=${c.toString(16).toUpperCase().padStart(2, '0')}`);

/** One line, broken softly between its characters: never inside an escape, and a blank before a break is no blank at a line end. */
function encodeLine(line: string): string {
  const escaped = line.replace(/[^\t\x20-\x3c\x3e-\x7e]|[\t ]$/g, c => ESCAPED[c.charCodeAt(0)] as string);
  if (escaped.length <= MOST_OF_LINE + 1) return escaped;
  const lines: string[] = [];
  let at = 0;
  while (escaped.length - at > MOST_OF_LINE + 1) {
    const last = at + MOST_OF_LINE;
    const stop = escaped[last - 1] === '=' ? last - 1 : escaped[last - 2] === '=' ? last - 2 : last;
    lines.push(`${escaped.slice(at, stop)}=`);
    at = stop;
  }
  lines.push(escaped.slice(at));
  return lines.join('\r\n');
}
