// The product's filter as a process of its own, so that its CPU can be told from the bench's: `node judge.ts [MODEL]` reads mails on stdin,
// each behind its length (four bytes, least first), and answers each with its score as a line.
import { loadFilterModel } from '../../src/engines/filter-model.ts';
import { judge } from '../../src/filter/filter.ts';
import { walk } from '../../src/message/walk.ts';

const model = loadFilterModel(process.argv[2] ?? null);
let chunks: Buffer[] = [];
let size = 0;
process.stdin.on('data', (chunk: Buffer) => {
  chunks.push(chunk);
  size += chunk.length;
  const first = chunks[0] as Buffer;
  if (first.length < 4 || size < 4 + first.readUInt32LE(0)) {
    if (first.length < 4) chunks = [Buffer.concat(chunks)];
    return;
  }
  const mail = Buffer.concat(chunks).subarray(4);
  chunks = [];
  size = 0;
  process.stdout.write(`${judge(model, walk(mail), { direction: 'in' }).finding.score ?? NaN}\n`);
});
