// The engines of one thread, opened over what the main thread handed in.
import { getDomain } from 'tldts';
import type { DoorData } from '../door-types.ts';
import type { Model } from '../filter/model.ts';
import { insideRanges, peerFilter } from './addresses.ts';
import { systemClock } from './clock.ts';
import { newCountries, type CountryOf } from './countries.ts';
import { newHttpClient } from './http-client.ts';
import { newRing } from './keys/ring.ts';
import { newSecrets } from './keys/secrets.ts';
import { newVault } from './keys/vault.ts';
import { hashSecret } from './library/files.ts';
import { newLibraryShelf, type LibraryShelf } from './library/shelf.ts';
import { newLog } from './log.ts';
import { newMetrics, type ThreadMetrics } from './metrics.ts';
import { newPaceDoor, type Pace, type PaceTold } from './pace/pace.ts';
import { newResolver } from './resolver/resolver.ts';
import type { Resolver } from './resolver/types.ts';
import { newHashShelf, type HashShelf } from './scanner/hash-shelf.ts';
import { openShared } from './shared.ts';
import { openClient } from './store/client.ts';
import { openDatabase } from './store/open.ts';
import { portLine } from './store/port-line.ts';
import type { Store } from './store/subjects.ts';
import type { Clock, HttpClient, Log, Secrets, Shared, Vault } from './types.ts';
import type { Config } from '../config.ts';

export type Engines = {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: ThreadMetrics;
  readonly shared: Shared;
  readonly vault: Vault;
  readonly secrets: Secrets;
  readonly store: Store;
  readonly resolver: Resolver;
  /** The same without a cache: for checks that a person asks for. */
  readonly freshResolver: Resolver;
  readonly http: HttpClient;
  readonly model: Model;
  readonly hashes: HashShelf;
  /** Lists of the blocked library. */
  readonly library: LibraryShelf;
  /** How fast, by how many connections, and how much a day, by sending IP and provider. */
  readonly pace: Pace;
  readonly country: CountryOf;
  /** May delivery reach this address? */
  readonly allowed: (ip: string) => boolean;
  readonly close: () => Promise<void>;
};

type Parts = Pick<
  DoorData,
  | 'config'
  | 'index'
  | 'node'
  | 'at'
  | 'ring'
  | 'shared'
  | 'budget'
  | 'roots'
  | 'writer'
  | 'model'
  | 'hashes'
  | 'library'
  | 'paces'
  | 'rules'
>;

/** `tell`: how the outcomes of deliveries reach the owner of the paces. */
export async function openEngines(data: Parts, thread: string, tell: (told: readonly PaceTold[]) => void): Promise<Engines> {
  const { config } = data;
  const clock = systemClock;
  const reader = await openDatabase(data.at, true);
  const store = openClient({
    reader: reader.db,
    line: portLine(data.writer),
    owner: `${data.node}/${data.index}`,
    closeReader: reader.close,
  });
  const resolver = newResolver({ servers: config.resolver, trusted: config.resolverTrusted, clock });
  const freshResolver = newResolver({ servers: config.resolver, trusted: config.resolverTrusted, clock, cached: false });
  const allowed = peerFilter(config.privatePeers, config.allowPrivatePeers);
  const metrics = newMetrics();
  const secrets = newSecrets({ seal: Buffer.from(data.roots.seal), mac: Buffer.from(data.roots.mac) });
  const library = newLibraryShelf(hashSecret(secrets.mac), data.library);
  return {
    config,
    clock,
    log: newLog(config.logLevel, thread),
    metrics,
    pace: newPaceDoor({ clock, metrics, book: data.rules, memory: data.paces, domainOf: host => getDomain(host), tell }),
    shared: openShared(data.budget, clock.now, data.shared),
    vault: newVault(newRing(data.ring)),
    secrets,
    store,
    model: data.model,
    hashes: newHashShelf(data.hashes),
    library,
    resolver,
    freshResolver,
    http: newHttpClient({ resolver, allowed, opened: config.allowPrivatePeers ? () => true : insideRanges(config.privatePeers) }),
    country: newCountries(config.countries, newLog(config.logLevel, thread)),
    allowed,
    close: async () => {
      resolver.close();
      freshResolver.close();
      library.close();
      await store.close();
    },
  };
}
