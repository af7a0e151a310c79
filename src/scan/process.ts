// Entry of the scanning process: one message at a time from stdin, each thing in it and at last the finding to stdout. It runs under Node's
// permission model without network, writing, children or keys, with an empty environment; whoever started it ends it when it takes too much.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { unpackForeign } from '../engines/scanner/libarchive.ts';
import type { VirusFinding } from '../mail.ts';
import { walk } from '../message/walk.ts';
import * as bounds from './bounds.ts';
import { frameOf, newFrameReader } from './frames.ts';
import { scanning, type Look } from './scan.ts';
import type { ForeignAnswer } from './unpack.ts';

/** Are things to be told one by one, and with what beside their SHA-256: digests that hash lists ask for, bytes for a signature engine. */
export type JobHead = { readonly things: boolean; readonly md5: boolean; readonly sha1: boolean; readonly bytes: boolean };
export type ToldHead =
  | {
      readonly told: 'look';
      readonly path: string;
      readonly fileName: string | null;
      readonly size: number;
      readonly sha256: string;
      readonly md5: string | null;
      readonly sha1: string | null;
    }
  | { readonly told: 'done'; readonly finding: VirusFinding }
  | { readonly told: 'failed'; readonly error: string };

/** Bytes that are worth a call of the system. */
const TOGETHER = 64 * 1024;
/** Bytes of buffers. */
const MUCH = 64 * 1024 * 1024;
let ready: Buffer[] = [];
let readyBytes = 0;

let last: Promise<void> = Promise.resolve();
const read = newFrameReader<JobHead>(bounds.MAX_RESIDENT, ({ head, bytes }) => {
  last = last.then(() => job(head, bytes));
});
process.stdin.on('data', read);
process.stdin.on('end', () => process.exit(0));
process.stdout.on('error', () => process.exit(0));

async function job(wanted: JobHead, raw: Buffer): Promise<void> {
  try {
    const finding = await scan(wanted, raw);
    tidy();
    await say({ told: 'done', finding });
  } catch (error) {
    // A bug of ours; its words may quote the message and stay here.
    await say({ told: 'failed', error: error instanceof Error ? error.name : 'unknown' });
  } finally {
    raw.fill(0);
  }
}

/** Unpacked megabytes hang on small objects, which the collector is in no hurry to look at. */
function tidy(): void {
  if (process.memoryUsage().arrayBuffers > MUCH) globalThis.gc?.();
}

async function scan(wanted: JobHead, raw: Buffer): Promise<VirusFinding> {
  const steps = scanning(walk(raw));
  let answer: ForeignAnswer | undefined;
  for (;;) {
    const next = steps.next(answer);
    answer = undefined;
    if (next.done) return next.value;
    const step = next.value;
    if (step.step === 'foreign') answer = await unpackForeign(step.bytes, step.most, step.mostMembers, bounds.MAX_MS);
    else if (wanted.things) await look(wanted, step.look);
  }
}

async function look(wanted: JobHead, { part, fileName, bytes, verbatim }: Look): Promise<void> {
  const digest = (name: string, on: boolean): string | null => (on ? createHash(name).update(bytes).digest('hex') : null);
  const { path, size, sha256 } = part;
  const head: ToldHead = {
    told: 'look',
    path,
    fileName,
    size,
    sha256,
    md5: digest('md5', wanted.md5),
    sha1: digest('sha1', wanted.sha1),
  };
  await say(head, wanted.bytes && !verbatim ? bytes : undefined);
}

/** Small frames go together; waits for the reader when it is behind: a signature engine is slower than unpacking. */
async function say(head: ToldHead, bytes?: Buffer): Promise<void> {
  for (const piece of frameOf(head, bytes)) {
    ready.push(piece);
    readyBytes += piece.length;
  }
  if (readyBytes < TOGETHER && head.told === 'look') return;
  const all = Buffer.concat(ready, readyBytes);
  ready = [];
  readyBytes = 0;
  if (!process.stdout.write(all)) await once(process.stdout, 'drain');
}
