// Text that hardly stands out from its ground (WCAG 1.4.3).
import { page } from '../../filter/rules/rule.ts';
import type { Page } from '../../filter/page.ts';
import { isUnseen } from '../../filter/style.ts';
import { says, type Check } from '../check.ts';
import { luminance } from '../colour.ts';

type Ink = Page['inks'][number];

/** WCAG asks for 4.5; below this hardly anybody reads it. */
const LEAST_RATIO = 2.5;

/** Only where both are said: what a page leaves open is another's doing. What cannot be seen at all is hidden-text. */
function ratioOf({ colour, ground }: Ink): number {
  if (colour < 0 || ground < 0 || isUnseen(colour, ground)) return Infinity;
  const [light, dark] = [Math.max(luminance(colour), luminance(ground)), Math.min(luminance(colour), luminance(ground))];
  return (light + 0.05) / (dark + 0.05);
}

export const lowContrast: Check = {
  id: 'low-contrast',
  part: 'structure',
  severity: 'low',
  points: 0.3,
  title: says('Text is hard to tell from its ground', 'Teks sulit dibedakan dari latarnya', '文字与背景对比不足'),
  detail: says('The contrast is {}:1; WCAG asks for 4.5:1.', 'Kontrasnya {}:1; WCAG meminta 4,5:1.', '对比度为 {}:1；WCAG 要求 4.5:1。'),
  fix: says('Make the text darker or its ground lighter.', 'Gelapkan teks atau terangkan latarnya.', '加深文字或调亮背景。'),
  find: mail => {
    for (const ink of mail.read.page?.inks ?? []) {
      const ratio = ratioOf(ink);
      if (ratio < LEAST_RATIO) return mail.elementHit(ink, ratio.toFixed(1));
    }
    return null;
  },
  examples: {
    yes: [
      page('<p style="color:#bbbbbb;background:#ffffff">small print</p>'),
      page('<table bgcolor="#fff"><tr><td><font color="#ccc">small print</font></td></tr></table>'),
      page('<div style="background:#222"><p style="color:#444">small <b>print</b></p></div>'),
    ],
    no: [
      page('<p style="color:#333;background:#fff">x</p>'),
      page('<p style="color:#bbb">x</p>'),
      page('<body style="color:#333;background:#fff"><p style="background:#222" class="light">x</p></body>'),
    ],
  },
};
