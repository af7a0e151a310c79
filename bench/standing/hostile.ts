// Hostile accounts: each hands in what it may, second by second, and what it learns comes back late, as replies and complaints do.
import { advanced, happened, newAccount, type Account } from '../../src/standing/account.ts';
import { DAY_MS, HOUR_MS, LIMITED_PER_SECOND } from '../../src/standing/bounds.ts';
import type { Happening, StandingEvent } from '../../src/standing/events.ts';
import { seenLogin } from '../../src/standing/logins.ts';
import { RULES, type Rules } from '../../src/standing/rules.ts';

type Random = () => number;

export type Hostile = {
  readonly name: string;
  readonly perSecond: number;
  readonly perDay: number;
  /** Weeks of good mail before. */
  readonly history: number;
  /** Parts of what is handed in that the filter refuses, that carry malware, that the blocked library keeps back. */
  readonly refused: number;
  readonly malware: number;
  readonly blocked: number;
  /** Parts of what goes out. */
  readonly hard: number;
  readonly spamReplies: number;
  readonly complaints: number;
  readonly traps: number;
  readonly networks: number;
  /** Networks from which passwords were tried in the hours before. */
  readonly tried?: number;
};

const plain = {
  perSecond: 50,
  perDay: 50_000,
  history: 0,
  refused: 0,
  malware: 0,
  blocked: 0,
  hard: 0.01,
  spamReplies: 0.005,
  complaints: 0,
  traps: 0,
  networks: 1,
};
export const HOSTILE: readonly Hostile[] = [
  { ...plain, name: 'malware, one mail of 50', malware: 0.02 },
  { ...plain, name: 'spam that the filter knows (60 % refused)', refused: 0.6, hard: 0.1, spamReplies: 0.3, complaints: 0.01 },
  {
    ...plain,
    name: 'spam that evades the filter (5 % refused), receivers know it',
    refused: 0.05,
    hard: 0.05,
    spamReplies: 0.3,
    complaints: 0.01,
  },
  { ...plain, name: 'a bought list (25 % do not exist)', hard: 0.25, complaints: 0.004 },
  { ...plain, name: 'a cleaned list: only complaints (1 %) tell', hard: 0.02, spamReplies: 0.02, complaints: 0.01 },
  { ...plain, name: 'a scraped list (1 % traps)', hard: 0.06, traps: 0.01, complaints: 0.002 },
  {
    ...plain,
    name: 'stolen credentials after two good weeks, 40 networks',
    history: 2,
    refused: 0.2,
    hard: 0.15,
    spamReplies: 0.1,
    networks: 40,
  },
  ...[
    { name: 'a stolen password after two good weeks, one network never seen, spam that evades the filter', networks: 1 },
    { name: 'the same, guessed from 200 networks', networks: 1, tried: 200 },
    { name: 'the same, used from 5 networks', networks: 5 },
  ].map(one => ({ ...plain, history: 2, refused: 0.01, hard: 0.03, spamReplies: 0.04, complaints: 0.005, ...one })),
  {
    ...plain,
    name: 'slow: 300 a day, 12 % refused, in one run over a day',
    perSecond: 0.0035,
    perDay: 300,
    refused: 0.12,
    spamReplies: 0.02,
  },
];

export type Outbreak = {
  /** Mails that left before it was suspended. */
  readonly out: number;
  /** Of these in its first hour. */
  readonly firstHour: number;
  readonly handedIn: number;
  /** From its first bad mail; null = not within three days. */
  readonly stoppedAfterS: number | null;
  readonly reason: string | null;
};

/** Replies take seconds; complaints a median of two hours, the first after minutes. */
const REPLY_MS = 4_000;
const COMPLAINT_MS = 2 * HOUR_MS;

