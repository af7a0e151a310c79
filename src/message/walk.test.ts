// The walker on shapes of our own: whatever a reader may take for a part, the needle in it is in one of our leaves.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { walk, type Message, type Note } from './walk.ts';

const NEEDLE = 'the needle, what stands here must be seen';
const b64 = Buffer.from(NEEDLE).toString('base64');
const message = (...lines: readonly string[]): Message => walk(Buffer.from(lines.join('\r\n'), 'latin1'));
const sees = (found: Message): boolean => found.leaves.some(leaf => leaf.bytes().includes(NEEDLE));
const mixed = 'Content-Type: multipart/mixed; boundary=x';
const hidden = ['Content-Type: application/octet-stream; name=a.bin', 'Content-Transfer-Encoding: base64', '', b64];
const noise = ['', '--x', 'Content-Type: text/plain', '', 'nothing'];

test('structure: paths, types, names, offsets of nested parts', () => {
  const found = message(
    'Content-Type: multipart/mixed; boundary="a b"',
    '',
    '--a b',
    'Content-Type: multipart/alternative; boundary=in',
    '',
    '--in',
    '',
    'plain',
    '--in',
    'Content-Type: text/html; charset="iso-8859-1"',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    '<b>=E9</b>',
    '--in--',
    '--a b',
    'Content-Disposition: attachment; filename="../../etc/p.txt"',
    'Content-ID: <one@x>',
    '',
    'data',
    '--a b--',
    '',
  );
  assert.deepEqual(
    found.leaves.map(leaf => [leaf.path, leaf.type, leaf.reading, leaf.fileName, leaf.contentId, leaf.text()]),
    [
      ['1.1.1', 'text/plain', 'main', null, null, 'plain'],
      ['1.1.2', 'text/html', 'main', null, null, '<b>é</b>'],
      ['1.2', 'text/plain', 'main', 'p.txt', 'one@x', 'data'],
    ],
  );
  assert.deepEqual([...found.notes], []);
  assert.equal(found.complete, true);
});

