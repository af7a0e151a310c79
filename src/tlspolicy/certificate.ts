// What node:crypto does not tell of a certificate: the very bytes of its public key (RFC 6698 section 1.3 hashes those, and writing the
// key anew may change them), how long a path may follow it, and whether it is limited to names (RFC 5280 sections 4.2.1.9 and 10).
import { X509Certificate, type KeyObject } from 'node:crypto';
import { MAX_CERTIFICATE_BYTES } from './bounds.ts';

export type Certificate = {
  readonly x509: X509Certificate;
  readonly der: Buffer;
  readonly spki: Buffer;
  readonly key: KeyObject;
  /** Epoch ms. */
  readonly from: number;
  readonly to: number;
  /** CAs that may follow below; null = any number. */
  readonly pathLength: number | null;
  /** It has name constraints, which are not evaluated here. */
  readonly limited: boolean;
};

/** One certificate of a chain; null when it is none. */
export function readCertificate(der: Buffer): Certificate | null {
  if (der.length > MAX_CERTIFICATE_BYTES) return null;
  try {
    const x509 = new X509Certificate(der);
    // A PEM text is taken by the constructor too, and trailing bytes: the digests would be of something else.
    if (!x509.raw.equals(der)) return null;
    // All that may throw on odd bytes is read here, under the one catch.
    const [from, to] = [x509.validFromDate.getTime(), x509.validToDate.getTime()];
    return { x509, der, key: x509.publicKey, from, to, ...fieldsOf(der) };
  } catch {
    return null;
  }
}

type Element = { readonly tag: number; readonly start: number; readonly from: number; readonly to: number };

/** The element at a place; lengths of up to four bytes. */
function elementAt(der: Buffer, start: number, end: number): Element | null {
  const tag = der[start];
  const first = der[start + 1];
  if (tag === undefined || first === undefined) return null;
  const bytes = first < 0x80 ? 0 : first & 0x7f;
  if (bytes > 4 || first === 0x80 || start + 2 + bytes > end) return null;
  const length = bytes === 0 ? first : der.readUIntBE(start + 2, bytes);
  const from = start + 2 + bytes;
  return from + length <= end ? { tag, start, from, to: from + length } : null;
}

function elements(der: Buffer, from: number, end: number): readonly Element[] {
  const found: Element[] = [];
  for (let at = from; at < end;) {
    const one = elementAt(der, at, end);
    if (!one) break;
    found.push(one);
    at = one.to;
  }
  return found;
}

const inside = (der: Buffer, one: Element | undefined): readonly Element[] => (one ? elements(der, one.from, one.to) : []);

/** TBSCertificate: [0] version, serial, algorithm, issuer, validity, subject, key, …, [3] extensions. */
function fieldsOf(der: Buffer): Pick<Certificate, 'spki' | 'pathLength' | 'limited'> {
  const parts = inside(der, inside(der, elements(der, 0, der.length)[0])[0]);
  const key = parts[parts[0]?.tag === 0xa0 ? 6 : 5];
  if (key?.tag !== 0x30) throw new Error('no public key');
  const extensions = inside(
    der,
    inside(
      der,
      parts.find(one => one.tag === 0xa3),
    )[0],
  );
  let pathLength: number | null = null;
  let limited = false;
  for (const extension of extensions) {
    const [oid, ...rest] = inside(der, extension);
    const value = rest.at(-1);
    const name = oid ? der.toString('hex', oid.from, oid.to) : '';
    if (name === '551d1e') limited = true;
    if (name !== '551d13') continue;
    const length = inside(der, inside(der, value)[0]).find(one => one.tag === 0x02);
    if (length) pathLength = length.to - length.from === 1 ? (der[length.from] ?? 0) : length.to > length.from ? 255 : 0;
  }
  return { spki: der.subarray(key.start, key.to), pathLength, limited };
}
