// HTML with no plain text beside it (RFC 2046 section 5.1.4).
import { mail as letter, page } from '../../filter/rules/rule.ts';
import { says, type Check } from '../check.ts';

export const noTextPart: Check = {
  id: 'no-text-part',
  part: 'structure',
  severity: 'medium',
  points: 1,
  title: says('No plain text beside the HTML', 'Tidak ada teks polos di samping HTML', '缺少与 HTML 对应的纯文本'),
  detail: says(
    'Filters, watches and screen readers read the text part; HTML alone is a mark of spam.',
    'Filter, jam pintar, dan pembaca layar membaca bagian teks; HTML saja adalah ciri spam.',
    '过滤器、手表和读屏软件读取纯文本；只有 HTML 是垃圾邮件的特征。',
  ),
  fix: says(
    'Send text/plain and text/html in multipart/alternative.',
    'Kirim text/plain dan text/html dalam multipart/alternative.',
    '用 multipart/alternative 同时发送 text/plain 与 text/html。',
  ),
  find: mail => (mail.html !== '' && mail.plains.length === 0 ? mail.elementHit(mail.markup.elements[0] ?? { at: 0 }) : null),
  examples: { yes: [page('<p>Hello</p>')], no: [letter('Hello')] },
};
