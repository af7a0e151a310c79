// The trainer's parts on vectors small enough to check by hand.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readMail, Unreadable, type Sample } from './corpus.ts';
import { exampleOf, weigh } from './examples.ts';
import { overCurve, recallAt, wilson } from './measure.ts';
import { calibrated, quantised, weightsOf } from './model.ts';

const scored = (ham: readonly number[], bad: readonly number[]): { isBad: boolean; score: number }[] => [
  ...ham.map(score => ({ isBad: false, score })),
  ...bad.map(score => ({ isBad: true, score })),
];

test('1-AUC is the share of pairs in the wrong order, ties half', () => {
  assert.equal(overCurve(scored([1, 2], [3, 4])), 0);
  assert.equal(overCurve(scored([3, 4], [1, 2])), 1);
  assert.equal(overCurve(scored([1, 3], [2, 4])), 0.25);
  assert.equal(overCurve(scored([1, 1], [1, 1])), 0.5);
});

test('recall counts what lies above the ham that is allowed', () => {
  const ham = Array.from({ length: 200 }, (_, n) => n);
  assert.equal(recallAt(scored(ham, [197, 198.5, 300]), 0.005), 2 / 3);
  assert.equal(recallAt(scored(ham, [197, 198.5, 300]), 0), 1 / 3);
});

test("Wilson's interval holds the share and narrows with number", () => {
  const [low, high] = wilson(2, 1_000);
  assert.ok(low > 0 && low < 0.002 && high > 0.002 && high < 0.008);
  assert.ok(wilson(20, 10_000)[1] < high);
});

test('the curve gives even odds between the two kinds, and rises', () => {
  const { slope, offset } = calibrated(scored([-3, -2, -1, 0.5], [-0.5, 1, 2, 3]));
  assert.ok(slope > 0);
  assert.ok(Math.abs(offset / slope) < 0.5);
});

test('bytes hold weights to a hundredth of the largest, small ones finer', () => {
  const weights = Float32Array.from([2, -1, 0.5, 0.01, -0.001, 0]);
  const back = weightsOf(quantised({ weights, rules: new Float64Array(), bias: 0, scales: [] }));
  for (const [n, weight] of weights.entries())
    assert.ok(Math.abs((back[n] as number) - weight) <= 0.02 * Math.abs(weight) + 0.0002, `${weight}`);
});

test('groups weigh less than their number, and both kinds the same', () => {
  const of = (source: string, label: 'ham' | 'spam', count: number): Sample[] =>
    Array.from({ length: count }, () => ({ id: '', raw: Buffer.from('Subject: x\r\n\r\nx'), label, source, lang: 'en', year: 0 }));
  const examples = [...of('large', 'ham', 100), ...of('small', 'ham', 1), ...of('bad', 'spam', 10)].map(one => exampleOf(one));
  weigh(examples, 0.5, 200);
  const sum = (isBad: boolean): number => examples.filter(one => one.isBad === isBad).reduce((all, one) => all + one.weight, 0);
  assert.ok(Math.abs(sum(true) - 100) < 1e-9 && Math.abs(sum(false) - 100) < 1e-9);
  assert.ok(Math.abs((examples[100]?.weight ?? 0) / (examples[0]?.weight ?? 1) - 10) < 1e-9);
});

test('labelled mail is read from folders, .eml, mbox and JSON lines; what is no JSON is named with its line', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sesame-corpus-'));
  try {
    writeFileSync(join(folder, 'a.eml'), 'Subject: one\n\nbody\n');
    writeFileSync(join(folder, 'b.mbox'), 'From x\nSubject: two\n\n>From here\n\nFrom y\nSubject: three\n\nz\n');
    writeFileSync(join(folder, 'c.jsonl'), `${JSON.stringify({ id: '4', raw: 'Subject: four\n\n\u00e9' })}\n\n`);
    const found: string[] = [];
    for await (const { raw } of readMail(folder, 'ham')) found.push(raw.toString('latin1'));
    assert.deepEqual(
      found.map(text => /Subject: (\w+)/.exec(text)?.[1]),
      ['one', 'two', 'three', 'four'],
    );
    assert.match(found[1] ?? '', /\r\n\r\nFrom here\r\n/);
    assert.ok(found[3]?.endsWith('\u00e9'));
    writeFileSync(join(folder, 'd.jsonl'), '{}\nno\n');
    await assert.rejects(
      async () => {
        for await (const _ of readMail(join(folder, 'd.jsonl'), 'ham')) void _;
      },
      (error: unknown) => error instanceof Unreadable && /d\.jsonl line 2/.test(error.message),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
