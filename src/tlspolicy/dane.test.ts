// DANE for SMTP (RFC 7672), on certificates of our own.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import * as certs from '../../test/tls-certificates.ts';
import { readCertificate } from './certificate.ts';
import { daneCheck, daneOffer, usableRecords, type DaneHost, type Tlsa } from './dane.ts';
import { nameShown } from './path.ts';

const now = Date.UTC(2030, 0, 1);
const { rootCert: root, midCert: mid, leafCert: leaf } = certs;
const chain = [leaf, mid, root];
const host: DaneHost = { mxAd: true, addressAd: true, tlsa: { kind: 'none', ad: true }, names: ['mx1.example.test'] };

/** A record for a certificate. */
function tlsa(usage: number, selector: number, matchingType: number, der: Buffer): Tlsa {
  const bytes = selector === 0 ? der : (readCertificate(der)?.spki ?? Buffer.alloc(0));
  return {
    usage,
    selector,
    matchingType,
    certificate:
      matchingType === 0
        ? bytes
        : createHash(matchingType === 1 ? 'sha256' : 'sha512')
            .update(bytes)
            .digest(),
  };
}
function check(records: readonly Tlsa[], shown: readonly Buffer[] = chain, names = host.names, at = now): string {
  return daneCheck(daneOffer({ ...host, names, tlsa: { kind: 'records', ad: true, records } }), shown, at).state;
}

test('the public key is that of the certificate, byte for byte', () => {
  const read = readCertificate(leaf);
  assert.deepEqual(read?.spki, read?.x509.publicKey.export({ type: 'spki', format: 'der' }));
  assert.equal(readCertificate(mid)?.pathLength, 0);
  assert.equal(readCertificate(root)?.pathLength, null);
  assert.equal(readCertificate(Buffer.concat([leaf, Buffer.from([0])])), null);
  assert.equal(readCertificate(Buffer.from(`-----BEGIN CERTIFICATE-----\n${leaf.toString('base64')}\n-----END CERTIFICATE-----`)), null);
});

test('every selector and digest, for the host itself and for an issuer', () => {
  for (const selector of [0, 1])
    for (const matchingType of [0, 1, 2]) {
      assert.equal(check([tlsa(3, selector, matchingType, leaf)]), 'match');
      assert.equal(check([tlsa(3, selector, matchingType, mid)]), 'mismatch');
      for (const issuer of [mid, root]) assert.equal(check([tlsa(2, selector, matchingType, issuer)]), 'match');
      assert.equal(check([tlsa(2, selector, matchingType, certs.otherCert)]), 'mismatch');
    }
});

test('usage 3 asks for no name and no date, usage 2 for both', () => {
  const late = Date.UTC(2040, 0, 1);
  assert.equal(check([tlsa(3, 1, 1, leaf)], [leaf], ['else.test'], late), 'match');
  assert.equal(check([tlsa(2, 1, 1, mid)], chain, ['else.test']), 'mismatch');
  assert.equal(check([tlsa(2, 1, 1, mid)], chain, host.names, late), 'mismatch');
  assert.equal(check([tlsa(2, 1, 1, mid)], chain, ['else.test', 'x.pool.example.test']), 'match');
  assert.equal(check([tlsa(2, 1, 1, mid)], chain, ['x.y.pool.example.test']), 'mismatch');
  assert.equal(check([tlsa(2, 1, 1, root)], [certs.cnCert, root], ['MX2.example.test.']), 'match');
});

test('usage 2 checks every link of the way, in any order', () => {
  assert.equal(check([tlsa(2, 0, 1, root)], [leaf, root, mid]), 'match');
  assert.equal(check([tlsa(2, 0, 1, root)], [leaf, root]), 'mismatch');
  // The right name, a stranger's key.
  assert.equal(check([tlsa(2, 0, 1, certs.fakeCert)], [leaf, certs.fakeCert]), 'mismatch');
  assert.equal(check([tlsa(2, 0, 1, root)], [leaf, certs.fakeCert, root]), 'mismatch');
  // Whoever has a certificate of the anchor is no CA.
  assert.equal(check([tlsa(2, 0, 1, root)], [certs.nocaCert, leaf, mid, root]), 'mismatch');
  assert.equal(check([tlsa(2, 0, 1, root)], [certs.shortCert, certs.deepCert, mid, root]), 'mismatch');
  assert.equal(check([tlsa(2, 0, 1, certs.deepCert)], [certs.shortCert, certs.deepCert]), 'match');
  assert.equal(check([tlsa(2, 0, 1, root)], [certs.clientCert, root]), 'mismatch');
  assert.equal(check([tlsa(2, 0, 1, root)], [certs.innerCert, certs.narrowCert, root]), 'mismatch');
  // A peer that shows the anchor beside a chain that does not end there.
  assert.equal(check([tlsa(2, 0, 1, root)], [certs.otherCert, root]), 'mismatch');
  assert.equal(check([tlsa(2, 0, 1, certs.otherCert)], [certs.otherCert]), 'match');
});

