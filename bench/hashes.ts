// Malware hash lists at size: import, file, memory, opening, look-up.
//   node bench/hashes.ts [N=10000000]
// Half of the entries are lines of an .hdb, half SHA-256 with names. The import runs in a process of its own, so that its memory is its own.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importHashList } from '../src/engines/scanner/hash-import.ts';
import { openHashLists, type HashLists, type Sought } from '../src/engines/scanner/hashes.ts';

const LOOKS = 200_000;
const [first = '10000000', work = ''] = process.argv.slice(2);
if (first === '--import') await importOnly(work);
else await measure(Number(first), mkdtempSync(join(tmpdir(), 'sesame-bench-hashes-')));

async function measure(count: number, folder: string): Promise<void> {
  try {
    const sha256Bytes = write(join(folder, 'half.txt'), count >> 1, n => `${digest('sha256', n)}  Trojan.Made-${n}.exe`);
    const hdbBytes = write(join(folder, 'half.hdb'), count - (count >> 1), n => `${digest('md5', n)}:${sizeOf(n)}:Win.Trojan.Made-${n}`);
    say('entries', `${count.toLocaleString('en-US')}, in ${mb(sha256Bytes + hdbBytes)} of text`);
    const child = spawnSync(process.execPath, [fileURLToPath(import.meta.url), '--import', folder], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const { ms, cpuMs, maxRss, entries } = JSON.parse(child.stdout) as Record<'ms' | 'cpuMs' | 'maxRss' | 'entries', number>;
    const rate = Math.round((entries / ms) * 1000).toLocaleString('en-US');
    say('import', `${(ms / 1000).toFixed(1)} s (CPU ${(cpuMs / 1000).toFixed(1)} s), ${rate} entries/s, at most ${mb(maxRss)} of memory`);
    const files = readdirSync(join(folder, 'hashes')).map(file => ({ file, bytes: statSync(join(folder, 'hashes', file)).size }));
    const all = (ending: string): number => files.filter(one => one.file.endsWith(ending)).reduce((sum, one) => sum + one.bytes, 0);
    say('files', `segments ${mb(all('.segment'))}, names ${mb(all('.texts'))}`);
    const before = process.memoryUsage().rss;
    const started = performance.now();
    const lists = await openHashLists(join(folder, 'hashes'));
    say('open', `${Math.round(performance.now() - started)} ms, version ${lists.version}, ${lists.faults.length} faults`);
    const shared = lists.description.lists.flatMap(one => one.segments).reduce((sum, one) => sum + one.memory.byteLength, 0);
    const { rss, heapUsed } = process.memoryUsage();
    say('memory', `shared ${mb(shared)}; process ${mb(before)} -> ${mb(rss)}, heap ${mb(heapUsed)}`);
    const half = count >> 1;
    const random = (): number => Math.floor(Math.random() * half);
    time(lists, 'miss, SHA-256 + MD5', n => ({ sha256: digest('sha256', -n), md5: digest('md5', -n), size: n }), random, false);
    time(lists, 'miss, SHA-256', n => ({ sha256: digest('sha256', -n), size: n }), random, false);
    time(lists, 'hit with its name, SHA-256', n => ({ sha256: digest('sha256', n), size: n }), random, true);
    time(lists, 'hit with its name, MD5', n => ({ md5: digest('md5', n), size: sizeOf(n) }), random, true);
    lists.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function importOnly(folder: string): Promise<void> {
  const started = performance.now();
  const files = ['half.txt', 'half.hdb'].map(file => join(folder, file));
  const done = await importHashList({ folder: join(folder, 'hashes'), name: 'made', files, now: Date.now });
  if ('refused' in done) throw new Error(done.refused);
  const { user, system } = process.cpuUsage();
  const maxRss = process.resourceUsage().maxRSS * 1024;
  console.log(JSON.stringify({ ms: performance.now() - started, cpuMs: (user + system) / 1000, maxRss, entries: done.list.entries }));
}

function time(lists: HashLists, what: string, soughtOf: (n: number) => Sought, random: () => number, isHit: boolean): void {
  const sought = Array.from({ length: LOOKS }, () => soughtOf(random() + 1));
  const took = new Float64Array(LOOKS);
  let hits = 0;
  for (const [i, one] of sought.entries()) {
    const from = process.hrtime.bigint();
    const found = lists.find(one);
    took[i] = Number(process.hrtime.bigint() - from) / 1000;
    if (found) hits++;
  }
  if (hits !== (isHit ? LOOKS : 0)) throw new Error(`${what}: ${hits} hits`);
  const mean = took.reduce((sum, one) => sum + one, 0) / LOOKS;
  took.sort();
  const at = (share: number): string => (took[Math.floor(LOOKS * share)] ?? 0).toFixed(2);
  say('look-up', `${what.padEnd(28)}p50 ${at(0.5)}  p99 ${at(0.99)}  mean ${mean.toFixed(2)} us`);
}

function write(path: string, count: number, lineOf: (n: number) => string): number {
  const fd = openSync(path, 'w');
  let bytes = 0;
  for (let n = 1; n <= count;) {
    let text = '';
    for (const end = Math.min(count, n + 9_999); n <= end; n++) text += `${lineOf(n)}\n`;
    bytes += writeSync(fd, text);
  }
  closeSync(fd);
  return bytes;
}

function digest(kind: 'sha256' | 'md5', n: number): string {
  return createHash(kind).update(`bench ${n}`).digest('hex');
}
function sizeOf(n: number): number {
  return (n * 7919) % 10_000_000;
}
function mb(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}
function say(what: string, text: string): void {
  console.log(`${what.padEnd(9)}${text}`);
}
