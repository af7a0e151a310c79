// The composition root: settings, the lock, the writer thread, the door threads; one line on stdout when ready; SIGTERM drains.
// Nothing listens before the lock is held and the writer is ready.
import { existsSync, readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { isatty } from 'node:tty';
import { fileURLToPath } from 'node:url';
import { newOperatorKeyText, prefixOf } from './api/key-text.ts';
import { loadConfig, type Config, type Listen } from './config.ts';
import type { Listeners } from './door-types.ts';
import { readCountryFile } from './engines/countries.ts';
import { loadFilterModel } from './engines/filter-model.ts';
import { newRing } from './engines/keys/ring.ts';
import { writePrivate } from './engines/keys/secrets.ts';
import { lockDirectory } from './engines/lock.ts';
import { errorText, newLog } from './engines/log.ts';
import { collectAfterStart } from './engines/garbage.ts';
import { newId } from './engines/ids.ts';
import { openEngines, type Engines } from './engines/open.ts';
import { hashSecret } from './engines/library/files.ts';
import { openLibrary } from './engines/library/keeper.ts';
import { newPaceMemory } from './engines/pace/cells.ts';
import { loadRules } from './engines/pace/load-rules.ts';
import { startPaceOwner } from './engines/pace/owner.ts';
import { openHashLists, watchHashLists, type HashLists } from './engines/scanner/hashes.ts';
import { DEBIAN_SOCKET } from './engines/scanner/signatures.ts';
import { openShared } from './engines/shared.ts';
import type { ServedTls } from './engines/tls/doors.ts';
import { openCertificates, watchCertificates } from './engines/tls/files.ts';
import type { DatabaseAt } from './engines/store/open.ts';
import type { Log } from './engines/types.ts';
import { MiB } from './limits.ts';
import { openDoors, startWriter } from './threads.ts';
import { startUpkeep } from './upkeep/upkeep.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const VERSION = (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version;
/** What is running may end in this time after SIGTERM. */
const DRAIN_MS = 20_000;

const loaded = loadConfig(process.env, ROOT);
if ('faults' in loaded) fail(loaded.faults);
else await serve(loaded.config).catch((error: unknown) => fail([errorText(error)]));

async function serve(config: Config): Promise<void> {
  // Databases too are their owner's alone, whatever the folder allows.
  process.umask(0o077);
  const log = newLog(config.logLevel, 'main');
  const rules = loadRules(config.shaping);
  if ('faults' in rules) return fail(rules.faults);
  const countries = config.countries === null ? null : readCountryFile(config.countries);
  if (countries && 'fault' in countries) return fail([countries.fault]);
  const lock = lockDirectory(config.dataDir);
  if (typeof lock === 'string') return fail([`${config.dataDir} is in use by another server: ${lock}`]);
  const certificates = openCertificates(config, Date.now());
  if ('faults' in certificates) return fail(certificates.faults);
  warnOfCertificates(certificates.served, log);
  const budget = Math.max(8 * config.messageSize, Math.min(1024 * MiB, totalmem() / 4));
  const shared = openShared(budget, Date.now);
  const ring = newRing();
  const at: DatabaseAt = config.databaseUrl
    ? { kind: 'postgres', url: config.databaseUrl }
    : { kind: 'sqlite', file: join(config.dataDir, 'sesame.db') };
  const writer = await startWriter(
    {
      at,
      dataDir: config.dataDir,
      node: lock.node,
      secretKeyFile: config.secretKeyFile,
      ring: ring.memory,
      shared: shared.memory,
    },
    log,
  );
  const hashFolder = join(config.dataDir, 'hashes');
  let hashes = await openHashLists(hashFolder);
  warnOfHashes(hashes, log);
  const handed = {
    config,
    node: lock.node,
    at,
    ring: ring.memory,
    shared: shared.memory,
    paces: newPaceMemory(),
    rules: rules.book,
    budget,
    roots: writer.roots,
    tls: certificates.served,
    model: loadFilterModel(config.filterModel),
  };
  const engines = await openEngines(
    { ...handed, hashes: hashes.description, library: { lists: [] }, index: 0, writer: writer.port() },
    'main',
    () => undefined,
  );
  const { store, clock, metrics } = engines;
  const paces = await startPaceOwner({ store: store.paces, clock, log, metrics, book: rules.book, memory: handed.paces });
  const library = await openLibrary({ store, clock, log, shared, dataDir: config.dataDir, secret: hashSecret(engines.secrets.mac) });
  engines.library.set(library.description());
  await operatorKey(config, engines);
  warnOfLabs(config, log);
  // Switched off by the operator: from now on mail may pass without signatures again.
  if (config.clamd?.kind === 'off') await engines.store.settings.setScannerSeen(false);
  const doors = await openDoors(
    config,
    index => ({ ...handed, hashes: hashes.description, library: library.description(), index, writer: writer.port() }),
    log,
    engines,
    paces.hear,
  );
  const watch = watchHashLists(hashFolder, hashes, lists => {
    hashes = lists;
    warnOfHashes(lists, log);
    engines.hashes.set(lists.description);
    doors.tell({ kind: 'hashes', description: lists.description });
  });
  let { loadedAt } = certificates.served;
  const renewals = watchCertificates(config, certificates, Date.now, served => {
    if (served.loadedAt !== loadedAt) log.info('certificates were read anew');
    loadedAt = served.loadedAt;
    warnOfCertificates(served, log);
    doors.tell({ kind: 'tls', served });
  });
  library.start(description => {
    engines.library.set(description);
    doors.tell({ kind: 'library', description });
  });
  const upkeep = startUpkeep(engines);
  process.stderr.write(banner(config, doors.listen));
  process.stdout.write(`${readyLine(doors.listen)}\n`);

  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    log.info('draining');
    shared.drain();
    setTimeout(() => process.exit(1), DRAIN_MS + 10_000).unref();
    watch.stop();
    renewals.stop();
    await upkeep.stop();
    await library.stop();
    await doors.stop(DRAIN_MS);
    await paces.stop();
    await engines.close();
    await writer.end();
    lock.release();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop());
  // To a server it says "read your files again", at a terminal that the terminal is gone.
  process.on('SIGHUP', isatty(0) ? () => void stop() : renewals.reload);
  collectAfterStart();
}

