// A subject that pretends to be an answer.
import { mail as letter } from '../../filter/rules/rule.ts';
import { says, type Check } from '../check.ts';
import { inField } from '../mail.ts';

export const fakeReply: Check = {
  id: 'fake-reply',
  part: 'content',
  severity: 'high',
  points: 1.5,
  title: says('The subject pretends to be an answer', 'Subjek berpura-pura sebagai balasan', '主题伪装成回复'),
  detail: says(
    'It begins with {}, but answers no mail (no In-Reply-To, no References).',
    'Diawali {}, tetapi tidak membalas email apa pun (tanpa In-Reply-To dan References).',
    '以 {} 开头，却没有回复任何邮件（无 In-Reply-To 与 References）。',
  ),
  fix: says(
    'Leave the prefix out, or name the mail that you answer.',
    'Hapus awalan itu, atau sebut email yang dibalas.',
    '去掉前缀，或注明所回复的邮件。',
  ),
  find: mail => {
    const prefix = /^(?:re|fwd?|aw|wg|tr|rv|antw|sv|vs|res|enc|bls|回复|答复|转发|回覆)\s?[:：]/iu.exec(mail.read.subject)?.[0];
    return prefix !== undefined && mail.fields('in-reply-to').length + mail.fields('references').length === 0
      ? inField('subject', prefix)
      : null;
  },
  examples: {
    yes: [letter('x', 'Re: Your order')],
    no: [letter('x', 'Re: lunch', 'In-Reply-To: <1@example.net>\n'), letter('x', 'Results: October')],
  },
};
