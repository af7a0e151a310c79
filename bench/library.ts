// The blocked library at size, with the real server: an import while mail is accepted, memory (VmRSS of the process), start, look-ups,
// searches, the list replaced and removed; and the log of refusals. Also called by bench/standing.ts.
//   node bench/library.ts [N=10000000] [--refusals 1000000]
import { spawnSync } from 'node:child_process';
import { closeSync, createReadStream, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildList } from '../src/engines/library/build.ts';
import { installationKey, newSecrets, openRoots } from '../src/engines/keys/secrets.ts';
import { hashSecret, libraryFolder } from '../src/engines/library/files.ts';
import { openList } from '../src/engines/library/run-import.ts';
import { newLibraryShelf } from '../src/engines/library/shelf.ts';
import { library } from '../src/engines/store/control/library.ts';
import { refusals, type RefusalFilter } from '../src/engines/store/control/refusals.ts';
import { openSqlite } from '../src/engines/store/sqlite.ts';
import { addressPatterns } from '../src/library/match.ts';
import { smtp } from '../test/client.ts';
import { discard, must, startServer, tenant, until, type Json, type Server, type Tenant } from '../test/server.ts';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { refusals: { type: 'string', default: '1000000' } } });
const COUNT = Number(positionals[0] ?? '10000000');
const LOOKS = 200_000;
const QUIET_MS = 20_000;
/** One mail in so many ms. */
const EVERY_MS = 20;
/** V8 gives pages back some seconds after it has freed them. */
const SETTLE_MS = 15_000;

if (positionals[0] === 'build') await buildOnly(positionals[1] ?? '');
const folder = mkdtempSync(join(tmpdir(), 'sesame-bench-library-'));
let server = await startServer({ SESAME_LOG: 'warn' });
try {
  await measure();
} finally {
  await server.stop();
  discard(server);
  rmSync(folder, { recursive: true, force: true });
}

async function measure(): Promise<void> {
  const list = join(folder, 'list.txt');
  const bytes = write(list, COUNT);
  say('entries', `${number(COUNT)} addresses, a plain list of ${mb(bytes)}`);
  const sender = await tenant(server, 'sender.test');
  alone(list);
  const bare = await restarted();
  await accepts(sender, 2_000);
  const before = await accepts(sender, QUIET_MS);
  say('accept', `without an import: ${told(before)}`);
  const empty = rss(server);
  const [during, took] = await importing(list, sender);
  say(
    'import',
    `${(took.all / 1000).toFixed(1)} s, ${number((COUNT / took.all) * 1000)} entries/s; sent in ${(took.sent / 1000).toFixed(1)} s, built in ${(took.built / 1000).toFixed(1)} s (${number((COUNT / took.built) * 1000)}/s)`,
  );
  say('accept', `while it ran: ${told(during)}: p99 ${(percentile(during, 0.99) / percentile(before, 0.99)).toFixed(2)} times`);
  const right = rss(server);
  const after = await accepts(sender, QUIET_MS);
  say('accept', `with the list in force: ${told(after)}: p99 ${(percentile(after, 0.99) / percentile(before, 0.99)).toFixed(2)} times`);
  const files = readdirSync(libraryFolder(server.dataDir)).map(file => statSync(join(libraryFolder(server.dataDir), file)).size);
  say(
    'memory',
    `process ${mb(empty)} -> ${mb(rss(server))} (most during the import ${mb(took.most)}, right after it ${mb(right)}); files ${mb(sum(files))}`,
  );
  await effect(sender);
  await searches();
  const full = await restarted();
  const { blocked } = await must(server.call('POST', '/v1/blocked/check', { address: addressOf(1) }));
  if (blocked !== true) throw new Error('the list is not in force after the start');
  say(
    'start',
    `${(full / 1000).toFixed(1)} s to ready with the list in force, ${(bare / 1000).toFixed(1)} s without it; process ${mb(rss(server))}`,
  );
  await lookUps();
  await replacedAndRemoved(list);
  await pages(Number(values.refusals));
}

