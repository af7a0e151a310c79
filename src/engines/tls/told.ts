// What is told of the certificates that are served: by name, with their end, the TLSA record that may be published of each (RFC 7672
// section 3.1.1: 3 1 1, the key alone), and whether senders who demand a valid certificate (MTA-STS, RFC 8461 section 4.2) would take it.
import { createHash, X509Certificate } from 'node:crypto';
import { getCACertificates } from 'node:tls';
import { readCertificate, type Certificate } from '../../tlspolicy/certificate.ts';
import { anchoredPath, type Anchor } from '../../tlspolicy/path.ts';
import { FAIL_DAYS, WARN_DAYS } from './bounds.ts';
import { groupFor, isSelfSigned, readChain, type ServedGroup, type ServedPair } from './groups.ts';

const DAY_MS = 86_400_000;

export type ToldCertificate = {
  readonly names: readonly string[];
  readonly file: string;
  /** `rsa`, `ec` … */
  readonly kind: string;
  /** Shown to clients that name no server, or one that no certificate has. */
  readonly isDefault: boolean;
  readonly issuer: string;
  readonly isSelfSigned: boolean;
  /** Epoch ms. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** Whole days, negative when it is over. */
  readonly daysLeft: number;
  readonly state: 'ok' | 'warn' | 'fail';
  /** One sentence: why the state is what it is. */
  readonly why: string;
  readonly tlsa: string;
};

export function toldCertificates(groups: readonly ServedGroup[], now: number): readonly ToldCertificate[] {
  return groups.flatMap((group, i) => group.pairs.map(pair => ({ names: group.names, isDefault: i === 0, ...told(pair, now) })));
}

function told({ file, kind, cert }: ServedPair, now: number): Omit<ToldCertificate, 'names' | 'isDefault'> {
  const x509 = new X509Certificate(cert);
  const [notBefore, notAfter] = [x509.validFromDate.getTime(), x509.validToDate.getTime()];
  const daysLeft = Math.floor((notAfter - now) / DAY_MS);
  const self = isSelfSigned(x509);
  const state = stateOf(daysLeft, self, notBefore > now);
  return { file, kind, issuer: issuerOf(x509), isSelfSigned: self, notBefore, notAfter, daysLeft, ...state, tlsa: tlsaOf(x509) };
}

function stateOf(daysLeft: number, isSelf: boolean, isEarly: boolean): Pick<ToldCertificate, 'state' | 'why'> {
  if (daysLeft < 0) return { state: 'fail', why: `It ended ${-daysLeft} days ago.` };
  if (isEarly) return { state: 'fail', why: 'It is not valid yet.' };
  if (daysLeft < FAIL_DAYS) return { state: 'fail', why: `It ends in ${daysLeft} days.` };
  if (daysLeft < WARN_DAYS) return { state: 'warn', why: `It ends in ${daysLeft} days.` };
  return isSelf
    ? { state: 'warn', why: 'It is self-signed: clients that check it refuse it.' }
    : { state: 'ok', why: `It has ${daysLeft} days left.` };
}

/** The organisation, or whatever the issuer is called. */
function issuerOf({ issuer }: X509Certificate): string {
  const field = (name: string): string | undefined => new RegExp(`^${name}=(.+)$`, 'm').exec(issuer)?.[1];
  return (field('O') ?? field('CN') ?? issuer).slice(0, 200);
}

function tlsaOf(x509: X509Certificate): string {
  const certificate = readCertificate(x509.raw);
  if (!certificate) throw new Error('a served certificate cannot be read');
  return `3 1 1 ${createHash('sha256').update(certificate.spki).digest('hex')}`;
}

/** Why a sender that checks would not take what is shown for the host; null = it would. Every certificate of the group must hold. */
export function whyNotProven(groups: readonly ServedGroup[], host: string, now: number): string | null {
  if (groups.length === 0) return 'no certificate is there';
  for (const pair of groupFor(groups, host).pairs) {
    const chain = readChain(pair.cert);
    const read = typeof chain === 'string' ? [] : chain.map(one => readCertificate(one.raw)).filter(one => one !== null);
    const [leaf, ...others] = read;
    if (!leaf) return 'the certificate cannot be read';
    if (isSelfSigned(leaf.x509)) return `the certificate for ${host} is self-signed`;
    const path = anchoredPath(leaf, others, rootsFor(read), [host], now);
    // No file names: accounts are told this too.
    if ('broken' in path) return `the ${pair.kind} certificate for ${host} does not hold, ${path.broken}`;
  }
  return null;
}

/** The roots of Node (and of NODE_EXTRA_CA_CERTS) that may have signed something in the chain. */
function rootsFor(chain: readonly Certificate[]): readonly Anchor[] {
  const issuers = new Set(chain.map(one => one.x509.issuer));
  return allRoots().flatMap(x509 => {
    const certificate = issuers.has(x509.subject) ? readCertificate(x509.raw) : null;
    return certificate ? [{ certificate, key: certificate.key, said: x509.subject }] : [];
  });
}

let roots: readonly X509Certificate[] | null = null;

/** Read at the first question: it takes 20 ms. */
function allRoots(): readonly X509Certificate[] {
  // `default` leaves the extra ones out on a thread without an environment.
  roots ??= [...getCACertificates('bundled'), ...getCACertificates('extra')].map(pem => new X509Certificate(pem));
  return roots;
}
