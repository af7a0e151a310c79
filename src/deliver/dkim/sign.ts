// DKIM signing (RFC 6376, RFC 8463): relaxed/relaxed, RSA-SHA256 and Ed25519-SHA256 over one body hash, never l=, with the fields that
// matter oversigned, so that one cannot be added in front of a signed one.
import { createHash, sign, type KeyObject } from 'node:crypto';
import { readHeaders, type Field } from '../../message/headers.ts';

export type SigningKey = {
  readonly domain: string;
  readonly selector: string;
  readonly algorithm: 'rsa' | 'ed25519';
  readonly key: KeyObject;
};

/** Signed as often as they stand and once more (oversigned). */
const OVERSIGNED = [
  'from',
  'sender',
  'reply-to',
  'to',
  'cc',
  'subject',
  'date',
  'message-id',
  'mime-version',
  'content-type',
  'in-reply-to',
  'references',
];
/** Signed when they stand there. */
const WHERE_THEY_STAND = [
  'content-transfer-encoding',
  'content-id',
  'list-id',
  'list-unsubscribe',
  'list-unsubscribe-post',
  'list-help',
  'list-owner',
  'list-archive',
  'tls-required',
  'x-sesame-id',
  'feedback-id',
];
/** What is signed, and what is named once more behind it. */
const SIGNED: readonly (readonly [string, readonly string[]])[] = [
  ...OVERSIGNED.map(name => [name, [name]] as const),
  ...WHERE_THEY_STAND.map(name => [name, []] as const),
];

/** The DKIM-Signature fields to stand in front of `raw` (canonical CRLF), one a key. `at` is epoch ms. */
export function dkimSign(raw: Buffer, keys: readonly SigningKey[], at: number): string {
  const block = readHeaders(raw);
  const bodyHash = createHash('sha256')
    .update(relaxedBody(raw.subarray(block.bodyStart)))
    .digest('base64');
  // RFC 6376 section 5.4.2: instances of a field are signed from the last one up.
  const fields = Map.groupBy(block.fields.toReversed(), field => field.name);
  const names: string[] = [];
  const lines: string[] = [];
  for (const [name, more] of SIGNED) {
    for (const field of fields.get(name) ?? []) {
      names.push(name);
      lines.push(`${relaxedField(raw, field)}\r\n`);
    }
    names.push(...more);
  }
  const head = lines.join('');
  return keys.map(key => signatureField(key, names, head, bodyHash, at)).join('');
}

function signatureField(key: SigningKey, names: readonly string[], head: string, bodyHash: string, at: number): string {
  const folded = names
    .join(':')
    .replace(/.{1,66}(?::|$)/g, '$&\r\n\t ')
    .trimEnd();
  const tags =
    `DKIM-Signature: v=1; a=${key.algorithm === 'rsa' ? 'rsa-sha256' : 'ed25519-sha256'}; c=relaxed/relaxed;\r\n` +
    `\td=${key.domain}; s=${key.selector}; t=${Math.floor(at / 1000)};\r\n\tbh=${bodyHash};\r\n\th=${folded};\r\n\tb=`;
  const signed = Buffer.from(head + relaxedText(tags), 'latin1');
  const signature =
    key.algorithm === 'rsa' ? sign('sha256', signed, key.key) : sign(null, createHash('sha256').update(signed).digest(), key.key);
  return `${tags}${signature.toString('base64').replace(/.{1,70}/g, (line, offset: number) => (offset === 0 ? line : `\r\n\t ${line}`))}\r\n`;
}

/** RFC 6376 section 3.4.2. */
export function relaxedField(raw: Buffer, field: Field): string {
  return relaxedText(raw.toString('latin1', field.start, field.end));
}

export function relaxedText(text: string): string {
  const colon = text.indexOf(':');
  const value = text
    .slice(colon + 1)
    .replace(/\r\n/g, '')
    .replace(/[ \t]+/g, ' ');
  return `${text.slice(0, colon).trimEnd().toLowerCase()}:${value.trim()}`;
}

const LF = 10;
const CR = 13;
const SPACE = 32;
const TAB = 9;

/** What is changed elsewhere than at the end of the body. */
const UNRELAXED = /\t| (?:[ \r\n]|$)|(?<!\r)\n/;

/** RFC 6376 section 3.4.4: runs of blanks to one, blanks before line ends and empty lines at the end away. Shares its bytes where it can. */
export function relaxedBody(body: Buffer): Buffer {
  if (UNRELAXED.test(body.toString('latin1'))) return relaxedByByte(body);
  let end = body.length;
  while (end >= 2 && body[end - 2] === CR && body[end - 1] === LF) end -= 2;
  if (end === 0) return body.subarray(0, 0);
  return end < body.length ? body.subarray(0, end + 2) : Buffer.concat([body, Buffer.from('\r\n')]);
}

function relaxedByByte(body: Buffer): Buffer {
  // A bare LF becomes two bytes.
  const out = Buffer.allocUnsafe(2 * body.length + 2);
  let to = 0;
  let lines = 0;
  let blank = false;
  for (let i = 0; i < body.length; i++) {
    const c = body[i] as number;
    if (c === SPACE || c === TAB) {
      blank = true;
      continue;
    }
    if (c === LF || (c === CR && body[i + 1] === LF)) {
      if (c === CR) i++;
      lines++;
      blank = false;
      continue;
    }
    for (; lines > 0; lines--) {
      out[to++] = CR;
      out[to++] = LF;
    }
    if (blank) out[to++] = SPACE;
    blank = false;
    out[to++] = c;
  }
  if (to > 0) {
    out[to++] = CR;
    out[to++] = LF;
  }
  return out.subarray(0, to);
}
