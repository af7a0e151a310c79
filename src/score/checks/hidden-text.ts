// Text that the reader does not see.
import { page } from '../../filter/rules/rule.ts';
import { says, type Check } from '../check.ts';
import { inPlace } from '../mail.ts';
import { wordsOf } from '../words.ts';

/** A preview line needs so many. */
const MOST_HIDDEN = 300;

const STORY = 'The committee met on Tuesday to discuss the budget for road repairs. '.repeat(6);

export const hiddenText: Check = {
  id: 'hidden-text',
  part: 'content',
  severity: 'high',
  points: 2,
  title: says('Hidden text', 'Teks tersembunyi', '隐藏文字'),
  detail: says(
    '{} characters are there and not shown: in the colour of the ground, of size 0 or out of sight.',
    '{} karakter ada tetapi tidak tampak: sewarna latar, berukuran 0, atau di luar pandangan.',
    '有 {} 个字符不可见：与背景同色、字号为 0 或移出视线。',
  ),
  fix: says(
    'Remove it. A preview line of up to 300 characters is enough.',
    'Hapus. Baris pratinjau hingga 300 karakter sudah cukup.',
    '请删除。预览行不超过 300 个字符即可。',
  ),
  // Blanks that fill a preview line hide nothing, nor do words that stand in sight too: one form of a text for phones, one for desktops.
  find: mail => {
    const { unseen = '', visible = '' } = mail.read.page ?? {};
    if (unseen.length <= MOST_HIDDEN) return null;
    const shown = new Set(wordsOf(visible));
    const hidden = wordsOf(unseen).reduce((sum, word) => sum + (shown.has(word) ? 0 : word.length), 0);
    return hidden > MOST_HIDDEN ? { ...inPlace(mail), value: String(hidden) } : null;
  },
  examples: {
    yes: [page(`<p>Hello</p><div style="color:#fff;background:#fff">${'meeting agenda invoice lunch '.repeat(20)}</div>`)],
    no: [
      page('<div style="display:none">Six new novels and two biographies</div><p>Hello</p>'),
      page(`<div style="display:none">Six new novels${'&nbsp;&zwnj;&#847;'.repeat(200)}</div><p>Hello</p>`),
      page(`<p>${STORY}</p><p class="phone" style="display:none">${STORY}</p>`),
    ],
  },
};
