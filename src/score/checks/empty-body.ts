// No text at all.
import { mail as letter, page } from '../../filter/rules/rule.ts';
import { says, type Check } from '../check.ts';

export const emptyBody: Check = {
  id: 'empty-body',
  part: 'structure',
  severity: 'high',
  points: 2.5,
  title: says('The mail has no text', 'Email tidak berisi teks', '邮件没有正文'),
  detail: says(
    'An empty mail tells its reader nothing and looks like a probe for addresses.',
    'Email kosong tidak memberi tahu apa pun dan tampak seperti uji alamat.',
    '空白邮件毫无信息，看起来像在探测地址。',
  ),
  fix: says(
    'Write at least a sentence that says why you write.',
    'Tulis setidaknya satu kalimat tentang alasan Anda menulis.',
    '至少写一句话说明来意。',
  ),
  find: mail =>
    mail.shown().trim() === '' && mail.plain.trim() === '' && !mail.markup.elements.some(one => one.name === 'img')
      ? { where: null }
      : null,
  examples: { yes: [letter(''), page('<p> </p>')], no: [letter('Hello'), page('<p>Hello</p>')] },
};
