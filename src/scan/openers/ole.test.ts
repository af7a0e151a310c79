// Office's binary documents, messages of Outlook, encrypted files: what is in them comes out, attacks are told, honest ones are not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { SOON_MS, spentMs } from '../../../test/processor.ts';
import { cfbOf, guid, type CfbOptions, type CfbTree } from '../../../test/archives/cfb.ts';
import {
  agileOf,
  boundSheet,
  definedName,
  lockedBookOf,
  packageOf,
  propertiesOf,
  record,
  standardOf,
  u16,
  u32,
  wordOf,
  workbookOf,
} from '../../../test/archives/office.ts';
import { endsOnAnything, opened, openingOf } from '../../../test/archives/opened.ts';
import { zipOf } from '../../../test/archives/zip.ts';
import { isBiff, openBiff } from './biff.ts';
import { isOle, openOle } from './ole.ts';
import { decryptOffice } from './office-crypt.ts';
import { isRemote } from './ole-objects.ts';

const FILE = Buffer.from('the file that is inside '.repeat(20));
const EQUATION = '0002CE02-0000-0000-C000-000000000046';
const seen = (bytes: Buffer, passwords: readonly string[] = []): readonly string[] =>
  [...openOle(bytes, { ...openingOf(), passwords })].flatMap(one =>
    one.see === 'finding' ? [one.rule] : one.see === 'unseen' ? [one.why] : [],
  );
const told = (tree: CfbTree, options: CfbOptions = {}): readonly string[] => seen(cfbOf(tree, options));
const member = (bytes: Buffer, name: string): Buffer | undefined =>
  [...openOle(bytes, openingOf())].flatMap(one => (one.see === 'member' && one.name === name ? [one.bytes] : []))[0];

test('every stream is a member', () => {
  const bytes = cfbOf({ WordDocument: Buffer.alloc(300), ObjectPool: { _1: { Package: FILE, '\x01CompObj': Buffer.alloc(80) } } });
  assert.ok(isOle(bytes));
  assert.deepEqual(opened(openOle, bytes), ['WordDocument:300', `ObjectPool/_1/Package:${FILE.length}`, 'ObjectPool/_1/\x01CompObj:80']);
  assert.ok(member(bytes, 'ObjectPool/_1/Package')?.equals(FILE));
});

test('what is cut, lies or hangs behind is told', () => {
  const bytes = cfbOf({ a: Buffer.alloc(20_000, 1), b: Buffer.alloc(30_000, 2) });
  assert.deepEqual(seen(bytes), []);
  assert.ok(seen(bytes.subarray(0, 30_000)).includes('damaged'));
  assert.deepEqual(seen(bytes.subarray(0, 400)), ['damaged']);
  assert.ok(opened(openOle, Buffer.concat([bytes, FILE])).includes(`behind:${FILE.length}`));
  assert.deepEqual(opened(openOle, bytes, openingOf(null, 25_000)), ['a:20000', 'too_large']);
  assert.deepEqual(opened(openOle, bytes, openingOf(null, 1e6, 1)), ['a:20000', 'too_many_parts']);
});

test('files in packages have their own names', () => {
  const native = packageOf('shown.pdf', 'C:\\in\\real.exe', 'C:\\Temp\\real.js', FILE);
  const sights = [...openOle(cfbOf({ ObjectPool: { _1: { '\x01oLE10nATIVE': native } } }), openingOf())];
  const file = sights.find(one => one.see === 'member' && one.name === 'real.exe');
  assert.ok(file?.see === 'member' && file.bytes.equals(FILE) && file.otherName === 'shown.pdf');
  assert.deepEqual(told({ '\x01Ole10Native': Buffer.concat([u32(30), u16(2), Buffer.from('run\0cmd.exe\0\0\0\x01\0cmd /c dir\0')]) }), [
    'shortcut_package',
  ]);
  assert.ok(
    opened(openOle, cfbOf({ '\x01Ole10Native': Buffer.concat([u32(FILE.length), FILE]) })).includes(`\x01Ole10Native:${FILE.length}`),
  );
});