const SHAPES: readonly (readonly [what: string, note: Note | null, lines: readonly string[]])[] = [
  ['an attachment', null, [mixed, ...noise, '--x', ...hidden, '--x--', '']],
  ['no closing boundary', null, [mixed, ...noise, '--x', ...hidden]],
  ['a part behind the closing boundary', 'after_closing_boundary', [mixed, ...noise, '--x--', '--x', ...hidden, '']],
  ['text in front of the parts', 'text_around_parts', [mixed, '', NEEDLE, ...noise, '--x--', '']],
  [
    'text behind the usual notice',
    'text_around_parts',
    [mixed, '', 'This is a multi-part message in MIME format.', NEEDLE, ...noise, '--x--', ''],
  ],
  ['text behind the parts', 'text_around_parts', [mixed, ...noise, '--x--', NEEDLE, '']],
  [
    'two boundary parameters, the first real',
    null,
    ['Content-Type: multipart/mixed; boundary=x; boundary=y', ...noise, '--x', ...hidden, '--x--', ''],
  ],
  [
    'two boundary parameters, the last real',
    null,
    ['Content-Type: multipart/mixed; boundary=y; boundary=x', ...noise, '--x', ...hidden, '--x--', ''],
  ],
  [
    'two boundary parameters, both used',
    'two_boundaries',
    ['Content-Type: multipart/mixed; boundary=y; boundary=x', ...noise, '--x', ...hidden, '--x--', '--y', '', 'other', '--y--', ''],
  ],
  [
    'a boundary in RFC 2231 form',
    null,
    ["Content-Type: multipart/mixed; boundary=y; boundary*=us-ascii''x", ...noise, '--x', ...hidden, '--x--', ''],
  ],
  [
    'a plain boundary beside the RFC 2231 form',
    null,
    ["Content-Type: multipart/mixed; boundary=x; boundary*=us-ascii''y", '', '--x', 'X-Other: 1', ...hidden, '--x--', ''],
  ],
  ['a boundary in pieces', null, ['Content-Type: multipart/mixed; boundary*1=y; boundary*0=x', '', '--xy', ...hidden, '--xy--', '']],
  ['no boundary named', null, ['Content-Type: multipart/mixed', '', '--x', ...hidden, '--x--', '']],
  ['multipart without a subtype', null, ['Content-Type: multipart; boundary=x', ...noise, '--x', ...hidden, '--x--', '']],
  ['two Content-Types, the first real', 'two_content_types', [mixed, 'Content-Type: text/plain', ...noise, '--x', ...hidden, '--x--', '']],
  ['two Content-Types, the last real', 'two_content_types', ['Content-Type: text/plain', mixed, ...noise, '--x', ...hidden, '--x--', '']],
  [
    'two encodings, the last real',
    'two_transfer_encodings',
    ['Content-Type: text/plain', 'Content-Transfer-Encoding: 7bit', 'Content-Transfer-Encoding: base64', '', b64, ''],
  ],
  [
    'two encodings, the first real',
    'two_transfer_encodings',
    ['Content-Type: text/plain', 'Content-Transfer-Encoding: base64', 'Content-Transfer-Encoding: 7bit', '', b64, ''],
  ],
  ['a quoted encoding', null, ['Content-Transfer-Encoding: "base64"', '', b64, '']],
  [
    'a whole multipart in base64',
    'encoded_multipart',
    [mixed, 'Content-Transfer-Encoding: base64', '', Buffer.from(`--x\r\n\r\n${NEEDLE}\r\n--x--\r\n`).toString('base64'), ''],
  ],
  ['base64 behind padding', 'base64_after_padding', ['Content-Transfer-Encoding: base64', '', `QQ==${b64}`, '']],
  ['base64 with digits of base64url as junk', null, ['Content-Transfer-Encoding: base64', '', b64.replace(/(.{9})/g, '$1-_'), '']],
  ['a first line that is no field', 'broken_header', ['no field', 'Content-Transfer-Encoding: base64', '', b64, '']],
  ['a first line that begins with a blank', 'broken_header', [' folded', mixed, ...noise, '--x', ...hidden, '--x--', '']],
  ['a body without an empty line', 'broken_header', ['Subject: x', NEEDLE]],
  ['a message inside', null, ['Content-Type: message/rfc822', '', mixed, ...noise, '--x', ...hidden, '--x--', '']],
  [
    'a message inside in base64',
    null,
    ['Content-Type: message/rfc822', 'Content-Transfer-Encoding: base64', '', Buffer.from(hidden.join('\r\n')).toString('base64'), ''],
  ],
  [
    'a message inside that only says base64',
    'two_transfer_encodings',
    ['Content-Type: message/rfc822', 'Content-Transfer-Encoding: base64', '', ...hidden, ''],
  ],
  ['messages inside a digest without types', null, ['Content-Type: multipart/digest; boundary=x', '', '--x', '', ...hidden, '--x--', '']],
];

for (const [what, note, lines] of SHAPES) {
  test(`seen: ${what}`, () => {
    const found = message(...lines);
    assert.ok(sees(found), JSON.stringify(found.leaves.map(leaf => [leaf.path, leaf.type, leaf.text()])));
    assert.equal(found.complete, true);
    if (note) assert.ok(found.notes.has(note), [...found.notes].join());
  });
}

test('uuencoded blocks in text, in the preamble and behind the first of an encoded part', () => {
  const block = (name: string): readonly string[] => [`begin 644 ${name}`, '%:&5L;&\\', '`', 'end'];
  const files = (found: Message): readonly (string | null)[] =>
    found.leaves.filter(leaf => leaf.bytes().equals(Buffer.from('hello'))).map(leaf => leaf.fileName);
  assert.deepEqual(files(message('Subject: x', '', 'Hi', ...block('a'), 'and', ...block('b'), '')), ['a', 'b']);
  assert.deepEqual(files(message(mixed, '', ...block('a'), ...noise, '--x--', '')), ['a']);
  assert.deepEqual(
    files(message('Content-Type: application/zip', 'Content-Transfer-Encoding: x-uuencode', '', ...block('a'), ...block('b'), '')),
    [null, 'b'],
  );
});

test('five Content-Types are more than we read: the message is not complete', () => {
  const types = Array.from({ length: 5 }, (_, n) => `Content-Type: text/plain; n=${n}`);
  const found = message(...types, '', 'x');
  assert.equal(found.complete, false);
  assert.ok(found.notes.has('limit_readings'));
});

test('depth is bounded for every kind of message inside', () => {
  for (const type of ['message/rfc822', 'message/global', 'message/news']) {
    const found = walk(Buffer.from(`Content-Type: ${type}\r\n\r\n`.repeat(100)));
    assert.equal(found.complete, false, type);
    assert.ok(found.notes.has('limit_depth'));
  }
});
