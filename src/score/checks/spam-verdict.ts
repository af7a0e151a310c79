// The content filter takes it for spam.
import { mail as letter } from '../../filter/rules/rule.ts';
import { reasonsOf } from '../answers.ts';
import { says, type Check } from '../check.ts';

export const spamVerdict: Check = {
  id: 'spam-verdict',
  part: 'content',
  severity: 'high',
  points: 5,
  title: says('The content filter takes it for spam', 'Filter konten menganggapnya spam', '内容过滤判定为垃圾邮件'),
  detail: says('Strongest reasons: {}.', 'Alasan terkuat: {}.', '主要原因：{}。'),
  fix: says(
    'Change what the reasons name; mail like this is held or refused.',
    'Ubah hal yang disebut dalam alasan; email seperti ini ditahan atau ditolak.',
    '请针对原因修改；此类邮件会被扣留或拒收。',
  ),
  find: mail => (mail.facts.spam?.verdict === 'FAIL' ? { where: null, value: reasonsOf(mail.facts.spam) } : null),
  examples: {
    yes: [[letter('x'), { spam: { verdict: 'FAIL', score: 0.99, refusable: true, reasons: [{ id: 'gtube', weight: 20, title: 'x' }] } }]],
    no: [letter('x'), [letter('x'), { spam: { verdict: 'GRAY', score: 0.7, refusable: false, reasons: [] } }]],
  },
};
