// The model file: what is written is read again, and bytes of anything else are refused.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadFilterModel } from '../engines/filter-model.ts';
import { VIEWS } from './evidence.ts';
import { parseModel, probability, steps, sumAt, TABLE_SIZE, writeModel, type Model } from './model.ts';

const MODEL: Model = {
  name: 'test',
  scales: VIEWS.map((_, view) => view / 2),
  bias: -0.5,
  rules: { a: 1.25 },
  slope: 1.3,
  offset: 0.7,
  cuts: { gray: 0.7, fail: 0.9, refuse: 0.99 },
  largest: 0.8,
  weights: Int8Array.from({ length: TABLE_SIZE }, (_, at) => (at % 255) - 127),
};

test('written and read again it is the same', () => {
  assert.deepEqual(parseModel(writeModel(MODEL)), MODEL);
  const shipped = loadFilterModel();
  assert.equal(shipped.weights.length, TABLE_SIZE);
  assert.ok(shipped.cuts.gray < shipped.cuts.fail && shipped.cuts.fail <= shipped.cuts.refuse);
});

test('wrong bytes are refused with what is wrong', () => {
  const bytes = writeModel(MODEL);
  assert.throws(() => parseModel(Buffer.alloc(0)), /no filter model/);
  assert.throws(() => parseModel(Buffer.from(`X${bytes.toString('latin1').slice(1)}`, 'latin1')), /no filter model/);
  assert.throws(() => parseModel(bytes.subarray(0, -1)), /other evidence/);
  const other = Buffer.from(bytes.toString('latin1').replace('"words"', '"worte"'), 'latin1');
  assert.throws(() => parseModel(other), /other evidence/);
});

test('a sum and its probability are two ways of saying the same', () => {
  for (const p of [0.01, 0.5, 0.9, 0.999]) assert.ok(Math.abs(probability(MODEL, sumAt(MODEL, p)) - p) < 1e-9);
});

test('steps of a weight grow with its byte, evenly on both sides', () => {
  const all = steps(0.8);
  assert.equal(all[128], 0);
  assert.ok(Math.abs((all[255] as number) - 0.8) < 1e-6 && Math.abs((all[1] as number) + 0.8) < 1e-6);
  for (let at = 1; at < 256; at++) assert.ok((all[at] as number) >= (all[at - 1] as number));
});
