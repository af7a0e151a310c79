// A link behind a public shortener.
import { isShortener } from '../../filter/links.ts';
import { mail as letter, page } from '../../filter/rules/rule.ts';
import { says, type Check } from '../check.ts';

export const urlShortener: Check = {
  id: 'url-shortener',
  part: 'content',
  severity: 'medium',
  points: 1,
  title: says('A link hides behind a shortener', 'Tautan disamarkan penyingkat URL', '链接经短网址隐藏'),
  detail: says(
    '{} is shared with spammers, and its blocklisting becomes yours.',
    '{} dipakai bersama pengirim spam; pemblokirannya berimbas pada Anda.',
    '{} 与垃圾邮件发送者共用，其被封会连累您。',
  ),
  fix: says('Link to your own domain.', 'Gunakan tautan ke domain sendiri.', '改用自己的域名。'),
  find: mail => {
    const link = mail.read.links.find(isShortener);
    return link ? { where: mail.placeOf(link.host), value: link.host } : null;
  },
  examples: {
    yes: [letter('See https://bit.ly/3xOct26'), page('<a href="https://bit.ly/3xOct26">See</a>')],
    no: [letter('See https://shop.example.com/bit.ly')],
  },
};
