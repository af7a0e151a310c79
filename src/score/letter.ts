// A score as a person reads it, by mail and on its page, in three languages: the same lines. Nothing of the mail that was scored is quoted.
import type { Language, Says } from '../filter/rules/rule.ts';
import { says } from './check.ts';
import type { Where } from './hit.ts';
import type { ShortReport } from './kept.ts';
import type { Grade } from './score.ts';

const GRADES: Readonly<Record<Grade, Says>> = {
  excellent: says('excellent', 'sangat baik', '优秀'),
  good: says('good', 'baik', '良好'),
  fair: says('fair', 'cukup', '一般'),
  poor: says('poor', 'kurang', '较差'),
};
const WORDS = {
  title: says('Quality score', 'Skor kualitas', '质量评分'),
  of: says('{} of 10', '{} dari 10', '{} 分（满分 10）'),
  fix: says('Fix these first:', 'Perbaiki ini lebih dulu:', '请先修正：'),
  nothing: says('Nothing was found that should be changed.', 'Tidak ditemukan hal yang perlu diubah.', '未发现需要修改之处。'),
  waiting: says(
    'No mail has come yet. Send it to the address, then open this page again.',
    'Belum ada email yang masuk. Kirim email ke alamat itu, lalu buka lagi halaman ini.',
    '尚未收到邮件。请把邮件发送到该地址，然后重新打开本页。',
  ),
  part: says('part {}', 'bagian {}', '第 {} 部分'),
  line: says('line {}', 'baris {}', '第 {} 行'),
  field: says('field {}', 'kolom {}', '字段 {}'),
  more: says('All of it, for a day:', 'Selengkapnya, selama sehari:', '完整结果（保留一天）：'),
} as const;

/** `7.5 of 10, good`. */
export const headline = ({ score, grade }: ShortReport, language: Language): string =>
  `${WORDS.of[language].replace('{}', score.toFixed(1))}${language === 'zh' ? '，' : ', '}${GRADES[grade][language]}`;

/** Where a finding stands; empty for the message as a whole. */
export function placeText(where: Where, language: Language): string {
  if (where === null) return '';
  const told = (words: Says, value: string | number): string => words[language].replace('{}', String(value));
  if ('field' in where) return told(WORDS.field, where.field);
  const line = where.line === null ? [] : [told(WORDS.line, where.line)];
  return [told(WORDS.part, where.part), ...line].join(language === 'zh' ? '' : ', ');
}

/** Subject and text of the answer; `url`: where the result is. */
export function letterOf(report: ShortReport, url: string, language: Language): { readonly subject: string; readonly text: string } {
  const found = report.findings.map(({ points, title, fix, where, id }) => {
    const place = placeText(where, language);
    return `${points.toFixed(1)}  ${title}${place === '' ? '' : ` (${place})`}\n      ${fix}\n      ${id}\n`;
  });
  const list = found.length === 0 ? [`${WORDS.nothing[language]}\n`] : [`${WORDS.fix[language]}\n`, ...found];
  const subject = `${WORDS.title[language]}: ${headline(report, language)}`;
  return { subject, text: [`${headline(report, language)}\n`, ...list, `${WORDS.more[language]}\n${url}\n`, report.note, ''].join('\n') };
}

export const pageWords = (language: Language): Readonly<Record<'title' | 'waiting' | 'nothing', string>> => ({
  title: WORDS.title[language],
  waiting: WORDS.waiting[language],
  nothing: WORDS.nothing[language],
});
