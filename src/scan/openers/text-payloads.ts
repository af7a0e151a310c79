// Files that stand in a text: uuencode, yEnc, `begin-base64`, PEM frames around what is no certificate, BinHex, a whole text of base64 or
// hexadecimal digits. The text itself is looked at by others.
import type { Opener, Opening, Sight } from '../opener.ts';
import { decodeBase64, uuBlocks, yencBlocks } from '../../message/transfer.ts';
import { isBinHex, openBinHex } from './binhex.ts';
import { newTally, show, type Tally } from './decoded.ts';
import { markupText } from './html-tags.ts';
import { isMedia, payloadOf } from './media.ts';

const MOST_BLOCKS = 200;
/** A signature or a digest in a text is shorter. */
const LEAST = 48;

export const openText: Opener = function* (bytes, opening) {
  const tally = newTally();
  // UTF-16 holds the same blocks.
  const plain = bytes.includes(0) ? Buffer.from(markupText(bytes), 'latin1') : bytes;
  const blocks = [...uuBlocks(plain, MOST_BLOCKS + 1), ...yencBlocks(plain, MOST_BLOCKS + 1)];
  for (const block of blocks) {
    if (block.bytes.length > 0) yield show(opening, tally, block.name === '' ? null : block.name, block.bytes, block.end - block.start);
    if (tally.full) return;
  }
  if (blocks.length > MOST_BLOCKS) yield { see: 'unseen', name: null, why: 'too_many_parts' };
  yield* frames(plain, opening, tally);
  if (isBinHex(plain)) yield* openBinHex(plain, opening);
  if (blocks.length === 0 && !tally.full) yield* digitsOnly(plain, opening, tally);
};

const BEGIN = '-----BEGIN ';

/** RFC 7468. Keys and certificates are DER and are passed over; what is put in such a frame to hide is not. */
function* frames(bytes: Buffer, opening: Opening, tally: Tally): Generator<Sight> {
  let n = 0;
  for (let at = bytes.indexOf(BEGIN); at >= 0; at = bytes.indexOf(BEGIN, at + BEGIN.length)) {
    const line = bytes.toString('latin1', at, Math.min(bytes.length, at + 200));
    const label = /^-----BEGIN ([A-Z0-9 .#-]{1,100}?)-----/.exec(line);
    if (!label || label[1]?.startsWith('PGP')) continue;
    const start = at + label[0].length;
    const found = bytes.indexOf('-----END', start);
    const end = found < 0 ? bytes.length : found;
    const body = bytes.toString('latin1', start, end).replace(/^[\w-]{1,40}:[^\n]*\n(?:[\t ][^\n]*\n)*/gm, '');
    const data = decodeBase64(Buffer.from(body, 'latin1'));
    at = end - 1;
    if (data.length < LEAST || isDer(data) || data.subarray(0, 15).toString('latin1') === 'openssh-key-v1\0') continue;
    if (++n > MOST_BLOCKS) return yield { see: 'unseen', name: null, why: 'too_many_parts' };
    yield show(opening, tally, null, data, end - start);
    if (tally.full) return;
  }
}

/** A sequence that is as long as the data. */
function isDer(data: Buffer): boolean {
  if (data[0] !== 0x30) return false;
  const first = data[1] ?? 0;
  if (first < 0x80) return 2 + first === data.length;
  const count = first & 0x7f;
  if (count < 1 || count > 4 || data.length < 2 + count) return false;
  return 2 + count + data.readUIntBE(2, count) === data.length;
}

/** A text that is nothing but digits is the file that they encode, for whoever was told to decode it. */
function* digitsOnly(bytes: Buffer, opening: Opening, tally: Tally): Generator<Sight> {
  const start = bytes.toString('latin1', 0, 4_096).trimStart();
  if (!/^[A-Za-z0-9+/=_-]{32}/.test(start) || !/^[A-Za-z0-9+/=_\s-]*$/.test(start)) return;
  const text = bytes.toString('latin1').replace(/\s+/g, '');
  const hexadecimal = /^[\da-f]*$/i.test(start.replace(/\s+/g, '')) && text.length % 2 === 0;
  const data = hexadecimal ? Buffer.from(text, 'hex') : decodeBase64(Buffer.from(text, 'latin1'));
  if (data.length < LEAST || isMedia(data)) return;
  // A list of digests or words decodes to noise.
  if (!hexadecimal || payloadOf(data) !== null) yield show(opening, tally, null, data, bytes.length);
}
