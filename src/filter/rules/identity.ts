// Who says to send it.
import { brandBorrowed, brandNamed, isBrandDomain, isOf } from '../brands.ts';
import { folded } from '../fold.ts';
import { isFreeMail } from '../shape.ts';
import { mail, page, type Read, type Rule } from './rule.ts';

const wordsOf = (text: string): readonly string[] =>
  folded(text, 120)
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
/** Capital I for l, and the like: read both ways. */
const looked = (text: string): readonly string[] => wordsOf(text.replace(/I/g, 'l'));

function namedBrand(text: string): ReturnType<typeof brandNamed> {
  return brandNamed(wordsOf(text)) ?? brandNamed(looked(text));
}

/** One is the other or lies under it. */
const sameSite = (a: string, b: string): boolean => a === b || a.endsWith(`.${b}`) || b.endsWith(`.${a}`);

const claims = (read: Read): boolean => {
  const brand = namedBrand(read.fromName);
  return brand !== null && read.fromDomain !== '' && !isOf(brand, read.fromDomain);
};

export const IDENTITY: readonly Rule[] = [
  {
    id: 'sender_named_as_brand',
    family: 'identity',
    says: {
      en: 'The sender bears the name of a brand but not its domain',
      id: 'Pengirim memakai nama merek tetapi bukan domainnya',
      zh: '发件人冒用品牌名称，域名却不属于该品牌',
    },
    holds: claims,
    examples: {
      yes: [mail('x', 'x', '', 'PayPal Service <x@example.net>'), mail('x', 'x', '', 'Trust-WaIIet <x@example.net>')],
      no: [mail('x', 'x', '', 'PayPal <service@paypal.com>'), mail('x', 'x', '', 'Ann <ann@example.net>')],
    },
  },
  {
    id: 'domain_borrows_brand',
    family: 'identity',
    says: { en: 'The domain of the sender imitates a brand', id: 'Domain pengirim meniru suatu merek', zh: '发件域名模仿品牌' },
    holds: read =>
      read.fromDomain !== '' &&
      !isBrandDomain(read.fromDomain) &&
      !isFreeMail(read.fromDomain) &&
      brandBorrowed(read.fromHost, read.fromDomain) !== null,
    examples: {
      yes: [mail('x', 'x', '', 'A <a@paypal-billing.example>'), mail('x', 'x', '', 'A <a@micros0ft.example>')],
      no: [mail('x', 'x', '', 'A <a@mail.paypal.com>'), mail('x', 'x', '', 'A <a@example.net>')],
    },
  },
  {
    id: 'subject_names_brand',
    family: 'identity',
    says: {
      en: 'The subject names a brand that did not send the mail',
      id: 'Subjek menyebut merek yang bukan pengirimnya',
      zh: '主题提及的品牌并非发件方',
    },
    holds: read => {
      const brand = namedBrand(read.subject);
      return brand !== null && read.fromDomain !== '' && !isOf(brand, read.fromDomain);
    },
    examples: {
      yes: [mail('x', 'Your Netflix plan', '', 'A <a@example.net>')],
      no: [mail('x', 'Your Netflix plan', '', 'A <info@netflix.com>')],
    },
  },
  {
    id: 'brand_and_credentials',
    family: 'identity',
    says: { en: 'A borrowed name asks for an account', id: 'Nama pinjaman meminta akun', zh: '冒用名义索要账户信息' },
    holds: read => claims(read) && (read.said('credentials') > 0 || read.said('threat') > 0 || read.said('urgency') > 1),
    examples: {
      yes: [mail('Please verify your account', 'x', '', 'PayPal <x@example.net>')],
      no: [mail('Please verify your account', 'x', '', 'PayPal <x@paypal.com>')],
    },
  },
  {
    id: 'reply_elsewhere',
    family: 'identity',
    says: {
      en: 'Answers go to another domain than the sender',
      id: 'Balasan menuju domain lain dari pengirim',
      zh: '回复地址与发件域名不同',
    },
    holds: read => read.replyDomain !== '' && !sameSite(read.replyDomain, read.fromDomain),
    examples: { yes: [mail('x', 'x', 'Reply-To: a@b.test\n')], no: [mail('x', 'x', 'Reply-To: ann@mail.example.com\n')] },
  },
  {
    id: 'reply_to_free_mail',
    family: 'identity',
    says: {
      en: 'A company that wants answers in a free mailbox',
      id: 'Perusahaan yang meminta balasan ke email gratis',
      zh: '公司名义却要求回复到免费邮箱',
    },
    holds: read => read.replyDomain !== '' && isFreeMail(read.replyDomain) && !sameSite(read.replyDomain, read.fromDomain),
    examples: { yes: [mail('x', 'x', 'Reply-To: a@gmail.com\n')], no: [mail('x', 'x', 'Reply-To: a@gmail.com\n', 'A <b@gmail.com>')] },
  },
  {
    id: 'name_is_other_address',
    family: 'identity',
    says: {
      en: 'The name of the sender is an address of another domain',
      id: 'Nama pengirim adalah alamat dari domain lain',
      zh: '发件人名称是另一域名的地址',
    },
    holds: read => {
      const shown = /@([a-z0-9.-]+\.[a-z]{2,})/i.exec(read.fromName)?.[1]?.toLowerCase();
      return shown !== undefined && !sameSite(shown, read.fromHost);
    },
    examples: { yes: [mail('x', 'x', '', '"ceo@bank.test" <x@evil.test>')], no: [mail('x', 'x', '', '"ceo@bank.test" <ceo@bank.test>')] },
  },
  {
    id: 'disguised_name',
    family: 'identity',
    says: {
      en: 'Name or subject is written with invisible or look-alike letters',
      id: 'Nama atau subjek memakai huruf tak terlihat atau mirip',
      zh: '名称或主题含隐形或形近字符',
    },
    holds: read =>
      /[\p{L}][\u00ad\u200b-\u200f\u2060-\u2064\ufeff\u{e0000}-\u{e01ef}]|[a-z][\u0370-\u03ff\u0400-\u052f]|[\u0370-\u03ff\u0400-\u052f][a-z]|[\u{1d400}-\u{1d7ff}]/iu.test(
        `${read.fromName}\n${read.subject}`,
      ),
    examples: {
      yes: [mail('x', 'Your p\u0430ssword'), mail('x', 'Off\u200bice')],
      no: [mail('x', 'Ваш пароль'), mail('x', 'Your password')],
    },
  },
  {
    id: 'shouting',
    family: 'structure',
    says: { en: 'The subject is written in capitals', id: 'Subjek ditulis dengan huruf besar', zh: '主题全为大写' },
    holds: read => (read.subject.match(/[A-Z]/g)?.length ?? 0) >= 15 && !/[a-z]/.test(read.subject),
    examples: { yes: [mail('x', 'BUY THIS NOW AND WIN EVERYTHING')], no: [mail('x', 'RE: NASA TLA')] },
  },
  {
    id: 'reply_to_nothing',
    family: 'structure',
    says: {
      en: 'Claims to be an answer but answers nothing',
      id: 'Mengaku balasan tetapi tidak membalas apa pun',
      zh: '伪装成回复却无所回复',
    },
    holds: read =>
      /^(?:re|aw|sv|回复|答复)\s*[:：]/i.test(read.subject) &&
      read.field('in-reply-to') === undefined &&
      read.field('references') === undefined &&
      !/^>|^-{2,}|wrote:|original message/im.test(read.text.slice(0, 8_000)),
    examples: { yes: [mail('x', 'Re: order')], no: [mail('x', 'Re: order', 'In-Reply-To: <1@a.test>\n'), page('x', 'Order')] },
  },
];
