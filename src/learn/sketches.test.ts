// Stored fingerprints: equal ones are equal, opened they are what they were, and their numbers do not stand in the bytes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newSecrets } from '../engines/keys/secrets.ts';
import { newSketchBox, sketchKeyOf } from './sketches.ts';

const secretsOf = (n: number): ReturnType<typeof newSecrets> => newSecrets({ seal: Buffer.alloc(32, n), mac: Buffer.alloc(32, n) });
const sketch = Array.from({ length: 16 }, (_, n) => n * 0x0badcafe + 5)
  .map(n => n >>> 0)
  .toSorted((a, b) => a - b);

test('a fingerprint is stored under the installation’s key', () => {
  const [ours, theirs] = [newSketchBox(secretsOf(1)), newSketchBox(secretsOf(2))];
  const sealed = ours.seal(sketch);
  assert.equal(sealed.length, 64);
  assert.deepEqual(ours.seal(sketch), sealed);
  assert.deepEqual(ours.open(Uint8Array.from(sealed)), sketch);
  assert.notDeepEqual(theirs.open(sealed), sketch);
  assert.notDeepEqual(theirs.seal(sketch), sealed);
  const number = Buffer.alloc(4);
  for (const one of sketch) {
    number.writeUInt32LE(one);
    assert.equal(sealed.includes(number), false);
  }
  assert.notEqual(sketchKeyOf(secretsOf(1)), sketchKeyOf(secretsOf(2)));
});
