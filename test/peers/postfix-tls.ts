// Debian's Postfix as a peer with the TLS it is told to have: level, versions (smtpd_tls_mandatory_protocols and the rest), certificates.
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startPostfix, type Postfix } from '../postfix.ts';
import type { Issued } from './authority.ts';

export type PostfixTls = {
  readonly host: string;
  readonly port: number;
  /** The domain whose mail it keeps. */
  readonly takes: string;
  /** `none`: no STARTTLS; `encrypt`: nothing but STARTTLS is taken in clear. */
  readonly level: 'none' | 'may' | 'encrypt';
  /** As Postfix writes them: `>=TLSv1.2`, or `TLSv1` for that one alone. */
  readonly protocols: string;
  readonly issued: Issued;
};

/** A Postfix with one domain; end it with `stop`. Its log tells the TLS of each session from its own side. */
export function startPostfixTls({ host, port, takes, level, protocols, issued }: PostfixTls): Postfix {
  const folder = mkdtempSync('/tmp/sesame-postfix-tls-');
  const cert = join(folder, 'cert.pem');
  const key = join(folder, 'key.pem');
  writeFileSync(cert, [issued.cert, ...(issued.chain ? [issued.chain] : [])].map(file => readFileSync(file, 'utf8')).join(''));
  writeFileSync(key, readFileSync(issued.key));
  chmodSync(key, 0o600);
  const postfix = startPostfix(port, takes, {
    host,
    settings: {
      smtpd_tls_security_level: level,
      smtpd_tls_protocols: protocols,
      smtpd_tls_mandatory_protocols: protocols,
      // Old versions sign with SHA-1, which OpenSSL allows at level 0 alone.
      smtpd_tls_ciphers: 'medium',
      tls_medium_cipherlist: 'DEFAULT@SECLEVEL=0',
      smtpd_tls_mandatory_ciphers: 'medium',
      smtpd_tls_cert_file: cert,
      smtpd_tls_key_file: key,
      smtpd_tls_loglevel: '1',
      // Debian's own openssl.cnf raises the floor to TLS 1.2 for whoever reads it.
      tls_config_file: 'none',
    },
  });
  return {
    ...postfix,
    stop: () => {
      postfix.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
