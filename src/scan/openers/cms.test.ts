// CMS and PKCS #7: what is inside is seen in every form, what is encrypted is told, and signatures alone are nothing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { SOON_MS, spentMs } from '../../../test/processor.ts';
import type { Opening, Sight } from '../opener.ts';
import { isCms, openCms } from './cms.ts';

// Made by OpenSSL 3.0.22 from a text of ours: `openssl cms -sign -nodetach -nocerts -noattr -binary -outform DER`, with `-stream`, without
// `-nodetach`, `openssl cms -encrypt -aes128`, `openssl cms -encrypt -aes-128-gcm`, `openssl cms -EncryptedData_encrypt`, and `openssl
// crl2pkcs7 -nocrl` of the certificate.
const SIGNED =
  'MIHzBgkqhkiG9w0BBwKggeUwgeICAQExDTALBglghkgBZQMEAgEwPgYJKoZIhvcNAQcBoDEEL0NvbnRlbnQtVHlwZTogdGV4dC9wbGFpbg0KDQpoZWxsbyBm' +
  'cm9tIGluc2lkZQ0KMYGNMIGKAgEBMCQwDDEKMAgGA1UEAwwBdAIUYbfvDhj2oa8FspWXixUyrV3FOI8wCwYJYIZIAWUDBAIBMAoGCCqGSM49BAMCBEYwRAIg' +
  'bpcf1SVEc95btqpsYD5c74wI46Ulc8uPTz32GOEpFNQCIBZep2CI4qO1mk2NmWCMXCjBQT6qCBvV/zmJ9Hcp/0S+';
const STREAMED =
  'MIAGCSqGSIb3DQEHAqCAMIACAQExDTALBglghkgBZQMEAgEwgAYJKoZIhvcNAQcBoIAkgAQvQ29udGVudC1UeXBlOiB0ZXh0L3BsYWluDQoNCmhlbGxvIGZy' +
  'b20gaW5zaWRlDQoAAAAAAAAxgY4wgYsCAQEwJDAMMQowCAYDVQQDDAF0AhRht+8OGPahrwWylZeLFTKtXcU4jzALBglghkgBZQMEAgEwCgYIKoZIzj0EAwIE' +
  'RzBFAiBPByGT55vz83xllgN7yDYfKhUDe/zmi5p0Gvn85YctyQIhAJkO1HrpGThHjKKm1PGHl7CuTbxZI421VPiW9Tbh42NAAAAAAAAA';
const DETACHED =
  'MIHBBgkqhkiG9w0BBwKggbMwgbACAQExDTALBglghkgBZQMEAgEwCwYJKoZIhvcNAQcBMYGOMIGLAgEBMCQwDDEKMAgGA1UEAwwBdAIUYbfvDhj2oa8FspWX' +
  'ixUyrV3FOI8wCwYJYIZIAWUDBAIBMAoGCCqGSM49BAMCBEcwRQIhANFaUubCEsOIcP8VilslFWraWPOXGTYv/EGZC6RvuI9LAiBLf89PvxJP0ziJ4A5Pxbfx' +
  'P+oByDaqVpuRXdCI4CPrMw==';
const ENVELOPED =
  'MIIBLgYJKoZIhvcNAQcDoIIBHzCCARsCAQIxgbehgbQCAQOgUaFPMAkGByqGSM49AgEDQgAEea4Is+uVb8BgsTht7Oc8B+0sbq/Fztk4knyvI/pSwqcOjtjA' +
  'WJmPYsNgE3c8M5KbbAVxVXBQ3HBxcigdnwK24jAYBgkrgQUQhkg/AAIwCwYJYIZIAWUDBAEFMEIwQDAkMAwxCjAIBgNVBAMMAXQCFGG37w4Y9qGvBbKVl4sV' +
  'Mq1dxTiPBBiqxtxikNhxaOxLvWa0i29ct8kadbP1Aj8wXAYJKoZIhvcNAQcBMB0GCWCGSAFlAwQBAgQQF70utEw9QuW9BxqUkzQGpIAwYApKZLGWDG6j8LYZ' +
  'FxzMSG4IeAdo3c7pJ2oGWL8TjiS7W5psxICZoCAVowVTLxFb';
