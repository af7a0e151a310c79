// `sesame hashes`: import, list, check and remove on DATA_DIR/hashes, with its exit codes and words; no server is needed.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ROOT } from '../server.ts';

const folder = mkdtempSync(join(tmpdir(), 'sesame-hashes-tool-'));
const data = join(folder, 'data');
after(() => rmSync(folder, { recursive: true, force: true }));

type Ran = { readonly code: number | null; readonly out: string; readonly err: string };
function tool(...args: readonly string[]): Ran {
  const env = { PATH: '/usr/bin:/bin', SESAME_DATA_DIR: data };
  const ran = spawnSync(join(ROOT, 'bin/sesame'), ['hashes', ...args], { cwd: folder, env, encoding: 'utf8' });
  return { code: ran.status, out: ran.stdout, err: ran.stderr };
}
const digest = (kind: string, text: string): string => createHash(kind).update(text).digest('hex');
const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);

test('a list is imported, listed, asked and removed', () => {
  const none = tool('list');
  assert.deepEqual([none.code, none.out], [0, '']);
  assert.match(none.err, /sesame hashes import FILE/);
  assert.equal(tool('list', '--json').out, '');
  write('bad.exe', 'harmless, but listed');
  write('good.exe', 'harmless');
  write('main.hdb', `${digest('md5', 'harmless, but listed')}:20:Test.Listed\n${digest('md5', 'x')}:*:Test.X:73\n`);
  write('ours.txt', `# ours\n${digest('sha256', 'y')}  y.exe\n`);
  const made = tool('import', 'main.hdb', 'ours.txt');
  assert.equal(made.code, 0, made.err);
  assert.match(made.out, /^main\.hdb: 2 entries \(MD5\)\nours\.txt: 1 entries \(SHA-256\)\n$/);
  assert.match(made.err, /within ten seconds/);
  const listed = tool('list');
  assert.match(
    listed.out,
    /^NAME {6}ENTRIES {2}DIGESTS {2}IMPORTED\nmain\.hdb {8}2 {2}MD5 {6}20\d\d-.*\nours\.txt {8}1 {2}SHA-256 {2}20\d\d-/,
  );
  const [first] = tool('list', '--json').out.split('\n');
  const { name, entries, digests, importedAt } = JSON.parse(first ?? '');
  assert.deepEqual([name, entries, digests], ['main.hdb', 2, { md5: 2 }]);
  assert.ok(Date.parse(importedAt) > 0);

  const hit = tool('check', 'bad.exe');
  assert.deepEqual([hit.code, hit.out], [1, 'bad.exe is listed as Test.Listed (list main.hdb)\n']);
  const miss = tool('check', 'good.exe');
  assert.deepEqual([miss.code, miss.out], [0, 'good.exe is on none of the lists (3 entries)\n']);
  const byDigest = tool('check', digest('sha256', 'y').toUpperCase(), '--json');
  assert.equal(byDigest.code, 1);
  const answer = JSON.parse(byDigest.out);
  assert.deepEqual([answer.listed, answer.name, answer.list], [true, 'y.exe', 'ours.txt']);

  write('main.hdb', `${digest('md5', 'z')}:*:Test.Z\n`);
  const again = JSON.parse(tool('import', 'main.hdb', '--json').out);
  assert.deepEqual([again.name, again.entries, again.replaced, again.badLines], ['main.hdb', 1, true, 0]);
  assert.equal(tool('check', 'bad.exe').code, 0);
  assert.equal(tool('import', 'main.hdb', 'ours.txt', '--name', 'both').code, 0);
  assert.match(tool('list').out, /^both +2 {2}SHA-256, MD5/m);

  assert.equal(tool('remove', 'both').code, 0);
  assert.deepEqual(JSON.parse(tool('remove', 'ours.txt', '--json').out), { name: 'ours.txt', removed: true });
  const twice = tool('remove', 'ours.txt');
  assert.equal(twice.code, 2);
  assert.match(twice.err, /there is no list "ours\.txt"/);
  assert.equal(tool('list', '--json').out.trim().split('\n').length, 1);
});

test('bad lines are told with their numbers; too many, and nothing is imported', () => {
  const good = Array.from({ length: 500 }, (_, n) => digest('sha256', String(n)));
  write('some.txt', [...good, 'nonsense'].join('\n'));
  const some = tool('import', 'some.txt');
  assert.equal(some.code, 0);
  assert.match(some.err, /some\.txt, line 501: it does not begin with/);
  write('most.txt', [...good.slice(0, 20), ...Array.from({ length: 20 }, () => 'nonsense')].join('\n'));
  const most = tool('import', 'most.txt');
  assert.equal(most.code, 2);
  assert.equal(most.err.match(/^most\.txt, line /gm)?.length, 10);
  assert.match(most.err, /20 of 40 lines .* DIGEST:SIZE:NAME/);
  assert.doesNotMatch(tool('list').out, /most/);
});

test('wrong usage is 2 and says what to do', () => {
  for (const [args, what] of [
    [[], /usage: sesame hashes import/],
    [['frobnicate', 'x'], /"frobnicate" is no command of "hashes"/],
    [['import'], /usage: sesame hashes import/],
    [['import', 'nowhere.hdb'], /nowhere\.hdb does not exist/],
    [['import', folder, '--name', 'x'], /name files, not folders/],
    [['import', 'main.hdb', '--name', '../x'], /give --name LIST/],
    [['import', 'main.hdb', './main.hdb'], /two files are called main\.hdb/],
    [['list', 'main.hdb'], /usage/],
    [['list', '--name', 'x'], /--name is for import/],
    [['remove'], /usage/],
    [['check', 'abc'], /no file, and no SHA-256/],
    [['check', '--wrong'], /--wrong/],
  ] as const) {
    const ran = tool(...args);
    assert.equal(ran.code, 2, `${args.join(' ')}: ${ran.err}`);
    assert.match(ran.err, what);
  }
  assert.match(tool('--help').out, /^sesame hashes import main\.hdb/);
  assert.ok(!existsSync(join(folder, 'x')));
});

test('a damaged list is told by name and fails the check', () => {
  const folderOfLists = join(data, 'hashes');
  const segment = readdirSync(folderOfLists).find(file => file.startsWith('some.') && file.endsWith('.segment')) ?? '';
  writeFileSync(join(folderOfLists, segment), 'damaged');
  const asked = tool('check', digest('sha256', 'nowhere'));
  assert.equal(asked.code, 1);
  assert.match(asked.err, /the hash list "some\.txt" is not whole/);
});