/** The operator's key: from the settings, kept, or made at the first start; its file is durable before its hash is (docs/settings.md). */
async function operatorKey(config: Config, { store, secrets }: Engines): Promise<void> {
  const file = join(config.dataDir, 'operator.key');
  const kept = existsSync(file) ? readFileSync(file, 'utf8').trim() : null;
  const key = config.operatorKey ?? kept ?? newOperatorKeyText();
  if (config.operatorKey === null && kept === null) writePrivate(file, `${key}\n`);
  const mac = secrets.mac('api-key', key);
  if (await store.keys.byMac(mac)) return;
  await store.keys.setOperator({ id: newId('key'), name: 'operator', mac, prefix: prefixOf(key) });
  if (config.operatorKey !== null) return;
  process.stderr.write(`The operator key is in ${file}\n`);
  if (process.stderr.isTTY) process.stderr.write(`Operator key: ${key}\n`);
}

/** Mail waits at its sender until such a list is imported again or removed: what it lists would not be found. */
function warnOfHashes({ faults }: HashLists, log: Log): void {
  for (const fault of faults) log.error(fault);
}

/** A fault leaves the certificates of before in service. */
function warnOfCertificates({ fault, warnings }: ServedTls, log: Log): void {
  for (const text of fault?.texts ?? []) log.error(`certificates are not loaded anew, the old ones stay: ${text}`);
  if (!fault) for (const text of warnings) log.warn(text);
}

function warnOfLabs(config: Config, log: Log): void {
  if (config.allowPrivatePeers)
    log.warn('SESAME_ALLOW_PRIVATE_PEERS is on: delivery and webhooks may reach private addresses. For labs only.');
}

function at(door: Listen | undefined): string | null {
  return door ? `${door.host.includes(':') ? `[${door.host}]` : door.host}:${door.port}` : null;
}

/** For people, on stderr: where to look and what to try. */
function banner(config: Config, listen: Listeners): string {
  const store = config.databaseUrl ? 'PostgreSQL' : 'SQLite';
  const clamav =
    config.clamd?.kind === 'off'
      ? 'off'
      : existsSync(config.clamd?.kind === 'unix' ? config.clamd.path : DEBIAN_SOCKET) || config.clamd?.kind === 'tcp'
        ? 'on'
        : 'not found: built-in rules and hash lists only, no signatures';
  return [
    `Sesame ${VERSION}  data ${config.dataDir} (${store})  ${config.doors} doors  filter and scanner built in, ClamAV ${clamav}`,
    `  Console, API http://${at(listen.http[0]) ?? '-'}   reference at /docs   operator key in ${join(config.dataDir, 'operator.key')}`,
    `  Submission   ${at(listen.submission[0]) ?? '-'} STARTTLS, ${at(listen.submissions[0]) ?? '-'} TLS   MX ${at(listen.mx[0]) ?? '-'}`,
    '',
  ].join('\n');
}

function readyLine(listen: Listeners): string {
  const [web, secureWeb] = [at(listen.http[0]), at(listen.https[0])];
  return JSON.stringify({
    ready: true,
    http: web && `http://${web}`,
    ...(secureWeb ? { https: `https://${secureWeb}` } : {}),
    submission: at(listen.submission[0]),
    submissions: at(listen.submissions[0]),
    mx: at(listen.mx[0]),
  });
}

function fail(faults: readonly string[]): never {
  for (const fault of faults) process.stderr.write(`sesame: ${fault}\n`);
  process.exit(1);
}
