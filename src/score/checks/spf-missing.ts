// No SPF record for the sending domain (RFC 7208).
import { mail as letter } from '../../filter/rules/rule.ts';
import { domainHit } from '../answers.ts';
import { says, type Check } from '../check.ts';

export const spfMissing: Check = {
  id: 'spf-missing',
  part: 'identity',
  severity: 'high',
  points: 1,
  title: says('SPF is missing or broken', 'SPF tidak ada atau rusak', 'SPF 缺失或有误'),
  detail: says(
    '{} does not say which servers may send for it.',
    '{} tidak menyatakan server mana yang boleh mengirim.',
    '{} 未声明哪些服务器可代其发信。',
  ),
  fix: says(
    'Publish the TXT record that the domain page shows.',
    'Terbitkan data TXT yang ditampilkan di halaman domain.',
    '发布域名页面显示的 TXT 记录。',
  ),
  find: mail => domainHit(mail, 'spf'),
  examples: {
    yes: [[letter('x'), { identity: { domain: 'example.com', spf: 'missing' } }]],
    no: [letter('x'), [letter('x'), { identity: { domain: 'example.com', spf: 'unknown' } }]],
  },
};
