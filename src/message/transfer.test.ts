// Transfer encodings: round trips, and the tolerance that readers of mail have, so that nothing decodes for them and not for us.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeTransfer, encodeBase64, encodeQuotedPrintable, encodingOf, endOfFirstRun, uuBlocks, yencBlocks } from './transfer.ts';

const decode = (text: string, encoding: Parameters<typeof decodeTransfer>[1]): string =>
  decodeTransfer(Buffer.from(text, 'latin1'), encoding).toString('latin1');

/** By the definition of POSIX, 45 bytes a line. */
export function uuencoded(name: string, data: Buffer): string {
  const digit = (n: number): string => String.fromCharCode(n === 0 ? 96 : n + 32);
  const lines: string[] = [];
  for (let at = 0; at < data.length; at += 45) {
    const chunk = data.subarray(at, at + 45);
    let line = digit(chunk.length);
    for (let i = 0; i < chunk.length; i += 3) {
      const n = ((chunk[i] as number) << 16) | ((chunk[i + 1] ?? 0) << 8) | (chunk[i + 2] ?? 0);
      line += digit(n >> 18) + digit((n >> 12) & 63) + digit((n >> 6) & 63) + digit(n & 63);
    }
    lines.push(line);
  }
  return [`begin 644 ${name}`, ...lines, '`', 'end', ''].join('\r\n');
}

test('names of encodings as they are found in mail', () => {
  for (const name of ['base64', 'BASE64', ' "base64" ', "'base64'", 'base64;', 'base64 (really)', '(a comment) base64'])
    assert.equal(encodingOf(name), 'base64', name);
  for (const name of ['x-uuencode', 'uuencode', 'x-uue', 'UU']) assert.equal(encodingOf(name), 'uuencode', name);
  assert.equal(encodingOf('Quoted-Printable'), 'quoted-printable');
  assert.equal(encodingOf('8BIT'), 'identity');
  assert.equal(encodingOf('rot13'), null);
  assert.equal(encodingOf('('.repeat(1_000_000)), null);
});

test('base64: junk, no padding, one character a line, joined runs, digits of base64url are junk', () => {
  assert.equal(decode('aGVs\r\nbG8=', 'base64'), 'hello');
  assert.equal(decode('aGVsbG8', 'base64'), 'hello');
  assert.equal(decode('a\r\nG\r\nV\r\ns\r\nb\r\nG\r\n8', 'base64'), 'hello');
  assert.equal(decode('!aG*V(s)bG.8=', 'base64'), 'hello');
  assert.equal(decode('aGVs-bG_8=', 'base64'), 'hello');
  assert.equal(decode('aGU=bGxv', 'base64'), 'hello');
  assert.equal(decode('aA==\r\nZWxs\r\nbw==\r\n', 'base64'), 'hello');
  assert.equal(endOfFirstRun(Buffer.from('aGU=bGxv')), 3);
  assert.equal(endOfFirstRun(Buffer.from('aGVsbG8=\r\n')), null);
});

test('quoted-printable: soft breaks, blanks at line ends, lower-case and broken escapes', () => {
  assert.equal(decode('a=\r\nb =  \r\nc', 'quoted-printable'), 'ab c');
  assert.equal(decode('a \t\r\nb ', 'quoted-printable'), 'a\r\nb ');
  assert.equal(decode('=e9=E9=4=zz=', 'quoted-printable'), '\xe9\xe9=4=zz');
});

test('quoted-printable and base64 come back, in lines of at most 76', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), data => {
      const bytes = Buffer.from(data);
      for (const line of encodeBase64(bytes).split('\r\n')) assert.ok(line.length <= 76);
      assert.deepEqual(decodeTransfer(Buffer.from(encodeBase64(bytes)), 'base64'), bytes);
      const text = Buffer.from(bytes.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1');
      const encoded = encodeQuotedPrintable(text);
      for (const line of encoded.split('\r\n')) assert.ok(line.length <= 76, line);
      assert.match(encoded, /^[\t\x20-\x7e\r\n]*$/);
      assert.deepEqual(decodeTransfer(Buffer.from(encoded, 'latin1'), 'quoted-printable'), text);
    }),
  );
});

test('uuencode: every block, cut ones, as part encoding', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ maxLength: 200 }), (a, b) => {
      const text = Buffer.from(`Hi\r\n${uuencoded('a b.txt', Buffer.from(a))}and\r\n${uuencoded('c', Buffer.from(b))}`, 'latin1');
      assert.deepEqual(
        uuBlocks(text, 9).map(block => [block.name, block.bytes]),
        [
          ['a b.txt', Buffer.from(a)],
          ['c', Buffer.from(b)],
        ],
      );
    }),
  );
  const whole = uuencoded('x', Buffer.from('hello'));
  assert.equal(decode(whole, 'uuencode'), 'hello');
  assert.equal(decode(whole.slice(0, whole.indexOf('`\r\nend')), 'uuencode'), 'hello');
  assert.equal(uuBlocks(Buffer.from('begin 644 x\r\n#0V%T\r\n`\r\nend\r\n'.repeat(50)), 9).length, 9);
});

test('yEnc', () => {
  const data = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
  let body = '';
  for (const byte of data) {
    const c = (byte + 42) & 255;
    body += [0, 10, 13, 61].includes(c) ? `=${String.fromCharCode((c + 64) & 255)}` : String.fromCharCode(c);
  }
  const text = `=ybegin line=128 size=256 name=all bytes.bin\r\n${body}\r\n=yend size=256\r\n`;
  assert.deepEqual(
    yencBlocks(Buffer.from(text, 'latin1'), 3).map(block => [block.name, block.bytes]),
    [['all bytes.bin', data]],
  );
  assert.deepEqual(decodeTransfer(Buffer.from(text, 'latin1'), 'yenc'), data);
});

// Patterns that are tried at every blank took minutes on these; they need only end.
test('hostile text of 1 MB is searched in one pass', () => {
  for (const line of [
    `begin 644 ${' '.repeat(980)}\rx\n`,
    `begin 644 ${' '.repeat(980)}x\n`,
    'begin 644\rx\n',
    `=ybegin ${'name= '.repeat(160)}\n`,
  ]) {
    const text = Buffer.from(line.repeat(Math.ceil(1_000_000 / line.length)), 'latin1');
    assert.ok(uuBlocks(text, 100).length <= 100);
    assert.ok(yencBlocks(text, 100).length <= 100);
  }
  assert.equal(decode('AA=='.repeat(250_000), 'base64').length, 250_000);
});
