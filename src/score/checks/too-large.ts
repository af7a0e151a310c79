// HTML that Gmail cuts off.
import { page } from '../../filter/rules/rule.ts';
import { says, type Check } from '../check.ts';

/** Gmail shows so many bytes of HTML and hides the rest behind a link. */
const CLIPPED_FROM = 102 * 1024;

export const tooLarge: Check = {
  id: 'too-large',
  part: 'structure',
  severity: 'medium',
  points: 1,
  title: says('Gmail cuts the mail off', 'Gmail memotong email ini', 'Gmail 会截断此邮件'),
  detail: says(
    'The HTML has {} KB; behind 102 KB Gmail shows a link, and the way to unsubscribe is gone.',
    'HTML berukuran {} KB; setelah 102 KB Gmail hanya menampilkan tautan dan cara berhenti berlangganan hilang.',
    'HTML 有 {} KB；超过 102 KB 后 Gmail 只显示链接，退订入口也会消失。',
  ),
  fix: says(
    'Shorten the mail or its styles below 102 KB.',
    'Persingkat email atau gayanya hingga di bawah 102 KB.',
    '把邮件或样式压缩到 102 KB 以下。',
  ),
  find: mail => {
    const bytes = mail.pages[0]?.bytes().length ?? 0;
    return bytes > CLIPPED_FROM
      ? { where: { part: mail.pages[0]?.path ?? '1', line: null }, value: String(Math.round(bytes / 1024)) }
      : null;
  },
  examples: { yes: [page('<p>word</p>'.repeat(11_000))], no: [page('<p>word</p>'.repeat(1_000))] },
};
