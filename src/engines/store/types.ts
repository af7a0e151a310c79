// The store's seam. Writes are named transactions that the one writer (thread for SQLite, pool for PostgreSQL) runs, many in one
// commit; reads run where they are asked. Both are plain functions over `Db`, one file a subject in this folder.
import type {
  Attempt,
  BatchPlace,
  Handling,
  IdempotencyClaim,
  Job,
  NewEvent,
  Priority,
  RecipientState,
  Target,
  TlsPolicy,
} from '../../mail.ts';
import type { Happening } from '../../standing/events.ts';
import type { Lessons, Suppression, SuppressionClass } from '../../suppress/entries.ts';
import type { Over } from '../../levels/quota.ts';
import type { LaneBook } from './lanes.ts';
import type { Leases } from './leases.ts';

export type Value = string | number | bigint | null | Uint8Array;
export type Row = Readonly<Record<string, Value>>;

/** One connection inside (or outside) a transaction. SQL is written with `?`; the PostgreSQL driver numbers them. Integers come back as numbers. */
export type Db = {
  readonly dialect: 'sqlite' | 'postgres';
  readonly all: <R extends Row = Row>(sql: string, params?: readonly Value[]) => Promise<readonly R[]>;
  readonly get: <R extends Row = Row>(sql: string, params?: readonly Value[]) => Promise<R | undefined>;
  /** Number of rows changed. */
  readonly run: (sql: string, params?: readonly Value[]) => Promise<number>;
  /**
   * Whether commits from now on are on disk when they return (the default). Those that are not are in order: one that is puts all before
   * it there too. Between transactions only.
   */
  readonly durable: (on: boolean) => Promise<void>;
};

/** A subject of the store: its reads and writes as functions of (db, argument). Answers must survive structured clone. */
export type Subject = {
  readonly reads: Readonly<Record<string, (db: Db, arg: never) => Promise<unknown>>>;
  readonly writes: Readonly<Record<string, (db: Db, arg: never, ctx: WriteContext) => Promise<unknown>>>;
};

/** What a write may know beside its argument. */
export type WriteContext = {
  readonly now: () => number;
  /** Which door asks: `node/door`. Leases name it. */
  readonly owner: string;
  readonly lanes: LaneBook;
  readonly leases: Leases;
  readonly nextFence: () => number;
  /** The disk has no room for more than results: accepts answer `full`. */
  readonly full: () => boolean;
  /** Wrap a message key under the open epoch. */
  readonly wrap: (emailId: string, key: Uint8Array) => { readonly epoch: number; readonly wrapped: Buffer };
  readonly epochFinal: (db: Db, epoch: number) => Promise<void>;
  readonly standing: StandingBook;
  /** Number and store an event in this commit. */
  readonly event: (db: Db, event: NewEvent) => Promise<void>;
  /** Say that facts (accounts, keys, domains, routes, blocked, what was learned) changed: doors drop their cached copies after the commit. */
  readonly factsChanged: () => void;
};

type Spam = Extract<Happening, { readonly kind: 'spam' }>;
type Accepted = Extract<Happening, { readonly kind: 'accepted' }>;
type Sketched = { readonly sketch: readonly number[] | null };
/** What counts for an account's standing, as it is told: of a mail the sketch, from which its campaign is known. */
export type Told =
  | Exclude<Happening, Spam | Accepted>
  | (Omit<Spam, 'fingerprint'> & Sketched)
  | (Omit<Accepted, 'newTemplates'> & Sketched);

/** Standing of accounts as the writer keeps it (standing-book.ts). All inside the transaction that is on. */
export type StandingBook = {
  /** Records what happened and does at once what follows; `by`: the operator whose word it is. */
  readonly tell: (db: Db, accountId: string, told: Told, ctx: WriteContext, by?: string) => Promise<void>;
  /** Decides what time alone decides until now. */
  readonly advance: (db: Db, accountId: string, ctx: WriteContext) => Promise<void>;
  /** Something was gathered for long enough to be recorded. */
  readonly isWaiting: (now: number) => boolean;
  readonly settle: (db: Db, now: number, ctx: WriteContext) => Promise<void>;
  /** Puts the account's snapshot on disk. */
  readonly save: (db: Db, accountId: string, ctx: WriteContext) => Promise<void>;
  /** The account is gone. */
  readonly forget: (accountId: string) => void;
};

type Call<F> = F extends (db: Db) => Promise<infer R>
  ? () => Promise<R>
  : F extends (db: Db, arg: infer A, ...rest: never[]) => Promise<infer R>
    ? (arg: A) => Promise<R>
    : never;
/** The client's view of a subject: `store.accounts.create({...})`. */
export type Calls<S extends Subject> = { readonly [K in keyof S['reads']]: Call<S['reads'][K]> } & {
  readonly [K in keyof S['writes']]: Call<S['writes'][K]>;
};

