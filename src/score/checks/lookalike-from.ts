// A sender domain that borrows the name of a brand.
import { brandBorrowed, isBrandDomain } from '../../filter/brands.ts';
import { mail as letter } from '../../filter/rules/rule.ts';
import { says, type Check } from '../check.ts';
import { inField } from '../mail.ts';

export const lookalikeFrom: Check = {
  id: 'lookalike-from',
  part: 'reputation',
  severity: 'high',
  points: 2.5,
  title: says('The sender domain looks like a brand', 'Domain pengirim menyerupai merek', '发件域名仿冒品牌'),
  detail: says(
    '{} bears a name that belongs to another: receivers take it for phishing.',
    '{} memakai nama milik pihak lain: penerima menganggapnya phishing.',
    '{} 使用了他人的名称：收件方会视为钓鱼。',
  ),
  fix: says('Send from a name of your own.', 'Kirim dengan nama Anda sendiri.', '使用自己的名称发信。'),
  find: mail => {
    const { fromHost, fromDomain } = mail.read;
    return fromHost !== '' && !isBrandDomain(fromDomain) && brandBorrowed(fromHost, fromDomain) ? inField('from', fromHost) : null;
  },
  examples: { yes: [letter('x', 'Hello', '', 'Pay <a@paypa1.com>')], no: [letter('x'), letter('x', 'Hello', '', 'Pay <a@paypal.com>')] },
};
