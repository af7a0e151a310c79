// What happened to an account's mail, counted in whole hours (UTC) for a week. Sums, distinct things and evidence depend on the events only
// and not on their order, so that a count kept up event by event equals a recount. An event older than what is kept changes nothing.
import * as bounds from './bounds.ts';
import { isMalware, isSpamReply, type Login, type StandingEvent } from './events.ts';
import { seen, younger, type Recent } from './recent.ts';

export const COUNTS = [
  'mails',
  'recipients',
  'blocked',
  'spam',
  'patterns',
  'delivered',
  'bounced',
  'hard',
  'spamReplies',
  'complaints',
  'traps',
  'newTemplates',
] as const;
export type CountName = (typeof COUNTS)[number];
const PLACE: Readonly<Record<CountName, number>> = Object.fromEntries(COUNTS.map((name, i) => [name, i])) as Record<CountName, number>;

/** `hour`: whole hours since 1970. `counts`: in the order of COUNTS. */
type Bucket = { readonly hour: number; readonly counts: readonly number[] };

export type Distinct =
  | 'malware'
  | 'fingerprints'
  | 'spamRecipients'
  | 'networks'
  | 'newNetworks'
  | 'countries'
  | 'newCountries'
  | 'failedNetworks'
  | 'guesses';
const MOST: Readonly<Record<Distinct, number>> = {
  malware: bounds.MALWARE_KEPT,
  fingerprints: bounds.FINGERPRINTS_KEPT,
  spamRecipients: bounds.SPAM_RECIPIENTS_KEPT,
  networks: bounds.NETWORKS_KEPT,
  newNetworks: bounds.NEW_NETWORKS_KEPT,
  countries: bounds.COUNTRIES_KEPT,
  newCountries: bounds.NEW_COUNTRIES_KEPT,
  failedNetworks: bounds.FAILED_NETWORKS_KEPT,
  guesses: bounds.GUESSES_KEPT,
};

/** What an event says for a rule, without content: finding names, message id, the peer's words. */
export type Evidence = { readonly at: number; readonly rule: string; readonly emailId: string | null; readonly detail: string };

export type Counters = {
  /** Epoch ms of the newest event. */
  readonly newest: number;
  /** Oldest first; hours without an event have none. */
  readonly hours: readonly Bucket[];
  readonly distinct: Readonly<Record<Distinct, Recent>>;
  /** Newest first, a few a rule. */
  readonly evidence: readonly Evidence[];
  /** Epoch ms of the first login that was counted; null = none was. */
  readonly firstLogin: number | null;
  /** And of the first whose country was known. */
  readonly firstCountry: number | null;
};

export const noCounters: Counters = {
  newest: 0,
  hours: [],
  distinct: {
    malware: [],
    fingerprints: [],
    spamRecipients: [],
    networks: [],
    newNetworks: [],
    countries: [],
    newCountries: [],
    failedNetworks: [],
    guesses: [],
  },
  evidence: [],
  firstLogin: null,
  firstCountry: null,
};

/** Counters as an older version kept them, with nothing yet of what it did not count. */
export const completed = (kept: Counters): Counters => ({
  ...noCounters,
  ...kept,
  hours: kept.hours.map(({ hour, counts }) => ({ hour, counts: COUNTS.map((_, i) => counts[i] ?? 0) })),
  distinct: { ...noCounters.distinct, ...kept.distinct },
});

export const hourOf = (at: number): number => Math.floor(at / bounds.HOUR_MS);

/** The counters with one event more. */
export function counted(counters: Counters, event: StandingEvent): Counters {
  const newest = Math.max(counters.newest, event.at);
  const told = contribution(event);
  return {
    newest,
    hours: hoursWith(counters.hours, event.at, told.counts, hourOf(newest)),
    distinct: distinctWith(counters.distinct, event.at, told.distinct, newest),
    evidence: told.evidence.reduce((kept, one) => evidenceWith(kept, { at: event.at, ...one }, newest), still(counters.evidence, newest)),
    firstLogin: event.kind === 'login' ? earlier(counters.firstLogin, event.at) : counters.firstLogin,
    firstCountry: event.kind === 'login' && event.country !== undefined ? earlier(counters.firstCountry, event.at) : counters.firstCountry,
  };
}

