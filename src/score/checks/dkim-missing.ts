// No DKIM key in DNS that we sign with (RFC 6376).
import { mail as letter } from '../../filter/rules/rule.ts';
import { domainHit } from '../answers.ts';
import { says, type Check } from '../check.ts';

export const dkimMissing: Check = {
  id: 'dkim-missing',
  part: 'identity',
  severity: 'high',
  points: 1.5,
  title: says('DKIM is not set up', 'DKIM belum disiapkan', '未设置 DKIM'),
  detail: says(
    'The keys that mail of {} is signed with are not in DNS: DMARC cannot pass by them.',
    'Kunci penanda tangan email {} tidak ada di DNS: DMARC tidak dapat lolos dengannya.',
    '{} 的签名密钥不在 DNS 中：无法借此通过 DMARC。',
  ),
  fix: says(
    'Publish the DKIM records that the domain page shows.',
    'Terbitkan data DKIM yang ditampilkan di halaman domain.',
    '发布域名页面显示的 DKIM 记录。',
  ),
  find: mail => domainHit(mail, 'dkim'),
  examples: {
    yes: [[letter('x'), { identity: { domain: 'example.com', dkim: 'missing' } }]],
    no: [letter('x'), [letter('x'), { identity: { domain: 'example.com', dkim: 'ok' } }]],
  },
};
