// One door thread (entry file of a worker): its own loop with every listener, the journey's stages bound to the engines, and the
// dispatcher of its outbound jobs. All doors are alike; what they share is the writer, the shared state and the ports.
import { parentPort, workerData } from 'node:worker_threads';
import { newBatchRunner } from './batches/runner.ts';
import { openSmtpDoor, type OpenDoor } from './accept/door.ts';
import type { DoorKind } from './accept/types.ts';
import { startApi } from './api/server.ts';
import type { Listen } from './config.ts';
import type { DoorData, FromDoor, Listeners, ToDoor } from './door-types.ts';
import { insideRanges } from './engines/addresses.ts';
import { collectAfterStart } from './engines/garbage.ts';
import { hashSecret } from './engines/library/files.ts';
import { newUploads } from './engines/library/upload.ts';
import { openEngines } from './engines/open.ts';
import { newId } from './engines/ids.ts';
import { HTTPS_FLOOR } from './engines/tls/bounds.ts';
import { newDoorTls, type Handshake } from './engines/tls/doors.ts';
import { newGates } from './identify/gates.ts';
import { newJourney } from './stages.ts';

const data = workerData as DoorData;
const { config } = data;
const say = (message: FromDoor): void => parentPort?.postMessage(message);
const engines = await openEngines(data, `door-${data.index}`, told => say({ kind: 'paces', told }));
// The first lists would be held for the life of the thread.
Object.assign(data, { hashes: null, library: null });
/** With real ports as soon as the doors are open. */
let opened: Listeners = data.listen;
const tls = newDoorTls(data.tls, engines.metrics);
const journey = newJourney(engines, () => opened, tls.served);
const gates = newGates(journey.identify);

const smtp = {
  config,
  gates,
  takeIn: journey.takeIn,
  refused: journey.refusals.note,
  trusted: insideRanges(config.trustedProxies),
  shared: engines.shared,
  clock: engines.clock,
  log: engines.log,
  metrics: engines.metrics,
  newId: () => newId('msg'),
};
const floors = { submission: config.tlsMin.submission, submissions: config.tlsMin.submission, mx: config.tlsMin.mx };
const api = {
  config,
  store: engines.store,
  secrets: engines.secrets,
  shared: engines.shared,
  clock: engines.clock,
  log: engines.log,
  metrics: engines.metrics,
  metricsText,
  resolver: engines.freshResolver,
  http: engines.http,
  identify: journey.identify,
  library: engines.library,
  librarySecret: hashSecret(engines.secrets.mac),
  uploads: newUploads(config.dataDir),
  takeIn: journey.takeIn,
  scan: journey.scan,
  score: journey.score,
  authenticated: journey.authenticated,
  teach: journey.teach,
  content: journey.content,
  notice: journey.notice,
  ready: journey.ready,
  tls: tls.served,
  hashes: engines.hashes.now,
  rules: data.rules,
  usedToday: engines.pace.usedToday,
};

const open: OpenDoor[] = [];
const openAll = async (kind: DoorKind): Promise<Listen[]> => {
  const at: Listen[] = [];
  for (const listen of data.listen[kind]) {
    const door = await openSmtpDoor(smtp, kind, listen, tls.handshake(kind, floors[kind]), data.reusePort);
    open.push(door);
    at.push(door.address);
  }
  return at;
};
const openWeb = async (listens: readonly Listen[], handshake: Handshake | null): Promise<Listen[]> => {
  const at: Listen[] = [];
  for (const listen of listens) {
    const server = await startApi(api, listen, handshake, data.reusePort);
    open.push(server);
    at.push(server.address);
  }
  return at;
};
opened = {
  http: await openWeb(data.listen.http, null),
  https: await openWeb(data.listen.https, tls.handshake('https', HTTPS_FLOOR)),
  submission: await openAll('submission'),
  submissions: await openAll('submissions'),
  mx: await openAll('mx'),
};
journey.start();
const batches = newBatchRunner(api);
batches.start();
collectAfterStart();
say({ kind: 'open', listen: opened });

const asked = new Map<number, (text: string) => void>();
let asks = 0;
/** The main thread sums what all threads counted. */
function metricsText(): Promise<string> {
  return new Promise(resolve => {
    asked.set(++asks, resolve);
    say({ kind: 'metrics?', ask: asks });
  });
}

parentPort?.on('message', (message: ToDoor) => {
  if (message.kind === 'stop') void stop(message.ms);
  else if (message.kind === 'hashes') engines.hashes.set(message.description);
  else if (message.kind === 'library') engines.library.set(message.description);
  else if (message.kind === 'tls') tls.set(message.served);
  else if (message.kind === 'metrics') {
    asked.get(message.ask)?.(message.text);
    asked.delete(message.ask);
  } else void engines.metrics.snapshot().then(snapshot => say({ kind: 'snapshot', ask: message.ask, snapshot }));
});

/** No new work; what is running may end within `ms`; leases of the rest are taken back by the next start. */
async function stop(ms: number): Promise<void> {
  await Promise.all([...open.map(door => door.close(ms)), batches.stop()]);
  await journey.stop(ms);
  engines.pace.flush();
  await engines.close();
  say({ kind: 'ended' });
  parentPort?.close();
}
