// Hash lists from the file to the look-up: formats, bad lines, sizes, replacing, damage, and the watch that a server keeps on the folder.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { lockHashes } from './hash-files.ts';
import { BUSY, importHashList, removeHashList, type Imported, type NotImported } from './hash-import.ts';
import { readHashLine } from './hash-lines.ts';
import { attachHashLists, openHashLists, watchHashLists, type HashLists } from './hashes.ts';

const base = mkdtempSync(join(tmpdir(), 'sesame-hashes-'));
after(() => rmSync(base, { recursive: true, force: true }));
const fresh = (): string => join(mkdtempSync(join(base, 'data-')), 'hashes');
const digest = (kind: 'sha256' | 'sha1' | 'md5', text: string): string => createHash(kind).update(text).digest('hex');
const [sha256, sha1, md5] = (['sha256', 'sha1', 'md5'] as const).map(kind => (text: string) => digest(kind, text)) as [
  (text: string) => string,
  (text: string) => string,
  (text: string) => string,
];
let clock = 1_800_000_000_000;

function imports(folder: string, text: string | Buffer, name = 'list', file = 'list.txt'): Promise<Imported | NotImported> {
  const path = join(base, file);
  writeFileSync(path, text);
  return importHashList({ folder, name, files: [path], now: () => clock++ });
}
async function imported(folder: string, text: string | Buffer, name?: string): Promise<Imported> {
  const done = await imports(folder, text, name);
  if ('refused' in done) throw new Error(done.refused);
  return done;
}

test('every format is read: .hdb and .hsb, plain, sha256sum, tables; CRLF, BOM, blanks and comments', async () => {
  const folder = fresh();
  const text = `\ufeffsha256,name\r
# a comment\r
${md5('a')}:123:Win.Test.A\r
${md5('b')}:*:Win.Test.B:73:140\r
${sha1('c')}:7:Win.Test.C\r
${sha256('d')}:*:Win.Test.D:73\r

${sha256('e').toUpperCase()}\r
${sha256('f')}  file f.exe
${sha256('g')} *binary.bin
${sha256('h')},Eicar,not
${sha256('i')}\tвирус
\\${sha256('j')}  odd\\nname
   ${md5('k')}
${sha1('l')};L`;
  const done = await imported(folder, text);
  assert.deepEqual([done.list.entries, done.bad.count, done.duplicates, done.replaced], [12, 0, 0, false]);
  const lists = await openHashLists(folder);
  const name = (sought: Parameters<HashLists['find']>[0]): string | null => lists.find(sought)?.name ?? null;
  assert.equal(name({ md5: md5('a'), size: 123 }), 'Win.Test.A');
  assert.equal(name({ md5: md5('a'), size: 124 }), null);
  assert.equal(name({ md5: md5('a'), size: null }), 'Win.Test.A');
  assert.equal(name({ md5: md5('b'), size: 5 }), 'Win.Test.B');
  assert.equal(name({ sha1: sha1('c'), size: 7 }), 'Win.Test.C');
  assert.equal(name({ sha256: sha256('d'), size: 7 }), 'Win.Test.D');
  assert.equal(name({ sha256: sha256('e'), size: 7 }), 'list');
  assert.equal(name({ sha256: sha256('f'), size: 7 }), 'file f.exe');
  assert.equal(name({ sha256: sha256('g'), size: 7 }), 'binary.bin');
  assert.equal(name({ sha256: sha256('h'), size: 7 }), 'Eicar,not');
  assert.equal(name({ sha256: sha256('i'), size: 7 }), 'вирус');
  assert.equal(name({ sha256: sha256('j'), size: 7 }), 'odd\\nname');
  assert.equal(name({ md5: md5('k'), size: 7 }), 'list');
  assert.equal(name({ sha256: sha256('none'), sha1: sha1('l'), md5: md5('none'), size: 7 }), 'L');
  assert.equal(name({ sha256: sha256('none'), sha1: sha1('none'), md5: null, size: 7 }), null);
  assert.equal(name({ sha256: 'nonsense', size: 7 }), null);
  assert.deepEqual(lists.kinds, { sha256: true, sha1: true, md5: true });
  assert.deepEqual([lists.entries, lists.faults], [12, []]);
  lists.close();
  assert.equal(name({ sha256: sha256('d'), size: 7 }), 'list', 'without its names a hit is still a hit');
});