const earlier = (first: number | null, at: number): number => Math.min(first ?? at, at);

/** The counters as if the content filter had never refused anything. */
export function withoutSpam(counters: Counters): Counters {
  const cleared = (counts: readonly number[]): readonly number[] => counts.with(PLACE.spam, 0).with(PLACE.patterns, 0);
  return {
    ...counters,
    hours: counters.hours.map(({ hour, counts }) => ({ hour, counts: cleared(counts) })),
    distinct: { ...counters.distinct, fingerprints: [], spamRecipients: [] },
    evidence: counters.evidence.filter(one => one.rule !== 'spam'),
  };
}

/** Sums over the hour of `now` and the whole hours before it, `hours` in all. */
export function sums(counters: Counters, now: number, hours: number): Readonly<Record<CountName, number>> {
  const [last, first] = [hourOf(now), hourOf(now) - hours + 1];
  const total = COUNTS.map(() => 0);
  for (let i = counters.hours.length - 1; i >= 0; i--) {
    const { hour, counts } = counters.hours[i] as Bucket;
    if (hour < first) break;
    if (hour <= last) for (let n = 0; n < total.length; n++) total[n] = (total[n] as number) + (counts[n] as number);
  }
  const named = {} as Record<CountName, number>;
  for (const name of COUNTS) named[name] = total[PLACE[name]] as number;
  return named;
}

/** Recipients of the hour of `now`, of the busiest hour of the week before it, and on how many days of that week there were any. */
export function pace(counters: Counters, now: number): { readonly current: number; readonly busiest: number; readonly days: number } {
  const hour = hourOf(now);
  let [current, busiest, days, day] = [0, 0, 0, -1];
  for (const one of counters.hours) {
    const taken = one.counts[PLACE.recipients] as number;
    if (taken === 0 || one.hour <= hour - bounds.HOURS_KEPT || one.hour > hour) continue;
    if (one.hour === hour) {
      current = taken;
      continue;
    }
    busiest = Math.max(busiest, taken);
    if (Math.floor(one.hour / 24) !== day) days++;
    day = Math.floor(one.hour / 24);
  }
  return { current, busiest, days };
}

type Contribution = {
  readonly counts: Partial<Record<CountName, number>>;
  readonly distinct: readonly (readonly [Distinct, string])[];
  readonly evidence: readonly Omit<Evidence, 'at'>[];
};

function contribution(event: StandingEvent): Contribution {
  const nothing: Contribution = { counts: {}, distinct: [], evidence: [] };
  const because = (rule: string, emailId: string | null, detail: string): Omit<Evidence, 'at'> => ({
    rule,
    emailId,
    detail: detail.slice(0, bounds.MAX_DETAIL),
  });
  switch (event.kind) {
    case 'accepted':
      return { ...nothing, counts: { mails: event.mails, recipients: event.recipients, newTemplates: event.newTemplates ?? 0 } };
    case 'blocked':
      return { ...nothing, counts: { blocked: event.recipients }, evidence: [because('blocked_recipients', event.emailId, '')] };
    case 'spam': {
      if (event.pattern) return { ...nothing, counts: { patterns: 1 } };
      const prints = event.fingerprint === null ? [] : ([['fingerprints', event.fingerprint]] as const);
      const to = event.recipients.map(id => ['spamRecipients', id] as const);
      return { counts: { spam: 1 }, distinct: [...prints, ...to], evidence: [because('spam', null, event.findings.join(' '))] };
    }
    case 'malware':
      if (!isMalware(event)) return nothing;
      return { ...nothing, distinct: [['malware', event.file]], evidence: [because('malware', event.emailId, event.name)] };
    case 'delivered':
      return { ...nothing, counts: { delivered: event.recipients } };
    case 'bounced': {
      const [hard, spam] = [event.class === 'hard', isSpamReply(event.reason)];
      const n = event.recipients;
      const evidence = hard || spam ? [because(hard ? 'hard_bounces' : 'spam_replies', event.emailId, event.reply)] : [];
      return { ...nothing, counts: { bounced: n, hard: hard ? n : 0, spamReplies: spam ? n : 0 }, evidence };
    }
    case 'complained':
      return { ...nothing, counts: { complaints: 1 }, evidence: [because('complaints', event.emailId, event.feedbackType)] };
    case 'trap':
      return { ...nothing, counts: { traps: 1 }, evidence: [because('traps', event.emailId, '')] };
    case 'login':
      return { ...nothing, ...loginContribution(event) };
    case 'failed_login':
      return { ...nothing, distinct: [['failedNetworks', event.network]] };
    default:
      return nothing;
  }
}

