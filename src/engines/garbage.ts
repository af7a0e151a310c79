// Garbage that V8 sees no reason to look for: what loading the code left behind, and memory that threads share, which counts for none of
// their heaps and goes back when the last of them has found that it holds it no longer.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
// After a collection at rest V8 keeps a heap small for good, and a busy door would collect again and again: a tenth of its processor time.
setFlagsFromString('--heap-growing-percent=150');
const collect = runInNewContext('gc') as (how: { readonly type: 'major'; readonly flavor?: 'last-resort' }) => void;

/** Shared memory that is worth a collection: 30 to 60 ms with the heap of a door, for which the thread stands still. */
const WORTH_BYTES = 16 * 1024 * 1024;
/** What held it a moment ago (a frame that waits, a message) is over by then. */
const AFTER_MS = 1_000;

/** Once a thread has loaded its code: 25 MB of a door, of which half is the program that took the types out of it. 0.1 to 0.4 s. */
export function collectAfterStart(): void {
  collect({ type: 'major', flavor: 'last-resort' });
}

let letGoBytes = 0;

/** This thread holds so much shared memory less. */
export function letGo(bytes: number): void {
  const before = letGoBytes;
  letGoBytes += bytes;
  if (before >= WORTH_BYTES || letGoBytes < WORTH_BYTES) return;
  setTimeout(() => {
    letGoBytes = 0;
    collect({ type: 'major' });
  }, AFTER_MS).unref();
}
