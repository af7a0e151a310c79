// Pictures in the place of the text.
import { page } from '../../filter/rules/rule.ts';
import { says, type Check } from '../check.ts';
import type { Element } from '../markup.ts';

/** Characters below which a page is its pictures, and the area of a picture that is more than a logo. */
const LEAST_TEXT = 100;
const LARGE = 30_000;
/** Ten times the room that a character of text takes. */
const AREA_A_CHARACTER = 2_000;

const isLarge = ({ attributes }: Element, text: number): boolean => {
  const [width, height] = [Number.parseInt(attributes.get('width') ?? '', 10), Number.parseInt(attributes.get('height') ?? '', 10)];
  return Number.isNaN(width) || Number.isNaN(height) || width * height >= Math.max(LARGE, text * AREA_A_CHARACTER);
};

export const imageOnly: Check = {
  id: 'image-only',
  part: 'structure',
  severity: 'high',
  points: 2,
  title: says('Pictures take the place of the text', 'Gambar menggantikan teks', '以图片代替文字'),
  detail: says(
    'Only {} characters can be read. Many readers block pictures, and filters distrust mail that hides its words in one.',
    'Hanya {} karakter yang dapat dibaca. Banyak pembaca memblokir gambar, dan filter mencurigai email yang menyembunyikan kata di dalamnya.',
    '可读文字只有 {} 个字符。许多客户端默认屏蔽图片，过滤器也不信任把文字藏在图里的邮件。',
  ),
  fix: says(
    'Write the message as text and keep pictures for decoration.',
    'Tulis pesan sebagai teks dan pakai gambar sebagai hiasan.',
    '用文字书写内容，图片仅作点缀。',
  ),
  find: mail => {
    const text = mail.read.page?.visible.trim().length ?? LEAST_TEXT;
    return text < LEAST_TEXT
      ? mail.elementHit(
          mail.markup.elements.find(one => one.name === 'img' && isLarge(one, text)),
          String(text),
        )
      : null;
  },
  examples: {
    yes: [page('<img src="https://a.example/x.png" alt="offer" width="600" height="900">')],
    no: [
      page(`<img src="https://a.example/x.png" alt="offer"><p>${'Words that can be read. '.repeat(8)}</p>`),
      page('Thanks, Ann <img src="cid:logo" width="120" height="40" alt="logo">'),
    ],
  },
};
