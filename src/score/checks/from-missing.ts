// No sender that can be read (RFC 5322 section 3.6.2).
import { mail as letter } from '../../filter/rules/rule.ts';
import { normalAddress, parseMailboxes } from '../../message/addresses.ts';
import { says, type Check } from '../check.ts';
import { inField } from '../mail.ts';

export const fromMissing: Check = {
  id: 'from-missing',
  part: 'identity',
  severity: 'high',
  points: 3,
  title: says('No valid From', 'Tidak ada From yang sah', '缺少有效的 From'),
  detail: says('Mail without a sender is refused.', 'Email tanpa pengirim ditolak.', '没有发件人的邮件会被拒收。'),
  fix: says('Add From with an address of your domain.', 'Tambahkan From dengan alamat domain Anda.', '添加 From，使用您域名的地址。'),
  find: mail => (normalAddress(parseMailboxes(mail.fields('from')[0] ?? '')[0]?.address ?? '') === null ? inField('from') : null),
  examples: { yes: ['Subject: x\n\nx\n', 'From: nobody\nSubject: x\n\nx\n'], no: [letter('x')] },
};
