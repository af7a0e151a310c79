// What the stages know of the world: facts read from the store and kept by generation, sealed content opened, our own doors.
import { createPrivateKey } from 'node:crypto';
import type { SigningKey } from './deliver/dkim/sign.ts';
import * as delivery from './deliver/bounds.ts';
import { newPool } from './deliver/pool.ts';
import { readReturnToken } from './deliver/return-path.ts';
import { newContexts, newSessions } from './deliver/tls.ts';
import { DESTINATIONS } from './api/bounds.ts';
import type { DeliverDeps } from './deliver/types.ts';
import type { Listeners } from './door-types.ts';
import { insideRanges } from './engines/addresses.ts';
import { newDnsLists } from './engines/dns-lists.ts';
import { newFacts } from './engines/facts.ts';
import { EpochGone } from './engines/keys/vault.ts';
import { linkBaseOf } from './engines/link-hosts.ts';
import { errorText } from './engines/log.ts';
import { newAuthEngine } from './engines/mailauth.ts';
import type { Found } from './engines/library/shelf.ts';
import type { Engines } from './engines/open.ts';
import { withReportKeys } from './engines/resolver/report-keys.ts';
import { newUses } from './engines/uses.ts';
import type { ServedTls } from './engines/tls/doors.ts';
import type { IdentifyDeps } from './identify/types.ts';
import { newCampaigns, type Campaigns } from './learn/campaigns.ts';
import { newLayerBook, type LayerBook } from './learn/layers.ts';
import { newSketchBox, type SketchBox } from './learn/sketches.ts';
import { tokenMac } from './score/address.ts';
import { hashedPatterns } from './suppress/entries.ts';
import type { RouteDeps } from './route/types.ts';
import { outcomeOf } from './engines/pace/attempts.ts';
import type { Pair } from './engines/pace/pace.ts';
import { newSts } from './engines/sts.ts';
import type { Routed } from './mail.ts';
import type { ReportsDeps } from './report/received-reports.ts';

/** A recipient is asked about at RCPT, before each attempt and when one succeeded: its hashes are computed once. */
const HASHED_ADDRESSES = 5_000;
const MINUTE_MS = 60_000;

/** The last answers of a pure function; what goes out first came first. */
function remembered<R>(most: number, compute: (arg: string) => R): (arg: string) => R {
  const kept = new Map<string, R>();
  return arg => {
    const there = kept.get(arg);
    if (there !== undefined) return there;
    const made = compute(arg);
    if (kept.size >= most) kept.delete(kept.keys().next().value as string);
    kept.set(arg, made);
    return made;
  };
}

export function identifyFacts(engines: Engines, told: IdentifyDeps['told']): IdentifyDeps {
  const { config, clock, shared, secrets, store, library } = engines;
  const facts = newFacts(shared);
  const isRemoved = facts.kept('removed', store.library.isRemoved);
  /** Hits are few: whether somebody took the entry out of its list is asked of the store. */
  const standing = async (found: readonly Found[]): Promise<readonly Found[]> => {
    if (found.length === 0) return found;
    const removed = await Promise.all(found.map(({ list, key }) => isRemoved({ list, key })));
    return found.filter((_, i) => !removed[i]);
  };
  const ranges = facts.kept('ranges', store.blocked.ranges);
  const scoreAddress = facts.kept('score-address', store.scoreMail.address);
  const noteUse = newUses(engines);
  return {
    clock,
    shared,
    secrets,
    hostname: config.hostname,
    connectionLimit: config.connectionLimit,
    postmaster: config.postmaster,
    account: facts.kept('account', store.accounts.get),
    credential: facts.kept('credential', store.credentials.byUsername),
    usedCredential: id => noteUse(`credential/${id}`, () => store.credentials.used(id)),
    domain: facts.kept('domain', store.domains.covering),
    routes: facts.kept('routes', store.routes.matching),
    blocked: store.blocked.matching,
    hashesOf: remembered(HASHED_ADDRESSES, address => hashedPatterns(secrets.mac, address)),
    // Entries end by the clock: answers are kept for the minute, and what ended within it is left out.
    blockedRanges: async ({ accountId, now }) => {
      const kept = await ranges({ accountId, now: Math.floor(now / MINUTE_MS) * MINUTE_MS });
      return kept.filter(({ expiresAt }) => expiresAt === null || expiresAt > now);
    },
    listed: ask => standing(library.find(ask)),
    listedPeer: ask => standing(library.findPeer(ask)),
    dnsListed: newDnsLists(engines, { peer: config.mxDnsbls, domain: config.mxDomainDnsbls }),
    insideRange: (cidr, ip) => insideRanges([cidr])(ip),
    country: engines.country,
    usedToday: accountId => store.accounts.usedToday({ accountId, now: clock.now() }),
    told,
    domainUse: (accountId, domain) => store.quota.ofDomain({ accountId, domain, now: clock.now() }),
    freeAt: store.quota.freeAt,
    scoreDomain: config.scoreDomain ?? config.hostname,
    isScoreAddress: async token => ((await scoreAddress(tokenMac(secrets.mac, token)))?.expiresAt ?? 0) > clock.now(),
    isReturnPath: local => readReturnToken(secrets, local) !== null,
  };
}

