// Clean letters have no finding, and a letter with one defect has just that one: every kind of defect in every letter that can have it, as
// `bin/sesame score` judges. Putting a second defect in never raises the score, and the same mail has the same score.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { filterModel } from '../../bin/filter-model.ts';
import { offlineScanner } from '../../bin/offline-scanner.ts';
import { scoreOffline } from '../../bin/offline-score.ts';
import { CHECKS } from '../../src/score/checks.ts';
import { BULK } from './clean-bulk.ts';
import { OTHER } from './clean-other.ts';
import { DEFECTS } from './defects.ts';
import { wire, type Letter } from './letter.ts';

const NOW = Date.UTC(2026, 10, 22, 12);
const CLEAN: Readonly<Record<string, Letter>> = { ...BULK, ...OTHER };
/** What the filter says of a mail follows from what is in it: wording of spam is spam to it too. */
const FOLLOWS = new Set(['spam-doubt', 'spam-verdict']);

const model = filterModel(undefined);
const scanner = offlineScanner();
after(() => scanner.close());

const judged = async (letter: Letter): Promise<{ readonly score: number; readonly ids: readonly string[]; readonly told: string }> => {
  const report = await scoreOffline({ model, scanner, now: NOW }, wire(letter), 'en');
  const ids = report.findings.map(one => one.id);
  return { score: report.score, ids, told: JSON.stringify(report) };
};

for (const [name, letter] of Object.entries(CLEAN))
  test(`${name}: no finding`, async () => {
    const { score, ids } = await judged(letter);
    assert.deepEqual({ score, ids }, { score: 10, ids: [] });
  });

for (const { finding, name, put } of DEFECTS)
  test(`${name}: found, and nothing else`, async () => {
    let tried = 0;
    for (const [clean, letter] of Object.entries(CLEAN)) {
      // Past what is read of a page is past what is judged; and a picture without a size beside a line of text is the larger part of it.
      const defect = clean === 'long' || (clean === 'code' && name === 'missing-alt 2') ? null : put(letter);
      if (defect === null) continue;
      tried++;
      const { score, ids } = await judged(defect);
      assert.deepEqual(
        ids.filter(id => !FOLLOWS.has(id)),
        [finding],
        `${name} in ${clean}`,
      );
      assert.ok(score < 10);
    }
    assert.ok(tried > 0);
  });

test('every finding that needs no facts from outside has a pair', () => {
  const outside = new Set([...FOLLOWS, 'virus-found', 'attachment-unscannable']);
  const identity = [
    'mta-sts-broken',
    'bimi-broken',
    'spf-missing',
    'dkim-missing',
    'dkim-broken',
    'dmarc-missing',
    'spf-fails',
    'dmarc-fails',
    'from-unreachable',
  ];
  const paired = new Set(DEFECTS.map(one => one.finding));
  assert.deepEqual(
    CHECKS.map(check => check.id).filter(id => !paired.has(id) && !outside.has(id) && !identity.includes(id)),
    [],
  );
});

test('taking one of several defects out never lowers the score, and the same mail has the same report', async () => {
  // A picture without a size beside a line of text is the larger part of it.
  const letters = Object.values(CLEAN).filter(one => wire(one).length < 20_000 && one !== OTHER.code);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...letters),
      fc.shuffledSubarray([...DEFECTS], { minLength: 2, maxLength: 4 }),
      async (letter, some) => {
        const [last, ...first] = some.toReversed();
        const before = first.reduce<Letter>((one, { put }) => put(one) ?? one, letter);
        const after = last?.put(before) ?? before;
        const [less, more] = [await judged(before), await judged(after)];
        const lost = (ids: readonly string[]): number =>
          CHECKS.reduce((sum, { id, points }) => sum + (ids.includes(id) && !FOLLOWS.has(id) ? points : 0), 0);
        // Only where no defect took the place of another. The filter looks at the mail as a whole (docs/score.md).
        if (first.every(one => one.put(letter) === null || more.ids.includes(one.finding)))
          assert.ok(lost(less.ids) <= lost(more.ids) + 1e-9, some.map(one => one.name).join(' + '));
        assert.equal((await judged(after)).told, more.told);
      },
    ),
    { numRuns: 40 },
  );
});
