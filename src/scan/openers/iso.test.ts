// Disc images: ISO 9660 with its extensions, UDF, both in one, raw sectors; lies, circles and what is cut.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isoOf } from '../../../test/archives/iso.ts';
import { endsOnAnything, opened, openingOf } from '../../../test/archives/opened.ts';
import { udfOf } from '../../../test/archives/udf.ts';
import { isIso, openIso } from './iso.ts';

const TEXT = Buffer.from('a text of some length\n'.repeat(300));
const see = (bytes: Buffer): readonly string[] => opened(openIso, bytes);
const FILES = [
  { name: 'folder/Invoice of May.txt', shortName: 'INVOICE_.TXT', bytes: TEXT },
  { name: 'small.txt', bytes: Buffer.from('small') },
];

for (const [what, bytes, expected] of [
  ['plain', isoOf(FILES), ['SMALL.TXT:5', 'FOLDER/INVOICE_.TXT:6600']],
  ['Joliet', isoOf(FILES, { joliet: true }), ['small.txt|SMALL.TXT:5', 'folder/Invoice of May.txt|FOLDER/INVOICE_.TXT:6600']],
  ['Rock Ridge', isoOf(FILES, { rockRidge: true }), ['small.txt|SMALL.TXT:5', 'folder/Invoice of May.txt|folder/INVOICE_.TXT:6600']],
  ['raw sectors', isoOf(FILES, { raw: true }), ['SMALL.TXT:5', 'FOLDER/INVOICE_.TXT:6600']],
  ['extents', isoOf([{ name: 'a', bytes: TEXT, extent: 2048 }]), ['A:6600']],
  ['boot image', isoOf([], { boot: TEXT }), ['boot image 1:6656']],
  [
    'a name that ends in another way',
    isoOf([{ name: 'run.exe', shortName: 'A.TXT', bytes: TEXT }], { joliet: true }),
    ['run.exe|A.TXT:6600'],
  ],
  ['two sizes', isoOf([{ name: 'a', bytes: TEXT, otherSize: 100 }]), ['A:6600', 'A:100']],
  [
    'UDF',
    udfOf([
      { name: 'a.txt', bytes: TEXT },
      { name: 'é.txt', bytes: Buffer.from('in'), inline: true },
      { name: 'x', bytes: TEXT, extended: true },
    ]),
    ['x:6600', 'é.txt:2', 'a.txt:6600'],
  ],
  ['UDF in a circle', udfOf([{ name: 'a.txt', bytes: TEXT }], { circle: true }), ['a.txt:6600']],
] as const) {
  test(`disc: ${what}`, () => {
    assert.ok(isIso(bytes));
    assert.deepEqual(see(bytes), expected);
  });
  test(`disc: no bytes break it, ${what}`, () => {
    // Changes where it matters: behind the empty sectors in front.
    const front = bytes.subarray(0, 32_768);
    endsOnAnything((rest, opening) => openIso(Buffer.concat([front, rest]), opening), bytes.subarray(32_768), 60);
  });
}

test('disc: ISO 9660 and UDF in one: what each has, and once what both have', () => {
  const udf = udfOf([{ name: 'only in udf.js', bytes: TEXT }]);
  const iso = isoOf(FILES);
  // Descriptors of ISO 9660 first, its sectors up to 31, then those of UDF.
  const both = Buffer.from(udf);
  iso.copy(both, 16 * 2048, 16 * 2048, 32 * 2048);
  assert.equal(iso.length <= 32 * 2048, true);
  for (const [n, mark] of ['BEA01', 'NSR02', 'TEA01'].entries()) both.write(`\0${mark}\x01`, (29 + n) * 2048, 'latin1');
  assert.deepEqual(see(both), ['only in udf.js:6600', 'SMALL.TXT:5', 'FOLDER/INVOICE_.TXT:6600']);
});

test('disc: what is cut or cannot be read is told', () => {
  const whole = isoOf(FILES);
  assert.deepEqual(see(whole.subarray(0, whole.length - 4096)).at(-1), 'damaged');
  assert.deepEqual(see(whole.subarray(0, 21 * 2048)).at(-1), 'damaged');
  assert.deepEqual(see(isoOf(FILES).subarray(0, 17 * 2048)), ['damaged']);
  assert.deepEqual(see(udfOf([{ name: 'a', bytes: TEXT }]).subarray(0, 200 * 2048)), ['damaged']);
  const mac = isoOf(FILES);
  mac.write('H+', 1024);
  assert.equal(see(mac).at(-1), 'method');
  const many = isoOf(Array.from({ length: 30 }, (_, n) => ({ name: `a${n}`, bytes: Buffer.from(`file ${n}`) })));
  assert.ok(opened(openIso, many, openingOf(null, 1 << 20, 10)).includes('too_many_parts'));
});

test('disc: UDF with a metadata partition', () => {
  const block = (n: number): number => (272 + n) * 2048;
  const set = udfOf([{ name: 'a', bytes: TEXT }]).subarray(block(0), block(1));
  // The file set stands in the file `a` alone, and that is the metadata file.
  const image = udfOf([{ name: 'a', bytes: set }]);
  image.fill(0, block(0), block(1));
  for (const logical of [34 * 2048, 66 * 2048]) {
    image.writeUInt32LE(0, logical + 252);
    image.writeUInt16LE(1, logical + 256);
    image.writeUInt32LE(70, logical + 264);
    image.writeUInt32LE(2, logical + 268);
    image.write('\x02\x40\0\0\0*UDF Metadata Partition', logical + 446, 'latin1');
    image.writeUInt32LE(2, logical + 446 + 40);
    image.writeUInt32LE(2, logical + 446 + 44);
  }
  assert.deepEqual(see(image), ['a:2048']);
});
