// Bulk mail whose text has no way to leave.
import { mail as letter } from '../../filter/rules/rule.ts';
import { says, type Check } from '../check.ts';
import { inPlace } from '../mail.ts';

export const noUnsubscribeLink: Check = {
  id: 'no-unsubscribe-link',
  part: 'content',
  severity: 'medium',
  points: 1,
  title: says('No unsubscribe link in the text', 'Tidak ada tautan berhenti berlangganan di teks', '正文没有退订链接'),
  detail: says(
    'Laws ask for it in bulk mail, and who does not find it reports spam.',
    'Hukum mewajibkannya dalam email massal, dan yang tidak menemukannya melaporkan spam.',
    '法律要求群发邮件提供；找不到的人会举报垃圾邮件。',
  ),
  fix: says(
    'Put a link that says "unsubscribe" at the end.',
    'Letakkan tautan "berhenti berlangganan" di akhir.',
    '在末尾放上“退订”链接。',
  ),
  find: mail => (mail.bulk && !mail.leavable && mail.shown().trim() !== '' ? inPlace(mail) : null),
  examples: {
    yes: [letter('Hello', 'Hello', 'List-Unsubscribe: <https://a.example/u>\n')],
    no: [letter('Hello'), letter('Unsubscribe: https://a.example/u', 'Hello', 'List-Unsubscribe: <https://a.example/u>\n')],
  },
};
