// Answers go to a free mail address, away from the sender.
import { mail as letter } from '../../filter/rules/rule.ts';
import { isFreeMail } from '../../filter/shape.ts';
import { says, type Check } from '../check.ts';
import { inField } from '../mail.ts';

export const replyToMismatch: Check = {
  id: 'reply-to-mismatch',
  part: 'identity',
  severity: 'medium',
  points: 1,
  title: says('Answers go to a free mail address', 'Balasan menuju alamat email gratis', '回复会寄往免费邮箱'),
  detail: says(
    'Reply-To is at {}, From is not: that is how fraud collects answers.',
    'Reply-To ada di {}, From tidak: begitulah penipu mengumpulkan balasan.',
    'Reply-To 位于 {}，而 From 不是：诈骗常以此收集回复。',
  ),
  fix: says('Take answers at the domain that you send from.', 'Terima balasan di domain pengirim.', '在发信域名上接收回复。'),
  find: mail =>
    isFreeMail(mail.read.replyDomain) && mail.read.replyDomain !== mail.read.fromDomain ? inField('reply-to', mail.read.replyDomain) : null,
  examples: {
    yes: [letter('x', 'Hello', 'Reply-To: claims.desk@gmail.com\n')],
    no: [letter('x', 'Hello', 'Reply-To: help@example.com\n'), letter('x', 'Hello', 'Reply-To: help@example.net\n')],
  },
};
