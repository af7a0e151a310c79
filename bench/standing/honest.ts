// Honest accounts: transactional senders and newsletters of all sizes, with the bounces, complaints and false alarms that go with them.
import { DAY_MS, HOUR_MS } from '../../src/standing/bounds.ts';
import { advanced, happened, newAccount, type Account, type Change } from '../../src/standing/account.ts';
import type { Happening, LoginFrom, StandingEvent } from '../../src/standing/events.ts';
import { seenLogin } from '../../src/standing/logins.ts';
import { RULES, type Rules } from '../../src/standing/rules.ts';
import { randomFrom } from '../../test/random.ts';

type Random = () => number;

export type Honest = {
  readonly perDay: number;
  /** Sent on some days only, in a few hours. */
  readonly newsletter: boolean;
  readonly everyDays: number;
  readonly hard: number;
  readonly spamReplies: number;
  readonly complaints: number;
  readonly falseAlarms: number;
  readonly blocked: number;
  readonly traps: number;
  readonly networks: number;
};

/** From hour `from` to `to` of the fourth day. */
export type Mistake = { readonly name: string; readonly over: Partial<Honest>; readonly oneTemplate?: number };
export const MISTAKES: readonly Mistake[] = [
  { name: 'a list of two years ago (9 % hard bounces)', over: { hard: 0.09 } },
  { name: 'a bad list (20 % hard bounces)', over: { hard: 0.2 } },
  { name: 'a sign-up form without a check of addresses (6 % hard bounces)', over: { hard: 0.06 } },
  { name: 'an annoying campaign (0.25 % complaints)', over: { complaints: 0.0025 } },
  { name: 'the filter takes one template of six for spam', over: {}, oneTemplate: 1 / 6 },
];

export type Month = {
  readonly changes: readonly Change[];
  readonly events: number;
  readonly recipients: number;
  /** Over the minimum of every rate at least once: 1,000 delivered in a week, 200 outcomes in a day. */
  readonly isLarge: boolean;
  /** The true rates of its worst day: hard bounces, replies about spam, complaints. */
  readonly worst: { readonly hard: number; readonly spamReplies: number; readonly complaints: number };
  readonly bytes: number;
};

const exponential = (random: Random, mean: number, most: number): number => Math.min(most, -Math.log(1 - random()) * mean);
/** Box and Muller. */
const normal = (random: Random): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Sizes from 5 a day to 50,000, most of them small; rates as public figures of providers have them, with the worst still healthy. */
export function newHonest(random: Random): Honest {
  const newsletter = random() < 0.3;
  const perDay = Math.round(Math.min(50_000, Math.max(5, Math.exp(5.3 + 1.8 * normal(random)))));
  return {
    perDay,
    newsletter,
    everyDays: newsletter ? 1 + Math.floor(random() * 14) : 1,
    hard: exponential(random, 0.008, 0.03),
    spamReplies: exponential(random, 0.002, 0.015),
    complaints: exponential(random, 0.0002, 0.0008),
    falseAlarms: exponential(random, 0.001, 0.005),
    blocked: exponential(random, 0.01, 0.05),
    traps: exponential(random, 0.000_003, 0.000_02),
    networks: random() < 0.02 ? 25 + Math.floor(random() * 10) : 1 + Math.floor(random() * 4),
  };
}

export function honestMonth(honest: Honest, random: Random, start: number, days: number, mistake?: Mistake, rules: Rules = RULES): Month {
  const aside = habitsOf(honest);
  let account: Account = newAccount({ malware: { count: 1, windowSeconds: 86_400 } }, start);
  const seen = { changes: [] as Change[], events: 0, recipients: 0, days: [] as number[], luck: 0 };
  const take = (event: StandingEvent): void => {
    if (account.standing.state === 'suspended') return;
    const recorded = event.kind === 'login' ? { ...seenLogin(account.counters, event, event.at), at: event.at } : event;
    const step = happened(rules, account, recorded);
    account = step.account;
    seen.events++;
    seen.changes.push(...step.changes);
  };
  for (let day = 0; day < days; day++) {
    const isOdd = mistake !== undefined && day === 4;
    const rates = isOdd ? { ...honest, ...mistake.over } : honest;
    const volume = volumeOf(honest, random, day, isOdd);
    // The quality of a day's recipients varies: half to double.
    const luck = isOdd ? 1 : Math.exp(0.35 * normal(random));
    seen.luck = Math.max(seen.luck, luck);
    seen.days.push(volume);
    seen.recipients += volume;
    const hours = honest.newsletter ? 1 + Math.floor(random() * 3) : 10;
    const { away, newPart } = aside.today(day);
    for (const login of away) take({ ...login, at: start + day * DAY_MS + 8 * HOUR_MS });
    for (let hour = 0; hour < hours; hour++) {
      const at = start + day * DAY_MS + (8 + hour) * HOUR_MS;
      sendHour(take, rates, random, {
        at,
        recipients: poisson(random, volume / hours),
        luck,
        newPart,
        template: isOdd ? (mistake.oneTemplate ?? 0) : 0,
      });
    }
  }
  const last = advanced(rules, account, start + days * DAY_MS);
  const week = Math.max(...seen.days.map((_, i) => seen.days.slice(i, i + 7).reduce((a, b) => a + b, 0)));
  return {
    changes: [...seen.changes, ...last.changes],
    events: seen.events,
    recipients: seen.recipients,
    isLarge: week >= 1_100 && Math.max(...seen.days) >= 220,
    worst: { hard: honest.hard * seen.luck, spamReplies: honest.spamReplies * seen.luck, complaints: honest.complaints * seen.luck },
    bytes: JSON.stringify(account).length,
  };
}