const GCM =
  'MIIBQgYLKoZIhvcNAQkQARegggExMIIBLQIBADGBt6GBtAIBA6BRoU8wCQYHKoZIzj0CAQNCAASc7/6CxYlY5XoVSdb6KSWxLeZ4gIOqAQ1I6Eod6eEHmCn9' +
  'hPLY+SkLs0OJURXxZr2yFDyzGyZgAR0KlSjfIPhSMBgGCSuBBRCGSD8AAjALBglghkgBZQMEAQUwQjBAMCQwDDEKMAgGA1UEAwwBdAIUYbfvDhj2oa8FspWX' +
  'ixUyrV3FOI8EGI0fFm4iSqHKuN4nCs47P99+U8sIGerHkzBcBgkqhkiG9w0BBwEwHgYJYIZIAWUDBAEGMBEEDBA3xzEJ2xIgju5tDgIBEIAvqXM2LUsAxeYs' +
  'Pg/fajmoGP3vEC+yuRjRFIAH1/AhJJR46ZMOTLHzvJpjGsw5c3MEEMmbv5NqzZ9Q9mN+aWB41h0=';
const WITH_KEY =
  'MHAGCSqGSIb3DQEHBqBjMGECAQAwXAYJKoZIhvcNAQcBMB0GCWCGSAFlAwQBAgQQ+5MSd/Xka+RCK/WgV6X6n4AwmivCqefGEQFyVVG202ddbWgQAg4tiYPF' +
  '5XOSs4D0Eq90aXOO6ZCV0KgfVQYzrZE5';
const CERTIFICATES =
  'MIIBnAYJKoZIhvcNAQcCoIIBjTCCAYkCAQExADALBgkqhkiG9w0BBwGgggFxMIIBbTCCAROgAwIBAgIUYbfvDhj2oa8FspWXixUyrV3FOI8wCgYIKoZIzj0E' +
  'AwIwDDEKMAgGA1UEAwwBdDAeFw0yNjExMjUwMTI4NDFaFw0zNjExMjIwMTI4NDFaMAwxCjAIBgNVBAMMAXQwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATc' +
  '4fmRiasrYN/SeAh43pBkDZJaD0vs6LpTxDyYZ1ly7uOCfIGvZuVJgFDa3V6o6DipGBvVFyUqkcBTukqawtwSo1MwUTAdBgNVHQ4EFgQUqhjyS5JhG3QdVFbg' +
  'klNjSCVgVPUwHwYDVR0jBBgwFoAUqhjyS5JhG3QdVFbgklNjSCVgVPUwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiBsNtI2IH3BsuJokK9K' +
  'ef24WgM2Zq1Dgd8klbcf3ZRZawIhAKjYDOejSAdXU3kNoJnt1X3drPmix1R1bPNxfgPUFsqnMQA=';

const opening = (name: string | null = null, most = 1_000_000): Opening => ({ name, room: () => most, mostMembers: 50, passwords: [] });
const der = (base64: string): Buffer => Buffer.from(base64, 'base64');
const sights = (bytes: Buffer, name: string | null = null): readonly Sight[] => [...openCms(bytes, opening(name))];
const TEXT = 'Content-Type: text/plain\r\n\r\nhello from inside\r\n';
const MAIL: Sight = { see: 'member', name: null, bytes: Buffer.from(TEXT), type: 'message/rfc822' };

const element = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const inner = Buffer.concat(parts);
  const size = Buffer.from([0x82, inner.length >> 8, inner.length & 255]);
  return Buffer.concat([Buffer.from([tag]), inner.length < 128 ? Buffer.from([inner.length]) : size, inner]);
};
const oid = (hex: string): Buffer => element(6, Buffer.from(hex, 'hex'));
const PKCS7 = '2a864886f70d0107';
const NUMBER = Buffer.from([2, 1, 0]);
const signed = (content: Buffer, type = `${PKCS7}01`): Buffer =>
  element(0x30, oid(`${PKCS7}02`), element(0xa0, element(0x30, NUMBER, element(0x31), element(0x30, oid(type), element(0xa0, content)))));
const compressed = (content: Buffer): Buffer =>
  element(
    0x30,
    oid('2a864886f70d0109100109'),
    element(
      0xa0,
      element(
        0x30,
        NUMBER,
        element(0x30, oid('2a864886f70d0109100308')),
        element(0x30, oid(`${PKCS7}01`), element(0xa0, element(4, content))),
      ),
    ),
  );

