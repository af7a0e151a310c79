// Plain http.
import { parseLink } from '../../filter/links.ts';
import { mail as letter, page } from '../../filter/rules/rule.ts';
import { MAX_VALUE } from '../bounds.ts';
import { says, type Check } from '../check.ts';
import { isUnreachable } from '../hosts.ts';

const SENDS = ['href', 'src', 'background', 'action'];
const isInsecure = (url: string): boolean => {
  const link = /^\s*http:/i.test(url) ? parseLink(url, '') : null;
  return link !== null && !link.isIp && !link.userinfo && !isUnreachable(link.host);
};

export const insecureLink: Check = {
  id: 'insecure-link',
  part: 'content',
  severity: 'low',
  points: 0.5,
  title: says('Links without encryption', 'Tautan tanpa enkripsi', '链接未加密'),
  detail: says(
    '{} is plain http: browsers warn, and pictures are not loaded.',
    '{} memakai http biasa: peramban memberi peringatan dan gambar tidak dimuat.',
    '{} 使用明文 http：浏览器会警告，图片不会加载。',
  ),
  fix: says('Use https.', 'Gunakan https.', '改用 https。'),
  find: mail => {
    for (const element of mail.markup.elements)
      for (const name of SENDS) {
        const url = element.attributes.get(name);
        if (url !== undefined && isInsecure(url)) return mail.elementHit(element, url.trim());
      }
    const written = /\bhttp:\/\/[^\s<>"]{1,300}/gi;
    const url = mail.plain.match(written)?.find(isInsecure);
    return url === undefined ? null : { where: mail.placeOf(url), value: url.slice(0, MAX_VALUE) };
  },
  examples: {
    yes: [letter('See http://shop.example.com/x'), page('<img src="http://shop.example.com/i.png" alt="x">')],
    no: [
      letter('See https://shop.example.com/x or www.example.com'),
      page('<html xmlns="http://www.w3.org/1999/xhtml"><a href="https://a.example">x</a></html>'),
    ],
  },
};
