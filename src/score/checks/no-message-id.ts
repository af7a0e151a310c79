// No Message-ID (RFC 5322 section 3.6.4).
import { mail as letter } from '../../filter/rules/rule.ts';
import { says, type Check } from '../check.ts';
import { inField } from '../mail.ts';

export const noMessageId: Check = {
  id: 'no-message-id',
  part: 'structure',
  severity: 'medium',
  points: 0.5,
  title: says('No Message-ID', 'Tidak ada Message-ID', '缺少 Message-ID'),
  detail: says(
    'Without one, answers cannot be threaded and copies cannot be told apart.',
    'Tanpanya, balasan tidak dapat dirangkai dan salinan tidak dapat dibedakan.',
    '没有它，回复无法归入会话，副本也无法区分。',
  ),
  fix: says(
    'Add a Message-ID that is unique, with your own domain.',
    'Tambahkan Message-ID yang unik dengan domain Anda sendiri.',
    '添加唯一的 Message-ID，使用自己的域名。',
  ),
  find: mail => (/<[^<>@\s]+@[^<>@\s]+>/.test(mail.fields('message-id')[0] ?? '') ? null : inField('message-id')),
  examples: { yes: [letter('x'), letter('x', 'Hello', 'Message-ID: 42\n')], no: [letter('x', 'Hello', 'Message-ID: <42@example.com>\n')] },
};