test('objects and links', () => {
  assert.deepEqual(told({ Object: { '\x01Ole': Buffer.alloc(20) } }, { clsids: { Object: EQUATION } }), ['equation_object']);
  assert.deepEqual(told({ a: Buffer.alloc(5) }, { clsids: { '': EQUATION } }), ['equation_object']);
  assert.deepEqual(told({ Object: { 'eQuation NATIVE': Buffer.alloc(20) } }, { orphans: ['Object'] }), ['equation_object']);
  const link = (clsid: string, head: Buffer, text: Buffer): CfbTree => ({
    '\x01Ole': Buffer.concat([u32(0x02000001), Buffer.alloc(16), guid(clsid), head, text]),
  });
  const url = '79EAC9E0-BAF9-11CE-8C82-00AA004BA90B';
  assert.deepEqual(told(link(url, u32(60), Buffer.from('https://example.test/a.hta\0', 'utf16le'))), ['remote_object']);
  assert.deepEqual(told(link('00000303-0000-0000-C000-000000000046', Buffer.alloc(6), Buffer.from('\\\\server\\share\\a.doc\0'))), [
    'remote_object',
  ]);
  assert.deepEqual(told(link('00000303-0000-0000-C000-000000000046', Buffer.alloc(6), Buffer.from('C:\\Users\\me\\a.xls\0'))), []);
  assert.deepEqual(told(link('06290BD2-48AA-11D2-8432-006008C3FBFC', u32(0), Buffer.alloc(9))), ['remote_object']);
});

test('addresses that lead away', () => {
  for (const one of [
    'http://a.test/x',
    'https://a.test',
    'file://server/share',
    'file:///\\\\server\\share\\x',
    'file:////server/x',
    '\\\\server\\x',
    '//server/x',
    'file:\\\\server\\x',
    'mhtml:https://a.test',
  ])
    assert.ok(isRemote(one), one);
  for (const one of [
    'file:///C:\\Users\\me\\Normal.dotm',
    'file:///C:/a',
    'file://localhost/Users/a',
    'file:///Users/a',
    'C:\\a',
    'Normal.dotm',
    '',
    'word/a.xml',
    'file://C:/a',
    'https',
  ])
    assert.ok(!isRemote(one), one);
});

test('installers are programs, and small pictures of folders nothing', () => {
  assert.deepEqual(told({ a: FILE }, { clsids: { '': '000C1084-0000-0000-C000-000000000046' } }), ['program_msi']);
  assert.deepEqual(told({ '\u4840\u3f3f\u4577\u446c\u3e6a\u44b2\u482f': FILE }), ['program_msi']);
  assert.deepEqual(told({ Catalog: Buffer.alloc(40), '1': Buffer.alloc(5_000, 3), '256_0a1b': Buffer.alloc(90) }), []);
});

test('a message of Outlook: attachments, bodies, messages in it', () => {
  const inner = {
    '__attach_version1.0_#00000000': propertiesOf({ 3701: FILE, 3707: 'inner.js' }),
    ...propertiesOf({ 1000: 'inner body' }),
  };
  const bytes = cfbOf({
    '__properties_version1.0': Buffer.alloc(32),
    ...propertiesOf({
      '0037': 'subject',
      1000: 'the body',
      1013: Buffer.from('<html>hi</html>'),
      1009: Buffer.concat([u32(30), u32(14), Buffer.from('MELA'), u32(0), Buffer.from('{\\rtf1 hello}\n')]),
    }),
    '__attach_version1.0_#00000000': propertiesOf({
      3701: FILE,
      3707: 'Invoice for May.pdf',
      3704: 'INVOIC~1.EXE',
      '370E': 'application/pdf',
    }),
    '__attach_version1.0_#00000001': { '__substg1.0_3701000D': inner, ...propertiesOf({ 3001: 'A message' }) },
  });
  const shown = opened(openOle, bytes);
  for (const one of [
    'body.txt:8',
    'body.html:15',
    'body.rtf:14',
    `Invoice for May.pdf|INVOIC~1.EXE:${FILE.length}`,
    `inner.js:${FILE.length}`,
    '__attach_version1.0_#00000001/__substg1.0_3701000D/body.txt:10',
  ])
    assert.ok(shown.includes(one), one);
  assert.deepEqual(seen(bytes), []);
});

