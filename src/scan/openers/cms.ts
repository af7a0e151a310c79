// CMS and PKCS #7 messages (RFC 5652, RFC 3274 compressed data, RFC 5083), as S/MIME sends them: what is signed or compressed is a member,
// what is encrypted is unseen, and a signature or certificates alone are nothing. DER, BER, PEM, and base64 without a frame.
import type { Opener, Opening, Sight } from '../opener.ts';
import { decodeBase64 } from '../../message/transfer.ts';
import { children, isOctets, octetsOf, readElement, type Element } from './ber.ts';
import { newTally, show, type Tally } from './decoded.ts';
import { inflateData } from './zlib-data.ts';

/** 1.2.840.113549.1.7.N and 1.2.840.113549.1.9.16.1.N */
const PKCS7 = '2a864886f70d0107';
const SMIME = '2a864886f70d01091001';
const SIGNED = new Set([`${PKCS7}02`, `${PKCS7}05`, `${SMIME}02`]);
const ENCRYPTED = new Set([`${PKCS7}03`, `${PKCS7}04`, `${PKCS7}06`, `${SMIME}17`]);
const COMPRESSED = `${SMIME}09`;
const DATA = `${PKCS7}01`;
const SEQUENCE = 0x30;
const OID = 0x06;
const EXPLICIT = 0xa0;
const MOST_DEPTH = 6;
const PEM = /(?:^|[\r\n])-----BEGIN (?:PKCS7|CMS|PKCS #7 SIGNED DATA)-----\s{1,20}(?=M)/;

export const isCms = (bytes: Buffer): boolean =>
  isContent(bytes) || PEM.test(bytes.toString('latin1', 0, 4_096)) || isContent(base64Start(bytes));

export const openCms: Opener = function* (bytes, opening) {
  const tally = newTally();
  for (const der of formsOf(bytes)) {
    const outer = readElement(der, 0, der.length);
    if (outer) yield* content(der, outer, opening, tally, 0);
    // Behind the message something else may stand, and what reads to the end of the file finds it.
    const behind = outer ? der.subarray(outer.next) : der;
    if (behind.length >= 64 && behind.some(c => c !== 0 && c !== 10 && c !== 13)) yield show(opening, tally, null, behind, behind.length);
  }
};

function isContent(bytes: Buffer): boolean {
  if (bytes[0] !== SEQUENCE) return false;
  const head = bytes.subarray(1, 32).toString('hex');
  return /^(?:80|8[1-8](?:..){1,8}|[0-7].)06(?:092a864886f70d0107|0b2a864886f70d01091001)/.test(head);
}

function base64Start(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1', 0, 128).replace(/\s/g, '');
  return /^M[A-Za-z0-9+/]{30}/.test(text) ? Buffer.from(text.slice(0, 64), 'base64') : Buffer.alloc(0);
}

function* formsOf(bytes: Buffer): Generator<Buffer> {
  if (isContent(bytes)) return yield bytes;
  const text = bytes.toString('latin1');
  if (!PEM.test(text)) return yield decodeBase64(bytes);
  let at = 0;
  for (let n = 0; n < 100; n++) {
    const found = PEM.exec(text.slice(at));
    if (!found) return;
    const start = at + found.index + found[0].length;
    const end = text.indexOf('-----END', start);
    at = end < 0 ? text.length : end;
    yield decodeBase64(Buffer.from(text.slice(start, at), 'latin1'));
  }
}

/** ContentInfo: a type and what it is the type of. */
function* content(der: Buffer, info: Element, opening: Opening, tally: Tally, depth: number): Generator<Sight> {
  const [type, explicit] = children(der, info);
  if (type?.tag !== OID) return yield unseen('damaged');
  const oid = der.toString('hex', type.start, type.end);
  if (ENCRYPTED.has(oid)) return yield unseen('encrypted');
  if (depth >= MOST_DEPTH) return yield unseen('too_deep');
  const inner = explicit && explicit.tag === EXPLICIT ? children(der, explicit)[0] : undefined;
  if (!inner) {
    // No content at all is legal; some that cannot be read is not.
    if (explicit && explicit.end > explicit.start) yield unseen('damaged');
    return;
  }
  if (oid === DATA) yield* told(der, inner, null, opening, tally);
  else if (SIGNED.has(oid) || oid === COMPRESSED) yield* encapsulated(der, inner, oid === COMPRESSED, opening, tally, depth);
  else yield unseen('method');
}

/** SignedData and its like: the first sequence in it that begins with a type and may hold `[0]`. */
function* encapsulated(der: Buffer, data: Element, packed: boolean, opening: Opening, tally: Tally, depth: number): Generator<Sight> {
  for (const part of children(der, data)) {
    if (part.tag !== SEQUENCE) continue;
    const [type, explicit] = children(der, part, 2);
    if (type?.tag !== OID) continue;
    // The algorithm of a digest, with its parameters, is a sequence as well.
    const oid = der.toString('hex', type.start, type.end);
    if (explicit?.tag !== EXPLICIT) {
      if (oid === DATA || oid.startsWith(SMIME)) return;
      continue;
    }
    const inner = readElement(der, explicit.start, explicit.end);
    if (!inner) return yield unseen('damaged');
    if (packed) return yield* unpacked(octetsOf(der, inner).bytes, opening, tally);
    // PKCS #7 before CMS put what is signed here as it is.
    if (!isOctets(inner) && inner.tag === SEQUENCE && oid !== DATA && (SIGNED.has(oid) || ENCRYPTED.has(oid)))
      return yield* content(der, part, opening, tally, depth + 1);
    return yield* told(der, inner, oid, opening, tally);
  }
  if (data.cut) yield unseen('damaged');
}

function* told(der: Buffer, element: Element, oid: string | null, opening: Opening, tally: Tally): Generator<Sight> {
  const { bytes, cut } = isOctets(element) ? octetsOf(der, element) : { bytes: der.subarray(element.start, element.end), cut: element.cut };
  if (bytes.length > 0) yield member(bytes, bytes.length, opening, tally, oid);
  if (cut) yield unseen('damaged');
}

function* unpacked(packed: Buffer, opening: Opening, tally: Tally): Generator<Sight> {
  const { bytes, why } = inflateData(packed, opening.room(packed.length), 'zlib');
  if (bytes.length > 0) yield member(bytes, packed.length, opening, tally, DATA);
  if (why) yield unseen(why);
}

const HEADER = /^(?:[\w-]{1,60}:[^\n]{0,998}\r?\n(?:[\t ][^\n]{0,998}\r?\n){0,20}){0,50}?(?:content-[a-z-]{1,40}|mime-version):/i;

/** Mail signs a part with its header; others sign a file, and the signed file is called after it: `bill.pdf.p7m`. */
function member(bytes: Buffer, packed: number, opening: Opening, tally: Tally, oid: string | null): Sight {
  const name = opening.name?.replace(/\.p7[mscbz]$/i, '') ?? null;
  const isMail = (oid === null || oid === DATA) && HEADER.test(bytes.toString('latin1', 0, 8_192));
  return show(opening, tally, !isMail && name?.includes('.') ? name : null, bytes, packed, isMail ? 'message/rfc822' : undefined);
}

const unseen = (why: 'damaged' | 'encrypted' | 'too_deep' | 'method' | 'too_large'): Sight => ({ see: 'unseen', name: null, why });
