// A link that cannot work elsewhere.
import { mail as letter } from '../../filter/rules/rule.ts';
import { says, type Check } from '../check.ts';
import { isUnreachable } from '../hosts.ts';

export const localhostUrl: Check = {
  id: 'localhost-url',
  part: 'content',
  severity: 'high',
  points: 1.5,
  title: says('A link that works only at your place', 'Tautan yang hanya berfungsi di tempat Anda', '链接只在本地可用'),
  detail: says('{} cannot be reached from outside.', '{} tidak dapat dicapai dari luar.', '{} 无法从外部访问。'),
  fix: says('Put the public address of the page.', 'Gunakan alamat publik halaman itu.', '换成页面的公网地址。'),
  find: mail => {
    const link = mail.read.links.find(one => isUnreachable(one.host));
    return link ? { where: mail.placeOf(link.host), value: link.host } : null;
  },
  examples: {
    yes: [letter('See http://localhost:3000/x'), letter('See http://192.168.1.4/'), letter('See https://intranet/x')],
    no: [letter('See https://example.com/localhost')],
  },
};