test('Excel: macro sheets, names that run them, links', () => {
  const book = (...records: readonly Buffer[]): readonly string[] => told({ Workbook: workbookOf(...records) });
  assert.deepEqual(book(boundSheet('Sheet1', 0), definedName('Print_Area', false), definedName('\x06', true)), []);
  assert.deepEqual(book(boundSheet('Sheet1', 0), boundSheet('m', 1, 2)), ['xlm_macro']);
  assert.deepEqual(book(boundSheet('m', 1), definedName('\x01', true)), ['xlm_macro_autorun']);
  assert.deepEqual(book(boundSheet('m', 1), definedName('aUto_OpeN22', false)), ['xlm_macro_autorun']);
  assert.deepEqual(book(boundSheet('Sheet1', 0), definedName('\x01', true)), []);
  assert.deepEqual(book(boundSheet('m', 0), record(0x809, u16(0x600), u16(0x40), Buffer.alloc(12))), ['xlm_macro']);
  const sup = (text: string): Buffer => record(0x1ae, u16(0), u16(text.length), Buffer.from([0]), Buffer.from(text, 'latin1'));
  assert.deepEqual(book(sup('cmd\x03/c calc'), record(0x23, u16(2), Buffer.alloc(10))), ['dde_link']);
  assert.deepEqual(book(sup('cmd\x03/c calc')), ['dde_link']);
  assert.deepEqual(book(sup('Word.Document.8\x03C:\\a.doc'), record(0x23, u16(0x10), Buffer.alloc(10))), []);
  assert.deepEqual(book(sup('Word.Document.8\x03https://a.test/a.doc'), record(0x23, u16(0x10), Buffer.alloc(10))), ['remote_object']);
  assert.deepEqual(book(sup('\x01other.xls'), record(0x1ae, u16(3), u16(0x401))), []);
  assert.deepEqual(book(record(0x2f, u16(1), Buffer.alloc(52)), boundSheet('m', 1)), ['encrypted']);
  assert.deepEqual(
    told({
      Book: Buffer.concat([record(0x809, u16(0x500), u16(5), Buffer.alloc(4)), record(0x17, Buffer.from('\x0bcmd\x03/c calc', 'latin1'))]),
    }),
    ['dde_link'],
  );
});

test('Word: DDE in pieces and in fields of fields, templates, encryption', () => {
  assert.deepEqual(told(wordOf([{ text: 'Dear Sir, DDE is old. \x13 HYPERLINK "https://a.test" \x14link\x15 end' }])), []);
  assert.deepEqual(told(wordOf([{ text: 'text \x13DDEAUTO c:\\\\calc "x"\x14a\x15' }])), ['dde_link']);
  assert.deepEqual(told(wordOf([{ text: '\x13 dde calc\x15', wide: true }])), ['dde_link']);
  assert.deepEqual(told(wordOf([{ text: 'text \x13 D' }, { text: 'DEAU', wide: true }, { text: 'TO calc\x14\x15' }])), ['dde_link']);
  assert.deepEqual(told(wordOf([{ text: '\x13 \x13 QUOTE 68 68 69 65 85 84 79 \x14x\x15 calc \x14\x15' }])), ['dde_link']);
  assert.deepEqual(told(wordOf([{ text: '\x13 SET a "DDE"\x15 \x13 \x13 REF a \x15 calc \x15' }])), ['dde_link']);
  assert.deepEqual(told(wordOf([{ text: 'x' }], { template: 'https://a.test/t.dot' })), ['remote_template']);
  assert.deepEqual(told(wordOf([{ text: 'x' }], { template: 'C:\\Templates\\Normal.dot' })), []);
  assert.deepEqual(told(wordOf([{ text: 'x' }], { flags: 0x100 })), ['encrypted']);
  for (const encoding of ['latin1', 'utf16le'] as const)
    assert.deepEqual(told({ WordDocument: Buffer.from('some text \x13 DDE calc \x14', encoding) }), ['dde_link']);
});