/** What an account does beside its volume, from a stream of its own so that the figures of the other rules stay: who travels or has a mobile network
 * logs in from one never seen, every seventh of them abroad, one account in a hundred a day from several; a newsletter is a new campaign, and others change a template at times. */
function habitsOf(honest: Honest): { readonly today: (day: number) => { readonly away: readonly LoginFrom[]; readonly newPart: number } } {
  const random = randomFrom(Math.floor(honest.hard * 1e9));
  const kind = random();
  const roams = kind < 0.6 ? 0 : kind < 0.9 ? 0.1 : kind < 0.99 ? 1 : 4;
  let seen = 0;
  return {
    today: day => {
      const away = Array.from({ length: poisson(random, roams) }, () => awayLogin(seen++));
      const isNews = honest.newsletter && day % honest.everyDays === 0;
      const newPart = day === 0 ? 0 : isNews ? 1 : random() < 0.07 ? 0.3 : 0;
      return { away, newPart };
    },
  };
}

const awayLogin = (n: number): LoginFrom => ({ kind: 'login', network: `roaming${n}`, country: n % 7 === 0 ? `abroad${n}` : HOME });
const HOME = 'home';

function volumeOf(honest: Honest, random: Random, day: number, isOdd: boolean): number {
  if (honest.newsletter && !isOdd && day % honest.everyDays !== 0) return Math.round(honest.perDay * 0.02);
  const weekend = !honest.newsletter && day % 7 >= 5 ? 0.4 : 1;
  return Math.round(honest.perDay * weekend * Math.exp(0.3 * normal(random)));
}

/** Recipients whose outcomes are told at once. */
const SLICE = 100;

type Hour = {
  readonly at: number;
  readonly recipients: number;
  readonly luck: number;
  readonly template: number;
  readonly newPart: number;
};

/** In up to eight parts, whose outcomes come a little later and whose complaints come hours later (here: in the hours after). */
function sendHour(take: (event: StandingEvent) => void, rates: Honest, random: Random, hour: Hour): void {
  const parts = Math.min(8, Math.ceil(hour.recipients / 20));
  for (let part = 0; part < parts; part++) {
    const at = hour.at + Math.floor(((part + random()) * HOUR_MS) / (parts + 1));
    const n = Math.round(hour.recipients / parts);
    const told = (what: Happening): void => take({ ...what, at });
    const [alarms, kept] = [poisson(random, n * rates.falseAlarms), poisson(random, n * rates.blocked)];
    const misjudged = poisson(random, n * hour.template);
    const sent = Math.max(0, n - alarms - kept - misjudged);
    if (part === 0 || rates.networks > 5) told({ kind: 'login', network: String(Math.floor(random() * rates.networks)), country: HOME });
    if (sent > 0) told({ kind: 'accepted', mails: sent, recipients: sent, newTemplates: Math.round(sent * hour.newPart) });
    if (kept > 0) told({ kind: 'blocked', recipients: kept, emailId: null });
    for (let i = 0; i < alarms + misjudged; i++) {
      const to = [String(Math.floor(random() * 1e9))];
      const fingerprint = i < alarms ? String(Math.floor(random() * 6)) : 'template';
      told({ kind: 'spam', pattern: false, fingerprint, recipients: to, findings: [] });
    }
    // Outcomes come in mixed, as their mails went out.
    let delivered = 0;
    for (let left = sent; left > 0; left -= SLICE) {
      const slice = Math.min(SLICE, left);
      const hard = Math.min(slice, poisson(random, slice * rates.hard * hour.luck));
      const spam = Math.min(slice - hard, poisson(random, slice * rates.spamReplies * hour.luck));
      if (hard > 0) told({ kind: 'bounced', recipients: hard, class: 'hard', reason: 'userunknown', reply: '550 5.1.1', emailId: null });
      if (spam > 0)
        told({ kind: 'bounced', recipients: spam, class: 'content', reason: 'spamdetected', reply: '550 5.7.1', emailId: null });
      if (slice > hard + spam) told({ kind: 'delivered', recipients: slice - hard - spam });
      delivered += slice - hard - spam;
    }
    for (let i = poisson(random, sent * rates.traps); i > 0; i--) told({ kind: 'trap', emailId: null });
    for (let i = poisson(random, delivered * rates.complaints * hour.luck); i > 0; i--)
      told({ kind: 'complained', feedbackType: 'abuse', emailId: null });
  }
}

/** Knuth for small means, a rounded normal above. */
export function poisson(random: Random, mean: number): number {
  if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count++;
  return count;
}
