// A link to a bare IP address.
import { mail as letter } from '../../filter/rules/rule.ts';
import { says, type Check } from '../check.ts';
import { isUnreachable } from '../hosts.ts';

export const ipUrl: Check = {
  id: 'ip-url',
  part: 'content',
  severity: 'high',
  points: 1.5,
  title: says('A link to a bare IP address', 'Tautan ke alamat IP tanpa nama', '链接指向裸 IP 地址'),
  detail: says(
    'It leads to {}: honest sites have a name.',
    'Mengarah ke {}: situs yang jujur memiliki nama.',
    '指向 {}：正规网站都有域名。',
  ),
  fix: says('Link to a host name with https.', 'Gunakan nama host dengan https.', '改用 https 域名。'),
  find: mail => {
    const link = mail.read.links.find(one => one.isIp && !one.userinfo && !isUnreachable(one.host));
    return link ? { where: mail.placeOf(link.host), value: link.host } : null;
  },
  examples: {
    yes: [letter('See http://192.0.2.55/page')],
    no: [letter('See https://example.com/192.0.2.55'), letter('See http://127.0.0.1/')],
  },
};
