// The one writer thread (entry file of a worker): owns the database, the key file and the ring. Ports come from the main thread.
import { closeSync, existsSync, fsyncSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parentPort, receiveMessageOnPort, workerData, type MessagePort } from 'node:worker_threads';
import { MiB } from '../../limits.ts';
import { EPOCH_TIMES, startEpochs, type EpochTimes } from '../keys/epochs.ts';
import { openKeyFile } from '../keys/keyfile.ts';
import { newRing } from '../keys/ring.ts';
import { newSecrets, rootsOf } from '../keys/secrets.ts';
import { newSketchBox } from '../../learn/sketches.ts';
import { openShared } from '../shared.ts';
import { startLoop, type Command, type Done } from './loop.ts';
import { migrate } from './migrate.ts';
import { openDatabase, type DatabaseAt } from './open.ts';

export type WriterData = {
  readonly at: DatabaseAt;
  readonly dataDir: string;
  readonly node: string;
  readonly secretKeyFile: string;
  readonly ring: SharedArrayBuffer;
  readonly shared: SharedArrayBuffer;
  readonly epochTimes?: EpochTimes;
};
/** To the writer: a port for a thread, or the wish to end. From it: ready with the roots, an alarm, or ended. */
export type ToWriter = { readonly kind: 'port'; readonly port: MessagePort } | { readonly kind: 'end' };
export type FromWriter =
  | { readonly kind: 'ready'; readonly seal: Uint8Array; readonly mac: Uint8Array }
  /** Another server has the database. */
  | { readonly kind: 'refused'; readonly text: string }
  | { readonly kind: 'alarm'; readonly text: string }
  | { readonly kind: 'ended' };

/** Room kept for results when the disk is full: a full disk cannot even record a delivery. */
const RESERVE = 16 * MiB;
const LOW = 8 * MiB;
const TICK_MS = 1_000;
const LOCK_TRIES = 20;

const data = workerData as WriterData;
const say = (message: FromWriter): void => parentPort?.postMessage(message);
const { db, close } = await openDatabase(data.at);
if (!(await lockDatabase())) {
  say({ kind: 'refused', text: 'the database is in use by another server' });
  await new Promise(() => undefined);
}
await migrate(db);
const roots = await rootsOf(db, data.secretKeyFile);
const keyFile = openKeyFile(join(data.dataDir, 'epochs.keys'));
const ring = newRing(data.ring);
const shared = openShared(0, Date.now, data.shared);
const epochs = await startEpochs(db, keyFile, ring, Date.now(), data.epochTimes ?? EPOCH_TIMES, (epoch, rows) =>
  say({ kind: 'alarm', text: `the key of epoch ${epoch} is missing: ${rows} waiting mails are set apart` }),
);
const reserve = diskReserve(join(data.dataDir, 'reserve'));
const loop = await startLoop({
  db,
  node: data.node,
  epochs,
  now: Date.now,
  sketches: newSketchBox(newSecrets(roots)),
  raiseGeneration: shared.raiseGeneration,
  full: reserve.full,
  makeRoom: reserve.giveBack,
});

const ports: MessagePort[] = [];
let running = false;
let ending = false;
/** Cuts a rest short. */
let wake = (): void => undefined;
parentPort?.on('message', (message: ToWriter) => {
  if (message.kind === 'end') {
    ending = true;
    wake();
    void work();
    return;
  }
  ports.push(message.port);
  message.port.on('message', (first: readonly Command[]) => {
    arrived.push([message.port, first]);
    wake();
    void work();
  });
  message.port.on('close', () => ports.splice(ports.indexOf(message.port), 1));
});
const arrived: [MessagePort, readonly Command[]][] = [];
const timer = setInterval(() => {
  reserve.look();
  void work();
}, TICK_MS);
say({ kind: 'ready', seal: roots.seal, mac: roots.mac });

/** One server a database: on PostgreSQL an advisory lock of the writer's session, which ends with its connection. SQLite has the directory's. */
async function lockDatabase(): Promise<boolean> {
  if (db.dialect !== 'postgres') return true;
  for (let tries = 0; tries < LOCK_TRIES; tries++) {
    if ((await db.get('SELECT pg_try_advisory_lock(7376711) AS got'))?.['got'] as unknown) return true;
    // The session of a server that was killed may still be ending.
    await new Promise(resolve => setTimeout(resolve, 250));
  }
  return false;
}

/** Runs until nothing is waiting; a failed commit ends the thread, and with it the process: nothing unsaid was promised. */
async function work(): Promise<void> {
  if (running) return;
  running = true;
  try {
    for (;;) {
      const more = (await batch()) || (await loop.turn());
      if (!more) break;
      // Wrapping keys anew yields to accepts: what came in meanwhile is the next thing done.
      const rest = ending ? 0 : loop.rest();
      await new Promise<void>(resolve => {
        if (rest < 1) return void setImmediate(resolve);
        const timer = setTimeout(resolve, rest);
        wake = () => (clearTimeout(timer), resolve());
      });
    }
  } finally {
    running = false;
  }
  if (!ending || arrived.length > 0) return;
  clearInterval(timer);
  await loop.end();
  await close();
  keyFile.close();
  say({ kind: 'ended' });
  parentPort?.close();
  for (const port of ports) port.close();
}

async function batch(): Promise<boolean> {
  for (const port of ports) {
    for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port))
      arrived.push([port, next.message as readonly Command[]]);
  }
  if (arrived.length === 0) return false;
  const from = arrived.splice(0);
  const commands = from.flatMap(([, list]) => list);
  const done = await loop.run(commands);
  let at = 0;
  const answers = new Map<MessagePort, Done[]>();
  for (const [port, list] of from) {
    answers.set(port, [...(answers.get(port) ?? []), ...done.slice(at, at + list.length)]);
    at += list.length;
  }
  for (const [port, list] of answers) port.postMessage(list);
  return arrived.length > 0;
}

/** A file of fixed size that is given up when the disk is full and made again when there is room. */
function diskReserve(file: string): { readonly full: () => boolean; readonly giveBack: () => boolean; readonly look: () => void } {
  let full = false;
  const free = (): number => {
    const { bavail, bsize } = statfsSync(dirname(file));
    return bavail * bsize;
  };
  const make = (): void => {
    try {
      const fd = openSync(file, 'w', 0o600);
      const block = Buffer.alloc(MiB);
      for (let written = 0; written < RESERVE; written += MiB) writeSync(fd, block);
      fsyncSync(fd);
      closeSync(fd);
    } catch {
      rmSync(file, { force: true });
    }
  };
  if (!existsSync(file) && free() > RESERVE + LOW) make();
  return {
    full: () => full,
    giveBack: () => {
      full = true;
      const had = existsSync(file);
      rmSync(file, { force: true });
      return had;
    },
    look: () => {
      const room = free();
      const has = existsSync(file);
      if (!has && room > RESERVE + 2 * LOW) make();
      full = room < LOW;
    },
  };
}
