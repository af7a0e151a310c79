// Tags that are not closed, not opened or crossed.
import { page } from '../../filter/rules/rule.ts';
import { says, type Check } from '../check.ts';

export const htmlBroken: Check = {
  id: 'html-broken',
  part: 'structure',
  severity: 'medium',
  points: 0.5,
  title: says('The HTML has unclosed or crossed tags', 'HTML memuat tag yang tidak ditutup atau bersilang', 'HTML 标签未闭合或交错'),
  detail: says(
    'Mistakes found: {}. Each mail client mends them in its own way, so that layouts fall apart.',
    'Kesalahan ditemukan: {}. Setiap klien email memperbaikinya dengan cara sendiri sehingga tata letak rusak.',
    '发现 {} 处错误。各邮件客户端修补方式不同，版面会错乱。',
  ),
  fix: says(
    'Close every tag in the order in which it was opened.',
    'Tutup setiap tag sesuai urutan pembukaannya.',
    '按打开的顺序闭合每个标签。',
  ),
  find: mail => {
    const { mistakes, mistakeAt } = mail.markup;
    return mistakeAt === null ? null : mail.elementHit({ at: mistakeAt }, String(mistakes));
  },
  examples: {
    yes: [page('<div><b><i>x</b></i></div>'), page('<table><tr><td>x')],
    no: [page('<ul><li>a<li>b</ul><p>c<p>d<br><img src="cid:a" alt="">'), page('<!--[if mso]><table><![endif]--><p>x</p>')],
  },
};
