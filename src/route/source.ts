// From where a mail leaves: the first IP of its pool that is in service and whose pace at this provider has room. Without one the mail
// waits; it never leaves from a resting IP, over a pace, or from another address instead.
import type { SourceAsk } from '../engines/sources.ts';
import type { Hop, Job, Source } from '../mail.ts';
import { ASK_AGAIN_MS } from './bounds.ts';
import type { RouteDeps } from './types.ts';

export type Chosen =
  /** With the hops that the IP can reach. A place in its pace is taken. */
  { readonly source: Source; readonly hops: readonly Hop[] } | { readonly until: number; readonly why: string; readonly enhanced: string };

/** IPv4 first, as the hops are. Warming IPs come first in each pool and take what their day has room for; the rest goes to warm ones. */
export async function chooseSource(
  deps: Pick<RouteDeps, 'candidates' | 'pace' | 'clock'>,
  job: Job,
  hops: readonly Hop[],
  provider: string,
): Promise<Chosen> {
  const ask: Omit<SourceAsk, 'family'> = {
    accountId: job.accountId,
    pool: job.pool,
    forward: job.recipients[0]?.target.kind === 'forward',
  };
  let wait: Extract<Chosen, { until: number }> | null = null;
  for (const family of [4, 6] as const) {
    const reachable = hops.filter(hop => hop.ip.includes(':') === (family === 6));
    if (reachable.length === 0) continue;
    const found = await deps.candidates({ ...ask, family });
    for (const source of found.list) {
      const entered = await deps.pace.enter({ ip: source.ip, provider, warming: source.warming });
      // The system chooses an address of the right family by itself.
      if (entered.ok) return { source, hops: source.ip === null ? hops : reachable };
      if (!wait || entered.until < wait.until) wait = { until: entered.until, why: entered.why, enhanced: '4.4.5' };
    }
    wait ??= { until: found.until ?? deps.clock.now() + ASK_AGAIN_MS, why: found.why, enhanced: '4.3.0' };
  }
  return wait ?? { until: deps.clock.now() + ASK_AGAIN_MS, why: 'no host to try', enhanced: '4.4.1' };
}
