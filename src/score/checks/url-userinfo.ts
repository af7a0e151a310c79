// User information before @ in a link (RFC 3986 section 3.2.1).
import { mail as letter } from '../../filter/rules/rule.ts';
import { says, type Check } from '../check.ts';

export const urlUserinfo: Check = {
  id: 'url-userinfo',
  part: 'content',
  severity: 'high',
  points: 1.5,
  title: says('A link hides its host behind @', 'Tautan menyembunyikan host di balik @', '链接用 @ 隐藏主机'),
  detail: says(
    'What stands before @ is no host; it leads to {}.',
    'Yang di depan @ bukan host; tautan mengarah ke {}.',
    '@ 前不是主机；实际指向 {}。',
  ),
  fix: says('Leave user names out of links.', 'Jangan memakai nama pengguna dalam tautan.', '链接中不要含用户名。'),
  find: mail => {
    const link = mail.read.links.find(one => one.userinfo);
    return link ? { where: mail.placeOf(`@${link.host}`), value: link.host } : null;
  },
  examples: {
    yes: [letter('See https://shop.example.com@203.0.113.9/x')],
    no: [letter('Write to ann@example.com or https://example.com/a@b')],
  },
};
