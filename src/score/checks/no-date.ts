// No Date that can be read (RFC 5322 section 3.6).
import { mail as letter } from '../../filter/rules/rule.ts';
import { says, type Check } from '../check.ts';
import { inField } from '../mail.ts';

export const noDate: Check = {
  id: 'no-date',
  part: 'structure',
  severity: 'medium',
  points: 1,
  title: says('No valid Date', 'Tidak ada Date yang sah', '缺少有效的 Date'),
  detail: says(
    'RFC 5322 asks for a Date; mail without one is sorted anywhere and distrusted.',
    'RFC 5322 mewajibkan Date; email tanpanya tersusun acak dan dicurigai.',
    'RFC 5322 要求 Date；缺少它的邮件排序混乱且不受信任。',
  ),
  fix: says(
    'Add a Date field with the time of sending.',
    'Tambahkan bidang Date dengan waktu pengiriman.',
    '添加 Date 字段，写明发送时间。',
  ),
  find: mail => (Number.isNaN(Date.parse((mail.fields('date')[0] ?? '').replace(/\([^()]*\)\s*$/, ''))) ? inField('date') : null),
  examples: {
    yes: [letter('x'), letter('x', 'Hello', 'Date: soon\n')],
    no: [
      letter('x', 'Hello', 'Date: Sun, 22 Nov 2026 09:30:00 +0000\n'),
      letter('x', 'Hello', 'Date: Sun, 22 Nov 2026 09:30:00 +0000 (UTC)\n'),
    ],
  },
};
