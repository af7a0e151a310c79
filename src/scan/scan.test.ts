// The built-in rules over whole messages: what it cannot see is unscannable, names and kinds that are refused, bombs within their bounds,
// and clean mail that stays clean. Each container has its own test beside its opener.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { docxOf } from '../../test/archives/docx.ts';
import { tarOf } from '../../test/archives/tar.ts';
import { zipOf } from '../../test/archives/zip.ts';
import { walk } from '../message/walk.ts';
import { formOf } from './forms.ts';
import { nameRules } from './names.ts';
import { hasReason } from './reasons.ts';
import { scanMessage } from './scan.ts';

const EICAR = Buffer.from(['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE', '!$H+H*'].join(''));
const LF = '\r\n';

function withFile(name: string, bytes: Buffer, type = 'application/octet-stream'): Buffer {
  const head = [
    'From: a@a.test',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    'hello, the password: hello',
    '--b',
  ];
  const part = [
    `Content-Type: ${type}`,
    `Content-Disposition: attachment; filename="${name}"`,
    'Content-Transfer-Encoding: base64',
    '',
    bytes.toString('base64'),
    '--b--',
    '',
  ];
  return Buffer.from([...head, ...part].join(LF));
}
const classes = (raw: Buffer): readonly string[] => [...new Set(scanMessage(walk(raw)).found.map(one => one.class))];
const names = (raw: Buffer): readonly string[] => [...new Set(scanMessage(walk(raw)).found.map(one => one.name))];

for (const [what, bytes] of Object.entries({
  bare: EICAR,
  'in the middle of a text': Buffer.concat([Buffer.from('before '), EICAR, Buffer.from(' after')]),
  'zip in zip in gzip': gzipSync(zipOf([{ name: 'in.zip', bytes: zipOf([{ name: 'a.txt', bytes: EICAR }]) }])),
  'tar, gzipped': gzipSync(tarOf([{ name: 'a.txt', bytes: EICAR }])),
  'a mail kept as a file in a zip': zipOf([{ name: 'a.eml', bytes: withFile('b.zip', zipOf([{ name: 'a.txt', bytes: EICAR }])) }]),
  'a zip whose password stands in the mail': zipOf([{ name: 'a.txt', bytes: EICAR, password: 'hello' }]),
})) {
  test(`EICAR is found: ${what}`, () => assert.deepEqual(classes(withFile('data.bin', bytes)), ['infected']));
}

test('what cannot be looked into is unscannable, never clean', () => {
  assert.deepEqual(names(withFile('a.zip', zipOf([{ name: 'a.txt', bytes: EICAR, password: 'not told' }]))), ['encrypted_archive']);
  for (const magic of ['377abcaf271c0004', '526172211a0700', '526172211a070100', '4d53434600000000', 'fd377a585a0000'])
    assert.deepEqual(classes(withFile('a.dat', Buffer.concat([Buffer.from(magic, 'hex'), Buffer.alloc(100)]))), ['unscannable'], magic);
  const cut = zipOf([{ name: 'a.txt', bytes: Buffer.from('long enough to be packed '.repeat(100)) }]);
  assert.deepEqual(classes(withFile('a.zip', cut.subarray(0, 60))), ['unscannable']);
  const split = ['From: a@a.test', 'MIME-Version: 1.0', 'Content-Type: message/partial; id=1; number=1; total=2', '', 'a', ''].join(LF);
  assert.deepEqual(names(Buffer.from(split)), ['unscannable_split_message']);
});

test('bombs end within their bounds', () => {
  const zeros = Buffer.alloc(50_000_000);
  assert.ok(names(withFile('a.zip', zipOf([{ name: 'zeros', bytes: zeros }]))).includes('unscannable_too_large'));
  assert.ok(names(withFile('a.gz', gzipSync(zeros))).includes('unscannable_too_large'));
  let nested = zipOf([{ name: 'a.txt', bytes: Buffer.from('deep') }]);
  for (let i = 0; i < 16; i++) nested = zipOf([{ name: 'in.zip', bytes: nested }]);
  assert.ok(names(withFile('a.zip', nested)).includes('unscannable_too_deep'));
  const many = zipOf(Array.from({ length: 12_000 }, (_, i) => ({ name: `${i}`, bytes: Buffer.alloc(1) })));
  assert.ok(names(withFile('a.zip', many)).includes('unscannable_too_many_parts'));
});

