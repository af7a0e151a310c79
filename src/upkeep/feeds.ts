// Feeds of the blocked library: pulled when they are due, each into a list of its own, which is replaced whole. What was taken last stays in
// force whatever goes wrong; an answer that is empty, full of nonsense or far smaller than before is not taken (engines/library/run-import.ts).
import { newUploads, type Uploads } from '../engines/library/upload.ts';
import { newId } from '../engines/ids.ts';
import { errorText } from '../engines/log.ts';
import type { Engines } from '../engines/open.ts';
import type { Feed, FeedState } from '../engines/store/control/feeds.ts';
import * as bounds from '../library/bounds.ts';

export type FeedDeps = Pick<Engines, 'store' | 'http' | 'clock' | 'log' | 'metrics'> & { readonly uploads: Uploads };

const LOOK_MS = 100;

export const newFeeds = ({ store, http, clock, log, metrics, config }: Engines): (() => Promise<void>) =>
  pullFeeds.bind(null, { store, http, clock, log, metrics, uploads: newUploads(config.dataDir) });

export async function pullFeeds(deps: FeedDeps): Promise<void> {
  for (const feed of await deps.store.feeds.list()) {
    if (!feed.enabled || feed.dueAt > deps.clock.now()) continue;
    // One that fails by our own fault must not keep the others waiting.
    const fault = await pull(deps, feed).catch(errorText);
    if (typeof fault === 'string') await tell(deps, feed, { fault });
  }
}

async function pull(deps: FeedDeps, feed: Feed): Promise<void> {
  await tell(deps, feed, await ask(deps, feed));
}

async function tell({ store, clock, log, metrics }: FeedDeps, feed: Feed, came: Came): Promise<void> {
  const { id, dueAt: wasDueAt } = feed;
  const now = clock.now();
  metrics.count('sesame_feed_pulls_total', { outcome: 'fault' in came ? 'failed' : came.state.changedAt === undefined ? 'same' : 'taken' });
  if (!('fault' in came)) {
    const state = { ...came.state, pulledAt: now, fault: null, failures: 0, force: false };
    return store.feeds.told({ id, wasDueAt, dueAt: now + feed.everySeconds * 1_000, state });
  }
  if (came.fault !== feed.fault) log.warn('a feed of the blocked library was not taken', { state: feed.name, reason: came.fault });
  const again = Math.min(feed.everySeconds * 1_000, bounds.FEED_AGAIN_MS);
  const state = { fault: came.fault, failures: feed.failures + 1, force: false };
  await store.feeds.told({ id, wasDueAt, dueAt: now + again, state });
}

type Came = { readonly fault: string } | { readonly state: Partial<FeedState> };

async function ask(deps: FeedDeps, feed: Feed): Promise<Came> {
  const headers = {
    ...(feed.etag === null ? {} : { 'if-none-match': feed.etag }),
    ...(feed.lastModified === null ? {} : { 'if-modified-since': feed.lastModified }),
  };
  const limits = { timeoutMs: bounds.FEED_TIMEOUT_MS, maxAnswer: bounds.FEED_BYTES + 1 };
  const answer = await deps.http.get(feed.url, headers, limits);
  if ('failed' in answer) return { fault: `${answer.why}: ${answer.text}` };
  if (answer.status === 304 && (feed.etag !== null || feed.lastModified !== null)) return { state: {} };
  if (answer.status !== 200) return { fault: `it answers HTTP ${answer.status}` };
  if (answer.body.length > bounds.FEED_BYTES) return { fault: `it has more than ${bounds.FEED_BYTES} bytes` };
  const fault = await take(deps, feed, answer.body);
  if (fault !== null) return { fault };
  const { etag = null, 'last-modified': lastModified = null } = answer.headers;
  return { state: { etag, lastModified, changedAt: deps.clock.now() } };
}

/** The list is in force when this answers null; else why not. */
async function take({ store, uploads }: FeedDeps, feed: Feed, body: Buffer): Promise<string | null> {
  const id = newId('imp');
  const got = await uploads.write(id, body);
  if ('refused' in got) return 'there is no room on the disk';
  const { format, action, direction, subdomains, force } = feed;
  // What a feed says of its lines is no word of the operator: no class, and an account may allow what it blocks.
  const defaults = { action, direction, subdomains, operator: false };
  await store.library.begin({ id, accountId: null, list: feed.name, feed: feed.id, how: { format, defaults, mode: 'replace', force } });
  for (;;) {
    const row = await store.library.one(id);
    if (!row || row.state === 'done') return null;
    if (row.state === 'failed') return row.fault ?? 'it failed';
    await new Promise(resolve => setTimeout(resolve, LOOK_MS));
  }
}
