// A DMARC aggregate report as sums by source and result: what is kept of it. Nothing of recipients, selectors or comments.
import type { DmarcReport } from './dmarc-aggregate.ts';

export type DmarcSum = {
  /** null: sources beyond the bound, added up by result. */
  readonly sourceIp: string | null;
  readonly headerFrom: string;
  readonly disposition: string;
  readonly dkim: string;
  readonly spf: string;
  readonly count: number;
};
export type DmarcSums = {
  readonly organization: string;
  readonly reportId: string;
  /** Epoch seconds. */
  readonly begin: number | null;
  readonly end: number | null;
  readonly domain: string;
  readonly policy: string;
  readonly rows: readonly DmarcSum[];
};

/** Sources of one report: a domain that is spoofed from everywhere has some hundred. */
export const MAX_SOURCES = 1_000;
/** Messages that one row may tell: what a report says beyond is no honest number. */
const MAX_COUNT = 1_000_000_000_000;

/** The largest counts first; what is no word of the RFC becomes ''. */
export function sumDmarc(report: DmarcReport): DmarcSums {
  const sums = new Map<string, DmarcSum>();
  for (const one of report.records) {
    const sum: DmarcSum = {
      sourceIp: ADDRESS.test(one.sourceIp) ? one.sourceIp.toLowerCase() : null,
      headerFrom: name(one.headerFrom),
      disposition: word(one.disposition, ['none', 'quarantine', 'reject']),
      dkim: word(one.dkim, ['pass', 'fail']),
      spf: word(one.spf, ['pass', 'fail']),
      count: Math.min(one.count, MAX_COUNT),
    };
    addTo(sums, sum);
  }
  const all = [...sums.values()].toSorted((a, b) => b.count - a.count);
  const rest = new Map<string, DmarcSum>();
  for (const one of all.slice(MAX_SOURCES)) addTo(rest, { ...one, sourceIp: null, headerFrom: '' });
  return {
    organization: clean(report.orgName),
    reportId: clean(report.reportId),
    begin: report.begin,
    end: report.end,
    domain: report.domain,
    policy: word(report.policy, ['none', 'quarantine', 'reject']),
    rows: [...all.slice(0, MAX_SOURCES), ...rest.values()],
  };
}

function addTo(sums: Map<string, DmarcSum>, one: DmarcSum): void {
  const key = [one.sourceIp, one.headerFrom, one.disposition, one.dkim, one.spf].join(' ');
  const known = sums.get(key)?.count ?? 0;
  sums.set(key, { ...one, count: Math.min(MAX_COUNT, known + one.count) });
}

/** IPv4 or IPv6, well enough to be shown. */
const ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|(?=.*:)[0-9a-f:.]{2,45})$/i;
const word = (text: string, known: readonly string[]): string => (known.includes(text) ? text : '');
const name = (text: string): string => (/^[a-z0-9_.-]{1,253}$/.test(text) ? text : '');
const clean = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Bidi_Control}]+/gu, ' ')
    .trim()
    .slice(0, 200);