test('an anchor that stands whole in DNS need not be shown', () => {
  assert.equal(check([tlsa(2, 0, 0, root)], [leaf, mid]), 'match');
  assert.equal(check([tlsa(2, 1, 0, root)], [leaf, mid]), 'match');
  assert.equal(check([tlsa(2, 1, 0, mid)], [leaf]), 'match');
  assert.equal(check([tlsa(2, 1, 0, certs.fakeCert)], [leaf, mid]), 'mismatch');
  assert.equal(check([tlsa(2, 1, 1, root)], [leaf, mid]), 'mismatch');
});

test('records that mail cannot use', () => {
  const good = tlsa(3, 1, 1, leaf);
  const bad: readonly Tlsa[] = [
    { ...good, usage: 0 },
    { ...good, usage: 1 },
    { ...good, usage: 255 },
    { ...good, selector: 2 },
    { ...good, matchingType: 3 },
    { ...good, certificate: good.certificate.subarray(1) },
    { ...good, matchingType: 2 },
    { ...good, matchingType: 0 },
    { usage: 2, selector: 0, matchingType: 0, certificate: Buffer.alloc(0) },
  ];
  assert.deepEqual(usableRecords(bad), []);
  assert.equal(check(bad), 'unusable');
  assert.equal(check([...bad, good]), 'match');
});

test('of digests only the strongest counts, for each usage and selector by itself', () => {
  const weakRight = tlsa(3, 1, 1, leaf);
  const strongWrong = tlsa(3, 1, 2, mid);
  assert.equal(check([weakRight, strongWrong]), 'mismatch');
  assert.equal(check([weakRight, { ...strongWrong, selector: 0 }]), 'match');
  assert.equal(check([weakRight, { ...strongWrong, usage: 2 }]), 'match');
  assert.equal(check([weakRight, { ...strongWrong, certificate: Buffer.alloc(32) }]), 'match');
  assert.equal(check([tlsa(3, 1, 0, leaf), strongWrong]), 'match');
});

test('nothing without AD all along the way; a failed look-up is no absence', () => {
  const records = [tlsa(3, 1, 1, leaf)];
  const state = (change: Partial<DaneHost>): string =>
    daneOffer({ ...host, tlsa: { kind: 'records', ad: true, records }, ...change }).state;
  assert.equal(state({}), 'usable');
  assert.equal(state({ mxAd: false }), 'none');
  assert.equal(state({ addressAd: false }), 'none');
  assert.equal(state({ tlsa: { kind: 'records', ad: false, records } }), 'none');
  assert.equal(state({ tlsa: { kind: 'none', ad: true } }), 'none');
  assert.equal(state({ tlsa: { kind: 'unasked' } }), 'none');
  assert.equal(state({ tlsa: { kind: 'failed', why: 'servfail' } }), 'failed');
  assert.equal(state({ mxAd: false, tlsa: { kind: 'failed', why: 'servfail' } }), 'none');
});

test('no bytes throw', () => {
  const records = [tlsa(3, 1, 1, root), tlsa(2, 0, 0, root), tlsa(2, 1, 0, root)];
  assert.equal(check(records, []), 'mismatch');
  assert.equal(check(records, [Buffer.from('x'), mid]), 'mismatch');
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(leaf.length - 1), fc.nat(255), fc.string(), (bytes, at, value, name) => {
      const broken = Buffer.from(leaf);
      broken[at] = value;
      check([...records, { usage: 2, selector: 1, matchingType: 0, certificate: Buffer.from(bytes) }], [broken, mid, Buffer.from(bytes)]);
      const read = readCertificate(leaf);
      if (read) nameShown(read, [name, `${name}\0`]);
    }),
    { numRuns: 500 },
  );
});
