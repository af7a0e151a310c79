// OpenPGP: armored and binary messages, packed and signed ones opened, encrypted ones told.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Opening, Sight } from '../opener.ts';
import { isPgp, openPgp } from './pgp.ts';

// Made by GnuPG 2.2.40 from a text of ours: `gpg --store --compress-algo none|zip|zlib|bzip2`, `gpg --armor -s`, `-b`, `-c`, `--export`.
const STORED = {
  none: 'rB9iCG5vdGUudHh0awY5ymhlbGxvIGZyb20gaW5zaWRl',
  zip: 'owFbI5/EkZdfkqpXUlGSzWZ5KiM1JydfIa0oP1chM684MyUVAA==',
  zlib: 'owJ4nFsjn8SRl1+SqldSUZLNZnkqIzUnJ18hrSg/VyEzrzgzJRUA0EsMcg==',
  bzip2: 'owNCWmg2MUFZJlNZ6iRe8gAAD/mUAUAAAMABACAXb5xAAAQAECAAMUAGI000aFABpoaD0h0G0OddeTWFD5W6aFAAOmoIl+LuSKcKEh1Ei95A',
};
const SIGNED =
  '-----BEGIN PGP MESSAGE-----\n' +
  '\n' +
  'owGbwMvMwCG2KeL1SZfZWwQZ18gnceTll6TqlVSUZLNZnspIzcnJV0grys9VyMwr\n' +
  'zkxJ7ShlYRDjYJAVU2R5IVcdILREd7++ZS8zzABWJpAuBi5OAZjI660M/0O+PuHo\n' +
  'P+r16JY6WyB7xIWS2r1TD+0x3OagfPajqKeX+2xGhrkXd9+cOe/JybcHdb9qTZ+/\n' +
  'VHHN619/5q/5dV24K8+sgYMLAA==\n' +
  '=ulnT\n' +
  '-----END PGP MESSAGE-----';
const SYMMETRIC =
  '-----BEGIN PGP MESSAGE-----\n' +
  '\n' +
  'jA0ECQMC8d2YelS4Ak//0koBshXSVhze1RPvx3FK8WIXCTqt7KyTfxuBUnARSmJu\n' +
  'q/BpivO/HG25CSntIVTHXvKUHWVuF0qa+ACtXIRywLutZMMCmPyM5Gdr7A==\n' +
  '=bV9q\n' +
  '-----END PGP MESSAGE-----';
const SIGNATURE =
  '-----BEGIN PGP SIGNATURE-----\n' +
  '\n' +
  'iHUEABYIAB0WIQToHntQEqQtvy85jQOyWOvJRJu0EQUCawY5ygAKCRCyWOvJRJu0\n' +
  'Eeu1AP9U9eQIj8VK4tonBlEHWNB0fb2VwrwxtkAjzfEVSUpHmwEAndG72Zme5Mnt\n' +
  'wS31KpefpSGs6/r8n6z61xOKbjaACAo=\n' +
  '=UQBo\n' +
  '-----END PGP SIGNATURE-----';
const KEY =
  '-----BEGIN PGP PUBLIC KEY BLOCK-----\n' +
  '\n' +
  'mDMEawY5yRYJKwYBBAHaRw8BAQdAjn+eYZFTuZA37UiK2tQU26x8sy1Ob+hj8alz\n' +
  'WQ+oggm0DXRAZXhhbXBsZS5vcmeIkAQTFggAOBYhBOgee1ASpC2/LzmNA7JY68lE\n' +
  'm7QRBQJrBjnJAhsDBQsJCAcCBhUKCQgLAgQWAgMBAh4BAheAAAoJELJY68lEm7QR\n' +
  '16oBAIWhXCen6lehYzZkdQgbW3OWuuKMOjItr0Rj3AXyLSUzAP42+enByadxS3aU\n' +
  'j2nkeTyiETVqcKbdcdHRmvRiiKMzBA==\n' +
  '=ILuk\n' +
  '-----END PGP PUBLIC KEY BLOCK-----';

const opening = (name: string | null = null, most = 1_000_000): Opening => ({ name, room: () => most, mostMembers: 50, passwords: [] });
const sights = (bytes: Buffer | string, name: string | null = null): readonly Sight[] => [...openPgp(Buffer.from(bytes), opening(name))];
const NOTE: Sight = { see: 'member', name: 'note.txt', bytes: Buffer.from('hello from inside') };
const packet = (tag: number, body: Buffer): Buffer =>
  Buffer.concat([Buffer.from([0xc0 | tag, 255, 0, 0, body.length >> 8, body.length & 255]), body]);
