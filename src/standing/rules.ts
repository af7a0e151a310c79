// The published rules of an account's standing, as data; docs/standing.md prints them and a test compares the two. Windows are whole hours.
// A rate is judged by the lower end of its 95 % Wilson interval, so that few mails never look like many.
import * as bounds from './bounds.ts';
import type { CountName, Distinct } from './counters.ts';

/** In order: each bears what those before it do. */
export const STATES = ['active', 'warned', 'limited', 'suspended'] as const;
export type StandingState = (typeof STATES)[number];

export type Sentence = { readonly en: string; readonly id: string; readonly zh: string };

/** What is compared with the thresholds. */
export type Measure =
  /** Different things. `ofAccount`: threshold and window are the account's own (PATCH /v1/accounts/{id}, `malware`). */
  | { readonly kind: 'distinct'; readonly of: Distinct; readonly ofAccount: boolean }
  /** Hits among all; `tests`: hits that count at most as often as the others. */
  | { readonly kind: 'rate'; readonly hits: CountName; readonly tests?: CountName; readonly among: readonly CountName[] }
  /** Recipients of this hour, in times of the busiest hour of the week before. */
  | { readonly kind: 'pace' };

/** A rate must be over the threshold, anything else must reach it. `together`: only while one of these rules is broken by itself too. */
export type RuleStep = {
  readonly state: Exclude<StandingState, 'active'>;
  readonly threshold: number;
  readonly together?: readonly string[];
};

export type Rule = {
  readonly id: string;
  readonly sentence: Sentence;
  readonly measure: Measure;
  readonly windowHours: number;
  /** Below it nothing is judged. `spread`: one of these must be reached too, within the window or hours of its own. `days`: days of the week before with mail. */
  readonly minimum: {
    readonly hits?: number;
    readonly among?: number;
    readonly days?: number;
    readonly spread?: readonly { readonly of: Distinct; readonly least: number; readonly withinHours?: number }[];
  };
  /** Lowest first; none = it is shown and leads to nothing. */
  readonly steps: readonly RuleStep[];
  /** From the notice until it may suspend; until then the account is limited. */
  readonly noticeMs: number;
};

export type Rules = readonly Rule[];