function loginContribution(login: Login): Pick<Contribution, 'distinct' | 'evidence'> {
  const { network, isNew, failures = 0, country, isNewCountry } = login;
  const isGuess = isNew === true && failures >= bounds.GUESSING_NETWORKS;
  const told: readonly (readonly [Distinct, string])[] = [
    ['networks', network],
    ...(isNew ? ([['newNetworks', network]] as const) : []),
    ...(isGuess ? ([['guesses', network]] as const) : []),
    ...(country === undefined ? [] : ([['countries', country]] as const)),
    ...(country !== undefined && isNewCountry ? ([['newCountries', country]] as const) : []),
  ];
  const because = (rule: string, detail: string): Omit<Evidence, 'at'> => ({ rule, emailId: null, detail });
  const evidence = [
    ...(isGuess ? [because('credential_stuffing', `logins from ${failures} networks failed before`)] : []),
    ...(isNewCountry ? [because('new_countries', `login from ${country}`)] : []),
    ...(isNew && !isGuess && !isNewCountry ? [because('new_networks', '')] : []),
  ];
  return { distinct: told, evidence };
}

function hoursWith(hours: readonly Bucket[], at: number, add: Partial<Record<CountName, number>>, newestHour: number): readonly Bucket[] {
  const first = newestHour - bounds.HOURS_KEPT + 1;
  const kept = (hours[0]?.hour ?? first) < first ? hours.filter(one => one.hour >= first) : hours;
  const hour = hourOf(at);
  const added = Object.entries(add) as [CountName, number][];
  if (hour < first || added.length === 0) return kept;
  const after = kept.findLastIndex(one => one.hour <= hour);
  const known = kept[after]?.hour === hour ? kept[after] : undefined;
  const counts = known ? known.counts.slice() : COUNTS.map(() => 0);
  for (const [name, n] of added) counts[PLACE[name]] = (counts[PLACE[name]] ?? 0) + n;
  return known ? kept.with(after, { hour, counts }) : kept.toSpliced(after + 1, 0, { hour, counts });
}

function distinctWith(
  distinct: Counters['distinct'],
  at: number,
  things: readonly (readonly [Distinct, string])[],
  newest: number,
): Counters['distinct'] {
  const since = newest - bounds.KEPT_MS;
  const next = { ...distinct };
  if (at > since) for (const [kind, id] of things) next[kind] = seen(next[kind], id, at, MOST[kind]);
  for (const kind of Object.keys(MOST) as Distinct[]) next[kind] = younger(next[kind], since);
  return next;
}

function evidenceWith(evidence: readonly Evidence[], one: Evidence, newest: number): readonly Evidence[] {
  if (one.at <= newest - bounds.KEPT_MS) return still(evidence, newest);
  const [own, others] = [evidence.filter(other => other.rule === one.rule), evidence.filter(other => other.rule !== one.rule)];
  const best = [...own, one].toSorted(newestFirst).slice(0, bounds.EVIDENCE_KEPT);
  return still([...others, ...best].toSorted(newestFirst), newest);
}

/** Without those that are too old. */
function still(evidence: readonly Evidence[], newest: number): readonly Evidence[] {
  const since = newest - bounds.KEPT_MS;
  return (evidence.at(-1)?.at ?? newest) > since ? evidence : evidence.filter(one => one.at > since);
}

/** A whole order, so that which evidence stays does not depend on the order in which it came. */
function newestFirst(a: Evidence, b: Evidence): number {
  const [x, y] = [`${a.rule} ${a.emailId ?? ''} ${a.detail}`, `${b.rule} ${b.emailId ?? ''} ${b.detail}`];
  return b.at - a.at || (x < y ? -1 : x > y ? 1 : 0);
}
