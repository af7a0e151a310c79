// Debian's openssl for tests: a small CA that issues certificates into files, and s_client as a peer that is not ours.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const withoutOpenssl: string | false = spawnSync('openssl', ['version']).status === 0 ? false : 'openssl is not installed';

/** Without questions and without what it says on stderr. */
function openssl(...args: readonly string[]): string {
  return execFileSync('openssl', [...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}

export type Issued = { readonly cert: string; readonly key: string };
export type Authority = {
  /** The CA's own certificate, for clients. */
  readonly file: string;
  readonly pem: string;
  /** Writes NAME.pem (with the CA's certificate behind it) and NAME.key. */
  readonly issue: (name: string, names: readonly string[], kind: 'rsa' | 'ec', days?: number) => Issued;
};

export function newAuthority(folder: string): Authority {
  const [file, caKey] = [join(folder, 'ca.pem'), join(folder, 'ca.key')];
  const ca = ['-subj', '/O=Sesame/CN=Sesame test CA', '-days', '30', '-addext', 'keyUsage=keyCertSign'];
  openssl('req', '-x509', ...newKey('ec', caKey), '-out', file, ...ca);
  const pem = readFileSync(file, 'utf8');
  return {
    file,
    pem,
    issue: (name, names, kind, days = 30) => {
      const [cert, key, request] = [join(folder, `${name}.pem`), join(folder, `${name}.key`), join(folder, `${name}.csr`)];
      const wanted = `subjectAltName=${names.map(one => `DNS:${one}`).join(',')}`;
      openssl('req', '-new', ...newKey(kind, key), '-out', request, '-subj', `/CN=${names[0]}`, '-addext', wanted);
      const by = ['-CA', file, '-CAkey', caKey, '-days', String(days), '-copy_extensions', 'copy'];
      const leaf = openssl('x509', '-req', '-in', request, ...by);
      writeFileSync(cert, leaf + pem);
      return { cert, key };
    },
  };
}

function newKey(kind: 'rsa' | 'ec', file: string): readonly string[] {
  const type = kind === 'rsa' ? ['rsa:2048'] : ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
  return ['-newkey', ...type, '-nodes', '-keyout', file];
}

export type Peer = {
  /** As OpenSSL says it: TLSv1, TLSv1.1, TLSv1.2, TLSv1.3; null = no handshake. */
  readonly version: string | null;
  readonly cipher: string | null;
  readonly reused: boolean;
  /** Common name of the certificate that was shown. */
  readonly subject: string | null;
  readonly text: string;
};

/** One session of s_client: shakes hands, says EHLO inside, waits for the answer and ends. */
export function sClient(address: string, args: readonly string[], starttls = true): Promise<Peer> {
  return new Promise(resolve => {
    const child = spawn('openssl', ['s_client', '-crlf', '-connect', address, ...(starttls ? ['-starttls', 'smtp'] : []), ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let text = '';
    let asked = false;
    const timer = setTimeout(() => child.kill(), 20_000);
    const hear = (piece: Buffer): void => {
      text += piece.toString('latin1');
      const shaken = /Verify return code[^\n]*\n/.exec(text);
      if (shaken && !asked) child.stdin.write('EHLO client.test\n');
      asked ||= shaken !== null;
      // The last line of the answer in clear is 250 STARTTLS, and s_client prints it late.
      if (asked && /^250 (?!STARTTLS)/m.test(text)) child.stdin.end();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.stdin.on('error', () => undefined);
    child.once('close', () => {
      clearTimeout(timer);
      const [, how, , cipher = '(NONE)'] = /^(New|Reused), (\S+), Cipher is (\S+)/m.exec(text) ?? [];
      const version = /^\s+Protocol\s*: (\S+)/m.exec(text)?.[1] ?? /^(?:New|Reused), (TLSv1\.3),/m.exec(text)?.[1];
      const done = how !== undefined && cipher !== '(NONE)';
      resolve({
        version: done ? (version ?? null) : null,
        cipher: done ? cipher : null,
        reused: how === 'Reused',
        subject: /^subject=.*?CN\s*=\s*([^\s,]+)/m.exec(text)?.[1] ?? null,
        text,
      });
    });
  });
}
