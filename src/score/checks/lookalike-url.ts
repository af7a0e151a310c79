// A link in letters that look like others.
import { domainToUnicode } from 'node:url';
import { folded } from '../../filter/fold.ts';
import { borrowedBrand } from '../../filter/links.ts';
import { mail as letter } from '../../filter/rules/rule.ts';
import { says, type Check } from '../check.ts';

const isDisguised = (host: string): boolean => {
  if (!host.includes('xn--')) return false;
  const shown = domainToUnicode(host);
  // Another alphabet that reads as Latin: честный.рф does not, раypal does.
  return shown
    .split('.')
    .some(
      label =>
        /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}]/u.test(label) &&
        (/\p{Script=Latin}/u.test(label) || /^[\x21-\x7e]+$/.test(folded(label, 80))),
    );
};

export const lookalikeUrl: Check = {
  id: 'lookalike-url',
  part: 'content',
  severity: 'high',
  points: 2.5,
  title: says('A link with a look-alike name', 'Tautan dengan nama yang mirip', '链接使用形近域名'),
  detail: says('{} is written to be taken for another name.', '{} ditulis agar disangka nama lain.', '{} 的写法易与其他名称混淆。'),
  fix: says('Link to the real name.', 'Gunakan nama yang sebenarnya.', '改用真实域名。'),
  find: mail => {
    const link = mail.read.links.find(one => isDisguised(one.host) || (one.domain !== mail.read.fromDomain && borrowedBrand(one) !== null));
    return link ? { where: mail.placeOf(link.host), value: link.host } : null;
  },
  examples: {
    yes: [letter('See https://xn--pypal-4ve.example/login'), letter('See https://paypa1.com/x')],
    no: [letter('See https://xn--mnchen-3ya.de/'), letter('See https://www.paypal.com/')],
  },
};
