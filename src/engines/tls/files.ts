// The certificates in the operator's files, or self-signed ones made once in the data directory; looked at again and again, so that a
// renewed certificate is served without a restart. A broken new file changes nothing but what is told.
import { randomBytes, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../../config.ts';
import { selfSigned, type Certificates } from '../certificates.ts';
import { writePrivate } from '../keys/secrets.ts';
import { LOOK_MS, MAX_PEM_BYTES, TICKET_KEY_MS } from './bounds.ts';
import type { ServedTls } from './doors.ts';
import { groupPairs, type Grouped, type PemPair } from './groups.ts';

type Named = Pick<Config, 'tlsCert' | 'tlsKey' | 'dataDir' | 'hostname'>;

/** Reads and checks all files. Each fault names the file and the cure. */
export function readCertificates(config: Named, now: number): Grouped {
  const pairs: PemPair[] = [];
  const faults: string[] = [];
  if (config.tlsCert.length === 0) pairs.push(...ownPairs(config));
  for (const [i, certFile] of config.tlsCert.entries()) {
    const keyFile = config.tlsKey[i] ?? '';
    const [cert, key] = [textOf('SESAME_TLS_CERT', certFile), textOf('SESAME_TLS_KEY', keyFile)];
    faults.push(...[cert, key].flatMap(one => ('fault' in one ? [one.fault] : [])));
    if ('text' in cert && 'text' in key) pairs.push({ certFile, keyFile, cert: cert.text, key: key.text });
  }
  const grouped = groupPairs(pairs, now);
  return { ...grouped, faults: [...faults, ...grouped.faults] };
}

function textOf(setting: string, file: string): { readonly text: string } | { readonly fault: string } {
  try {
    if (statSync(file).size > MAX_PEM_BYTES) return { fault: `${setting}: ${file} is too large for a PEM file` };
    return { text: readFileSync(file, 'utf8') };
  } catch (error) {
    return { fault: `${setting}: ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})` };
  }
}

/** RSA-2048 and P-256, since old TLS 1.0 clients need RSA; made anew when the host has another name. */
function ownPairs({ dataDir, hostname }: Named): readonly PemPair[] {
  const file = join(dataDir, 'self-signed.pem');
  const kept = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Certificates) : null;
  const isOurs = kept?.cert.every(one => new X509Certificate(one).subjectAltName === `DNS:${hostname}`);
  const { cert, key } = kept && isOurs ? kept : selfSigned(hostname);
  if (!isOurs) writePrivate(file, JSON.stringify({ cert, key }));
  return cert.map((one, i) => ({ certFile: file, keyFile: file, cert: one, key: key[i] ?? '' }));
}

/** `stamp`: what the files looked like when they were read. */
export type OpenCertificates = { readonly served: ServedTls; readonly stamp: string };

/** What the doors begin with, or why they cannot. */
export function openCertificates(config: Named, now: number): OpenCertificates | { readonly faults: readonly string[] } {
  const stamp = stampOf(config);
  const { groups, faults, warnings } = readCertificates(config, now);
  if (faults.length > 0) return { faults };
  const served = { groups, warnings, ticketKeys: newTicketKeys(), isOwn: config.tlsCert.length === 0, loadedAt: now, fault: null };
  return { served, stamp };
}

const newTicketKeys = (): Uint8Array => randomBytes(48);

export type CertificateWatch = {
  /** Reads the files at once (SIGHUP). */
  readonly reload: () => void;
  readonly stop: () => void;
};

/**
 * Looks at the files every 5 seconds and tells what to serve when they have changed and then kept still for one look: certificate and key
 * are two files, written one after the other. Broken files are read again at each look. Tells new ticket keys every 12 hours too.
 */
export function watchCertificates(
  config: Named,
  open: OpenCertificates,
  now: () => number,
  onChange: (served: ServedTls) => void,
  everyMs: number = LOOK_MS,
): CertificateWatch {
  let { served, stamp: loaded } = open;
  let last = loaded;
  let keysAt = now();
  const tell = (next: ServedTls): void => {
    served = next;
    onChange(next);
  };
  const reload = (): void => {
    loaded = stampOf(config);
    const { groups, faults, warnings } = readCertificates(config, now());
    if (faults.length === 0) tell({ ...served, groups, warnings, loadedAt: now(), fault: null });
    else if (!isDeepStrictEqual(faults, served.fault?.texts)) tell({ ...served, fault: { at: now(), texts: faults } });
  };
  const look = (): void => {
    const stamp = stampOf(config);
    const isStill = stamp === last;
    last = stamp;
    if (isStill && (stamp !== loaded || served.fault !== null)) reload();
    if (now() - keysAt < TICKET_KEY_MS) return;
    keysAt = now();
    tell({ ...served, ticketKeys: newTicketKeys() });
  };
  const timer = setInterval(look, everyMs).unref();
  return { reload, stop: () => clearInterval(timer) };
}

/** Changes with every write and with every link that is turned to another file. */
function stampOf({ tlsCert, tlsKey }: Named): string {
  return [...tlsCert, ...tlsKey]
    .map(file => {
      try {
        const { ino, size, mtimeNs } = statSync(file, { bigint: true });
        return `${ino} ${size} ${mtimeNs}`;
      } catch {
        return 'none';
      }
    })
    .join('\n');
}
