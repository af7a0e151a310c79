// Pictures without a text in their place (WCAG 1.1.1).
import { page } from '../../filter/rules/rule.ts';
import { says, type Check } from '../check.ts';
import type { Element } from '../markup.ts';

/** Pictures of one or two pixels show nothing. */
const isDot = ({ attributes }: Element): boolean =>
  ['width', 'height'].some(side => /^\s*[012](?:px)?\s*$/.test(attributes.get(side) ?? ''));
const isSilent = (one: Element): boolean =>
  one.name === 'img' && !one.attributes.has('alt') && !isDot(one) && !/^(?:presentation|none)$/.test(one.attributes.get('role') ?? '');

export const missingAlt: Check = {
  id: 'missing-alt',
  part: 'structure',
  severity: 'medium',
  points: 0.5,
  title: says('Pictures without alt text', 'Gambar tanpa teks alt', '图片缺少 alt 文字'),
  detail: says(
    'Pictures without alt: {}. Who sees no pictures, or listens to the mail, misses what they say.',
    'Gambar tanpa alt: {}. Pembaca yang tidak melihat gambar atau mendengarkan email kehilangan isinya.',
    '{} 张图片没有 alt。看不到图片或用读屏软件的人会错过内容。',
  ),
  fix: says(
    'Give each picture an alt; alt="" where it only decorates.',
    'Beri setiap gambar alt; alt="" jika hanya hiasan.',
    '为每张图片加 alt；纯装饰用 alt=""。',
  ),
  find: mail => {
    const silent = mail.markup.elements.filter(isSilent);
    return mail.elementHit(silent[0], String(silent.length));
  },
  examples: {
    yes: [page('<img src="https://a.example/x.png">')],
    no: [page('<img src="https://a.example/x.png" alt="">'), page('<img src="https://a.example/p" width="1" height="1">')],
  },
};