test('bad lines are counted and told; above 1 % nothing is imported', async () => {
  const folder = fresh();
  const good = Array.from({ length: 1_200 }, (_, n) => `${sha256(String(n))} n${n}`);
  const bad = ['zz', `${sha256('x').slice(1)} short`, `${md5('x')}:nine:Name`, `${md5('x')}:9`, `${md5('x')}:9:`, `${md5('x')}|9`];
  const more = ['a'.repeat(5_000), `${md5('')}:0:Empty`, sha256(''), `${sha256('x')}${'b'.repeat(4)}`, `${md5('x')}:-1:N`, '\0\0\0'];
  const done = await imported(folder, [...bad.slice(0, 3), ...good, ...bad.slice(3), ...more].join('\n'));
  assert.deepEqual([done.list.entries, done.bad.count, done.bad.first.length], [1_200, 12, 10]);
  assert.deepEqual(
    done.bad.first.map(one => one.line),
    [1, 2, 3, 1204, 1205, 1206, 1207, 1208, 1209, 1210],
  );
  assert.match(done.bad.first[7]?.why ?? '', /empty file/);
  const before = readdirSync(folder);
  const refused = await imports(folder, [...good.slice(0, 500), ...bad].join('\n'), 'list');
  assert.ok('refused' in refused);
  assert.match(refused.refused, /list\.txt was not imported: 6 of 506 lines/);
  assert.deepEqual(readdirSync(folder), before, 'the list that was there is untouched');
  for (const [text, why] of [
    ['', /no entries/],
    ['# nothing\n\n', /no entries/],
    [Buffer.from(`\ufeff${sha256('x')}\n`, 'utf16le'), /UTF-16/],
    [Buffer.alloc(3_000_000, 0x61), /1 of 1 lines/],
    [Buffer.alloc(3_000_000), /1 of 1 lines/],
  ] as const) {
    const none = await imports(folder, text, 'other');
    assert.ok('refused' in none && why.test(none.refused), JSON.stringify(none));
  }
  for (const file of ['good.fp', 'x.MDB', 'daily.cvd']) {
    const none = await imports(folder, good.join('\n'), 'other', file);
    assert.ok('refused' in none && none.refused.includes(file));
  }
  const folderGiven = await importHashList({ folder, name: 'other', files: [base], now: Date.now });
  assert.ok('refused' in folderGiven && /EISDIR/.test(folderGiven.refused));
  assert.deepEqual(readdirSync(folder), before);
});

test('a long line does not hide what comes after it, wherever the blocks end', async () => {
  const folder = fresh();
  const lines = Array.from({ length: 40_000 }, (_, n) => `${sha256(String(n))}:${n}:N${n}`);
  lines.splice(777, 0, 'x'.repeat(2_500_000));
  const { list, bad } = await imported(folder, lines.join('\r\n'));
  assert.deepEqual([list.entries, bad.count, bad.first[0]?.line], [40_000, 1, 778]);
  const lists = await openHashLists(folder);
  for (let n = 0; n < 40_000; n += 487) assert.equal(lists.find({ sha256: sha256(String(n)), size: n })?.name, `N${n}`);
  lists.close();
});

test('the first of two entries wins; listed with two sizes it is of any size', async () => {
  const folder = fresh();
  const done = await imported(folder, `${md5('a')}:1:First\n${md5('a')}:1:Second\n${md5('b')}:1:B\n${md5('b')}:2:B\n`);
  assert.equal(done.duplicates, 2);
  const lists = await openHashLists(folder);
  assert.equal(lists.find({ md5: md5('a'), size: 1 })?.name, 'First');
  assert.equal(lists.find({ md5: md5('a'), size: 2 }), null);
  for (const size of [1, 2, 3]) assert.equal(lists.find({ md5: md5('b'), size })?.name, 'B');
  lists.close();
});

