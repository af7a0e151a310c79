// The forms that something may come in, each with a maker: what is put in must be seen. docs/attachments.md says which forms are opened, and
// a test holds the two together. No malware: the EICAR pattern where we write the form ourselves, a harmless payload where a tool did.
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { arOf } from '../archives/ar.ts';
import { cabOf } from '../archives/cab.ts';
import { cfbOf } from '../archives/cfb.ts';
import { cpioOf } from '../archives/cpio.ts';
import { docxOf } from '../archives/docx.ts';
import { isoOf, rawOf } from '../archives/iso.ts';
import { packageOf, propertiesOf } from '../archives/office.ts';
import { packed } from '../archives/packed.ts';
import { pdfOf, type Cipher } from '../archives/pdf.ts';
import { rar4Of, rar5Of } from '../archives/rar.ts';
import { tarOf } from '../archives/tar.ts';
import { udfOf } from '../archives/udf.ts';
import { zipOf } from '../archives/zip.ts';

/** `group`: its row in docs/attachments.md. `of` gets what is to be hidden; a tool's file holds PAYLOAD instead. */
export type Made = { readonly group: string; readonly form: string; readonly name: string; readonly of: (bytes: Buffer) => Buffer };
export type Fixed = { readonly group: string; readonly form: string; readonly name: string; readonly file: Buffer };

const one = (bytes: Buffer): { readonly name: string; readonly bytes: Buffer }[] => [{ name: 'a.txt', bytes }];
const made = (group: string, form: string, name: string, of: Made['of']): Made => ({ group, form, name, of });
const text = (lines: readonly string[]): Buffer => Buffer.from(lines.join('\r\n'), 'latin1');
const b64 = (bytes: Buffer): string => bytes.toString('base64').replace(/.{76}/g, '$&\r\n');
/** A mail with the file, as a file. */
const eml = (bytes: Buffer): Buffer =>
  text([
    'From: a@a.test',
    'MIME-Version: 1.0',
    'Content-Type: application/octet-stream; name=a.txt',
    'Content-Transfer-Encoding: base64',
    '',
    b64(bytes),
    '',
  ]);

/** DER: tag, length, content. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const size = content.length;
  const length = size < 128 ? [size] : [0x83, (size >> 16) & 255, (size >> 8) & 255, size & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}
/** S/MIME opaque signed, without its signers: ContentInfo of SignedData with the entity as its content (RFC 5652 section 5.1). */
function cmsOf(entity: Buffer): Buffer {
  const [signed, data] = ['06092a864886f70d010702', '06092a864886f70d010701'].map(hex => Buffer.from(hex, 'hex')) as [Buffer, Buffer];
  const content = der(0x30, data, der(0xa0, der(0x04, entity)));
  return der(0x30, signed, der(0xa0, der(0x30, Buffer.from('020101', 'hex'), der(0x31), content, der(0x31))));
}

/** TNEF with one attachment (MS-OXTNEF). */
function tnefOf(name: string, bytes: Buffer): Buffer {
  const attribute = (id: number, data: Buffer): Buffer => {
    const head = Buffer.alloc(9);
    head[0] = 2;
    head.writeUInt32LE(id, 1);
    head.writeUInt32LE(data.length, 5);
    const sum = Buffer.alloc(2);
    sum.writeUInt16LE(data.reduce((all, byte) => (all + byte) & 0xffff, 0));
    return Buffer.concat([head, data, sum]);
  };
  const parts = [attribute(0x00069002, Buffer.alloc(14)), attribute(0x00018010, Buffer.from(`${name}\0`)), attribute(0x0006800f, bytes)];
  return Buffer.concat([Buffer.from('789f3e220000', 'hex'), ...parts]);
}

function uuencoded(bytes: Buffer): string {
  const lines: string[] = [];
  const letter = (six: number): string => String.fromCharCode(six === 0 ? 96 : six + 32);
  for (let at = 0; at < bytes.length; at += 45) {
    const row = bytes.subarray(at, at + 45);
    let line = letter(row.length);
    for (let i = 0; i < row.length; i += 3) {
      const [a = 0, b = 0, c = 0] = row.subarray(i, i + 3);
      line += [a >> 2, ((a & 3) << 4) | (b >> 4), ((b & 15) << 2) | (c >> 6), c & 63].map(letter).join('');
    }
    lines.push(line);
  }
  return ['begin 644 a.txt', ...lines, '`', 'end', ''].join('\r\n');
}

