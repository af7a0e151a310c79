// A layer: one lesson gets its mail right, fades, is written and read again, and shares no place with a layer of another key.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { walk } from '../message/walk.ts';
import type { Evidence } from './evidence.ts';
import { emptyLayer, fade, HALF_LIFE_DAYS, LAYER_SIZE, layerSum, learn, readLayer, writeLayer, type Layer } from './learned.ts';
import { readMail } from './read.ts';

const DAY = 86_400_000;
const evidence = (text: string): Evidence =>
  readMail(walk(Buffer.from(`From: Ann <ann@bell.example>\r\nSubject: offer\r\n\r\n${text}`)), { direction: 'in' }).evidence;
const OFFER = 'Cheap garden chairs this week only, write to us for the price list and the catalogue.';
/** Lessons until the layer says so, at most ten. */
function taught(label: 'spam' | 'ham', key = 5): Layer {
  let layer = emptyLayer(key, 0);
  for (let n = 0; n < 10; n++) {
    const seen = evidence(OFFER);
    layer = learn(layer, seen, label, layerSum(layer, seen), 0);
  }
  return layer;
}
const places = (layer: Layer): ReadonlySet<number> => new Set([...layer.weights.keys()].filter(at => layer.weights[at] !== 0));

test('a lesson moves its mail to its side, and not past the bound at once', () => {
  const one = learn(emptyLayer(5, 0), evidence(OFFER), 'spam', 0, 0);
  const sum = layerSum(one, evidence(OFFER));
  assert.ok(sum > 1 && sum <= 4, `${sum}`);
  assert.ok(layerSum(taught('spam'), evidence(OFFER)) > 2.5);
  assert.ok(layerSum(taught('ham'), evidence(OFFER)) < -2.5);
  assert.equal(taught('ham').lessons, 10);
});

test('what is right already changes no weight, and the layer that was is left as it was', () => {
  const before = emptyLayer(5, 0);
  const sure = learn(before, evidence(OFFER), 'spam', 50, 0);
  assert.equal(places(sure).size, 0);
  learn(before, evidence(OFFER), 'spam', 0, 0);
  assert.equal(places(before).size, 0);
});

test('weights lose half in a half-life, in steps of days', () => {
  const layer = taught('spam');
  const sum = layerSum(layer, evidence(OFFER));
  assert.equal(fade(layer, DAY - 1), layer);
  const old = fade(layer, HALF_LIFE_DAYS * DAY);
  assert.ok(Math.abs(layerSum(old, evidence(OFFER)) / sum - 0.5) < 0.05);
  assert.equal(old.fadedAt, HALF_LIFE_DAYS * DAY);
});

test('written and read again it is the same; other bytes are refused', () => {
  const layer = taught('spam', 0xfedcba98);
  assert.deepEqual(readLayer(writeLayer(layer)), { ...layer, key: 0xfedcba98 });
  for (const bytes of [Buffer.alloc(0), Buffer.alloc(20), writeLayer(layer).subarray(1), writeLayer(layer).subarray(0, -1)])
    assert.throws(() => readLayer(bytes), /no learned layer/);
});

test('a layer of another key stands elsewhere: one says nothing of the other', () => {
  const one = taught('spam', 1);
  const other = taught('spam', 0x7777_1234);
  const shared = [...places(one)].filter(at => places(other).has(at)).length;
  assert.ok(places(one).size > 100);
  // No more than chance puts on the same places.
  assert.ok(shared < 5 + (4 * places(one).size * places(other).size) / LAYER_SIZE, `${shared}`);
  assert.ok(Math.abs(layerSum({ ...one, key: other.key }, evidence(OFFER))) < 0.5);
});
