// Content-Transfer-Encodings, decoded as tolerantly as mail readers do (RFC 2045; uuencode by POSIX; yEnc 1.3), and encoded for what we build.

const EQUALS = 61;
const LF = 10;
const CR = 13;

export type Encoding = 'identity' | 'base64' | 'quoted-printable' | 'uuencode' | 'yenc';

/** The encoding a header value names; null when it is none that we know. */
export function encodingOf(value: string): Encoding | null {
  const word =
    value
      .toLowerCase()
      .replace(/\([^)]*\)/g, '')
      .replace(/[;,\s"'].*$/s, '')
      .trim() || value.toLowerCase().trim();
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

/** Padding inside the text ends a run, and a new run begins: what was joined from two is read whole. */
export function decodeBase64(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1');
  const pad = text.indexOf('=');
  if (pad < 0 || !/[A-Za-z0-9+/]/.test(text.slice(pad))) return Buffer.from(text, 'base64');
  return Buffer.concat(text.split(/=+/).map(run => Buffer.from(run.replace(/[^A-Za-z0-9+/]+/g, ''), 'base64')));
}

export function decodeQuotedPrintable(bytes: Buffer): Buffer {
  if (bytes.indexOf(EQUALS) < 0 && bytes.indexOf(' \n') < 0 && bytes.indexOf(' \r') < 0) return bytes;
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
      out[to++] = c;
      blanks = to;
    } else if (c === LF || (c === CR && bytes[i + 1] === LF)) {
      to = blanks;
      out[to++] = c;
      if (c === CR) out[to++] = bytes[++i] as number;
      blanks = to;
    } else {
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
    const head = /^begin(-base64)? +[0-7]{3,4}(?: +(.*?))?\s*$/.exec(
      bytes.toString('latin1', at, lineEnd < 0 ? bytes.length : Math.min(lineEnd, at + 1_000)),
    );
    if (!head || lineEnd < 0) continue;
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
        const [a, b, c, d] = [0, 1, 2, 3].map(k => (i + k < stop ? ((bytes[i + k] as number) - 32) & 63 : 0)) as [
          number,
          number,
          number,
          number,
        ];
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

/** Every `=ybegin` … `=yend` block of a text. */
export function yencBlocks(bytes: Buffer, most = 1): readonly Block[] {
  const found: Block[] = [];
  for (let at = bytes.indexOf('=ybegin '); at >= 0 && found.length < most; at = bytes.indexOf('=ybegin ', at + 8)) {
    if (at > 0 && bytes[at - 1] !== LF) continue;
    const lineEnd = bytes.indexOf(LF, at);
    if (lineEnd < 0) break;
    const name = /\bname=(.*?)\s*$/.exec(bytes.toString('latin1', at, Math.min(lineEnd, at + 1_000)))?.[1] ?? '';
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
  const lines = text.toString('latin1').split(/\r?\n/);
  return lines
    .map(line => {
      const escaped = line.replace(
        /[^\t\x20-\x3c\x3e-\x7e]|[\t ]$/g,
        c => `=${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
      );
      if (escaped.length <= 76) return escaped;
      return escaped.replace(/(?:[^=]|=[0-9A-F]{2}){1,73}(?=.)/g, match => cutAt(match));
    })
    .join('\r\n');
}

/** A run of up to 73 characters or escapes may be longer than a line: cut it into lines of at most 75 and a soft break. */
function cutAt(run: string): string {
  let out = '';
  let line = '';
  for (const unit of run.match(/=[0-9A-F]{2}|[^=]/g) ?? []) {
    if (line.length + unit.length > 75) {
      out += `${line}=\r\n`;
      line = '';
    }
    line += unit;
  }
  return `${out}${line}=\r\n`;
}