export function outbreak(kind: Hostile, random: Random, start: number, rules: Rules = RULES): Outbreak {
  let account: Account = newAccount({ malware: { count: 1, windowSeconds: 86_400 } }, start);
  const take = (event: StandingEvent): void => {
    const { at } = event;
    const recorded = event.kind === 'login' ? { ...seenLogin(account.counters, event, at), at } : event;
    account = happened(rules, account, recorded).account;
  };
  const begin = start + kind.history * 7 * DAY_MS + 8 * HOUR_MS;
  for (let at = start; at < begin - HOUR_MS; at += HOUR_MS)
    for (const what of [
      { kind: 'login', network: 'home', country: 'home' },
      { kind: 'accepted', mails: 100, recipients: 100 },
      { kind: 'delivered', recipients: 99 },
    ] as const)
      if (kind.history > 0) take({ ...what, at });
  for (let n = 0; n < (kind.tried ?? 0); n++) take({ kind: 'failed_login', network: `tried${n}`, at: begin - 1_000 });
  const later = newLater();
  const seen = { out: 0, firstHour: 0, handedIn: 0, today: 0, owed: 0 };
  for (let second = 0; second < 3 * 86_400; second++) {
    const now = begin + second * 1_000;
    if (second % 86_400 === 0) seen.today = 0;
    for (const event of later.until(now)) take(event);
    account = advanced(rules, account, Math.max(now, account.clock)).account;
    const perSecond = account.standing.state === 'limited' ? Math.min(LIMITED_PER_SECOND, kind.perSecond) : kind.perSecond;
    for (seen.owed += perSecond; seen.owed >= 1; seen.owed--) {
      if (account.standing.state === 'suspended') return { ...seen, stoppedAfterS: second, reason: account.standing.reason };
      if (seen.today >= kind.perDay) continue;
      seen.today++;
      seen.handedIn++;
      if (!handIn(kind, random, now, take, later)) continue;
      seen.out++;
      if (second < 3_600) seen.firstHour++;
    }
    if (account.standing.state === 'suspended') return { ...seen, stoppedAfterS: second, reason: account.standing.reason };
  }
  return { ...seen, stoppedAfterS: null, reason: null };
}

/** One mail; true = it left. */
function handIn(kind: Hostile, random: Random, now: number, take: (event: StandingEvent) => void, later: Later): boolean {
  const id = String(Math.floor(random() * 1e12));
  const told = (what: Happening): void => take({ ...what, at: now });
  const comes = (what: Happening, ms: number): void => later.add({ ...what, at: now + Math.floor(ms) });
  told({ kind: 'login', network: String(Math.floor(random() * kind.networks)), country: 'elsewhere' });
  if (random() < kind.malware) {
    told({ kind: 'malware', class: 'infected', name: 'Win.Test', file: id, emailId: null });
    return false;
  }
  if (random() < kind.refused) {
    told({ kind: 'spam', pattern: false, fingerprint: String(Math.floor(random() * 8)), recipients: [id], findings: [] });
    return false;
  }
  told({ kind: 'accepted', mails: 1, recipients: 1, newTemplates: kind.history > 0 ? 1 : 0 });
  if (random() < kind.traps) told({ kind: 'trap', emailId: null });
  const fate = random();
  if (fate < kind.hard)
    comes({ kind: 'bounced', recipients: 1, class: 'hard', reason: 'userunknown', reply: '550 5.1.1', emailId: null }, random() * REPLY_MS);
  else if (fate < kind.hard + kind.spamReplies)
    comes(
      { kind: 'bounced', recipients: 1, class: 'content', reason: 'spamdetected', reply: '550 5.7.1', emailId: null },
      random() * REPLY_MS,
    );
  else {
    comes({ kind: 'delivered', recipients: 1 }, random() * REPLY_MS);
    if (random() < kind.complaints)
      comes({ kind: 'complained', feedbackType: 'abuse', emailId: null }, 60_000 - Math.log(1 - random()) * (COMPLAINT_MS / Math.LN2));
  }
  return true;
}

type Later = { readonly add: (event: StandingEvent) => void; readonly until: (now: number) => readonly StandingEvent[] };

/** What is still on its way, by the second in which it comes. */
function newLater(): Later {
  const bySecond = new Map<number, StandingEvent[]>();
  return {
    add: event => {
      const second = Math.ceil(event.at / 1_000);
      bySecond.set(second, [...(bySecond.get(second) ?? []), event]);
    },
    until: now => {
      const due = bySecond.get(now / 1_000) ?? [];
      bySecond.delete(now / 1_000);
      return due.toSorted((a, b) => a.at - b.at);
    },
  };
}
