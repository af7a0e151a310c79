import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fieldLine, partsOf, sourceLine, textOf } from './mime.ts';

const SOURCE = `From: a@b.test
Subject: x
Content-Type: multipart/alternative;
 boundary="b 1"

before
--b 1
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

caf=E9 is =
long
last
--b 1
Content-Type: text/html
Content-Transfer-Encoding: base64

PHA+
aGk8L3A+
--b 1--
after`;

test('parts, their text and their lines', () => {
  const parts = partsOf(SOURCE);
  assert.deepEqual(
    parts.map(part => [part.path, part.type, part.firstLine]),
    [
      ['1', 'multipart/alternative', 6],
      ['1.1', 'text/plain', 11],
      ['1.2', 'text/html', 18],
    ],
  );
  assert.equal(textOf(parts[1] ?? assert.fail()), 'café is long\nlast');
  assert.equal(textOf(parts[2] ?? assert.fail()), '<p>hi</p>');
  // Line 2 of the decoded text is the third of its source: the first goes on behind "=".
  assert.equal(sourceLine(parts, '1.1', 2), 13);
  assert.equal(sourceLine(parts, '1.2', 1), 18);
  assert.equal(sourceLine(parts, '1.3', 1), null);
});

test('fields are found in the header only', () => {
  assert.equal(fieldLine(SOURCE, 'subject'), 2);
  assert.equal(fieldLine('Subject: x\n\nTo: a', 'to'), null);
});

test('what is no message is one part', () => {
  assert.deepEqual(
    partsOf('').map(part => part.path),
    ['1'],
  );
  assert.equal(partsOf('Content-Type: multipart/mixed\n\nx').length, 1);
  assert.equal(partsOf(`Content-Type: multipart/mixed; boundary=a\n\n${'--a\n\n'.repeat(5000)}`).length, 200);
});
