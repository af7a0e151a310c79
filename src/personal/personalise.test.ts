// Copies for recipients: what is changed, and that nothing else is, by real and by random mail in every encoding.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Personal } from '../mail.ts';
import { compose } from '../message/build.ts';
import { firstOf, valueOf } from '../message/headers.ts';
import { encodeBase64, encodeQuotedPrintable } from '../message/transfer.ts';
import { walk, type Leaf } from '../message/walk.ts';
import { attributeText } from './attribute.ts';
import { readPage } from './page.ts';
import { personalise, prepare } from './personalise.ts';
import { newMint, readClick, type Mac } from './tokens.ts';

const mac: Mac = (label, ...parts) =>
  createHmac('sha256', 'key')
    .update(JSON.stringify([label, ...parts]))
    .digest();
const BASE = 'https://links.test';
const mint = newMint(mac, { url: BASE, tenant: '' }, 'msg_01kb6q9w2habcdefghjkmnpqrs');
const ALL: Personal = { opens: true, clicks: true, unsubscribe: { oneClick: true, group: null } };
const NONE: Personal = { opens: false, clicks: false, unsubscribe: null };
const crlf = (text: string): Buffer => Buffer.from(text.replace(/\r?\n/g, '\r\n'));

const made = (html: string, attachments: Parameters<typeof compose>[0]['attachments'] = []): Buffer => {
  const built = compose({
    from: 'a@a.test',
    to: ['b@b.test'],
    cc: [],
    bcc: [],
    replyTo: [],
    subject: 'x',
    text: undefined,
    html,
    attachments,
    headers: [],
    at: 0,
    messageId: '<1@a.test>',
  });
  assert.ok(built.ok);
  return built.raw;
};
const htmlOf = (raw: Buffer): string =>
  walk(raw)
    .leaves.find(leaf => leaf.type === 'text/html')
    ?.text() ?? '';
const hrefs = (html: string): readonly string[] =>
  readPage(html).links.map(({ start, end }) => attributeText(html.slice(start, end)) ?? '');
const target = (href: string): string | null =>
  href.startsWith(`${BASE}/c/`) ? (readClick(mac, ...(href.split('/').slice(-2) as [string, string]))?.url ?? null) : null;
const pixels = (html: string): number => html.split(`<img src="${BASE}/o/`).length - 1;

test('links lead to us and on to where they led; one picture; the header fields of RFC 8058', () => {
  const html =
    '<html><body><p>Größe</p><a href="https://shop.test/a?x=1&amp;copy=2#part">A</a> <a href="mailto:x@y.test">M</a> <a href="#top">T</a>' +
    '<a data-track="false" href="https://shop.test/b">B</a><a href="{{unsubscribe}}">U</a><area href=http://shop.test/c></body></html>';
  const raw = made(html);
  const copy = personalise(raw, 7, ALL, mint);
  const after = hrefs(htmlOf(copy));
  assert.equal(target(after[0] ?? ''), 'https://shop.test/a?x=1&copy=2#part');
  assert.deepEqual(after.slice(1, 3), ['mailto:x@y.test', '#top']);
  assert.equal(after[3], mint.unsubscribe(7));
  assert.equal(target(after[4] ?? ''), 'http://shop.test/c');
  assert.ok(htmlOf(copy).includes('href="https://shop.test/b"'));
  assert.ok(htmlOf(copy).includes(`<img src="${mint.open(7)}" width="1" height="1" alt="" border="0"></body></html>`));
  const message = walk(copy);
  assert.equal(firstOf(copy, message.headers, 'list-unsubscribe'), `<${mint.unsubscribe(7)}>`);
  assert.equal(firstOf(copy, message.headers, 'list-unsubscribe-post'), 'List-Unsubscribe=One-Click');
});