test('PowerPoint: objects and encryption', () => {
  const inner = cfbOf({ Package: FILE });
  const stored = (instance: number, data: Buffer): Buffer => Buffer.concat([u16(instance << 4), u16(0x1011), u32(data.length), data]);
  const bytes = cfbOf({
    'PowerPoint Document': Buffer.concat([
      Buffer.alloc(40, 9),
      stored(1, Buffer.concat([u32(inner.length), deflateSync(inner)])),
      stored(0, inner),
      Buffer.alloc(50),
    ]),
  });
  assert.ok(member(bytes, 'PowerPoint Document/object1')?.equals(inner));
  assert.ok(member(bytes, 'PowerPoint Document/object2')?.equals(inner));
  assert.deepEqual(seen(bytes), []);
  const user = (token: number): CfbTree => ({ 'Current User': Buffer.concat([Buffer.alloc(8), u32(20), u32(token), Buffer.alloc(12)]) });
  assert.deepEqual(told(user(0xf3d1c4df)), ['encrypted']);
  assert.deepEqual(told(user(0xe391c05f)), []);
  assert.deepEqual(told({ EncryptedSummary: Buffer.alloc(30) }), ['encrypted']);
  assert.deepEqual(
    told({ '\x06DataSpaces': { TransformInfo: { DRMEncryptedTransform: { x: Buffer.alloc(9) } } }, '\x09DRMContent': Buffer.alloc(9) }),
    ['encrypted'],
  );
});

const INNER = zipOf([{ name: 'word/document.xml', bytes: Buffer.alloc(9_000, 'text ') }]);
for (const [what, make] of [
  ['agile', (password: string) => agileOf(INNER, password)],
  ['agile, SHA-1, AES-128', (password: string) => agileOf(INNER, password, { hashName: 'sha1', key: 16 })],
  ['agile, SHA-384', (password: string) => agileOf(INNER, password, { hashName: 'sha384' })],
  ['standard', (password: string) => standardOf(INNER, password)],
] as const) {
  test(`encrypted, ${what}: opened with what everybody knows or the mail gives away`, () => {
    for (const [password, passwords, whys] of [
      ['VelvetSweatshop', [], []],
      ['geheim', ['wrong', 'geheim'], []],
      ['geheim', ['wrong', 'wrong too', 'geheim'], ['encrypted']],
      ['geheim', [], ['encrypted']],
    ] as const) {
      const sights = [...openOle(make(password), { ...openingOf(), passwords })];
      assert.deepEqual(
        sights.flatMap(one => (one.see === 'unseen' ? [one.why] : [])),
        whys,
        password,
      );
      assert.equal(
        sights.some(one => one.see === 'member' && one.bytes.equals(INNER)),
        whys.length === 0,
      );
    }
  });
}

test('Excel encrypted with RC4: opened with what everybody knows or the mail gives away', () => {
  for (const form of ['md5', 'sha1'] as const) {
    const book = (password: string): Buffer =>
      cfbOf({
        Workbook: lockedBookOf(password, form, record(0x1234, Buffer.alloc(3_000, 'text ')), boundSheet('m', 1), definedName('\x01', true)),
      });
    assert.deepEqual(seen(book('VelvetSweatshop')), ['xlm_macro_autorun'], form);
    assert.deepEqual(seen(book('geheim'), ['geheim']), ['xlm_macro_autorun']);
    assert.deepEqual(seen(book('geheim'), ['wrong']), ['encrypted']);
    assert.ok([...openOle(book('VelvetSweatshop'), openingOf())].some(one => one.see === 'member' && one.bytes.includes('text text')));
    endsOnAnything(openOle, book('VelvetSweatshop'), 60, 6);
  }
});

test('books of Excel that are files of their own', () => {
  const sheet = (type: number, kind: number, ...more: readonly Buffer[]): Buffer =>
    Buffer.concat([record(type, u16(0x400), u16(kind), u16(0)), ...more, record(0x0a)]);
  assert.ok(isBiff(sheet(0x409, 0x40)) && isBiff(workbookOf()) && !isBiff(Buffer.from('\t\0\x04\0text, not a book')));
  assert.deepEqual(opened(openBiff, sheet(0x409, 0x10)), []);
  assert.deepEqual([...openBiff(sheet(0x409, 0x40), openingOf())], [{ see: 'finding', class: 'heuristic', rule: 'xlm_macro' }]);
  assert.deepEqual(
    [...openBiff(sheet(0x209, 0x40, record(0x218, Buffer.from('\0\0\0\x09\0\0Auto_Open'))), openingOf())],
    [{ see: 'finding', class: 'heuristic', rule: 'xlm_macro_autorun' }],
  );
});