/** The same build in a process of its own: its time and memory are its own. */
function alone(list: string): void {
  const child = spawnSync(process.execPath, [fileURLToPath(import.meta.url), 'build', list], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: folder,
  });
  const { ms, cpuMs, maxRss } = JSON.parse(child.stdout) as Record<'ms' | 'cpuMs' | 'maxRss', number>;
  say(
    'build',
    `alone: ${(ms / 1000).toFixed(1)} s (CPU ${(cpuMs / 1000).toFixed(1)} s), ${number((COUNT / ms) * 1000)} entries/s, ${number((COUNT / cpuMs) * 1000)} a CPU second, at most ${mb(maxRss)} of memory`,
  );
}

async function buildOnly(upload: string): Promise<never> {
  const started = performance.now();
  const own = mkdtempSync(join(tmpdir(), 'sesame-bench-build-'));
  const defaults = { action: 'block', direction: null, subdomains: false, operator: true } as const;
  const ask = {
    folder: own,
    mark: 'm',
    secret: 'x'.repeat(22),
    old: null,
    dropped: [],
    upload,
    format: 'plain',
    defaults,
    wins: 'new',
    most: 1e9,
    now: Date.now(),
  } as const;
  const built = await buildList(ask, () => undefined);
  if (!('list' in built)) throw new Error(built.refused);
  const ms = performance.now() - started;
  const { user, system } = process.cpuUsage();
  rmSync(own, { recursive: true, force: true });
  console.log(JSON.stringify({ ms, cpuMs: (user + system) / 1000, maxRss: process.resourceUsage().maxRSS * 1024 }));
  process.exit(0);
}

/** ms from the start to ready. */
async function restarted(): Promise<number> {
  const { dataDir } = server;
  await server.stop();
  const started = performance.now();
  server = await startServer({ SESAME_LOG: 'warn' }, dataDir);
  return performance.now() - started;
}

/** The list goes in through the API while mail is accepted. */
async function importing(list: string, sender: Tenant): Promise<[number[], Imported]> {
  let isDone = false;
  const mails = accepts(sender, Number.POSITIVE_INFINITY, () => isDone);
  const imported = await imports(list);
  isDone = true;
  return [await mails, imported];
}

type Imported = { readonly all: number; readonly sent: number; readonly built: number; readonly most: number };

