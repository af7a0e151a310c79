// The parts of reputation, as data: what is counted among what, from where on it is judged, what is good, what is bad and how much it weighs.
// docs/reputation.md prints them and a test compares the two. None of the figures is a provider's promise; the notes say where they are from.
import { BLOCK_CLASSES, type Counts } from '../statistics/shown.ts';
import type { Facts, Share } from './facts.ts';
import type { Sentence } from './words.ts';

export type Part = {
  readonly id: string;
  /** Points of 100 that it costs at most; 0 = shown and not judged. */
  readonly weight: number;
  /** Below so many of `of` nothing is judged. */
  readonly minimum: number;
  /** At `good` it costs nothing, at `bad` all; good > bad: more is better. */
  readonly good: number;
  readonly bad: number;
  /** It is no sample: the share itself is judged. */
  readonly isExact?: true;
  /** Counted over days, or told by others; null = it was not measured. */
  readonly count: ((counts: Counts) => Share | null) | null;
  readonly told: ((facts: Facts) => Share | null) | null;
  readonly title: Sentence;
  /** What to do about it. */
  readonly mend: Sentence;
};

const of = (counts: Counts, ...measures: readonly string[]): number => measures.reduce((all, one) => all + (counts.get(one) ?? 0), 0);
const bounced = (counts: Counts, which: (kind: string) => boolean): number =>
  [...counts].reduce((all, [name, count]) => all + (name.startsWith('bounced/') && which(name.slice(8)) ? count : 0), 0);
/** Recipients that were tried to the end; a bounce that came back later is of a delivery that is counted. */
export const ended = (counts: Counts): number => of(counts, 'delivered', 'expired') + bounced(counts, () => true) - of(counts, 'returned');
/** Rates of opens and clicks mean something only where they are asked for. */
const tracked = (counts: Counts, deed: string): boolean => of(counts, `${deed}/human`, `${deed}/machine`) > 0;

