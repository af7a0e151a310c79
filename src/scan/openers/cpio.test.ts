// cpio archives in all forms, what stands where no header is, what is cut, and that nothing breaks the opener.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SOON_MS, spentMs } from '../../../test/processor.ts';
import { cpioOf, type CpioForm } from '../../../test/archives/cpio.ts';
import { endsOnAnything, opened } from '../../../test/archives/opened.ts';
import { isCpio, openCpio } from './cpio.ts';

const TEXT = Buffer.from('a text of odd length\n'.repeat(41));
const ENTRIES = [{ name: 'folder', mode: 0o040755 }, { name: 'folder/a.txt', bytes: TEXT }, { name: 'empty' }];
const see = (bytes: Buffer): readonly string[] => opened(openCpio, bytes);

for (const form of ['odc', 'newc', 'crc', 'binary', 'binary-big'] satisfies CpioForm[]) {
  const bytes = cpioOf(ENTRIES, { form });
  test(`cpio: ${form}`, () => {
    assert.ok(isCpio(bytes));
    assert.deepEqual(see(bytes), [`folder/a.txt:${TEXT.length}`, 'empty:0']);
    assert.deepEqual(see(Buffer.concat([bytes, Buffer.alloc(400)])), [`folder/a.txt:${TEXT.length}`, 'empty:0']);
    assert.deepEqual(see(bytes.subarray(0, bytes.length - 600)).at(-1), 'damaged');
    assert.deepEqual(see(cpioOf(ENTRIES, { form, end: false })).at(-1), 'damaged');
  });
  test(`cpio: no bytes break it, ${form}`, () => endsOnAnything(openCpio, bytes, 200));
}

test('what no header tells of is shown, and the next header found', () => {
  const one = cpioOf([{ name: 'a', bytes: TEXT }], { end: false });
  const two = cpioOf([{ name: 'b' }]);
  assert.deepEqual(see(Buffer.concat([one, Buffer.from('junk 0707 0707'), two])), ['a:861', 'null:14', 'b:0']);
  assert.deepEqual(see(Buffer.concat([two, Buffer.alloc(6), Buffer.from('behind')])), ['b:0', 'null:12']);
  assert.deepEqual(see(Buffer.concat([two, Buffer.alloc(8), one, two])), ['b:0', 'a:861', 'b:0']);
  assert.deepEqual(see(Buffer.concat([one, Buffer.from('junk')])), ['a:861', 'null:4', 'damaged']);
});

test('what only looks like it is not one', () => {
  assert.ok(
    !isCpio(Buffer.from('0707012345 is a number to call, any time of the day or in the night as well, and then it is more than a hundred')),
  );
  assert.ok(!isCpio(Buffer.from('c771ffff0000', 'hex')));
});

test('looking for the next header ends', () => {
  const started = spentMs();
  const bytes = Buffer.concat([cpioOf([{ name: 'a', bytes: TEXT }]), Buffer.alloc(1 << 24, '07')]);
  assert.deepEqual(see(bytes).at(-1), 'damaged');
  assert.ok(spentMs() - started < SOON_MS);
});
