// A queue of a million: how long a claim, a start and an accept take while so many mails wait, what it holds in memory, and what accepts
// feel while every key is wrapped anew. Mails are sealed for real and put through the store's own accept:
//   node bench/queue.ts [-n 1000000] [--lanes 10000] [--accounts 100] [--seconds 15]
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openInline, type InlineStore } from '../src/engines/store/inline.ts';
import { openSqlite } from '../src/engines/store/sqlite.ts';
import type { Command } from '../src/engines/store/loop.ts';
import { smtp } from '../test/client.ts';
import { discard, startServer, tenant, type Server, type Tenant } from '../test/server.ts';
import { startSink } from '../test/sink.ts';
import { message } from '../test/store-contract.ts';

const { values } = parseArgs({
  options: {
    n: { type: 'string', short: 'n', default: '1000000' },
    lanes: { type: 'string', default: '10000' },
    accounts: { type: 'string', default: '100' },
    seconds: { type: 'string', default: '15' },
  },
});
const [mails, lanes, accounts, seconds] = [Number(values.n), Number(values.lanes), Number(values.accounts), Number(values.seconds)];
const BATCH = 500;
const HOUR = 3_600_000;
const LINGER_MS = 8 * 60_000;
const PACE_MS = 20;
const say = (what: string, figures: object): void => console.log(JSON.stringify({ what, ...figures }));
const round = (n: number): number => Math.round(n * 10) / 10;
const at = (sorted: readonly number[], share: number): number => round(sorted[Math.floor(sorted.length * share)] ?? 0);

const sink = await startSink({});
const env = { SESAME_SMARTHOST: sink.address, SESAME_CONNECTION_LIMIT: '100000', SESAME_LOG: 'warn' };
const first = await startServer(env);
const sender = await tenant(first, 'sender.test');
await first.stop();
const { dataDir } = first;

await measureClaims(1_000, 0);
await measureClaims(mails - 1_000, 0);
const plain = await serve('start and accept', false);
const db = openSqlite(join(dataDir, 'sesame.db'));
// One mail of each epoch was final long enough ago: its key has to go, and all that waits under it is wrapped anew.
await db.run('UPDATE epochs SET first_final_at = ? WHERE state <> ? AND first_final_at IS NULL', [Date.now() - LINGER_MS, 'destroyed']);
db.close();
const wrapping = await serve('accept while keys are wrapped anew', true);
say('ratio of accept p99', { ratio: round(wrapping / plain) });
await measureClaims(0, 20_000);
await sink.close();
discard(first);

/** `quick`: for filling, without a sync a commit. */
function open(quick = false): Promise<InlineStore> {
  const file = join(dataDir, 'sesame.db');
  const [db, reader] = [openSqlite(file), openSqlite(file, { readOnly: true })];
  if (quick) db.exec('PRAGMA synchronous = OFF; PRAGMA wal_autocheckpoint = 50000; PRAGMA cache_size = -500000');
  return openInline({ db, reader, closeDb: () => (db.close(), reader.close()), dataDir });
}

/** Adds mail that waits for tomorrow and mail that is due, and claims a full window of a thousand that are due, giving it back each time. */
async function measureClaims(later: number, due: number): Promise<void> {
  const filler = await open(true);
  await fill(filler, later, false);
  await fill(filler, due + 1_000, true);
  await filler.close();
  const store = await open();
  const waiting = (await store.store.emails.waiting()).reduce((sum, one) => sum + one.count, 0);
  say('claim', { waiting, due: due + 1_000, ...(await claims(store)) });
  await store.close();
  // What was due for this is so no more: what follows measures a queue that waits.
  const db = openSqlite(join(dataDir, 'sesame.db'));
  await db.run("UPDATE recipients SET due_at = due_at + ? WHERE state = 'queued'", [24 * HOUR]);
  db.close();
}

