// Workers that hang, throw, end or are too few: the answer is null, and the next job finds a worker.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newWorkerPool } from './workers.ts';

/** A worker of its own for the test: does what it is told. */
const entry = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort, threadId } from 'node:worker_threads';
    parentPort.on('message', ask => {
      if (ask === 'hang') for (;;);
      if (ask === 'throw') throw new Error('told to');
      if (ask === 'exit') process.exit(1);
      parentPort.postMessage([ask, threadId]);
    });
  `)}`,
);
const options = { entry, size: 1, budgetMs: 500, recycleAfter: 3, maxWaiting: 2, data: null };

test('answers come back, and a worker ends after its number of jobs', async () => {
  const pool = newWorkerPool<string, [string, number]>(options);
  const threads: number[] = [];
  for (const ask of ['a', 'b', 'c', 'd']) {
    const answer = await pool.run(ask);
    assert.equal(answer?.[0], ask);
    threads.push(answer[1]);
  }
  assert.equal(new Set(threads).size, 2);
  await pool.close();
});

for (const fault of ['hang', 'throw', 'exit']) {
  test(`a worker that is told to ${fault} answers null and is replaced`, async () => {
    const pool = newWorkerPool<string, [string, number]>(options);
    assert.equal(await pool.run(fault), null);
    assert.equal((await pool.run('after'))?.[0], 'after');
    await pool.close();
  });
}

test('more jobs than may wait are answered null at once, the others in turn', async () => {
  const pool = newWorkerPool<string, [string, number]>(options);
  const answers = await Promise.all(['a', 'b', 'c', 'd', 'e'].map(ask => pool.run(ask)));
  assert.deepEqual(
    answers.map(answer => answer?.[0] ?? null),
    ['a', 'b', 'c', null, null],
  );
  await pool.close();
});