const literal = (name: string, text: string): Buffer =>
  packet(11, Buffer.concat([Buffer.from(`b${String.fromCharCode(name.length)}${name}\0\0\0\0${text}`, 'latin1')]));

test('packed messages are opened', () => {
  for (const [how, base64] of Object.entries(STORED)) {
    const bytes = Buffer.from(base64, 'base64');
    assert.ok(isPgp(bytes), how);
    assert.deepEqual(sights(bytes), [NOTE], how);
  }
  assert.ok(isPgp(Buffer.from(SIGNED)));
  assert.deepEqual(sights(SIGNED), [NOTE]);
  assert.deepEqual(
    sights(`Some text.\r\n\r\n${SIGNED.replaceAll('\n', '\r\n').replace('\r\n\r\n', '\r\nVersion: x\r\nComment: y\r\n\r\n')}`),
    [NOTE],
  );
  assert.deepEqual(sights(`${SIGNED}\n${SIGNED}`), [NOTE, NOTE]);
});

test('a body in parts, and both of its names', () => {
  const body = literal('a.pdf', 'x'.repeat(600)).subarray(6);
  const parts = Buffer.concat([Buffer.from([0xcb, 0xe0 | 9]), body.subarray(0, 512), Buffer.from([body.length - 512]), body.subarray(512)]);
  assert.deepEqual(sights(parts, 'b.exe.pgp'), [{ see: 'member', name: 'a.pdf', otherName: 'b.exe', bytes: Buffer.from('x'.repeat(600)) }]);
  assert.deepEqual(sights(literal('', 'x'), 'b.exe.gpg'), [{ see: 'member', name: 'b.exe', bytes: Buffer.from('x') }]);
});

test('what is encrypted is unseen', () => {
  const text = SYMMETRIC.split('\n').slice(2, -2).join('');
  for (const bytes of [Buffer.from(SYMMETRIC), Buffer.from(text, 'base64')]) {
    assert.ok(isPgp(bytes));
    assert.deepEqual(sights(bytes), [{ see: 'unseen', name: null, why: 'encrypted' }]);
  }
});

test('signatures, keys and other files are no messages', () => {
  for (const no of [SIGNATURE, KEY, '', 'PGP', '\u00e5\u00e4 text']) assert.ok(!isPgp(Buffer.from(no)), no);
  for (const hex of [
    '89504e470d0a1a0a0000',
    'ffd8ffe000104a464946',
    'd0cf11e0a1b11ae10000',
    'cafebabe00000034',
    'efbbbf3c68746d6c',
    'fd377a585a000004',
    '8504000000000000',
  ])
    assert.ok(!isPgp(Buffer.from(hex, 'hex')), hex);
});

test('bounds, depth, damage', () => {
  const zeros = Buffer.concat([Buffer.from([8 | 0xc0, 255, 0, 0, 0, 200, 0]), Buffer.alloc(199)]);
  assert.ok(sights(zeros).every(one => one.see === 'unseen'));
  let nested = literal('a', 'x');
  for (let n = 0; n < 10; n++) nested = packet(8, Buffer.concat([Buffer.from([0]), nested]));
  assert.deepEqual(sights(nested), [{ see: 'unseen', name: null, why: 'too_deep' }]);
  assert.deepEqual(
    sights(literal('a', 'long text').subarray(0, -3)).map(one => one.see),
    ['member', 'unseen'],
  );
  assert.deepEqual(sights('-----BEGIN PGP MESSAGE-----\n\n'), [], 'armor without a message is text');
  assert.ok(
    [...openPgp(Buffer.from(STORED.none, 'base64'), opening(null, 5))].some(one => one.see === 'unseen' && one.why === 'too_large'),
  );
  for (const source of [...Object.values(STORED).map(text => Buffer.from(text, 'base64')), Buffer.from(SIGNED)])
    for (let n = 0; n < 150; n++) {
      const broken = Buffer.from(source);
      broken[(n * 7919) % broken.length] = (n * 31) & 255;
      assert.ok(sights(broken.subarray(0, n % 2 ? broken.length : (n * 13) % broken.length)).length < 8);
    }
});