export const RULES: Rules = [
  {
    id: 'malware',
    sentence: {
      en: 'Malware in outgoing mail: a signature, a known hash or EICAR. The same file counts once.',
      id: 'Malware dalam email keluar: tanda tangan, hash yang dikenal, atau EICAR. Berkas yang sama dihitung sekali.',
      zh: '外发邮件含恶意软件：特征码、已知哈希或 EICAR。同一文件只计一次。',
    },
    measure: { kind: 'distinct', of: 'malware', ofAccount: true },
    windowHours: 24,
    minimum: {},
    steps: [{ state: 'suspended', threshold: 1 }],
    noticeMs: 0,
  },
  {
    id: 'spam',
    sentence: {
      en: 'Mails that the content filter refused, among all that were handed in.',
      id: 'Email yang ditolak filter konten, dari semua yang diserahkan.',
      zh: '被内容过滤器拒收的邮件占全部提交邮件的比例。',
    },
    measure: { kind: 'rate', hits: 'spam', tests: 'patterns', among: ['spam', 'patterns', 'mails'] },
    windowHours: 24,
    minimum: {
      hits: 20,
      spread: [
        { of: 'fingerprints', least: bounds.FINGERPRINTS_KEPT },
        { of: 'spamRecipients', least: bounds.SPAM_RECIPIENTS_KEPT },
      ],
    },
    steps: [
      { state: 'warned', threshold: 0.05 },
      { state: 'suspended', threshold: 0.1 },
    ],
    noticeMs: bounds.NOTICE_MS,
  },
  {
    id: 'hard_bounces',
    sentence: {
      en: 'Recipients that do not exist, among all that were tried to the end.',
      id: 'Penerima yang tidak ada, dari semua yang dicoba sampai selesai.',
      zh: '不存在的收件人占全部最终结果的比例。',
    },
    measure: { kind: 'rate', hits: 'hard', among: ['delivered', 'bounced'] },
    windowHours: 24,
    minimum: { hits: 20, among: 200 },
    steps: [
      { state: 'warned', threshold: 0.05 },
      { state: 'suspended', threshold: 0.1 },
    ],
    noticeMs: bounds.NOTICE_MS,
  },
  {
    id: 'spam_replies',
    sentence: {
      en: 'Final replies that call the mail spam or malware, among all that were tried to the end.',
      id: 'Balasan akhir yang menyebut email sebagai spam atau malware, dari semua yang dicoba sampai selesai.',
      zh: '收件方最终答复称邮件为垃圾邮件或恶意软件的比例。',
    },
    measure: { kind: 'rate', hits: 'spamReplies', among: ['delivered', 'bounced'] },
    windowHours: 24,
    minimum: { hits: 20, among: 200 },
    steps: [
      { state: 'warned', threshold: 0.03 },
      { state: 'suspended', threshold: 0.1 },
    ],
    noticeMs: bounds.NOTICE_MS,
  },
  {
    id: 'complaints',
    sentence: {
      en: 'Complaints that carry our signature, among delivered recipients.',
      id: 'Keluhan yang membawa tanda tangan kami, dari penerima yang terkirim.',
      zh: '带有我方签名的投诉占已送达收件人的比例。',
    },
    measure: { kind: 'rate', hits: 'complaints', among: ['delivered'] },
    windowHours: 168,
    minimum: { hits: 5, among: 1_000 },
    steps: [
      { state: 'warned', threshold: 0.001 },
      { state: 'suspended', threshold: 0.003 },
    ],
    noticeMs: bounds.NOTICE_MS,
  },
  {
    id: 'traps',
    sentence: {
      en: 'Recipients that are traps, among all that were handed in: nobody gave such an address to you.',
      id: 'Penerima yang merupakan jebakan, dari semua yang diserahkan: tak seorang pun memberi Anda alamat itu.',
      zh: '陷阱地址占全部收件人的比例：没有人会向您提供这样的地址。',
    },
    measure: { kind: 'rate', hits: 'traps', among: ['recipients'] },
    windowHours: 168,
    minimum: { hits: 3 },
    steps: [
      { state: 'warned', threshold: 0.0002 },
      { state: 'suspended', threshold: 0.002 },
    ],
    noticeMs: bounds.NOTICE_MS,
  },
  {
    id: 'blocked_recipients',
    sentence: {
      en: 'Recipients that the blocked library kept back, among all that were asked for.',
      id: 'Penerima yang ditahan pustaka blokir, dari semua yang diminta.',
      zh: '被屏蔽库拦下的收件人占全部请求收件人的比例。',
    },
    measure: { kind: 'rate', hits: 'blocked', among: ['blocked', 'recipients'] },
    windowHours: 24,
    minimum: { hits: 100 },
    steps: [
      { state: 'warned', threshold: 0.1 },
      { state: 'limited', threshold: 0.3 },
    ],
    noticeMs: 0,
  },
  {
    id: 'sudden_change',
    sentence: {
      en: 'Recipients of this hour, in times of the busiest hour of the week before.',
      id: 'Penerima jam ini, dalam kelipatan jam tersibuk pada minggu sebelumnya.',
      zh: '本小时收件人数相对前一周最忙一小时的倍数。',
    },
    measure: { kind: 'pace' },
    windowHours: 1,
    minimum: { hits: 1_000, days: 3 },
    steps: [{ state: 'warned', threshold: 10 }],
    noticeMs: 0,
  },
  {
    id: 'credential_use',
    sentence: {
      en: 'Different networks (/24, /48) that the credentials were used from.',
      id: 'Jumlah jaringan (/24, /48) berbeda tempat kredensial dipakai.',
      zh: '使用凭据的不同网络（/24、/48）数量。',
    },
    measure: { kind: 'distinct', of: 'networks', ofAccount: false },
    windowHours: 24,
    minimum: {},
    steps: [{ state: 'limited', threshold: 20, together: ['sudden_change'] }],
    noticeMs: 0,
  },
  {
    id: 'new_networks',
    sentence: {
      en: 'Networks that the credentials were first used from; in the 30 days before they never were.',
      id: 'Jaringan yang baru pertama kali memakai kredensial; dalam 30 hari sebelumnya tidak pernah.',
      zh: '首次使用凭据的网络数量（此前 30 天内从未出现）。',
    },
    measure: { kind: 'distinct', of: 'newNetworks', ofAccount: false },
    windowHours: 24,
    minimum: {},
    steps: [{ state: 'limited', threshold: 3, together: ['sudden_change', 'spam'] }],
    noticeMs: 0,
  },
  {
    id: 'new_countries',
    sentence: {
      en: 'Countries that the credentials were first used from; in the 30 days before they never were.',
      id: 'Negara yang baru pertama kali memakai kredensial; dalam 30 hari sebelumnya tidak pernah.',
      zh: '首次使用凭据的国家或地区数量（此前 30 天内从未出现）。',
    },
    measure: { kind: 'distinct', of: 'newCountries', ofAccount: false },
    windowHours: 24,
    minimum: {},
    steps: [{ state: 'limited', threshold: 1, together: ['sudden_change', 'spam'] }],
    noticeMs: 0,
  },
  {
    id: 'new_templates',
    sentence: {
      en: 'Mails of campaigns that were not sent in the week before, among all of this hour.',
      id: 'Email dari kampanye yang tidak dikirim pada minggu sebelumnya, dari semua pada jam ini.',
      zh: '前一周未发送过的新活动邮件占本小时全部邮件的比例。',
    },
    measure: { kind: 'rate', hits: 'newTemplates', among: ['mails'] },
    windowHours: 1,
    minimum: { hits: 20, spread: [{ of: 'newNetworks', least: 1, withinHours: 24 }] },
    steps: [{ state: 'limited', threshold: 0.5, together: ['sudden_change'] }],
    noticeMs: 0,
  },
  {
    id: 'failed_logins',
    sentence: {
      en: 'Networks from which somebody logged in with a user name of yours and a wrong password.',
      id: 'Jaringan tempat seseorang masuk dengan nama pengguna Anda dan kata sandi yang salah.',
      zh: '用您的用户名和错误密码尝试登录的网络数量。',
    },
    measure: { kind: 'distinct', of: 'failedNetworks', ofAccount: false },
    windowHours: 24,
    minimum: {},
    steps: [],
    noticeMs: 0,
  },
  {
    id: 'credential_stuffing',
    sentence: {
      en: 'Logins from a network never seen, after failed ones from 20 networks in a day. Somebody may have guessed a password: replace it.',
      id: 'Login dari jaringan yang belum pernah terlihat, setelah gagal dari 20 jaringan dalam sehari. Kata sandi mungkin ditebak: gantilah.',
      zh: '一天内有 20 个网络登录失败，随后有从未出现过的网络登录成功。密码可能已被猜中，请更换。',
    },
    measure: { kind: 'distinct', of: 'guesses', ofAccount: false },
    windowHours: 24,
    minimum: {},
    steps: [
      { state: 'warned', threshold: 1 },
      { state: 'limited', threshold: 1, together: ['sudden_change', 'spam'] },
    ],
    noticeMs: 0,
  },
];