test('what is signed is a member in each form of the message', () => {
  const pem = `-----BEGIN PKCS7-----\n${SIGNED.replace(/.{64}/g, '$&\n')}\n-----END PKCS7-----\n`;
  for (const [what, bytes] of Object.entries({
    DER: der(SIGNED),
    'BER, streamed': der(STREAMED),
    PEM: Buffer.from(pem),
    'PEM called CMS': Buffer.from(pem.replaceAll('PKCS7', 'CMS')),
    base64: Buffer.from(SIGNED.replace(/.{64}/g, '$&\r\n')),
    'in pieces': signed(element(0x24, element(4, Buffer.from(TEXT.slice(0, 9))), element(0x24, element(4, Buffer.from(TEXT.slice(9)))))),
  })) {
    assert.ok(isCms(bytes), what);
    assert.deepEqual(sights(bytes), [MAIL], what);
  }
});

test('a signed file is called after its message', () => {
  const pdf = Buffer.from('%PDF-1.7 a bill');
  assert.deepEqual(sights(signed(element(4, pdf)), 'bill.pdf.p7m'), [{ see: 'member', name: 'bill.pdf', bytes: pdf }]);
  assert.deepEqual(sights(signed(element(4, pdf)), 'smime.p7m'), [{ see: 'member', name: null, bytes: pdf }]);
});

test('compressed data is unpacked within bounds', () => {
  assert.deepEqual(sights(compressed(deflateSync(TEXT))), [MAIL]);
  const bomb = compressed(deflateSync(Buffer.alloc(5_000_000)));
  assert.ok(sights(bomb).some(one => one.see === 'unseen' && one.why === 'too_large'));
  const cut = sights(compressed(deflateSync(TEXT.repeat(50)).subarray(0, 60)));
  assert.deepEqual(
    cut.map(one => one.see),
    ['member', 'unseen'],
  );
});

test('what is encrypted is unseen', () => {
  for (const text of [ENVELOPED, GCM, WITH_KEY]) {
    assert.ok(isCms(der(text)));
    assert.deepEqual(sights(der(text)), [{ see: 'unseen', name: null, why: 'encrypted' }]);
  }
});

test('a signature or certificates alone are nothing', () => {
  assert.deepEqual(sights(der(DETACHED)), []);
  assert.deepEqual(sights(der(CERTIFICATES)), []);
  assert.deepEqual(sights(Buffer.from(`${CERTIFICATES}\r\n`)), []);
});

test('kind by content', () => {
  for (const no of ['', '0', 'MIIB a text', '-----BEGIN CERTIFICATE-----\nMIIB', 'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA'])
    assert.ok(!isCms(Buffer.from(no)), no);
});

test('what is cut, damaged, unknown or behind the end is told', () => {
  const cut = sights(der(SIGNED).subarray(0, 70));
  assert.deepEqual(
    cut.map(one => one.see),
    ['member', 'unseen'],
  );
  assert.deepEqual(sights(element(0x30, oid('2a864886f70d0109100101'), element(0xa0, NUMBER))), [
    { see: 'unseen', name: null, why: 'method' },
  ]);
  const behind = Buffer.from('something else '.repeat(9));
  assert.ok(sights(Buffer.concat([der(DETACHED), behind])).some(one => one.see === 'member' && one.bytes.equals(behind)));
  const deep = Buffer.concat([
    der(SIGNED).subarray(0, 0),
    Buffer.from('30800609', 'hex'),
    Buffer.from(`${PKCS7}02`, 'hex'),
    Buffer.alloc(200_000, Buffer.from('3080', 'hex')),
  ]);
  const started = spentMs();
  assert.ok(sights(deep).length < 3 && spentMs() - started < SOON_MS);
  for (const source of [der(SIGNED), der(STREAMED), compressed(deflateSync(TEXT)), der(ENVELOPED)])
    for (let n = 0; n < 200; n++) {
      const broken = Buffer.from(source);
      broken[(n * 7919) % broken.length] = (n * 31) & 255;
      assert.ok(sights(broken.subarray(0, n % 2 ? broken.length : (n * 13) % broken.length)).length < 8);
    }
});
