// What 1 MB of malice may cost: parts visited, bytes decoded and kept, counted and not timed. What took quadratic time before only needs to
// end. And whatever the bytes are: no throw, every bound kept.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readArf } from './arf.ts';
import { MAX_PARTS, READ_FACTOR, READ_LEAST } from './bounds.ts';
import { compose } from './build.ts';
import { textOfHtml } from './html-text.ts';
import { toTransportable } from './seven-bit.ts';
import { walk, type Message } from './walk.ts';

const MB = 1_000_000;
const fill = (piece: string, bytes = MB): string => piece.repeat(Math.ceil(bytes / piece.length));
const ENCODINGS = ['base64', 'quoted-printable', 'x-uuencode', '7bit'].map(name => `Content-Transfer-Encoding: ${name}\r\n`).join('');
const types = (type: string): string => ['a', 'b', 'c', 'd'].map(n => `Content-Type: ${type}; n=${n}\r\n`).join('');

function nested(levels: number, inner: string): string {
  let text = inner;
  for (let n = 0; n < levels; n++)
    text = `${types('message/rfc822')}Content-Transfer-Encoding: base64\r\n\r\n${Buffer.from(text, 'latin1').toString('base64')}`;
  return text;
}

/** Bytes that the leaves of a message keep once all of them were decoded: views of the message itself cost nothing. */
function kept(message: Message): number {
  return message.leaves.reduce((sum, leaf) => (leaf.bytes().buffer === message.raw.buffer ? sum : sum + leaf.bytes().length), 0);
}

function assertBounded(message: Message): void {
  assert.ok(message.leaves.length <= MAX_PARTS, `${message.leaves.length} leaves`);
  const most = message.raw.length * READ_FACTOR + READ_LEAST;
  assert.ok(kept(message) <= most, `${kept(message)} bytes kept of ${message.raw.length}`);
}

const HOSTILE: Readonly<Record<string, () => string>> = {
  'parts without end': () => `Content-Type: multipart/mixed; boundary=x\r\n\r\n${fill('--x\r\n\r\n\r\n')}`,
  'parts that open parts whose boundary does not come': () =>
    `Content-Type: multipart/mixed; boundary=x\r\n\r\n${fill('--x\r\nContent-Type: multipart/mixed; boundary=yy\r\n\r\nabc\r\n')}`,
  'closing boundaries with text behind each': () => `Content-Type: multipart/mixed; boundary=x\r\n\r\n${fill('--x--\r\nabc\r\n')}`,
  'multiparts in multiparts': () => fill('Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n'),
  'messages in messages': () => fill('Content-Type: message/rfc822\r\n\r\n'),
  'four types and four encodings of one body': () => `${types('text/plain')}${ENCODINGS}\r\n${fill('QUJDREVGR0hJSktMTU5P\r\n')}`,
  'four types and four encodings of every part': () =>
    `Content-Type: multipart/mixed; boundary=x\r\n\r\n${fill(`--x\r\n${types('text/plain')}${ENCODINGS}\r\nQUJD\r\n`)}`,
  'four readings at each of nine levels in base64': () => nested(9, `Subject: a\r\n\r\n${'A'.repeat(60_000)}`),
  'uuencoded blocks without end': () => `Subject: a\r\n\r\n${fill('begin 644 a\r\n#0V%T\r\n`\r\nend\r\n')}`,
  'begin lines of blanks': () => `Subject: a\r\n\r\n${fill(`begin 644 ${' '.repeat(980)}\rx\r\n`)}`,
  'yEnc blocks without end': () => `Subject: a\r\n\r\n${fill('=ybegin line=128 size=1 name=a\r\nxyz\r\n=yend\r\n')}`,
  'padding everywhere': () => `Content-Transfer-Encoding: base64\r\n\r\n${fill('AA==')}`,
  'open comments in an encoding': () => `Content-Transfer-Encoding: ${fill('(')}\r\n\r\nx`,
  'CRs in a type': () => `Content-Type: ${fill('\r')}x\r\n\r\nx`,
  'quotes and backslashes in a type': () => `Content-Type: text/plain; name="${fill('\\"')}\r\n\r\nx`,
  'parameters without end': () => `Content-Type: text/plain; ${fill('a*1*=%41;')}\r\n\r\nx`,
  'words in a file name': () => `Content-Disposition: attachment; filename="${fill('=?utf-8?b?QQ?= ')}"\r\n\r\nx`,
  'words in two charsets': () => `Content-Disposition: attachment; filename="${fill('=?utf-8?b?QQ?= =?x-y?q?a?= ')}"\r\n\r\nx`,
  'a charset of prefixes': () => `Content-Type: text/plain; charset=${fill('x-')}\r\n\r\nx`,
  'fields without end': () => fill('a:\r\n'),
  'folds without end': () => `Subject:${fill('\r\n ')}\r\n\r\n`,
  'only line ends': () => fill('\n'),
  'only hyphens': () => `Content-Type: multipart/mixed; boundary="-"\r\n\r\n${fill('-')}`,
  'UTF-7 that opens and closes': () => `Content-Type: text/plain; charset=utf-7\r\n\r\n${fill('+AGE-')}`,
  'bytes that are no UTF-8': () => `Content-Type: text/plain; charset=utf-8\r\n\r\n${fill('\xc3\xa9\xff')}`,
};

