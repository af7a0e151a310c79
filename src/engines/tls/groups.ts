// Certificates in groups by the names that they show: the certificates of one group stand side by side, one a kind of key (RSA for old
// clients, P-256 for the others), and the server name of a connection chooses the group (RFC 6066 section 3, RFC 9525 section 6.3).
import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { hostPattern, matchesPattern } from '../../tlspolicy/names.ts';
import { MAX_CHAIN } from './bounds.ts';

/** A certificate as the settings name it: file names for people, PEM texts for TLS. */
export type PemPair = { readonly certFile: string; readonly keyFile: string; readonly cert: string; readonly key: string };

/** `cert`: the chain in PEM, the certificate itself first, then its issuers in order. `key`: PEM (PKCS #8). */
export type ServedPair = { readonly file: string; readonly cert: string; readonly key: string; readonly kind: string };

/** Names in lower case, `*.name` for one label; empty when the certificates show none that a client could ask for. */
export type ServedGroup = { readonly names: readonly string[]; readonly pairs: readonly ServedPair[] };

/** The first group is shown to who asks for no name or for one that nobody has. Each text names the file and the cure. */
export type Grouped = { readonly groups: readonly ServedGroup[]; readonly faults: readonly string[]; readonly warnings: readonly string[] };

/** Reads all pairs; one fault means that none of them may be served. `now` is epoch ms. */
export function groupPairs(pairs: readonly PemPair[], now: number): Grouped {
  const groups = new Map<string, { names: readonly string[]; pairs: ServedPair[] }>();
  const faults: string[] = [];
  const warnings: string[] = [];
  for (const pair of pairs) {
    const read = readPair(pair, now);
    if ('fault' in read) {
      faults.push(read.fault);
      continue;
    }
    warnings.push(...read.warnings);
    const key = read.names.join(' ');
    const group = groups.get(key) ?? { names: read.names, pairs: [] };
    const twin = group.pairs.find(one => one.kind === read.pair.kind);
    if (twin) faults.push(`${twin.file} and ${read.pair.file} show the same names with the same kind of key (${twin.kind}): keep one`);
    else group.pairs.push(read.pair);
    groups.set(key, group);
  }
  return { groups: [...groups.values()], faults, warnings };
}

/** The group for a server name: the name itself, then a wildcard, then the first. null = the client named none. */
export function groupFor(groups: readonly ServedGroup[], name: string | null): ServedGroup {
  const of = (fits: (shown: string) => boolean): ServedGroup | undefined => groups.find(group => group.names.some(fits));
  const asked = name?.toLowerCase().replace(/\.$/, '') ?? null;
  const chosen = asked === null ? undefined : (of(shown => shown === asked) ?? of(shown => matchesPattern(asked, shown)));
  const group = chosen ?? groups[0];
  if (!group) throw new Error('no certificates are served');
  return group;
}

type Read = { readonly pair: ServedPair; readonly names: readonly string[]; readonly warnings: readonly string[] };

function readPair({ certFile, keyFile, cert, key }: PemPair, now: number): Read | { readonly fault: string } {
  const chain = readChain(cert);
  if (typeof chain === 'string') return { fault: `${certFile} ${chain}` };
  const secret = readKey(key);
  if (typeof secret === 'string') return { fault: `${keyFile} ${secret}` };
  const leaf = chain.find(one => one.checkPrivateKey(secret));
  if (!leaf) return { fault: `the key ${keyFile} does not fit the certificate ${certFile}: name keys in the order of their certificates` };
  const { ordered, isAsGiven } = inOrder(leaf, chain);
  const pem = ordered.map(one => one.toString()).join('');
  const unusable = contextFault(pem, key);
  if (unusable) return { fault: `${certFile} cannot be served: ${unusable}` };
  const warnings = [
    ...(isAsGiven ? [] : [`${certFile} is not in order, or holds what is not of its chain: it is served in the right order`]),
    ...chainWarnings(certFile, ordered, now),
  ];
  const pair = { file: certFile, cert: pem, key, kind: secret.asymmetricKeyType ?? 'unknown' };
  return { pair, names: namesOf(leaf), warnings };
}

const BLOCK = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[^-]+-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g;

/** The certificates of a PEM text, or what is wrong with it. */
export function readChain(pem: string): readonly X509Certificate[] | string {
  const blocks = pem.match(BLOCK) ?? [];
  if (blocks.length === 0) return 'holds no certificate in PEM form';
  if (blocks.length > MAX_CHAIN) return `holds ${blocks.length} certificates: a chain has at most ${MAX_CHAIN}`;
  try {
    return blocks.map(block => new X509Certificate(block));
  } catch {
    return 'holds a certificate that cannot be read';
  }
}

function readKey(pem: string): KeyObject | string {
  if (/ENCRYPTED/.test(pem)) return 'is a key under a passphrase: take the passphrase off, and let only this user read the file';
  try {
    return createPrivateKey(pem);
  } catch {
    return 'holds no private key in PEM form';
  }
}

/** From the certificate upwards, each issued by the next (RFC 5246 section 7.4.2); what does not belong is left out. */
function inOrder(
  leaf: X509Certificate,
  chain: readonly X509Certificate[],
): { readonly ordered: readonly X509Certificate[]; readonly isAsGiven: boolean } {
  const ordered = [leaf];
  for (let at: X509Certificate | undefined = leaf; at;) {
    const child: X509Certificate = at;
    at = chain.find(one => !ordered.includes(one) && child.checkIssued(one) && child.verify(one.publicKey));
    if (at) ordered.push(at);
  }
  return { ordered, isAsGiven: ordered.length === chain.length && ordered.every((one, i) => one === chain[i]) };
}

function chainWarnings(file: string, [leaf, ...issuers]: readonly X509Certificate[], now: number): readonly string[] {
  if (!leaf) return [];
  const day = (at: Date): string => at.toISOString().slice(0, 10);
  return [
    ...(leaf.validToDate.getTime() < now ? [`${file} ended on ${day(leaf.validToDate)}: renew it`] : []),
    ...(leaf.validFromDate.getTime() > now ? [`${file} begins on ${day(leaf.validFromDate)} only: look at the clock`] : []),
    ...(issuers.length === 0 && !isSelfSigned(leaf)
      ? [`${file} comes without its issuers: many clients cannot check it, name the file with the full chain`]
      : []),
  ];
}

export const isSelfSigned = (one: X509Certificate): boolean => one.checkIssued(one) && one.verify(one.publicKey);

/** What OpenSSL itself would refuse only when the first client comes. */
function contextFault(cert: string, key: string): string | null {
  try {
    createSecureContext({ cert, key, minVersion: 'TLSv1.2' });
    return null;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^.*:/s, '').trim() : 'unknown';
  }
}

/** DNS names of the certificate in order; its common name only when it has none (RFC 9525 section 6.3). */
export function namesOf(leaf: X509Certificate): readonly string[] {
  const shown = [...(leaf.subjectAltName ?? '').matchAll(/(?:^|, )DNS:([^,\s"]+)/g)].map(found => found[1] ?? '');
  const common = /^CN=(\S+)$/m.exec(leaf.subject ?? '')?.[1];
  const names = (shown.length > 0 ? shown : [common ?? '']).map(one => one.toLowerCase()).filter(one => hostPattern(one) !== null);
  return [...new Set(names)].toSorted();
}
