// Composing: what a reader of another make (postal-mime) finds in it, lines and bytes on the wire, and what is refused.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import PostalMime from 'postal-mime';
import { compose, isReservedHeader, type Compose } from './build.ts';
import { firstOf } from './headers.ts';
import { walk } from './walk.ts';
import { decodeWords } from './words.ts';

const base: Compose = {
  from: 'Ann Example <ann@sender.example>',
  to: ['bob@reader.example'],
  cc: [],
  bcc: [],
  replyTo: [],
  subject: 'Hello',
  text: 'Hi Bob\n',
  html: null,
  attachments: [],
  headers: [],
  at: Date.UTC(2026, 0, 2, 3, 4, 5),
  messageId: '<one@sender.example>',
};

function built(change: Partial<Compose>): Buffer {
  const made = compose({ ...base, ...change });
  assert.ok(made.ok, JSON.stringify(made));
  return made.raw;
}

function refusedField(change: Partial<Compose>): string {
  const made = compose({ ...base, ...change });
  assert.equal(made.ok, false);
  return made.ok ? '' : made.field;
}

/** RFC 5322 section 2.1.1 and canonical line ends, in seven bits. */
function assertWire(raw: Buffer): void {
  const text = raw.toString('latin1');
  assert.ok(!/[\x80-\xff]/.test(text), 'seven bits');
  assert.ok(!/\r(?!\n)|(?<!\r)\n/.test(text), 'only CRLF');
  assert.ok(text.endsWith('\r\n'));
  for (const line of text.split('\r\n')) assert.ok(line.length <= 998, `a line of ${line.length}`);
}

test('a plain text mail, byte by byte', () => {
  assert.equal(
    built({}).toString(),
    [
      'From: Ann Example <ann@sender.example>',
      'To: bob@reader.example',
      'Subject: Hello',
      'Date: Fri, 02 Jan 2026 03:04:05 +0000',
      'Message-ID: <one@sender.example>',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: 7bit',
      '',
      'Hi Bob',
      '',
    ].join('\r\n'),
  );
});

test('text, HTML, inline picture and attachment nest as mixed(alternative(text, related(html, picture)), file)', () => {
  const raw = built({
    text: 'Grüße',
    html: '<p>Grüße <img src="cid:logo@x"></p>',
    attachments: [
      { filename: 'logo.png', content: Buffer.from([1, 2, 3]), contentType: 'image/png', contentId: 'logo@x' },
      { filename: 'Übersicht – 2026.pdf', content: Buffer.alloc(5000, 7), contentType: 'application/pdf' },
    ],
  });
  assertWire(raw);
  const message = walk(raw);
  assert.deepEqual(
    message.leaves.map(leaf => [leaf.path, leaf.type, leaf.disposition, leaf.fileName, leaf.contentId]),
    [
      ['1.1.1', 'text/plain', '', null, null],
      ['1.1.2.1', 'text/html', '', null, null],
      ['1.1.2.2', 'image/png', 'inline', 'logo.png', 'logo@x'],
      ['1.2', 'application/pdf', 'attachment', 'Übersicht – 2026.pdf', null],
    ],
  );
  assert.equal(message.leaves[0]?.text(), 'Grüße\r\n');
  assert.deepEqual(message.leaves[3]?.bytes(), Buffer.alloc(5000, 7));
  assert.deepEqual([...message.notes], []);
});

test('html alone gets a text part, text null gets none', () => {
  const both = walk(built({ text: undefined, html: '<h1>Offer</h1><p>See <a href="https://a.example/x">it</a></p>' }));
  assert.deepEqual(
    both.leaves.map(leaf => leaf.type),
    ['text/plain', 'text/html'],
  );
  assert.equal(both.leaves[0]?.text(), 'Offer\r\n\r\nSee it (https://a.example/x)\r\n');
  assert.deepEqual(
    walk(built({ text: null, html: '<p>x</p>' })).leaves.map(leaf => leaf.type),
    ['text/html'],
  );
});

