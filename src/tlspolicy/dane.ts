// DANE for SMTP (RFC 7672, on RFC 6698 and 7671): which TLSA records of a host count, and whether the chain it showed fits one of them.
import { createHash, createPublicKey } from 'node:crypto';
import { MAX_CHAIN, MAX_TLSA, MAX_TLSA_BYTES, MAX_WHOLE_ANCHORS } from './bounds.ts';
import { readCertificate, type Certificate } from './certificate.ts';
import { anchoredPath, type Anchor } from './path.ts';

/** One record at `_25._tcp.HOST`; fields as the resolver gives them. */
export type Tlsa = { readonly usage: number; readonly selector: number; readonly matchingType: number; readonly certificate: Buffer };
export type TlsaAnswer =
  | { readonly kind: 'records'; readonly ad: boolean; readonly records: readonly Tlsa[] }
  | { readonly kind: 'none'; readonly ad: boolean }
  /** Not asked: the host's address is not from a signed zone, or no resolver is trusted. */
  | { readonly kind: 'unasked' }
  /** No answer, or one whose signature is wrong. */
  | { readonly kind: 'failed'; readonly why: string };

/** What a host's DNS promises, before any connection. */
export type DaneOffer =
  | { readonly state: 'none'; readonly why: string }
  | { readonly state: 'failed'; readonly why: string }
  | { readonly state: 'unusable'; readonly why: string }
  | { readonly state: 'usable'; readonly why: string; readonly records: readonly Tlsa[]; readonly names: readonly string[] };

export type DaneCheck = { readonly state: 'none' | 'unusable' | 'match' | 'mismatch'; readonly why: string };

export type DaneHost = {
  /** AD of the MX answer, and of all the host's address answers (RFC 7672 sections 2.2.1 and 2.2.2). */
  readonly mxAd: boolean;
  readonly addressAd: boolean;
  readonly tlsa: TlsaAnswer;
  /** What a certificate below a trust anchor may be named (section 3.2.2): the TLSA base domain, the recipient's domain, and either's
   * name at the end of a signed CNAME. */
  readonly names: readonly string[];
};

/** Whether DANE holds for the host. Without AD all along the way it does not; a failed look-up makes the host unusable (section 2.1.2). */
export function daneOffer(host: DaneHost): DaneOffer {
  const { tlsa } = host;
  if (!host.mxAd) return { state: 'none', why: 'the MX records are not signed' };
  if (!host.addressAd) return { state: 'none', why: "the host's addresses are not signed" };
  if (tlsa.kind === 'failed') return { state: 'failed', why: `the TLSA look-up failed: ${tlsa.why}` };
  if (tlsa.kind !== 'records' || tlsa.records.length === 0) return { state: 'none', why: 'no TLSA records' };
  if (!tlsa.ad) return { state: 'none', why: 'the TLSA records are not signed' };
  const records = usableRecords(tlsa.records);
  if (records.length === 0) return { state: 'unusable', why: 'TLSA records are there, but none that mail can use' };
  return { state: 'usable', why: `${records.length} TLSA records`, records, names: host.names };
}

/** The records that count: usages 2 and 3 (RFC 7672 section 3.1.3), well formed, and of digests only the strongest (RFC 7671 section 9). */
export function usableRecords(records: readonly Tlsa[]): readonly Tlsa[] {
  const formed = records.slice(0, MAX_TLSA).filter(wellFormed);
  const strongest = (one: Tlsa): number =>
    Math.max(...formed.filter(other => other.usage === one.usage && other.selector === one.selector).map(other => other.matchingType));
  return formed.filter(one => one.matchingType === 0 || one.matchingType === strongest(one));
}

function wellFormed({ usage, selector, matchingType, certificate }: Tlsa): boolean {
  if ((usage !== 2 && usage !== 3) || (selector !== 0 && selector !== 1)) return false;
  if (matchingType === 1 || matchingType === 2) return certificate.length === matchingType * 32;
  if (matchingType !== 0 || certificate.length > MAX_TLSA_BYTES) return false;
  return selector === 0 ? readCertificate(certificate) !== null : keyOf(certificate) !== null;
}

function keyOf(der: Buffer): ReturnType<typeof createPublicKey> | null {
  try {
    return createPublicKey({ key: der, format: 'der', type: 'spki' });
  } catch {
    return null;
  }
}

/** Whether the chain (DER, the peer's own certificate first) fits what was promised. `now` is epoch ms. */
export function daneCheck(offer: DaneOffer, chain: readonly Buffer[], now: number): DaneCheck {
  if (offer.state === 'none' || offer.state === 'failed') return { state: 'none', why: offer.why };
  if (offer.state === 'unusable') return { state: 'unusable', why: offer.why };
  const shown = chain.slice(0, MAX_CHAIN).map(readCertificate);
  const leaf = shown[0];
  if (!leaf) return { state: 'mismatch', why: 'the peer showed no certificate that can be read' };
  const own = offer.records.find(one => one.usage === 3 && fits(one, leaf));
  // RFC 7672 section 3.1.1: neither the name nor the dates of the certificate count here.
  if (own) return { state: 'match', why: `TLSA ${told(own)} fits the certificate` };
  const others = shown.slice(1).filter(one => one !== null);
  const anchors = anchorsOf(
    offer.records.filter(one => one.usage === 2),
    [leaf, ...others],
  );
  if (anchors.length === 0) return { state: 'mismatch', why: 'no TLSA record fits the certificate' };
  const path = anchoredPath(leaf, others, anchors, offer.names, now);
  return 'broken' in path
    ? { state: 'mismatch', why: `an issuer was looked for by TLSA: ${path.broken}` }
    : { state: 'match', why: `TLSA ${path.anchor.said} fits an issuer, and the name is right` };
}

/** Certificates of the chain that a record means, and the certificates and keys that stand in records themselves (RFC 7671 section 5.2). */
function anchorsOf(records: readonly Tlsa[], chain: readonly Certificate[]): readonly Anchor[] {
  const shown = chain.flatMap(certificate => {
    const record = records.find(one => fits(one, certificate));
    return record ? [{ certificate, key: certificate.key, said: told(record) }] : [];
  });
  const whole = records.filter(one => one.matchingType === 0).slice(0, MAX_WHOLE_ANCHORS);
  const given = whole.flatMap(record => {
    const certificate = record.selector === 0 ? readCertificate(record.certificate) : null;
    const key = certificate ? certificate.key : keyOf(record.certificate);
    return key ? [{ certificate, key, said: told(record) }] : [];
  });
  return [...shown, ...given];
}

function fits({ selector, matchingType, certificate }: Tlsa, shown: Certificate): boolean {
  const bytes = selector === 0 ? shown.der : shown.spki;
  const mine =
    matchingType === 0
      ? bytes
      : createHash(matchingType === 1 ? 'sha256' : 'sha512')
          .update(bytes)
          .digest();
  return mine.equals(certificate);
}

const told = (one: Tlsa): string => `${one.usage} ${one.selector} ${one.matchingType}`;
