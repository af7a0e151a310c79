// The quality score: pairs of a clean mail and the same with one defect. A pair passes when its finding is in the defect and not in the clean
// one, which has the higher score; a clean mail passes when it has no finding at all.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filterModel } from '../../../bin/filter-model.ts';
import { offlineScanner } from '../../../bin/offline-scanner.ts';
import { scoreOffline } from '../../../bin/offline-score.ts';
import type { Case, Suite } from '../suite.ts';

/** The suite's mails were written then; a Date two years off is one of its defects. */
const WRITTEN = Date.UTC(2026, 10, 22, 12);

export const quality: Suite = { folder: 'quality', names: ['quality'], run };

async function* run(folder: string): AsyncIterable<Case> {
  const { tests, clean } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as {
    readonly tests: readonly { readonly finding: string; readonly defect: string; readonly clean: string }[];
    readonly clean: readonly string[];
  };
  const model = filterModel(undefined);
  const scanner = offlineScanner();
  const scored = async (file: string): Promise<{ readonly ids: readonly string[]; readonly points: number }> => {
    const { findings, score } = await scoreOffline({ model, scanner, now: WRITTEN }, readFileSync(join(folder, file)), 'en');
    return { ids: findings.map(one => one.id), points: score };
  };
  for (const { finding, defect, clean: before } of tests) {
    const [bad, good] = [await scored(defect), await scored(before)];
    const ok = bad.ids.includes(finding) && !good.ids.includes(finding) && bad.points < good.points;
    yield { suite: 'quality', id: defect, expected: finding, got: `${bad.points}: ${bad.ids.join(' ')}`, ok };
  }
  for (const file of clean) {
    const { ids, points } = await scored(file);
    yield { suite: 'quality', id: file, expected: 'no finding', got: `${points}: ${ids.join(' ')}`, ok: ids.length === 0 };
  }
  scanner.close();
}