test('what was not asked for is not done', () => {
  const raw = made('<a href="https://shop.test/">A</a><a href="{{unsubscribe}}">U</a>');
  assert.deepEqual(personalise(raw, 0, NONE, mint), raw);
  const opened = personalise(raw, 0, { ...NONE, opens: true }, mint);
  assert.deepEqual(hrefs(htmlOf(opened)), ['https://shop.test/', '{{unsubscribe}}']);
  assert.equal(pixels(htmlOf(opened)), 1);
  const clicked = personalise(raw, 0, { ...NONE, clicks: true }, mint);
  assert.equal(pixels(htmlOf(clicked)), 0);
  assert.equal(firstOf(clicked, walk(clicked).headers, 'list-unsubscribe'), undefined);
  const page = personalise(raw, 0, { ...NONE, unsubscribe: { oneClick: false, group: null } }, mint);
  assert.equal(firstOf(page, walk(page).headers, 'list-unsubscribe-post'), undefined);
  const plain = personalise(raw, 0, ALL, newMint(mac, { url: 'http://links.test', tenant: '' }, 'msg_01kb6q9w2habcdefghjkmnpqrs'));
  assert.equal(firstOf(plain, walk(plain).headers, 'list-unsubscribe-post'), undefined, 'RFC 8058 wants https');
});

test("a sender's own List-Unsubscribe stays, and its link in the text too", () => {
  const raw = crlf(
    'List-Unsubscribe: <mailto:x@a.test>,\n <https://a.test/u?id=1>\nContent-Type: text/html\n\n<a href="https://a.test/u?id=1">U</a><a href="https://a.test/">A</a>\n',
  );
  const copy = personalise(raw, 0, ALL, mint);
  assert.equal(copy.toString().match(/^List-Unsubscribe/gm)?.length, 1);
  assert.equal(hrefs(htmlOf(copy))[0], 'https://a.test/u?id=1');
  assert.equal(target(hrefs(htmlOf(copy))[1] ?? ''), 'https://a.test/');
});

const HTML = 'Content-Type: text/html\n\n<body><a href="https://a.test/">A</a></body>\n';
const UNTOUCHED: readonly (readonly [why: string, mail: string])[] = [
  [
    'S/MIME, detached',
    `Content-Type: multipart/signed; boundary=b\n\n--b\n${HTML}--b\nContent-Type: application/pkcs7-signature\n\nx\n--b--\n`,
  ],
  [
    'PGP/MIME, encrypted',
    `Content-Type: multipart/encrypted; boundary=b\n\n--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--b\n${HTML}--b--\n`,
  ],
  ['S/MIME, opaque', 'Content-Type: application/pkcs7-mime; smime-type=signed-data\nContent-Transfer-Encoding: base64\n\nAAAA\n'],
];
const LEFT: readonly (readonly [why: string, mail: string])[] = [
  [
    'signed inside',
    `Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/signed; boundary=b\n\n--b\n${HTML}--b\nContent-Type: application/pgp-signature\n\nx\n--b--\n--a--\n`,
  ],
  ['signed in line', 'Content-Type: text/html\n\n-----BEGIN PGP SIGNED MESSAGE-----\n<a href="https://a.test/">A</a>\n'],
  ['an attached page', `Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Disposition: attachment\n${HTML}--a--\n`],
  ['a page with a name', `Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Disposition: inline; filename=x.html\n${HTML}--a--\n`],
  [
    'a page of an attached mail',
    `Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: message/rfc822\n\nSubject: y\n${HTML}--a--\n`,
  ],
  [
    'UTF-16',
    'Content-Type: text/html; charset=utf-16le\nContent-Transfer-Encoding: base64\n\nPABhACAAaAByAGUAZgA9ACIAaAB0AHQAcABzADoALwAvAGEALgB0AGUAcwB0AC8AIgA+AA==\n',
  ],
  ['ISO-2022-JP', 'Content-Type: text/html; charset=iso-2022-jp\n\n\u001b$B<a href="https://a.test/">\u001b(B\n'],
  ['two readings', `Content-Type: text/html\n${HTML}`.replace('Content-Type: text/html\nContent', 'Content-Type: text/plain\nContent')],
  ['two encodings', `Content-Transfer-Encoding: 7bit\nContent-Transfer-Encoding: base64\n${HTML}`],
  ['text alone', 'Content-Type: text/plain\n\n<a href="https://a.test/">A</a>\n'],
];

test('signed and encrypted mail keeps every byte', () => {
  for (const [why, mail] of UNTOUCHED) {
    const raw = crlf(`Subject: x\n${mail}`);
    assert.deepEqual(personalise(raw, 0, ALL, mint), raw, why);
  }
});

