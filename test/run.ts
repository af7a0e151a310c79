// `npm test`: every *.test.ts of src/, console/, test/ and training/, or the files and folders named. Ends with `N passed, N failed, N skipped`.
import { readdirSync, statSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

const ROOT = new URL('..', import.meta.url).pathname;
// Of some hundred servers and tools each would take the types out of the same files again: a quarter of the time of a start.
process.env['NODE_COMPILE_CACHE'] ??= join(tmpdir(), 'sesame-test-code');
const named = process.argv.slice(2);
const files = (named.length > 0 ? named : ['src', 'console', 'test', 'training']).flatMap(testsBelow).toSorted();
const counts = { passed: 0, failed: 0, skipped: 0 };
const skipped: string[] = [];

const stream = run({ files, concurrency: Math.max(1, Math.min(2, availableParallelism())), timeout: 30 * 60_000 });
stream.on('test:pass', ({ name, skip, details, file }) => {
  if (details.type === 'suite' || name === file) return;
  if (skip === undefined) counts.passed++;
  else {
    counts.skipped++;
    skipped.push(`${relative(ROOT, file ?? '')}: ${name}${typeof skip === 'string' ? ` (${skip})` : ''}`);
  }
});
stream.on('test:fail', ({ details }) => {
  if (details.type !== 'suite') counts.failed++;
});
// A file that ends before it has told all (forced exit, a crash) would only lower the numbers: it counts as failed.
const told = new Set<string>();
stream.on('test:summary', ({ file }) => {
  if (file !== undefined) told.add(file);
});
process.on('exit', () => {
  for (const file of files.filter(one => !told.has(one))) {
    counts.failed++;
    console.log(`cut short: ${relative(ROOT, file)}`);
  }
  for (const one of skipped) console.log(`skipped: ${one}`);
  console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  if (counts.failed > 0 || counts.passed === 0) process.exitCode = 1;
});
stream.compose(spec).pipe(process.stdout);

function testsBelow(name: string): readonly string[] {
  const at = join(ROOT, relative(ROOT, join(ROOT, name)));
  if (statSync(at).isFile()) return [at];
  return readdirSync(at, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.test.ts'))
    .map(file => join(at, file));
}
