// RTF: objects behind every known disguise, the attacks that have a rule, and honest documents.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SOON_MS, spentMs } from '../../../test/processor.ts';
import type { Opening, Sight } from '../opener.ts';
import { isRtf, openRtf } from './rtf.ts';

const opening = (most = 10_000_000): Opening => ({ name: null, room: () => most, mostMembers: 100, passwords: [] });
const sights = (rtf: string | Buffer): readonly Sight[] => [
  ...openRtf(typeof rtf === 'string' ? Buffer.from(rtf, 'latin1') : rtf, opening()),
];
const members = (rtf: string | Buffer): readonly (Sight & { see: 'member' })[] => sights(rtf).filter(one => one.see === 'member');
const rules = (rtf: string | Buffer): readonly string[] => sights(rtf).flatMap(one => (one.see === 'finding' ? [one.rule] : []));

const u32 = (n: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(n);
  return bytes;
};
const string = (text: string): Buffer => Buffer.concat([u32(text.length + 1), Buffer.from(`${text}\0`, 'latin1')]);
const ole1 = (className: string, data: Buffer): Buffer =>
  Buffer.concat([u32(0x501), u32(2), string(className), u32(0), u32(0), u32(data.length), data]);
const packed = (name: string, path: string, data: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`\x02\0${name}\0${path}\0\0\0\x03\0`, 'latin1'), string(path), u32(data.length), data]);
const FILE = Buffer.from(Array.from({ length: 200 }, (_, n) => (n * 37 + 5) & 255));
const COMPOUND = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), FILE]);
const document = (data: string, words = ''): string =>
  `{\\rtf1\\ansi text {\\object\\objemb${words}{\\*\\objclass Word.Document.8}{\\*\\objdata ${data}}} more}`;
const HEX = ole1('Word.Document.8', COMPOUND).toString('hex');

test('an object is found behind each disguise of its digits', () => {
  const raw = ole1('Word.Document.8', COMPOUND);
  for (const [what, rtf] of Object.entries({
    plain: document(HEX),
    'white space': document(HEX.replace(/../g, '$&\r\n \t')),
    'capitals without end': document(HEX.toUpperCase()).replace(/\}\}.*$/, ''),
    'groups within': document(`${HEX.slice(0, 30)}{\\*\\junk abcdef}${HEX.slice(30)}`),
    'groups that count': document(`${HEX.slice(0, 30)}{${HEX.slice(30, 60)}}${HEX.slice(60)}`),
    'all in a group': document(`{{${HEX}}}`),
    'control words within': document(`${HEX.slice(0, 31)}\\mmath0 \\par\n${HEX.slice(31)}`),
    'escapes within': document(`${HEX.slice(0, 30)}\\'ab\\~${HEX.slice(30)}`),
    'escapes that are data': document([...raw].map(c => `\\'${c.toString(16).padStart(2, '0')}`).join('')),
    'binary data': `${document('').slice(0, -8)}\\bin${raw.length} ${raw.toString('latin1')}}}}`,
    'half a byte in front': document(`0${HEX}`),
    'header of nothing': document(COMPOUND.toString('hex')),
    'header that lies': document(
      raw
        .toString('hex')
        .replace(/^.{16}/, '0105000002000000')
        .replace(string('Word.Document.8').toString('hex'), 'ffffffff'),
    ),
    'words in capitals': document(HEX).replace('objdata', 'OBJDATA'),
    'version that is none': document(HEX).replace('rtf1', 'rt'),
  }))
    assert.ok(
      members(rtf).some(one => one.bytes.subarray(0, COMPOUND.length).equals(COMPOUND)),
      what,
    );
});

test('an object is one member', () => {
  assert.deepEqual(
    sights(document(HEX)).map(one => one.see === 'member' && one.bytes.equals(COMPOUND)),
    [true],
  );
});

test('a packaged file has its own name, and the path gives another', () => {
  const [one, ...more] = members(document(ole1('Package', packed('bill.pdf', 'C:\\x\\bill.exe', FILE)).toString('hex')));
  assert.deepEqual([one?.name, one?.otherName, one?.bytes.equals(FILE), more.length], ['bill.pdf', 'bill.exe', true, 0]);
  const cut = ole1('Package', packed('a.bin', 'a.bin', FILE)).subarray(0, -50);
  assert.ok(sights(document(cut.toString('hex'))).some(seen => seen.see === 'unseen' && seen.why === 'damaged'));
});

