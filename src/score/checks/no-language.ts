// A page that does not say its language (WCAG 3.1.1).
import { page } from '../../filter/rules/rule.ts';
import { says, type Check } from '../check.ts';

export const noLanguage: Check = {
  id: 'no-language',
  part: 'structure',
  severity: 'low',
  points: 0.1,
  title: says('The page does not say its language', 'Halaman tidak menyebut bahasanya', '网页未注明语言'),
  detail: says(
    'Screen readers pronounce it by the rules of another language.',
    'Pembaca layar melafalkannya dengan aturan bahasa lain.',
    '读屏软件会用其他语言的规则朗读。',
  ),
  fix: says(
    'Write <html lang="en"> with the language of the mail.',
    'Tulis <html lang="id"> dengan bahasa email.',
    '写上 <html lang="zh-CN">，注明邮件语言。',
  ),
  find: mail => {
    const root = mail.markup.elements.find(one => one.name === 'html');
    return root && !mail.markup.elements.some(one => one.attributes.has('lang')) ? mail.elementHit(root) : null;
  },
  examples: { yes: [page('<html><body>x</body></html>')], no: [page('<html lang="en"><body>x</body></html>'), page('<p>x</p>')] },
};
