// The check itself: known spam that the filter marks, each disguised by each trick, and wanted mail that it passes, dressed by the tricks
// that wanted mail uses too. How many are still judged alike.
import { loadFilterModel } from '../../src/engines/filter-model.ts';
import { judge } from '../../src/filter/filter.ts';
import type { Model } from '../../src/filter/model.ts';
import type { SpamFinding } from '../../src/mail.ts';
import { walk } from '../../src/message/walk.ts';
import { composeMail } from '../mail/compose.ts';
import { readCores, type Core } from '../mail/cores.ts';
import { CORES } from '../mail/made.ts';
import { newRandom } from '../mail/random.ts';
import { plainly, quiet, takeApart, type Mail, type Trick } from './base.ts';
import { FAIR } from './fair.ts';
import { PAGES } from './html.ts';
import { LETTERS } from './letters.ts';
import { WRAPPED } from './mime.ts';
import { DRESSED, RELINKED } from './structure.ts';

export const TRICKS: readonly Trick[] = [...LETTERS, ...PAGES, ...WRAPPED, ...DRESSED, ...RELINKED];

export type Row = {
  readonly trick: string;
  readonly group: string;
  readonly kept: number;
  readonly total: number;
  readonly lost: readonly string[];
  /** Mean change of the log-odds. */
  readonly moved: number;
};
export type Checked = {
  readonly spam: readonly Row[];
  readonly ham: readonly Row[];
  readonly spamMails: number;
  readonly hamMails: number;
};

const SEED = 20_260;
/** Mails taken of one folder of cores, so that every language is there. */
const PER_FOLDER = 5;
/** Characters, of Chinese fewer: a shorter mail has nothing to disguise. */
const LEAST_TEXT = 200;
const LEAST_CHINESE = 60;
/** Cores are taken at this distance, so that they are of many files. */
const STRIDE = 7;

type Known = { readonly name: string; readonly mail: Mail; readonly odds: number };

type Verdict = SpamFinding['verdict'];
type Judge = (raw: Buffer) => { readonly verdict: Verdict; readonly odds: number };

const judgeOf =
  (model: Model): Judge =>
  raw => {
    const { verdict, score } = judge(model, walk(raw), { direction: 'in' }).finding;
    const p = Math.min(1 - 1e-6, Math.max(1e-6, score ?? 0.5));
    return { verdict, odds: Math.log(p / (1 - p)) };
  };

/**
 * Mails of `cores` that the filter judges so, a few of each folder; under a quiet header where the body alone is judged so. Spam of a
 * folder that has too little of it that fails outright is filled up with what is GRAY.
 */
function known(cores: readonly Core[], judged: Judge, wanted: 'PASS' | 'FAIL'): readonly Known[] {
  const folders = new Map<string, Core[]>();
  for (const core of cores) {
    const folder = core.file.split('/')[0] ?? '';
    folders.set(folder, [...(folders.get(folder) ?? []), core]);
  }
  return [...folders.values()].flatMap(ours => {
    const found: Known[] = [];
    const gray: Known[] = [];
    for (let n = 0; n < ours.length && found.length < PER_FOLDER; n++) {
      const core = ours[(n * STRIDE) % ours.length] as Core;
      const whole = takeApart(composeMail(core, newRandom(SEED + n)).raw, core.lang);
      if (whole === null || whole.text.trim().length < (core.lang.startsWith('zh') ? LEAST_CHINESE : LEAST_TEXT)) continue;
      const choices = (wanted === 'PASS' ? [whole] : [quiet(whole), whole]).map(mail => ({ mail, ...judged(plainly(mail)) }));
      const one = choices.find(({ verdict }) => verdict === wanted);
      const next = one ?? choices.find(({ verdict }) => wanted === 'FAIL' && verdict === 'GRAY');
      if (!next) continue;
      const { mail, odds } = next;
      (one ? found : gray).push({ name: `${core.file}#${core.kind}${mail === whole ? '' : ' (quiet)'}`, mail, odds });
    }
    return [...found, ...gray.toSorted((a, b) => b.odds - a.odds).slice(0, PER_FOLDER - found.length)];
  });
}

function rowsOf(tricks: readonly Trick[], mails: readonly Known[], judged: Judge, isKept: (verdict: Verdict) => boolean): readonly Row[] {
  return tricks.map(trick => {
    const random = newRandom(SEED);
    const results = mails.flatMap(({ name, mail, odds }) => {
      const raw = trick.disguise(mail, random);
      if (raw === null) return [];
      const now = judged(raw);
      return [{ name, isKept: isKept(now.verdict), moved: now.odds - odds }];
    });
    const lost = results.filter(one => !one.isKept).map(one => `${one.name} ${one.moved.toFixed(1)}`);
    const moved = results.reduce((sum, one) => sum + one.moved, 0) / Math.max(1, results.length);
    return { trick: trick.id, group: trick.group, kept: results.length - lost.length, total: results.length, lost, moved };
  });
}

export function check(model: Model = loadFilterModel()): Checked {
  const cores = readCores(CORES);
  const judged = judgeOf(model);
  // FAIL before GRAY: what is only just GRAY falls to any change.
  const spam = known(
    cores.filter(core => core.label !== 'ham'),
    judged,
    'FAIL',
  );
  const ham = known(
    cores.filter(core => core.label === 'ham'),
    judged,
    'PASS',
  );
  return {
    spam: rowsOf(TRICKS, spam, judged, verdict => verdict !== 'PASS'),
    ham: rowsOf(FAIR, ham, judged, verdict => verdict === 'PASS'),
    spamMails: spam.length,
    hamMails: ham.length,
  };
}

export const share = (rows: readonly Row[]): number => {
  const total = rows.reduce((sum, row) => sum + row.total, 0);
  return total === 0 ? 0 : rows.reduce((sum, row) => sum + row.kept, 0) / total;
};
