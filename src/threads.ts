// The threads of the process as the main thread holds them: the one writer, and the doors. A thread that ends by itself ends the process:
// nothing can be promised any more, and the service manager starts it again.
import { MessageChannel, Worker } from 'node:worker_threads';
import type { Config } from './config.ts';
import type { DoorData, FromDoor, Listeners, ToDoor } from './door-types.ts';
import { errorText } from './engines/log.ts';
import { metricsText } from './engines/metrics.ts';
import type { Engines } from './engines/open.ts';
import type { PaceTold } from './engines/pace/pace.ts';
import type { FromWriter, WriterData } from './engines/store/writer.ts';
import type { Log } from './engines/types.ts';
import { THREAD_ENV } from './engines/workers.ts';

/** V8 lets the young part of each heap grow to three times this before it looks: 80 MB less than its own bound in a busy process with two doors. */
const RESOURCES = { maxYoungGenerationSizeMb: 16 };

/** The writer as the main thread holds it. */
export type Writer = {
  readonly roots: DoorData['roots'];
  readonly port: () => DoorData['writer'];
  readonly end: () => Promise<void>;
};

/** The writer thread; when it ends by itself nothing can be promised any more, and the process ends with it. */
export function startWriter(data: WriterData, log: Log): Promise<Writer> {
  const worker = new Worker(new URL('./engines/store/writer.ts', import.meta.url), {
    workerData: data,
    env: THREAD_ENV,
    resourceLimits: RESOURCES,
  });
  let ending = false;
  const ended = new Promise<void>(resolve => worker.once('exit', () => resolve()));
  const port: Writer['port'] = () => {
    const { port1, port2 } = new MessageChannel();
    worker.postMessage({ kind: 'port', port: port1 }, [port1]);
    return port2;
  };
  return new Promise((resolve, reject) => {
    worker.on('error', error => {
      log.error('the writer failed', { error: errorText(error) });
      reject(error);
      process.exit(1);
    });
    worker.on('exit', () => {
      if (!ending) process.exit(1);
    });
    worker.on('message', (message: FromWriter) => {
      if (message.kind === 'alarm') log.error(message.text);
      if (message.kind === 'refused') reject(new Error(message.text));
      if (message.kind !== 'ready') return;
      const end = async (): Promise<void> => {
        ending = true;
        worker.postMessage({ kind: 'end' });
        await ended;
      };
      resolve({ roots: { seal: message.seal, mac: message.mac }, port, end });
    });
  });
}

export type Doors = { readonly listen: Listeners; readonly tell: (message: ToDoor) => void; readonly stop: (ms: number) => Promise<void> };

/** The first door binds (a port 0 gets its number), the others join its ports. A door that fails ends the process: the service manager starts it again. */
export async function openDoors(
  config: Config,
  dataOf: (index: number) => Omit<DoorData, 'listen' | 'reusePort'>,
  log: Log,
  main: Engines,
  paces: (told: readonly PaceTold[]) => void,
): Promise<Doors> {
  const reusePort = process.platform === 'linux' && config.doors > 1;
  const count = reusePort ? config.doors : 1;
  const doors: Worker[] = [];
  const collecting = new Map<number, { parts: unknown[]; done: () => void }>();
  let asks = 0;
  const say = (door: Worker, message: ToDoor): void => door.postMessage(message);
  const collect = async (): Promise<string> => {
    const ask = ++asks;
    const parts: unknown[] = [await main.metrics.snapshot()];
    await new Promise<void>(done => {
      const timer = setTimeout(done, 2_000);
      collecting.set(ask, { parts, done: () => (clearTimeout(timer), done()) });
      for (const door of doors) say(door, { kind: 'snapshot', ask });
    });
    collecting.delete(ask);
    return metricsText(parts as never);
  };
  let stopping = false;
  const open = (index: number, listen: Listeners): Promise<Listeners> => {
    const data: DoorData = { ...dataOf(index + 1), listen, reusePort };
    const worker = new Worker(new URL('./door.ts', import.meta.url), {
      workerData: data,
      env: THREAD_ENV,
      transferList: [data.writer],
      resourceLimits: RESOURCES,
    });
    doors.push(worker);
    return new Promise((resolve, reject) => {
      worker.on('error', error => {
        log.error('a door failed', { door: String(index), error: errorText(error) });
        reject(error);
        process.exit(1);
      });
      worker.on('exit', code => {
        if (!stopping) process.exit(code || 1);
      });
      worker.on('message', (message: FromDoor) => {
        if (message.kind === 'open') resolve(message.listen);
        else if (message.kind === 'paces') paces(message.told);
        else if (message.kind === 'metrics?') void collect().then(text => say(worker, { kind: 'metrics', ask: message.ask, text }));
        else if (message.kind === 'snapshot') {
          const waiting = collecting.get(message.ask);
          waiting?.parts.push(message.snapshot);
          if (waiting?.parts.length === doors.length + 1) waiting.done();
        }
      });
    });
  };
  const listen = await open(0, config.listen);
  for (let index = 1; index < count; index++) await open(index, listen);
  return {
    listen,
    tell: message => doors.forEach(door => say(door, message)),
    stop: async ms => {
      stopping = true;
      await Promise.all(
        doors.map(
          door =>
            new Promise<void>(resolve => {
              const late = setTimeout(() => void door.terminate(), ms + 5_000);
              door.once('exit', () => (clearTimeout(late), resolve()));
              say(door, { kind: 'stop', ms });
            }),
        ),
      );
    },
  };
}