/** An object of OLE 1.0 (MS-OLEDS section 2.2.5) in hexadecimal, as RTF carries it. */
function rtfOf(bytes: Buffer): Buffer {
  const said = (word: string): Buffer => Buffer.concat([number(word.length + 1), Buffer.from(`${word}\0`)]);
  const number = (value: number): Buffer => Buffer.from(Uint32Array.of(value).buffer);
  const object = Buffer.concat([number(0x501), number(2), said('Package'), number(0), number(0), number(bytes.length), bytes]);
  return text([`{\\rtf1 hello {\\object\\objemb{\\*\\objdata ${object.toString('hex').replace(/.{60}/g, '$&\r\n')}}}}`]);
}

/** A OneNote section with one embedded file (MS-ONESTORE section 2.6.13). */
function oneNoteOf(bytes: Buffer): Buffer {
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(bytes.length));
  const padding = Buffer.alloc((8 - (bytes.length % 8)) % 8);
  return Buffer.concat([
    Buffer.from('e4525c7b8cd8a74daeb15378d02996d3', 'hex'),
    Buffer.alloc(1008),
    Buffer.from('e716e3bd65261145a4c48d4d0b7a9eac', 'hex'),
    size,
    Buffer.alloc(12),
    bytes,
    padding,
    Buffer.from('22a7fb71790f0b4abb13899256426b24', 'hex'),
  ]);
}

const pages = { pages: ['An invoice'] };
const pdf = (cipher?: Cipher): Made['of'] => {
  return bytes =>
    pdfOf({ ...pages, embedded: [{ name: 'a.txt', bytes, filters: ['FlateDecode'] }], ...(cipher ? { encrypt: { cipher } } : {}) });
};
const member = { raw: (bytes: Buffer, method: number, inside: Buffer) => ({ name: 'a.txt', bytes, packed: { method, bytes: inside } }) };