/** What was taught: layers of weights and marked campaigns. */
export function learnedFacts({ clock, shared, secrets, store, log }: Engines): {
  readonly layers: LayerBook;
  readonly campaigns: Campaigns;
  readonly sketches: SketchBox;
} {
  const facts = newFacts(shared);
  const sketches = newSketchBox(secrets);
  const marks = facts.kept('marks', (_all: null) => store.marks.state());
  return {
    layers: newLayerBook({
      secrets,
      now: clock.now,
      head: facts.kept('learned', store.learned.head),
      row: store.learned.layer,
      broken: accountId => log.error('what the filter was taught does not open, mail is judged without it', { accountId }),
    }),
    campaigns: newCampaigns({
      now: clock.now,
      state: () => marks(null),
      after: store.marks.after,
      open: sketches.open,
      account: facts.kept('account', store.accounts.get),
    }),
    sketches,
  };
}

/** Reports that others send us: read by a worker; a key that they have for reports alone counts here and nowhere else. */
export function reportFacts({ config, clock, log, metrics, store, resolver }: Engines, read: ReportsDeps['read']): ReportsDeps {
  const check = newAuthEngine({ resolver: withReportKeys(resolver), hostname: config.hostname });
  const signerOfTls = async (raw: Buffer): Promise<string | null> => {
    const { dkim } = await check({ raw, ip: null, helo: null, mailFrom: null });
    return dkim.result === 'pass' ? dkim.domain : null;
  };
  return { store, clock, log, metrics, read, signerOfTls };
}

export function deliverFacts(
  engines: Engines,
  content: DeliverDeps['content'],
  served: () => ServedTls,
): Omit<DeliverDeps, 'connectTold' | 'noteTls' | 'recheck'> {
  const { config, clock, log, metrics, shared, secrets, store, http } = engines;
  const facts = newFacts(shared);
  const signingKeys = facts.kept('dkim', async (domain: string): Promise<readonly SigningKey[]> => {
    const owner = await store.domains.covering(domain);
    const keys = (owner ? await store.domains.dkim(owner.name) : []).filter(key => key.state === 'active');
    return keys.map(({ domain, selector, algorithm, sealed }) => ({
      domain,
      selector,
      algorithm,
      key: createPrivateKey({ key: secrets.open(`dkim/${domain}/${selector}`, sealed), format: 'der', type: 'pkcs8' }),
    }));
  });
  const domain = facts.kept('domain', store.domains.covering);
  return {
    config,
    clock,
    log,
    metrics,
    shared,
    secrets,
    http,
    content,
    linkBase: async ({ personal, accountId, fromDomain }) =>
      personal === null ? null : linkBaseOf(config, served().groups, accountId, await domain(fromDomain)),
    signingKeys,
    pool: newPool(shared),
    pace: paceOf(engines),
    contexts: newContexts(config.tlsMin.delivery),
    sessions: newSessions(clock.now),
    memory: {
      recall: async host => (await store.peers.get(host)) ?? { offeredAt: null, troubleAt: null },
      keep: (host, remembered) => store.peers.put({ host, ...remembered }),
    },
    route: facts.kept('route', store.routes.get),
    routeSecret: async id => {
      const sealed = await store.routes.secret(id);
      return sealed ? secrets.open(`route/${id}`, sealed) : null;
    },
    record: async id => (await store.emails.get(id))?.record ?? {},
  };
}

