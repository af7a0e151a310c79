// `sesame train`: mail of one's own taught on top of the shipped weights, used by `scan --model`; offline, with clear errors.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ROOT } from '../server.ts';

const folder = mkdtempSync(join(tmpdir(), 'sesame-train-'));
after(() => rmSync(folder, { recursive: true, force: true }));

type Ran = { readonly code: number | null; readonly out: string; readonly err: string };
function tool(args: readonly string[], input = ''): Ran {
  const ran = spawnSync(join(ROOT, 'bin/sesame'), [...args], { cwd: folder, env: { PATH: '/usr/bin:/bin' }, input, encoding: 'utf8' });
  return { code: ran.status, out: ran.stdout, err: ran.stderr };
}

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday', 'Easter'];
/** A newsletter that somebody wants and somebody else calls spam: only teaching can tell. */
const bulletin = (day: string, n: number): string =>
  `From: Orchard Weekly <news@orchard.example>\nTo: reader@example.com\nSubject: ${day} at the orchard, no. ${n}\n\nPears are picked on ${day}. Bring ${n} baskets, the ladder is behind the barn and cider is pressed at noon.\n`;
const notice = (day: string, n: number): string =>
  `From: Depot <depot@freight.example>\nTo: reader@example.com\nSubject: Pallet ${n} for ${day}\n\nPallet ${n} leaves the depot on ${day} with the morning truck. Sign the sheet at gate ${n}.\n`;
const scoreOf = (raw: string, model: string | null): number => {
  const ran = tool(['scan', '--tsv', ...(model === null ? [] : ['--model', model])], `${JSON.stringify({ id: 'x', raw })}\n`);
  assert.equal(ran.code, 0, ran.err);
  return Number(ran.out.split('\t')[1]);
};

test('it learns what it is taught from files, an mbox and JSON lines, and the file holds no word of it', () => {
  mkdirSync(join(folder, 'ham'));
  for (const [n, day] of DAYS.slice(0, 4).entries()) writeFileSync(join(folder, 'ham', `${n}.eml`), notice(day, n + 10));
  writeFileSync(
    join(folder, 'ham', 'more.mbox'),
    DAYS.slice(4, 7)
      .map((day, n) => `From x\n${notice(day, n + 20)}\n`)
      .join(''),
  );
  writeFileSync(
    join(folder, 'spam.jsonl'),
    DAYS.slice(0, 7)
      .map((day, n) => `${JSON.stringify({ raw: bulletin(day, n + 3) })}\n`)
      .join(''),
  );
  const ran = tool(['train', '--ham', 'ham', '--spam', 'spam.jsonl', '--out', 'taught.model', '--json']);
  assert.equal(ran.code, 0, ran.err);
  const { ham, spam, bytes } = JSON.parse(ran.out) as { ham: number; spam: number; bytes: number };
  assert.deepEqual([ham, spam], [7, 7]);
  const file = readFileSync(join(folder, 'taught.model'));
  assert.equal(file.length, bytes);
  assert.ok(bytes < 2_000_000);
  assert.ok(!file.includes('orchard') && !file.includes('Pallet'));
  const before = scoreOf(bulletin('Easter', 40), null);
  assert.ok(scoreOf(bulletin('Easter', 40), 'taught.model') > before + 0.2);
  assert.ok(scoreOf(notice('Easter', 40), 'taught.model') < 0.2);
});

test('wrong usage is said with its cure', () => {
  for (const [args, what] of [
    [['--spam', 'spam.jsonl', '--out', 'x'], /--ham PATH and --spam PATH/],
    [['--ham', 'ham', '--spam', 'spam.jsonl'], /--out FILE/],
    [['--ham', 'nowhere', '--spam', 'spam.jsonl', '--out', 'x'], /nowhere does not exist/],
    [['--ham', 'ham/0.eml', '--spam', 'spam.jsonl', '--out', 'x'], /at least 5 of each/],
  ] as const) {
    const ran = tool(['train', ...args]);
    assert.equal(ran.code, 2, ran.err);
    assert.match(ran.err, what);
  }
  writeFileSync(join(folder, 'broken.model'), 'no model');
  const scan = tool(['scan', '--tsv', '--model', 'broken.model'], '{"id":"a","raw":"x"}\n');
  assert.equal(scan.code, 2, scan.err);
  assert.match(scan.err, /broken\.model/);
});
