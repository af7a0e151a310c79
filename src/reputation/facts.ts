// What reputation is made of: counts by UTC day, and what lists and reports of others say. Handed in, so that the same judgement serves
// accounts, domains, sending IPs and providers.
import type { Counts } from '../statistics/shown.ts';

/** How many of how many. */
export type Share = { readonly hits: number; readonly of: number };

export type Facts = {
  /** Measures of the days of this week and of the weeks before it, oldest first; days without mail are empty. */
  readonly week: readonly Counts[];
  readonly before: readonly Counts[];
  /** Blocklists that have a sending IP of the subject, among those that answered; null = nothing was asked. */
  readonly listings: Share | null;
  /** Mails from our sending IPs that failed DMARC by the reports of receivers; null = no report. */
  readonly dmarc: Share | null;
  /** Records of the domains (DKIM, SPF, DMARC, return path) that are missing or other than they must be; null = none was looked up. */
  readonly records: Share | null;
  /** Sessions that failed by TLS reports about the domain; null = no report. */
  readonly tls: Share | null;
};

export const sum = (days: readonly Counts[]): Counts => {
  const all = new Map<string, number>();
  for (const day of days) for (const [measure, count] of day) all.set(measure, (all.get(measure) ?? 0) + count);
  return all;
};
