// A sender at a free mail provider, which lets nobody else send for it.
import { mail as letter } from '../../filter/rules/rule.ts';
import { isFreeMail } from '../../filter/shape.ts';
import { says, type Check } from '../check.ts';
import { inField } from '../mail.ts';

export const fromFreeMail: Check = {
  id: 'from-free-mail',
  part: 'identity',
  severity: 'high',
  points: 1.5,
  title: says('The sender is at a free mail provider', 'Pengirim memakai domain email gratis', '发件人使用免费邮箱域名'),
  detail: says(
    '{} lets nobody else send in its name: DMARC fails.',
    '{} tidak mengizinkan pihak lain mengirim atas namanya: DMARC gagal.',
    '{} 不允许他人代发：DMARC 会失败。',
  ),
  fix: says('Send from a domain of your own.', 'Kirim dari domain Anda sendiri.', '使用自己的域名发信。'),
  find: mail =>
    isFreeMail(mail.read.fromDomain) && mail.fields('dkim-signature').length === 0 ? inField('from', mail.read.fromDomain) : null,
  examples: {
    yes: [letter('x', 'Hello', '', 'Ann <ann@gmail.com>')],
    no: [letter('x'), letter('x', 'Hello', 'DKIM-Signature: v=1; d=gmail.com\n', 'Ann <ann@gmail.com>')],
  },
};
