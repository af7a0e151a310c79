// The text part says something else than the page.
import { MAX_COMPARED } from '../bounds.ts';
import { wrongCharset } from '../charset.ts';
import { says, type Check } from '../check.ts';
import { both } from '../example.ts';
import { wordsOf } from '../words.ts';

/** Characters from which text and page say something (shorter pages are pictures: image-only), words that are compared, and the share of them that
 * must be in both. */
const LEAST_TEXT = 40;
const LEAST_SHOWN = 80;
const MOST_WORDS = 400;
const LEAST_SHARE = 0.4;

/** Short words are in every text; those of Chinese are a letter each. */
const telling = (text: string): readonly string[] => wordsOf(text).filter(word => word.length > 3 || /\p{Script=Han}/u.test(word));

export const textHtmlDiffer: Check = {
  id: 'text-html-differ',
  part: 'structure',
  severity: 'medium',
  points: 1,
  title: says('Text and HTML say different things', 'Teks dan HTML berbeda isi', '纯文本与 HTML 内容不一致'),
  detail: says(
    'Only {} % of the words of the text part stand in the HTML. Filters take that for hiding.',
    'Hanya {} % kata bagian teks yang ada di HTML. Filter menganggapnya upaya menyembunyikan isi.',
    '纯文本中仅 {} % 的词出现在 HTML 中。过滤器会视为隐藏内容。',
  ),
  fix: says(
    'Make the text part from the HTML, or leave it to Sesame: send html without text.',
    'Buat bagian teks dari HTML, atau serahkan kepada Sesame: kirim html tanpa text.',
    '由 HTML 生成纯文本；或只提交 html，由 Sesame 生成。',
  ),
  find: mail => {
    const [plain, shown] = [mail.plain.trim(), mail.read.page?.visible.trim() ?? ''];
    // What is read in another charset than it is written in is other words: charset-mismatch.
    if ([mail.plains[0], mail.pages[0]].some(leaf => leaf && wrongCharset(leaf) !== null)) return null;
    if (mail.html === '' || plain.length < LEAST_TEXT || shown.length < LEAST_SHOWN) return null;
    const there = new Set(telling(mail.shown()));
    const words = [...new Set(telling(plain.slice(0, MAX_COMPARED)))].slice(0, MOST_WORDS);
    const share = words.length === 0 ? 1 : words.filter(word => there.has(word)).length / words.length;
    return share < LEAST_SHARE ? { where: { part: mail.plains[0]?.path ?? '1', line: 1 }, value: String(Math.round(share * 100)) } : null;
  },
  examples: {
    yes: [
      both(
        'The committee met on Tuesday to discuss the budget for road repairs.',
        '<p>Our October reading list is ready, with six new novels and two biographies chosen by us.</p>',
      ),
    ],
    no: [
      both(
        'Our October reading list is ready, with six new novels.',
        '<p>Our October reading list is ready, with six new novels and two biographies chosen by us.</p>',
      ),
    ],
  },
};
