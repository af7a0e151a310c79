// No subject.
import { mail as letter } from '../../filter/rules/rule.ts';
import { says, type Check } from '../check.ts';
import { inField } from '../mail.ts';

export const subjectEmpty: Check = {
  id: 'subject-empty',
  part: 'content',
  severity: 'medium',
  points: 1,
  title: says('The subject is empty', 'Subjek kosong', '主题为空'),
  detail: says(
    'Hardly anybody opens mail without a subject, and filters distrust it.',
    'Hampir tidak ada yang membuka email tanpa subjek, dan filter mencurigainya.',
    '几乎没人打开无主题的邮件，过滤器也不信任。',
  ),
  fix: says('Say in a few words what the mail is about.', 'Sebutkan isi email dalam beberapa kata.', '用几个词说明邮件内容。'),
  find: mail => (mail.read.subject === '' ? inField('subject') : null),
  examples: { yes: [letter('x', ''), 'From: a@a.example\n\nx\n'], no: [letter('x', 'Hello')] },
};
