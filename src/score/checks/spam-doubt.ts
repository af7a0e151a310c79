// The content filter is in doubt.
import { mail as letter } from '../../filter/rules/rule.ts';
import { reasonsOf } from '../answers.ts';
import { says, type Check } from '../check.ts';

export const spamDoubt: Check = {
  id: 'spam-doubt',
  part: 'content',
  severity: 'medium',
  points: 1.5,
  title: says('The content filter is in doubt', 'Filter konten ragu', '内容过滤存疑'),
  detail: says('Strongest reasons: {}.', 'Alasan terkuat: {}.', '主要原因：{}。'),
  fix: says('Change what the reasons name.', 'Ubah hal yang disebut dalam alasan.', '请针对原因修改。'),
  find: mail => (mail.facts.spam?.verdict === 'GRAY' ? { where: null, value: reasonsOf(mail.facts.spam) } : null),
  examples: {
    yes: [
      [letter('x'), { spam: { verdict: 'GRAY', score: 0.7, refusable: false, reasons: [{ id: 'prize_link', weight: 2, title: 'x' }] } }],
    ],
    no: [letter('x'), [letter('x'), { spam: { verdict: 'PASS', score: 0.1, refusable: false, reasons: [] } }]],
  },
};
