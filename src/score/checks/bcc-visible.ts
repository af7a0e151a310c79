// A Bcc field that everybody would see (RFC 5322 section 3.6.3).
import { mail as letter } from '../../filter/rules/rule.ts';
import { says, type Check } from '../check.ts';
import { inField } from '../mail.ts';

export const bccVisible: Check = {
  id: 'bcc-visible',
  part: 'structure',
  severity: 'high',
  points: 1.5,
  title: says('Bcc stands in the message', 'Bcc tertulis di dalam pesan', '邮件中含有 Bcc'),
  detail: says(
    'Who was to be hidden may be shown to everybody.',
    'Penerima yang seharusnya tersembunyi dapat terlihat oleh semua.',
    '本应隐藏的收件人可能被所有人看到。',
  ),
  fix: says('Name hidden recipients in the envelope only.', 'Sebut penerima tersembunyi hanya di envelope.', '隐藏的收件人只写在信封中。'),
  find: mail => ((mail.fields('bcc')[0] ?? '') === '' ? null : inField('bcc')),
  examples: {
    yes: [letter('x', 'Hello', 'Bcc: b@b.example\n')],
    no: [letter('x', 'Hello', 'Bcc: \n'), letter('x', 'Hello', 'Cc: b@b.example\n')],
  },
};
