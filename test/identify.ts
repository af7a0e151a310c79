// What the gates ask of, for tests over a real store: no routes, no lists, no entries of the blocked library unless a test says so.
import type { IdentifyDeps } from '../src/identify/types.ts';
import type { InlineStore } from '../src/engines/store/inline.ts';
import type { Clock, Shared } from '../src/engines/types.ts';

export function identifyDeps(
  { store, secrets }: Pick<InlineStore, 'store' | 'secrets'>,
  { clock, shared }: { readonly clock: Clock; readonly shared: Shared },
  over: Partial<IdentifyDeps> = {},
): IdentifyDeps {
  const none = async (): Promise<never[]> => [];
  const notAsked = (): never => {
    throw new Error('not asked in this test');
  };
  return {
    clock,
    shared,
    secrets,
    hostname: 'mx.test',
    connectionLimit: 50,
    postmaster: null,
    account: store.accounts.get,
    credential: store.credentials.byUsername,
    usedCredential: () => undefined,
    domain: store.domains.covering,
    routes: none,
    blocked: none,
    hashesOf: () => [],
    blockedRanges: none,
    insideRange: () => false,
    country: () => null,
    listed: none,
    listedPeer: none,
    dnsListed: { peer: async () => null, domain: async () => null },
    usedToday: accountId => store.accounts.usedToday({ accountId, now: clock.now() }),
    isReturnPath: () => false,
    told: () => undefined,
    domainUse: notAsked,
    freeAt: notAsked,
    scoreDomain: 'mx.test',
    isScoreAddress: async () => false,
    ...over,
  };
}