test('other data: what the document keeps, pictures that are none, what stands behind the end', () => {
  const zip = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), FILE]);
  assert.ok(members(`{\\rtf1{\\*\\themedata ${zip.toString('hex')}}}`).some(one => one.bytes.equals(zip)));
  assert.ok(members(`{\\rtf1{\\*\\datastore ${COMPOUND.toString('hex')}}}`).some(one => one.bytes.equals(COMPOUND)));
  assert.ok(members(`{\\rtf1{\\pict\\pngblip ${zip.toString('hex')}}}`).some(one => one.bytes.equals(zip)));
  assert.ok(members(Buffer.concat([Buffer.from('{\\rtf1 text}\r\n'), FILE])).some(one => one.bytes.includes(FILE)));
  for (const picture of ['89504e470d0a1a0a', '010009000003aabb0000', '28000000100000001000', '0100000058000000'])
    assert.deepEqual(
      sights(`{\\rtf1{\\*\\shppict{\\pict\\pngblip\\picw1 {\\*\\blipuid 0123456789abcdef} ${picture}${'00'.repeat(100)}}}}\r\n\0`),
      [],
      picture,
    );
});

test('attacks have their rules', () => {
  assert.deepEqual(rules(document(ole1('eQuation.3', FILE).toString('hex'))), ['equation_object']);
  assert.deepEqual(rules(document(`${HEX}02ce020000000000c000000000000046`)), ['equation_object']);
  assert.deepEqual(rules(`{\\rtf1{\\object\\objemb{\\*\\objclass Equation.3}}}`), ['equation_object']);
  assert.deepEqual(rules(document(HEX, '\\objupdate')), ['auto_object']);
  for (const target of [
    'http://example.org/a.dotm',
    '\\\\\\\\192.0.2.1\\\\a',
    "\\'68ttp://example.org/",
    '\\u104?ttp://example.org',
    '{h}ttps://example.org',
  ])
    assert.deepEqual(rules(`{\\rtf1{\\*\\template ${target}}}`), ['remote_template'], target);
  for (const field of ['DDEAUTO c:\\\\\\\\x "y"', ' dde "a" "b"', '{\\rtlch DDE}{\\b AUTO x}'])
    assert.deepEqual(rules(`{\\rtf1{\\field{\\*\\fldinst ${field}}{\\fldrslt x}}}`), ['dde_link'], field);
  const link = Buffer.concat([u32(0x501), u32(1), string('htmlfile'), string('http://example.org/a.hta'), u32(0), Buffer.alloc(16)]);
  assert.deepEqual(rules(document(link.toString('hex'))), ['remote_object']);
});

test('honest documents give nothing', () => {
  for (const rtf of [
    '{\\rtf1\\ansi\\deff0{\\fonttbl{\\f0 Arial;}}{\\*\\template C:\\\\Users\\\\x\\\\Normal.dotm}\\pard DDE and objdata deadbeef\\par}',
    '{\\rtf1{\\field{\\*\\fldinst HYPERLINK "http://example.org/dde"}{\\fldrslt x}}{\\field{\\*\\fldinst  PAGE }}{\\*\\bkmkstart DDE_LINK1}}',
    '{\\rtf1{\\field{\\*\\fldinst INCLUDEPICTURE "http://example.org/a.png"}}}\r\n',
    '{\\rtf1 not closed',
    '{\\rtf1}',
  ])
    assert.deepEqual(sights(rtf), [], rtf);
});

test('kind by content', () => {
  for (const yes of ['{\\rtf1', '{\\rt', '\ufeff{\\rtf', ' \n{\\RTF1']) assert.ok(isRtf(Buffer.from(yes)), yes);
  for (const no of ['', '{rtf1', 'a {\\rtf1', '\\rtf']) assert.ok(!isRtf(Buffer.from(no)), no);
});

test('bounds are kept, damaged and hostile documents end', () => {
  assert.deepEqual(
    [...openRtf(Buffer.from(document(HEX)), opening(10))].map(one => one.see === 'unseen' && one.why),
    ['too_large'],
  );
  const size = 300_000;
  for (const piece of [
    '{',
    '}',
    '\\',
    "\\'",
    '{\\objdata 0',
    '\\objdata ',
    '\\objdata{\\bin1000000 ',
    '\\bin99999999999999 ',
    '\\u1',
    '{\\pict{',
    'd0cf11e0a1b11ae1',
    '\\object',
    '{\\*\\fldinst ',
    '\\a1 ',
  ]) {
    const started = spentMs();
    let out = 0;
    for (const one of openRtf(Buffer.from(`{\\rtf1{\\objdata ${piece.repeat(size / piece.length)}`), opening()))
      if (one.see === 'member') out += one.bytes.length;
    assert.ok(spentMs() - started < SOON_MS && out < size * 8, `${piece} ${spentMs() - started} ${out}`);
  }
  const source = Buffer.from(document(`${HEX}{\\x ab}${HEX}`, '\\objupdate'), 'latin1');
  for (let n = 0; n < 400; n++) {
    const broken = Buffer.from(source);
    for (let k = 0; k < 4; k++) broken[(n * 7919 + k * 104_729) % broken.length] = "{}\\'b0 \n".charCodeAt((n + k) % 9);
    assert.ok([...openRtf(broken.subarray(0, n % 3 === 0 ? (n * 97) % broken.length : broken.length), opening())].length < 40);
  }
});
