// Entry of an inspection worker: examines one message at a time; its copy of the message is wiped when it is done.
import { parentPort } from 'node:worker_threads';
import { examine, type Ask } from './examine.ts';

parentPort?.on('message', (ask: Omit<Ask, 'raw'> & { readonly raw: Uint8Array }) => {
  const raw = Buffer.from(ask.raw.buffer, ask.raw.byteOffset, ask.raw.byteLength);
  const examined = examine({ ...ask, raw });
  raw.fill(0);
  parentPort?.postMessage(examined);
});
