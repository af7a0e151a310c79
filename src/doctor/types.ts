// What a check of the doctor says, and what the checks know of the installation beside its settings.
import type { Config } from '../config.ts';
import type { Resolver } from '../engines/resolver/types.ts';
import type { HashLists } from '../engines/scanner/hashes.ts';
import type { SendingIp } from '../engines/store/control/sending-ips.ts';
import type { SetAside } from '../engines/store/control/settings.ts';
import type { StsMode } from '../tlspolicy/mta-sts.ts';

/** `unknown`: it could not be asked, which is no failure. */
export type State = 'ok' | 'warn' | 'fail' | 'unknown';
/** What is, in words, and what to do about it. */
export type Finding = {
  readonly group: string;
  readonly name: string;
  readonly state: State;
  readonly found: string;
  readonly fix: string | null;
};

export type OwnDomain = {
  readonly name: string;
  readonly mtaSts: StsMode;
  readonly records: readonly { readonly purpose: string; readonly expected: string }[];
};

/** A finding as it is told: with what the operator said of it before. */
export type Told = Finding & { readonly setAside: Pick<SetAside, 'reason' | 'by' | 'at'> | null };

/** What only the store or the running server knows; null = it cannot be asked. */
export type Known = {
  readonly isVerified: (domain: string) => Promise<boolean | null>;
  readonly domains: () => Promise<readonly OwnDomain[] | null>;
  /** Why our certificate for MX would not be taken by who enforces a policy; null: it would, or nobody says. */
  readonly whyNotProven: () => Promise<string | null>;
  /** Sending IPs with their state, and domains whose SPF must name them. */
  readonly sendingIps: () => Promise<{ readonly ips: readonly SendingIp[]; readonly domains: readonly string[] } | null>;
  readonly hashLists: () => Promise<Pick<HashLists, 'entries' | 'faults' | 'description'> | null>;
  readonly setAside: () => Promise<readonly SetAside[]>;
};

export type Doctor = { readonly config: Config; readonly resolver: Resolver; readonly known: Known };
