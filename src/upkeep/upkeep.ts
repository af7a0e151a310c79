// What the main thread does beside the doors: event webhooks, the end of what is kept for a time, the daily check of domains, and that of
// sending IPs.
import { STARTTLS_MEMORY_MS } from '../deliver/bounds.ts';
import { TOLD_MS as IMPORTS_TOLD_MS } from '../library/bounds.ts';
import { AUDIT_MS } from '../engines/store/control/audit.ts';
import { SKETCH_MS } from '../engines/store/control/emails.ts';
import { MARK_MS } from '../engines/store/control/marks.ts';
import { KEPT_MS } from '../standing/bounds.ts';
import type { Engines } from '../engines/open.ts';
import { errorText } from '../engines/log.ts';
import { checkDomain } from './domain-records.ts';
import { newEventWebhooks } from './event-webhooks.ts';
import { newFeeds } from './feeds.ts';
import { levelsAndQuotas } from './levels.ts';
import { checkSendingIps } from './sending-ips.ts';
import { newStandingNotices } from './standing-notices.ts';
import { newTlsReports } from './tls-reports.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const PURGE_ROWS = 500;
const DAY = 24 * HOUR;
/** A day of sessions ends, its report is sent within four hours and tried for a day. */
const TLS_DAYS_MS = 3 * DAY;
const GAUGE_MS = 5_000;
const OUTCOMES_MS = 1_000;
const OUTCOME_EVENTS = 500;
const LEFT_MS = 5_000;
const FINGERPRINTS_MS = 10 * 60_000;
const STANDING_MS = 1_000;
const STANDING_ACCOUNTS = 50;
const STATES = ['queued', 'scheduled', 'deferred', 'held'];
const DOMAINS = 100;
const FEEDS_MS = 1_000;

export type Upkeep = { readonly stop: () => Promise<void> };

export function startUpkeep(engines: Engines): Upkeep {
  const webhooks = newEventWebhooks(engines);
  const jobs = [
    every(engines, 'event webhooks', 250, webhooks.post),
    every(engines, 'end of metadata', HOUR, () => purge(engines)),
    every(engines, 'end of fingerprints', FINGERPRINTS_MS, () => forgetCampaigns(engines)),
    every(engines, 'end of TLS memories', HOUR, () => forgetPeers(engines)),
    every(engines, 'standing', STANDING_MS, () => decideStanding(engines)),
    every(engines, 'notices of standing', STANDING_MS, newStandingNotices(engines)),
    every(engines, 'outcomes of batches', OUTCOMES_MS, () => countOutcomes(engines)),
    every(engines, 'end of removed lists', LEFT_MS, () => sweepLists(engines)),
    every(engines, 'gauges', GAUGE_MS, () => gauges(engines)),
    every(engines, 'check of domains', HOUR, () => checkDomains(engines)),
    // Behind a smarthost receivers see that one's addresses, not ours.
    ...(engines.config.sendingIps.length > 0 && !engines.config.smarthost ? [sendingIpChecks(engines)] : []),
    every(engines, 'levels', MINUTE, () => levelsAndQuotas(engines)),
    every(engines, 'feeds', FEEDS_MS, newFeeds(engines)),
    every(engines, 'TLS reports', MINUTE, newTlsReports(engines)),
  ];
  return { stop: async () => void (await Promise.all([...jobs.map(job => job.stop()), webhooks.stop()])) };
}

async function purge({ store, clock, config }: Engines): Promise<void> {
  const before = clock.now() - config.metadataLifetimeMs;
  while ((await store.emails.purge({ before, now: clock.now(), limit: PURGE_ROWS })) >= PURGE_ROWS) await new Promise(setImmediate);
  while ((await store.blocked.forget({ now: clock.now(), limit: PURGE_ROWS })) >= PURGE_ROWS) await new Promise(setImmediate);
  while ((await store.standing.forget({ before: clock.now() - KEPT_MS, limit: PURGE_ROWS })) >= PURGE_ROWS) await new Promise(setImmediate);
  while (await store.statistics.fold(before)) await new Promise(setImmediate);
  await store.library.forget(clock.now() - IMPORTS_TOLD_MS);
  while ((await store.quota.forget({ before, limit: PURGE_ROWS })) >= PURGE_ROWS) await new Promise(setImmediate);
  await store.levels.forget(before);
  await store.scoreMail.forget(clock.now());
  while ((await store.batches.purge({ before, orphans: clock.now() - HOUR, limit: PURGE_ROWS })) >= PURGE_ROWS)
    await new Promise(setImmediate);
  await store.receivedReports.purge(before);
  await store.sessions.forget(clock.now());
  await store.audit.forget(clock.now() - AUDIT_MS);
  // Whole days, and never one whose report may still be on its way.
  await store.tlsResults.purge(Math.floor(Math.min(before, clock.now() - TLS_DAYS_MS) / DAY));
}

