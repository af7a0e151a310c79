// The published levels of a sending domain: how much it may send a day, and what moves it up or down. All of it is data; docs/levels.md
// prints it and a test compares the two. Parts are whole numbers of 10,000, so that no rounding decides.

export type Sentence = { readonly en: string; readonly id: string; readonly zh: string };

/** Recipients a day (UTC) at level 1, 2, 3 … 20. */
export const DAILY: readonly number[] = [
  500, 1_000, 2_000, 5_000, 10_000, 20_000, 40_000, 60_000, 80_000, 100_000, 150_000, 200_000, 300_000, 400_000, 500_000, 600_000, 700_000,
  800_000, 900_000, 1_000_000,
];
export const TOP = DAILY.length;

/** Recipients a day at a level from 1 to 20. */
export const dailyOf = (level: number): number => DAILY[level - 1] as number;

/**
 * What happened to a domain's mail on one day, by when it happened. `sent`: recipients that were tried to the end (delivered, bounced,
 * expired), so that mail under way speaks for nobody. `invalid`: hard bounces. `spamBounced`: bounces of the class `content`.
 * `opened`: recipients whose mail a person opened, never a program.
 */
export type Sums = {
  readonly sent: number;
  readonly delivered: number;
  readonly invalid: number;
  readonly spamBounced: number;
  readonly complained: number;
  readonly opened: number;
};
export const NOTHING: Sums = { sent: 0, delivered: 0, invalid: 0, spamBounced: 0, complained: 0, opened: 0 };

export type MeasureId = 'used' | 'invalid' | 'delivered' | 'spam_bounces' | 'complaints' | 'opens';
type Measure = {
  readonly of: keyof Sums;
  /** null: the level's daily quota. */ readonly among: keyof Sums | null;
  readonly sentence: Sentence;
};

export const MEASURES: Readonly<Record<MeasureId, Measure>> = {
  used: {
    of: 'sent',
    among: null,
    sentence: {
      en: 'Recipients tried to the end, of the daily quota.',
      id: 'Penerima yang selesai dicoba, dari kuota harian.',
      zh: '当日处理完毕的收件人占每日配额的比例。',
    },
  },
  invalid: {
    of: 'invalid',
    among: 'sent',
    sentence: {
      en: 'Hard bounces, of the recipients tried to the end.',
      id: 'Terpental permanen, dari penerima yang selesai dicoba.',
      zh: '硬退信占处理完毕的收件人的比例。',
    },
  },
  delivered: {
    of: 'delivered',
    among: 'sent',
    sentence: {
      en: 'Delivered, of the recipients tried to the end.',
      id: 'Terkirim, dari penerima yang selesai dicoba.',
      zh: '已送达占处理完毕的收件人的比例。',
    },
  },
  spam_bounces: {
    of: 'spamBounced',
    among: 'sent',
    sentence: {
      en: 'Final replies that refuse the content as spam or malware, of the recipients tried to the end.',
      id: 'Balasan akhir yang menolak isi sebagai spam atau malware, dari penerima yang selesai dicoba.',
      zh: '对方最终以垃圾邮件或恶意软件为由拒收的数量占处理完毕的收件人的比例。',
    },
  },
  complaints: {
    of: 'complained',
    among: 'delivered',
    sentence: { en: 'Complaints, of the delivered.', id: 'Keluhan, dari yang terkirim.', zh: '投诉占已送达的比例。' },
  },
  opens: {
    of: 'opened',
    among: 'delivered',
    sentence: {
      en: 'Opened by a person, of the delivered.',
      id: 'Dibuka oleh orang, dari yang terkirim.',
      zh: '由真人打开的邮件占已送达的比例。',
    },
  },
};

/** `than`: how the measure must stand to `per10000`. */
export type Condition = { readonly measure: MeasureId; readonly than: 'over' | 'under' | 'at_least'; readonly per10000: number };
export type Form = { readonly id: string; readonly all: readonly Condition[] };

/** One form is enough; all of its conditions must hold, and none of those that move down. */
export const UP: readonly Form[] = [
  {
    id: 'delivery',
    all: [
      { measure: 'used', than: 'at_least', per10000: 7_000 },
      { measure: 'invalid', than: 'under', per10000: 500 },
      { measure: 'delivered', than: 'over', per10000: 9_200 },
      { measure: 'spam_bounces', than: 'under', per10000: 250 },
      { measure: 'complaints', than: 'under', per10000: 10 },
    ],
  },
  {
    id: 'opens',
    all: [
      { measure: 'used', than: 'at_least', per10000: 7_000 },
      { measure: 'delivered', than: 'over', per10000: 9_000 },
      { measure: 'complaints', than: 'under', per10000: 10 },
      { measure: 'opens', than: 'over', per10000: 5_000 },
    ],
  },
];

/** Any of them, on a day with more than `moreThan` recipients tried to the end. */
export const DOWN: { readonly moreThan: number; readonly any: readonly Condition[] } = {
  moreThan: 300,
  any: [
    { measure: 'invalid', than: 'over', per10000: 900 },
    { measure: 'delivered', than: 'under', per10000: 6_500 },
    { measure: 'spam_bounces', than: 'over', per10000: 500 },
    { measure: 'complaints', than: 'over', per10000: 50 },
  ],
};

/** Mails an hour to one recipient from an account with levels or in the sandbox, unless the operator says otherwise. */
export const FREQUENCY = { count: 10, windowSeconds: 3_600 } as const;
/** The sandbox: recipients a day, mails a second. */
export const SANDBOX = { perDay: 200, perSecond: 1 } as const;
