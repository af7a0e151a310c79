// For a peer without 8BITMIME, or lines that are too long for any peer: leaves with such bytes become quoted-printable or base64, headers
// and structure stay. Done before DKIM signing.
import { MAX_DEPTH } from './bounds.ts';
import { firstOf, readHeaders, rewriteHeaders, type HeaderBlock } from './headers.ts';
import { parseStructured } from './params.ts';
import { decodeTransfer, encodeBase64, encodeQuotedPrintable, encodingOf } from './transfer.ts';

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
  // What contains only seven bits is not declared to have eight (RFC 2045 section 6.4).
  if (type.value.startsWith('multipart/') && boundary)
    return withHeader(raw, block, eightBitAllowed ? null : '', eachPart(body, boundary, eightBitAllowed, depth));
  if (type.value === 'message/rfc822')
    return withHeader(raw, block, eightBitAllowed ? null : '', toTransportable(body, eightBitAllowed, depth + 1));
  const encoding = encodingOf(firstOf(raw, block, 'content-transfer-encoding') ?? '7bit');
  // An encoding that we do not know cannot be undone.
  if (encoding === null) return raw;
  const decoded = decodeTransfer(body, encoding);
  const isText = (type.value.startsWith('text/') || type.value === '') && (encoding === 'identity' || encoding === 'quoted-printable');
  const encoded = isText ? encodeQuotedPrintable(decoded) : encodeBase64(decoded);
  return withHeader(raw, block, `Content-Transfer-Encoding: ${isText ? 'quoted-printable' : 'base64'}\r\n`, Buffer.from(encoded, 'latin1'));
}

/** The header with another transfer encoding (null: as it is), then the body. */
function withHeader(raw: Buffer, block: HeaderBlock, encoding: string | null, body: Buffer): Buffer {
  const head = raw.subarray(0, block.bodyStart);
  if (encoding === null) return Buffer.concat([head, body]);
  const changed = rewriteHeaders(head, block, encoding, field => field.name === 'content-transfer-encoding');
  // A body without even the empty line in front needs one now.
  return Buffer.concat([changed, ...(block.bodyStart === 0 ? [Buffer.from('\r\n')] : []), body]);
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
    const rest = body.toString('latin1', at + mark.length, Math.min(stop, at + mark.length + 200)).trim();
    // A longer boundary that begins like this one belongs to a part inside.
    if (rest !== '' && !rest.startsWith('--')) continue;
    const before = body.subarray(from, at);
    // The CRLF in front of the line belongs to the boundary.
    const part = before.length >= 2 ? before.subarray(0, before.length - 2) : before;
    pieces.push(
      inside
        ? Buffer.concat([toTransportable(part, eightBitAllowed, depth + 1), before.subarray(part.length)])
        : around(before, eightBitAllowed),
      body.subarray(at, stop),
    );
    inside = !rest.startsWith('--');
    from = stop;
  }
  const tail = body.subarray(from);
  pieces.push(inside ? toTransportable(tail, eightBitAllowed, depth + 1) : around(tail, eightBitAllowed));
  return Buffer.concat(pieces);
}

/** Text in front of and behind the parts has no encoding of its own, and no reader shows it: it loses what cannot travel. */
function around(text: Buffer, eightBitAllowed: boolean): Buffer {
  const plain = eightBitAllowed ? text : Buffer.from(text.toString('latin1').replace(/[\x80-\xff]/g, '?'), 'latin1');
  return hasLongLine(plain) ? Buffer.from('\r\n') : plain;
}