/** What asks for so many rounds. */
function agileInfo(spins: number): string {
  const common =
    'saltSize="16" blockSize="16" keyBits="256" hashSize="64" cipherAlgorithm="AES" cipherChaining="ChainingModeCBC" hashAlgorithm="SHA512" saltValue="AAAAAAAAAAAAAAAAAAAAAA=="';
  return `\x04\0\x04\0\x40\0\0\0<encryption><keyData ${common}/><p:encryptedKey spinCount="${spins}" ${common} encryptedVerifierHashInput="AAAA" encryptedVerifierHashValue="AAAA" encryptedKeyValue="AAAA"/></encryption>`;
}

test('encryption that asks for too much work, or for what we do not have', () => {
  assert.deepEqual(seen(agileOf(INNER, 'VelvetSweatshop', { spins: 1 })), []);
  const started = spentMs();
  const info = Buffer.concat([
    u16(4),
    u16(4),
    u32(0x40),
    Buffer.from('<keyData/><p:encryptedKey spinCount="4000000000" saltValue="AAAA"/>'),
  ]);
  assert.equal(
    decryptOffice(info, Buffer.alloc(100), () => ['a'], 1e6),
    null,
  );
  assert.ok(spentMs() - started < SOON_MS);
  assert.deepEqual(told({ EncryptionInfo: Buffer.alloc(200), EncryptedPackage: Buffer.alloc(200) }), ['encrypted']);
  assert.deepEqual(told({ EncryptedPackage: Buffer.alloc(0) }), ['encrypted']);
});

test('crowds that share their bytes end', () => {
  const bytes = cfbOf(
    Object.fromEntries(Array.from({ length: 3_000 }, (_, n) => [`s${n}`, n === 0 ? Buffer.alloc(1_000_000, 1) : Buffer.alloc(0)])),
    { scattered: true },
  );
  const first = bytes.indexOf(Buffer.from('s0\0\0', 'latin1'));
  const place = bytes.indexOf(Buffer.from('s\u00000\u0000', 'latin1'));
  assert.ok(first < 0 && place > 0);
  for (let at = place; at + 128 <= bytes.length; at += 128) if (bytes[at] === 0x73) bytes.copy(bytes, at + 116, place + 116, place + 124);
  const started = spentMs();
  let room = 96 << 20;
  let out = 0;
  for (const sight of openOle(bytes, { name: null, room: () => room, mostMembers: 10_000, passwords: [] })) {
    if (sight.see !== 'member') continue;
    room -= sight.bytes.length;
    out += sight.bytes.length;
  }
  assert.ok(out <= 96 << 20 && spentMs() - started < SOON_MS);
});

test('crowds of what is slow to try end soon', () => {
  const started = spentMs();
  const heads = Buffer.concat(
    Array.from({ length: 50_000 }, () => Buffer.concat([u16(0x10), u16(0x1011), u32(1_000_000), u32(5), Buffer.from('789c', 'hex')])),
  );
  const sights = opened(openOle, cfbOf({ 'PowerPoint Document': heads }));
  assert.ok(sights.includes('damaged') && sights.length < 500);
  const info = Buffer.from(agileInfo(200_000));
  const many = Object.fromEntries(
    Array.from({ length: 200 }, (_, n) => [`s${n}`, { EncryptionInfo: info, EncryptedPackage: Buffer.alloc(600) }]),
  );
  assert.deepEqual([...new Set(told(many))], ['encrypted']);
  assert.ok(spentMs() - started < SOON_MS, `${spentMs() - started}`);
});

test('damaged files end', () => {
  const native = packageOf('a.txt', 'C:\\a.txt', 'C:\\t\\a.txt', FILE);
  endsOnAnything(
    openOle,
    cfbOf({
      ...wordOf([{ text: 'a \x13 DDE x\x15' }]),
      ObjectPool: { _1: { '\x01Ole10Native': native } },
      Workbook: workbookOf(boundSheet('m', 1), definedName('\x01', true)),
    }),
    300,
    2,
  );
  endsOnAnything(
    openOle,
    cfbOf({
      ...propertiesOf({ 1000: 'b', 1009: Buffer.alloc(40, 3) }),
      '__attach_version1.0_#00000000': propertiesOf({ 3701: FILE, 3707: 'a.pdf' }),
    }),
    200,
    3,
  );
  endsOnAnything(openOle, agileOf(INNER, 'VelvetSweatshop', { spins: 10 }), 150, 4);
});
