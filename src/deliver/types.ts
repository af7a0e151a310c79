// What delivery needs from the engines, bound once in door.ts.
import type { Config } from '../config.ts';
import type { Clock, HttpClient, Log, Metrics, Secrets, Shared } from '../engines/types.ts';
import type { Attempt, Job, JobRecipient, Route, Routed } from '../mail.ts';
import type { LinkBase } from '../personal/tokens.ts';
import type { SessionResult } from '../tlspolicy/results.ts';
import type { SigningKey } from './dkim/sign.ts';
import type { Places, Pool } from './pool.ts';
import type { Sessions } from './handshake.ts';
import type { HostMemory } from './host-memory.ts';
import type { Contexts } from './tls.ts';

export type DeliverDeps = {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly shared: Shared;
  readonly secrets: Secrets;
  readonly http: HttpClient;
  readonly pool: Pool;
  readonly pace: PaceOf;
  readonly contexts: Contexts;
  readonly sessions: Sessions;
  readonly memory: HostMemory;
  /** One try to connect from one of our IPs to a host: whether its port was reached. */
  readonly connectTold: (ip: string | null, host: string, connected: boolean) => void;
  /** Counts a session with a host for the domain's TLS report. */
  readonly noteTls: (session: SessionResult) => void;
  /** The gates once more, `waitedMs` after they were asked: who may go on, and what is decided without an attempt. Neither = the rest is held. */
  readonly recheck: (job: Routed, waitedMs: number) => Promise<{ readonly go: Routed | null; readonly ended: readonly Attempt[] }>;
  /** The sealed form read back and opened; null when it is gone. Wiped by who asked for it. */
  readonly content: (emailId: string) => Promise<Buffer | null>;
  /** Where links in a mail's copies lead; null: nowhere. */
  readonly linkBase: (job: Job) => Promise<LinkBase | null>;
  readonly signingKeys: (domain: string) => Promise<readonly SigningKey[]>;
  readonly route: (routeId: string) => Promise<Route | null>;
  /** The secret that signs a route's webhook. */
  readonly routeSecret: (routeId: string) => Promise<Buffer | null>;
  /** The record kept of a mail: verdicts, parts without file names. */
  readonly record: (emailId: string) => Promise<Readonly<Record<string, unknown>>>;
};

/** The pace of a job's provider from its IP; nothing of it holds for a job without one. */
export type PaceOf = {
  /** A place for one more transaction of the job: route took that of the first. */
  readonly again: (job: Routed) => Promise<{ readonly ok: true } | { readonly ok: false; readonly until: number; readonly why: string }>;
  /** What became of one transaction, or that there was none. `mails`: which of its connection it was, from 1. */
  readonly told: (job: Routed, tried: readonly Attempt[], mails?: number) => void;
  readonly places: (job: Routed) => Places;
};

/** The same outcome for every recipient of a job. */
export function forAll(job: Job, attempt: Omit<Attempt, 'n'>): readonly Attempt[] {
  return job.recipients.map(one => ({ ...attempt, n: one.n }));
}

export function plainAttempt(
  at: number,
  result: Attempt['result'],
  reply: string,
  over: Partial<Omit<Attempt, 'n'>> = {},
): Omit<Attempt, 'n'> {
  return { at, result, reply, peer: null, sendingIp: null, code: null, enhanced: null, class: 'soft', reason: null, tls: null, ...over };
}

export type { JobRecipient };