test('a list is replaced whole; lists stand beside each other; the version tells every change', async () => {
  const folder = fresh();
  const empty = await openHashLists(folder);
  assert.deepEqual([empty.entries, empty.newestAt, empty.faults], [0, null, []]);
  assert.equal(empty.find({ sha256: sha256('a'), size: 1 }), null);
  const versions = [empty.version];
  await imported(folder, `${sha256('a')} A\n${md5('m')}:1:M`);
  const first = await openHashLists(folder);
  versions.push(first.version);
  await imported(folder, `${sha256('b')} B`, 'other');
  versions.push((await openHashLists(folder)).version);
  const again = await imported(folder, `${sha256('c')} C`);
  assert.equal(again.replaced, true);
  const last = await openHashLists(folder, first);
  versions.push(last.version);
  assert.equal(new Set(versions).size, 4);
  assert.match(last.version, /^[0-9a-f]{16}$/);
  assert.equal(last.find({ sha256: sha256('a'), size: 1 }), null);
  assert.deepEqual(last.find({ sha256: sha256('b'), size: 1 }), { name: 'B', list: 'other' });
  assert.deepEqual(last.find({ sha256: sha256('c'), size: 1 }), { name: 'C', list: 'list' });
  assert.deepEqual(last.kinds, { sha256: true, sha1: false, md5: false });
  assert.equal(last.newestAt, Date.parse(again.list.importedAt));
  // The one who opened before keeps what it has, names too.
  assert.deepEqual(first.find({ sha256: sha256('a'), size: 1 }), { name: 'A', list: 'list' });
  assert.equal(readdirSync(folder).filter(file => file.endsWith('.segment')).length, 2, 'files of the old list are gone');
  assert.equal(removeHashList(folder, 'nosuch'), 'there is no list "nosuch"');
  assert.equal(removeHashList(folder, 'list'), null);
  assert.equal(removeHashList(folder, 'other'), null);
  assert.deepEqual(readdirSync(folder), ['lock.db']);
});

test('what has not changed is not read again', async () => {
  const folder = fresh();
  await imported(folder, `${sha256('a')} A`, 'a');
  const first = await openHashLists(folder);
  await imported(folder, `${sha256('b')} B`, 'b');
  const second = await openHashLists(folder, first);
  const memory = (lists: HashLists, n: number): unknown => lists.description.lists[n]?.segments[0]?.memory;
  assert.equal(memory(second, 0), memory(first, 0));
  assert.equal(second.entries, 2);
});

test('damage is told with the file, and what is whole still counts', async () => {
  const folder = fresh();
  await imported(folder, `${sha256('a')} A\n${md5('m')}:1:M`);
  await imported(folder, `${sha256('b')} B`, 'other');
  const names = readdirSync(folder);
  const segment = names.find(file => file.startsWith('list.') && file.endsWith('.sha256.segment')) ?? '';
  const texts = names.find(file => file.startsWith('other.') && file.endsWith('.texts')) ?? '';
  const bytes = readFileSync(join(folder, segment));
  writeFileSync(join(folder, segment), bytes.subarray(0, -1));
  const cut = await openHashLists(folder);
  assert.equal(cut.faults.length, 1);
  assert.ok(cut.faults[0]?.includes(segment) && cut.faults[0].includes('"list"'));
  assert.equal(cut.find({ sha256: sha256('a'), size: 1 }), null);
  assert.equal(cut.find({ md5: md5('m'), size: 1 })?.name, 'M');
  assert.equal(cut.find({ sha256: sha256('b'), size: 1 })?.name, 'B');
  // Another segment, whole in itself, is not the one that was imported.
  const foreign = names.find(file => file.startsWith('other.') && file.endsWith('.segment')) ?? '';
  writeFileSync(join(folder, segment), readFileSync(join(folder, foreign)));
  assert.match((await openHashLists(folder)).faults[0] ?? '', /another file/);
  writeFileSync(join(folder, texts), '');
  rmSync(join(folder, segment));
  const poor = await openHashLists(folder);
  assert.match(poor.faults[0] ?? '', /ENOENT/);
  assert.deepEqual(poor.find({ sha256: sha256('b'), size: 1 }), { name: 'other', list: 'other' });
  for (const text of [
    '',
    '{',
    'null',
    '[]',
    '{"format":2}',
    '{"format":1,"importedAt":"x"}',
    `{"format":1,"segments":[{"file":"../../x"}]}`,
  ]) {
    writeFileSync(join(folder, 'other.list'), text);
    const lists = await openHashLists(folder);
    assert.ok(
      lists.faults.some(fault => fault.includes('other.list')),
      text,
    );
    assert.equal(lists.find({ md5: md5('m'), size: 1 })?.name, 'M');
  }
  // Importing again is the cure.
  await imported(folder, `${sha256('b')} B`, 'other');
  await imported(folder, `${sha256('a')} A`);
  assert.deepEqual((await openHashLists(folder)).faults, []);
});

