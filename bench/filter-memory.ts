// Does judging keep anything? 100,000 messages through one filter, each another, and the heap after a collection at 20, 60 and 100 thousand.
//   node --expose-gc bench/filter-memory.ts [FILE.jsonl]
// Made mail by default; with a file, its messages over and over. Ends with 1 when the heap grew by more than 2 MB from the first to the last.
import { loadFilterModel } from '../src/engines/filter-model.ts';
import { judge } from '../src/filter/filter.ts';
import { MiB } from '../src/limits.ts';
import { walk } from '../src/message/walk.ts';
import { readMail } from '../training/corpus.ts';
import { madeMail } from '../training/mail/made.ts';

const AT = [20_000, 60_000, 100_000];
const model = loadFilterModel();
const file = process.argv[2];
const raws: Buffer[] = [];
if (file === undefined) for (const { raw } of madeMail(1, 4_711)) raws.push(raw);
else for await (const { raw } of readMail(file, null)) raws.push(raw);

const heaps: number[] = [];
for (let n = 1; n <= (AT.at(-1) ?? 0); n++) {
  const raw = raws[n % raws.length] ?? Buffer.alloc(0);
  // Another word each time: what is kept by text must not grow either.
  judge(model, walk(Buffer.concat([raw, Buffer.from(` w${n.toString(36)}`)])), { direction: 'in' }, {}, 1);
  if (!AT.includes(n)) continue;
  globalThis.gc?.();
  const { heapUsed, arrayBuffers, external } = process.memoryUsage();
  heaps.push(heapUsed);
  console.log(
    `${String(n).padStart(7)} messages: heap ${(heapUsed / MiB).toFixed(1)} MB, buffers ${(arrayBuffers / MiB).toFixed(1)} MB, external ${(external / MiB).toFixed(1)} MB`,
  );
}
const grown = (heaps.at(-1) ?? 0) - (heaps[0] ?? 0);
console.log(`grown by ${(grown / MiB).toFixed(2)} MB from ${AT[0]} to ${AT.at(-1)}`);
process.exitCode = grown > 2 * MiB ? 1 : 0;
