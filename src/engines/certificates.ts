// A self-signed pair of certificates (RSA-2048 and P-256, since old TLS 1.0 clients need RSA) for doors whose operator named none.
// X.509 v3 in DER by hand (RFC 5280): Node can read certificates but not make them.
import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

/** PEM texts, keys in the order of their certificates. */
export type Certificates = { readonly cert: readonly string[]; readonly key: readonly string[] };

export function selfSigned(hostname: string): Certificates {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' });
  return {
    cert: [
      certificate(hostname, rsa.publicKey, rsa.privateKey, RSA_SHA256),
      certificate(hostname, ec.publicKey, ec.privateKey, ECDSA_SHA256),
    ],
    key: [pem(rsa.privateKey), pem(ec.privateKey)],
  };
}

function der(tag: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content);
  const length = body.length < 128 ? [body.length] : body.length < 256 ? [0x81, body.length] : [0x82, body.length >> 8, body.length & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}
const sequence = (...content: readonly Buffer[]): Buffer => der(0x30, ...content);
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
const RSA_SHA256 = sequence(oid('2a864886f70d01010b'), der(0x05));
const ECDSA_SHA256 = sequence(oid('2a8648ce3d040302'));
const COMMON_NAME = oid('550403');
const SUBJECT_ALT_NAME = oid('551d11');
const BASIC_CONSTRAINTS = oid('551d13');

const TEN_YEARS_MS = 3_650 * 86_400_000;
const DAY_MS = 86_400_000;

function certificate(hostname: string, publicKey: KeyObject, privateKey: KeyObject, algorithm: Buffer): string {
  const name = sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from(hostname.slice(0, 64))))));
  const time = (at: number): Buffer => der(0x18, Buffer.from(`${new Date(at).toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`));
  const serial = randomBytes(16);
  serial[0] = ((serial[0] as number) & 0x7f) | 1;
  const extensions = sequence(
    sequence(SUBJECT_ALT_NAME, der(0x04, sequence(der(0x82, Buffer.from(hostname))))),
    sequence(BASIC_CONSTRAINTS, der(0x01, Buffer.from([0xff])), der(0x04, sequence())),
  );
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, serial),
    algorithm,
    name,
    sequence(time(Date.now() - DAY_MS), time(Date.now() + TEN_YEARS_MS)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, extensions),
  );
  const signature = sign('sha256', body, privateKey);
  const whole = sequence(body, algorithm, der(0x03, Buffer.from([0]), signature));
  return `-----BEGIN CERTIFICATE-----\n${whole.toString('base64').replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`;
}
