// A thread that takes as many places in the pace of one pair as it can get, all at one moment of virtual time, and says how many.
import { parentPort, workerData } from 'node:worker_threads';
import { openCells } from '../src/engines/pace/cells.ts';
import { take } from '../src/engines/pace/take.ts';
import type { Limits } from '../src/shaping/gate.ts';

const { memory, key, limits, now, asks, warming } = workerData as {
  readonly memory: SharedArrayBuffer;
  readonly key: string;
  readonly limits: Limits;
  readonly now: number;
  readonly asks: number;
  readonly warming: boolean;
};
const cells = openCells(memory);
let went = 0;
for (let n = 0; n < asks; n++)
  if (
    take(
      cells.of(key, now, () => limits),
      warming,
      now,
      0,
    ).ok
  )
    went++;
parentPort?.postMessage(went);