export const MADE: readonly Made[] = [
  made('zip', 'stored', 'a.zip', bytes => zipOf([{ name: 'a.txt', bytes, stored: true }])),
  made('zip', 'deflated', 'a.zip', bytes => zipOf(one(bytes))),
  made('zip', 'Zstandard', 'a.zip', bytes => zipOf([member.raw(bytes, 93, zstdCompressSync(bytes))])),
  made('zip', 'zip64', 'a.zip', bytes => zipOf([{ name: 'a.txt', bytes, zip64: true }])),
  made('zip', 'data descriptor', 'a.zip', bytes => zipOf([{ name: 'a.txt', bytes, descriptor: 'bare' }])),
  made('zip', 'joined', 'a.zip', bytes => Buffer.concat([zipOf(one(Buffer.from('ok'))), zipOf(one(bytes))])),
  made('zip', 'something in front', 'a.bin', bytes => zipOf(one(bytes), { prefix: Buffer.alloc(2_000, 1) })),
  made('zip', 'something behind', 'a.zip', bytes => zipOf(one(bytes), { suffix: Buffer.alloc(1_000, 65) })),
  made('zip', 'no directory', 'a.zip', bytes => zipOf(one(bytes), { noDirectory: true })),
  made('zip', 'sizes that lie', 'a.zip', bytes => zipOf([{ name: 'a.txt', bytes, local: { packed: 0, size: 0 } }])),
  made('zip', 'names that differ', 'a.zip', bytes => zipOf([{ name: 'a.txt', bytes, central: { name: 'b.txt' } }])),
  made('zip', 'a path upwards', 'a.zip', bytes => zipOf([{ name: '../../a.txt', bytes }])),
  made('zip', 'called encrypted in one place', 'a.zip', bytes => zipOf([{ name: 'a.txt', bytes, local: { flags: 1 } }])),
  made('zip', 'zip in zip in zip', 'a.zip', bytes =>
    zipOf([{ name: 'b.zip', bytes: zipOf([{ name: 'c.zip', bytes: zipOf(one(bytes)) }]) }]),
  ),
  made('zip', 'password in the mail, traditional', 'a.zip', bytes => zipOf([{ name: 'a.txt', bytes, password: 'open sesame' }])),
  made('zip', 'password in the mail, AES', 'a.zip', bytes => zipOf([{ name: 'a.txt', bytes, password: 'open sesame', aes: 3 }])),
  made('gzip', 'one member', 'a.gz', gzipSync),
  made('gzip', 'tar.gz', 'a.tar.gz', bytes => gzipSync(tarOf(one(bytes)))),
  made('zstd', 'one frame', 'a.zst', bytes => zstdCompressSync(bytes)),
  made('tar', 'ustar', 'a.tar', bytes => tarOf(one(bytes))),
  made('tar', 'v7', 'a.tar', bytes => tarOf(one(bytes), { format: 'v7' })),
  made('tar', 'GNU', 'a.tar', bytes => tarOf([{ name: `${'long/'.repeat(40)}a.txt`, bytes }], { format: 'gnu' })),
  made('cpio', 'newc', 'a.cpio', bytes => cpioOf(one(bytes))),
  made('cpio', 'odc', 'a.cpio', bytes => cpioOf(one(bytes), { form: 'odc' })),
  made('cpio', 'binary', 'a.cpio', bytes => cpioOf(one(bytes), { form: 'binary' })),
  made('ar, deb', 'ar', 'a.ar', bytes => arOf(one(bytes))),
  made('ar, deb', 'deb', 'a.deb', bytes =>
    arOf([
      { name: 'debian-binary', bytes: Buffer.from('2.0\n') },
      { name: 'data.tar.gz', bytes: gzipSync(tarOf(one(bytes))) },
    ]),
  ),
  made('rar', 'RAR4 stored', 'a.rar', bytes => rar4Of(one(bytes))),
  made('rar', 'RAR5 stored', 'a.rar', bytes => rar5Of(one(bytes))),
  made('cab', 'stored', 'a.cab', bytes => cabOf(one(bytes), { method: 'store' })),
  made('cab', 'MSZIP', 'a.cab', bytes => cabOf(one(bytes), { method: 'mszip' })),
  made('iso, udf', 'ISO 9660', 'a.bin', bytes => isoOf(one(bytes))),
  made('iso, udf', 'Joliet', 'a.bin', bytes => isoOf(one(bytes), { joliet: true })),
  made('iso, udf', 'raw sectors', 'a.bin', bytes => rawOf(isoOf(one(bytes)))),
  made('iso, udf', 'UDF', 'a.bin', bytes => udfOf(one(bytes))),
  made('OLE (doc, xls, ppt, msg)', 'a stream', 'a.doc', bytes =>
    cfbOf({ WordDocument: Buffer.alloc(5_000, 1), ObjectPool: { _1: { Contents: bytes } } }),
  ),
  made('OLE (doc, xls, ppt, msg)', 'a packaged file', 'a.doc', bytes =>
    cfbOf({ ObjectPool: { _1: { '\u0001Ole10Native': packageOf('a.txt', 'C:\\a.txt', 'C:\\a.txt', bytes) } } }),
  ),
  made('OLE (doc, xls, ppt, msg)', 'an attachment of a .msg', 'a.msg', bytes =>
    cfbOf({
      '__properties_version1.0': Buffer.alloc(32),
      '__attach_version1.0_#00000000': propertiesOf({ '3707001F': 'a.txt', '37010102': bytes }),
    }),
  ),
  made('OOXML, ODF', 'an embedded file', 'a.docx', bytes => docxOf({ text: 'Hello. ', parts: { 'word/embeddings/a.bin': bytes } })),
  made('OOXML, ODF', 'an object in an embedded OLE file', 'a.docx', bytes =>
    docxOf({
      text: 'Hello. ',
      parts: { 'word/embeddings/oleObject1.bin': cfbOf({ '\u0001Ole10Native': packageOf('a.txt', 'a.txt', 'a.txt', bytes) }) },
    }),
  ),
  made('OOXML, ODF', 'ODF', 'a.odt', bytes =>
    zipOf([
      { name: 'mimetype', bytes: Buffer.from('application/vnd.oasis.opendocument.text'), stored: true },
      { name: 'content.xml', bytes: Buffer.from('<office:document-content/>') },
      { name: 'Object 1/a.bin', bytes },
    ]),
  ),
  made('PDF', 'an embedded file, Flate', 'a.pdf', pdf()),
  made('PDF', 'an embedded file, filters in a chain', 'a.pdf', bytes =>
    pdfOf({ ...pages, embedded: [{ name: 'a.txt', bytes, filters: ['ASCII85Decode', 'LZWDecode'] }] }),
  ),
  made('PDF', 'object streams', 'a.pdf', bytes =>
    pdfOf({ ...pages, objectStreams: true, embedded: [{ name: 'a.txt', bytes, filters: ['FlateDecode'] }] }),
  ),
  made('PDF', 'encrypted without a password (RC4)', 'a.pdf', pdf('rc4-128')),
  made('PDF', 'encrypted without a password (AES)', 'a.pdf', pdf('aes-256')),
  made('RTF', 'an object', 'a.rtf', rtfOf),
  made('TNEF', 'winmail.dat', 'winmail.dat', bytes => tnefOf('a.txt', bytes)),
  made('TNEF', 'inside a zip', 'a.zip', bytes => zipOf([{ name: 'winmail.dat', bytes: tnefOf('a.txt', bytes) }])),
  made('OneNote', 'an embedded file', 'a.one', oneNoteOf),
  made('vCard, iCalendar', 'an attachment', 'a.ics', bytes =>
    text([
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'BEGIN:VEVENT',
      `ATTACH;ENCODING=BASE64;VALUE=BINARY:${bytes.toString('base64')}`,
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ]),
  ),
  made('S/MIME, OpenPGP', 'opaque signed', 'smime.p7m', bytes => cmsOf(eml(bytes))),
  made('a mail as a file', '.eml', 'a.eml', eml),
  made('a mail as a file', '.eml in a zip', 'a.zip', bytes => zipOf([{ name: 'a.eml', bytes: eml(bytes) }])),
  made('text', 'uuencode', 'a.txt', bytes => Buffer.from(`Hello\r\n\r\n${uuencoded(bytes)}`)),
  made('HTML, SVG', 'a data: link', 'a.html', bytes =>
    text([`<html><a download="a.txt" href="data:application/octet-stream;base64,${bytes.toString('base64')}">a</a></html>`]),
  ),
  made('HTML, SVG', 'a script that builds a file', 'a.html', bytes =>
    text([
      `<html><script>var b = atob("${zipOf(one(bytes)).toString('base64')}"); var u = new Uint8Array(b.length); for (var i = 0; i < b.length; i++) u[i] = b.charCodeAt(i);`,
      "var l = document.createElement('a'); l.href = URL.createObjectURL(new Blob([u])); l.download = 'a.zip'; l.click();</script></html>",
    ]),
  ),
  made('HTML, SVG', 'a data: link in an SVG', 'a.svg', bytes =>
    text([
      `<svg xmlns="http://www.w3.org/2000/svg"><a href="data:application/octet-stream;base64,${bytes.toString('base64')}"><text>a</text></a></svg>`,
    ]),
  ),
  made('self-extractors', 'zip behind a program', 'a.bin', bytes => Buffer.concat([program(), zipOf(one(bytes))])),
  made('self-extractors', 'rar behind a program', 'a.bin', bytes => Buffer.concat([program(), rar5Of(one(bytes))])),
];