/** What time alone decides: the end of a notice, of a calm time, and each whole hour. */
async function decideStanding({ store }: Engines): Promise<void> {
  while ((await store.standing.tick({ limit: STANDING_ACCOUNTS })) >= STANDING_ACCOUNTS) await new Promise(setImmediate);
}

/** Fingerprints end a day after their mail is final, marks a day after they were set. */
async function forgetCampaigns({ store, clock }: Engines): Promise<void> {
  await store.marks.forget(clock.now() - MARK_MS);
  const before = clock.now() - SKETCH_MS;
  while ((await store.emails.forgetSketches({ before, limit: PURGE_ROWS })) >= PURGE_ROWS) await new Promise(setImmediate);
}

/** What became of the mail of batches, read from the events behind those that were counted. */
async function countOutcomes({ store }: Engines): Promise<void> {
  for (;;) {
    const told = await store.batches.outcomes(OUTCOME_EVENTS);
    if (!told || told.to === told.from) return;
    // What says nothing is read again, until there is much of it: counting is a commit.
    const isLong = told.to - told.from >= OUTCOME_EVENTS;
    if (isLong || Object.keys(told.sums).length > 0) await store.batches.count(told);
    if (!isLong) return;
    await new Promise(setImmediate);
  }
}

/** Rows of lists that were removed. */
async function sweepLists({ store }: Engines): Promise<void> {
  if (!(await store.lists.left())) return;
  while ((await store.lists.sweep(PURGE_ROWS)) > 0) await new Promise(setImmediate);
}

/** What was remembered of others' TLS and is over. */
async function forgetPeers({ store, clock }: Engines): Promise<void> {
  await store.sts.forget(clock.now() - DAY);
  await store.peers.forget(clock.now() - STARTTLS_MEMORY_MS);
}

async function gauges({ store, metrics }: Engines): Promise<void> {
  const waiting = await store.emails.waiting();
  for (const state of STATES) metrics.set('sesame_queue_recipients', waiting.find(one => one.state === state)?.count ?? 0, { state });
}

/** Each domain once a day: proof that is gone for 72 hours takes the state `verified` away. */
async function checkDomains({ store, clock, config, freshResolver: resolver }: Engines): Promise<void> {
  for (let after = ''; ;) {
    const page = await store.domains.list({ accountId: null, after, limit: DOMAINS });
    for (const { name, checkedAt } of page)
      if (checkedAt === null || clock.now() - checkedAt > DAY) await checkDomain({ config, store, resolver, clock }, name);
    if (page.length < DOMAINS) return;
    after = page.at(-1)?.name ?? '';
  }
}

/** By the start of each check: a bad IP must be out of service within one interval, however long DNS takes. The first one is at once. */
function sendingIpChecks(engines: Engines): Upkeep {
  const { clock, config } = engines;
  let next = clock.monotonic();
  return every(
    engines,
    'check of sending IPs',
    () => Math.max(0, next - clock.monotonic()),
    async () => {
      next = clock.monotonic() + config.ipCheckIntervalMs;
      await checkSendingIps(engines);
    },
  );
}

/** Runs again `ms` after it ended, so that a slow run never meets itself; stopping waits for the run that is on. */
function every({ log }: Engines, name: string, ms: number | (() => number), work: () => Promise<void>): Upkeep {
  const wait = (): number => (typeof ms === 'number' ? ms : ms());
  let stopped = false;
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> = Promise.resolve();
  const run = (): void => {
    running = work()
      .catch((error: unknown) => log.warn(`${name} failed`, { error: errorText(error) }))
      .finally(() => {
        if (!stopped) timer = setTimeout(run, wait());
      });
  };
  timer = setTimeout(run, Math.min(wait(), 1_000));
  return {
    stop: async () => {
      stopped = true;
      if (timer) clearTimeout(timer);
      await running;
    },
  };
}
