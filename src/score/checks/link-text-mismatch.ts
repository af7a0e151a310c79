// A link that shows one site and leads to another.
import { showsOther } from '../../filter/links.ts';
import { page } from '../../filter/rules/rule.ts';
import { says, type Check } from '../check.ts';

export const linkTextMismatch: Check = {
  id: 'link-text-mismatch',
  part: 'content',
  severity: 'high',
  points: 2,
  title: says('Link shows another domain', 'Tautan menampilkan domain lain', '链接显示的域名与实际不同'),
  detail: says(
    'Shown and real target: {}. That is how phishing works.',
    'Yang tampil dan tujuan sebenarnya: {}. Begitulah cara phishing.',
    '显示与实际目标：{}。这正是钓鱼手法。',
  ),
  fix: says(
    'Show the true domain, or words instead of an address.',
    'Tampilkan domain yang sebenarnya, atau kata-kata alih-alih alamat.',
    '显示真实域名，或用文字代替网址。',
  ),
  find: mail => {
    const link = mail.read.links.find(one => showsOther(one) && one.domain !== mail.read.fromDomain);
    return link ? { where: mail.placeOf(link.host), value: `${link.shown.trim().slice(0, 60)} → ${link.host}` } : null;
  },
  examples: {
    yes: [page('<a href="https://login.example.biz/verify">https://www.paypal.com/signin</a>')],
    no: [
      page('<a href="https://www.paypal.com/x">paypal.com</a>'),
      page('<a href="https://click.example.com/x">https://shop.example.net</a>'),
    ],
  },
};
