// The line from a thread to the writer over a MessagePort.
import type { MessagePort } from 'node:worker_threads';
import type { Line } from './client.ts';
import type { Done } from './loop.ts';

export function portLine(port: MessagePort): Line {
  return {
    send: commands => port.postMessage(commands),
    onDone: take => void port.on('message', (done: readonly Done[]) => take(done)),
    close: () => port.close(),
  };
}
