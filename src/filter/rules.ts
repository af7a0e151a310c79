// The rules of the content filter: name, family of evidence, weight in log-odds, what it says to a person, and examples that the test runs.
// The weights stand until training gives better ones; a rule quotes nothing.
import type { Features } from './features.ts';

export type Family = 'pattern' | 'wording' | 'links' | 'identity' | 'structure';
export type Rule = {
  readonly id: string;
  readonly family: Family;
  readonly weight: number;
  readonly title: string;
  readonly holds: (mail: Features) => boolean;
  /** Whole messages (LF line ends) for which it holds, and near ones for which it does not. */
  readonly examples: { readonly yes: readonly string[]; readonly no: readonly string[] };
};

/** The generic test for unsolicited bulk email, in pieces so that this file is not one itself. */
export const GTUBE = ['XJS*C4JDBQADN1.NSBN3*2IDNEN*', 'GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL', '*C.34X'].join('');

const mail = (body: string, subject = 'Hello', more = ''): string => `From: Ann <ann@a.test>\nSubject: ${subject}\n${more}\n${body}\n`;
const page = (body: string, subject = 'Hello', more = ''): string => mail(body, subject, `Content-Type: text/html\n${more}`);

const MONEY =
  /\b(?:lottery|inheritance|million (?:us )?dollars|next of kin|bitcoin wallet|crypto giveaway|guaranteed (?:profit|income))\b/i;
const PILLS = /\b(?:viagra|cialis|online pharmacy|weight loss (?:pills?|miracle)|enlarge(?:ment)? pills?)\b/i;
const ACCOUNT =
  /\b(?:(?:verify|confirm|update) your (?:account|password|payment|identity)|account (?:has been|will be) (?:suspended|limited|locked))\b/i;
const INDONESIAN = /\b(?:menang undian|hadiah (?:uang|mobil) gratis|pinjaman (?:cepat|online) tanpa jaminan|slot gacor|judi online)\b/i;
const CHINESE = /代开发票|加微信领|博彩|六合彩|低息贷款|刷单兼职/;
const URGENT = /\b(?:act now|within 24 hours|urgent action|last warning|segera sebelum)\b|立即点击/i;

