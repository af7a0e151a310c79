// A certificate path from a peer's certificate up to a trust anchor out of DNS (RFC 5280 section 6 as RFC 7671 section 5.2 uses it):
// signatures, dates, CA marks, path lengths, purpose and name. What cannot be judged here (name constraints) is refused.
import type { KeyObject } from 'node:crypto';
import { MAX_NAMES, MAX_RSA_BITS } from './bounds.ts';
import type { Certificate } from './certificate.ts';
import { hostName } from './names.ts';

/** A trust anchor: a certificate, or a bare key; `said` names the record that it is from. */
export type Anchor = { readonly certificate: Certificate | null; readonly key: KeyObject; readonly said: string };
export type Path = { readonly anchor: Anchor } | { readonly broken: string };

/** id-kp-serverAuth and anyExtendedKeyUsage. */
const SERVER = ['1.3.6.1.5.5.7.3.1', '2.5.29.37.0'];

/** The anchor to which a path holds, when the name is right too, else what is wrong. `others` in any order; each pair is checked once at most. */
export function anchoredPath(
  leaf: Certificate,
  others: readonly Certificate[],
  anchors: readonly Anchor[],
  names: readonly string[],
  now: number,
): Path {
  const purposes: readonly string[] | undefined = leaf.x509.keyUsage;
  if (purposes && !purposes.some(one => SERVER.includes(one))) return { broken: 'the certificate is not for servers' };
  if (nameShown(leaf, names) === null) return { broken: `the certificate shows none of the names ${names.slice(0, 5).join(', ')}` };
  if (!current(leaf, now)) return { broken: 'the certificate is out of date' };
  const itself = anchors.find(one => one.certificate?.der.equals(leaf.der));
  return itself ? { anchor: itself } : climb(leaf, others, anchors, now);
}

/** Breadth first from the leaf; `below` counts the CAs under a certificate (RFC 5280 section 4.2.1.9). */
function climb(leaf: Certificate, others: readonly Certificate[], anchors: readonly Anchor[], now: number): Path {
  let level: readonly Certificate[] = [leaf];
  let left = others.filter(one => !one.der.equals(leaf.der));
  let why = 'the chain does not reach the trust anchor';
  for (let below = 0; level.length > 0; below++) {
    const next: Certificate[] = [];
    for (const child of level) {
      for (const anchor of anchors) {
        if (!signedBy(child, anchor.certificate, anchor.key)) continue;
        const wrong = anchor.certificate ? unfit(anchor.certificate, below, now, true) : null;
        if (wrong === null) return { anchor };
        why = wrong;
      }
      for (const parent of left.filter(one => !next.includes(one) && signedBy(child, one, one.key))) {
        const wrong = unfit(parent, below, now, false);
        if (wrong === null) next.push(parent);
        else why = wrong;
      }
    }
    left = left.filter(one => !next.includes(one));
    level = next;
  }
  return { broken: why };
}

function unfit(issuer: Certificate, below: number, now: number, anchor: boolean): string | null {
  if (!current(issuer, now)) return 'an issuer is out of date';
  // Who pins a certificate as anchor has said that it may issue, also one of version 1 that has no CA mark.
  if (!issuer.x509.ca && !anchor) return 'an issuer is no CA';
  if (issuer.pathLength !== null && below > issuer.pathLength) return 'the path below an issuer is longer than it allows';
  return issuer.limited ? 'an issuer has name constraints' : null;
}

const SIGNS = /^(?:rsa|rsa-pss|ec|ed25519|ed448)$/;

function signedBy(child: Certificate, issuer: Certificate | null, key: KeyObject): boolean {
  try {
    if (!SIGNS.test(key.asymmetricKeyType ?? '') || (key.asymmetricKeyDetails?.modulusLength ?? 0) > MAX_RSA_BITS) return false;
    // Digests in which two certificates can be made to look the same prove nothing.
    if (/md[245]|sha-?1(?!\d)/i.test(child.x509.signatureAlgorithm ?? '')) return false;
    return (issuer === null || child.x509.checkIssued(issuer.x509)) && child.x509.verify(key);
  } catch {
    return false;
  }
}

const current = ({ from, to }: Certificate, now: number): boolean => now >= from && now <= to;

/** The first of the names that the certificate shows (RFC 7672 section 3.2.3: a whole left label may be `*`; CN only without DNS names). */
export function nameShown({ x509 }: Certificate, names: readonly string[]): string | null {
  const shown = names.slice(0, MAX_NAMES).find(name => {
    const host = hostName(name);
    return host !== null && x509.checkHost(host, { subject: 'default', partialWildcards: false }) !== undefined;
  });
  return shown ?? null;
}
