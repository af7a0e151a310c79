// What only the archive library unpacks (RAR, LZX cabinets, PPMd ...): each archive in a worker that is ended after it, with time, memory,
// members and bytes bounded. Never throws: what goes wrong is said as a reason, with what came out before it.
import { readFile } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { MiB } from '../../limits.ts';
import type { Why } from '../../scan/opener.ts';
import type { FromThread, ThreadData, WasmModule } from './libarchive-thread.ts';

export type Unpacked = { readonly members: readonly { readonly name: string; readonly bytes: Buffer }[]; readonly why: Why | null };

/** Beside the archive itself: dictionaries (RAR 5 up to 64 MiB) and what the library needs. */
const MEMORY = 96 * MiB;

declare const WebAssembly: { readonly compile: (bytes: Uint8Array) => Promise<WasmModule> };
let compiled: Promise<WasmModule> | null = null;
const load = async (): Promise<WasmModule> =>
  WebAssembly.compile(await readFile(new URL(import.meta.resolve('libarchive.js/dist/libarchive.wasm'))));

/** All members, at most `mostMembers` of at most `most` bytes together, within `deadlineMs`. `why`: not everything came out. */
export async function unpackForeign(bytes: Buffer, most: number, mostMembers: number, deadlineMs: number): Promise<Unpacked> {
  try {
    compiled ??= load();
    const libarchive = await compiled;
    return await unpackedBy({ libarchive, bytes, most, mostMembers, maxMemory: bytes.length + MEMORY }, deadlineMs);
  } catch {
    compiled = null;
    return { members: [], why: 'method' };
  }
}

async function unpackedBy(workerData: ThreadData, deadlineMs: number): Promise<Unpacked> {
  const members: { name: string; bytes: Buffer }[] = [];
  const worker = new Worker(new URL('./libarchive-thread.ts', import.meta.url), {
    workerData,
    env: {},
    execArgv: [],
    // Nothing of it is printed.
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 16 },
  });
  const ended = new Promise<void>(resolve => worker.once('exit', () => resolve()));
  const why = await new Promise<Why | null>(resolve => {
    const timer = setTimeout(() => resolve('time'), deadlineMs);
    const end = (why: Why | null): void => {
      clearTimeout(timer);
      resolve(why);
    };
    worker.on('message', (message: FromThread) => {
      if (message.told === 'member') members.push({ name: message.name, bytes: Buffer.from(message.bytes.buffer) });
      else end(message.why);
    });
    worker.on('error', error => end((error as { code?: string }).code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'memory' : 'damaged'));
    worker.on('exit', () => end('damaged'));
  });
  // A copy: nothing may be added by a worker that is still ending.
  const told = { members: [...members], why };
  await worker.terminate();
  await ended;
  return told;
}