export type NewRecipient = {
  readonly n: number;
  readonly address: string;
  readonly orcpt: string | null;
  readonly notify: string | null;
  readonly lane: string;
  readonly target: Target;
  readonly routeId: string | null;
  readonly state: RecipientState;
  readonly dueAt: number | null;
  /** Keyed hash of whom the account may write to only so often, and when this mail is to go; left out: as often as it likes. */
  readonly person?: Uint8Array | null;
  readonly personAt?: number;
  /** Why it waits although it was never tried, and since it is over quota, its turn. */
  readonly waits?: string;
  readonly bookedAt?: number;
};

/** Everything one accepted message becomes, in one commit. `key` is wrapped under the open epoch by the writer. */
export type NewMessage = Handling & {
  readonly id: string;
  readonly accountId: string | null;
  readonly direction: 'out' | 'in';
  readonly door: string;
  readonly mailFrom: string;
  readonly fromDomain: string;
  readonly messageId: string;
  readonly size: number;
  readonly acceptedAt: number;
  readonly sendAt: number | null;
  readonly expiresAt: number;
  readonly tls: TlsPolicy;
  readonly tags: readonly string[];
  /** Left out or null: of no batch. */
  readonly batch?: BatchPlace | null;
  /** Spam, virus and authentication records without file names. */
  readonly record: Readonly<Record<string, unknown>>;
  /** Campaign fingerprint, kept until a day after the mail is final; null: none. */
  readonly sketch: Uint8Array | null;
  readonly recipients: readonly NewRecipient[];
  readonly key: Buffer;
  /** Sealed chunks up to 256 KiB in all; empty when they were put before by `putChunks`. */
  readonly chunks: readonly Buffer[];
  readonly events: readonly NewEvent[];
  readonly idempotency: (IdempotencyClaim & { readonly status: number; readonly answer: string }) | null;
  /** Count against the account's daily quota; 0 for DSNs and inbound. */
  readonly counts: number;
  /** What it counts for the account's standing. */
  readonly told?: readonly Told[];
  /** Over quota: its scheduled recipients wait for the day with room. Left out: it is refused. */
  readonly waits?: boolean;
  /** The door would try it at once: lease the lanes without backlog to this door. */
  readonly lease: boolean;
  /** Left out: `notice` for the server's own mail, else `transactional`. */
  readonly priority?: Priority | 'notice';
};

export type AcceptOutcome =
  /** `leased`: the lanes that are leased to the asking door, each under a fence of its own. */
  | { readonly kind: 'queued'; readonly leased: readonly { readonly lane: string; readonly fence: number }[] }
  | { readonly kind: 'suspended' }
  | { readonly kind: 'quota'; readonly over: Over }
  | { readonly kind: 'replayed'; readonly status: number; readonly answer: string }
  | { readonly kind: 'key_reused' }
  /** The batch does not run any more, or its mail for this place is queued already. */
  | { readonly kind: 'batch_over' }
  | { readonly kind: 'full' };

export type SettledRecipient = {
  readonly n: number;
  readonly state: RecipientState;
  /** Next attempt; null when final or held. */
  readonly dueAt: number | null;
  readonly warned: boolean;
  readonly unknownSince: number | null;
  readonly attempt: Attempt | null;
  /** Why it was put off untried. */
  readonly waits?: string;
};

/** One final commit: results, events and the DSN that is owed, or nothing. */
export type Settlement = {
  readonly emailId: string;
  readonly fence: number;
  readonly results: readonly SettledRecipient[];
  readonly events: readonly NewEvent[];
  readonly owed: readonly NewMessage[];
  /** Pace or a missing sending address let the job's lane wait until then (epoch ms): nothing of it is claimed before. */
  readonly postponed?: { readonly until: number; readonly why: string };
  /** What follows for the blocked library. */
  readonly library?: Lessons;
};

/** `stale`: the fence is not ours any more, nothing was recorded. `made`: recorded, and it made automatic entries of these classes. */
export type Settled = 'recorded' | 'stale' | { readonly made: readonly SuppressionClass[] };

/** What was told of a recipient after delivery, and the entry of the blocked library that follows from it. */
export type ReturnedOutcome = { readonly event: NewEvent; readonly suppression: Suppression | null };

export type SealedContent = { readonly epoch: number; readonly wrapped: Buffer; readonly chunks: readonly Buffer[] };

/** The queue's own calls (queue.ts implements them); their statements are prepared and hot. */
export type Queue = {
  /** Durable when it resolves. `full`: no room for more than results (disk or headroom). */
  readonly accept: (message: NewMessage) => Promise<AcceptOutcome>;
  /** Large messages: sealed chunks committed ahead of their row; a sweeper removes those that never get one. */
  readonly putChunks: (ask: {
    readonly emailId: string;
    readonly first: number;
    readonly chunks: readonly Buffer[];
  }) => Promise<'put' | 'full'>;
  /** Due mail, at most `room` jobs, at most `perLane` of one lane, by priority, accounts in turn, leased to this door. */
  readonly claim: (ask: { readonly room: number; readonly perLane: number }) => Promise<readonly Job[]>;
  readonly content: (emailId: string) => Promise<SealedContent | null>;
  readonly settle: (settlement: Settlement) => Promise<Settled>;
  /** Give leases back untried (drain, or before a stop). */
  readonly release: (jobs: readonly { readonly emailId: string; readonly fence: number }[]) => Promise<void>;
};
