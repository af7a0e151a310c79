// Files in texts: each form decoded, honest texts left alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SOON_MS, spentMs } from '../../../test/processor.ts';
import type { Opener, Opening, Sight } from '../opener.ts';
import { openBinHex } from './binhex.ts';
import { crc16 } from './fork-headers.ts';
import { openText } from './text-payloads.ts';

const opening = (most = 1_000_000): Opening => ({ name: null, room: () => most, mostMembers: 20, passwords: [] });
const sights = (text: string | Buffer, opener: Opener = openText): readonly Sight[] => [...opener(Buffer.from(text as string), opening())];
const FILE = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), Buffer.from(Array.from({ length: 120 }, (_, n) => (n * 37 + 5) & 255))]);
const lines = (text: string): string => text.replace(/.{64}/g, '$&\n');

function uu(name: string, bytes: Buffer): string {
  const out = [`begin 644 ${name}`];
  for (let at = 0; at < bytes.length; at += 45) {
    const part = bytes.subarray(at, at + 45);
    const padded = Buffer.concat([part, Buffer.alloc(2)]);
    let line = String.fromCharCode(32 + part.length);
    for (let i = 0; i < part.length; i += 3) {
      const n = padded.readUIntBE(i, 3);
      line += [18, 12, 6, 0].map(shift => String.fromCharCode(((n >> shift) & 63 || 64) + 32)).join('');
    }
    out.push(line);
  }
  return [...out, '`', 'end', ''].join('\n');
}

/** As the form has it: runs of four and more are packed. */
function binHex(name: string, data: Buffer, fork = Buffer.alloc(0)): string {
  const head = Buffer.alloc(1 + name.length + 19);
  head[0] = name.length;
  head.write(name, 1, 'latin1');
  head.writeUInt32BE(data.length, head.length - 8);
  head.writeUInt32BE(fork.length, head.length - 4);
  const sum = (bytes: Buffer): Buffer => {
    const two = Buffer.alloc(2);
    two.writeUInt16BE(crc16(bytes));
    return Buffer.concat([bytes, two]);
  };
  const packed: number[] = [];
  const all = Buffer.concat([sum(head), sum(data), sum(fork)]);
  for (let at = 0; at < all.length;) {
    const c = all[at] as number;
    let run = 1;
    while (run < 255 && all[at + run] === c) run++;
    packed.push(...(c === 0x90 ? [c, 0] : [c]));
    if (run >= 4) packed.push(0x90, run);
    at += run >= 4 ? run : 1;
  }
  const digits = '!"#$%&\'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr';
  let text = '';
  for (let at = 0; at < packed.length; at += 3) {
    const n = ((packed[at] ?? 0) << 16) | ((packed[at + 1] ?? 0) << 8) | (packed[at + 2] ?? 0);
    text += [18, 12, 6, 0].map(shift => digits[(n >> shift) & 63]).join('');
  }
  return `(This file must be converted with BinHex 4.0)\r\n\r\n:${text.replace(/.{63}/g, '$&\r\n')}:\r\n`;
}

test('uuencode, base64 frames and digits alone', () => {
  const named: Sight = { see: 'member', name: 'a.zip', bytes: FILE };
  const bare: Sight = { see: 'member', name: null, bytes: FILE };
  assert.deepEqual(sights(`Hello\n${uu('a.zip', FILE)}bye`), [named]);
  assert.deepEqual(sights(`begin-base64 644 a.zip\n${lines(FILE.toString('base64'))}\n====\n`), [named]);
  assert.deepEqual(sights(`-----BEGIN CERTIFICATE-----\n${lines(FILE.toString('base64'))}\n-----END CERTIFICATE-----\n`), [bare]);
  assert.deepEqual(sights(`${lines(FILE.toString('base64'))}\n`), [bare]);
  assert.deepEqual(sights(Buffer.from(`\ufeff${lines(FILE.toString('base64'))}`, 'utf16le')), [bare]);
  assert.deepEqual(sights(FILE.toString('hex')), [bare]);
  assert.ok(
    sights(`=ybegin line=128 size=3 name=a.bin\n${String.fromCharCode(107, 108, 109)}\n=yend size=3\n`).some(
      one => one.see === 'member' && one.name === 'a.bin',
    ),
  );
});

test('BinHex: both forks, runs, the name', () => {
  const data = Buffer.concat([FILE, Buffer.alloc(1_000, 7), Buffer.from([0x90, 0x90, 1])]);
  assert.deepEqual(sights(`text before\r\n${binHex('a.sit', data, FILE)}`), [
    { see: 'member', name: 'a.sit', bytes: data },
    { see: 'member', name: null, bytes: FILE },
  ]);
  assert.deepEqual(
    sights(binHex('a.sit', data).slice(0, 250) + ':').map(one => one.see),
    ['member', 'unseen'],
  );
  assert.deepEqual(sights('(This file must be converted with BinHex 4.0)\n:junk:'), [{ see: 'unseen', name: null, why: 'damaged' }]);
  const bomb = [...openBinHex(Buffer.from(binHex('a', Buffer.alloc(500_000))), opening(1_000))];
  assert.ok(bomb.some(one => one.see === 'unseen' && one.why === 'too_large'));
});

test('honest texts give nothing', () => {
  const der = Buffer.concat([Buffer.from([0x30, 0x82, 0, 120]), Buffer.alloc(120, 5)]);
  const digest = FILE.toString('hex').slice(40, 104);
  for (const text of [
    'begin with the first, end with the last\nend',
    `-----BEGIN CERTIFICATE-----\n${lines(der.toString('base64'))}\n-----END CERTIFICATE-----\n`,
    `-----BEGIN PGP SIGNATURE-----\n\n${lines(FILE.toString('base64'))}\n-----END PGP SIGNATURE-----\n`,
    `${digest}  a.zip\n${digest}  b.zip\n`,
    `${digest}\n${digest}\n`,
    'a b c\n'.repeat(100),
    '-----BEGIN NOTE-----\nhello\n-----END NOTE-----\n',
    '',
  ])
    assert.deepEqual(sights(text), [], text.slice(0, 40));
});

test('bounds, damage, crowds', () => {
  assert.deepEqual(
    [...openText(Buffer.from(uu('a', FILE)), opening(5))].map(one => one.see === 'unseen' && one.why),
    ['too_large'],
  );
  assert.ok(sights(uu('a', FILE).repeat(100)).some(one => one.see === 'unseen' && one.why === 'too_many_parts'));
  for (const piece of [
    'begin 644 a\n',
    '=ybegin name=a\n',
    '-----BEGIN A-----\n',
    '-----BEGIN ',
    'A',
    'a: b\n',
    '(This file must be converted with BinHex:',
  ]) {
    const started = spentMs();
    assert.ok(sights(piece.repeat(200_000 / piece.length)).length < 300, piece);
    assert.ok(spentMs() - started < SOON_MS, `${piece} ${spentMs() - started}`);
  }
  for (const source of [uu('a.zip', FILE), binHex('a.sit', FILE, FILE)])
    for (let n = 0; n < 200; n++) {
      const broken = Buffer.from(source);
      for (let k = 0; k < 2; k++) broken[(n * 7919 + k * 31) % broken.length] = (n * 31 + k) & 127;
      assert.ok(sights(broken.subarray(0, n % 2 ? broken.length : (n * 13) % broken.length)).length < 10);
    }
});
