// Compound files: both versions, small and large streams, tables of many pages, entries that nobody lists, and every way to lie.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cfbOf, type CfbOptions, type CfbTree } from '../../../test/archives/cfb.ts';
import { randomFrom } from '../../../test/random.ts';
import { readCfb, type Cfb } from './cfb.ts';

const noise = (length: number, seed = 1): Buffer => {
  const random = randomFrom(seed);
  return Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)));
};
const TREE: CfbTree = {
  Small: Buffer.from('a small stream'),
  Large: noise(20_000),
  Empty: Buffer.alloc(0),
  Outer: { '\x01Ole': noise(100, 2), Inner: { Deep: noise(5_000, 3), Edge: noise(4_096, 4), 'Just under': noise(4_095, 5) } },
};
const readAll = (cfb: Cfb): Readonly<Record<string, Buffer>> =>
  Object.fromEntries(
    cfb.entries
      .filter(({ storage }) => !storage)
      .map(entry => [cfb.pathOf(entry), (cfb.read(entry, 1 << 24)[0] as { bytes: Buffer }).bytes]),
  );
const flat = (tree: CfbTree, prefix = ''): Readonly<Record<string, Buffer>> =>
  Object.assign(
    {},
    ...Object.entries(tree).map(([name, value]) =>
      Buffer.isBuffer(value) ? { [prefix + name]: value } : flat(value, `${prefix}${name}/`),
    ),
  ) as Record<string, Buffer>;
const read = (tree: CfbTree, options: CfbOptions = {}): Cfb => {
  const cfb = readCfb(cfbOf(tree, options));
  assert.ok(cfb);
  return cfb;
};

for (const options of [{}, { version: 4 }, { scattered: true }, { version: 4, scattered: true }] as const) {
  test(`every stream comes out as it was: ${JSON.stringify(options)}`, () => {
    const cfb = read(TREE, options);
    assert.ok(cfb.whole);
    assert.deepEqual(readAll(cfb), flat(TREE));
    assert.equal(cfb.behind.length, 0);
    assert.ok(cfb.entries.every(entry => entry.storage || cfb.read(entry, 1 << 24).every(({ whole }) => whole)));
  });
}

test('tables that go on behind the header', () => {
  const large = noise(8_000_000);
  const cfb = read({ large, more: Buffer.from('x') }, { scattered: true });
  assert.ok(cfb.whole);
  assert.ok(readAll(cfb)['large']?.equals(large));
});

test('classes, and entries that no storage lists', () => {
  const cfb = read(TREE, {
    clsids: { '': '000C1084-0000-0000-C000-000000000046', Outer: '0002CE02-0000-0000-C000-000000000046' },
    orphans: ['Outer', 'Small'],
  });
  assert.equal(cfb.clsid, '000C1084-0000-0000-C000-000000000046');
  assert.equal(cfb.entries.find(({ name }) => name === 'Outer')?.clsid, '0002CE02-0000-0000-C000-000000000046');
  assert.deepEqual(readAll(cfb), flat(TREE));
});

test('what lies behind the last sector is told', () => {
  const cfb = readCfb(Buffer.concat([cfbOf(TREE), Buffer.from('more')]));
  assert.equal(cfb?.behind.toString(), 'more');
});

test('a limit that lies gives both readings', () => {
  const bytes = cfbOf({ a: Buffer.alloc(3_000, 'a'), b: Buffer.alloc(6_000, 'b') });
  bytes.writeUInt32LE(0, 56);
  const cfb = readCfb(bytes) as Cfb;
  const entry = cfb.entries.find(({ name }) => name === 'a');
  assert.ok(entry && cfb.read(entry, 10_000).some(one => one.bytes.equals(Buffer.alloc(3_000, 'a'))));
});

test('chains that loop or leave the file, and sizes that lie, end', () => {
  const bytes = cfbOf({ a: noise(9_000) });
  const cfb = readCfb(bytes) as Cfb;
  const fat = bytes.indexOf(Buffer.from('0100000002000000', 'hex'), 512);
  assert.ok(fat > 0);
  const looped = Buffer.from(bytes);
  looped.writeUInt32LE(0, fat + 8);
  assert.equal(readCfb(looped)?.read(cfb.entries[0] as never, 9_000)[0]?.bytes.length, 9_000);
  const broken = Buffer.from(bytes);
  broken.writeUInt32LE(0x00ffffff, fat + 8);
  assert.deepEqual(
    readCfb(broken)
      ?.read(cfb.entries[0] as never, 1 << 24)
      .map(one => [one.bytes.length, one.whole]),
    [[3 * 512, false]],
  );
  const huge = { ...(cfb.entries[0] as (typeof cfb.entries)[0]), size: 0xffffffff };
  assert.equal(cfb.read(huge, 1 << 30)[0]?.whole, false);
  assert.ok((cfb.read(huge, 1 << 30)[0]?.bytes.length ?? 0) < 10_000);
  const directory = Buffer.from(bytes);
  directory.writeUInt32LE(0x7000, 48);
  assert.equal(readCfb(directory)?.whole, false);
});

test('trees that loop, storages within themselves', () => {
  const bytes = cfbOf({ A: { B: { c: Buffer.from('c') } } });
  const at = bytes.indexOf(Buffer.from('B\0\0\0', 'latin1'), 1024) + 76;
  bytes.writeUInt32LE(1, at);
  const cfb = readCfb(bytes) as Cfb;
  assert.equal(cfb.entries.length, 3);
  for (const entry of cfb.entries) assert.ok(cfb.pathOf(entry).length < 40);
});

test('nothing makes it throw or run on', () => {
  const good = cfbOf(TREE);
  const random = randomFrom(7);
  for (let round = 0; round < 400; round++) {
    const bytes = Buffer.from(round % 4 === 0 ? good.subarray(0, Math.floor(random() * good.length)) : good);
    for (let n = 0; n < 1 + (round % 12) && bytes.length > 0; n++)
      bytes[Math.floor((random() < 0.4 ? random() ** 5 : random()) * bytes.length)] = random() < 0.4 ? 0xff : Math.floor(random() * 256);
    const cfb = readCfb(bytes);
    for (const entry of cfb?.entries ?? [])
      for (const { bytes: found } of cfb?.read(entry, 100_000) ?? []) assert.ok(found.length <= 100_000);
  }
  assert.equal(readCfb(good.subarray(0, 300)), null);
});