test('refused types: by name, through containers, by content, and where the directory says otherwise', () => {
  const pe = Buffer.alloc(200);
  pe.write('MZ');
  pe.writeUInt32LE(128, 60);
  pe.write('PE\0\0', 128);
  assert.deepEqual(names(withFile('invoice.pdf.exe', Buffer.from('x'))), ['refused_type.exe', 'double_extension']);
  assert.deepEqual(names(withFile('a.zip', zipOf([{ name: 'run.vbs', bytes: Buffer.from('x') }]))), ['refused_type.vbs']);
  assert.deepEqual(names(withFile('photo.jpg', pe, 'image/jpeg')), ['program_pe']);
  const lying = zipOf([{ name: 'ok.txt', bytes: Buffer.from('x'), central: { name: 'no.js' } }]);
  assert.deepEqual(names(withFile('a.zip', lying)), ['refused_type.js']);
  assert.deepEqual(classes(withFile('report.pdf', Buffer.from('%PDF-1.7 nothing'))), []);
});

test('text inside something may be named after a domain; attached, or not text, it may not', () => {
  const hello = Buffer.from('hello');
  assert.deepEqual(names(withFile('a.zip', zipOf([{ name: 'www.example.com', bytes: hello }]))), []);
  assert.deepEqual(names(withFile('www.example.com', hello)), ['refused_type.com']);
  assert.deepEqual(names(withFile('a.zip', zipOf([{ name: 'run.com', bytes: Buffer.from('b80013cd10000000', 'hex') }]))), [
    'refused_type.com',
  ]);
});

for (const [name, rules] of [
  ['a.EXE', ['refused_type.exe']],
  ['a.exe.', ['refused_type.exe']],
  ['a.exe ', ['refused_type.exe']],
  ['dir/a.scr', ['refused_type.scr']],
  ['a.exe::$DATA', ['refused_type.exe']],
  ['a.pdf.exe', ['refused_type.exe', 'double_extension']],
  ['a.pdf          .exe', ['refused_type.exe', 'double_extension', 'spaced_extension']],
  ['notes          .txt', ['spaced_extension']],
  ['invoice\u202efdp.exe', ['name_turned_around', 'refused_type.exe']],
  ['setup.iso', ['risky_type.iso']],
  ['a.txt', []],
  ['exe', []],
  ['archive.tar.gz', []],
  ['\u062a\u0642\u0631\u064a\u0631\u200f.pdf', []],
] as const) {
  test(`the name ${JSON.stringify(name)}: ${rules.join(', ') || 'taken'}`, () => {
    assert.deepEqual(
      nameRules(name).map(one => one.name),
      rules,
    );
    for (const rule of rules) assert.ok(hasReason(rule), `${rule} has a sentence`);
  });
}

test('clean mail is clean, with the kind, size and hash of each part', () => {
  const finding = scanMessage(walk(withFile('note.txt', Buffer.from('hello'), 'text/plain')));
  assert.equal(finding.verdict, 'PASS');
  assert.equal(finding.coverage, 'rules');
  const part = finding.parts.at(-1);
  assert.deepEqual([part?.type, part?.size, part?.sha256.slice(0, 8)], ['text/plain', 5, '2cf24dba']);
});

test('a form is told by content, in UTF-16 too', () => {
  assert.equal(formOf(Buffer.from('\ufeffhello there', 'utf16le'), '').kind, 'text');
  assert.equal(formOf(Buffer.from([1, 0, 7, 9, 0, 0, 2]), '').kind, 'data');
  assert.equal(formOf(Buffer.from('%PDF-1.4'), 'image/png').kind, 'pdf');
  assert.deepEqual(
    names(withFile('a.txt', Buffer.from('\ufeffWindows Registry Editor Version 5.00\r\n\r\n[HKEY_CURRENT_USER\\Software]\r\n', 'utf16le'))),
    ['registry_file'],
  );
});

test('a remote template is found, and not hidden by padding', () => {
  const relation =
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" Target="https://elsewhere.test/a.dotm" TargetMode="External"/>';
  const file = (more: string, parts: Readonly<Record<string, Buffer>> = {}): Buffer =>
    docxOf({
      text: 'Hello. ',
      parts: { ...parts, 'word/_rels/settings.xml.rels': `<?xml version="1.0"?><Relationships>${more}${relation}</Relationships>` },
    });
  assert.deepEqual(names(withFile('a.docx', file(''))), ['remote_template']);
  const padding = Object.fromEntries(
    Array.from({ length: 9 }, (_, n) => [
      `word/a${n}.xml`,
      Buffer.from(`<?xml?>${Array.from({ length: 150_000 }, (_, i) => `<a n="${i * (n + 1)}"/>`).join('')}`),
    ]),
  );
  assert.deepEqual(names(withFile('a.docx', file('', padding))), ['remote_template'], 'behind much XML');
  assert.deepEqual(
    names(withFile('a.docx', file(`<!--${'x y '.repeat(600_000)}-->`))),
    ['unscannable_too_large'],
    'in relations of megabytes',
  );
});
