// Where mail leaves from: the pool of a mail, and the IPs of that pool in the order to try them. Facts are kept by generation, so that an IP
// that went out of service is not handed out any more from the next attempt on, at every door.
import type { Config } from '../config.ts';
import { familyOf } from '../ips/address.ts';
import { CONNECTS_MS } from '../ips/bounds.ts';
import { inOrder, isYoung, poolFor, SHARED, type Sender } from '../ips/pools.ts';
import { inService, UNCHECKED } from '../ips/state.ts';
import { newFacts } from './facts.ts';
import type { Source as Known } from './store/control/sending-ips.ts';
import type { Source } from '../mail.ts';
import type { Store } from './store/subjects.ts';
import type { Shared } from './types.ts';

export type SourceAsk = {
  /** null: the server's own mail (DSNs, notices). */
  readonly accountId: string | null;
  /** What the sender named; null = nothing. */
  readonly pool: string | null;
  readonly family: 4 | 6;
  readonly forward: boolean;
};

/** `list` empty: the mail waits until `until` (epoch ms), and `why` says for what. It never leaves from another address instead. */
export type Candidates = {
  readonly pool: string;
  readonly list: readonly Source[];
  readonly why: string;
  readonly until: number | null;
};

export type Sources = {
  readonly candidates: (ask: SourceAsk) => Promise<Candidates>;
  /** One try to connect, as a delivery saw it: feeds the check of the port and the days of use. `site`: the mail hosts' name. */
  readonly told: (ip: string | null, site: string, connected: boolean) => void;
};

type Deps = {
  readonly config: Pick<Config, 'sendingIps' | 'hostname' | 'ipCheckIntervalMs'>;
  readonly store: Pick<Store, 'sendingIps' | 'pools' | 'accounts'>;
  readonly shared: Shared;
  readonly clock: { readonly now: () => number };
};

/** The first check of an IP is on: its mail is asked for again soon. */
const UNCHECKED_MS = 2_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export function newSources({ config, store, shared, clock }: Deps): Sources {
  const facts = newFacts(shared);
  const allIps = facts.kept('sending-ips', (_all: null) => store.sendingIps.sources());
  const account = facts.kept('account', store.accounts.get);
  const given = facts.kept('pools-given', store.pools.givenTo);
  // How much an account ever sent grows with every mail: once an hour is enough to know whether it is young.
  const sent = facts.kept('sent', ({ accountId }: { readonly accountId: string; readonly hour: number }) => store.accounts.sent(accountId));
  const usedOn = new Map<string, number>();
  let turn = 0;

  const senderOf = async (accountId: string | null): Promise<Sender | null> => {
    const found = accountId === null ? null : await account(accountId);
    if (!found || accountId === null) return null;
    const now = clock.now();
    const young = isYoung({ createdAt: found.createdAt, sent: await sent({ accountId, hour: Math.floor(now / HOUR) }) }, now);
    return { pool: found.pool, given: await given(accountId), risk: found.risk, young };
  };
  const markUsed = (ip: string): void => {
    const day = Math.floor(clock.now() / DAY);
    if (usedOn.get(ip) === day) return;
    usedOn.set(ip, day);
    // Lost with a stop: the day counts at its next mail.
    void store.sendingIps.markUsed({ ip, day }).catch(() => usedOn.delete(ip));
  };
  return {
    candidates: async ask => {
      if (config.sendingIps.length === 0)
        return {
          pool: SHARED,
          list: [{ ip: null, helo: config.hostname, warming: false }],
          why: 'no SESAME_SENDING_IPS: the system chooses',
          until: null,
        };
      const ips = configured(config.sendingIps, await allIps(null));
      const pool = poolFor(await senderOf(ask.accountId), { requested: ask.pool, forward: ask.forward }, new Set(ips.map(one => one.pool)));
      const members = ips.filter(one => one.pool === pool);
      const fitting = members.filter(one => familyOf(one.ip) === ask.family);
      const list = inOrder(fitting, turn++).map(({ ip, helo, state }) => ({
        ip,
        helo: helo ?? config.hostname,
        warming: state === 'warming',
      }));
      if (list.length > 0) return { pool, list, why: `pool ${pool}`, until: null };
      const soon = fitting.some(one => one.reason === UNCHECKED);
      const until = clock.now() + Math.min(config.ipCheckIntervalMs, soon ? UNCHECKED_MS : Infinity);
      return { pool, list, why: whyNone(pool, ask.family, members, fitting), until };
    },
    told: (ip, site, connected) => {
      if (ip === null) return;
      if (connected) {
        shared.count(`ip-connected/${ip}`, CONNECTS_MS);
        markUsed(ip);
      } else if (shared.count(`ip-unreached/${ip}/${site}`, CONNECTS_MS) === 1) shared.count(`ip-unreached/${ip}`, CONNECTS_MS);
    },
  };
}

/** Of the last hour, over all doors: connections made from `ip`, and sites that were not reached. */
export function connectionsOf(shared: Shared, ip: string): { readonly connected: number; readonly unreached: number } {
  const seen = (what: string): number => shared.peek(`${what}/${ip}`, CONNECTS_MS).value;
  return { connected: seen('ip-connected'), unreached: seen('ip-unreached') };
}

/** Those that are set now; one that was never checked has no state in service. */
function configured(sendingIps: readonly string[], known: readonly Known[]): readonly Known[] {
  const byIp = new Map(known.map(one => [one.ip, one]));
  return sendingIps.map(ip => byIp.get(ip) ?? { ip, state: 'resting', reason: UNCHECKED, helo: null, pool: SHARED });
}

function whyNone(pool: string, family: 4 | 6, members: readonly Known[], fitting: readonly Known[]): string {
  if (members.length === 0) return `no sending IP is in the pool "${pool}"`;
  if (fitting.length === 0) return `no sending IP of the pool "${pool}" speaks IPv${family}`;
  const out = fitting.filter(one => !inService(one.state));
  return `every sending IP of the pool "${pool}" is out of service: ${out.map(one => `${one.ip} is ${one.state}`).join(', ')}`.slice(
    0,
    300,
  );
}