test('one import at a time; what a killed one left is swept by the next', async () => {
  const folder = fresh();
  const held = lockHashes(folder);
  assert.ok(held);
  const second = await imports(folder, sha256('a'));
  assert.ok('refused' in second && second.refused === BUSY);
  assert.equal(removeHashList(folder, 'list'), BUSY);
  held.release();
  for (const file of ['list.1.sha256.segment', 'list.1.texts', 'list.1.sha256.segment.ab.run-3', 'x.ab.new'])
    writeFileSync(join(folder, file), 'x');
  writeFileSync(join(folder, 'notes.txt'), 'not ours');
  await imported(folder, sha256('a'));
  const left = readdirSync(folder).map(file => file.replace(/\.[0-9a-f]{8}\./, '.ID.'));
  assert.deepEqual(left.toSorted(), ['list.ID.sha256.segment', 'list.ID.texts', 'list.list', 'lock.db', 'notes.txt']);
});

test('another thread finds the same by the description', async () => {
  const folder = fresh();
  await imported(folder, `${sha256('a')} A`);
  const lists = await openHashLists(folder);
  assert.deepEqual(attachHashLists(lists.description).version, lists.version);
  const worker = new Worker(
    `const { parentPort, workerData } = require('node:worker_threads');
     import(workerData.module).then(({ attachHashLists }) => {
       const lists = attachHashLists(workerData.description);
       parentPort.postMessage(lists.find({ sha256: workerData.sha256, size: 1 }));
     });`,
    {
      eval: true,
      workerData: { module: new URL('./hashes.ts', import.meta.url).href, description: lists.description, sha256: sha256('a') },
    },
  );
  const found = await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
  await worker.terminate();
  assert.deepEqual(found, { name: 'A', list: 'list' });
});

test('the watch tells each change once, and faults', async () => {
  const folder = fresh();
  const told: HashLists[] = [];
  let wake = (): void => undefined;
  const watch = watchHashLists(folder, await openHashLists(folder), lists => (told.push(lists), wake()), 10);
  const next = async (work: () => Promise<unknown> | void): Promise<HashLists> => {
    const heard = new Promise<void>(resolve => (wake = resolve));
    await work();
    // The watch keeps no process alive: this does.
    const awake = setTimeout(() => undefined, 10_000);
    await heard;
    clearTimeout(awake);
    return told.at(-1) as HashLists;
  };
  const added = await next(() => imported(folder, `${sha256('a')} A`));
  assert.equal(added.find({ sha256: sha256('a'), size: 1 })?.name, 'A');
  const replaced = await next(() => imported(folder, `${sha256('b')} B`));
  assert.equal(replaced.find({ sha256: sha256('a'), size: 1 }), null);
  const broken = await next(() => writeFileSync(join(folder, 'list.list'), '{'));
  assert.match(broken.faults[0] ?? '', /list\.list is damaged/);
  const gone = await next(() => void removeHashList(folder, 'list'));
  assert.deepEqual([gone.entries, gone.faults], [0, []]);
  assert.equal(told.length, 4);
  await new Promise(resolve => setTimeout(resolve, 60));
  assert.equal(told.length, 4, 'nothing has changed since');
  watch.stop();
});

test('no line makes the reader fail', () => {
  const seeds = [`${md5('a')}:1:N:73`, `${sha256('a')}  x`, `\\${sha1('a')},y`, '# c', ':::', '*'];
  let state = 7;
  const random = (below: number): number => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) % below;
  for (let n = 0; n < 5_000; n++) {
    const seed = seeds[n % seeds.length] ?? '';
    const at = random(seed.length + 1);
    const line = seed.slice(0, at) + String.fromCharCode(random(256)) + seed.slice(at + random(3));
    const read = readHashLine(line);
    assert.ok(read === null || typeof read === 'string' || /^[0-9a-f]+$/i.test(read.hex));
  }
});
