// Entry of an inspection worker: filters, studies or scores one message at a time; its copy of the message is wiped when it is done.
import { parentPort, workerData } from 'node:worker_threads';
import type { Model } from '../filter/model.ts';
import { walk } from '../message/walk.ts';
import { score } from '../score/score.ts';
import { filter, study } from './examine.ts';
import type { Task, Taken } from './inspect.ts';

const model = workerData as Model;

parentPort?.on('message', (task: Task) => {
  const { buffer, byteOffset, byteLength } = task.ask.raw;
  const raw = Buffer.from(buffer, byteOffset, byteLength);
  const answer = take(task, raw);
  raw.fill(0);
  parentPort?.postMessage(answer);
});

/** An error ends the worker: who asked is told that it did not finish. */
function take(task: Task, raw: Buffer): Taken {
  switch (task.kind) {
    case 'filter':
      return filter(model, { ...task.ask, raw });
    case 'study':
      return study(model, raw, task.ask.sketchKey);
    case 'score':
      return score(walk(raw), task.ask.facts);
  }
}
