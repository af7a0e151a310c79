// The layers a thread holds: read once until another lesson counts, faded by the day, bounded in number, and none when they do not open.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newSecrets } from '../engines/keys/secrets.ts';
import { HALF_LIFE_DAYS, type Layer } from '../filter/learned.ts';
import { firstLayer, newLayerBook, sealLayer, type LayerBook } from './layers.ts';

const secrets = newSecrets({ seal: Buffer.alloc(32, 1), mac: Buffer.alloc(32, 2) });
const DAY = 86_400_000;
const NOW = 1_800_000_000_000;

type World = {
  readonly book: LayerBook;
  readonly clock: { now: number };
  readonly put: (scope: string, layer: Layer, under?: string) => void;
  readonly reads: string[];
  readonly broken: string[];
};
function world(): World {
  const rows = new Map<string, { version: number; lessons: number; bytes: number; updatedAt: number; sealed: Uint8Array }>();
  const reads: string[] = [];
  const broken: string[] = [];
  const clock = { now: NOW };
  const none = { version: 0, lessons: 0, bytes: 0, updatedAt: null, sealed: null };
  const book = newLayerBook({
    secrets,
    now: () => clock.now,
    head: async scope => rows.get(scope) ?? none,
    row: async scope => {
      reads.push(scope);
      return rows.get(scope) ?? none;
    },
    broken: scope => void broken.push(scope),
  });
  const put: World['put'] = (scope, layer, under = scope) =>
    void rows.set(scope, {
      version: (rows.get(scope)?.version ?? 0) + 1,
      lessons: layer.lessons,
      updatedAt: NOW,
      ...sealLayer(secrets, under, layer),
    });
  return { book, clock, put, reads, broken };
}
const taught = (scope: string, weight: number): Layer => {
  const layer = firstLayer(secrets, scope, NOW);
  layer.weights[7] = weight;
  return { ...layer, lessons: 1 };
};

test('each scope has its own layer under its own key, in shared memory, read once until it changes', async () => {
  const { book, put, reads } = world();
  assert.deepEqual(await book.of('acc_1'), { installation: null, account: null });
  assert.deepEqual(reads, [], 'who taught nothing costs nothing');
  put('acc_1', taught('acc_1', 100));
  put('', taught('', 50));
  const { installation, account } = await book.of('acc_1');
  assert.deepEqual([account?.weights[7], installation?.weights[7]], [100, 50]);
  assert.notEqual(account?.key, installation?.key);
  assert.ok(account?.weights.buffer instanceof SharedArrayBuffer);
  await book.of('acc_1');
  assert.equal((await book.of('acc_2')).account, null);
  assert.deepEqual(reads, ['', 'acc_1']);
  put('acc_1', taught('acc_1', 200));
  assert.equal((await book.of('acc_1')).account?.weights[7], 200);
  assert.equal((await book.of(null)).account, null);
});

test('weights fade while nobody teaches', async () => {
  const { book, clock, put, reads } = world();
  put('acc_1', taught('acc_1', 1_000));
  assert.equal((await book.known('acc_1')).layer?.weights[7], 1_000);
  clock.now += HALF_LIFE_DAYS * DAY;
  assert.equal((await book.known('acc_1')).layer?.weights[7], 500);
  clock.now += DAY - 1;
  await book.known('acc_1');
  assert.equal(reads.length, 2);
});

test('64 accounts are held, the one not heard of longest goes first', async () => {
  const { book, put, reads } = world();
  for (let n = 0; n < 65; n++) put(`acc_${n}`, taught(`acc_${n}`, 1));
  for (let n = 0; n < 64; n++) await book.known(`acc_${n}`);
  await book.known('acc_0');
  await book.known('acc_64');
  reads.length = 0;
  await book.known('acc_0');
  assert.deepEqual(reads, []);
  await book.known('acc_1');
  assert.deepEqual(reads, ['acc_1']);
});

test('a layer of another scope or damaged is told once and not used', async () => {
  const { book, put, broken } = world();
  put('acc_1', taught('acc_2', 9), 'acc_2');
  assert.equal((await book.of('acc_1')).account, null);
  await book.of('acc_1');
  assert.deepEqual(broken, ['acc_1']);
});
