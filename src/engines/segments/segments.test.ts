// Segments against a plain Map: whatever the keys, the size of the runs and the order, what was added first is found, and nothing else. A
// damaged file is told, never used.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { buildSegment, newSegmentBuilder, type Entry } from './build.ts';
import { HEADER_BYTES } from './format.ts';
import { GUESSES, lookUp, valueAt } from './look-up.ts';
import { isFault, openSegment, type Segment } from './open.ts';
import { MAX_TEXT, newTexts, readText } from './texts.ts';

const folder = mkdtempSync(join(tmpdir(), 'sesame-segments-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let made = 0;
const fresh = (): string => {
  const own = join(folder, String(++made));
  mkdirSync(own);
  return join(own, 'x.segment');
};
const keyOf = (n: number | string): Buffer => createHash('sha256').update(String(n)).digest().subarray(0, 16);
const valueOf = (n: number): Buffer => {
  const value = Buffer.alloc(6);
  value.writeUIntLE(n, 0, 6);
  return value;
};
const hashes = (count: number): Entry[] => Array.from({ length: count }, (_, n) => ({ key: keyOf(n), value: valueOf(n) }));

async function opened(path: string): Promise<Segment> {
  const segment = await openSegment(path, 'test');
  if (isFault(segment)) throw new Error(segment.why);
  return segment;
}
async function built(entries: Iterable<Entry> | AsyncIterable<Entry>, runBytes?: number): Promise<Segment> {
  const path = fresh();
  const { count } = await buildSegment({ path, kind: 'test', valueBytes: 6, ...(runBytes ? { runBytes } : {}) }, entries);
  assert.deepEqual(readdirSync(join(path, '..')), ['x.segment'], 'nothing else is left');
  const segment = await opened(path);
  assert.equal(segment.count, count);
  return segment;
}
/** All that was added is found with its first value, in ascending order; what was not is not. */
function agrees(segment: Segment, entries: readonly Entry[]): void {
  const first = new Map<string, Uint8Array>();
  for (const { key, value } of entries) {
    const hex = Buffer.from(key).toString('hex');
    if (!first.has(hex)) first.set(hex, value);
  }
  assert.equal(segment.count, first.size);
  for (const [hex, value] of first) {
    const index = lookUp(segment, Buffer.from(hex, 'hex'));
    assert.ok(index >= 0, hex);
    assert.ok(valueAt(segment, index).equals(value), hex);
  }
  for (let i = 1; i < segment.count; i++) {
    const at = i * segment.recordBytes;
    assert.ok(segment.records.compare(segment.records, at - segment.recordBytes, at - segment.recordBytes + 16, at, at + 16) > 0);
  }
  for (let n = 0; n < 500; n++) assert.equal(lookUp(segment, keyOf(`miss ${n}`)), -1);
}

test('one run, many runs, and more runs than are merged at once hold the same', async () => {
  const entries = hashes(8_000);
  const one = await built(entries);
  agrees(one, entries);
  // 22-byte records: 400 and 12 to a run, so 20 and 667 runs.
  for (const runBytes of [9_000, 280]) {
    const other = await built(entries, runBytes);
    assert.ok(other.records.equals(one.records));
    assert.equal(other.description.sha256, one.description.sha256);
  }
});

test('nothing, one entry, entries that come slowly, the lowest and the highest key', async () => {
  agrees(await built([]), []);
  agrees(await built(hashes(1)), hashes(1));
  const ends = [Buffer.alloc(16), Buffer.alloc(16, 0xff)].map((key, n) => ({ key, value: valueOf(n) }));
  agrees(await built([...ends, ...hashes(100)]), [...ends, ...hashes(100)]);
  async function* slowly(): AsyncIterable<Entry> {
    for (const one of hashes(50)) {
      await new Promise(resolve => setImmediate(resolve));
      yield one;
    }
  }
  agrees(await built(slowly(), 100), hashes(50));
});

test('of equal keys the first wins, within a run and over runs', async () => {
  const twice = [...hashes(3_000), ...Array.from({ length: 3_000 }, (_, n) => ({ key: keyOf(n), value: valueOf(n + 1_000_000) }))];
  for (const runBytes of [1_000_000, 4_000, 280]) agrees(await built(twice, runBytes), twice);
});

test('a later value of the same key may change the one that is kept, over runs too', async () => {
  for (const runBytes of [1_000_000, 280]) {
    const path = fresh();
    const combine = (kept: Uint8Array, later: Uint8Array): void => {
      kept[0] = (kept[0] ?? 0) | (later[0] ?? 0);
    };
    const entries = [1, 2, 4, 8].flatMap(bit => Array.from({ length: 300 }, (_, n) => ({ key: keyOf(n), value: Buffer.of(bit) })));
    const { count, duplicates } = await buildSegment({ path, kind: 'test', valueBytes: 1, runBytes, combine }, entries);
    assert.deepEqual([count, duplicates], [300, 900]);
    const segment = await opened(path);
    for (let i = 0; i < count; i++) assert.equal(valueAt(segment, i)[0], 15);
  }
});

test('no keys make a look-up long: crowded, growing by powers, all alike but for the end', async () => {
  const shapes: Record<string, (n: number) => Buffer> = {
    crowded: n => Buffer.concat([Buffer.alloc(12, 7), Buffer.from(keyOf(n).subarray(0, 4))]),
    powers: n => Buffer.from((1n << BigInt(n % 128)).toString(16).padStart(32, '0'), 'hex'),
    ends: n =>
      n % 2 ? Buffer.concat([Buffer.alloc(4, 0xff), keyOf(n).subarray(4)]) : Buffer.concat([Buffer.alloc(6), keyOf(n).subarray(6)]),
    alike: n => Buffer.concat([Buffer.alloc(13), Buffer.of(n >> 16, n >> 8, n)]),
  };
  for (const [name, shape] of Object.entries(shapes)) {
    const entries = Array.from({ length: 5_000 }, (_, n) => ({ key: shape(n), value: valueOf(n) }));
    const segment = await built(entries, 30_000);
    agrees(segment, entries);
    const most = GUESSES + Math.ceil(Math.log2(segment.count + 1)) + 1;
    for (const { key } of [...entries, ...hashes(1_000)]) assert.ok(looksFor(segment, Buffer.from(key)) <= most, name);
  }
});

test('keys that are hashes take few looks', async () => {
  const segment = await built(hashes(40_000));
  let looks = 0;
  for (let n = 0; n < 2_000; n++) looks += looksFor(segment, keyOf(n * 2)) + looksFor(segment, keyOf(`miss ${n}`));
  assert.ok(looks / 4_000 < 7, `${looks / 4_000} looks`);
});

/** Records that a look-up looks at. */
function looksFor(segment: Segment, key: Buffer): number {
  const seen = new Set<number>();
  const view = { getUint32: (at: number) => (seen.add(Math.floor(at / segment.recordBytes)), segment.view.getUint32(at)) };
  lookUp({ ...segment, view: view as DataView }, key);
  return seen.size;
}

test('a damaged, cut or foreign file is a value that names it', async () => {
  const path = fresh();
  await buildSegment({ path, kind: 'test', valueBytes: 6 }, hashes(200));
  const whole = readFileSync(path);
  const told = async (bytes: Buffer, fault = 'damaged'): Promise<void> => {
    writeFileSync(path, bytes);
    const found = await openSegment(path, 'test');
    assert.ok(isFault(found));
    assert.equal(found.fault, fault);
    assert.ok(found.why.includes(path), found.why);
  };
  for (let n = 0; n < whole.length; n += n < HEADER_BYTES ? 1 : 37) {
    const bent = Buffer.from(whole);
    bent[n] = (bent[n] ?? 0) ^ (1 << (n % 8));
    await told(bent);
  }
  for (let n = 0; n < whole.length; n += n < HEADER_BYTES + 30 ? 3 : 101) await told(whole.subarray(0, n));
  await told(Buffer.concat([whole, Buffer.alloc(22)]));
  await told(Buffer.from('no segment at all'));
  // A count that no memory holds.
  const vast = Buffer.from(whole);
  vast.writeBigUInt64LE(0xffff_ffff_ffffn, 16);
  await told(vast);
  writeFileSync(path, whole);
  assert.ok(!isFault(await openSegment(path, 'test')));
  const other = await openSegment(path, 'other');
  assert.ok(isFault(other) && /segment of "test", not of "other"/.test(other.why));
  truncateSync(path, 0);
  await told(Buffer.alloc(0));
  rmSync(path);
  const gone = await openSegment(path, 'test');
  assert.ok(isFault(gone) && gone.fault === 'missing' && gone.why.includes(path));
  const folderItself = await openSegment(folder, 'test');
  assert.ok(isFault(folderItself) && folderItself.fault !== 'missing');
});

test('what fails leaves nothing behind and changes nothing', async () => {
  const path = fresh();
  const own = join(path, '..');
  function* broken(): Iterable<Entry> {
    yield* hashes(500);
    throw new Error('the source broke');
  }
  await assert.rejects(buildSegment({ path, kind: 'test', valueBytes: 6, runBytes: 500 }, broken()), /the source broke/);
  assert.deepEqual(readdirSync(own), []);
  const builder = newSegmentBuilder({ path, kind: 'test', valueBytes: 6 });
  assert.throws(() => builder.add(Buffer.alloc(15), valueOf(1)), /another width/);
  assert.throws(() => builder.add(Buffer.alloc(16), Buffer.alloc(5)), /another width/);
  assert.throws(() => newSegmentBuilder({ path, kind: 'No Kind', valueBytes: 6 }), /No Kind/);
  await assert.rejects(buildSegment({ path: join(own, 'nowhere', 'x'), kind: 'test', valueBytes: 6 }, []), /ENOENT/);
  assert.ok(!existsSync(path));
});

test('another thread attaches to the same memory', async () => {
  const segment = await built(hashes(1_000));
  const worker = new Worker(
    `const { parentPort, workerData } = require('node:worker_threads');
     (async () => {
       const { attachSegment } = await import(workerData.open);
       const { lookUp } = await import(workerData.lookUp);
       parentPort.postMessage(lookUp(attachSegment(workerData.description), Buffer.from(workerData.key)));
     })();`,
    {
      eval: true,
      workerData: {
        open: new URL('./open.ts', import.meta.url).href,
        lookUp: new URL('./look-up.ts', import.meta.url).href,
        description: segment.description,
        key: keyOf(77),
      },
    },
  );
  const index = await new Promise<number>((resolve, reject) => worker.once('message', resolve).once('error', reject));
  await worker.terminate();
  assert.equal(index, lookUp(segment, keyOf(77)));
  assert.ok(index >= 0);
});

test('texts are read back by their offset; damage is no text', () => {
  const path = fresh();
  const texts = newTexts(path);
  const long = 'é'.repeat(MAX_TEXT);
  const all = ['Win.Test.One', 'вирус', long, ...Array.from({ length: 30_000 }, (_, n) => `name ${n}`)];
  const offsets = all.map(texts.add);
  assert.equal(texts.add(''), 0);
  assert.equal(texts.add('name 29999'), offsets.at(-1));
  const bytes = texts.finish();
  assert.equal(readFileSync(path).length, bytes);
  let fd = openSync(path, 'r');
  for (const [n, text] of all.entries())
    if (n < 10 || n % 97 === 0) assert.equal(readText(fd, offsets[n] ?? 0), text === long ? 'é'.repeat(MAX_TEXT / 2) : text);
  assert.equal(readText(fd, 0), null);
  assert.equal(readText(fd, bytes), null);
  assert.equal(readText(fd, 10 ** 12), null);
  assert.equal(readText(fd, 9), null);
  assert.equal(readText(-1, 8), null);
  closeSync(fd);
  const bent = readFileSync(path);
  bent[(offsets[0] ?? 0) + 8] = 0x41;
  writeFileSync(path, bent);
  fd = openSync(path, 'r');
  assert.equal(readText(fd, offsets[0] ?? 0), null);
  assert.equal(readText(fd, offsets[1] ?? 0), 'вирус');
  closeSync(fd);
});
