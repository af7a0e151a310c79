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
const SIGNED = [
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

/** The DKIM-Signature fields to stand in front of `raw` (canonical CRLF), one a key. `at` is epoch ms. */
export function dkimSign(raw: Buffer, keys: readonly SigningKey[], at: number): string {
  const block = readHeaders(raw);
  const bodyHash = createHash('sha256')
    .update(relaxedBody(raw.subarray(block.bodyStart)))
    .digest('base64');
  const names: string[] = [];
  const lines: string[] = [];
  for (const name of [...OVERSIGNED, ...SIGNED]) {
    // RFC 6376 section 5.4.2: instances of a field are signed from the last one up.
    const fields = block.fields.filter(field => field.name === name).toReversed();
    for (const field of fields) {
      names.push(name);
      lines.push(`${relaxedField(raw, field)}\r\n`);
    }
    if (OVERSIGNED.includes(name)) names.push(name);
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

/** RFC 6376 section 3.4.4: runs of blanks to one, blanks before line ends and empty lines at the end away. One pass. */
export function relaxedBody(body: Buffer): Buffer {
  const out = Buffer.allocUnsafe(body.length + 2);
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
