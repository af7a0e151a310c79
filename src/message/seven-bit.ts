// For a peer without 8BITMIME, or lines that are too long for any peer: leaves with such bytes become quoted-printable or base64, headers
// and structure stay. Done before DKIM signing (design.md section 4).
import { MAX_DEPTH } from './bounds.ts';
import { firstOf, readHeaders, rewriteHeaders } from './headers.ts';
import { parseStructured } from './params.ts';
import { encodeBase64, encodeQuotedPrintable } from './transfer.ts';

/** RFC 5321 section 4.5.3.1.6: 1,000 octets with CRLF. */
const LONGEST_LINE = 998;

export function hasLongLine(bytes: Buffer): boolean {
  for (let at = 0; at < bytes.length;) {
    const lf = bytes.indexOf(10, at);
    const end = lf < 0 ? bytes.length : lf;
    if (end - at > LONGEST_LINE + 1) return true;
    at = end + 1;
  }
  return false;
}

/** The message with every leaf in seven bits (when `eightBit` is not allowed) and in lines of at most 998 octets. */
export function toTransportable(raw: Buffer, eightBitAllowed: boolean, depth = 0): Buffer {
  const block = readHeaders(raw);
  const body = raw.subarray(block.bodyStart);
  const isBad = (bytes: Buffer): boolean => (!eightBitAllowed && /[\x80-\xff]/.test(bytes.toString('latin1'))) || hasLongLine(bytes);
  if (!isBad(body) || depth > MAX_DEPTH) return raw;
  const type = parseStructured(firstOf(raw, block, 'content-type') ?? 'text/plain');
  const boundary = type.params.get('boundary');
  if (type.value.startsWith('multipart/') && boundary)
    return Buffer.concat([raw.subarray(0, block.bodyStart), eachPart(body, boundary, eightBitAllowed, depth)]);
  if (type.value === 'message/rfc822')
    return Buffer.concat([raw.subarray(0, block.bodyStart), toTransportable(body, eightBitAllowed, depth + 1)]);
  const encoding = (firstOf(raw, block, 'content-transfer-encoding') ?? '7bit').toLowerCase();
  if (encoding === 'base64')
    return Buffer.concat([raw.subarray(0, block.bodyStart), Buffer.from(encodeBase64(Buffer.from(body.toString('latin1'), 'base64')))]);
  if (encoding === 'quoted-printable') return raw;
  const isText = type.value.startsWith('text/') || type.value === '';
  const encoded = isText ? encodeQuotedPrintable(body) : encodeBase64(body);
  const front = `Content-Transfer-Encoding: ${isText ? 'quoted-printable' : 'base64'}\r\n`;
  const head = rewriteHeaders(raw.subarray(0, block.bodyStart), block, front, field => field.name === 'content-transfer-encoding');
  return Buffer.concat([block.fields.length === 0 ? Buffer.concat([head, Buffer.from('\r\n')]) : head, Buffer.from(encoded, 'latin1')]);
}

function eachPart(body: Buffer, boundary: string, eightBitAllowed: boolean, depth: number): Buffer {
  const mark = Buffer.from(`--${boundary}`, 'latin1');
  const pieces: Buffer[] = [];
  let from = 0;
  let inside = false;
  for (let at = body.indexOf(mark); at >= 0; at = body.indexOf(mark, at + mark.length)) {
    if (at > 0 && body[at - 1] !== 10) continue;
    const lineEnd = body.indexOf(10, at);
    const stop = lineEnd < 0 ? body.length : lineEnd + 1;
    const before = body.subarray(from, at);
    // The CRLF in front of the line belongs to the boundary.
    const part = before.length >= 2 ? before.subarray(0, before.length - 2) : before;
    pieces.push(
      inside ? Buffer.concat([toTransportable(part, eightBitAllowed, depth + 1), before.subarray(part.length)]) : before,
      body.subarray(at, stop),
    );
    inside = body.subarray(at + mark.length, at + mark.length + 2).toString('latin1') !== '--';
    from = stop;
  }
  pieces.push(body.subarray(from));
  return Buffer.concat(pieces);
}
