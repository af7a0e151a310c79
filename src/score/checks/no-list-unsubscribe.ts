// Bulk mail without List-Unsubscribe (RFC 2369).
import { mail as letter } from '../../filter/rules/rule.ts';
import { says, type Check } from '../check.ts';
import { inField } from '../mail.ts';

export const noListUnsubscribe: Check = {
  id: 'no-list-unsubscribe',
  part: 'identity',
  severity: 'high',
  points: 1.5,
  title: says('Bulk mail without List-Unsubscribe', 'Email massal tanpa List-Unsubscribe', '群发邮件缺少 List-Unsubscribe'),
  detail: says(
    'Gmail, Yahoo and Outlook ask bulk senders for it; who finds no way to leave reports spam.',
    'Gmail, Yahoo, dan Outlook mewajibkannya bagi pengirim massal; yang tidak menemukan jalan keluar akan melaporkan spam.',
    'Gmail、Yahoo 和 Outlook 要求群发邮件提供；找不到退订入口的人会举报垃圾邮件。',
  ),
  fix: says(
    'Add List-Unsubscribe, or send "unsubscribe": {} and Sesame writes it.',
    'Tambahkan List-Unsubscribe, atau kirim "unsubscribe": {} agar Sesame menulisnya.',
    '添加 List-Unsubscribe，或提交 "unsubscribe": {} 由 Sesame 写入。',
  ),
  find: mail =>
    mail.bulk && mail.facts.adds?.unsubscribe !== true && !/<(?:https?|mailto):/i.test(mail.fields('list-unsubscribe')[0] ?? '')
      ? inField('list-unsubscribe')
      : null,
  examples: {
    yes: [letter('To stop: https://a.example/unsubscribe'), [letter('x'), { bulk: true }]],
    no: [
      letter('x'),
      letter('x', 'Hello', 'List-Unsubscribe: <https://a.example/u>\n'),
      [letter('x'), { adds: { unsubscribe: true, oneClick: true } }],
    ],
  },
};