test('nothing smuggles a line end or a second address', () => {
  assert.equal(refusedField({ subject: 'a\r\nBcc: x@y.example' }), 'subject');
  assert.equal(refusedField({ subject: 'a\0b' }), 'subject');
  assert.equal(refusedField({ from: 'a@b.example, c@d.example' }), 'from');
  assert.equal(refusedField({ from: 'A\r\nBcc: x@y.example <a@b.example>' }), 'from');
  assert.equal(refusedField({ to: ['a@b.example', 'no address'] }), 'to[1]');
  assert.equal(refusedField({ cc: ['<a@b.example> c@d.example'] }), 'cc[0]');
  assert.equal(refusedField({ bcc: ['a@b@c.example,x@y.example'] }), 'bcc[0]');
  assert.equal(refusedField({ replyTo: ['a@b.example\n'.repeat(2)] }), 'replyTo[0]');
  assert.equal(refusedField({ headers: [['X-A', 'b\nBcc: c@d.example']] }), 'headers.X-A');
  assert.equal(refusedField({ headers: [['X-A: b\r\nBcc', 'c']] }), 'headers.X-A:?b??Bcc');
  assert.equal(refusedField({ headers: [['X-A', 'x'.repeat(1_000)]] }), 'headers.X-A');
  const file = { filename: 'a.txt', content: Buffer.from('a') };
  assert.equal(refusedField({ attachments: [{ ...file, filename: 'a"\r\nX: y' }] }), 'attachments[0].filename');
  assert.equal(refusedField({ attachments: [file, { ...file, contentType: 'text/plain\r\nX: y' }] }), 'attachments[1].contentType');
  assert.equal(refusedField({ attachments: [{ ...file, contentType: 'multipart/mixed; boundary=a' }] }), 'attachments[0].contentType');
  assert.equal(refusedField({ attachments: [{ ...file, contentId: 'a>\r\nX: y' }] }), 'attachments[0].contentId');
});

test('fields that only the server writes are refused by name', () => {
  for (const name of ['Bcc', 'content-type', 'DKIM-Signature', 'Resent-To', 'X-Sesame-Id', 'Feedback-ID', 'RECEIVED'])
    assert.equal(refusedField({ headers: [[name, 'x']] }), `headers.${name}`);
  assert.equal(isReservedHeader('List-Unsubscribe'), false);
  assert.match(
    built({ headers: [['List-Unsubscribe', '<https://a.example/u>']] }).toString(),
    /\r\nList-Unsubscribe: <https:\/\/a\.example\/u>\r\n/,
  );
});

test('recipients are those of To, Cc and Bcc, each once; Bcc stands nowhere in the mail', () => {
  const made = compose({ ...base, to: [], bcc: ['Hid Den <h@b.example>', 'h@B.example', 'ü@b.example'] });
  assert.ok(made.ok);
  assert.deepEqual(made.recipients, ['h@b.example', 'ü@b.example']);
  assert.equal(made.smtpUtf8, true);
  assert.match(made.raw.toString(), /\r\nTo: undisclosed-recipients:;\r\n/);
  assert.ok(!/h@b\.example|hid den/i.test(made.raw.toString()));
});

test('a message as attachment is not encoded (RFC 2046 section 5.2.1)', () => {
  const inner = Buffer.from('From: a@b.example\nSubject: inside\n\nbody\n');
  const message = walk(built({ attachments: [{ filename: 'm.eml', content: inner, contentType: 'message/rfc822' }] }));
  assert.ok(message.leaves.some(leaf => leaf.text().includes('body')));
  assert.deepEqual([...message.notes], []);
});

const words = fc.string({ unit: 'binary', maxLength: 120 }).map(text => text.toWellFormed().replace(/\p{Cc}/gu, ' '));

test('whatever the texts are, two readers of different make read them back', async () => {
  await fc.assert(
    fc.asyncProperty(
      words,
      words,
      fc.string({ unit: 'binary', maxLength: 400 }),
      fc.uint8Array({ maxLength: 300 }),
      async (subject, name, body, data) => {
        const text = body.toWellFormed();
        const filename = `${name.trim()}.bin`.slice(0, 60).toWellFormed();
        const raw = built({ subject, text, html: '<p>x</p>', attachments: [{ filename, content: Buffer.from(data) }] });
        assertWire(raw);
        const lines = text.replace(/\r\n|\r|\n/g, '\r\n');
        const message = walk(raw);
        assert.deepEqual([...message.notes], []);
        const [plain, , file] = message.leaves;
        assert.equal(plain?.text().replace(/\r\n$/, ''), lines.replace(/\r\n$/, ''));
        assert.equal(file?.fileName, filename);
        assert.deepEqual(file?.bytes(), Buffer.from(data));
        assert.equal(decodeWords(firstOf(raw, message.headers, 'subject') ?? '').trim(), subject.trim());
        const other = await PostalMime.parse(raw);
        assert.equal(other.attachments[0]?.filename, filename);
        assert.deepEqual(Buffer.from(other.attachments[0]?.content as ArrayBuffer), Buffer.from(data));
      },
    ),
    { numRuns: 150 },
  );
});
