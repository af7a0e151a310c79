// TNEF (MS-OXTNEF) and compressed RTF (MS-OXRTFCP), on bytes that this test writes itself.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decompressRtf } from './rtf.ts';
import { readTnef } from './tnef.ts';
import { walk } from './walk.ts';

const u16 = (n: number): Buffer => Buffer.from([n & 255, n >> 8]);
const u32 = (n: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(n);
  return bytes;
};
const attribute = (level: number, id: number, data: Buffer): Buffer =>
  Buffer.concat([Buffer.from([level]), u16(id), u16(6), u32(data.length), data, u16(0)]);
const padded = (data: Buffer): Buffer => Buffer.concat([data, Buffer.alloc((4 - (data.length % 4)) % 4)]);
const variable = (type: number, id: number, data: Buffer): Buffer =>
  Buffer.concat([u16(type), u16(id), u32(1), u32(data.length), padded(data)]);
const props = (...all: readonly Buffer[]): Buffer => Buffer.concat([u32(all.length), ...all]);
const tnef = (...attributes: readonly Buffer[]): Buffer => Buffer.concat([u32(0x223e9f78), u16(1), ...attributes]);
const render = attribute(2, 0x9002, Buffer.alloc(14));
const title = (name: string): Buffer => attribute(2, 0x8010, Buffer.from(`${name}\0`, 'latin1'));
const data = (text: string): Buffer => attribute(2, 0x800f, Buffer.from(text));

/** The uncompressed and the literal-only compressed form. */
const rtf = (text: string, kind: number): Buffer => {
  const bytes = Buffer.from(text, 'latin1');
  const literals: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 8) literals.push(Buffer.from([0]), bytes.subarray(at, at + 8));
  const body = kind === 0x414c454d ? bytes : Buffer.concat(literals);
  return Buffer.concat([u32(body.length + 12), u32(bytes.length), u32(kind), u32(0), body]);
};

test('files with short and long names, bodies with the names readers give them', () => {
  const long = variable(0x001f, 0x3707, Buffer.from('ein längerer Name.txt\0', 'utf16le'));
  const found = readTnef(
    tnef(
      attribute(
        1,
        0x9003,
        props(
          variable(0x001e, 0x1000, Buffer.from('plain\0')),
          variable(0x0102, 0x1013, Buffer.from('<p>')),
          variable(0x0102, 0x1009, rtf('{\\rtf1 x}', 0x75465a4c)),
        ),
      ),
      render,
      title('SHORT.TXT'),
      data('one'),
      render,
      title('EINLNG~1.TXT'),
      data('two'),
      attribute(2, 0x9005, props(long)),
    ),
  );
  assert.deepEqual(
    found?.files.map(file => [file.name, file.bytes.toString()]),
    [
      ['SHORT.TXT', 'one'],
      ['ein längerer Name.txt', 'two'],
    ],
  );
  assert.deepEqual(
    found?.bodies.map(body => [body.name, body.type, body.bytes.toString().replace('\0', '')]),
    [
      ['body.txt', 'text/plain', 'plain'],
      ['body.html', 'text/html', '<p>'],
      ['body.rtf', 'application/rtf', '{\\rtf1 x}'],
    ],
  );
});

test('a message inside an attachment, also behind a note for old readers, is opened', () => {
  const inner = tnef(render, title('INNER.TXT'), data('needle'));
  const object = variable(0x000d, 0x3701, Buffer.concat([Buffer.alloc(16, 1), inner]));
  for (const note of [[], [data('This is for newer readers.')]]) {
    const outer = tnef(render, title('Untitled'), ...note, attribute(2, 0x9005, props(object)));
    const mail = Buffer.from(
      `Content-Type: application/ms-tnef\r\nContent-Transfer-Encoding: base64\r\n\r\n${outer.toString('base64')}\r\n`,
    );
    assert.ok(walk(mail).leaves.some(leaf => leaf.fileName === 'INNER.TXT' && leaf.bytes().toString() === 'needle'));
  }
});

test('compressed RTF: literals, references into the window, the plain form, other bytes as they are', () => {
  assert.equal(decompressRtf(rtf('hello', 0x414c454d)).toString(), 'hello');
  assert.equal(decompressRtf(rtf('hello, world', 0x75465a4c)).toString(), 'hello, world');
  // One reference: 6 bytes from the start of the dictionary, then the end.
  const body = Buffer.from([0b11, 0x00, 0x04, 0x0d, 0x50]);
  const reference = Buffer.concat([u32(body.length + 12), u32(6), u32(0x75465a4c), u32(0), body]);
  assert.equal(decompressRtf(reference).toString(), '{\\rtf1');
  assert.equal(decompressRtf(Buffer.from('{\\rtf1 is plain already}')).toString(), '{\\rtf1 is plain already}');
});

test('bytes that are cut or wrong end without a throw, within bounds', () => {
  const good = tnef(
    attribute(1, 0x9003, props(variable(0x0102, 0x1009, rtf('{\\rtf1 text}', 0x75465a4c)))),
    render,
    title('A'),
    data('one'),
  );
  fc.assert(
    fc.property(fc.nat(good.length), fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 8 }), (cut, changes) => {
      const bytes = Buffer.from(good);
      for (const [at, value] of changes) bytes[at] = value;
      const found = readTnef(bytes.subarray(0, cut));
      for (const file of found?.files ?? []) assert.ok(file.bytes.length <= good.length);
    }),
    { numRuns: 500 },
  );
  assert.equal(readTnef(Buffer.from('no')), null);
  const many = tnef(...Array.from({ length: 1_000 }, () => render));
  assert.equal(readTnef(many)?.complete, false);
  assert.equal(readTnef(many)?.files.length, 200);
});
