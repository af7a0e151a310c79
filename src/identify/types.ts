// What the gates read: plain functions that door.ts binds to the store.
import type { Told } from '../engines/store/types.ts';
import type { Clock, Secrets, Shared } from '../engines/types.ts';
import type { Frequency } from '../levels/quota.ts';
import type { AccountPolicy, Route } from '../mail.ts';
import type { Entry } from '../library/match.ts';
import type { StandingState } from '../standing/rules.ts';

export type AccountFacts = {
  readonly id: string;
  readonly state: StandingState;
  readonly stateReason: string | null;
  readonly contact: string | null;
  readonly quota: { readonly perDay: number; readonly perSecond: number };
  /** Each domain has the quota of its own level. */
  readonly byDomain: boolean;
  readonly frequency: Frequency | null;
  readonly sandbox: boolean;
  readonly policy: AccountPolicy;
};
export type DomainFacts = { readonly name: string; readonly accountId: string; readonly state: 'pending' | 'verified' | 'unverified' };

type Ask = { readonly accountId: string | null; readonly now: number };
type FindEntries = (ask: Ask & { readonly patterns: readonly string[] }) => Promise<readonly Entry[]>;

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
  /** A credential was used just now; noted soon. */
  readonly usedCredential: (id: string) => void;
  /** The registered domain that covers a name. */
  readonly domain: (name: string) => Promise<DomainFacts | null>;
  readonly routes: (matches: readonly string[]) => Promise<readonly Route[]>;
  /** Asked of the store each time: entries that made themselves raise no generation. */
  readonly blocked: FindEntries;
  /** The keyed hashes under which an address may stand in entries that made themselves (suppress/entries.ts). */
  readonly hashesOf: (address: string) => readonly string[];
  readonly blockedRanges: (ask: Ask) => Promise<readonly Entry[]>;
  /** Entries of imported lists and feeds (engines/library/), for an address or a peer. */
  readonly listed: (ask: Ask & { readonly patterns: readonly string[]; readonly group: string | null }) => ReturnType<FindEntries>;
  readonly listedPeer: (ask: Ask & { readonly ip: string }) => ReturnType<FindEntries>;
  /** DNS blocklists: the zone that lists a peer or a domain; null: none, as far as is known. */
  readonly dnsListed: { readonly peer: (ip: string) => Promise<string | null>; readonly domain: (name: string) => Promise<string | null> };
  readonly insideRange: (cidr: string, ip: string) => boolean;
  /** ISO 3166-1 alpha-2; null: not known. */
  readonly country: (ip: string) => string | null;
  readonly usedToday: (accountId: string) => Promise<number>;
  /** Something happened that counts for the account's standing; recorded soon. */
  readonly told: (accountId: string, told: Told) => void;
  /** The domain that a name is registered under: its level, and its recipients today. */
  readonly domainUse: (
    accountId: string,
    name: string,
  ) => Promise<{ readonly name: string; readonly level: number; readonly used: number }>;
  /** When a person may be written to again: `at` or later. */
  readonly freeAt: (ask: { readonly person: Uint8Array; readonly frequency: Frequency; readonly at: number }) => Promise<number>;
  /** A return path of ours: true when the local part is a token that we made. */
  /** The host of addresses for a score, and whether one of them is good: by the token in its local part. */
  readonly scoreDomain: string;
  readonly isScoreAddress: (token: string) => Promise<boolean>;
  readonly isReturnPath: (local: string) => boolean;
};
