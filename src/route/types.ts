// What routing needs of the world, bound once in stages.ts.
import type { Config } from '../config.ts';
import type { Pace } from '../engines/pace/pace.ts';
import type { Resolver } from '../engines/resolver/types.ts';
import type { Sources } from '../engines/sources.ts';
import type { Clock } from '../engines/types.ts';
import type { Job } from '../mail.ts';
import type { TlsWishes } from '../tlspolicy/decide.ts';
import type { StsDecision } from '../tlspolicy/sts-cache.ts';

/** What account, domain and operator want of TLS for this mail. */
export type StandingWishes = Pick<TlsWishes, 'domain' | 'account' | 'operator' | 'destinations'>;

export type RouteDeps = {
  readonly config: Config;
  readonly resolver: Resolver;
  readonly clock: Clock;
  readonly allowed: (ip: string) => boolean;
  /** Where our own MX doors listen: delivering there would be a loop. */
  readonly isOurs: (ip: string, port: number) => boolean;
  /** One of our MX doors: mail for a domain whose best mail host we are goes in there, as any stranger's does. */
  readonly ownDoor: () => { readonly host: string; readonly ip: string; readonly port: number } | null;
  readonly wishes: (job: Job) => Promise<StandingWishes>;
  /** The domain's MTA-STS policy as it holds now; `last`: the mail is given up after this attempt, so DNS is asked afresh (RFC 8461 section 5.1). */
  readonly sts: (domain: string, last: boolean) => Promise<StsDecision>;
  readonly candidates: Sources['candidates'];
  /** Who runs mail hosts, and a place for one mail in the pace that he gets (engines/pace/). */
  readonly pace: Pick<Pace, 'providerOf' | 'enter'>;
};