/** The pace of a job's provider, taken and told transaction by transaction. */
function paceOf({ pace, shared }: Engines): DeliverDeps['pace'] {
  const pairOf = ({ source, provider }: Routed): Pair | null => (provider === null ? null : { ip: source.ip, provider });
  const nameOf = (pair: Pair): string => `${pair.ip ?? ''}|${pair.provider}`;
  return {
    again: async job => {
      const pair = pairOf(job);
      return pair ? pace.enter({ ...pair, warming: job.source.warming }) : { ok: true };
    },
    told: (job, tried, mails) => {
      const pair = pairOf(job);
      if (!pair) return;
      const outcome = outcomeOf(tried);
      const open = shared.inside(`site/${nameOf(pair)}`);
      if (outcome) pace.told(pair, { ...outcome, open, ...(mails === undefined ? {} : { mails }) });
      else pace.leave(pair);
    },
    places: job => {
      const pair = pairOf(job);
      const { SITE_CONNECTIONS, CONNECTION_MAILS } = delivery;
      if (!pair) return { name: job.site, connections: SITE_CONNECTIONS, mails: CONNECTION_MAILS };
      return {
        name: nameOf(pair),
        connections: Math.min(SITE_CONNECTIONS, pace.connections(pair)),
        mails: Math.min(CONNECTION_MAILS, pace.mailsPerConnection(pair)),
      };
    },
  };
}

/** What routing knows of wishes and of other domains' policies. */
export function routeFacts(engines: Engines): Pick<RouteDeps, 'wishes' | 'sts'> {
  const { config, clock, shared, store, http, resolver, freshResolver } = engines;
  const facts = newFacts(shared);
  const account = facts.kept('account', store.accounts.get);
  const domain = facts.kept('domain', store.domains.covering);
  const destinations = facts.kept('destinations', (_all: null) => store.destinations.list({ after: '', limit: DESTINATIONS }));
  return {
    wishes: async job => ({
      domain: (await domain(job.fromDomain))?.tls ?? null,
      account: job.accountId === null ? null : ((await account(job.accountId))?.tls ?? null),
      operator: config.tlsPolicy,
      destinations: await destinations(null),
    }),
    sts: newSts({ clock, http, resolver, freshResolver, kept: facts.kept('sts', store.sts.get), keep: store.sts.keep }),
  };
}

/** The sealed form read back and opened. An epoch that died since the row was read was re-wrapped: the row is read again. */
export function contentOf({ store, vault, log }: Engines): (emailId: string) => Promise<Buffer | null> {
  return async emailId => {
    for (let tries = 0; tries < 3; tries++) {
      const sealed = await store.queue.content(emailId);
      if (!sealed) return null;
      try {
        return vault.open(emailId, sealed);
      } catch (error) {
        if (error instanceof EpochGone) continue;
        log.error('sealed content could not be opened', { emailId, error: errorText(error) });
        return null;
      }
    }
    return null;
  };
}

/** Our own MX listeners: delivering there would be a loop. */
export function isOwnDoor(listen: () => Listeners): (ip: string, port: number) => boolean {
  return (ip, port) => listen().mx.some(door => door.port === port && (door.host === ip || door.host === '0.0.0.0' || door.host === '::'));
}

/** Where our own MX answers, from this machine. */
export function ownDoor(host: string, listen: Listeners): ReturnType<RouteDeps['ownDoor']> {
  const door = listen.mx[0];
  if (!door || door.port === 0) return null;
  return { host, ip: door.host === '0.0.0.0' ? '127.0.0.1' : door.host === '::' ? '::1' : door.host, port: door.port };
}