test('parts that are signed, attached, ambiguous or in a charset with other rules keep every byte', () => {
  for (const [why, mail] of LEFT) {
    const raw = crlf(`Subject: x\n${mail}`);
    assert.deepEqual(personalise(raw, 0, { ...ALL, unsubscribe: null }, mint), raw, why);
    const copy = personalise(raw, 0, ALL, mint);
    assert.deepEqual(copy.subarray(copy.length - raw.length), raw, why);
  }
});

test('a page that ends inside something gets no picture, and one link too many stays', () => {
  const open = personalise(made('<p>x</p><!-- '), 0, ALL, mint);
  assert.equal(pixels(htmlOf(open)), 0);
  const many = personalise(made('<a href="https://a.test/">x</a>'.repeat(1_500)), 0, ALL, mint);
  assert.equal(hrefs(htmlOf(many)).filter(href => target(href) !== null).length, 1_000);
});

const FRAGMENTS = [
  '<a href="https://a.test/?a=1&amp;b=2">x</a>',
  "<a class=c href='http://b.test/p#f'>y</a>",
  '<a href=https://c.test/>',
  '<a href="mailto:x@y.test">',
  '<a href="{{unsubscribe}}">',
  '<area href="https://d.test/ä">',
  '<!-- <a href="https://e.test/"> -->',
  '<style>p{}</style>',
  '\r\n',
  '.\r\n..\r\n',
  ' \t\r\n',
  '=3D=',
  'Größe 漢字 ',
  'word '.repeat(40),
  'x'.repeat(75),
  '</body>',
  '<p title="',
  '"',
  '<',
];
const someHtml = fc
  .array(fc.oneof(fc.constantFrom(...FRAGMENTS), fc.string({ maxLength: 30 })), { maxLength: 40 })
  .map(all => all.join('').replace(/\r?\n|\r/g, '\r\n'));
const encoders = {
  '8bit': (text: Buffer) => text.toString('latin1'),
  'quoted-printable': (text: Buffer) => encodeQuotedPrintable(text),
  base64: (text: Buffer) => encodeBase64(text),
} as const;
const someMail = fc
  .record({
    html: someHtml,
    text: someHtml,
    file: fc.uint8Array({ maxLength: 300 }),
    encoding: fc.constantFrom('8bit', 'quoted-printable', 'base64'),
    shape: fc.constantFrom('alone', 'alternative', 'mixed', 'related'),
    tail: fc.constantFrom('', '\r\n'),
  })
  .map(({ html, text, file, encoding, shape, tail }) => {
    const page = `Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${encoders[encoding as 'base64'](Buffer.from(html))}${tail}`;
    const front = 'Subject: x\r\nX-Odd:  two  blanks\r\n\tfolded\r\n';
    if (shape === 'alone') return Buffer.from(`${front}${page}`, 'latin1');
    const words = `Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${encodeBase64(Buffer.from(text))}`;
    const other = `Content-Type: image/png; name=x.png\r\nContent-Transfer-Encoding: base64\r\n\r\n${encodeBase64(Buffer.from(file))}`;
    const parts = shape === 'alternative' ? [words, page] : shape === 'related' ? [page, other] : [words, page, other];
    return Buffer.from(
      `${front}Content-Type: multipart/${shape}; boundary="=_b"\r\n\r\nPreamble\r\n${parts.map(part => `--=_b\r\n${part}\r\n`).join('')}--=_b--\r\n`,
      'latin1',
    );
  });

