// Encoded words (RFC 2047), structured parameters (RFC 2231) and charsets, on texts of our own.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { MAX_WORDS } from './bounds.ts';
import { decodeCharset } from './charset.ts';
import { parameter } from './field-text.ts';
import { parseStructured } from './params.ts';
import { decodeWords, encodeWords } from './words.ts';

test('words of both kinds, neighbours joined, a character split between two words', () => {
  assert.equal(decodeWords('=?utf-8?Q?Gr=C3=BC=C3=9Fe_an?= =?UTF-8?b?IERpY2g=?= x'), 'Grüße an Dich x');
  assert.equal(decodeWords('=?utf-8?b?5rWL6A==?= =?utf-8?b?r5U=?='), '测试');
  assert.equal(decodeWords('=?iso-8859-1*fr?q?=C7a?='), 'Ça');
  assert.equal(decodeWords('=?utf-8?q?unclosed'), '=?utf-8?q?unclosed');
  assert.equal(decodeWords('=?no-such?q?a=41?='), 'aA');
});

test('ISO-2022-JP words that each end in ASCII join without a broken character', () => {
  const word = (text: string): string => `=?iso-2022-jp?b?${iconvJp(text).toString('base64')}?=`;
  assert.equal(decodeWords(`${word('日本')} ${word('日本')}`), '日本日本');
});

/** 日 and 本 in JIS X 0208, with the escapes around them. */
const iconvJp = (text: string): Buffer => Buffer.from(`\u001b$B${text.replace(/日/g, 'F|').replace(/本/g, 'K\\')}\u001b(B`, 'latin1');

test('encoding and decoding meet, words of at most 75 characters in ASCII', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), any => {
      const text = any.toWellFormed().replace(/[\r\n]/g, '');
      const encoded = encodeWords(text);
      assert.match(encoded, /^[\t\x20-\x7e\r\n]*$/);
      if (encoded !== text) for (const line of encoded.split('\r\n')) assert.ok(line.trim().length <= 75);
      assert.equal(decodeWords(encoded), text);
    }),
  );
});

test('words past the bound stay as they are written', () => {
  const text = '=?utf-8?q?a?= '.repeat(100_000);
  const decoded = decodeWords(text);
  assert.ok(decoded.startsWith('a'.repeat(MAX_WORDS)));
  assert.ok(decoded.endsWith('=?utf-8?q?a?= '));
});

test('parameters: quoted, commented, continued, encoded, doubled', () => {
  const one = parseStructured('Text/Plain (a comment); Charset="us\\-ascii"; name*1="b;c"; name*0=a; x*=utf-8\'en\'%e2%82%ac');
  assert.equal(one.value, 'text/plain');
  assert.equal(one.params.get('charset'), 'us-ascii');
  assert.equal(one.params.get('name'), 'ab;c');
  assert.equal(one.params.get('x'), '€');
  const two = parseStructured("multipart/mixed; boundary=a; boundary=b; boundary*=us-ascii''c");
  assert.equal(two.params.get('boundary'), 'c');
  assert.deepEqual(two.others?.map(([, value]) => value).toSorted(), ['a', 'b']);
  assert.equal(parseStructured('a/b; name="unclosed; c=d').params.get('name'), 'unclosed; c=d');
});

test('parameters that we write are read back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 150 }), any => {
      const value = any.toWellFormed().replace(/\p{Cc}/gu, '');
      const field = ['a/b', ...parameter('name', value)].join(';\r\n ');
      for (const line of field.split('\r\n')) assert.ok(line.length <= 78, line);
      assert.equal(parseStructured(field.replace(/\r\n/g, '')).params.get('name'), value.includes('=?') ? decodeWords(value) : value);
    }),
  );
});

test('charsets of the web, of iconv and our own two', () => {
  const from = (hex: string): Buffer => Buffer.from(hex, 'hex');
  assert.equal(decodeCharset(from('c7e1'), 'ISO-8859-1'), 'Çá');
  assert.equal(decodeCharset(from('b2e2cad4'), '"gbk"'), '测试');
  assert.equal(decodeCharset(Buffer.from('~{<:Ky2;R*~}.~~', 'latin1'), 'hz-gb-2312'), '己所不要.~');
  assert.equal(decodeCharset(from('82'), 'cp437'), 'é');
  assert.equal(decodeCharset(Buffer.from('a +AOk- +- b+AGE'), 'utf-7'), 'a é + ba');
  assert.equal(decodeCharset(Buffer.from('é'), ''), 'é');
  assert.equal(decodeCharset(from('e9'), 'utf-8'), 'é');
  assert.equal(decodeCharset(from('e9'), `x-${'x-'.repeat(200_000)}`), 'é');
});

test('UTF-7 agrees with iconv-lite on what iconv-lite writes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 80 }), any => {
      const text = any.toWellFormed();
      assert.equal(decodeCharset(iconv.encode(text, 'utf-7'), 'utf-7'), text);
    }),
  );
});

test('no label and no bytes make it throw', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 60 }),
      fc.oneof(fc.string(), fc.constantFrom('utf-16', 'iso-2022-kr', 'hz', 'utf-7', 'utf-7-imap', 'base64', 'hex', 'ucs2', 'internal')),
      (data, label) => {
        assert.equal(typeof decodeCharset(Buffer.from(data), label), 'string');
      },
    ),
  );
});
