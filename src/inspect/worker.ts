// Entry of an inspection worker: examines one message at a time; its copy of the message is wiped when it is done.
import { parentPort, workerData } from 'node:worker_threads';
import type { Model } from '../filter/model.ts';
import { examine, type Ask } from './examine.ts';

const model = workerData as Model;

parentPort?.on('message', (ask: Omit<Ask, 'raw'> & { readonly raw: Uint8Array }) => {
  const raw = Buffer.from(ask.raw.buffer, ask.raw.byteOffset, ask.raw.byteLength);
  const examined = examine(model, { ...ask, raw });
  raw.fill(0);
  parentPort?.postMessage(examined);
});