export const PARTS: readonly Part[] = [
  {
    id: 'content',
    weight: 15,
    minimum: 100,
    good: 0.005,
    bad: 0.05,
    count: counts => ({ hits: of(counts, 'rejected/spam_content', 'content/FAIL'), of: of(counts, 'mails', 'rejected/spam_content') }),
    told: null,
    title: {
      en: 'Mail that the content filter took for spam',
      id: 'Email yang dianggap spam oleh filter konten',
      zh: '被内容过滤器判为垃圾邮件的邮件',
    },
    mend: {
      en: 'Look at the findings of refused mail, and at POST /v1/score before sending.',
      id: 'Lihat temuan pada email yang ditolak, dan POST /v1/score sebelum mengirim.',
      zh: '查看被拒邮件的检查结果，并在发送前使用 POST /v1/score。',
    },
  },
  {
    id: 'unknown_addresses',
    weight: 20,
    minimum: 100,
    good: 0.02,
    bad: 0.1,
    count: counts => ({ hits: bounced(counts, kind => kind === 'hard'), of: ended(counts) }),
    told: null,
    title: { en: 'Recipients that do not exist', id: 'Penerima yang tidak ada', zh: '不存在的收件人' },
    mend: {
      en: 'Write only to people who gave you their address, confirm new ones by a mail, and take out those that bounced.',
      id: 'Kirim hanya kepada orang yang memberi alamatnya, konfirmasikan alamat baru lewat email, dan hapus yang terpental.',
      zh: '只写给主动提供地址的人，用邮件确认新地址，并移除退信的地址。',
    },
  },
  {
    id: 'turned_away',
    weight: 20,
    minimum: 100,
    good: 0.01,
    bad: 0.1,
    count: counts => ({ hits: bounced(counts, kind => BLOCK_CLASSES.has(kind)), of: ended(counts) }),
    told: null,
    title: {
      en: 'Mail that receivers turned away for its sender or its content',
      id: 'Email yang ditolak penerima karena pengirim atau isinya',
      zh: '因发件人或内容被收件方拒绝的邮件',
    },
    mend: {
      en: 'Read the replies (GET /v1/events?type=bounced): they say what is disliked. Send less to that provider until they stop.',
      id: 'Baca balasannya (GET /v1/events?type=bounced): di sana tertulis apa yang tidak disukai. Kurangi kiriman ke penyedia itu sampai berhenti.',
      zh: '阅读回复（GET /v1/events?type=bounced），其中说明了原因。在其停止之前减少向该服务商发送。',
    },
  },
  {
    id: 'complaints',
    weight: 20,
    minimum: 1_000,
    good: 0.001,
    bad: 0.003,
    count: counts => ({ hits: of(counts, 'complained'), of: of(counts, 'delivered') }),
    told: null,
    title: { en: 'Complaints of recipients', id: 'Keluhan penerima', zh: '收件人投诉' },
    mend: {
      en: 'Make leaving easier than complaining (one-click unsubscribing), and write less often to who does not read. Not every provider tells of complaints.',
      id: 'Buat berhenti berlangganan lebih mudah daripada mengeluh (sekali klik), dan kurangi kiriman kepada yang tidak membaca. Tidak semua penyedia melaporkan keluhan.',
      zh: '让退订比投诉更容易（一键退订），减少写给不阅读的人。并非每个服务商都会通报投诉。',
    },
  },
  {
    id: 'authentication',
    weight: 10,
    minimum: 50,
    good: 0.01,
    bad: 0.1,
    count: null,
    told: facts => facts.dmarc,
    title: {
      en: 'Mail from our sending IPs that failed DMARC, by reports of receivers',
      id: 'Email dari IP pengirim kami yang gagal DMARC, menurut laporan penerima',
      zh: '据收件方报告，来自我方发送 IP 而未通过 DMARC 的邮件',
    },
    mend: {
      en: 'Look at the records of the domain (GET /v1/domains/{name}) and at GET /v1/dmarc-reports.',
      id: 'Lihat rekaman domain (GET /v1/domains/{name}) dan GET /v1/dmarc-reports.',
      zh: '查看域名记录（GET /v1/domains/{name}）与 GET /v1/dmarc-reports。',
    },
  },
  {
    id: 'records',
    weight: 10,
    minimum: 1,
    good: 0,
    bad: 0.5,
    isExact: true,
    count: null,
    told: facts => facts.records,
    title: {
      en: 'Records of the domain for DKIM, SPF, DMARC and the return path that are missing or wrong',
      id: 'Rekaman domain untuk DKIM, SPF, DMARC, dan jalur balik yang hilang atau salah',
      zh: '缺失或错误的 DKIM、SPF、DMARC 与退信路径记录',
    },
    mend: {
      en: 'Publish them as GET /v1/domains/{name} shows them, then have them looked up by …/verify.',
      id: 'Terbitkan seperti yang ditunjukkan GET /v1/domains/{name}, lalu periksa lewat …/verify.',
      zh: '按 GET /v1/domains/{name} 所示发布，然后通过 …/verify 检查。',
    },
  },
  {
    id: 'blocklists',
    weight: 20,
    minimum: 1,
    good: 0,
    bad: 0.5,
    isExact: true,
    count: null,
    told: facts => facts.listings,
    title: { en: 'Blocklists that have a sending IP', id: 'Daftar blokir yang memuat IP pengirim', zh: '列有发送 IP 的黑名单' },
    mend: {
      en: 'The operator sees at /v1/sending-ips which list, and how it is left.',
      id: 'Operator melihat daftar mana dan cara keluar darinya di /v1/sending-ips.',
      zh: '运营者可在 /v1/sending-ips 查看是哪个名单以及如何移除。',
    },
  },
  {
    id: 'opens',
    weight: 5,
    minimum: 500,
    good: 0.15,
    bad: 0.02,
    count: counts => (tracked(counts, 'opened') ? { hits: of(counts, 'opened/human'), of: of(counts, 'delivered') } : null),
    told: null,
    title: { en: 'Delivered mail that a person opened', id: 'Email terkirim yang dibuka orang', zh: '由真人打开的已送达邮件' },
    mend: {
      en: 'Write to those who read. Programs are not counted, so that the true share is higher.',
      id: 'Kirim kepada yang membaca. Program tidak dihitung, jadi bagian sebenarnya lebih tinggi.',
      zh: '写给会阅读的人。程序打开不计入，因此真实比例更高。',
    },
  },
  {
    id: 'clicks',
    weight: 5,
    minimum: 500,
    good: 0.01,
    bad: 0.001,
    count: counts => (tracked(counts, 'clicked') ? { hits: of(counts, 'clicked/human'), of: of(counts, 'delivered') } : null),
    told: null,
    title: { en: 'Clicks of people, by delivered mail', id: 'Klik orang, per email terkirim', zh: '真人点击占已送达邮件' },
    mend: {
      en: 'Say early what the mail is for, with one link that matters.',
      id: 'Sampaikan tujuan email di awal, dengan satu tautan yang penting.',
      zh: '开头说明邮件目的，并只突出一个重要链接。',
    },
  },
  {
    id: 'tls_reports',
    weight: 0,
    minimum: 1,
    good: 0,
    bad: 1,
    count: null,
    told: facts => facts.tls,
    title: {
      en: 'Sessions with your mail hosts that failed, by TLS reports of senders',
      id: 'Sesi dengan server email Anda yang gagal, menurut laporan TLS pengirim',
      zh: '据发件方 TLS 报告，与您的邮件主机失败的会话',
    },
    mend: {
      en: 'Look at GET /v1/tls-reports. It concerns mail to you, and costs nothing here.',
      id: 'Lihat GET /v1/tls-reports. Ini menyangkut email kepada Anda, dan tidak mengurangi nilai di sini.',
      zh: '查看 GET /v1/tls-reports。它涉及发给您的邮件，此处不扣分。',
    },
  },
];

/** Two parts that compare days with each other (judge.ts). */
export const TREND = {
  id: 'engagement_trend',
  weight: 5,
  minimum: 500,
  good: 0.8,
  bad: 0.4,
  title: {
    en: 'Opens and clicks of people by delivered mail, this week in times of the four weeks before',
    id: 'Buka dan klik orang per email terkirim, minggu ini dibanding empat minggu sebelumnya',
    zh: '本周真人打开和点击占已送达邮件之比，相对于前四周的倍数',
  },
  mend: {
    en: 'Readers turn away: write less often, and ask who wants to stay.',
    id: 'Pembaca mulai pergi: kurangi frekuensi dan tanyakan siapa yang ingin tetap.',
    zh: '读者正在流失：降低频率，并询问谁愿意继续接收。',
  },
} as const;
export const EVENNESS = {
  id: 'volume',
  weight: 5,
  minimum: 7,
  good: 0.75,
  bad: 2,
  title: {
    en: 'Spread of the volume of days, in times of the mean day',
    id: 'Sebaran volume harian, dalam kelipatan rata-rata hari',
    zh: '每日发送量的离散程度（相对日均的倍数）',
  },
  mend: {
    en: 'Send about the same each day: providers watch leaps. Spread a large mailing over some days.',
    id: 'Kirim kira-kira sama tiap hari: penyedia memperhatikan lonjakan. Sebar kiriman besar ke beberapa hari.',
    zh: '每天发送量保持大致相同：服务商会留意突增。大批邮件请分几天发送。',
  },
} as const;

export const delivered = (counts: Counts): number => of(counts, 'delivered');
export const deeds = (counts: Counts): number => of(counts, 'opened/human', 'clicked/human');
