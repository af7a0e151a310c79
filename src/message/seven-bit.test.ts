// Conversion for peers without 8BITMIME and for lines that no peer takes: the same leaves before and after, nothing else touched.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hasLongLine, toTransportable } from './seven-bit.ts';
import { walk } from './walk.ts';

const bytes = (...lines: readonly string[]): Buffer => Buffer.from(lines.join('\r\n'), 'latin1');
const content = (raw: Buffer): readonly (readonly [string, string])[] =>
  walk(raw).leaves.map(leaf => [leaf.path, leaf.bytes().toString('latin1')]);

function assertTransportable(raw: Buffer): void {
  const body = raw.toString('latin1');
  assert.ok(!/[\x80-\xff]/.test(body), 'seven bits');
  assert.equal(hasLongLine(raw), false);
  assert.ok(!/\r(?!\n)|(?<!\r)\n/.test(body), 'only CRLF');
}

test('a line of 998 octets may stay, one of 999 not', () => {
  assert.equal(hasLongLine(Buffer.from(`${'x'.repeat(998)}\r\n`)), false);
  assert.equal(hasLongLine(Buffer.from(`${'x'.repeat(999)}\r\n`)), true);
});

test('what can travel comes back as the same Buffer', () => {
  const raw = bytes('Content-Type: text/plain; charset=utf-8', '', 'plain', '');
  assert.equal(toTransportable(raw, false), raw);
  const eight = bytes('Content-Transfer-Encoding: 8bit', '', '\xe9', '');
  assert.equal(toTransportable(eight, true), eight);
});

test('8-bit text becomes quoted-printable, other things base64, each part for itself', () => {
  const raw = bytes(
    'Subject: x',
    'Content-Type: multipart/mixed; boundary=b',
    'Content-Transfer-Encoding: 8bit',
    '',
    'pre\xe9mble',
    '--b',
    '',
    'no header \xe9',
    '--b',
    'Content-Type: text/html; charset=iso-8859-1',
    'Content-Transfer-Encoding: 8bit',
    '',
    '<b>\xe9</b>',
    '--b',
    'Content-Type: multipart/alternative; boundary=bc',
    '',
    '--bc',
    'Content-Type: application/octet-stream',
    'Content-Transfer-Encoding: 8bit',
    '',
    '\xff\xfe',
    '--bc--',
    '--b',
    'Content-Type: message/rfc822',
    'Content-Transfer-Encoding: 8bit',
    '',
    'Subject: inner',
    '',
    'inner \xe9',
    '--b',
    'Content-Type: text/plain',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    '=E9 and \xe9',
    '--b',
    'Content-Type: application/zip; name=a.zip',
    'Content-Transfer-Encoding: x-uuencode',
    '',
    'begin 644 \xe9',
    '%:&5L;&\\',
    '`',
    'end',
    '--b--',
    '',
  );
  const sent = toTransportable(raw, false);
  assertTransportable(sent);
  const shown = (all: readonly (readonly [string, string])[]): typeof all => all.filter(([path]) => !/\.(?:0|e)$/.test(path));
  assert.deepEqual(shown(content(sent)), shown(content(raw)));
  assert.ok(!/Transfer-Encoding: 8bit/.test(sent.toString('latin1')), 'nothing says 8bit any more');
});

test('any lines, any bytes: the leaf stays the same', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string({ maxLength: 40 }), fc.constant('x'.repeat(1_200)), fc.constant('\xe9'.repeat(50))), { maxLength: 8 }),
      fc.boolean(),
      (lines, isText) => {
        const body = lines
          .map(line =>
            Buffer.from(line, 'latin1')
              .toString('latin1')
              .replace(/[\r\n\0]/g, ''),
          )
          .join('\r\n');
        const raw = bytes(`Content-Type: ${isText ? 'text/plain' : 'image/png'}`, '', body, '');
        const sent = toTransportable(raw, false);
        assertTransportable(sent);
        // Blocks that look like uuencode are leaves of their own in both.
        assert.deepEqual(content(sent)[0], content(raw)[0]);
      },
    ),
  );
});
