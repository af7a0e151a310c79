// Sending IPs are checked before their first mail and in every interval: what is seen goes through the state machine in the store, and
// takes a bad one out of service at every door with that commit.
import type { Config } from '../config.ts';
import { connectionsOf } from '../engines/sources.ts';
import type { SendingIp } from '../engines/store/control/sending-ips.ts';
import type { Store } from '../engines/store/subjects.ts';
import type { Engines } from '../engines/open.ts';
import type { Resolver } from '../engines/resolver/types.ts';
import type { Shared } from '../engines/types.ts';
import { SPF_SAMPLE } from '../ips/bounds.ts';
import { IP_STATES, inService, warmedByUse } from '../ips/state.ts';
import { WEEK_DAYS } from '../reputation/bounds.ts';
import { isTurnedAway } from '../reputation/judge.ts';
import { SLOT_MS } from '../statistics/bounds.ts';
import { lookAtIp, newRound, type Round } from './ip-looks.ts';

const DAY = 86_400_000;

export type IpCheckDeps = {
  readonly config: Config;
  readonly store: Store;
  readonly resolver: Resolver;
  readonly shared: Shared;
  readonly clock: { readonly now: () => number };
};

/** One IP now, and what becomes of it. */
export async function checkSendingIp(
  deps: IpCheckDeps,
  ip: string,
  round: Round = newRound(deps, deps.config.sendingIps),
): Promise<SendingIp> {
  const [old, proven] = await Promise.all([deps.store.sendingIps.get(ip), deps.store.domains.proven()]);
  const domains = domainsToAsk(deps, proven, old?.checks.find(one => one.name === 'spf')?.domains ?? []);
  const seen = await lookAtIp(deps, round, { ip, domains, ...connectionsOf(deps.shared, ip) });
  const isWarm = old?.state === 'warming' && warmedByUse(old) && !(await isUnwelcome(deps, ip));
  return deps.store.sendingIps.recordCheck({ ip, ...seen, warmed: isWarm });
}

/** Providers turned much of this week's mail away: it goes on warming, however many days it was used. */
async function isUnwelcome({ store, clock }: IpCheckDeps, ip: string): Promise<boolean> {
  const now = clock.now();
  const rows = await store.statistics.sums({ accountId: null, ip, from: now - WEEK_DAYS * DAY, to: now + SLOT_MS });
  return isTurnedAway(new Map(rows.map(row => [row.measure, row.count])));
}

/** All of them, at once; states to the metrics, changes to the log. */
export async function checkSendingIps(engines: Engines): Promise<void> {
  const { config, store, log, metrics, freshResolver: resolver } = engines;
  const deps = { ...engines, resolver };
  const round = newRound(deps, config.sendingIps);
  await Promise.all(
    config.sendingIps.map(async ip => {
      const before = (await store.sendingIps.get(ip))?.state ?? null;
      const { state, reason } = await checkSendingIp(deps, ip, round);
      for (const one of IP_STATES) metrics.set('sesame_sending_ip_state', one === state ? 1 : 0, { ip, state: one });
      if (state === before) return;
      const fields = { peer: ip, state, ...(reason === null ? {} : { reason }) };
      if (inService(state)) log.info('a sending IP is in service', fields);
      else log.warn('a sending IP is out of service', fields);
    }),
  );
}

/** Those that were remembered, and some of the others, in turn with each interval, so that thousands of them are all seen in time. */
function domainsToAsk({ config, clock }: IpCheckDeps, proven: readonly string[], remembered: readonly string[]): readonly string[] {
  const start = (Math.floor(clock.now() / config.ipCheckIntervalMs) * SPF_SAMPLE) % Math.max(1, proven.length);
  const sample = [...proven.slice(start), ...proven.slice(0, start)].slice(0, SPF_SAMPLE);
  const all = new Set(proven);
  return [...new Set([...remembered.filter(name => all.has(name)), ...sample])];
}