for (const [what, text] of Object.entries(HOSTILE)) {
  test(`1 MB of ${what} is bounded`, () => {
    const message = walk(Buffer.from(text(), 'latin1'));
    assertBounded(message);
    for (const leaf of message.leaves) assert.equal(typeof leaf.text(), 'string');
  });
}

test('a boundary that does not come is looked for in its own part only', () => {
  // Were each of the parts searched to the end of the message, this would be 25 GB.
  const message = walk(
    Buffer.from(
      `Content-Type: multipart/mixed; boundary=x\r\n\r\n${'--x\r\nContent-Type: multipart/mixed; boundary=yy\r\n\r\nabc\r\n'.repeat(4_000)}${fill('z', 6 * MB)}`,
    ),
  );
  assert.equal(message.leaves.length, 4_000);
});

test('HTML of 1 MB becomes text in one pass', () => {
  for (const piece of ['<', '<a href="', '<script>', '<!--', '&', '&#', '<p>', '</', "<a b='", ' \u00a0', '<style></'])
    assert.ok(textOfHtml(fill(piece)).length <= 2 * MB);
});

/** Messages of our own making, to be broken. */
const SEEDS: readonly Buffer[] = [
  { html: '<p>Grüße <a href="https://a.example/?q=1">x</a></p>', file: 'application/pdf' },
  { html: null, file: 'message/rfc822' },
].map(({ html, file }) => {
  const made = compose({
    from: 'Ünï <a@b.example>',
    to: ['c@d.example'],
    cc: [],
    bcc: [],
    replyTo: [],
    subject: 'Grüße 测试',
    text: 'begin 644 a.txt\n#0V%T\n`\nend\nÄ\n',
    html,
    attachments: [
      {
        filename: 'Übersicht.bin',
        content: Buffer.from(`${ENCODINGS}${types('multipart/mixed; boundary=q')}\r\n--q\r\n\r\nx\r\n--q--\r\n`),
        contentType: file,
      },
      {
        filename: 'winmail.dat',
        content: Buffer.from([0x78, 0x9f, 0x3e, 0x22, 1, 0, 2, 2, 0x90, 6, 0, 4, 0, 0, 0, 1, 2, 3, 4, 0, 0]),
        contentType: 'application/ms-tnef',
      },
    ],
    headers: [['List-Unsubscribe', '<https://a.example/u>']],
    at: 0,
    messageId: '<x@y>',
  });
  assert.ok(made.ok);
  return made.raw;
});
const PIECES = [
  '\r\n',
  '\n',
  '\r',
  '--',
  '=',
  '"',
  '(',
  ';',
  '\0',
  ' ',
  'Content-Type: multipart/mixed; boundary=',
  'Content-Transfer-Encoding: base64\r\n',
  '=?utf-8?b?',
  'begin 644 x\n',
  "*0*=utf-8''%ff",
  '\xff\xfe',
];

test('whatever is broken in a message, nothing throws and the bounds are kept', () => {
  const change = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(40), fc.constantFrom(...PIECES, ''), fc.boolean());
  fc.assert(
    fc.property(fc.constantFrom(...SEEDS), fc.array(change, { maxLength: 12 }), (seed, changes) => {
      let raw: Buffer = seed;
      for (const [where, length, piece, doubles] of changes) {
        const at = Math.floor(where * raw.length);
        const cut = raw.subarray(at, at + length);
        raw = Buffer.concat([raw.subarray(0, at), Buffer.from(piece, 'latin1'), ...(doubles ? [cut, cut] : []), raw.subarray(at + length)]);
      }
      const message = walk(raw);
      assertBounded(message);
      for (const leaf of message.leaves) leaf.text();
      readArf(message);
      toTransportable(raw, false);
      textOfHtml(raw.toString('latin1'));
    }),
    { numRuns: 400 },
  );
});

test('random bytes as header and body', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 10 })), { maxLength: 60 }), pieces => {
      const message = walk(Buffer.from(pieces.join(''), 'latin1'));
      assertBounded(message);
      for (const leaf of message.leaves) leaf.text();
    }),
    { numRuns: 400 },
  );
});
