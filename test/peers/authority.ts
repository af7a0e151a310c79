// A private certificate authority for tests, by Debian's OpenSSL: a root, an intermediate, and whatever leaf a peer must show, also wrong
// ones (expired, of another name, self-signed). Files lie in one folder under /tmp.
import { execFileSync } from 'node:child_process';
import { X509Certificate, createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Files in PEM. `chain`: what the peer sends behind its own certificate. */
export type Issued = { readonly cert: string; readonly key: string; readonly chain: string | null; readonly x509: X509Certificate };
export type Wanted = {
  readonly kind?: 'ec' | 'rsa';
  readonly expired?: boolean;
  /** `none`: the intermediate is left out, as many a wrong set-up does; `root`: intermediate and root. */
  readonly chain?: 'mid' | 'none' | 'root';
};
export type Authority = {
  /** For NODE_EXTRA_CA_CERTS. */
  readonly rootFile: string;
  readonly root: X509Certificate;
  readonly mid: X509Certificate;
  /** Below the intermediate, valid for the names. */
  readonly issue: (names: readonly string[], wanted?: Wanted) => Issued;
  readonly selfSigned: (names: readonly string[], kind?: 'ec' | 'rsa') => Issued;
  readonly close: () => void;
};

/** `ca` needs these; serials are random, so one authority may make any number. */
const SETTINGS = `[ca]
default_ca = own
[own]
database = index.txt
new_certs_dir = made
rand_serial = yes
unique_subject = no
default_md = sha256
policy = any
[any]
commonName = supplied
`;

export function newAuthority(): Authority {
  const folder = mkdtempSync('/tmp/sesame-authority-');
  const at = (name: string): string => join(folder, name);
  mkdirSync(at('made'));
  writeFileSync(at('ca.conf'), SETTINGS);
  writeFileSync(at('index.txt'), '');
  const openssl = (...words: readonly string[]): void => void execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' });
  let count = 0;
  const newKey = (kind: 'ec' | 'rsa'): string => {
    const key = at(`${++count}.key`);
    const pair = kind === 'ec' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('rsa', { modulusLength: 2048 });
    writeFileSync(key, pair.privateKey.export({ type: 'pkcs8', format: 'pem' }));
    return key;
  };
  const x509 = (file: string): X509Certificate => new X509Certificate(readFileSync(file));
  const own = (key: string, name: string, extensions: readonly string[]): string => {
    const cert = key.replace('.key', '.pem');
    const added = extensions.flatMap(one => ['-addext', one]);
    openssl('req', '-x509', '-new', '-key', key, '-subj', `/CN=${name}`, '-days', '30', '-sha256', '-out', cert, ...added);
    return cert;
  };
  const signed = (
    key: string,
    name: string,
    issuer: { cert: string; key: string },
    extensions: readonly string[],
    expired = false,
  ): string => {
    const [request, cert, ext] = ['.csr', '.pem', '.ext'].map(end => key.replace('.key', end)) as [string, string, string];
    openssl('req', '-new', '-key', key, '-subj', `/CN=${name}`, '-out', request);
    writeFileSync(ext, `${extensions.join('\n')}\n`);
    const dates = expired ? [daysFromNow(-10), daysFromNow(-1)] : [daysFromNow(-1), daysFromNow(30)];
    const by = ['-cert', issuer.cert, '-keyfile', issuer.key, '-startdate', dates[0] as string, '-enddate', dates[1] as string];
    openssl('ca', '-config', 'ca.conf', '-batch', '-notext', '-in', request, '-out', cert, '-extfile', ext, ...by);
    return cert;
  };
  const authorityOf = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign', 'subjectKeyIdentifier=hash'];
  const [rootKey, midKey] = [newKey('ec'), newKey('ec')];
  const mark = randomBytes(4).toString('hex');
  // `req -x509` writes basicConstraints by itself from Debian's settings; said once more it would stand twice.
  const rootFile = own(rootKey, `Test root ${mark}`, authorityOf.slice(1, 2));
  const midFile = signed(midKey, `Test intermediate ${mark}`, { cert: rootFile, key: rootKey }, authorityOf);
  const both = at('both.pem');
  writeFileSync(both, readFileSync(midFile, 'utf8') + readFileSync(rootFile, 'utf8'));
  const altNames = (names: readonly string[]): string => `subjectAltName=${names.map(one => `DNS:${one}`).join(',')}`;
  return {
    rootFile,
    root: x509(rootFile),
    mid: x509(midFile),
    issue: (names, { kind = 'ec', expired = false, chain = 'mid' } = {}) => {
      const key = newKey(kind);
      const leaf = ['basicConstraints=CA:FALSE', 'extendedKeyUsage=serverAuth', altNames(names)];
      const cert = signed(key, names[0] ?? 'x', { cert: midFile, key: midKey }, leaf, expired);
      return { cert, key, chain: chain === 'none' ? null : chain === 'mid' ? midFile : both, x509: x509(cert) };
    },
    selfSigned: (names, kind = 'ec') => {
      const key = newKey(kind);
      const cert = own(key, names[0] ?? 'x', [altNames(names)]);
      return { cert, key, chain: null, x509: x509(cert) };
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** UTCTime as `openssl ca` takes it. */
function daysFromNow(days: number): string {
  return `${new Date(Date.now() + days * 86_400_000).toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`;
}

/** The text of a TLSA record (RFC 6698) for a certificate: selector 0 its DER, 1 its key; matching type 0 whole, 1 SHA-256, 2 SHA-512. */
export function tlsa(usage: number, selector: 0 | 1, matchingType: 0 | 1 | 2, x509: X509Certificate): string {
  const bytes = selector === 0 ? x509.raw : x509.publicKey.export({ type: 'spki', format: 'der' });
  const digest = matchingType === 1 ? 'sha256' : 'sha512';
  const data = matchingType === 0 ? bytes : createHash(digest).update(bytes).digest();
  return `${usage} ${selector} ${matchingType} ${data.toString('hex')}`;
}
