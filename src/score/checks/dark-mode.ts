// A page that says it is made for dark mode and cannot be read there.
import { page } from '../../filter/rules/rule.ts';
import { readStyle } from '../../filter/style.ts';
import { luminance } from '../colour.ts';
import { says, type Check } from '../check.ts';
import { inPlace, type Mail } from '../mail.ts';

const DARK_RULES = /@media[^{}]{0,200}prefers-color-scheme\s{0,3}:\s{0,3}dark[^{}]{0,100}\{/gi;
const INK = /(?:^|[;{\s])color\s{0,3}:/i;
const GROUND = /background(?:-color)?\s{0,3}:/i;
/** Darker than this is lost on a dark ground. */
const DARK = 0.2;

/** What stands in the blocks for dark mode; null = there are none. Each is read once, so that it is linear. */
function darkRules(css: string): string | null {
  const blocks: string[] = [];
  let at = 0;
  for (;;) {
    DARK_RULES.lastIndex = at;
    const found = DARK_RULES.exec(css);
    if (!found) return blocks.length === 0 ? null : blocks.join('\n');
    const from = found.index + found[0].length;
    let depth = 1;
    for (at = from; at < css.length && depth > 0; at++) depth += css[at] === '{' ? 1 : css[at] === '}' ? -1 : 0;
    blocks.push(css.slice(from, at - 1));
  }
}

/** The client may show it on a dark ground of its own, as it is. */
const saysDark = ({ markup: { elements, css } }: Mail): boolean =>
  /color-scheme\s{0,3}:[^;}]{0,40}\bdark\b/i.test(css) ||
  elements.some(
    one =>
      one.name === 'meta' && /color-scheme/i.test(one.attributes.get('name') ?? '') && /dark/i.test(one.attributes.get('content') ?? ''),
  );

/** Dark text, and no ground anywhere that would come with it. */
function isDarkOnNothing({ markup: { elements, css } }: Mail): boolean {
  if (GROUND.test(css) || elements.some(one => one.attributes.has('bgcolor') || one.attributes.has('background'))) return false;
  return elements.some(one => {
    const colour = readStyle(one.attributes.get('style') ?? '').colour ?? -1;
    return colour >= 0 && luminance(colour) < DARK;
  });
}

export const darkMode: Check = {
  id: 'dark-mode',
  part: 'structure',
  severity: 'low',
  points: 0.3,
  title: says('Unreadable in dark mode', 'Tidak terbaca dalam mode gelap', '深色模式下无法阅读'),
  detail: says(
    'It says that it fits dark mode, and its text stays dark there: {}.',
    'Email menyatakan cocok untuk mode gelap, tetapi teksnya tetap gelap: {}.',
    '邮件声明支持深色模式，但文字仍为深色：{}。',
  ),
  fix: says(
    'Give text and ground a colour together, in light and in dark rules.',
    'Beri warna teks dan latar bersama-sama, untuk mode terang dan gelap.',
    '在浅色与深色规则中同时设置文字和背景颜色。',
  ),
  find: mail => {
    const rules = darkRules(mail.markup.css);
    const told = (en: string, id: string, zh: string) => ({ ...inPlace(mail), value: says(en, id, zh) });
    if (rules !== null)
      return GROUND.test(rules) && !INK.test(rules)
        ? told('the dark rules change the ground alone', 'aturan gelap hanya mengubah latar', '深色规则只改变了背景')
        : null;
    return saysDark(mail) && isDarkOnNothing(mail)
      ? told('its colour is fixed and its ground is not', 'warnanya tetap, sedangkan latarnya tidak', '文字颜色固定而背景未设置')
      : null;
  },
  examples: {
    yes: [
      page('<style>@media (prefers-color-scheme: dark) { body { background: #111 !important } }</style><p style="color:#222">Hello</p>'),
      page('<meta name="color-scheme" content="light dark"><p style="color:#222">Hello</p>'),
      page('<style>:root{color-scheme:light dark}</style><p style="color:#222">Hello</p>'),
    ],
    no: [
      page('<style>@media (prefers-color-scheme: dark) { body { background: #111; color: #eee } }</style><p>Hello</p>'),
      page('<meta name="color-scheme" content="light dark"><p style="color:#222;background:#fff">Hello</p>'),
      page('<meta name="color-scheme" content="light dark"><p>Hello</p>'),
      page('<meta name="color-scheme" content="light only"><p style="color:#222">Hello</p>'),
      page('<p style="color:#222">Hello</p>'),
    ],
  },
};
