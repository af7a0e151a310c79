// Styles that widely used mail clients leave out.
import { mail as letter, page } from '../../filter/rules/rule.ts';
import { MAX_VALUE } from '../bounds.ts';
import { says, type Check } from '../check.ts';
import { STYLES, toldFeature } from '../clients.ts';
import { inPlace } from '../mail.ts';

export const cssNotShown: Check = {
  id: 'css-not-shown',
  part: 'compatibility',
  severity: 'low',
  points: 0.3,
  title: says('Styles that some mail clients leave out', 'Gaya yang diabaikan sebagian klien email', '部分邮件客户端不支持的样式'),
  detail: says('{}.', '{}.', '{}。'),
  fix: says(
    'Build the layout so that it holds without them, with tables where needed.',
    'Susun tata letak agar tetap utuh tanpanya, dengan tabel bila perlu.',
    '让版面在没有它们时也成立，必要时用表格。',
  ),
  find: mail => {
    const { css } = mail.markup;
    const found = css === '' ? [] : STYLES.filter(one => one.pattern.test(css));
    return found.length > 0 ? { ...inPlace(mail), value: found.map(toldFeature).join('; ').slice(0, MAX_VALUE) } : null;
  },
  examples: {
    yes: [page('<div style="display:flex">x</div>'), page('<style>@import url(https://a.example/x.css);</style>x')],
    no: [
      page('<div style="display:block;color:#333">x</div>'),
      page('<style>@import url(https://fonts.example.com/css?family=Ubuntu);</style>x'),
      letter('display:flex'),
    ],
  },
};
