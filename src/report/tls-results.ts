// Counts TLS sessions for the reports of the day (RFC 8460): gathered in the door, written every second, one row for all that are alike.
import { createHash } from 'node:crypto';
import type { TlsSum } from '../engines/store/control/tls-results.ts';
import type { Store } from '../engines/store/subjects.ts';
import type { Clock, Log, Metrics } from '../engines/types.ts';
import { MAX_POLICY_STRINGS, MAX_REPORT_TEXT } from '../tlspolicy/bounds.ts';
import { impersonal } from '../tlspolicy/impersonal.ts';
import type { SessionResult } from '../tlspolicy/results.ts';

export type TlsResults = {
  /** One session's result; never for a mail that carries a report. Does not wait and does not throw. */
  readonly note: (session: SessionResult) => void;
  readonly flush: () => Promise<void>;
};

const FLUSH_MS = 1_000;
/** Different rows between two flushes: a commit of them holds the writer for some 20 ms. More are added up by type and result alone. */
const MOST = 1_000;
/** And those for so many domains; what is beyond is not counted, and the metric says so. */
const MOST_BARE = 3_000;
const MAX_DETAIL = 200;
const DAY = 86_400_000;

export function newTlsResults(deps: {
  readonly store: Pick<Store, 'tlsResults'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** False: nothing is counted. */
  readonly on: boolean;
}): TlsResults {
  let book = new Map<string, TlsSum>();
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();
  const enter = (sum: TlsSum): void => {
    const whole = keyOf(sum);
    const fits = book.has(whole) || book.size < MOST;
    const at = fits ? sum : bare(sum);
    const key = fits ? whole : keyOf(at);
    const known = book.get(key);
    if (!known && book.size >= MOST + MOST_BARE) deps.metrics.count('sesame_tls_results_lost_total', {}, at.count);
    else book.set(key, { ...at, count: at.count + (known?.count ?? 0) });
  };
  const write = async (): Promise<void> => {
    if (book.size === 0) return;
    const sums = [...book.values()];
    book = new Map();
    try {
      await deps.store.tlsResults.add(sums.map(digested));
    } catch {
      deps.log.warn('TLS results could not be written, they are tried again', { count: sums.length });
      for (const sum of sums) enter(sum);
      timer ??= setTimeout(flush, FLUSH_MS);
    }
  };
  const flush = (): void => {
    timer = null;
    writing = writing.then(write);
  };
  return {
    note: session => {
      const { failure } = session;
      if (!deps.on || (!session.ok && !failure)) return;
      deps.metrics.count('sesame_tls_results_total', { policy: session.policy.type, result: failure?.result ?? 'successful' });
      enter(sumOf(session, Math.floor(deps.clock.now() / DAY)));
      timer ??= setTimeout(flush, FLUSH_MS);
    },
    flush: async () => {
      if (timer) clearTimeout(timer);
      flush();
      await writing;
    },
  };
}

function sumOf({ domain, policy, failure }: SessionResult, day: number): TlsSum {
  const texts = (list: readonly string[]): readonly string[] => list.slice(0, MAX_POLICY_STRINGS).map(one => one.slice(0, MAX_REPORT_TEXT));
  return {
    domain: domain.toLowerCase(),
    day,
    key: '',
    bareKey: '',
    policyType: policy.type,
    policyDomain: policy.domain.toLowerCase(),
    policy: texts(policy.strings),
    mxHosts: texts(policy.mxHosts),
    result: failure?.result ?? '',
    sendingIp: failure?.sendingIp ?? null,
    receivingHost: failure?.receivingHost?.toLowerCase() ?? null,
    receivingIp: failure?.receivingIp ?? null,
    detail: failure?.detail ? impersonal(failure.detail, MAX_DETAIL) : null,
    count: 1,
  };
}

const bare = (sum: TlsSum): TlsSum => ({
  ...sum,
  policyDomain: sum.domain,
  policy: [],
  mxHosts: [],
  sendingIp: null,
  receivingHost: null,
  receivingIp: null,
  detail: null,
});

const keyOf = (sum: TlsSum): string => JSON.stringify({ ...sum, count: 0 });
const digest = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 22);
const digested = (sum: TlsSum): TlsSum => ({ ...sum, key: digest(keyOf(sum)), bareKey: digest(keyOf(bare(sum))) });
