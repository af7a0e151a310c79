// Matters that only together, or with a link or a telephone number, mean something.
import { mail, type Read, type Rule } from './rule.ts';

const PHONE = /(?:\+?\d{1,3}[\s.(-]{1,2})?\(?\d{3,4}\)?[\s.-]{0,2}\d{3,4}[\s.-]{0,2}\d{3,4}/;
const threatens = (read: Read): boolean => read.said('threat') > 0;
const hurries = (read: Read): boolean => read.said('urgency') > 0;
const hasLink = (read: Read): boolean => read.links.length > 0;

export const WORDING: readonly Rule[] = [
  {
    id: 'account_threat',
    family: 'wording',
    says: {
      en: 'Asks to confirm an account under threat or haste',
      id: 'Meminta konfirmasi akun dengan ancaman atau desakan',
      zh: '以威胁或催促要求确认账户',
    },
    holds: read => read.said('credentials') > 0 && (threatens(read) || hurries(read)) && hasLink(read),
    examples: {
      yes: [mail('Your account has been limited. Confirm your identity within 24 hours: https://a.test/x')],
      no: [mail('Confirm your account to start using the newsletter: https://a.test/x')],
    },
  },
  {
    id: 'mailbox_threat',
    family: 'wording',
    says: { en: 'Threatens to close a mailbox', id: 'Mengancam menutup kotak surat', zh: '威胁停用邮箱' },
    holds: read => read.said('mailbox') > 0 && (threatens(read) || (hurries(read) && hasLink(read))),
    examples: {
      yes: [mail('Your mailbox quota is used up and mail will be deleted: be suspended.')],
      no: [mail('The webmail is faster now.')],
    },
  },
  {
    id: 'prize_link',
    family: 'wording',
    says: { en: 'A prize that waits behind a link', id: 'Hadiah yang menunggu di balik tautan', zh: '以奖品引诱点击链接' },
    holds: read => read.said('prize') >= 2 && hasLink(read),
    examples: { yes: [mail('Congratulations! Claim your gift card: https://a.test/x')], no: [mail('Congratulations on the new job!')] },
  },
  {
    id: 'phone_only',
    family: 'wording',
    says: {
      en: 'A charge, a telephone number and no link',
      id: 'Tagihan, nomor telepon, dan tanpa tautan',
      zh: '称已扣款，仅留电话而无链接',
    },
    holds: read =>
      read.said('callback') > 0 && !read.links.some(link => link.domain === read.fromDomain) && PHONE.test(read.text.slice(0, 4_000)),
    examples: {
      yes: [mail('Your card will be charged $399. Call us at +1 (808) 555-0199 to cancel.')],
      no: [mail('Call us at +1 (808) 555-0199: you will be charged. https://www.example.com/help')],
    },
  },
  {
    id: 'fund_private',
    family: 'wording',
    says: {
      en: 'Money from a stranger, to be answered in private',
      id: 'Uang dari orang asing, minta dibalas secara pribadi',
      zh: '陌生人赠款并要求私下回复',
    },
    holds: read =>
      read.said('fund') >= 2 &&
      !hasLink(read) &&
      (read.replyDomain !== '' || /\b[\w.+-]{2,40}@[\w-]{1,40}\.[a-z]{2,6}\b/i.test(read.text.slice(0, 6_000))),
    examples: {
      yes: [mail('I am a widow with cancer and want to donate to you. Write to me at rose@mail.test')],
      no: [mail('The widow next door has a dog. Write to me at rose@mail.test')],
    },
  },
  {
    id: 'short_ask',
    family: 'wording',
    says: { en: 'Hardly any text beside one link', id: 'Hampir tanpa teks selain satu tautan', zh: '几乎只有一个链接' },
    holds: read =>
      read.links.length > 0 &&
      read.links.length < 3 &&
      read.text.replace(/https?:\/\/\S+/g, '').trim().length < 60 &&
      (read.page?.images ?? 0) === 0,
    examples: {
      yes: [mail('look https://a.test/x')],
      no: [mail('look at what we did for the whole of the last summer in the garden https://a.test/x')],
    },
  },
];