/** It takes the place of what was there. */
async function imports(list: string): Promise<Imported> {
  let most = 0;
  const watch = setInterval(() => (most = Math.max(most, rss(server))), 50);
  const started = performance.now();
  const response = await fetch(`${server.ready.http}/v1/blocked/import?format=plain&list=large&mode=replace`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.operatorKey}`, 'content-type': 'text/plain' },
    body: Readable.toWeb(createReadStream(list, { highWaterMark: 1024 * 1024 })) as ReadableStream,
    duplex: 'half',
  });
  let row = (await response.json()) as Json;
  if (response.status >= 300) throw new Error(JSON.stringify(row));
  while (row.state !== 'done') {
    if (row.state === 'failed') throw new Error(row.fault);
    await new Promise(resolve => setTimeout(resolve, 50));
    row = await must(server.call('GET', `/v1/blocked/imports/${row.id}`));
  }
  const all = performance.now() - started;
  clearInterval(watch);
  if (row.imported !== COUNT) throw new Error(`${row.imported} lines imported`);
  const built = Date.parse(row.endedAt) - Date.parse(row.createdAt);
  return { all, sent: all - built, built, most };
}

/** By the very same list, then none: with the memory a while after each. */
async function replacedAndRemoved(list: string): Promise<void> {
  const before = rss(server);
  const { most } = await imports(list);
  const after = await settled();
  await must(server.call('DELETE', '/v1/blocked/lists/large'));
  say('memory', `replaced: ${mb(before)} -> ${mb(after)} (most ${mb(most)}); removed: ${mb(await settled())}`);
}

async function settled(): Promise<number> {
  await new Promise(resolve => setTimeout(resolve, SETTLE_MS));
  return rss(server);
}

/** Mail over one session at an even pace: ms from the first byte of DATA's content to the answer. */
async function accepts(sender: Tenant, ms: number, isOver: () => boolean = () => false): Promise<number[]> {
  const session = await smtp(server.ready.submissions, { tls: 'implicit', login: sender });
  const latencies: number[] = [];
  const end = performance.now() + ms;
  for (let due = performance.now(); due < end && !isOver(); due += EVERY_MS) {
    await new Promise(resolve => setTimeout(resolve, Math.max(0, due - performance.now())));
    const from = performance.now();
    const { code, text } = await session.send(
      'a@sender.test',
      'success@simulator.sesame.test',
      'From: a@sender.test\nSubject: x\n\nSome words of a mail.\n',
    );
    if (code !== 250) throw new Error(text);
    latencies.push(performance.now() - from);
  }
  session.close();
  return latencies;
}

/** From the answer to an entry, or to its end, to the first session of each door that feels it. */
async function effect(sender: Tenant): Promise<void> {
  const felt = async (wanted: number): Promise<number> => {
    const from = performance.now();
    const sessions = await Promise.all(Array.from({ length: 8 }, () => smtp(server.ready.submissions, { tls: 'implicit', login: sender })));
    for (const session of sessions) {
      await session.command('MAIL FROM:<a@sender.test>');
      await until('the effect', async () => (await session.command(`RCPT TO:<${addressOf(7)}>`)).code === wanted);
      session.close();
    }
    return performance.now() - from;
  };
  const [entry] = (await must(server.call('GET', `/v1/blocked?pattern=${addressOf(7)}`))).data;
  await must(server.call('DELETE', `/v1/blocked/${entry.id}`));
  const lifted = await felt(250);
  await must(server.call('POST', '/v1/blocked', { pattern: addressOf(7) }));
  say(
    'effect',
    `an entry taken out of the list is felt in 8 sessions within ${lifted.toFixed(0)} ms, a new one within ${(await felt(550)).toFixed(0)} ms (with their TLS)`,
  );
}

async function searches(): Promise<void> {
  const time = async (path: string): Promise<string> => {
    const from = performance.now();
    const { data } = await must(server.call('GET', path));
    return `${(performance.now() - from).toFixed(1)} ms (${data.length})`;
  };
  const exact = await time(`/v1/blocked?pattern=${addressOf(COUNT - 5)}`);
  say(
    'search',
    `exact ${exact}, a prefix at the beginning ${await time('/v1/blocked?prefix=user1&limit=100')}, one that is nowhere, a page of it ${await time('/v1/blocked?prefix=nobody')}`,
  );
}

/** In this process, over the same files: what a gate asks for one address. */
async function lookUps(): Promise<void> {
  const db = openSqlite(join(server.dataDir, 'sesame.db'));
  const secret = hashSecret(newSecrets(await openRoots(db, installationKey(join(server.dataDir, 'secret.key')))).mac);
  const [row] = await library.reads.lists(db);
  if (!row) throw new Error('there is no list');
  const from = performance.now();
  const list = await openList(libraryFolder(server.dataDir), row);
  say('open', `${((performance.now() - from) / 1000).toFixed(2)} s, ${mb(list.segment?.memory.byteLength ?? 0)} of shared memory`);
  const shelf = newLibraryShelf(secret, { lists: [list] });
  for (const [what, addressAt, hits] of [
    ['not listed', (n: number) => `nobody${n}@mail${n % 50_000}.example.com`, 0],
    ['listed', addressOf, LOOKS],
  ] as const) {
    const asked = Array.from({ length: LOOKS }, () => addressPatterns(addressAt(1 + Math.floor(Math.random() * (COUNT - 1)))));
    const took = new Float64Array(LOOKS);
    let found = 0;
    for (const [i, patterns] of asked.entries()) {
      const start = process.hrtime.bigint();
      const entries = shelf.find({ accountId: null, patterns, group: null, now: Date.now() });
      took[i] = Number(process.hrtime.bigint() - start) / 1000;
      found += entries.length > 0 ? 1 : 0;
    }
    if (found !== hits) throw new Error(`${what}: ${found} found`);
    const mean = sum([...took]) / LOOKS;
    say(
      'look-up',
      `${what.padEnd(10)} of ${asked[0]?.length ?? 0} patterns: p50 ${percentile([...took], 0.5).toFixed(2)}  p99 ${percentile([...took], 0.99).toFixed(2)}  mean ${mean.toFixed(2)} us`,
    );
  }
  shelf.close();
  db.close();
}

/** Pages of the log of refusals, by each filter, where few, many or none are found. */
async function pages(rows: number): Promise<void> {
  const file = join(folder, 'refusals.db');
  const db = openSqlite(file);
  const { migrate } = await import('../src/engines/store/migrate.ts');
  await migrate(db);
  await db.run('BEGIN');
  const insert = `INSERT INTO refusals (at, door, peer, stage, reason, code, account_id, sender, recipient, domain, detail) VALUES (?, 'mx', ?, 'rcpt', ?, 550, ?, ?, ?, ?, NULL)`;
  for (let n = 0; n < rows; n++) {
    const to = n % 1_000;
    await db.run(insert, [
      n * 1_000,
      `192.0.2.${n % 250}`,
      n % 10 ? 'sender_blocked' : 'rate_limited',
      `acc_${n % 100}`,
      `a${n % 5_000}@x.test`,
      `r${to}@d${to % 20}.test`,
      `d${to % 20}.test`,
    ]);
  }
  await db.run('COMMIT');
  const asks: readonly (readonly [string, RefusalFilter & { readonly accountId?: string }])[] = [
    ['newest', {}],
    ['account', { accountId: 'acc_7' }],
    ['peer', { peer: '192.0.2.9' }],
    ['sender', { sender: 'a77@x.test' }],
    ['recipient and reason', { recipient: 'r9@d9.test', reason: 'sender_blocked' }],
    ['domain, account, an hour', { domain: 'd7.test', accountId: 'acc_7', since: (rows / 2) * 1_000, until: (rows / 2 + 3_600) * 1_000 }],
    ['reason, the oldest day', { reason: 'rate_limited', until: 86_400_000 }],
    ['account without any, reason', { reason: 'sender_blocked', accountId: 'acc_none' }],
    ['peer and a sender that never met', { peer: '192.0.2.9', sender: 'a10@x.test' }],
  ];
  for (const [what, ask] of asks) {
    const from = performance.now();
    const found = await refusals.reads.list(db, { accountId: null, ...ask, before: Number.MAX_SAFE_INTEGER, limit: 101 });
    say('refusals', `${number(rows)} rows, ${what}: ${(performance.now() - from).toFixed(1)} ms (${found.length})`);
  }
  db.close();
}

function addressOf(n: number): string {
  return `user${n}@mail${n % 50_000}.example.com`;
}
function write(path: string, count: number): number {
  const fd = openSync(path, 'w');
  let bytes = 0;
  for (let n = 0; n < count;) {
    let text = '';
    for (const end = Math.min(count, n + 10_000); n < end; n++) text += `${addressOf(n)}\n`;
    bytes += writeSync(fd, text);
  }
  closeSync(fd);
  spawnSync('sync', [path]);
  return bytes;
}
function rss({ pid }: Server): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]) * 1_024;
}
function percentile(list: readonly number[], share: number): number {
  return list.toSorted((a, b) => a - b)[Math.floor(list.length * share)] ?? 0;
}
function told(list: readonly number[]): string {
  return `p50 ${percentile(list, 0.5).toFixed(1)}  p99 ${percentile(list, 0.99).toFixed(1)} ms (${list.length} mails)`;
}
function sum(list: readonly number[]): number {
  return list.reduce((all, one) => all + one, 0);
}
function mb(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}
function number(n: number): string {
  return Math.round(n).toLocaleString('en-US');
}
function say(what: string, text: string): void {
  console.log(`${what.padEnd(9)}${text}`);
}
