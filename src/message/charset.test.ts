// Charsets: a byte order mark is believed before the label, and no label throws.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeCharset } from './charset.ts';

const TEXT = 'Grüße 测试 a';
const little = Buffer.from(TEXT, 'utf16le');
const big = Buffer.from(little).swap16();

test('UTF-16 with a mark, whatever the label says', () => {
  for (const label of ['utf-16', 'utf-16le', 'utf-8', '', 'us-ascii']) {
    assert.equal(decodeCharset(Buffer.concat([Buffer.from([0xff, 0xfe]), little]), label), TEXT, label);
    assert.equal(decodeCharset(Buffer.concat([Buffer.from([0xfe, 0xff]), big]), label), TEXT, label);
  }
});

test('without a mark the label counts', () => {
  assert.equal(decodeCharset(little, 'utf-16le'), TEXT);
  assert.equal(decodeCharset(big, 'utf-16be'), TEXT);
  assert.equal(decodeCharset(Buffer.from([0xff, 0xfe]), 'latin1'), 'ÿþ');
});

test('no bytes under no label throw', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 60 }),
      fc.constantFrom('utf-8', 'utf-16', 'utf-7', 'hz', 'iso-2022-jp', 'gbk', 'x-none', ''),
      (bytes, label) => {
        assert.equal(typeof decodeCharset(Buffer.from(bytes), label), 'string');
      },
    ),
  );
});
