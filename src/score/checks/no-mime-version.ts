// MIME fields without MIME-Version (RFC 2045 section 4).
import { mail as letter } from '../../filter/rules/rule.ts';
import { says, type Check } from '../check.ts';
import { inField } from '../mail.ts';

export const noMimeVersion: Check = {
  id: 'no-mime-version',
  part: 'structure',
  severity: 'low',
  points: 0.3,
  title: says('No MIME-Version', 'Tidak ada MIME-Version', '缺少 MIME-Version'),
  detail: says(
    'The mail has parts or a type, but does not say that it is MIME.',
    'Email memiliki bagian atau tipe, tetapi tidak menyatakan diri sebagai MIME.',
    '邮件含有 MIME 部分或类型，却未声明 MIME。',
  ),
  fix: says('Add "MIME-Version: 1.0".', 'Tambahkan "MIME-Version: 1.0".', '添加“MIME-Version: 1.0”。'),
  find: mail => (mail.fields('content-type').length > 0 && mail.fields('mime-version').length === 0 ? inField('mime-version') : null),
  examples: { yes: [letter('x')], no: [letter('x', 'Hello', 'MIME-Version: 1.0\n'), 'From: a@a.example\nSubject: x\n\nx\n'] },
};
