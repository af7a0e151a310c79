// What the main thread and its door threads say to each other.
import type { MessagePort } from 'node:worker_threads';
import type { Config, Listen } from './config.ts';
import type { Snapshot } from './engines/metrics.ts';
import type { PaceTold } from './engines/pace/pace.ts';
import type { LibraryDescription } from './engines/library/shelf.ts';
import type { HashListsDescription } from './engines/scanner/hashes.ts';
import type { ServedTls } from './engines/tls/doors.ts';
import type { Model } from './filter/model.ts';
import type { DatabaseAt } from './engines/store/open.ts';
import type { RuleBook } from './shaping/rules.ts';

export type Listeners = {
  readonly http: readonly Listen[];
  readonly https: readonly Listen[];
  readonly submission: readonly Listen[];
  readonly submissions: readonly Listen[];
  readonly mx: readonly Listen[];
};

export type DoorData = {
  readonly config: Config;
  readonly index: number;
  readonly node: string;
  readonly at: DatabaseAt;
  readonly ring: SharedArrayBuffer;
  readonly shared: SharedArrayBuffer;
  /** Limits by sending IP and provider (engines/pace), and the rules they begin with. */
  readonly paces: SharedArrayBuffer;
  readonly rules: RuleBook;
  /** Bytes in flight of the whole process. */
  readonly budget: number;
  readonly roots: { readonly seal: Uint8Array; readonly mac: Uint8Array };
  readonly tls: ServedTls;
  /** Its weights stand in shared memory. */
  readonly model: Model;
  /** Malware hash lists, in shared memory too. */
  readonly hashes: HashListsDescription;
  /** Lists of the blocked library, as well. */
  readonly library: LibraryDescription;
  readonly writer: MessagePort;
  /** With real ports where the first door was given 0. */
  readonly listen: Listeners;
  readonly reusePort: boolean;
};

export type ToDoor =
  | { readonly kind: 'hashes'; readonly description: HashListsDescription }
  | { readonly kind: 'library'; readonly description: LibraryDescription }
  | { readonly kind: 'tls'; readonly served: ServedTls }
  | { readonly kind: 'snapshot'; readonly ask: number }
  | { readonly kind: 'metrics'; readonly ask: number; readonly text: string }
  | { readonly kind: 'stop'; readonly ms: number };
export type FromDoor =
  | { readonly kind: 'open'; readonly listen: Listeners }
  | { readonly kind: 'snapshot'; readonly ask: number; readonly snapshot: Snapshot }
  | { readonly kind: 'paces'; readonly told: readonly PaceTold[] }
  | { readonly kind: 'metrics?'; readonly ask: number }
  | { readonly kind: 'ended' };
