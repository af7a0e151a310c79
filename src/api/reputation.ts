// Facts of a subject's reputation from the store, and how a judgement is shown.
import type { Domain } from '../engines/store/control/domains.ts';
import type { SendingIp } from '../engines/store/control/sending-ips.ts';
import type { Asked } from '../engines/store/control/statistics.ts';
import type { Language } from '../filter/rules/rule.ts';
import * as bounds from '../reputation/bounds.ts';
import { sum, type Facts, type Share } from '../reputation/facts.ts';
import { judge, type Judged, type Reputation } from '../reputation/judge.ts';
import { ended } from '../reputation/parts.ts';
import { STATES } from '../reputation/words.ts';
import type { Counts } from '../statistics/shown.ts';
import type { DomainRecord } from '../upkeep/domain-records.ts';
import { newPastSums } from './past-sums.ts';
import type { ApiDeps } from './types.ts';

/** `accountId` null: all of the installation. `domains`: whose records and reports of others are read. */
export type Subject = Pick<Asked, 'accountId' | 'domain' | 'ip'> & { readonly domains: readonly Domain[] };
/** The subject itself, and by mailbox provider, the largest first. */
export type ReputationOf = {
  readonly whole: Reputation & { readonly ended: number };
  readonly providers: readonly (Reputation & { readonly provider: string; readonly ended: number })[];
};
export type Reputations = (subject: Subject) => Promise<ReputationOf>;

const DAY = 86_400_000;
/** Of a day by provider. */
type Sums = ReadonlyMap<string, Counts>;

export function newReputations({ store, clock, config }: Pick<ApiDeps, 'store' | 'clock' | 'config'>): Reputations {
  const sumsOf = newPastSums({ store, clock });
  const dayOf = async ({ domains: _domains, ...subject }: Subject, day: number): Promise<Sums> => {
    const sums = new Map<string, Map<string, number>>();
    for (const { group, measure, count } of await sumsOf({ ...subject, groupBy: 'provider', from: day * DAY, to: (day + 1) * DAY }))
      sums.set(group, (sums.get(group) ?? new Map<string, number>()).set(measure, count));
    return sums;
  };
  /** Addresses that the subject's mail went out from since yesterday. */
  const usedIps = async (subject: Subject, today: number): Promise<readonly string[]> => {
    if (subject.ip !== undefined) return [subject.ip];
    const { domains: _domains, ...filter } = subject;
    const rows = await store.statistics.sums({ ...filter, groupBy: 'ip', from: (today - 1) * DAY, to: (today + 1) * DAY });
    return [...new Set(rows.map(row => row.group))].filter(ip => ip !== '');
  };
  return async subject => {
    const today = Math.floor(clock.now() / DAY);
    const first = today - bounds.WEEK_DAYS - bounds.BEFORE_DAYS + 1;
    const days: Sums[] = [];
    for (let day = first; day <= today; day++) days.push(await dayOf(subject, day));
    const ask = { domains: subject.domains.map(one => one.name), sinceDay: first };
    const told = {
      listings: listings(await store.sendingIps.list(), await usedIps(subject, today)),
      dmarc: await store.receivedReports.dmarcFailures({ ...ask, ips: config.sendingIps }),
      records: records(subject.domains),
      tls: await store.receivedReports.tlsFailures(ask),
    };
    const judged = (counts: readonly Counts[], others: typeof told): Reputation & { readonly ended: number } => {
      const [before, week] = [counts.slice(0, bounds.BEFORE_DAYS), counts.slice(bounds.BEFORE_DAYS)];
      const facts: Facts = { week, before, ...others };
      return { ...judge(facts), ended: ended(sum(counts)) };
    };
    const names = [...new Set(days.flatMap(one => [...one.keys()]))].filter(name => name !== '');
    const none: Counts = new Map();
    const providers = names
      .map(provider => {
        const counts = days.map(one => one.get(provider) ?? none);
        return { provider, ...judged(counts, { listings: null, dmarc: null, records: null, tls: null }) };
      })
      .filter(one => one.ended > 0)
      .toSorted((a, b) => b.ended - a.ended);
    const whole = judged(
      days.map(one => sum([...one.values()])),
      told,
    );
    return { whole, providers };
  };
}

/** Blocklists that answered of these addresses. */
function listings(all: readonly SendingIp[], used: readonly string[]): Share | null {
  const answered = all
    .filter(one => used.includes(one.ip))
    .flatMap(one => one.checks)
    .filter(check => check.name.startsWith('dnsbl/') && check.standing !== null);
  return answered.length === 0 ? null : { hits: answered.filter(check => check.standing === 'fail').length, of: answered.length };
}

const NEEDED: ReadonlySet<string> = new Set(['dkim', 'spf', 'dmarc', 'return_path'] satisfies DomainRecord['purpose'][]);

/** As the last checks saw them; what DNS did not answer is left out. */
function records(domains: readonly Domain[]): Share | null {
  const seen = domains.flatMap(one => JSON.parse(one.checked ?? '[]') as readonly DomainRecord[]);
  const answered = seen.filter(one => NEEDED.has(one.purpose) && one.status !== 'unknown');
  return answered.length === 0 ? null : { hits: answered.filter(one => one.status !== 'ok').length, of: answered.length };
}

/** With every part. */
export const shownReputation = (one: Reputation & { readonly ended: number }, language: Language): object => ({
  ...briefReputation(one),
  parts: one.parts.map(part => shownPart(part, language)),
});

export const briefReputation = ({ score, grade, ended, parts }: Reputation & { readonly ended: number }): object => ({
  score,
  grade,
  ended,
  worst: parts.filter(part => part.cost > 0).map(part => part.id),
});

function shownPart({ title, mend, ...part }: Judged, language: Language): object {
  return { ...part, title: title[language], says: STATES[part.state][language], mend: part.cost > 0 ? mend[language] : null };
}