/** The page with everything of ours taken out again. */
function undone(leaf: Leaf): string {
  const html = leaf.bytes().toString('latin1');
  const spans = readPage(html).links;
  let out = '';
  let at = 0;
  for (const { start, end } of spans) {
    out += `${html.slice(at, start)}|`;
    at = end;
  }
  return (out + html.slice(at)).replace(/<img src="https:\/\/links\.test\/o\/[^>]*>/, '');
}

test('property: header fields, structure, text parts, attachments and every byte of HTML outside the places stay', () => {
  fc.assert(
    fc.property(someMail, fc.integer({ min: 0, max: 49 }), (raw, n) => {
      const copy = personalise(raw, n, ALL, mint);
      const [before, after] = [walk(raw), walk(copy)];
      const told = (leaf: Leaf): unknown => [leaf.path, leaf.type, leaf.charset, leaf.encoding, leaf.reading, leaf.fileName, leaf.within];
      assert.deepEqual(after.leaves.map(told), before.leaves.map(told));
      const fields = (message: typeof after): readonly string[] =>
        message.headers.fields.map(field => message.raw.toString('latin1', field.start, field.end));
      assert.deepEqual(fields(after).slice(2), fields(before));
      assert.deepEqual(
        after.headers.fields.slice(0, 2).map(field => valueOf(copy, field)),
        [`<${mint.unsubscribe(n)}>`, 'List-Unsubscribe=One-Click'],
      );
      for (const [i, leaf] of before.leaves.entries()) {
        const same = after.leaves[i] as Leaf;
        if (leaf.type !== 'text/html') assert.deepEqual(same.source, leaf.source);
        else {
          assert.equal(undone(same), undone(leaf));
          assert.ok(pixels(same.bytes().toString('latin1')) <= 1);
          if (leaf.encoding !== 'identity')
            assert.ok(
              same.source
                .toString('latin1')
                .split('\r\n')
                .every(line => line.length <= 76),
            );
        }
      }
    }),
    { numRuns: 600 },
  );
});

test('property: every web link leads where it led, whatever the encoding', () => {
  fc.assert(
    fc.property(someMail, raw => {
      const copy = personalise(raw, 1, ALL, mint);
      const pageOf = (mail: Buffer): string =>
        walk(mail)
          .leaves.find(leaf => leaf.type === 'text/html')
          ?.bytes()
          .toString('utf8') ?? '';
      const [before, after] = [hrefs(pageOf(raw)), hrefs(pageOf(copy))];
      assert.equal(after.length, before.length);
      for (const [i, href] of after.entries()) {
        const was = before[i] ?? '';
        const led = target(href);
        if (led !== null) assert.equal(led, new URL(was).href);
        else assert.ok(href === was || (was === '{{unsubscribe}}' && href === mint.unsubscribe(1)), `${was} became ${href}`);
        if (/^https?:\/\/[abcd]\.test\//.test(was) && URL.canParse(was)) assert.notEqual(led, null);
      }
    }),
    { numRuns: 600 },
  );
});

test('property: any bytes at all: nothing is thrown, and without a wish nothing is changed', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 600 }),
      fc.constantFrom('', HTML, 'Content-Type: text/html\nContent-Transfer-Encoding: base64\n\n'),
      (bytes, front) => {
        const raw = Buffer.concat([crlf(front), bytes]);
        assert.deepEqual(personalise(raw, 0, NONE, mint), raw);
        personalise(raw, 0, ALL, mint);
      },
    ),
    { numRuns: 500 },
  );
});

test('read once, every recipient gets a copy of his own', () => {
  const raw = made(`<body>${'<p>Größe</p><a href="https://a.test/">A</a>'.repeat(20)}</body>`);
  const prepared = prepare(raw, ALL);
  for (let n = 0; n < 50; n++) assert.deepEqual(prepared.copy(n, mint), personalise(raw, n, ALL, mint));
  prepared.wipe();
});

/** What would take quadratic time does not end within a test's patience: it only needs to end. */
test('hostile parts cost no more than their length', () => {
  const pieces = [
    '<a href=3D"https://a.test/">',
    '<a href=3D"https://a.test/&amp;&#38;">',
    '<a href=3D"{{unsubscribe',
    '=\r\n',
    '=3D',
    ' ',
    '&#x',
  ];
  for (const encoding of ['8bit', 'quoted-printable', 'base64'])
    for (const piece of pieces) {
      const raw = Buffer.from(
        `Content-Type: text/html\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${piece.repeat(4_000_000 / piece.length)}`,
      );
      assert.ok(personalise(raw, 0, ALL, mint).length < 1.5 * raw.length + 1_000_000);
    }
  const parts = `--b\r\n${HTML.replaceAll('\n', '\r\n')}`.repeat(4_900);
  const many = personalise(Buffer.from(`Content-Type: multipart/mixed; boundary=b\r\n\r\n${parts}--b--\r\n`), 0, ALL, mint);
  assert.equal(many.toString().split(`${BASE}/o/`).length, 2);
  assert.equal(many.toString().split(`${BASE}/c/`).length, 1_001);
});
