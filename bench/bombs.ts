// What bombs do to others: the time that a plain mail takes to be accepted, alone and while bombs come in one after the other at the same
// server, in turns. Each bomb must be refused as unscannable.
//   node bench/bombs.ts [--seconds 6] [--rounds 3]
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { BOMBS } from '../test/attachments/bombs.ts';
import { mailWith } from '../test/attachments/mail.ts';
import { smtp, type Login } from '../test/client.ts';
import { discard, startServer, tenant } from '../test/server.ts';

/** A mail each at this pace: what others feel, not how much fits. */
const PACE_MS = 20;
const SENDERS = 2;

type Throw = { readonly address: string; readonly login: Login; readonly ms: number };

if (isMainThread) await main();
else parentPort?.postMessage(await bomber(workerData as Throw));

/** In a thread of its own: making and sending megabytes must not hold the clock of those who are measured. */
async function bomber({ address, login, ms }: Throw): Promise<number> {
  const bombs = Object.entries(BOMBS).map(([name, make]) => ({
    name,
    raw: Buffer.concat([mailWith('a.bin', make()), Buffer.from('.\r\n')]),
  }));
  const session = await smtp(address, { tls: 'starttls', login });
  parentPort?.postMessage('ready');
  const until = Date.now() + ms;
  let thrown = 0;
  for (; Date.now() < until; thrown++) {
    const { name, raw } = bombs[thrown % bombs.length] as (typeof bombs)[number];
    for (const line of ['MAIL FROM:<a@sender.test>', 'RCPT TO:<success@simulator.sesame.test>', 'DATA']) await session.command(line);
    session.write(raw);
    const { text } = await session.reply();
    if (!text.startsWith('554 5.7.0 attachment_unscannable')) throw new Error(`${name}: ${text}`);
  }
  session.close();
  return thrown;
}

/** Times of plain mails, sorted (ms). */
async function others({ address, login, ms }: Throw): Promise<readonly number[]> {
  const until = Date.now() + ms;
  const took: number[] = [];
  const one = async (): Promise<void> => {
    const session = await smtp(address, { tls: 'starttls', login });
    while (Date.now() < until) {
      const started = performance.now();
      const { code, text } = await session.send(
        'a@sender.test',
        'success@simulator.sesame.test',
        'From: a@sender.test\nSubject: x\n\nhello\n',
      );
      if (code !== 250) throw new Error(text);
      took.push(performance.now() - started);
      await new Promise(resolve => setTimeout(resolve, PACE_MS));
    }
    session.close();
  };
  await Promise.all(Array.from({ length: SENDERS }, one));
  return took.toSorted((a, b) => a - b);
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { seconds: { type: 'string' }, rounds: { type: 'string' } } });
  const ms = Number(values.seconds ?? 6) * 1000;
  const server = await startServer({ SESAME_CONNECTION_LIMIT: '10000' });
  const { username, password } = await tenant(server, 'sender.test');
  const how = { address: server.ready.submission, login: { username, password }, ms };
  await others({ ...how, ms: 2_000 });
  const ratios: number[] = [];
  for (let round = 0; round < Number(values.rounds ?? 3); round++) {
    const alone = await others(how);
    const worker = new Worker(new URL(import.meta.url), { workerData: how });
    const said = (): Promise<unknown> => new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
    await said();
    const [beside, thrown] = await Promise.all([others(how), said()]);
    const ratio = at(beside, 0.99) / at(alone, 0.99);
    ratios.push(ratio);
    console.log(`alone ${shown(alone)}   beside ${String(thrown)} bombs ${shown(beside)}   p99 ratio ${ratio.toFixed(2)}`);
  }
  console.log(`median p99 ratio ${ratios.toSorted((a, b) => a - b)[ratios.length >> 1]?.toFixed(2)}; the mark is 2`);
  await server.stop();
  discard(server);
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

function shown(sorted: readonly number[]): string {
  return `p50 ${at(sorted, 0.5).toFixed(1)} p99 ${at(sorted, 0.99).toFixed(1)} ms (${sorted.length})`;
}
