// What the gates read: plain functions that door.ts binds to the store.
import type { Told } from '../engines/store/types.ts';
import type { Clock, Secrets, Shared } from '../engines/types.ts';
import type { AccountPolicy, Route } from '../mail.ts';
import type { StandingState } from '../standing/rules.ts';
import type { Entry } from './blocked.ts';

export type AccountFacts = {
  readonly id: string;
  readonly state: StandingState;
  readonly stateReason: string | null;
  readonly quota: { readonly perDay: number; readonly perSecond: number };
  readonly policy: AccountPolicy;
};
export type DomainFacts = { readonly name: string; readonly accountId: string; readonly state: 'pending' | 'verified' | 'unverified' };

type FindEntries = (ask: {
  readonly accountId: string | null;
  readonly patterns: readonly string[];
  readonly now: number;
}) => Promise<readonly Entry[]>;

export type IdentifyDeps = {
  readonly clock: Clock;
  readonly shared: Shared;
  readonly secrets: Secrets;
  readonly hostname: string;
  readonly connectionLimit: number;
  /** SESAME_POSTMASTER: where postmaster@ and abuse@ mail goes that no route takes. */
  readonly postmaster: string | null;
  readonly account: (id: string) => Promise<AccountFacts | null>;
  readonly credential: (username: string) => Promise<{ readonly id: string; readonly accountId: string; readonly mac: Uint8Array } | null>;
  /** The registered domain that covers a name. */
  readonly domain: (name: string) => Promise<DomainFacts | null>;
  readonly routes: (matches: readonly string[]) => Promise<readonly Route[]>;
  readonly blocked: FindEntries;
  /** Entries that made themselves, by keyed hash (suppress/entries.ts). They raise no generation: never kept. */
  readonly blockedHashes: (ask: {
    readonly accountId: string | null;
    readonly address: string;
    readonly now: number;
  }) => ReturnType<FindEntries>;
  readonly blockedRanges: (ask: { readonly accountId: string | null; readonly now: number }) => Promise<readonly Entry[]>;
  readonly insideRange: (cidr: string, ip: string) => boolean;
  readonly usedToday: (accountId: string) => Promise<number>;
  /** Something happened that counts for the account's standing; recorded soon. */
  readonly told: (accountId: string, told: Told) => void;
  /** A return path of ours: true when the local part is a token that we made. */
  readonly isReturnPath: (local: string) => boolean;
};
