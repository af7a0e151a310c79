// A script, which no mail client runs.
import { page } from '../../filter/rules/rule.ts';
import { says, type Check } from '../check.ts';

const HANDLERS = ['onclick', 'onload', 'onerror', 'onsubmit'];

export const scriptInHtml: Check = {
  id: 'script-in-html',
  part: 'compatibility',
  severity: 'high',
  points: 2,
  title: says('A script in the HTML', 'Ada skrip di dalam HTML', 'HTML 中含脚本'),
  detail: says(
    'No mail client runs scripts, and many refuse mail that has one.',
    'Tidak ada klien email yang menjalankan skrip, dan banyak yang menolaknya.',
    '邮件客户端不运行脚本，许多还会拒收。',
  ),
  fix: says(
    'Remove it, and link to a page that does the work.',
    'Hapus, dan tautkan ke halaman yang melakukannya.',
    '删除，改为链接到网页。',
  ),
  find: mail =>
    mail.elementHit(
      mail.markup.elements.find(one => one.name === 'script' && !/json/i.test(one.attributes.get('type') ?? '')) ??
        mail.markup.elements.find(
          one => /^\s*javascript:/i.test(one.attributes.get('href') ?? '') || HANDLERS.some(name => one.attributes.has(name)),
        ),
    ),
  examples: {
    yes: [page('<script>document.title="x"</script>'), page('<a href="javascript:x()">x</a>'), page('<p onclick="x()">x</p>')],
    no: [page('<p>script</p>'), page('<script type="application/ld+json">{}</script>')],
  },
};
