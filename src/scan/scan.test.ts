// The built-in scanner: EICAR in every container that it opens, what it cannot see is unscannable, names and kinds that are refused, bombs
// within their bounds, and clean mail that stays clean.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { walk } from '../message/walk.ts';
import { kindOf } from './kinds.ts';
import { refusedName } from './names.ts';
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
    'hello',
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
type Entry = {
  readonly name: string;
  readonly bytes: Buffer;
  readonly flags?: number;
  readonly stored?: boolean;
  readonly saidName?: string;
};

/** A zip of our own making: local headers, then the central directory (which may name the member otherwise). */
function zip(entries: readonly Entry[], directory = true): Buffer {
  const pieces: Buffer[] = [];
  const central: Buffer[] = [];
  let at = 0;
  for (const { name, bytes, flags = 0, stored = false, saidName = name } of entries) {
    const data = stored ? bytes : deflateRawSync(bytes);
    const local = Buffer.alloc(30);
    local.write('PK\x03\x04', 'latin1');
    local.writeUInt16LE(flags, 6);
    local.writeUInt16LE(stored ? 0 : 8, 8);
    local.writeUInt32LE(data.length, 18);
    local.writeUInt32LE(bytes.length, 22);
    local.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.write('PK\x01\x02', 'latin1');
    entry.writeUInt16LE(flags, 8);
    entry.writeUInt16LE(stored ? 0 : 8, 10);
    entry.writeUInt32LE(data.length, 20);
    entry.writeUInt32LE(bytes.length, 24);
    entry.writeUInt16LE(saidName.length, 28);
    entry.writeUInt32LE(at, 42);
    central.push(entry, Buffer.from(saidName));
    pieces.push(local, Buffer.from(name), data);
    at += 30 + name.length + data.length;
  }
  return Buffer.concat([
    ...pieces,
    ...(directory ? central : []),
    ...(directory ? [Buffer.concat([Buffer.from('PK\x05\x06', 'latin1'), Buffer.alloc(18)])] : []),
  ]);
}
function tar(name: string, bytes: Buffer): Buffer {
  const head = Buffer.alloc(512);
  head.write(name);
  head.write(bytes.length.toString(8).padStart(11, '0'), 124);
  head.write('ustar', 257);
  return Buffer.concat([head, bytes, Buffer.alloc(512 - (bytes.length % 512)), Buffer.alloc(1024)]);
}
const classes = (raw: Buffer): readonly string[] => [...new Set(scanMessage(walk(raw)).found.map(one => one.class))];
const names = (raw: Buffer): readonly string[] => scanMessage(walk(raw)).found.map(one => one.name);

for (const [what, bytes] of Object.entries({
  bare: EICAR,
  'in the middle of a text': Buffer.concat([Buffer.from('before '), EICAR, Buffer.from(' after')]),
  'zip, deflated': zip([{ name: 'a.txt', bytes: EICAR }]),
  'zip, stored': zip([{ name: 'a.txt', bytes: EICAR, stored: true }]),
  'zip without its directory': zip([{ name: 'a.txt', bytes: EICAR }], false),
  'zip behind a program': Buffer.concat([Buffer.alloc(2_000, 1), zip([{ name: 'a.txt', bytes: EICAR }])]),
  'zip with data behind it': Buffer.concat([zip([{ name: 'a.txt', bytes: EICAR }]), Buffer.alloc(1_000, 65)]),
  'two zips, one behind the other': Buffer.concat([
    zip([{ name: 'b.txt', bytes: Buffer.from('ok') }]),
    zip([{ name: 'a.txt', bytes: EICAR }]),
  ]),
  'zip in zip in gzip': gzipSync(zip([{ name: 'in.zip', bytes: zip([{ name: 'a.txt', bytes: EICAR }]) }])),
  'tar, gzipped': gzipSync(tar('a.txt', EICAR)),
})) {
  test(`EICAR is found: ${what}`, () => assert.deepEqual(classes(withFile('data.bin', bytes)), ['infected']));
}

test('what cannot be looked into is unscannable, never clean', () => {
  assert.deepEqual(names(withFile('a.zip', zip([{ name: 'a.txt', bytes: EICAR, flags: 1 }]))), ['encrypted_archive']);
  for (const [magic, why] of [
    ['377abcaf271c0004', '7z'],
    ['526172211a0700', 'rar'],
    ['4d53434600000000', 'cab'],
    ['fd377a585a0000', 'xz'],
  ] as const)
    assert.deepEqual(names(withFile('a.dat', Buffer.concat([Buffer.from(magic, 'hex'), Buffer.alloc(100)]))), [
      `unscannable_not_unpacked_${why}`,
    ]);
  const cut = zip([{ name: 'a.txt', bytes: Buffer.from('long enough to be packed '.repeat(100)) }]);
  assert.deepEqual(classes(withFile('a.zip', cut.subarray(0, 60))), ['unscannable']);
});

test('bombs end within their bounds', () => {
  const zeros = Buffer.alloc(50_000_000);
  assert.ok(names(withFile('a.zip', zip([{ name: 'zeros', bytes: zeros }]))).includes('unscannable_too_large'));
  assert.ok(names(withFile('a.gz', gzipSync(zeros))).includes('unscannable_too_large'));
  let nested = zip([{ name: 'a.txt', bytes: Buffer.from('deep') }]);
  for (let i = 0; i < 12; i++) nested = zip([{ name: 'in.zip', bytes: nested }]);
  assert.ok(names(withFile('a.zip', nested)).includes('unscannable_too_deep'));
});

test('refused types: by name, through containers, by content, and where the directory says otherwise', () => {
  const pe = Buffer.alloc(200);
  pe.write('MZ');
  pe.writeUInt32LE(128, 60);
  pe.write('PE\0\0', 128);
  assert.deepEqual(names(withFile('invoice.pdf.exe', Buffer.from('x'))), ['refused_type.exe']);
  assert.deepEqual(names(withFile('a.zip', zip([{ name: 'run.vbs', bytes: Buffer.from('x') }]))), ['refused_type.vbs']);
  assert.deepEqual(names(withFile('photo.jpg', pe, 'image/jpeg')), ['program_pe']);
  assert.deepEqual(names(withFile('a.zip', zip([{ name: 'ok.txt', bytes: Buffer.from('x'), saidName: 'no.js' }]))), ['refused_type.js']);
  assert.deepEqual(classes(withFile('report.pdf', Buffer.from('%PDF-1.7 nothing'))), []);
});

for (const [name, rule] of [
  ['a.EXE', 'refused_type.exe'],
  ['a.exe.', 'refused_type.exe'],
  ['a.exe ', 'refused_type.exe'],
  ['dir/a.scr', 'refused_type.scr'],
  ['a.exe::$DATA', 'refused_type.exe'],
  ['invoice\u202efdp.exe', 'name_turned_around'],
  ['a.txt', null],
  ['exe', null],
  ['archive.tar.gz', null],
] as const) {
  test(`the name ${JSON.stringify(name)} is ${rule ?? 'taken'}`, () => assert.equal(refusedName(name), rule));
}

test('clean mail is clean, with the kind, size and hash of each part', () => {
  const finding = scanMessage(walk(withFile('note.txt', Buffer.from('hello'), 'text/plain')));
  assert.equal(finding.verdict, 'PASS');
  assert.equal(finding.coverage, 'rules');
  const part = finding.parts.at(-1);
  assert.deepEqual([part?.type, part?.size, part?.sha256.slice(0, 8)], ['text/plain', 5, '2cf24dba']);
  assert.equal(kindOf(Buffer.from('#!/bin/sh\n')), 'script');
});
