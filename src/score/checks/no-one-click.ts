// List-Unsubscribe that one click does not do (RFC 8058).
import { mail as letter } from '../../filter/rules/rule.ts';
import { says, type Check } from '../check.ts';
import { inField } from '../mail.ts';

export const noOneClick: Check = {
  id: 'no-one-click',
  part: 'identity',
  severity: 'medium',
  points: 1,
  title: says('No one-click unsubscribe', 'Tidak ada berhenti berlangganan sekali klik', '缺少一键退订'),
  detail: says(
    'List-Unsubscribe is there, but List-Unsubscribe-Post with an https link is not (RFC 8058).',
    'List-Unsubscribe ada, tetapi List-Unsubscribe-Post dengan tautan https tidak ada (RFC 8058).',
    '有 List-Unsubscribe，但没有带 https 链接的 List-Unsubscribe-Post（RFC 8058）。',
  ),
  fix: says(
    'Add "List-Unsubscribe-Post: List-Unsubscribe=One-Click" and an https link.',
    'Tambahkan "List-Unsubscribe-Post: List-Unsubscribe=One-Click" dan tautan https.',
    '添加“List-Unsubscribe-Post: List-Unsubscribe=One-Click”和 https 链接。',
  ),
  find: mail => {
    const own = mail.fields('list-unsubscribe')[0];
    if (own === undefined)
      return mail.facts.adds?.unsubscribe === true && !mail.facts.adds.oneClick ? inField('list-unsubscribe-post') : null;
    const posts = /^\s*List-Unsubscribe=One-Click\s*$/i.test(mail.fields('list-unsubscribe-post')[0] ?? '');
    return mail.bulk && !(posts && /<https:/i.test(own)) ? inField('list-unsubscribe-post') : null;
  },
  examples: {
    yes: [
      letter('x', 'Hello', 'List-Unsubscribe: <https://a.example/u>\n'),
      [letter('x'), { adds: { unsubscribe: true, oneClick: false } }],
    ],
    no: [letter('x'), letter('x', 'Hello', 'List-Unsubscribe: <https://a.example/u>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\n')],
  },
};
