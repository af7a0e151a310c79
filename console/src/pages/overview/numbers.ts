// Numbers of the overview from /v1/statistics, pure: shares with what they are of, and the spans of time that are asked for.

export type Counts = {
  readonly mails: number;
  readonly accepted: number;
  readonly suppressed: number;
  readonly delivered: number;
  readonly tls: Readonly<Record<string, number>>;
  readonly deferred: number;
  readonly bounced: { readonly total: number; readonly hard: number; readonly afterDelivery: number };
  readonly expired: number;
  readonly rejected: { readonly total: number; readonly spam: number; readonly virus: number; readonly other: number };
  readonly complained: number;
  readonly received: {
    readonly mails: number;
    readonly spam: { readonly pass: number; readonly gray: number; readonly fail: number; readonly unchecked: number };
    readonly virus: { readonly fail: number };
    readonly rejected: { readonly total: number };
  };
};
export type Row = { readonly from: string; readonly to: string; readonly provider?: string; readonly counts: Counts };

export const RANGES = ['24h', '7d', '14d', '30d'] as const;
export type Range = (typeof RANGES)[number];
export const isRange = (text: string): text is Range => RANGES.some(one => one === text);

const HOUR_MS = 3_600_000;
const HOURS: Readonly<Record<Range, number>> = { '24h': 24, '7d': 168, '14d': 336, '30d': 720 };

export type Span = { readonly from: string; readonly to: string; readonly beforeFrom: string; readonly by: 'hour' | 'day' };

/** The range up to the end of this hour, so that asking twice in an hour asks the same; and the one of the same length before it. */
export function spanOf(range: Range, now: number): Span {
  const to = Math.ceil((now + 1) / HOUR_MS) * HOUR_MS;
  const length = HOURS[range] * HOUR_MS;
  const at = (ms: number): string => new Date(ms).toISOString();
  return { from: at(to - length), to: at(to), beforeFrom: at(to - 2 * length), by: HOURS[range] <= 168 ? 'hour' : 'day' };
}

/** A share and what it is of; null where there is nothing to have a share of. */
export type Share = { readonly share: number | null; readonly part: number; readonly whole: number };
const shareOf = (part: number, whole: number): Share => ({ share: whole === 0 ? null : part / whole, part, whole });

/** Recipients whose mail has come to an end. */
const ended = ({ delivered, bounced, expired }: Counts): number => delivered + bounced.total - bounced.afterDelivery + expired;

export const deliveredShare = (counts: Counts): Share => shareOf(counts.delivered, ended(counts));
export const bouncedShare = (counts: Counts): Share => shareOf(counts.bounced.total, ended(counts));
export const complainedShare = (counts: Counts): Share => shareOf(counts.complained, counts.delivered);
/** Delivered with TLS; `whole - part` went in clear. */
export function encryptedShare({ tls }: Counts): Share {
  const whole = Object.values(tls).reduce((sum, n) => sum + n, 0);
  return shareOf(whole - (tls['none'] ?? 0), whole);
}

/** How much more than before, as a share; null when there was nothing before. */
export const growth = (now: number, before: number): number | null => (before === 0 ? null : now / before - 1);

export type ProviderRow = { readonly provider: string; readonly counts: Counts };

const SHOWN = 8;

/** The largest eight by what ended there, the rest as one row called `rest`. */
export function topProviders(rows: readonly Row[]): readonly ProviderRow[] {
  const named = rows
    .map(({ provider = '', counts }) => ({ provider, counts }))
    .filter(row => ended(row.counts) > 0 || row.counts.deferred > 0);
  const sorted = named.toSorted((a, b) => ended(b.counts) - ended(a.counts));
  const rest = sorted.slice(SHOWN).map(row => row.counts);
  const first = rest[0];
  return first ? [...sorted.slice(0, SHOWN), { provider: 'rest', counts: rest.slice(1).reduce(added, first) }] : sorted;
}

const added = (a: Counts, b: Counts): Counts => ({
  ...a,
  delivered: a.delivered + b.delivered,
  deferred: a.deferred + b.deferred,
  expired: a.expired + b.expired,
  complained: a.complained + b.complained,
  bounced: {
    total: a.bounced.total + b.bounced.total,
    hard: a.bounced.hard + b.bounced.hard,
    afterDelivery: a.bounced.afterDelivery + b.bounced.afterDelivery,
  },
});