/** The smallest thing that is a program to us. */
export function program(): Buffer {
  const pe = Buffer.alloc(512);
  pe.write('MZ');
  pe.writeUInt32LE(128, 60);
  pe.write('PE\0\0', 128);
  return pe;
}

const fixed = (group: string, form: string, file: Parameters<typeof packed>[0]): Fixed => ({
  group,
  form,
  name: `a.${file.split('.').at(-1)}`,
  file: packed(file),
});

/** Hold PAYLOAD. */
export const FIXED: readonly Fixed[] = [
  fixed('xz, lzma', 'xz', 'm.txt.xz'),
  fixed('xz, lzma', 'lzma', 'm.txt.lzma'),
  fixed('bzip2', 'one stream', 'm.txt.bz2'),
  fixed('lz4, compress (.Z)', 'lz4', 'm.lz4'),
  fixed('lz4, compress (.Z)', 'compress', 'm.Z'),
  fixed('lzh', 'lh5', 'm.lzh'),
  fixed('7z', 'LZMA', 'LZMA.7z'),
  fixed('7z', 'LZMA2', 'LZMA2.7z'),
  fixed('7z', 'PPMd', 'PPMd.7z'),
  fixed('7z', 'BZip2', 'BZip2.7z'),
  fixed('7z', 'Deflate', 'Deflate.7z'),
  fixed('7z', 'Copy', 'Copy.7z'),
  fixed('zip', 'LZMA', 'LZMA.zip'),
  fixed('zip', 'BZip2', 'BZip2.zip'),
  fixed('zip', 'Deflate64', 'Deflate64.zip'),
  fixed('zip', 'PPMd', 'PPMd.zip'),
];

/** Encrypted, and the mail says no password that fits. */
export const CLOSED: readonly Fixed[] = [
  fixed('7z', 'encrypted', 'enc.7z'),
  fixed('7z', 'encrypted with its names', 'enc-head.7z'),
  { group: 'zip', form: 'encrypted', name: 'a.zip', file: zipOf([{ name: 'a.txt', bytes: Buffer.from('closed'), password: 'x1' }]) },
  {
    group: 'zip',
    form: 'encrypted, AES',
    name: 'a.zip',
    file: zipOf([{ name: 'a.txt', bytes: Buffer.from('closed'), password: 'x1', aes: 3 }]),
  },
  { group: 'PDF', form: 'encrypted', name: 'a.pdf', file: pdfOf({ ...pages, encrypt: { cipher: 'aes-128', user: 'x1' } }) },
];
