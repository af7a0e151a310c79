// Tar archives in every dialect, the places where two readers differ, what is damaged, and that nothing breaks the opener.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SOON_MS, spentMs } from '../../../test/processor.ts';
import { paxOf, tarOf } from '../../../test/archives/tar.ts';
import { endsOnAnything, opened } from '../../../test/archives/opened.ts';
import { isTar, openTar } from './tar.ts';

const TEXT = Buffer.from('a text of some length\n'.repeat(40));
const LONG = `${'folder/'.repeat(30)}end.txt`;
const see = (bytes: Buffer): readonly string[] => opened(openTar, bytes);

for (const [what, bytes, expected] of [
  ['v7', tarOf([{ name: 'a.txt', bytes: TEXT }], { format: 'v7' }), ['a.txt:880']],
  ['ustar with a prefix', tarOf([{ name: 'a.txt', prefix: 'deep/er', bytes: TEXT }]), ['deep/er/a.txt:880']],
  ['GNU long name', tarOf([{ name: LONG, long: 'gnu', bytes: TEXT }], { format: 'gnu' }), [`${LONG}:880`]],
  ['PAX long name', tarOf([{ name: LONG, long: 'pax', bytes: TEXT }]), [`${LONG}:880`]],
  ['base-256 size', tarOf([{ name: 'a', base256: true, bytes: TEXT }], { format: 'gnu' }), ['a:880']],
  ['no end', tarOf([{ name: 'a', bytes: TEXT }], { end: false }), ['a:880']],
  ['empty file, folder, link', tarOf([{ name: 'e' }, { name: 'd/', type: '5' }, { name: 'l', type: '2' }]), ['e:0', 'l:0']],
  [
    'global PAX header',
    tarOf([
      { name: 'pax_global_header', type: 'g', bytes: paxOf({ comment: 'x' }) },
      { name: 'a', bytes: TEXT },
    ]),
    ['a:880'],
  ],
  ['a second archive behind the end', Buffer.concat([tarOf([{ name: 'a' }]), tarOf([{ name: 'b' }])]), ['a:0', 'b:0']],
] as const) {
  test(`tar: ${what}`, () => {
    assert.ok(isTar(bytes));
    assert.deepEqual(see(bytes), expected);
  });
}

test('two sizes: both are read, and both readers are followed', () => {
  const inner = tarOf([{ name: 'hidden.exe', bytes: TEXT }], { end: false });
  const lies = tarOf([
    { name: 'a', bytes: inner, saidSize: 0, pax: { size: String(inner.length) } },
    { name: 'z', bytes: TEXT },
  ]);
  assert.deepEqual(see(lies), [`a:${inner.length}`, 'z:880', 'hidden.exe:880']);
  const link = tarOf([{ name: 'l', type: '1', bytes: inner }, { name: 'z' }]);
  assert.deepEqual(see(link), [`l:${inner.length}`, 'z:0', 'hidden.exe:880']);
});

test('two names: both are told', () => {
  assert.deepEqual(see(tarOf([{ name: 'run.js', pax: { path: 'a.txt' } }])), ['a.txt|run.js:0']);
});

test('a wrong checksum is not believed and not passed over', () => {
  const wrong = { name: 'a.txt', bytes: TEXT, wrongSum: true };
  assert.deepEqual(see(tarOf([wrong])), ['null:2560', 'damaged']);
  assert.deepEqual(see(tarOf([{ name: 'b' }, wrong, { name: 'c' }])), ['b:0', 'null:1536', 'c:0']);
  assert.deepEqual(see(Buffer.concat([tarOf([{ name: 'b' }]), Buffer.alloc(100, 65)])), ['b:0', 'null:1124']);
});

test('what is cut is told', () => {
  const whole = tarOf([{ name: 'a', bytes: TEXT }]);
  assert.deepEqual(see(whole.subarray(0, 700)), ['a:188', 'damaged']);
  assert.deepEqual(see(tarOf([{ name: 'a', type: 'M', bytes: TEXT }])), ['a:880', 'split_archive']);
  const odd = tarOf([{ name: 'x', type: 'x', bytes: Buffer.from('12 path=toolong') }, { name: 'a' }]);
  assert.deepEqual(see(odd), ['damaged', 'a:0']);
});

test('an old GNU sparse file: its stored bytes, behind the map', () => {
  const map = Buffer.alloc(512);
  const sparse = tarOf([{ name: 's', type: 'S', bytes: Buffer.concat([map, TEXT]), saidSize: TEXT.length }, { name: 'z' }]);
  sparse[482] = 1;
  const sum = sparse.subarray(0, 512).reduce((all, byte, i) => all + (i >= 148 && i < 156 ? 32 : byte), 0);
  sparse.write(sum.toString(8).padStart(6, '0'), 148, 'latin1');
  assert.deepEqual(see(sparse), ['s:880', 'z:0']);
});

test('no bytes break it', () => {
  endsOnAnything(
    openTar,
    tarOf([
      { name: LONG, long: 'pax', bytes: TEXT },
      { name: LONG, long: 'gnu', bytes: TEXT },
      { name: 'c', type: '1', bytes: TEXT },
    ]),
  );
});

test('readings that overlap stay linear', () => {
  const block = tarOf([{ name: 'l', type: '1', saidSize: 512 }], { end: false });
  const x = tarOf([{ name: '1024 path=', type: 'x', saidSize: 1 << 24 }], { end: false });
  const many = Buffer.concat(Array.from({ length: 8_000 }, () => [block, x]).flat());
  const started = spentMs();
  see(many);
  assert.ok(spentMs() - started < SOON_MS);
});
