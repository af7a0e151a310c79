// One build of a list in a thread of its own (entry file of a worker), at a low priority: mail comes first.
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { buildList, type BuildAsk, type BuiltList, type Counts } from './build.ts';

export type FromBuild =
  | { readonly kind: 'progress'; readonly counts: Counts }
  | { readonly kind: 'built'; readonly list: BuiltList; readonly counts: Counts }
  | { readonly kind: 'refused'; readonly why: string; readonly counts: Counts };

const PROGRESS_MS = 500;
/** A tenth of the time of a thread that takes mail, where both want it; the lowest would never end on a busy machine. */
const NICE = 10;
const say = (message: FromBuild): void => parentPort?.postMessage(message);

try {
  // On Linux 0 is the thread that asks.
  if (process.platform === 'linux') setPriority(0, NICE);
} catch {
  // It only takes longer for others then.
}
let told = 0;
const done = await buildList(workerData as BuildAsk, counts => {
  const now = performance.now();
  if (now - told < PROGRESS_MS) return;
  told = now;
  say({ kind: 'progress', counts });
});
if ('refused' in done) say({ kind: 'refused', why: done.refused, counts: done.counts });
else say({ kind: 'built', list: done.list, counts: done.counts });