async function fill(store: InlineStore, count: number, due: boolean): Promise<void> {
  const started = performance.now();
  for (let done = 0; done < count; done += BATCH) {
    const now = Date.now();
    const commands = Array.from({ length: Math.min(BATCH, count - done) }, (_, i): Command => {
      const n = done + i;
      const plainMail = message(store, now, { accountId: `acc_${n % accounts}`, events: [], counts: 0 }, [`u${n}@d${n % lanes}.test`]);
      const dueAt = due ? now : now + 24 * HOUR + (n % 3_600) * 1_000;
      const recipients = plainMail.recipients.map(one => ({ ...one, dueAt, state: due ? ('queued' as const) : ('deferred' as const) }));
      return { seq: n, owner: 'bench/0', call: 'queue.accept', arg: { ...plainMail, recipients } };
    });
    await store.loop.run(commands);
  }
  if (count > 0) say('fill', { mails: count, per_s: Math.round(count / ((performance.now() - started) / 1_000)) });
}

async function claims(store: InlineStore): Promise<object> {
  const took: number[] = [];
  for (let n = 0; n < 60; n++) {
    const before = performance.now();
    const jobs = await store.store.queue.claim({ room: 256, perLane: 64 });
    took.push(performance.now() - before);
    if (jobs.length < 200) throw new Error(`only ${jobs.length} jobs were claimed`);
    await store.store.queue.release(jobs);
  }
  const sorted = took.toSorted((a, b) => a - b);
  const idle: number[] = [];
  for (let n = 0; n < 60; n++) {
    const before = performance.now();
    await store.store.emails.waiting();
    idle.push(performance.now() - before);
  }
  return {
    claim_256_p50_ms: at(sorted, 0.5),
    claim_256_p99_ms: at(sorted, 0.99),
    counts_p50_ms: at(
      idle.toSorted((a, b) => a - b),
      0.5,
    ),
  };
}

/** Starts the server over the full queue and sends plain mail at an even pace; p99 of acceptance. */
async function serve(what: string, whileWrapping: boolean): Promise<number> {
  const started = performance.now();
  const server = await startServer(env, dataDir);
  const start_s = round((performance.now() - started) / 1_000);
  const reader = openSqlite(join(dataDir, 'sesame.db'), { readOnly: true });
  const left = async (): Promise<number> =>
    Number(
      (await reader.get("SELECT count(*) AS n FROM epochs WHERE state <> 'destroyed' AND first_final_at < ?", [Date.now() - LINGER_MS]))?.[
        'n'
      ],
    );
  const end = Date.now() + seconds * 1_000;
  const latencies = await pace(server, sender, async () => (whileWrapping ? (await left()) > 0 : Date.now() < end));
  const took_s = round((performance.now() - started) / 1_000 - start_s);
  const memory = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, 'latin1'))?.[1];
  const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, 'latin1'))?.[1];
  say(what, {
    start_s,
    took_s,
    accepts: latencies.length,
    p50_ms: at(latencies, 0.5),
    p99_ms: at(latencies, 0.99),
    rss_mb: Math.round(Number(memory) / 1_024),
    peak_rss_mb: Math.round(Number(peak) / 1_024),
  });
  reader.close();
  await server.stop();
  return at(latencies, 0.99);
}

async function pace(server: Server, login: Tenant, more: () => Promise<boolean>): Promise<readonly number[]> {
  const latencies: number[] = [];
  const session = await smtp(server.ready.submissions, { tls: 'implicit', login });
  for (let n = 0; await more(); n++) {
    const before = performance.now();
    const reply = await session.send('news@sender.test', `u${n}@rcpt.test`, `From: news@sender.test\r\nSubject: ${n}\r\n\r\nHello.\r\n`);
    if (reply.code !== 250) throw new Error(reply.text);
    latencies.push(performance.now() - before);
    await new Promise(resolve => setTimeout(resolve, PACE_MS));
  }
  session.close();
  return latencies.toSorted((a, b) => a - b);
}
