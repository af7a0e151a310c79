// From where a mail leaves: the first IP of its pool that may be used now and whose pace at this provider has room. Without one the mail
// waits; it never leaves from a resting IP, over a pace, or from another address instead.
import type { Candidates, SourceAsk } from '../engines/sources.ts';
import type { Hop, Job, Source } from '../mail.ts';

export type SourceDeps = {
  readonly candidates: (ask: SourceAsk) => Promise<Candidates>;
  readonly now: () => number;
};
export type Chosen =
  /** With the hops that the IP can reach. */
  { readonly source: Source; readonly hops: readonly Hop[] } | { readonly until: number; readonly why: string };

/** When the sources do not say themselves when to ask again. */
const ASK_AGAIN_MS = 60_000;

export async function chooseSource(deps: SourceDeps, job: Job, hops: readonly Hop[]): Promise<Chosen> {
  const forward = job.recipients[0]?.target.kind === 'forward';
  const ask = { accountId: job.accountId, pool: job.pool ?? null, forward };
  let wait: { readonly until: number; readonly why: string } | null = null;
  for (const family of [4, 6] as const) {
    const reachable = hops.filter(hop => hop.ip.includes(':') === (family === 6));
    if (reachable.length === 0) continue;
    const found = await deps.candidates({ ...ask, family });
    const [first] = found.list;
    // The system chooses an address of the right family by itself.
    if (first) return { source: { ip: first.ip, helo: first.helo }, hops: first.ip === null ? hops : reachable };
    wait ??= { until: found.until ?? deps.now() + ASK_AGAIN_MS, why: found.why };
  }
  return wait ?? { until: deps.now() + ASK_AGAIN_MS, why: 'no host to try' };
}