export const RULES: readonly Rule[] = [
  {
    id: 'gtube',
    family: 'pattern',
    weight: 20,
    title: 'The mail carries the test pattern for spam (GTUBE)',
    holds: mail => mail.contains(GTUBE),
    examples: { yes: [mail(GTUBE), mail('x', GTUBE)], no: [mail(GTUBE.slice(1)), mail('The GTUBE pattern is a test.')] },
  },
  {
    id: 'advance_fee',
    family: 'wording',
    weight: 2.6,
    title: 'Promises of money from a stranger',
    holds: mail => MONEY.test(mail.text) || MONEY.test(mail.subject),
    examples: { yes: [mail('You are next of kin to a large inheritance.')], no: [mail('The invoice is for one million tiles.')] },
  },
  {
    id: 'drugs',
    family: 'wording',
    weight: 2.6,
    title: 'Offers medicine as bulk mail does',
    holds: mail => PILLS.test(mail.text) || PILLS.test(mail.subject),
    examples: { yes: [mail('Cheap cialis from our online pharmacy')], no: [mail('Your pharmacy order is ready to be collected.')] },
  },
  {
    id: 'account_threat',
    family: 'wording',
    weight: 1.4,
    title: 'Asks to confirm an account under threat',
    holds: mail => ACCOUNT.test(mail.text) && URGENT.test(mail.text),
    examples: {
      yes: [mail('Your account has been limited. Confirm your identity within 24 hours.')],
      no: [mail('Confirm your account to start using the newsletter.')],
    },
  },
  {
    id: 'indonesian_spam',
    family: 'wording',
    weight: 2.6,
    title: 'Indonesian wording of gambling, loans and prizes',
    holds: mail => INDONESIAN.test(mail.text) || INDONESIAN.test(mail.subject),
    examples: { yes: [mail('Main slot gacor hari ini')], no: [mail('Pinjaman buku perpustakaan Anda jatuh tempo.')] },
  },
  {
    id: 'chinese_spam',
    family: 'wording',
    weight: 2.6,
    title: 'Chinese wording of invoices for sale, gambling and loans',
    holds: mail => CHINESE.test(mail.text) || CHINESE.test(mail.subject),
    examples: {
      yes: [mail('专业代开发票', 'Hello', 'Content-Type: text/plain; charset=utf-8\n')],
      no: [mail('您的发票已开具', 'Hello', 'Content-Type: text/plain; charset=utf-8\n')],
    },
  },
  {
    id: 'link_other_host',
    family: 'links',
    weight: 1.8,
    title: 'A link shows one site and leads to another',
    holds: mail => mail.links.some(link => otherHost(link.shown, link.host)),
    examples: {
      yes: [page('<a href="https://evil.test/x">https://bank.test/login</a>')],
      no: [page('<a href="https://bank.test/x">https://www.bank.test</a>'), page('<a href="https://bank.test">our site</a>')],
    },
  },
  {
    id: 'link_to_number',
    family: 'links',
    weight: 1.2,
    title: 'A link leads to a bare IP address',
    holds: mail => mail.links.some(link => /^\d+\.\d+\.\d+\.\d+$|^\[/.test(link.host)),
    examples: { yes: [page('<a href="http://192.0.2.7/pay">pay</a>')], no: [page('<a href="http://pay.test/192.0.2.7">pay</a>')] },
  },
  {
    id: 'reply_elsewhere',
    family: 'identity',
    weight: 0.7,
    title: 'Answers go to another domain than the sender',
    holds: mail => mail.facts.direction === 'in' && mail.replyDomain !== '' && !sameSite(mail.replyDomain, mail.fromDomain),
    examples: { yes: [mail('x', 'x', 'Reply-To: a@b.test\n')], no: [mail('x', 'x', 'Reply-To: ann@mail.a.test\n')] },
  },
  {
    id: 'name_is_other_address',
    family: 'identity',
    weight: 1.2,
    title: 'The name of the sender is an address of another domain',
    holds: mail => {
      const shown = /@([a-z0-9.-]+\.[a-z]{2,})/i.exec(mail.fromName)?.[1]?.toLowerCase();
      return shown !== undefined && !sameSite(shown, mail.fromDomain);
    },
    examples: {
      yes: ['From: "ceo@bank.test" <x@evil.test>\nSubject: x\n\nx\n'],
      no: ['From: "ceo@bank.test" <ceo@bank.test>\nSubject: x\n\nx\n'],
    },
  },
  {
    id: 'shouting',
    family: 'structure',
    weight: 0.8,
    title: 'The subject is written in capitals',
    holds: mail => (mail.subject.match(/[A-Z]/g)?.length ?? 0) >= 15 && !/[a-z]/.test(mail.subject),
    examples: { yes: [mail('x', 'BUY THIS NOW AND WIN EVERYTHING')], no: [mail('x', 'RE: NASA TLA')] },
  },
  {
    id: 'dmarc_fail',
    family: 'identity',
    weight: 1.1,
    title: 'The sender domain does not stand behind the mail (DMARC)',
    holds: mail => mail.facts.dmarc === 'fail',
    examples: { yes: [], no: [mail('x')] },
  },
];

function otherHost(shown: string, host: string): boolean {
  const named = /^(?:https?:\/\/)?(?:www\.)?([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?:[/:?#]|$)/i.exec(shown)?.[1]?.toLowerCase();
  return named !== undefined && !sameSite(named, host.replace(/^www\./, ''));
}

/** One is the other or lies under it. */
function sameSite(a: string, b: string): boolean {
  return a === b || a.endsWith(`.${b}`) || b.endsWith(`.${a}`);
}
